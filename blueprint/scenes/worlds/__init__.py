"""The six worlds, one a category ("vibe"): where a plan happens, with what, and in which clothes."""

from collections.abc import Mapping

from blueprint.scenes.worlds.base import SLOTS, World
from blueprint.scenes.worlds.beige import BEIGE
from blueprint.scenes.worlds.edgy import EDGY
from blueprint.scenes.worlds.luxury import LUXURY
from blueprint.scenes.worlds.minimal import MINIMAL
from blueprint.scenes.worlds.professional import PROFESSIONAL
from blueprint.scenes.worlds.warm import WARM

__all__ = ["SLOTS", "WORLDS", "World"]

WORLDS: Mapping[str, World] = {
    world.name: world for world in (LUXURY, MINIMAL, BEIGE, WARM, EDGY, PROFESSIONAL)
}
