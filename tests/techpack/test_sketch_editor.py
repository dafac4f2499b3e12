"""What is written over a drawing is moved, written, counted and taken back by hand."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from techpack.editing import annotations as annotation_service
from techpack.editing.annotations import ChangedUnderneath
from techpack.editing.errors import NothingToUndo, ValueMisfit
from techpack.models import Change, Sketch, TechPack
from techpack.services import takes
from tests.support.factories import (
    ANSWERS,
    annotations,
    cm,
    make_run,
    make_user,
    write_fake,
)
from tests.support.job_queue import work
from tests.support.snapshots import remembered


def callout(number: int, x: float = 0.5) -> dict[str, Any]:
    return {
        "number": number, "text": f"Seam {number}", "category": "construction", "position": [x, 0.1 * number],
        "source": "measured", "confidence": 0.7,
    }  # fmt: skip


def measure(code: str, name: str, value: float | None, line: Any, unit: str = "cm") -> dict[str, Any]:
    source = None if value is None else "measured"
    return {
        "code": code, "name": name, "how": "Straight", "value": value, "unit": unit, "line": line,
        "source": source, "confidence": 0.8,
    }  # fmt: skip


LINES = [  # all across, so that the shape of the drawing is no matter: a hundred to its width
    measure("A1", "Total length", 70.0, [[0.1, 0.1], [0.8, 0.1]]),
    measure("B1", "Hem width", 30.0, [[0.1, 0.8], [0.4, 0.8]]),
    measure("C1", "Chest width", 40.0, [[0.1, 0.4], [0.5, 0.4]]),
    measure("J1", "Neck drop", None, None),
]


def make_sketch(measurements: Any = LINES, **more: Any) -> Sketch:
    """With three callouts, on a square drawing."""
    said = {"callouts": [callout(n) for n in (1, 2, 3)], "measurements": measurements}
    write_fake("answers.json", ANSWERS | {"callouts": said})
    run = make_run(make_user(balance=100), **more)
    work()
    return run.sketches.order_by("order")[0]


@pytest.fixture
def sketch(fake: Any, db: None) -> Sketch:
    made = remembered("sketch to be edited", lambda: make_sketch(dimension=cm("70")).pk)
    return Sketch.objects.get(pk=made)


def owner(sketch: Sketch) -> User:
    return sketch.tech_pack.product.owner


def by(sketch: Sketch) -> dict[str, Any]:
    return {"sketch": sketch, "by": owner(sketch)}


def now(sketch: Sketch) -> dict[str, Any]:
    sketch.refresh_from_db()
    return annotation_service.state(sketch)


def pin(sketch: Sketch, number: int) -> dict[str, Any]:
    return next(item for item in now(sketch)["callouts"] if item["number"] == number)


def line(sketch: Sketch, code: str) -> dict[str, Any]:
    return next(item for item in now(sketch)["measurements"] if item["code"] == code)


def texts(sketch: Sketch) -> list[tuple[int, str]]:
    return [(item["number"], item["text"]) for item in now(sketch)["callouts"]]


# --- callouts --------------------------------------------------------------------------------


def test_a_moved_pin_is_the_designers_and_open_pages_learn_of_it(sketch: Sketch) -> None:
    version = TechPack.objects.get().version
    annotation_service.move_callout(**by(sketch), seal=pin(sketch, 2)["seal"], to=[0.25, 0.755])
    assert pin(sketch, 2)["position"] == [0.25, 0.755]
    assert pin(sketch, 2)["source"] == "entered"
    assert sketch.version > version
    assert TechPack.objects.get().version >= sketch.version


def test_what_was_seen_otherwise_is_not_overwritten(sketch: Sketch) -> None:
    seen = pin(sketch, 2)["seal"]
    annotation_service.move_callout(**by(sketch), seal=seen, to=[0.2, 0.2])
    with pytest.raises(ChangedUnderneath):
        annotation_service.write_callout(**by(sketch), seal=seen, text="Other words")
    assert pin(sketch, 2)["text"] == "Seam 2"


def test_two_people_change_two_pins(sketch: Sketch) -> None:
    one, other = pin(sketch, 1)["seal"], pin(sketch, 3)["seal"]
    annotation_service.delete_callout(**by(sketch), seal=one)
    annotation_service.move_callout(
        **by(sketch), seal=other, to=[0.2, 0.2]
    )  # another number by now, the same callout
    assert texts(sketch) == [(1, "Seam 2"), (2, "Seam 3")]
    assert pin(sketch, 2)["position"] == [0.2, 0.2]


def test_words_and_kind_are_written(sketch: Sketch) -> None:
    annotation_service.write_callout(
        **by(sketch), seal=pin(sketch, 1)["seal"], text=" Rib,\n2 cm ", category="material"
    )
    assert (pin(sketch, 1)["text"], pin(sketch, 1)["category"]) == ("Rib, 2 cm", "material")


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_a_callout_needs_words_and_not_too_many(sketch: Sketch, text: str) -> None:
    with pytest.raises(ValueMisfit):
        annotation_service.write_callout(**by(sketch), seal=pin(sketch, 1)["seal"], text=text)


def test_a_new_callout_has_the_next_number(sketch: Sketch) -> None:
    at = annotation_service.add_callout(**by(sketch), to=[0.5, 0.5], text="Label", category="finishing")
    assert pin(sketch, 4)["seal"] == at
    assert pin(sketch, 4)["source"] == "entered"


def test_there_is_a_limit_to_callouts(sketch: Sketch) -> None:
    write = {"to": [0.5, 0.5], "text": "Label", "category": "finishing"}
    for _ in range(annotation_service.MOST_CALLOUTS - 3):
        annotation_service.add_callout(**by(sketch), **write)
    with pytest.raises(ValueMisfit):
        annotation_service.add_callout(**by(sketch), **write)


def test_numbers_close_up_behind_a_deleted_callout_and_undo_opens_them_again(sketch: Sketch) -> None:
    before = texts(sketch)
    annotation_service.delete_callout(**by(sketch), seal=pin(sketch, 1)["seal"])
    assert texts(sketch) == [(1, "Seam 2"), (2, "Seam 3")]
    annotation_service.undo(**by(sketch), change=now(sketch)["last"]["id"])
    assert texts(sketch) == before
    assert {item["source"] for item in now(sketch)["callouts"]} == {"measured"}


@pytest.mark.parametrize(("old", "new", "order"), [(3, 1, [3, 1, 2]), (1, 3, [2, 3, 1]), (2, 2, [1, 2, 3])])
def test_renumbering_moves_those_between(sketch: Sketch, old: int, new: int, order: list[int]) -> None:
    annotation_service.renumber_callout(**by(sketch), seal=pin(sketch, old)["seal"], number=new)
    assert texts(sketch) == [(place, f"Seam {was}") for place, was in enumerate(order, 1)]


def test_a_number_beyond_the_last_is_refused(sketch: Sketch) -> None:
    with pytest.raises(ValueMisfit):
        annotation_service.renumber_callout(**by(sketch), seal=pin(sketch, 1)["seal"], number=4)


# --- dimension lines -------------------------------------------------------------------------


def test_the_value_follows_its_line_where_there_is_a_scale(sketch: Sketch) -> None:
    annotation_service.move_line(**by(sketch), seal=line(sketch, "B1")["seal"], line=[[0.1, 0.8], [0.6, 0.8]])
    assert (line(sketch, "B1")["value"], line(sketch, "B1")["source"]) == ("50.0 cm", "entered")
    annotation_service.move_line(**by(sketch), seal=line(sketch, "B1")["seal"], line=[[0.1, 0.8], [0.3, 0.8]])
    assert line(sketch, "B1")["value"] == "20.0 cm"  # and again, though it is the designer's by now


def test_the_length_that_was_given_stays(sketch: Sketch) -> None:
    annotation_service.move_line(**by(sketch), seal=line(sketch, "A1")["seal"], line=[[0.1, 0.1], [0.9, 0.1]])
    assert line(sketch, "A1")["value"] == "70.0 cm"
    assert line(sketch, "A1")["line"] == [[0.1, 0.1], [0.9, 0.1]]


def test_a_value_that_was_typed_stays(sketch: Sketch) -> None:
    from techpack.editing import values

    values.set_value(piece=sketch, path="measurements.1.value", value=33.0, by=owner(sketch))
    annotation_service.move_line(**by(sketch), seal=line(sketch, "B1")["seal"], line=[[0.1, 0.8], [0.6, 0.8]])
    assert line(sketch, "B1")["value"] == "33.0 cm"


def test_without_a_scale_it_stays_to_be_specified(fake: Any, db: None) -> None:
    sketch = make_sketch([measure("B1", "Hem width", None, [[0.1, 0.8], [0.4, 0.8]])])
    annotation_service.move_line(**by(sketch), seal=line(sketch, "B1")["seal"], line=[[0.1, 0.8], [0.6, 0.8]])
    assert line(sketch, "B1")["value"] == "to be specified"


def test_a_ratio_follows_as_a_ratio_and_the_whole_stays_one(fake: Any, db: None) -> None:
    sketch = make_sketch([
        measure("A1", "Total length", 1.0, [[0.1, 0.1], [0.9, 0.1]], "ratio"),
        measure("B1", "Hem width", 0.5, [[0.1, 0.8], [0.5, 0.8]], "ratio"),
    ])  # fmt: skip
    annotation_service.move_line(**by(sketch), seal=line(sketch, "B1")["seal"], line=[[0.1, 0.8], [0.9, 0.8]])
    assert line(sketch, "B1")["value"] == "1.00 of total length"
    annotation_service.move_line(**by(sketch), seal=line(sketch, "A1")["seal"], line=[[0.5, 0.1], [0.5, 0.5]])
    assert line(sketch, "A1")["value"] == "1.00 of total length"


def test_line_and_value_are_taken_back_together(sketch: Sketch) -> None:
    before = line(sketch, "B1")
    annotation_service.move_line(**by(sketch), seal=before["seal"], line=[[0.1, 0.8], [0.6, 0.8]])
    assert now(sketch)["last"]["words"] == "measurement moved"
    annotation_service.undo(**by(sketch), change=now(sketch)["last"]["id"])
    assert line(sketch, "B1") == before


# --- taking back -----------------------------------------------------------------------------


def test_changes_are_taken_back_one_after_another(sketch: Sketch) -> None:
    before = now(sketch)
    annotation_service.move_callout(**by(sketch), seal=pin(sketch, 1)["seal"], to=[0.9, 0.9])
    annotation_service.add_callout(**by(sketch), to=[0.5, 0.5], text="Label", category="finishing")
    annotation_service.renumber_callout(**by(sketch), seal=pin(sketch, 4)["seal"], number=1)
    for _ in range(3):
        annotation_service.undo(**by(sketch), change=now(sketch)["last"]["id"])
    assert now(sketch)["callouts"] == before["callouts"]
    assert now(sketch)["last"] is None
    with pytest.raises(NothingToUndo):
        annotation_service.undo(**by(sketch), change=1)


def test_only_the_change_that_the_editor_saw_is_taken_back(sketch: Sketch) -> None:
    annotation_service.move_callout(**by(sketch), seal=pin(sketch, 1)["seal"], to=[0.9, 0.9])
    seen = now(sketch)["last"]["id"]
    annotation_service.move_callout(**by(sketch), seal=pin(sketch, 2)["seal"], to=[0.8, 0.8])
    with pytest.raises(ChangedUnderneath):
        annotation_service.undo(**by(sketch), change=seen)


def test_a_new_take_in_an_open_editor_is_noticed(sketch: Sketch) -> None:
    seen = pin(sketch, 2)["seal"]
    other = annotations()
    write_fake("answers.json", ANSWERS | {"callouts": other})
    takes.regenerate(piece=sketch, by=owner(sketch))
    work()
    with pytest.raises(ChangedUnderneath):
        annotation_service.move_callout(**by(sketch), seal=seen, to=[0.2, 0.2])
    assert now(sketch)["last"] is None


# --- over HTTP -------------------------------------------------------------------------------


def act(client: Client, sketch: Sketch, **action: Any) -> Any:
    address = f"/techpacks/{sketch.tech_pack.product_id}/sketch/{sketch.pk}/drawing/"
    return client.post(address, json.dumps(action), content_type="application/json")


@pytest.fixture
def designer(sketch: Sketch, client: Client) -> Client:
    client.force_login(owner(sketch))
    return client


def test_the_answer_is_the_state_and_the_seal_of_what_was_changed(designer: Client, sketch: Sketch) -> None:
    answer = act(designer, sketch, do="move", seal=pin(sketch, 1)["seal"], to=[0.3, 0.3])
    assert answer.status_code == 200
    assert answer.json()["at"] == pin(sketch, 1)["seal"]
    assert answer.json()["state"] == now(sketch)
    assert Change.objects.get().by == owner(sketch)


def test_a_second_person_is_told_and_shown_how_it_is(designer: Client, sketch: Sketch) -> None:
    seen = pin(sketch, 1)["seal"]
    act(designer, sketch, do="move", seal=seen, to=[0.3, 0.3])
    answer = act(designer, sketch, do="delete", seal=seen)
    assert answer.status_code == 409
    assert "was changed meanwhile" in answer.json()["error"]
    assert answer.json()["state"]["callouts"][0]["position"] == [0.3, 0.3]


@pytest.mark.parametrize(
    "action",
    [
        {"do": "move", "seal": "x", "to": [2, 0]},
        {"do": "move", "seal": "x", "to": [0.5]},
        {"do": "dance"},
        {"do": "undo"},
        {"do": "line", "seal": "x", "line": [[0, 0]]},
        {"do": "add", "to": [0, 0], "text": "x", "category": "magic"},
    ],
)
def test_what_is_no_action_is_refused(designer: Client, sketch: Sketch, action: dict[str, Any]) -> None:
    assert act(designer, sketch, **action).status_code == 422
    assert not Change.objects.exists()


def test_the_editor_opens_with_all_that_is_written(designer: Client, sketch: Sketch) -> None:
    page = designer.get(f"/techpacks/{sketch.tech_pack.product_id}/sketch/{sketch.pk}/edit/")
    assert page.status_code == 200
    assert "Seam 3" in page.text


def test_somebody_elses_sketch_is_not_there(sketch: Sketch, client: Client) -> None:
    assert act(client, sketch, do="undo", change=1).status_code == 401
    client.force_login(make_user())
    assert act(client, sketch, do="undo", change=1).status_code == 404
    page = f"/techpacks/{sketch.tech_pack.product_id}/sketch/{sketch.pk}/edit/"
    assert client.get(page).status_code == 404
