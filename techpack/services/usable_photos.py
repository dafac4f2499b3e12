"""Refuse what cannot become a tech pack before anything is charged."""

from techpack.models import PhotoReading, Product, Revision
from techpack.models.products import first_front
from techpack.services.errors import PhotoProblem


def require_usable(product: Product, photos: list[Revision]) -> None:
    """Raise PhotoProblem when the first photo shows no product, unless the designer goes on all the same.

    `photos` are those in use, with their readings. One that nobody has looked at yet is no reason to wait.
    """
    photo = first_front(photos)
    if photo is None or product.category_is_corrected:
        return
    reading: PhotoReading | None = getattr(photo, "reading", None)
    if reading is None or not reading.is_done:
        return
    for problem in reading.problems:
        if problem["blocks"] and f"{problem['code']}:{photo.pk}" not in product.settled_reasons:
            raise PhotoProblem(f"{problem['text']} Nothing was charged.")
