"""The sample product in every new account, so that the first screen is not empty."""

from decimal import Decimal
from pathlib import Path

from django.db import transaction

from accounts.models import User
from generation.storage import assets
from techpack.models import Dimension, DraftPhoto, LengthUnit, Product, View
from techpack.services import products

PHOTO = Path(__file__).resolve().parent.parent / "samples" / "t-shirt.jpg"
NAME = "Sample: printed T-shirt"
NOTES = (
    "A sample to look around in. Its total length of 70 cm is made up: change it, and the flat and the table"
    " follow. Nothing here costs credits until you generate. Delete it whenever you like."
)


def make_sample(*, user_id: int) -> Product | None:
    """None when the account has a product already, or is gone. May run twice."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or Product.objects.of(user).exists():
        return None
    photo = assets.store(account=user.account, data=PHOTO.read_bytes(), content_type="image/jpeg")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if Product.objects.of(user).exists():
            assets.release([photo])
            return None
        draft = DraftPhoto.objects.create(owner=user, asset=photo, name=PHOTO.name)
        return products.create_product(
            owner=user, name=NAME, notes=NOTES, photos=[(draft, View.FRONT)],
            dimension={"name": Dimension.TOTAL_LENGTH, "value": Decimal(70), "unit": LengthUnit.CM},
        )  # fmt: skip
