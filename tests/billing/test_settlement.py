"""What was paid is granted exactly once, whoever says so first, and taken back when the money goes back."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from billing import credit_packs, goods
from billing.models import Item, Order
from billing.services import reconcile, settlement
from blueprint.models import Subscriber
from credits import services as ledger
from credits.models import Entry
from tests.billing.support import (
    buy_blueprint,
    buy_credits,
    hear,
    hear_of_session,
    paid_order,
    signed_in,
    the_order,
)
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user
from tests.support.job_queue import drain, work
from tests.support.stripe_server.running import StripeStandIn

pytestmark = pytest.mark.django_db


def let_time_pass() -> None:
    """As if every order were due to be asked about."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_order SET next_check_at = now() WHERE next_check_at IS NOT NULL")


# --- who says it first ----------------------------------------------------------------------------------


def test_a_webhook_before_the_redirect_grants_once(stripe: StripeStandIn) -> None:
    user = make_user()
    client = signed_in(user)
    buy_credits(client)
    stripe.pay(the_order().session_id or "")
    assert hear_of_session(stripe, event="evt_same") == 200
    assert hear_of_session(stripe, event="evt_same") == 200
    assert drain().count("billing.hear") == 1

    page = client.get(f"/orders/{the_order().public_id}/").text

    assert "It is yours" in page
    assert (the_order().state, ledger.balance(user)) == ("granted", 100)
    assert Entry.objects.get(account__user=user).reference == the_order().reference


def test_the_redirect_before_the_webhook_grants_once(stripe: StripeStandIn) -> None:
    user = make_user()
    client = signed_in(user)
    buy_credits(client)
    stripe.pay(the_order().session_id or "")
    assert "It is yours" in client.get(f"/orders/{the_order().public_id}/").text
    hear_of_session(stripe)
    drain()
    assert ledger.balance(user) == 100


def test_a_lost_webhook_is_made_up_for(stripe: StripeStandIn) -> None:
    user = make_user()
    buy_credits(signed_in(user))
    stripe.pay(the_order().session_id or "")
    let_time_pass()
    reconcile.check_due()
    drain()
    assert (the_order().state, ledger.balance(user)) == ("granted", 100)
    assert the_order().next_check_at is None


def test_events_out_of_order_end_the_same(stripe: StripeStandIn) -> None:
    user = make_user()
    buy_credits(signed_in(user))
    order = the_order()
    stripe.pay(order.session_id or "")
    payment = stripe.seen()["sessions"][0]["payment_intent"]
    stripe.refund(payment, 4000)
    hear("charge.refunded", {"object": "charge", "payment_intent": payment})  # before "completed"
    drain()
    hear_of_session(stripe)
    drain()
    assert (the_order().amount_refunded, ledger.balance(user)) == (4000, 0)


def test_an_answer_that_was_overtaken_is_dropped(stripe: StripeStandIn) -> None:
    order = paid_order(stripe, make_user())
    settlement._apply(order.pk, order.reads_applied, _unpaid_page(order))
    assert the_order().state == "granted"


def _unpaid_page(order: Order) -> object:
    from billing.stripe_api import Session

    return Session(order.session_id or "", "", "expired", "none", "", "", 0, "usd", 0, 0, "", "", "")


def test_money_that_comes_later(stripe: StripeStandIn) -> None:
    user = make_user()
    client = signed_in(user)
    buy_credits(client)
    order = the_order()
    stripe.pay(order.session_id or "", later=True)
    page = client.get(f"/orders/{order.public_id}/").text
    assert "Your bank is still working on it" in page
    assert ledger.balance(user) == 0
    stripe.settle(order.session_id or "", succeeds=True)
    hear_of_session(stripe, "checkout.session.async_payment_succeeded")
    drain()
    assert (the_order().state, ledger.balance(user)) == ("granted", 100)


def test_money_that_does_not_come(stripe: StripeStandIn) -> None:
    user = make_user()
    client = signed_in(user)
    buy_credits(client)
    stripe.pay(the_order().session_id or "", later=True)
    stripe.settle(the_order().session_id or "", succeeds=False)
    hear_of_session(stripe, "checkout.session.async_payment_failed")
    drain()
    assert "The payment did not go through" in client.get(f"/orders/{the_order().public_id}/").text
    assert (the_order().state, ledger.balance(user)) == ("failed", 0)


def test_a_page_that_expired(stripe: StripeStandIn) -> None:
    client = signed_in(make_user())
    buy_credits(client)
    stripe.expire(the_order().session_id or "")
    assert "This order was not paid" in client.get(f"/orders/{the_order().public_id}/").text
    buy_credits(client)
    assert Order.objects.count() == 2


def test_an_order_whose_page_nobody_saw_ends(stripe: StripeStandIn) -> None:
    stripe.settings(down=True)
    buy_credits(signed_in(make_user()))
    let_time_pass()
    reconcile.check_due()
    drain()
    assert the_order().state == "expired"


def test_stripe_is_asked_again_when_it_was_down(stripe: StripeStandIn) -> None:
    client = signed_in(make_user())
    buy_credits(client)
    stripe.settings(down=True)
    assert "Waiting for Stripe" in client.get(f"/orders/{the_order().public_id}/").text
    assert the_order().state == "open"


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_the_same_moment_grant_once(stripe: StripeStandIn) -> None:
    user = make_user()
    buy_credits(signed_in(user))
    number = the_order().pk
    stripe.pay(the_order().session_id or "")

    def settle() -> None:
        settlement.refresh(number)
        connection.close()

    threads = [threading.Thread(target=settle) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.balance(user) == 100


def test_a_worker_that_dies_between_paid_and_granted_has_done_nothing(
    stripe: StripeStandIn, monkeypatch
) -> None:
    """The payment and the goods are one transaction: whoever comes next does both."""
    user = make_user()
    buy_credits(signed_in(user))
    stripe.pay(the_order().session_id or "")

    class Killed(BaseException):
        pass

    def die(order: Order, customer: goods.Customer) -> None:
        credit_packs.grant(order, customer)
        raise Killed

    monkeypatch.setitem(
        goods._goods, Item.CREDITS_100, goods.Goods(die, credit_packs.adjust, credit_packs.next_step)
    )
    with pytest.raises(Killed):
        settlement.refresh(the_order().pk)
    monkeypatch.undo()
    assert (the_order().state, ledger.balance(user)) == ("open", 0)
    let_time_pass()
    reconcile.check_due()
    drain()
    assert (the_order().state, ledger.balance(user)) == ("granted", 100)


def test_what_cannot_be_granted_is_on_the_list_of_staff(stripe: StripeStandIn) -> None:
    user = make_user()
    buy_credits(signed_in(user))
    stripe.pay(the_order().session_id or "")
    user.delete()
    settlement.refresh(the_order().pk)
    assert the_order().state == "paid"
    assert "has been deleted" in Order.objects.filter(reconcile.needing_a_look()).get().review


# --- events ---------------------------------------------------------------------------------------------


def test_only_what_stripe_signed_lately_is_believed(stripe: StripeStandIn) -> None:
    buy_credits(signed_in(make_user()))
    assert hear_of_session(stripe, secret="whsec_guessed") == 401
    assert hear_of_session(stripe, age=600) == 401
    assert Client().post("/webhooks/stripe/", b"{}", content_type="application/json").status_code == 401
    assert Client().post("/webhooks/stripe/", b"x" * 600_000, content_type="text/plain").status_code == 413
    assert drain() == []


def test_an_event_that_claims_a_payment_is_not_believed(stripe: StripeStandIn) -> None:
    user = make_user()
    buy_credits(signed_in(user))
    hear("checkout.session.completed", {**stripe.seen()["sessions"][0], "payment_status": "paid"})
    drain()
    assert (the_order().state, ledger.balance(user)) == ("open", 0)


def test_events_about_nothing_of_ours_change_nothing(stripe: StripeStandIn) -> None:
    assert hear("charge.refunded", {"object": "charge", "payment_intent": "pi_foreign"}) == 200
    assert hear("invoice.paid", {"object": "invoice"}) == 200
    assert hear("charge.refunded", {"object": "charge", "payment_intent": None}) == 200
    work()
    assert not Order.objects.exists()


# --- money that goes back -----------------------------------------------------------------------------------


def test_a_refund_after_half_was_spent_takes_back_the_rest_and_tells_staff(stripe: StripeStandIn) -> None:
    user = make_user()
    order = paid_order(stripe, user)
    ledger.charge(holder=user, amount=50, reference="step:1:1", description="Sketches")
    stripe.refund(order.payment_intent or "", 4000)
    hear("charge.refunded", {"object": "charge", "payment_intent": order.payment_intent})
    drain()
    assert ledger.balance(user) == 0
    assert the_order().review == "50 of the 100 refunded credits had been spent."
    ledger.grant(holder=user, amount=30, reference="later", description="Later")
    settlement.refresh(order.pk)
    assert ledger.balance(user) == 30  # what came later is not touched


def test_partial_refunds_take_back_their_share(stripe: StripeStandIn) -> None:
    user = make_user()
    order = paid_order(stripe, user)
    for _ in range(2):
        stripe.refund(order.payment_intent or "", 1000)
        settlement.refresh(order.pk)
    assert (ledger.balance(user), the_order().state) == (50, "granted")


def test_a_dispute_takes_back_and_a_won_one_returns(stripe: StripeStandIn) -> None:
    user = make_user()
    order = paid_order(stripe, user)
    stripe.dispute(order.payment_intent or "")
    hear("charge.dispute.created", {"object": "dispute", "payment_intent": order.payment_intent})
    drain()
    assert (ledger.balance(user), the_order().review) == (0, "The payment is disputed (needs_response).")
    stripe.dispute(order.payment_intent or "", "won")
    settlement.refresh(order.pk)
    assert ledger.balance(user) == 100


def test_a_refund_that_nobody_told_of_is_found(stripe: StripeStandIn) -> None:
    user = make_user()
    order = paid_order(stripe, user)
    stripe.refund(order.payment_intent or "", 4000)
    assert reconcile.look_for_returns() == 1
    drain()
    assert ledger.balance(user) == 0


# --- blueprints -----------------------------------------------------------------------------------------


def test_a_guest_pays_first_and_gets_a_link_by_mail_and_a_way_in(stripe: StripeStandIn) -> None:
    guest = Client()
    buy_blueprint(guest)
    stripe.pay(the_order().session_id or "", email="Mia@Example.com")
    page = guest.get(f"/orders/{the_order().public_id}/").text
    drain()

    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.paid_blueprint_purchased) == ("Mia@Example.com", True)
    assert subscriber.access_token in mail.outbox[0].body
    assert subscriber.access_token not in page
    entered = guest.get(f"/blueprint/bought/{the_order().public_id}/")
    assert entered.cookies["blueprint_access"].value == subscriber.access_token
    assert "Grids" in guest.get(entered.url).text
    assert Client().get(f"/blueprint/bought/{the_order().public_id}/").status_code == 404


def test_whoever_types_a_known_address_is_not_let_in(stripe: StripeStandIn) -> None:
    known = make_subscriber(bought=False, email="mia@example.com")
    stranger = Client()
    buy_blueprint(stranger)
    stripe.pay(the_order().session_id or "", email="MIA@example.com")
    stranger.get(f"/orders/{the_order().public_id}/")
    known.refresh_from_db()
    assert known.paid_blueprint_purchased
    entered = stranger.get(f"/blueprint/bought/{the_order().public_id}/")
    assert "blueprint_access" not in entered.cookies


def test_selfies_first_and_then_paid(stripe: StripeStandIn) -> None:
    known = make_subscriber(bought=False)
    client = Client()
    client.cookies["blueprint_access"] = known.access_token
    assert "Buy the blueprint for $47" in client.get("/blueprint/paid/").text
    buy_blueprint(client)
    assert stripe.seen()["sessions"][0]["customer_email"] == known.email
    stripe.pay(the_order().session_id or "")
    client.get(f"/orders/{the_order().public_id}/")
    known.refresh_from_db()
    assert known.paid_blueprint_purchased
    assert Subscriber.objects.count() == 1


def test_a_refund_closes_the_blueprint_and_a_won_dispute_opens_it(stripe: StripeStandIn) -> None:
    known = make_subscriber(bought=False)
    client = Client()
    client.cookies["blueprint_access"] = known.access_token
    buy_blueprint(client)
    stripe.pay(the_order().session_id or "")
    order = settlement.refresh(the_order().pk)
    stripe.dispute(order.payment_intent or "")
    settlement.refresh(order.pk)
    known.refresh_from_db()
    assert not known.paid_blueprint_purchased
    stripe.dispute(order.payment_intent or "", "won")
    settlement.refresh(order.pk)
    known.refresh_from_db()
    assert known.paid_blueprint_purchased


def test_a_blueprint_that_was_paid_for_twice_is_on_the_list(stripe: StripeStandIn) -> None:
    for _ in range(2):
        client = Client()
        buy_blueprint(client)
        stripe.pay(stripe.seen()["sessions"][-1]["id"], email="mia@example.com")
    first, second = Order.objects.order_by("pk")
    settlement.refresh(first.pk)
    settlement.refresh(second.pk)
    assert Subscriber.objects.filter(paid_blueprint_purchased=True).count() == 2  # two blueprints, two links
