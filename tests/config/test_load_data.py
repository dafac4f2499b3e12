"""The made-up large site, as small as it goes: its rows fit together, and its pages open."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Sum
from django.test import Client

from accounts.models import User
from blueprint.models import Grid, Subscriber
from credits.models import Account
from generation.models import Attempt
from techpack.models import Measurement, Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def test_what_it_makes_up_is_a_site_that_works(client: Client) -> None:
    call_command("generate_load_data", scale=0.0001, seed=7, verbosity=0)
    assert (Subscriber.objects.count(), Grid.objects.count(), Attempt.objects.count()) == (10, 300, 90)
    assert (Product.objects.count(), Measurement.objects.count()) == (20, 800)
    off = Account.objects.annotate(total=Sum("entries__amount")).exclude(balance=F("total"))
    assert not off.exists()
    done = Subscriber.objects.filter(paid_blueprint_generated=True)
    assert [sum(map(bool, one.paid_blueprint_photo_urls)) for one in done] == [30, 30, 30]
    access = f"?access={done[0].access_token}"
    status = client.get(f"/api/blueprint/get-paid-status{access}").json()
    assert (status["progress"]["completed"], len(status["photoUrls"])) == (30, 30)
    assert client.get(f"/blueprint/paid/{access}", follow=True).status_code == 200
    client.force_login(User.objects.get())
    assert client.get(Product.objects.all()[0].get_absolute_url()).status_code == 200
    with pytest.raises(CommandError, match="there already"):
        call_command("generate_load_data", scale=0.0001, seed=7, verbosity=0)
