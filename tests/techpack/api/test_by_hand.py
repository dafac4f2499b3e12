"""Values changed by hand, seen and taken back, and what stands on a sketch, through the API."""

from typing import Any

import pytest

from accounts.models import IdempotentCall
from techpack.models import BaseView, Change, Revision, Sketch
from tests.support import factories
from tests.support.job_queue import work
from tests.techpack.api.calling import Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def of_view(path: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"revisionId": Revision.objects.get().pk, **more}
    return named if path is None else {**named, "fieldPath": path}


def of_sketch(path: str, **more: Any) -> dict[str, Any]:
    return {"sketchId": Sketch.objects.order_by("pk")[0].pk, "fieldPath": path, **more}


def value_at(program: Program, path: str) -> Any:
    found = program.get(f"values?revisionId={Revision.objects.get().pk}").json()["data"]["values"]
    return next((one["value"] for one in found if one["fieldPath"] == path), None)


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- values --------------------------------------------------------------------------------------


def test_a_value_is_set_free_and_is_the_designers_from_then_on(program: Program) -> None:
    before = program.balance
    told = program.data("values", of_view("colours.0.name", value="Navy", expected="Pine"))
    assert told["value"] == {
        "fieldPath": "colours.items.0.name", "value": "Navy", "kind": "text", "choices": [],
        "source": "entered", "confidence": None,
    }  # fmt: skip
    [change] = told["changes"]
    assert (change["before"], change["after"], change["by"]) == ("Pine", "Navy", str(program.user))
    assert value_at(program, "colours.items.0.name") == "Navy"
    assert program.data("values", of_view("colours.0.name", value="Navy"))["changes"] == []
    assert program.balance == before


def test_a_value_that_is_another_by_now_is_not_overwritten(program: Program) -> None:
    for path, body in (
        ("values", of_view("colours.0.name", value="Navy", expected="Moss")),
        ("values", of_view("colours.0.name", value="Navy", expected=None)),
        ("values/confirm", of_view("colours.0.name", expected="Moss")),
        ("values/remove", of_view("colours.0", expected={"name": "Moss"})),
    ):
        answer = program.post(path, body)
        assert refused(answer) == (409, "changed_meanwhile"), path
    assert program.post("values", of_view("summary", value="a", expected="b")).json()["now"] == (
        "Solid green, short sleeves"
    )
    assert not Change.objects.exists()


def test_a_length_takes_its_unit_along(program: Program) -> None:
    path = "proportions.0.value"
    program.data("values", of_view(path, value=27.5, unit="in"))
    assert value_at(program, "proportions.items.0.value") == 27.5
    told = program.data("values", of_view("proportions.0.unit", value="cm"))  # the number follows
    assert {change["fieldPath"].rpartition(".")[2] for change in told["changes"]} == {"value", "unit"}
    assert value_at(program, "proportions.items.0.value") == 69.85


def test_what_is_no_value_of_its_kind_is_refused(program: Program) -> None:
    for body, answer in (
        (of_view("colours.0.hex", value="green"), (422, "value_misfit")),
        (of_view("pattern.kind", value="dotted"), (422, "value_misfit")),
        (of_view("colours.0.nam", value="x"), (400, "unknown_path")),
        (of_view("silhouette.method", value="x"), (409, "not_editable")),
    ):
        assert refused(program.post("values", body)) == answer, body
    known = program.post("values", of_view("enginee", value="x")).json()["known"]
    assert "summary" in known
    assert not {"engine", "confidence", "silhouette"} & set(known)


def test_a_value_is_confirmed(program: Program) -> None:
    told = program.data("values/confirm", of_view("summary"))
    assert told["value"]["source"] == "confirmed"
    assert [change["action"] for change in told["changes"]] == ["confirm"]
    assert program.data("values/confirm", of_view("summary"))["changes"] == []


def test_every_change_is_seen_and_taken_back(program: Program) -> None:
    for name in ("Navy", "Moss"):
        program.data("values", of_view("colours.0.name", value=name))
    program.data("values", of_view("summary", value="Mine"))
    address = f"values/history?revisionId={Revision.objects.get().pk}"
    of_name = program.get(f"{address}&fieldPath=colours.0.name").json()["data"]["changes"]
    assert [(one["before"], one["after"], one["undone"]) for one in of_name] == [
        ("Navy", "Moss", False), ("Pine", "Navy", False),
    ]  # fmt: skip
    undone = program.data("values/undo", of_view("colours.0.name"))
    assert undone["value"]["value"] == "Navy"
    assert undone["changes"][0]["undoes"] == of_name[0]["changeId"]
    program.data("values/undo", of_view(changeId=of_name[1]["changeId"]))
    assert value_at(program, "colours.items.0.name") == "Pine"
    program.data("values/undo", of_view())  # the last of all that stands
    assert value_at(program, "summary") == "Solid green, short sleeves"
    assert refused(program.post("values/undo", of_view())) == (409, "nothing_to_undo")
    assert len(program.get(address).json()["data"]["changes"]) == 6
    assert refused(program.post("values/undo", of_view(changeId=10**9))) == (404, "not_found")


def test_a_key_makes_one_change(program: Program) -> None:
    body = of_view("summary", value="Mine")
    first = program.data("values", body, idempotency_key="a")
    IdempotentCall.objects.update(
        status=None, answer=None, claimed_at="2000-01-01T00:00Z"
    )  # as if it had died
    program.data("values", of_view("summary", value="Other"))
    again = program.data("values", body, idempotency_key="a")
    assert [one["changeId"] for one in again["changes"]] == [one["changeId"] for one in first["changes"]]
    assert value_at(program, "summary") == "Other"


# --- entries -------------------------------------------------------------------------------------


def test_an_empty_list_says_how_an_entry_is_added(program: Program) -> None:
    asked = of_view("materials.0.name", editPrompt="Cotton")
    for answer in (
        program.post("values", of_view("materials.0.name", value="x")),
        program.post("edit", asked),
    ):
        assert refused(answer) == (400, "unknown_path")
        assert answer.json()["known"] == []
        assert "POST values/add" in answer.json()["error"]
        assert "materials.items" in answer.json()["error"]
    lacking = program.post("values/add", of_view("materials", item={"name": "Twill"}))
    assert refused(lacking) == (422, "value_misfit")
    assert "placement" in lacking.json()["error"]
    assert refused(program.post("values/add", of_view("summary", item={}))) == (400, "unknown_path")


def test_an_entry_is_added_and_removed_and_comes_back(program: Program) -> None:
    twill = {"name": "Twill", "placement": "Body"}
    told = program.data("values/add", of_view("materials", item=twill))
    [change] = told["changes"]
    assert (change["action"], change["fieldPath"]) == ("add", "materials.items.0")
    program.data("values", of_view("materials.0.name", value="Denim"))
    removed = program.data("values/remove", of_view("materials.0"))["changes"][0]
    assert removed["before"]["name"] == "Denim"
    assert value_at(program, "materials.items.0.name") is None
    program.data("values/undo", of_view(changeId=removed["changeId"]))
    assert value_at(program, "materials.items.0.name") == "Denim"


# --- a sketch ------------------------------------------------------------------------------------


def on_sketch(program: Program, **body: Any) -> Any:
    return program.post(f"sketches/{Sketch.objects.order_by('pk')[0].pk}/annotations", body)


def done(program: Program, **body: Any) -> Any:
    answer = on_sketch(program, **body)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def test_callouts_are_added_moved_written_counted_and_deleted(program: Program) -> None:
    told = done(program, do="add", position={"x": 0.2, "y": 0.3}, text="Rib collar", category="construction")
    assert [one["text"] for one in told["sketch"]["callouts"]][1:] == ["Rib collar"]
    told = done(program, do="move", seal=told["seal"], position={"x": 0.25, "y": 0.3})
    told = done(program, do="write", seal=told["seal"], text="Twill tape", category="material")
    told = done(program, do="renumber", seal=told["seal"], number=1)
    mine = next(one for one in told["sketch"]["callouts"] if one["seal"] == told["seal"])
    assert (mine["number"], mine["text"], mine["category"]) == (1, "Twill tape", "material")
    assert mine["position"] == {"x": 0.25, "y": 0.3}
    told = done(program, do="delete", seal=told["seal"])
    assert (told["seal"], [one["number"] for one in told["sketch"]["callouts"]]) == (None, [1])
    program.data("values/undo", {"sketchId": told["sketch"]["id"]})
    assert Sketch.objects.order_by("pk")[0].writing.callouts[1].text == "Twill tape"


def test_the_line_of_a_measurement_is_moved_and_its_value_follows(program: Program) -> None:
    state = program.get(f"products/{program.user.products.get().pk}").json()["data"]
    [length] = state["sketches"][0]["measurementValues"]
    assert length["line"] == [{"x": 0.5, "y": 0.1}, {"x": 0.5, "y": 0.9}]
    ends = [{"x": 0.5, "y": 0.1}, {"x": 0.5, "y": 0.5}]
    [after] = done(program, do="line", seal=length["seal"], line=ends)["sketch"]["measurementValues"]
    assert (after["line"], after["value"]) == (ends, 35.0)


def test_a_program_reads_that_an_outline_is_rough_and_what_a_share_is_of(program: Program) -> None:
    sketch = Sketch.objects.order_by("pk")[0]
    height = {"code": "A1", "name": "Overall height", "value": 1.0, "unit": "ratio"}
    width = {"code": "B1", "name": "Overall width", "value": 0.8, "unit": "ratio"}
    rows = [{**sketch.annotations["measurements"][0], **row} for row in (height, width)]
    sketch.annotations = {**sketch.annotations, "note": "Rough outline.", "measurements": rows}
    sketch.save()
    told = program.get(f"products/{program.user.products.get().pk}").json()["data"]["sketches"][0]
    assert told["note"] == "Rough outline."
    assert told["measurements"]["Overall width"] == "0.80 of overall height"


def test_what_was_changed_underneath_is_left_alone(program: Program) -> None:
    seal = program.get(f"products/{program.user.products.get().pk}").json()["data"]["sketches"][0]
    seal = seal["callouts"][0]["seal"]
    done(program, do="write", seal=seal, text="Mine")
    answer = on_sketch(program, do="delete", seal=seal)
    assert refused(answer) == (409, "changed_meanwhile")
    for body in (
        {"do": "paint", "seal": seal}, {"seal": seal},
        {"do": "move", "seal": seal, "position": {"x": 2, "y": 0}},
        {"do": "line", "seal": seal, "line": [{"x": 0, "y": 0}]},
    ):  # fmt: skip
        assert refused(on_sketch(program, **body)) == (400, "invalid_request"), body


# --- takes, and what is out of date --------------------------------------------------------------


def test_takes_are_listed_and_an_earlier_one_is_shown_again(program: Program) -> None:
    view = of_view()
    assert program.get(f"takes?revisionId={view['revisionId']}").json()["data"]["takes"] == []
    factories.write_fake(
        "answers.json", factories.ANSWERS | {"base_view": factories.analysis(summary="Otherwise")}
    )
    program.post("regenerate", {**view, "regeneratePrompt": "Look again"})
    work()
    first, second = program.get(f"takes?revisionId={view['revisionId']}").json()["data"]["takes"]
    assert (first["number"], first["isCurrent"], first["status"]) == (1, False, "ready")
    assert (second["isCurrent"], second["regeneratePrompt"], second["creditsUsed"]) == (True, "Look again", 1)
    assert second["analysisData"]["summary"] == "Otherwise"
    before = program.balance
    told = program.data("takes/restore", {**view, "number": 1})
    assert told["analysisData"]["summary"] == "Solid green, short sleeves"
    assert program.balance == before
    assert BaseView.objects.get().take == 1
    assert refused(program.post("takes/restore", {**view, "number": 9})) == (409, "not_possible")


def test_what_is_out_of_date_says_so_and_is_made_again_at_its_price(program: Program) -> None:
    product_id = program.user.products.get().pk
    redo = f"products/{product_id}/redo"
    state = program.get(f"products/{product_id}").json()["data"]
    assert state["outOfDate"] == {"price": 0, "pieces": []}
    assert program.data(redo)["creditsUsed"] == 0
    program.data("values", of_view("colours.0.name", value="Navy"))
    marked = program.get(f"products/{product_id}").json()["data"]["outOfDate"]
    assert marked["price"] == len(marked["pieces"]) > 2
    assert any("Pine" in reason and "Navy" in reason for reason in marked["pieces"][0]["reasons"])
    before = program.balance
    told = program.data(redo, idempotency_key="a")
    assert (told["creditsUsed"], len(told["takes"])) == (marked["price"], marked["price"])
    assert program.get(f"products/{product_id}").json()["data"]["isGenerating"]
    work()
    assert program.data(redo, idempotency_key="a") == told
    state = program.get(f"products/{product_id}").json()["data"]
    assert (state["outOfDate"]["pieces"], state["isGenerating"]) == ([], False)
    assert program.balance == before - marked["price"]


def test_making_again_needs_its_price(program: Program) -> None:
    program.data("values", of_view("colours.0.name", value="Navy"))
    factories.ledger.charge(
        holder=program.user, amount=program.balance, reference="test:all", description="All"
    )
    answer = program.post(f"products/{program.user.products.get().pk}/redo")
    assert refused(answer) == (402, "insufficient_credits")
    empty = program.data("products", {"name": "Nothing yet"})["productId"]
    assert refused(program.post(f"products/{empty}/redo")) == (409, "not_possible")
