"""The sample product of a new account."""

import pytest
from django.test import Client

from accounts.models import User
from generation.models import Asset
from techpack.models import Product
from techpack.services import sample_product
from tests.support.factories import make_product, make_user
from tests.support.job_queue import drain

pytestmark = pytest.mark.django_db


def test_a_new_account_begins_with_a_sample() -> None:
    client = Client()
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": "a-long-unusual-phrase"})
    drain()
    product = Product.objects.get(owner=User.objects.get())
    page = client.get("/techpacks/").text
    assert product.name in page
    assert (product.dimension_value, product.revisions.count()) == (70, 1)


def test_it_is_made_once_and_not_beside_products_of_their_own() -> None:
    newcomer, other = make_user(), make_user()
    make_product(other)
    assert sample_product.make_sample(user_id=newcomer.pk) is not None
    assert sample_product.make_sample(user_id=newcomer.pk) is None
    assert sample_product.make_sample(user_id=other.pk) is None
    assert sample_product.make_sample(user_id=0) is None
    assert Asset.objects.filter(account=f"user:{newcomer.pk}", released_at=None).count() == 1
