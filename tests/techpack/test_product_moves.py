"""Moving a product into a team, to another one, and back to a person."""

import pytest
from django.test import Client

from accounts import deletion
from accounts.models import Membership, Role, Team, User
from core import audit
from credits import services as ledger
from credits import statement
from generation.models import Asset, Prediction
from techpack import hand_over
from techpack.models import Product
from techpack.services import measurements, product_moves, runs
from techpack.services.errors import NotPossible, RunInProgress
from techpack.services.products import assets_of
from techpack.services.spreadsheet import duplicates
from techpack.services.takes import regenerate
from tests.accounts.test_teams import api, make_team, signed_in
from tests.support.factories import make_product, make_run, make_user
from tests.support.job_queue import work
from tests.techpack.api.calling import Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def move(client: Client, product: Product, team: Team | None) -> int:
    """The status of the answer of the page."""
    place = {"place": str(team.pk if team else 0)}
    return client.post(f"/techpacks/{product.pk}/move/", place).status_code


def opens(user: User, path: str) -> bool:
    return signed_in(user).get(path).status_code == 200


def finished(owner: User) -> Product:
    run = make_run(owner)
    work()
    return run.product


def test_a_product_goes_into_a_team_with_its_pictures_and_calls() -> None:
    owner, viewer, stranger = make_user(balance=20), make_user(), make_user()
    team = make_team(owner, (viewer, Role.VIEWER))
    product = finished(owner)
    assert move(signed_in(owner), product, team) == 302

    page = f"/techpacks/{product.pk}/"
    assert opens(viewer, page)
    assert not opens(stranger, page)
    mine = Asset.objects.exclude(account=team.account)
    assert not mine.exists(), "every picture of it"
    picture = f"/media/{product.runs.get().close_ups.first().asset_id}/original"
    assert (opens(viewer, picture), opens(stranger, picture)) == (True, False)
    assert set(Prediction.objects.values_list("account", flat=True)) == {team.account}


def test_what_was_charged_stays_and_the_new_place_pays_from_now_on() -> None:
    owner = make_user(balance=20)
    team = make_team(owner, balance=30)
    product = finished(owner)
    before = ledger.balance(owner)
    product_moves.move_product(product=product, by=owner, team=team)
    close_up = product.runs.get().close_ups.first()
    regenerate(piece=close_up, by=owner, instruction="Brighter")
    work()
    assert (ledger.balance(owner), ledger.balance(team)) == (before, 29)
    lines = statement.page(owner).lines
    assert [line.meaning for line in lines] == [None] * len(lines), "no name or link of what is elsewhere"
    assert statement.page(team).lines[0].meaning.words == "Green tee, run 1"


def test_a_product_goes_to_another_team_and_back_to_a_person() -> None:
    owner, colleague = make_user(balance=20), make_user()
    first, second = make_team(owner, (colleague, Role.EDITOR)), make_team(owner)
    product = finished(owner)
    client = signed_in(owner)
    move(client, product, first)
    move(client, product, second)
    assert not opens(colleague, f"/techpacks/{product.pk}/"), "out at once"
    assert api(colleague, "GET", f"products/{product.pk}") == 404
    move(client, product, None)
    product.refresh_from_db()
    assert (product.team, product.owner) == (None, owner)
    assert not Asset.objects.exclude(account=f"user:{owner.pk}").exists()
    told = [entry.additional_data["what"] for entry in audit.of(Product, product.pk)]
    assert told[::-1] == [
        f"Moved from its owner alone to team {first.pk}.",
        f"Moved from team {first.pk} to team {second.pk}.",
        f"Moved from team {second.pk} to its owner alone.",
    ]


def test_an_editor_takes_a_product_of_the_team_and_owns_it() -> None:
    owner, editor = make_user(), make_user()
    team = make_team(owner, (editor, Role.EDITOR))
    product = make_product(owner, team=team)
    assert move(signed_in(editor), product, None) == 302
    product.refresh_from_db()
    assert (product.team, product.owner) == (None, editor)
    assert not opens(owner, f"/techpacks/{product.pk}/")


@pytest.mark.parametrize(("role", "there"), [("viewer", 403), ("guest", 404)])
def test_who_may_only_look_moves_nothing(role: str, there: int) -> None:
    owner, member = make_user(), make_user()
    team = make_team(owner, (member, Role(role)))
    product, own = make_product(owner, team=team), make_product(member)
    client = signed_in(member)
    assert move(client, product, None) == there
    assert move(client, own, team) == 422, "nor into it"
    assert api(member, "PATCH", f"products/{product.pk}", teamId=None) == there
    assert api(member, "PATCH", f"products/{own.pk}", teamId=team.pk) == 403
    for user, moved, target in ((member, product, None), (member, own, team)):
        with pytest.raises(NotPossible):
            product_moves.move_product(product=moved, by=user, team=target)
    assert Product.objects.get(pk=product.pk).team == team
    assert Product.objects.get(pk=own.pk).team is None


def test_a_stranger_neither_takes_a_product_nor_gives_one() -> None:
    owner, stranger = make_user(), make_user()
    team = make_team(owner)
    product, own = make_product(owner, team=team), make_product(stranger)
    assert move(signed_in(stranger), product, None) == 404
    assert move(signed_in(stranger), own, team) == 422
    assert api(stranger, "PATCH", f"products/{own.pk}", teamId=team.pk) == 404
    with pytest.raises(NotPossible):
        product_moves.move_product(product=make_product(owner), by=stranger, team=None)


def test_who_lost_the_role_meanwhile_moves_nothing() -> None:
    owner, editor = make_user(), make_user()
    team = make_team(owner, (editor, Role.EDITOR))
    product = make_product(editor)
    Membership.objects.filter(user=editor).update(role=Role.VIEWER)
    with pytest.raises(NotPossible, match="Only owners and editors of Atelier"):
        product_moves.move_product(product=product, by=editor, team=team)


def test_nothing_moves_while_something_is_made() -> None:
    owner = make_user(balance=40)
    team = make_team(owner)
    run = make_run(owner)
    answer = signed_in(owner).post(f"/techpacks/{run.product_id}/move/", {"place": team.pk})
    assert (answer.status_code, "A run is under way" in answer.text) == (409, True)
    work()
    regenerate(piece=run.close_ups.first(), by=owner, instruction="Brighter")
    with pytest.raises(RunInProgress):
        product_moves.move_product(product=run.product, by=owner, team=team)
    work()
    product_moves.move_product(product=run.product, by=owner, team=team)
    assert not Asset.objects.exclude(account=team.account).exists()


def test_a_run_that_was_canceled_is_resumed_with_the_credits_of_the_team() -> None:
    owner = make_user(balance=9)
    team = make_team(owner, balance=9)
    run = make_run(owner)
    runs.cancel_run(tech_pack=run)
    work()
    product_moves.move_product(product=run.product, by=owner, team=team)
    before = ledger.balance(owner)
    run.refresh_from_db()
    runs.resume_run(tech_pack=run)
    work()
    assert ledger.balance(owner) == before
    assert ledger.balance(team) == 0


def test_issued_revisions_links_and_library_stay_as_they_are() -> None:
    owner, guest = make_user(), make_user()
    team = make_team(owner, (guest, Role.GUEST))
    product = make_product(owner)
    measurements.refresh(product=product)
    release = hand_over.issue(product=product, by=owner, force=True)
    shared = hand_over.share(release=release)
    move(signed_in(owner), product, team)
    assert Client().get(f"/shared/{shared.token}/").status_code == 200
    assert product.releases.get() == release
    issued = f"/techpacks/{product.pk}/issued/1/pdf.file"
    assert opens(guest, issued), "guests of a team see what was issued"
    move(signed_in(owner), product, None)
    assert not opens(guest, issued)


def test_no_product_shows_pictures_of_another() -> None:
    """What moving stands on: `assets_of` belongs to one product alone."""
    owner = make_user(balance=40)
    product = finished(owner)
    measurements.refresh(product=product)
    copy = duplicates.duplicate(product=product, name="Next", with_measures=True)
    again = finished(owner)
    assert assets_of(copy) == set()
    assert assets_of(product) & assets_of(again) == set()


def test_deleting_the_account_of_who_made_it_leaves_the_product_of_the_team_whole() -> None:
    owner, maker = make_user(), make_user(balance=20)
    team = make_team(owner, (maker, Role.EDITOR))
    product = finished(maker)
    product_moves.move_product(product=product, by=maker, team=team)
    deletion.erase(user_id=maker.pk)
    work()
    product.refresh_from_db()
    assert product.owner == owner
    assert not Asset.objects.filter(released_at__isnull=False).exists()
    assert Prediction.objects.filter(request__has_key="prompt").count() == Prediction.objects.count()


def test_the_page_says_what_changes_and_where_it_may_go() -> None:
    owner = make_user(balance=5)
    team = make_team(owner, balance=7)
    product = make_product(owner)
    page = signed_in(owner).get(f"/techpacks/{product.pk}/move/").text
    assert "Atelier" in page
    assert "1 member, 7" in page
    assert "Moving is free" in page
    lonely = make_user()
    assert "nowhere" in signed_in(lonely).get(f"/techpacks/{make_product(lonely).pk}/move/").text
    viewer = make_user()
    Membership.objects.create(team=team, user=viewer, role=Role.VIEWER)
    move(signed_in(owner), product, team)
    assert "Only owners and editors" in signed_in(viewer).get(f"/techpacks/{product.pk}/move/").text


def test_programs_see_teams_make_products_in_them_and_move_them() -> None:
    owner = make_user()
    team = make_team(owner, balance=3)
    program = Program(owner)
    listed = program.get("teams").json()["data"]["teams"]
    assert listed == [{"teamId": team.pk, "name": "Atelier", "role": "owner", "credits": 3}]
    made = program.data("products", {"name": "Coat", "teamId": team.pk})["productId"]
    assert program.get(f"products/{made}").json()["data"]["teamId"] == team.pk
    moved = program.call("PATCH", f"products/{made}", {"teamId": None, "name": "My coat"}).json()["data"]
    assert (moved["teamId"], moved["name"]) == (None, "My coat")
    assert program.call("PATCH", f"products/{made}", {"notes": "Wool"}).json()["data"]["teamId"] is None
    moved = program.call("PATCH", f"products/{made}", {"teamId": team.pk}).json()["data"]
    assert moved["teamId"] == team.pk
    stranger = Program(make_user())
    assert stranger.post("products", {"name": "Coat", "teamId": team.pk}).status_code == 404
