"""Opening an order: the row first, one page for two presses, the price that was shown."""

import pytest
from django.test import Client

from accounts import teams
from accounts.models import Membership, Role
from billing import prices
from billing.models import Item, Order, Price
from tests.billing.support import buy_blueprint, buy_credits, signed_in, the_order
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user
from tests.support.stripe_server.running import StripeStandIn

pytestmark = pytest.mark.django_db


def test_buying_leads_to_the_checkout_page_with_the_price_that_was_shown(stripe: StripeStandIn) -> None:
    user = make_user("ana@example.com")
    client = signed_in(user)
    assert "Buy for $40" in client.get("/account/credits/").text

    answer = buy_credits(client)

    session = stripe.seen()["sessions"][0]
    order = the_order()
    assert (answer.status_code, answer.url) == (302, session["url"])
    assert (order.state, order.user, order.session_id) == ("open", user, session["id"])
    assert (session["amount_subtotal"], session["client_reference_id"]) == (4000, str(order.public_id))
    assert session["customer_email"] == "ana@example.com"


def test_a_second_press_opens_the_same_page(stripe: StripeStandIn) -> None:
    client = signed_in(make_user())
    assert buy_credits(client).url == buy_credits(client).url
    assert Order.objects.count() == 1


def test_a_guest_who_presses_twice_opens_the_same_page(stripe: StripeStandIn) -> None:
    guest = Client()
    assert buy_blueprint(guest).url == buy_blueprint(guest).url
    assert buy_blueprint(Client()).url != buy_blueprint(guest).url


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(stripe: StripeStandIn) -> None:
    client = signed_in(make_user())
    stripe.settings(cut=True)
    lost = buy_credits(client)
    stripe.settings(cut=False)
    answer = buy_credits(client)

    assert lost.status_code == 503
    assert "Nothing was charged" in lost.text
    assert lost["Retry-After"] == "60"
    assert [answer.url] == [session["url"] for session in stripe.seen()["sessions"]]
    assert Order.objects.count() == 1


def test_when_stripe_is_down_a_sentence_says_so_and_nothing_is_lost(stripe: StripeStandIn) -> None:
    stripe.settings(down=True)
    answer = buy_credits(signed_in(make_user()))
    assert answer.status_code == 503
    assert "The payment page could not be opened" in answer.text
    assert the_order().state == "created"


def test_a_price_that_changed_meanwhile_is_said_and_not_charged(stripe: StripeStandIn) -> None:
    client = signed_in(make_user())
    assert buy_credits(client, price="3900 usd").status_code == 409
    stripe.settings(wrong_amount=True)  # changed at Stripe, and not known here yet
    answer = buy_credits(client)
    assert answer.status_code == 409
    assert "The price has changed" in answer.text
    assert stripe.seen()["sessions"][0]["status"] == "expired"
    assert the_order().state == "expired"


def test_an_unknown_price_id_is_not_for_sale(stripe: StripeStandIn) -> None:
    stripe.settings(unknown_price=True)
    answer = buy_credits(signed_in(make_user()))
    assert answer.status_code == 409
    assert "This cannot be bought right now" in answer.text
    assert "No such price" in the_order().review
    assert [problem for problem in prices.sync() if "No such price" in problem]
    assert not Price.objects.exists()


def test_without_a_key_pages_say_how_to_ask(settings) -> None:
    settings.CREDITS_CONTACT = "ask@example.com"
    client = signed_in(make_user())
    page = client.get("/account/credits/").text
    assert "ask@example.com" in page
    assert "Buy for" not in page
    assert buy_credits(client).status_code == 409


@pytest.mark.parametrize("item", ["credits-7", "blueprint"])
def test_only_credit_packs_are_bought_there(stripe: StripeStandIn, item: str) -> None:
    assert buy_credits(signed_in(make_user()), item=item).status_code == 404


def test_a_page_at_a_strange_host_is_not_opened(stripe: StripeStandIn, settings) -> None:
    settings.STRIPE_CHECKOUT_HOSTS = ["checkout.stripe.com"]
    assert buy_credits(signed_in(make_user())).status_code == 503


def test_whoever_bought_a_blueprint_is_not_sold_a_second(stripe: StripeStandIn) -> None:
    client = Client()
    client.cookies["blueprint_access"] = make_subscriber(bought=True).access_token
    answer = buy_blueprint(client)
    assert answer.url == "/blueprint/paid/"
    assert not Order.objects.exists()


def test_a_foreign_order_is_not_shown(stripe: StripeStandIn) -> None:
    owner = signed_in(make_user())
    buy_credits(owner)
    address = f"/orders/{the_order().public_id}/"
    assert owner.get(address).status_code == 200
    assert signed_in(make_user()).get(address).status_code == 404
    assert Client().get(f"{address}state/").status_code == 404


def test_amounts_are_written_as_people_write_them() -> None:
    written = [
        prices.in_words(4700, "usd"), prices.in_words(4750, "eur"), prices.in_words(123456, "gbp"),
        prices.in_words(500, "jpy"), prices.in_words(990, "sek"),
    ]  # fmt: skip
    assert written == ["$47", "€47.50", "£1,234.56", "¥500", "9.90 SEK"]


def test_every_item_knows_its_credits() -> None:
    assert {item: item.credits for item in Item} == {
        Item.BLUEPRINT: 0, Item.CREDITS_30: 30, Item.CREDITS_100: 100, Item.CREDITS_300: 300
    }  # fmt: skip


def test_credits_bought_while_working_in_a_team_are_the_teams(stripe: StripeStandIn) -> None:
    owner, viewer = make_user("ana@example.com"), make_user("ben@example.com")
    team = teams.create(user=owner, name="Atelier")
    Membership.objects.create(team=team, user=viewer, role=Role.VIEWER)
    in_team = {user: signed_in(user) for user in (owner, viewer)}
    for client in in_team.values():
        client.post("/account/teams/work-in/", {"team": team.pk})
    assert buy_credits(in_team[viewer]).status_code == 403
    assert buy_credits(in_team[owner]).status_code == 302
    assert (the_order().user, the_order().team) == (owner, team)
