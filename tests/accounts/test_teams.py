"""Teams: joining, roles, leaving, and whose products, credits and pictures are whose."""

import json
import re

import pytest
from django.core import mail
from django.test import Client

from accounts import deletion, teams, tokens
from accounts.models import Invitation, Membership, Role, Team, User
from credits import services as ledger
from generation.models import Asset
from techpack.models import Product, TechPack
from techpack.services import products as product_services
from techpack.services import runs
from tests.support.factories import make_draft, make_product, make_user
from tests.support.job_queue import drain, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_team(owner: User, *others: tuple[User, Role], balance: int = 0) -> Team:
    team = teams.create(user=owner, name="Atelier")
    for user, role in others:
        Membership.objects.create(team=team, user=user, role=role)
    if balance:
        ledger.grant(holder=team, amount=balance, reference=f"team:{team.pk}", description="For the team")
    return team


def product_of(team: Team, owner: User) -> Product:
    return product_services.create_product(
        owner=owner, team=team, name="Team coat", photos=[(make_draft(owner), "front")]
    )


def api(user: User, method: str, path: str, **body: object) -> int:
    _, token = tokens.issue(user=user, name="test")
    answer = Client().generic(
        method, f"/api/tech-pack-v2/{path}", json.dumps(body), "application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    return answer.status_code


# --- joining ---------------------------------------------------------------------------------------------


def test_somebody_is_invited_by_mail_and_joins() -> None:
    owner, guest = make_user("ana@example.com"), make_user("Ben@example.com")
    team = make_team(owner)
    signed_in(owner).post(f"/account/teams/{team.pk}/", {"email": "ben@EXAMPLE.com", "role": "editor"})
    drain()
    link = re.search(r"(/account/teams/join/\S+)", mail.outbox[0].body)[1]
    assert mail.outbox[0].to == ["ben@EXAMPLE.com"]

    assert "Sign in to join" in Client().get(link).text
    client = signed_in(guest)
    assert "Join the team" in client.get(link).text
    assert not Membership.objects.filter(user=guest).exists()  # programs that look at mail follow links
    client.post(link)

    assert Membership.objects.get(user=guest).role == "editor"
    assert Client().get(link).status_code == 410


def test_an_invitation_works_for_its_address_alone() -> None:
    team, stranger = make_team(make_user()), make_user()
    invitation = teams.invite(team=team, by=make_user(), email="ben@example.com", role=Role.VIEWER)
    answer = signed_in(stranger).post(f"/account/teams/join/{teams.link_of(invitation)}/")
    assert answer.status_code == 403
    assert "This invitation is for ben@example.com" in answer.text
    assert signed_in(stranger).get("/account/teams/join/forged/").status_code == 410


def test_an_invitation_that_was_withdrawn_opens_nothing() -> None:
    owner = make_user()
    team = make_team(owner)
    invitation = teams.invite(team=team, by=owner, email="ben@example.com", role=Role.VIEWER)
    link = f"/account/teams/join/{teams.link_of(invitation)}/"
    signed_in(owner).post(f"/account/teams/{team.pk}/invitations/{invitation.pk}/withdraw/")
    assert not Invitation.objects.exists()
    assert signed_in(make_user("ben@example.com")).post(link).status_code == 410


def test_only_owners_invite_and_nobody_is_invited_as_owner() -> None:
    editor = make_user()
    team = make_team(make_user(), (editor, Role.EDITOR))
    client = signed_in(editor)
    assert (
        client.post(f"/account/teams/{team.pk}/", {"email": "x@example.com", "role": "viewer"}).status_code
        == 403
    )
    assert signed_in(make_user()).get(f"/account/teams/{team.pk}/").status_code == 404
    with pytest.raises(teams.NotAllowed):
        teams.invite(team=team, by=editor, email="x@example.com", role=Role.OWNER)


# --- whose is whose ---------------------------------------------------------------------------------------


def test_products_credits_and_pictures_belong_to_the_team() -> None:
    owner, editor = make_user(balance=5), make_user(balance=5)
    team = make_team(owner, (editor, Role.EDITOR), balance=20)
    product = product_of(team, editor)
    client = signed_in(owner)

    assert "Team coat" not in client.get("/techpacks/").text  # works alone
    client.post("/account/teams/work-in/", {"team": team.pk})
    listed = client.get("/techpacks/").text
    assert "Team coat" in listed
    assert "20 credits" in listed
    photo = product.revisions.get().asset
    assert client.get(f"/media/{photo.pk}/original").status_code == 200
    assert signed_in(make_user()).get(f"/media/{photo.pk}/original").status_code == 404

    runs.start_run(product=product)
    work()
    assert (ledger.balance(team), ledger.balance(editor), ledger.balance(owner)) == (11, 5, 5)
    made = Asset.objects.exclude(pk=photo.pk).filter(account=team.account)
    assert made.exists()


def test_a_product_that_is_opened_changes_the_workspace_to_its_team() -> None:
    owner = make_user()
    team = make_team(owner, balance=7)
    product, own = product_of(team, owner), make_product(owner)
    client = signed_in(owner)
    assert "7 credits" in client.get(f"/techpacks/{product.pk}/").text
    assert "0 credits" in client.get(f"/techpacks/{own.pk}/").text


@pytest.mark.parametrize(
    ("role", "page", "post", "read", "write"),
    [("editor", 200, 302, 200, 200), ("viewer", 200, 403, 200, 403), ("guest", 404, 404, 404, 404)],
)
def test_what_a_role_may_do(role: str, page: int, post: int, read: int, write: int) -> None:
    owner, member = make_user(), make_user()
    team = make_team(owner, (member, Role(role)), balance=20)
    product = product_of(team, owner)
    client = signed_in(member)
    assert client.get(f"/techpacks/{product.pk}/").status_code == page
    edited = client.post(f"/techpacks/{product.pk}/edit/", {"name": "Renamed", "notes": ""})
    assert edited.status_code in ({302: (302, 303)}.get(post, (post,)))
    assert api(member, "GET", f"products/{product.pk}") == read
    assert api(member, "PATCH", f"products/{product.pk}", name="Renamed again") == write
    product.refresh_from_db()
    assert product.name == ("Renamed again" if role == "editor" else "Team coat")


def test_a_viewer_makes_no_product_for_the_team() -> None:
    viewer = make_user()
    team = make_team(make_user(), (viewer, Role.VIEWER))
    client = signed_in(viewer)
    client.post("/account/teams/work-in/", {"team": team.pk})
    draft = make_draft(viewer)
    answer = client.post("/techpacks/new/", {"name": "Mine", "drafts": draft.pk, f"view-{draft.pk}": "front"})
    assert answer.status_code in (403, 422)
    assert not Product.objects.exists()


def test_a_guest_sees_issued_revisions_alone() -> None:
    owner, guest = make_user(), make_user()
    team = make_team(owner, (guest, Role.GUEST))
    photo = product_of(team, owner).revisions.get().asset
    client = signed_in(guest)
    assert client.get(f"/media/{photo.pk}/original").status_code == 404
    client.post("/account/teams/work-in/", {"team": team.pk})
    page = client.get("/techpacks/").text
    assert "Nothing has been issued yet" in page
    assert "Team coat" not in page


# --- leaving ------------------------------------------------------------------------------------------------


def test_who_is_removed_is_out_at_once_and_a_run_goes_on() -> None:
    owner, editor = make_user(), make_user()
    team = make_team(owner, (editor, Role.EDITOR), balance=20)
    product = product_of(team, editor)
    client = signed_in(editor)
    assert client.get(f"/techpacks/{product.pk}/").status_code == 200
    run = runs.start_run(product=product)

    member = Membership.objects.get(user=editor)
    signed_in(owner).post(f"/account/teams/{team.pk}/members/{member.pk}/", {"act": "remove"})

    assert client.get(f"/techpacks/{product.pk}/").status_code == 404
    assert client.get("/techpacks/").status_code == 200
    assert api(editor, "GET", f"products/{product.pk}") == 404
    work()
    product.refresh_from_db()
    assert (product.owner, TechPack.objects.get(pk=run.pk).status) == (owner, "complete")


def test_a_team_keeps_an_owner() -> None:
    owner, editor = make_user(), make_user()
    team = make_team(owner, (editor, Role.EDITOR))
    mine, theirs = Membership.objects.get(user=owner), Membership.objects.get(user=editor)
    client = signed_in(owner)
    answer = client.post(f"/account/teams/{team.pk}/members/{mine.pk}/", {"act": "remove"}, follow=True)
    assert "A team needs an owner" in answer.text
    client.post(f"/account/teams/{team.pk}/members/{theirs.pk}/", {"act": "hand-over"})
    assert [row.role for row in Membership.objects.order_by("pk")] == ["editor", "owner"]
    client.post(f"/account/teams/{team.pk}/members/{mine.pk}/", {"act": "remove"})
    assert Membership.objects.get().user == editor


def test_deleting_an_account_leaves_the_team_whole() -> None:
    owner, editor = make_user(), make_user()
    team = make_team(owner, (editor, Role.EDITOR))
    product = product_of(team, editor)
    with pytest.raises(deletion.NotPossible, match="Hand it over"):
        deletion.erase(user_id=owner.pk)
    deletion.erase(user_id=editor.pk)
    product.refresh_from_db()
    assert product.owner == owner
    deletion.erase(user_id=owner.pk)  # nobody else is in it now
    work()
    assert not Team.objects.exists()
    assert not Product.objects.exists()
    assert not Asset.objects.filter(account=team.account, released_at=None).exists()
