"""Libraries by the API: kept, listed, renamed, put into products and deleted, by those who may."""

import pytest

from accounts.models import Membership, Role
from techpack.models import LibraryEntry, Product
from techpack.services import measurements
from tests.accounts.test_teams import make_team
from tests.support.factories import make_user
from tests.support.sheets import add, put
from tests.techpack.api.calling import Program

pytestmark = pytest.mark.django_db


def make_tee(owner: object, **more: object) -> Product:
    product = Product.objects.create(owner=owner, name="Tee", product_type="t-shirt", **more)
    measurements.refresh(product=product)
    put(product, "header", 1, brand="Rosa", sizes="S, M", base_size="M", size_system="alpha")
    return product


def test_a_list_is_kept_renamed_applied_taken_back_and_deleted() -> None:
    program = Program()
    tee, other = make_tee(program.user), make_tee(program.user)
    add(tee, "labels", type="flag", placement="left hem")
    body = {"kind": "labels", "name": "Basics"}
    kept = program.data(f"products/{tee.pk}/library", body, idempotency_key="a")
    assert (kept["brand"], kept["teamId"], kept["kind"]) == ("Rosa", None, "labels")
    assert program.data(f"products/{tee.pk}/library", body, idempotency_key="a") == kept
    assert LibraryEntry.objects.count() == 1

    path = f"library/{kept['entryId']}"
    renamed = program.call("PATCH", path, {"name": "All labels", "brand": ""}).json()["data"]
    assert (renamed["name"], renamed["brand"]) == ("All labels", "")
    used = f"products/{other.pk}/library/{kept['entryId']}/apply"
    for _ in range(2):  # asked again with the same key, it is not filled twice
        assert program.data(used, idempotency_key="b")["productId"] == other.pk
    assert other.label_rows.filter(type="flag", origin="suggested").count() == 1
    program.data(f"products/{other.pk}/sheets/undo")
    assert not other.label_rows.filter(type="flag").exists()

    assert program.call("DELETE", path).json()["data"] == {"entryId": kept["entryId"]}
    assert program.get(path).status_code == 404
    assert program.call("DELETE", path).status_code == 404


def test_the_list_of_lists_is_of_a_brand_and_of_a_kind() -> None:
    program = Program()
    tee = make_tee(program.user)
    for kind, brand in (("points", "Rosa"), ("sizes", ""), ("points", "Blau")):
        program.data(f"products/{tee.pk}/library", {"kind": kind, "name": f"{kind} {brand}", "brand": brand})

    def names(query: str) -> list[str]:
        return sorted(one["name"] for one in program.get(f"library{query}").json()["data"]["lists"])

    assert names("?brand=Rosa") == ["points Rosa", "sizes"]
    assert names("?kind=points") == ["points Blau", "points Rosa"]
    assert len(names("")) == 3


def test_a_name_that_is_taken_or_empty_is_refused() -> None:
    program = Program()
    tee = make_tee(program.user)
    first, second = (
        program.data(f"products/{tee.pk}/library", {"kind": "sizes", "name": name}) for name in ("A", "B")
    )
    path = f"library/{second['entryId']}"
    taken = program.call("PATCH", path, {"name": "A"})
    assert (taken.status_code, taken.json()["code"]) == (409, "not_possible")
    assert program.call("PATCH", path, {"name": "  "}).status_code == 409
    assert program.call("PATCH", path, {}).json()["data"] == second
    assert program.get(f"library/{first['entryId']}").json()["data"] == first
    assert program.post(f"products/{tee.pk}/library", {"kind": "shoes", "name": "C"}).status_code == 400
    empty = program.post(f"products/{tee.pk}/library", {"kind": "grades", "name": "\t"})
    assert empty.status_code == 409


@pytest.mark.parametrize(
    ("role", "reads", "writes"), [("editor", 200, 200), ("viewer", 200, 403), ("guest", 404, 404)]
)
def test_a_library_of_a_team_by_role(role: str, reads: int, writes: int) -> None:
    owner, member = Program(), Program()
    team = make_team(owner.user, (member.user, Role(role)))
    tee = make_tee(owner.user, team=team)
    kept = owner.data(f"products/{tee.pk}/library", {"kind": "sizes", "name": "Ours"})
    assert kept["teamId"] == team.pk
    path = f"library/{kept['entryId']}"
    assert member.get(path).status_code == reads
    assert bool(member.get("library").json()["data"]["lists"]) == (reads == 200)
    assert member.post(f"products/{tee.pk}/library/{kept['entryId']}/apply").status_code == writes
    assert member.call("PATCH", path, {"name": "Theirs"}).status_code == writes
    assert member.call("DELETE", path).status_code == writes
    assert LibraryEntry.objects.exists() == (writes != 200)
    Membership.objects.filter(user=member.user).delete()
    assert member.get(path).status_code == 404


def test_a_list_of_one_team_goes_into_no_product_of_another() -> None:
    owner = Program(make_user())
    one, two = make_team(owner.user), make_team(owner.user)
    kept = owner.data(
        f"products/{make_tee(owner.user, team=one).pk}/library", {"kind": "sizes", "name": "Ours"}
    )
    there = make_tee(owner.user, team=two)
    assert owner.post(f"products/{there.pk}/library/{kept['entryId']}/apply").status_code == 404
