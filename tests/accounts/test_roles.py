"""What support, operators and administrators may do, and that it is written down with its reason."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client

from accounts import roles
from accounts.models import User
from blueprint.models import Mail, Subscriber
from credits import services as ledger
from credits.models import Account, Entry
from generation.models import Prediction
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db
SUBSCRIBERS = "/admin/blueprint/subscriber/"


def staff(role: str) -> Client:
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, action: str, subscriber: Subscriber, **more: str) -> Any:
    return client.post(
        SUBSCRIBERS, {"action": action, "_selected_action": subscriber.pk, **more}, follow=True
    )


CONFIRMED = {"confirmed": "1", "reason": "She asked for it by mail."}


@pytest.mark.parametrize("role", [roles.SUPPORT, roles.OPERATOR, roles.ADMINISTRATOR])
def test_everybody_looks_and_sends_mails_again(role: str, fake: Any) -> None:
    client, noa = staff(role), make_subscriber()
    Mail.objects.create(subscriber=noa, kind=Mail.Kind.WELCOME, to=noa.email, status=Mail.Status.SENT)
    assert client.get(f"{SUBSCRIBERS}{noa.pk}/change/").status_code == 200
    act(client, "send_welcome", noa)
    assert Mail.objects.filter(subscriber=noa).count() == 2


@pytest.mark.parametrize(
    ("role", "makes"), [(roles.SUPPORT, 0), (roles.OPERATOR, 30), (roles.ADMINISTRATOR, 30)]
)
def test_operators_generate_and_support_does_not(role: str, makes: int, fake: Any) -> None:
    act(staff(role), "generate_missing", make_subscriber())
    assert Prediction.objects.count() == makes


@pytest.mark.parametrize(
    ("role", "erased"), [(roles.SUPPORT, False), (roles.OPERATOR, False), (roles.ADMINISTRATOR, True)]
)
def test_only_administrators_erase(role: str, erased: bool) -> None:
    noa = make_subscriber()
    act(staff(role), "erase", noa, **CONFIRMED)
    assert Subscriber.objects.filter(pk=noa.pk).exists() is not erased


@pytest.mark.parametrize(("role", "bought"), [(roles.OPERATOR, False), (roles.ADMINISTRATOR, True)])
def test_only_administrators_mark_as_bought(role: str, bought: bool) -> None:
    noa = make_subscriber(bought=False)
    act(staff(role), "mark_purchased", noa, **CONFIRMED)
    noa.refresh_from_db()
    assert noa.paid_blueprint_purchased is bought


def grant(client: Client, user: User, amount: int) -> Any:
    account = Account.objects.get(user=user)
    page = f"/admin/credits/account/{account.pk}/grant/"
    return client.post(page, {"amount": amount, "reason": "For the outage", "reference": f"staff:{amount}"})


def test_operators_grant_up_to_their_limit_a_day(settings: Any) -> None:
    settings.OPERATOR_GRANT_LIMIT = 10
    designer, client = make_user(balance=1), staff(roles.OPERATOR)
    assert grant(client, designer, 8).status_code == 302
    refused = grant(client, designer, 3)
    assert "You may give 2 more credits today" in refused.text
    assert ledger.balance(designer) == 9


def test_support_grants_nothing_and_administrators_what_they_like(settings: Any) -> None:
    settings.OPERATOR_GRANT_LIMIT = 10
    designer = make_user(balance=1)
    grant(staff(roles.SUPPORT), designer, 5)
    assert ledger.balance(designer) == 1
    grant(staff(roles.ADMINISTRATOR), designer, 500)
    assert ledger.balance(designer) == 501


def test_what_is_done_to_money_is_written_down_with_who_and_why() -> None:
    designer, client = make_user(balance=1), staff(roles.ADMINISTRATOR)
    grant(client, designer, 5)
    entry = LogEntry.objects.get()
    assert entry.additional_data == {"what": "Gave 5 credits.", "why": "For the outage"}
    assert entry.actor is not None
    assert entry.actor.is_staff


@pytest.mark.parametrize("action", ["reissue", "revoke", "mark_purchased", "erase"])
def test_without_a_reason_it_is_not_done(action: str) -> None:
    noa, client = make_subscriber(bought=False), staff(roles.ADMINISTRATOR)
    for more in ({}, {"confirmed": "1"}, {"confirmed": "1", "reason": "  "}):
        assert "For the audit log" in act(client, action, noa, **more).text
    after = Subscriber.objects.get(pk=noa.pk)
    assert (after.access_token, after.paid_blueprint_purchased) == (noa.access_token, False)
    assert not LogEntry.objects.exists()


def test_the_log_of_an_erased_subscriber_names_no_address() -> None:
    noa = make_subscriber(email="noa.private@example.com")
    act(staff(roles.ADMINISTRATOR), "erase", noa, **CONFIRMED)
    entry = LogEntry.objects.get()
    assert entry.object_repr == f"subscriber {noa.pk}"
    assert "private" not in f"{entry.additional_data} {entry.changes}"


def test_selfies_are_shown_after_a_click_that_is_written_down(fake: Any) -> None:
    noa, client = make_subscriber(), staff(roles.SUPPORT)
    page = f"{SUBSCRIBERS}{noa.pk}/"
    assert "/small" not in client.get(f"{page}change/").text
    assert client.get(f"{page}selfies/").status_code == 405
    assert "/small" in client.post(f"{page}selfies/").text
    assert LogEntry.objects.get().additional_data["what"] == "Looked at the selfies."


def test_refunding_charges_says_how_much_first() -> None:
    designer, client = make_user(balance=20), staff(roles.ADMINISTRATOR)
    charge = ledger.charge(holder=designer, amount=9, reference="run:1", description="A run")
    page, chosen = "/admin/credits/entry/", {"action": "give_back", "_selected_action": charge.pk}
    assert "Refund 1 charges, 9 credits in all?" in client.post(page, chosen).text
    client.post(page, {**chosen, **CONFIRMED})
    assert ledger.balance(designer) == 20
    assert Entry.objects.filter(kind=Entry.Kind.REFUND).count() == 1
