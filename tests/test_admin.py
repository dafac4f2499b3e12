"""What staff see and do in the admin."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from credits import services as ledger
from credits.models import Account, Entry
from generation.models import Prediction
from techpack.models import Piece, TechPack
from tests.support.factories import (
    make_finished_run,
    make_product,
    make_run,
    make_user,
    script,
)
from tests.support.job_queue import drain, work
from tests.support.snapshots import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def signed_in(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    return client


@pytest.fixture
def staff(client: Client) -> Client:
    return signed_in(client)


@pytest.fixture
def run(fake: Any) -> TechPack:
    """One of whose close-ups was refused."""

    def make() -> int:
        script(close_up=["refuse", "ok"])
        return make_finished_run(make_user(balance=20))

    return TechPack.objects.get(pk=remembered("run with a refused close-up", make))


def act(staff: Client, page: str, action: str, *rows: Any) -> str:
    rows_of = [row.pk for row in rows]
    data = {"action": action, "_selected_action": rows_of, "confirmed": "1", "reason": "Asked by mail."}
    return staff.post(f"/admin/{page}/", data, follow=True).content.decode()


@pytest.mark.parametrize(
    "model", [model for model in admin.site._registry if model._meta.app_label != "procrastinate"],
    ids=lambda model: model._meta.label_lower,
)  # fmt: skip
@pytest.mark.usefixtures("run")
def test_every_list_and_every_row_opens(client: Client, model: Any) -> None:
    staff = signed_in(client)
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert staff.get(address).status_code == 200
    assert staff.get(address, {"q": "green"}).status_code == 200
    row = model._default_manager.first()
    if row is not None:
        assert staff.get(f"{address}{row.pk}/change/").status_code == 200


def test_credits_are_given_with_a_reason_and_once_a_page(staff: Client) -> None:
    user = make_user(balance=1)
    address = f"/admin/credits/account/{Account.objects.get(user=user).pk}/grant/"
    reference = staff.get(address).context["form"].initial["reference"]
    for _ in range(2):  # sent twice
        staff.post(address, {"amount": 5, "reason": "A lost parcel", "reference": reference})
    assert ledger.balance(user) == 6
    entry = Entry.objects.get(description="A lost parcel")
    assert entry.by is not None
    assert entry.by.email == "staff@example.com"


def test_a_charge_is_refunded_once(staff: Client) -> None:
    user = make_user(balance=9)
    charge = ledger.charge(holder=user, amount=3, reference="step:1:1", description="Base views")
    assert "1 refunded, 0 skipped" in act(staff, "credits/entry", "give_back", charge)
    assert "0 refunded, 1 skipped" in act(staff, "credits/entry", "give_back", charge)
    assert ledger.balance(user) == 9


def test_a_run_is_canceled(staff: Client) -> None:
    run = make_run(make_user(balance=9))
    assert "1 asked to end, 0 skipped" in act(staff, "techpack/techpack", "cancel", run)
    work()
    run.refresh_from_db()
    assert run.status == TechPack.Status.CANCELED


def test_a_failed_run_is_resumed(staff: Client) -> None:
    script(base_view=["refuse", "ok"])
    run = make_run(make_user(balance=9))
    work()
    assert "1 resumed, 0 skipped" in act(staff, "techpack/techpack", "resume", run)
    work()
    run.refresh_from_db()
    assert run.status == TechPack.Status.COMPLETE


def test_a_failed_picture_is_tried_again(staff: Client) -> None:
    script(close_up=["refuse", "ok"])
    run = make_run(make_user(balance=20))
    work()
    piece = run.close_ups.get(status=Piece.Status.FAILED)
    fine = run.close_ups.filter(status=Piece.Status.LOADED).first()
    assert "1 sent again, 1 skipped" in act(staff, "techpack/closeup", "try_again", piece, fine)


def test_a_live_prediction_is_canceled(staff: Client) -> None:
    make_run(make_user(balance=9))
    drain()
    prediction = Prediction.objects.live().get()
    assert "1 canceled, or asked to end" in act(staff, "generation/prediction", "cancel", prediction)


def test_staff_without_the_permission_give_nothing(client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    user = make_user(balance=1)
    address = f"/admin/credits/account/{Account.objects.get(user=user).pk}/grant/"
    client.post(address, {"amount": 5, "reason": "For me", "reference": "staff:x"})
    assert ledger.balance(user) == 1


def test_a_designer_never_gets_in(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/admin/").status_code == 302


def test_a_list_of_products_costs_the_same_for_one_and_for_many(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    user = make_user(balance=9)
    for _ in range(4):
        make_product(user)
    with django_assert_max_num_queries(10):
        staff.get("/admin/techpack/product/")


@pytest.mark.parametrize("model", ["generation/prediction", "generation/attempt", "generation/asset",
                                   "techpack/techpack", "techpack/product", "credits/entry"])  # fmt: skip
def test_a_list_of_millions_neither_counts_nor_groups_all(run: TechPack, staff: Client, model: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert staff.get(f"/admin/{model}/").status_code == 200
    table = model.replace("/", "_")
    of_list = [query["sql"] for query in captured if f'FROM "{table}"' in query["sql"]]
    words = ("COUNT(", "DISTINCT", "GROUP BY")
    bounded = ("LIMIT", "WHERE")
    assert not [
        sql for sql in of_list
        if any(word in sql for word in words) and not any(bound in sql for bound in bounded)
    ]  # fmt: skip
