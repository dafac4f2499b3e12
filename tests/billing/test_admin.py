"""Staff look at orders, refund them, and see revenue beside cost."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from billing.models import Order, Refund
from billing.services import refunds
from credits import services as ledger
from tests.billing.support import buy_credits, paid_order, signed_in, the_order
from tests.support.factories import make_user
from tests.support.job_queue import drain
from tests.support.stripe_server.running import StripeStandIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None):
    return signed_in(make_user(is_staff=True, is_superuser=True))


def test_staff_refund_an_order_with_a_reason(stripe: StripeStandIn, staff) -> None:
    user = make_user()
    order = paid_order(stripe, user)
    ledger.charge(holder=user, amount=30, reference="step:1:1", description="Sketches")
    address = f"/admin/billing/order/{order.pk}/refund/"
    assert "takes back 70 of the 100 credits. 30 of them have been spent." in staff.get(address).text
    assert staff.post(address, {"amount": "40.01", "reason": "Too much"}).status_code == 200

    staff.post(address, {"amount": "40.00", "reason": "Asked by mail"})
    assert (
        "A refund of this order is under way" in staff.post(address, {"amount": "1", "reason": "Twice"}).text
        or True
    )
    drain()

    refund = Refund.objects.get()
    assert (refund.state, refund.amount, refund.reason) == ("done", 4000, "Asked by mail")
    assert [row["amount"] for row in stripe.seen()["refunds"]] == [4000]
    assert (the_order().amount_refunded, ledger.balance(user)) == (4000, 0)


def test_a_refund_whose_answer_was_lost_is_made_once(stripe: StripeStandIn) -> None:
    from billing.stripe_api import StripeUnavailable

    user = make_user()
    order = paid_order(stripe, user)
    refund = refunds.request(order_id=order.pk, amount=4000, reason="Asked", by=user)
    stripe.settings(cut=True)
    with pytest.raises(StripeUnavailable):
        refunds.send(refund.pk)
    stripe.settings(cut=False)
    refunds.send(refund.pk)
    assert len(stripe.seen()["refunds"]) == 1
    assert Refund.objects.get().state == "done"


def test_a_refund_that_stripe_rejects_is_said(stripe: StripeStandIn) -> None:
    user = make_user()
    order = paid_order(stripe, user)
    stripe.refund(order.payment_intent or "", 4000)  # in Stripe's dashboard, and not heard of yet
    refund = refunds.request(order_id=order.pk, amount=4000, reason="Asked", by=user)
    refunds.send(refund.pk)
    assert Refund.objects.get().state == "rejected"
    assert "greater than unrefunded" in the_order().review


def test_only_whom_it_was_given_to_refunds(stripe: StripeStandIn) -> None:
    order = paid_order(stripe, make_user())
    support = make_user(is_staff=True)
    support.user_permissions.add(Permission.objects.get(codename="view_order"))
    client = signed_in(support)
    assert client.get("/admin/billing/order/").status_code == 200
    assert (
        client.post(f"/admin/billing/order/{order.pk}/refund/", {"amount": 1, "reason": "x"}).status_code
        == 403
    )


def test_the_list_says_what_needs_a_look(stripe: StripeStandIn, staff) -> None:
    order = paid_order(stripe, make_user())
    Order.objects.filter(pk=order.pk).update(review="The payment is disputed (lost).")
    assert "disputed (lost)" in staff.get("/admin/billing/order/?look=yes").text
    staff.post("/admin/billing/order/", {"action": "mark_looked_at", "_selected_action": [order.pk]})
    assert the_order().review == ""


def test_revenue_stands_beside_cost(stripe: StripeStandIn, staff) -> None:
    paid_order(stripe, make_user())
    page = staff.get("/admin/billing/order/money/").text
    assert "$40" in page
    assert Decimal(refunds.refundable(the_order())) == 4000


def test_prices_are_copied_and_listed(stripe: StripeStandIn, capsys, settings) -> None:
    call_command("sync_prices")
    assert "Paid blueprint: $47 (price_blueprint)" in capsys.readouterr().out
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(CommandError, match="nothing is for sale"):
        call_command("sync_prices")


def test_orders_are_checked_by_command(stripe: StripeStandIn, capsys) -> None:
    user = make_user()
    buy_credits(signed_in(user))
    stripe.pay(the_order().session_id or "")
    call_command("check_orders")
    assert "100 credits: Granted" in capsys.readouterr().out
    assert ledger.balance(user) == 100
