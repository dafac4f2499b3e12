"""The prompt library of the blueprint: 6 categories x 3 moods x 30 plans, composed. No Django in here.

The category sets the world (`worlds`), the mood the palette and light (`moods`), the number one of thirty
plans of nine frames (`plans`); `prompt_composer` makes one prompt of the three. Reviewed as product: a
change of words is a change of result, so VERSION goes up with it.
"""

from blueprint.scenes.moods import MOODS as _MOODS
from blueprint.scenes.moods import Palette, palette
from blueprint.scenes.prompt_composer import compose, compose_staff, shows_a_face, title
from blueprint.scenes.style_names import (
    DEFAULT_CATEGORY,
    DEFAULT_MOOD,
    normalised_category,
    normalised_mood,
)
from blueprint.scenes.worlds import WORLDS as _WORLDS

__all__ = [
    "CATEGORIES",
    "DEFAULT_CATEGORY",
    "DEFAULT_MOOD",
    "GRIDS",
    "MOODS",
    "VERSION",
    "Palette",
    "compose",
    "compose_staff",
    "normalised_category",
    "normalised_mood",
    "palette",
    "shows_a_face",
    "title",
]

VERSION = "grid/1"
CATEGORIES: tuple[str, ...] = tuple(_WORLDS)
MOODS: tuple[str, ...] = tuple(_MOODS)
GRIDS = 30  # a subscriber has as many slots, so this never changes by itself
