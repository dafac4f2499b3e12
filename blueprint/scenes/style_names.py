"""Map typed or imported categories and moods to the names of the library."""

from collections.abc import Collection

from blueprint.scenes.moods import MOODS
from blueprint.scenes.worlds import WORLDS

DEFAULT_CATEGORY = "professional"
DEFAULT_MOOD = "minimal"


def normalised_category(value: object) -> tuple[str, bool]:
    """A known category, and True if `value` said something else and the fallback was taken.

    Case and white space do not count. Nothing at all (None, a blank) falls back without being flagged.
    """
    return _normalised(value, WORLDS, DEFAULT_CATEGORY)


def normalised_mood(value: object) -> tuple[str, bool]:
    """A known mood, and True if `value` said something else and the fallback was taken.

    Case and white space do not count. Nothing at all (None, a blank) falls back without being flagged.
    """
    return _normalised(value, MOODS, DEFAULT_MOOD)


def _normalised(value: object, known: Collection[str], fallback: str) -> tuple[str, bool]:
    if value is None:
        return fallback, False
    if not isinstance(value, str):
        return fallback, True
    name = "".join(value.split()).casefold()
    if name in known:
        return name, False
    return fallback, bool(name)
