"""Refuse what cannot become a tech pack before anything is charged."""

from typing import Any

from techpack.models import PhotoReading, Product, Revision
from techpack.models.products import first_front
from techpack.services.errors import PhotoProblem


def require_usable(product: Product, photos: list[Revision]) -> None:
    """Raise PhotoProblem when the first photo shows no product, unless the designer goes on all the same.

    `photos` are those in use, with their readings. One that nobody has looked at yet is no reason to wait.
    """
    for problem, key in in_the_way(product, photos):
        if key not in product.settled_reasons:
            raise PhotoProblem(f"{problem['text']} Nothing was charged.")


def in_the_way(product: Product, photos: list[Revision]) -> list[tuple[dict[str, Any], str]]:
    """What blocks the first photo, each with the key by which it is settled."""
    photo = first_front(photos)
    reading: PhotoReading | None = getattr(photo, "reading", None)
    if photo is None or product.category_is_corrected or reading is None or not reading.is_done:
        return []
    return [(one, f"{one['code']}:{photo.pk}") for one in reading.problems if one["blocks"]]
