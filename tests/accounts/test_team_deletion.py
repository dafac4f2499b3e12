"""Deleting a team: its work and money become its owner's, and everybody's access ends."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import team_deletion, teams
from accounts.models import Invitation, Membership, Role, Team, User
from billing import credit_packs
from billing.models import Order
from core import audit
from credits import services as ledger
from credits.models import Account, Entry
from generation.models import Asset, Prediction
from techpack import hand_over
from techpack.models import LibraryEntry, Product
from techpack.services import measurements, runs
from tests.accounts.test_teams import api, make_team, product_of, signed_in
from tests.support.factories import make_user
from tests.support.job_queue import drain, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def delete(client: Client, team: Team, name: str = "Atelier") -> Any:
    return client.post(f"/account/teams/{team.pk}/delete/", {"name": name})


def make_order(team: Team, user: User, state: str = "granted", **more: Any) -> Order:
    facts = {"price_id": "price_1", "amount": 1500, "currency": "usd", "session_id": "cs_1"}
    return Order.objects.create(
        item="credits-30", user=user, team=team, state=state, paid_at=timezone.now(), **facts, **more
    )


def test_products_pictures_library_and_credits_become_the_owners() -> None:
    owner, editor = make_user(balance=3), make_user()
    team = make_team(owner, (editor, Role.EDITOR), balance=20)
    product = product_of(team, editor)
    runs.start_run(product=product)
    work()
    measurements.refresh(product=product)
    shared = hand_over.share(release=hand_over.issue(product=product, by=owner, force=True))
    row = {"brand": "", "kind": "sizes", "name": "Women"}
    LibraryEntry.objects.create(team=team, owner=editor, **row)
    LibraryEntry.objects.create(team=None, owner=owner, **row)

    assert delete(signed_in(owner), team).status_code == 302

    product.refresh_from_db()
    assert (product.owner, product.team) == (owner, None)
    assert set(Asset.objects.values_list("account", flat=True)) == {f"user:{owner.pk}"}
    assert set(Prediction.objects.values_list("account", flat=True)) == {f"user:{owner.pk}"}
    names = LibraryEntry.objects.filter(owner=owner, team=None).values_list("name", flat=True)
    assert sorted(names) == ["Women", "Women (Atelier)"]
    assert ledger.balance(owner) == 14
    assert Client().get(f"/shared/{shared.token}/").status_code == 200
    assert not Team.objects.exists()


def test_access_ends_at_once_and_members_are_told() -> None:
    owner, editor = make_user(), make_user("ben@example.com")
    team = make_team(owner, (editor, Role.EDITOR))
    product = product_of(team, editor)
    invitation = teams.invite(team=team, by=owner, email="eve@example.com", role=Role.VIEWER)
    link = f"/account/teams/join/{teams.link_of(invitation)}/"
    client = signed_in(editor)
    client.post("/account/teams/work-in/", {"team": team.pk})
    drain()
    mail.outbox.clear()

    delete(signed_in(owner), team)

    drain()
    assert client.get(f"/techpacks/{product.pk}/").status_code == 404
    assert client.get("/techpacks/").status_code == 200
    assert api(editor, "GET", f"products/{product.pk}") == 404
    assert signed_in(make_user("eve@example.com")).post(link).status_code == 410
    assert not Invitation.objects.exists()
    assert [(one.to, one.subject) for one in mail.outbox] == [(["ben@example.com"], "Atelier was deleted")]
    assert f"belong to {owner.email}" in " ".join(mail.outbox[0].body.split())
    (entry,) = audit.of(Team, team.pk)
    assert entry.actor == owner
    assert "1 product" in entry.additional_data["what"]


def test_the_page_says_in_numbers_what_ends_and_what_moves() -> None:
    owner = make_user()
    team = make_team(owner, (make_user(), Role.VIEWER), (make_user(), Role.GUEST), balance=12)
    product_of(team, owner)
    teams.invite(team=team, by=owner, email="eve@example.com", role=Role.VIEWER)
    make_order(team, owner)
    page = " ".join(signed_in(owner).get(f"/account/teams/{team.pk}/delete/").text.split())
    for words in ("2 other members", "1 invitation:", "1 product,", "12 credits", "1 purchase,"):
        assert words in page, words


@pytest.mark.parametrize("role", ["editor", "viewer", "guest"])
def test_only_an_owner_deletes_a_team(role: str) -> None:
    owner, member = make_user(), make_user()
    team = make_team(owner, (member, Role(role)))
    assert delete(signed_in(member), team).status_code == 403
    assert delete(signed_in(make_user()), team).status_code == 404
    with pytest.raises(teams.NotAllowed):
        team_deletion.delete(team=team, by=member)
    assert Team.objects.exists()


def test_the_name_is_typed_once_more() -> None:
    owner = make_user()
    team = make_team(owner)
    answer = delete(signed_in(owner), team, name="Another")
    assert (answer.status_code, "The team is called Atelier" in answer.text) == (422, True)
    assert Membership.objects.exists()


def test_a_team_stays_while_something_is_made_or_paid() -> None:
    owner = make_user()
    team = make_team(owner, balance=20)
    runs.start_run(product=product_of(team, owner))
    answer = delete(signed_in(owner), team)
    assert (answer.status_code, "Something is being made" in answer.text) == (409, True)
    work()
    order = make_order(team, owner, state="open")
    answer = delete(signed_in(owner), team)
    assert (answer.status_code, "A purchase or refund" in answer.text) == (409, True)
    assert ledger.balance(team) == 11
    Order.objects.filter(pk=order.pk).update(state="granted")
    assert delete(signed_in(owner), team).status_code == 302


def test_no_credit_vanishes_and_what_comes_back_later_goes_to_the_owner() -> None:
    owner = make_user()
    team = make_team(owner, balance=20)
    charge = ledger.charge(holder=team, amount=5, reference="step:0:1", description="A step")
    team_deletion.delete(team=team, by=owner)
    assert ledger.balance(owner) == 15
    ledger.refund(charge=charge, amount=5, description="Given back by staff")
    ledger.refund(charge=charge, amount=5, description="Given back by staff")
    assert ledger.balance(owner) == 20
    closed = Account.objects.get(entries=charge)
    assert (closed.balance, sum(closed.entries.values_list("amount", flat=True))) == (0, 0)
    kinds = Entry.objects.filter(account__user=owner).values_list("kind", "amount")
    assert sorted(kinds) == [("transfer", 5), ("transfer", 15)]


def test_money_that_goes_back_takes_the_credits_from_who_has_them() -> None:
    owner, editor = make_user(), make_user(balance=30)
    team = make_team(owner, (editor, Role.EDITOR))
    order = make_order(team, editor, amount_paid=1500)
    credit_packs.grant(order, None)  # type: ignore[arg-type]
    team_deletion.delete(team=team, by=owner)
    order.refresh_from_db()
    order.amount_refunded = 1500
    credit_packs.adjust(order)
    assert (ledger.balance(owner), ledger.balance(editor)) == (0, 30)


class LateProduct:
    """A product that somebody makes after the others were handed over."""

    def holdings(self, team: Team) -> list[str]:
        return []

    def hand_over(self, team: Team, owner: User) -> None:
        Product.objects.create(owner=owner, team=team, name="Late")

    def has_any(self, team: Team) -> bool:
        return False


def test_no_product_goes_with_its_team_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = make_user()
    team = make_team(owner, balance=4)
    monkeypatch.setattr(team_deletion, "_parts", [*team_deletion._parts, LateProduct()])
    with pytest.raises(teams.NotAllowed, match="just being written"):
        team_deletion.delete(team=team, by=owner)
    assert ledger.balance(team) == 4
