"""The old flag `paid_blueprint_enabled`, which becomes the switch of that name."""

from typing import Any

from waffle.models import Switch

from blueprint.importer import columns
from blueprint.services import guards

TABLE = "admin_feature_flags"
NAMES = ("key", "name", "flag", "flag_name", "flag_key")
SAYS = ("enabled", "is_enabled", "value", "flag_value", "active")


def read(row: dict[str, Any]) -> bool | None:
    """On or off; None for the row of another flag. Raises ValueError with a sentence."""
    if guards.SWITCH not in (row.get(name) for name in NAMES):
        return None
    column = next((name for name in SAYS if row.get(name) is not None), None)
    if column is None:
        raise ValueError(f"the flag {guards.SWITCH} says neither on nor off")
    return _truth(row[column], column)


def _truth(value: Any, column: str) -> bool:
    """true, "true", or {"enabled": true}."""
    if isinstance(value, str) and value.strip().startswith(("{", '"')):
        value = columns.parsed(value, column)
    if isinstance(value, dict):
        return _truth(value.get("enabled", value.get("value")), column)
    return columns.truth(value, column)


def look(on: bool) -> str:
    is_so = Switch.objects.filter(name=guards.SWITCH, active=on).exists()
    return "" if is_so else f"the switch is turned {'on' if on else 'off'}"


def take(on: bool) -> None:
    switch, _ = Switch.objects.get_or_create(name=guards.SWITCH)
    switch.active = on
    switch.save()  # not an update: waffle forgets what it has cached
