"""Values changed in words and pictures made again, through the API."""

from typing import Any

import pytest

from techpack.editing import values
from techpack.models import BaseView, CloseUp, Product, Proposal, Revision, Sketch, Take
from tests.support import factories
from tests.support.job_queue import work
from tests.techpack.api.calling import HOME, Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

PATH = "summary"


def an_edit(**more: Any) -> dict[str, Any]:
    wish = {"revisionId": Revision.objects.get().pk, "fieldPath": PATH, "editPrompt": "Make it a band collar"}
    return wish | more


def summary() -> str:
    facts = BaseView.objects.get().facts
    assert facts is not None
    return facts.summary


def edited(program: Program, key: str = "a", **more: Any) -> Any:
    """Asked, answered by the engine, and asked for again with the same key."""
    body = an_edit(**more)
    assert program.post("edit", body, idempotency_key=f"{key}-first").status_code == 202
    work()
    return Proposal.objects.latest("pk")


def test_an_edit_is_applied_at_once_and_costs_a_credit(program: Program) -> None:
    before = program.balance
    answer = program.post("edit", an_edit())
    assert answer.status_code == 202
    assert answer.json()["data"]["proposalId"] == Proposal.objects.get().pk
    work()
    assert summary() == "Band collar"
    assert program.balance == before - 1
    state = program.get(f"products/{Product.objects.get().pk}").json()["data"]
    assert state["credits"]["edits"] == 1


def test_an_edit_that_is_not_to_be_applied_is_a_proposal(program: Program) -> None:
    proposal = edited(program, apply=False)
    assert summary() != "Band collar"
    accepted = program.data(f"edit/{proposal.pk}/accept")
    assert (accepted["updatedValue"], accepted["fieldPath"], accepted["creditsUsed"]) == (
        "Band collar",
        PATH,
        1,
    )
    assert program.data(f"edit/{proposal.pk}/accept") == accepted
    assert summary() == "Band collar"
    refused = program.post(f"edit/{proposal.pk}/discard")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready")


def test_a_proposal_is_discarded(program: Program) -> None:
    proposal = edited(program, apply=False)
    assert program.data(f"edit/{proposal.pk}/discard")["status"] == "discarded"
    assert program.post(f"edit/{proposal.pk}/accept").status_code == 409
    assert summary() != "Band collar"


def test_a_value_changed_meanwhile_is_not_overwritten(program: Program) -> None:
    proposal = edited(program, apply=False)
    values.set_value(piece=BaseView.objects.get(), path=PATH, value="Mine", by=program.user)
    answer = program.post(f"edit/{proposal.pk}/accept")
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")
    assert summary() == "Mine"


def test_an_unknown_path_names_the_known_ones(program: Program) -> None:
    before = program.balance
    answer = program.post("edit", an_edit(fieldPath="colours.0.nam"))
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_path")
    assert "name" in answer.json()["known"]
    assert program.balance == before


def test_an_edit_twice_at_once_is_asked_and_charged_once(program: Program) -> None:
    before = program.balance
    first, second = program.post("edit", an_edit()), program.post("edit", an_edit())
    assert first.json() == second.json()
    work()
    assert program.balance == before - 1


def test_a_key_goes_on_with_its_edit_until_there_is_an_answer(program: Program) -> None:
    before = program.balance
    for _ in range(2):
        assert program.post("edit", an_edit(), idempotency_key="a").status_code == 202
    work()
    done = program.post("edit", an_edit(), idempotency_key="a")
    assert (done.status_code, done.json()["data"]["updatedValue"]) == (200, "Band collar")
    again = program.post("edit", an_edit(), idempotency_key="a")
    assert again.json() == done.json()
    assert "Idempotent-Replayed" in again.headers
    assert Proposal.objects.count() == 1
    assert program.balance == before - 1


def test_an_edit_on_its_way_is_looked_at_where_its_202_says(program: Program) -> None:
    product_id = Product.objects.get().pk
    was = summary()
    told = program.post("edit", an_edit(apply=False), prefer="respond-async").json()["data"]
    address = f"edit/{told['proposalId']}"
    assert told["statusUrl"] == f"http://testserver{HOME}{address}"
    found = program.get(address).json()["data"]
    assert (found["status"], found["isGenerating"], found["proposedValue"]) == ("asked", True, None)
    assert (found["fieldPath"], found["currentValue"], found["creditsUsed"]) == (PATH, was, 1)
    state = program.get(f"products/{product_id}").json()["data"]
    assert state["isGenerating"]
    assert [one["status"] for one in state["proposals"]] == ["asked"]
    work()
    found = program.get(address).json()["data"]
    assert (found["status"], found["isGenerating"]) == ("ready", False)
    assert (found["currentValue"], found["proposedValue"]) == (was, "Band collar")
    state = program.get(f"products/{product_id}").json()["data"]
    assert not state["isGenerating"]
    assert state["proposals"] == [found]
    program.post(f"{address}/accept")
    assert program.get(f"products/{product_id}").json()["data"]["proposals"] == []
    assert program.get(address).json()["data"]["status"] == "accepted"


def test_an_edit_that_failed_says_why_and_costs_nothing(program: Program) -> None:
    factories.script(edit=["refuse"])
    proposal = edited(program, apply=False)
    found = program.get(f"edit/{proposal.pk}").json()["data"]
    assert (found["status"], found["creditsUsed"]) == ("failed", 0)
    assert found["error"].endswith(".")


def test_an_edit_asked_again_while_its_proposal_waits_is_that_proposal(program: Program) -> None:
    proposal = edited(program, apply=False)
    before = program.balance
    again = program.data("edit", an_edit(apply=False))
    assert (again["proposalId"], again["status"]) == (proposal.pk, "ready")
    assert program.balance == before
    values.set_value(piece=BaseView.objects.get(), path=PATH, value="Mine", by=program.user)
    assert program.post("edit", an_edit(apply=False)).status_code == 202  # of another value


def test_an_edit_that_would_change_nothing_is_no_fault_of_ours(program: Program) -> None:
    values.set_value(piece=BaseView.objects.get(), path=PATH, value="Band collar", by=program.user)
    before = program.balance
    assert program.post("edit", an_edit(), idempotency_key="a").status_code == 202
    work()
    answer = program.post("edit", an_edit(), idempotency_key="a")
    assert (answer.status_code, answer.json()["code"]) == (422, "no_change")
    assert program.balance == before


@pytest.mark.parametrize(
    "more",
    [
        {"revisionId": None},
        {"sketchId": 1},
        {"editPrompt": None},
        {"fieldPath": "a\x00"},
        {"revisionId": "x"},
    ],
)
def test_an_edit_that_does_not_fit_is_refused(program: Program, more: dict[str, Any]) -> None:
    assert program.post("edit", an_edit(**more)).status_code == 400
    assert not Proposal.objects.exists()


def test_a_reference_inside_is_never_asked(program: Program) -> None:
    answer = program.post("edit", an_edit(referenceImageUrl="http://10.0.0.1/a.png"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_image_url")
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(("kind", "model"), [("closeUpId", CloseUp), ("sketchId", Sketch)])
def test_a_picture_is_made_again_for_a_credit(program: Program, kind: str, model: Any) -> None:
    piece = model.objects.order_by("pk").first()
    before, balance = piece.asset_id, program.balance
    body = {kind: piece.pk, "regeneratePrompt": "Softer light"}
    first = program.post("regenerate", body, idempotency_key="a")
    assert first.status_code == 202
    work()
    piece.refresh_from_db()
    assert piece.asset_id != before
    assert program.balance == balance - 1
    done = program.data("regenerate", body, idempotency_key="a")
    assert (done[f"new{kind[0].upper()}{kind[1:]}"], done["creditsUsed"]) == (piece.pk, 1)
    assert program.data("regenerate", body, idempotency_key="a") == done
    assert Take.objects.filter(status=Take.Status.READY).count() == 2


def test_a_base_view_is_made_again(program: Program) -> None:
    factories.write_fake(
        "answers.json", factories.ANSWERS | {"base_view": factories.analysis(summary="Otherwise")}
    )
    answer = program.post("regenerate", {"revisionId": Revision.objects.get().pk})
    assert answer.status_code == 202
    work()
    assert summary() == "Otherwise"


def test_a_take_that_failed_says_where_and_why(program: Program) -> None:
    sketch = Sketch.objects.order_by("pk").first()
    factories.script(sketch=["refuse"])
    told = program.post("regenerate", {"sketchId": sketch.pk}, prefer="respond-async").json()["data"]
    address = f"regenerate/{told['takeId']}"
    assert told["statusUrl"] == f"http://testserver{HOME}{address}"
    found = program.get(address).json()["data"]
    assert (found["status"], found["isGenerating"], found["sketchId"]) == ("making", True, sketch.pk)
    work()
    found = program.get(address).json()["data"]
    assert (found["status"], found["isGenerating"], found["creditsUsed"]) == ("failed", False, 0)
    assert found["error"]
    state = program.get(f"products/{Product.objects.get().pk}").json()["data"]
    shown = next(one for one in state["sketches"] if one["id"] == sketch.pk)
    assert (shown["loadingState"], shown["remakeError"]) == ("loaded", found["error"])
    assert not state["isGenerating"]


def test_without_a_credit_nothing_is_made_again(program: Program) -> None:
    factories.ledger.charge(
        holder=program.user, amount=program.balance, reference="test:all", description="All"
    )
    for path, body in (("edit", an_edit()), ("regenerate", {"sketchId": Sketch.objects.first().pk})):
        answer = program.post(path, body)
        assert (answer.status_code, answer.json()["needed"], answer.json()["available"]) == (402, 1, 0)
    assert not Take.objects.exists()


def test_another_users_things_are_not_there(program: Program) -> None:
    other, proposal = Program(), edited(program, apply=False)
    for path, body in (
        ("edit", an_edit()),
        ("edit", {"sketchId": Sketch.objects.first().pk, "fieldPath": "callouts.0.text", "editPrompt": "x"}),
        (f"edit/{proposal.pk}/accept", None),
        (f"edit/{proposal.pk}/discard", None),
        ("regenerate", {"revisionId": Revision.objects.get().pk}),
        ("regenerate", {"closeUpId": CloseUp.objects.first().pk}),
        ("regenerate", {"sketchId": Sketch.objects.first().pk}),
    ):
        answer = other.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    proposal.refresh_from_db()
    assert proposal.is_ready
    theirs = Revision.objects.get().asset.original
    assert other.post("products", {"name": "x"}).status_code == 200
    assert other.post("edit", an_edit(referenceImageUrl=theirs)).status_code == 404
