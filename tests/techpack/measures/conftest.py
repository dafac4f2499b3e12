"""A product whose photo has been looked at: seen and fitted once, then put back for each test."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from techpack.models import Product

PHOTO = Path(__file__).parents[2] / "vision" / "photos" / "t-shirt.jpg"


@pytest.fixture
def tee(fake: Any, db: None, settings: Any) -> "Product":
    """A T-shirt 70 cm long, measured on a real photo."""
    from techpack.models import Product
    from techpack.services import photo_check
    from tests.support.factories import cm, make_draft, make_user
    from tests.support.snapshots import remembered

    def make() -> int:
        from techpack.services import products

        user = make_user("dana@example.com", balance=40)
        draft = make_draft(user, PHOTO.read_bytes())
        product = products.create_product(
            owner=user, name="Yellow T-shirt", photos=[(draft, "front")], dimension=cm("70")
        )
        photo_check.check_photo(product.revisions.get().pk)
        return product.pk

    return Product.objects.get(pk=remembered("measured T-shirt", make))
