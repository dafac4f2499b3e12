"""Names of values, on the page and in the ledger."""

from techpack.editing.paths import Place
from techpack.models import EditedPiece

NAMES = {
    "hex": "Colour value", "share": "Share, 0 to 1", "how": "How to measure", "observation": "What is seen",
    "evidence": "Why", "kind": "Pattern", "field": "What is open", "summary": "Summary",
}  # fmt: skip


def item_of(place: Place) -> str:
    """What the value belongs to, as far as it says so itself: "Chest width" of a measure's number."""
    said = (getattr(place.holder, name, "") for name in ("name", "area", "field") if name != place.name)
    return next(filter(None, said), "") if place.item else ""


def name_of(place: Place) -> str:
    """What a label calls it: "Colour value", "Placement"."""
    return NAMES.get(place.name, place.name.replace("_", " ").capitalize())


def holder_of(piece: EditedPiece, place: Place) -> str:
    """ "Front base view, Pine": what the value belongs to, all of it."""
    return ", ".join(filter(None, [piece.name, item_of(place)]))


def full_name(piece: EditedPiece, place: Place) -> str:
    """ "Front base view, Pine, Colour value"."""
    return f"{holder_of(piece, place)}, {name_of(place)}"
