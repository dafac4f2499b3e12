"""Refuse what cannot become a tech pack before anything is charged."""

from techpack.models import PhotoReading, Product
from techpack.services.errors import PhotoProblem


def require_usable(product: Product) -> None:
    """Raise PhotoProblem when the first photo shows no product, unless the designer goes on all the same.

    A photo that nobody has looked at yet is no reason to wait.
    """
    photo = product.primary_photo()
    if photo is None or product.category_is_corrected:
        return
    reading = PhotoReading.objects.filter(revision=photo, status=PhotoReading.Status.DONE).first()
    if reading is None:
        return
    for problem in reading.problems:
        if problem["blocks"] and f"{problem['code']}:{photo.pk}" not in product.settled_reasons:
            raise PhotoProblem(f"{problem['text']} Nothing was charged.")
