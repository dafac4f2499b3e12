"""Values changed by hand: addressed by path, checked as a whole, with their source and history."""

import threading
from typing import Any

import pytest
from django.db import connection

from credits import services as ledger
from techpack.editing import history, paths, values
from techpack.editing.errors import (
    ChangedMeanwhile,
    EditError,
    NotEditable,
    NothingToUndo,
    UnknownPath,
    ValueMisfit,
)
from techpack.models import BaseView, Change, Sketch, TechPack
from techpack.pipeline import requests
from techpack.services import runs
from tests.support.factories import make_run, make_user
from tests.support.job_queue import drain, pass_time, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


GROUPS = ["summary", "colours", "pattern", "proportions", "construction", "materials", "to_be_specified"]


@pytest.fixture
def materials() -> list[str]:
    return ["rib knit", "jersey"]


@pytest.fixture
def sketch(run: TechPack) -> Sketch:
    return run.sketches.filter(annotations__isnull=False).order_by("order")[0]


def value(piece: Any, path: str) -> Any:
    piece.refresh_from_db()
    return values.read(piece=piece, path=path).value


def source(piece: Any, path: str) -> Any:
    piece.refresh_from_db()
    return values.read(piece=piece, path=path).source


# --- paths -----------------------------------------------------------------------------------


def test_the_short_form_means_the_same_value(view: BaseView) -> None:
    assert value(view, "materials.0.name") == value(view, "materials.items.0.name") == "rib knit"
    assert values.read(piece=view, path="colours.0.hex").path == "colours.items.0.hex"


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("materials.0.nam", ["name", "placement"]),
        ("materials.items.2.name", ["0", "1"]),
        ("materials.-1.name", ["items"]),
        ("materials.0", ["name", "placement"]),
        ("pattern.kind.x", []),
        ("nothing", GROUPS),
        ("", GROUPS),
    ],
)
def test_an_unknown_path_names_the_known_ones_beside_it(view: BaseView, path: str, known: list[str]) -> None:
    with pytest.raises(UnknownPath) as refused:
        values.read(piece=view, path=path)
    assert refused.value.known == known
    assert all(name in str(refused.value) for name in known)


def test_every_value_that_is_listed_can_be_read_and_set_to_itself(view: BaseView, sketch: Sketch) -> None:
    for piece in (view, sketch):
        listed = values.all_values(piece=piece)
        assert len(listed) > 8
        for one in listed:
            assert values.set_value(piece=piece, path=one.path, value=one.value, by=None) == []


@pytest.mark.parametrize(
    "path", ["engine", "confidence", "silhouette.method", "materials.0.source", "proportions.symmetry"]
)
def test_what_the_engine_says_of_itself_is_not_for_changing(view: BaseView, path: str) -> None:
    with pytest.raises(NotEditable):
        values.set_value(piece=view, path=path, value="x", by=None)


# --- changing --------------------------------------------------------------------------------


def test_a_value_entered_by_hand_is_free_and_says_so(run: TechPack, view: BaseView) -> None:
    owner = run.product.owner
    before, version = ledger.balance(owner), run.version
    made = values.set_value(piece=view, path="materials.0.name", value=" band  collar ", by=owner)
    assert value(view, "materials.0.name") == "band  collar"
    assert source(view, "materials.0.name") == "entered"
    assert values.read(piece=view, path="materials.0.name").confidence is None
    assert ledger.balance(owner) == before
    (change,) = made
    assert (change.before, change.after, change.by) == ("rib knit", "band  collar", owner)
    assert (change.source_before, change.source_after) == ("suggested", "entered")
    run.refresh_from_db()
    assert view.version == change.version > version


def test_the_values_beside_it_keep_their_source(view: BaseView) -> None:
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=None)
    assert source(view, "colours.0.name") == "entered"
    assert source(view, "colours.0.hex") == "measured"
    assert view.facts
    assert view.facts.colours.items[0].source == "entered"  # the colour as a whole


def test_a_material_entered_by_hand_binds_what_is_asked_for_later(run: TechPack, view: BaseView) -> None:
    assert "materials" not in requests.corrections(run)
    values.set_value(piece=view, path="materials.0.name", value="twill", by=None)
    values.set_value(piece=view, path="colours.0.hex", value="#1d2747", by=None)
    said = requests.corrections(run)
    assert said["materials"] == [{"name": "twill", "placement": "Body"}]
    assert said["colours"] == [{"name": "Pine", "hex": "#1D2747"}]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("colours.0.hex", "green"),
        ("colours.0.hex", None),
        ("colours.0.share", 1.5),
        ("colours.0.share", "much"),
        ("pattern.kind", "dotted"),
        ("proportions.0.value", -1),
        ("proportions.0.value", float("nan")),
        ("proportions.0.value", float("inf")),
        ("proportions.0.value", True),
        ("proportions.0.value", ""),
        ("proportions.0.line", [[0.1, 0.2], [0.3, 1.2]]),
        ("materials.0.name", ""),
        ("materials.0.name", {"a": 1}),
        ("materials.0.name", "x" * 501),
        ("summary", 7),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(view: BaseView, path: str, wrong: Any) -> None:
    before = value(view, path)
    with pytest.raises(ValueMisfit):
        values.set_value(piece=view, path=path, value=wrong, by=None)
    assert value(view, path) == before
    assert not Change.objects.exists()


def test_numbers_and_colours_are_read_as_people_write_them(view: BaseView, sketch: Sketch) -> None:
    values.set_value(piece=view, path="proportions.0.value", value="48,5", by=None)
    values.set_value(piece=view, path="colours.0.hex", value="1d2747", by=None)
    values.set_value(piece=sketch, path="measurements.0.value", value="", by=None)
    assert value(view, "proportions.0.value") == 48.5
    assert value(view, "colours.0.hex") == "#1D2747"
    assert value(sketch, "measurements.0.value") is None


@pytest.mark.parametrize("text", ["65", "65 %", "65%", "0.65", "0,65"])
def test_a_share_is_read_in_percent_as_it_is_shown(view: BaseView, text: str) -> None:
    values.set_value(piece=view, path="colours.0.share", value=text, by=None)
    assert value(view, "colours.0.share") == 0.65


@pytest.mark.parametrize("text", ["165 %", "-5", "half"])
def test_a_share_of_more_than_all_is_refused(view: BaseView, text: str) -> None:
    with pytest.raises(ValueMisfit):
        values.set_value(piece=view, path="colours.0.share", value=text, by=None)


def test_another_unit_takes_the_number_with_it_and_is_undone_with_it(view: BaseView) -> None:
    changed = values.set_value(piece=view, path="proportions.0.unit", value="in", by=None)
    assert {change.path.rpartition(".")[2] for change in changed} == {"value", "unit"}
    assert value(view, "proportions.0.value") == 27.56
    history.undo(piece=view, path="proportions.0.unit", by=None)
    assert (value(view, "proportions.0.value"), value(view, "proportions.0.unit")) == (70.0, "cm")


def test_a_share_becomes_a_length_only_with_its_number(view: BaseView) -> None:
    with pytest.raises(ValueMisfit):
        values.set_value(piece=view, path="proportions.0.unit", value="ratio", by=None)
    both = [values.Edit("proportions.0.value", 1), values.Edit("proportions.0.unit", "ratio")]
    values.set_values(piece=view, edits=both, by=None)
    assert (value(view, "proportions.0.value"), value(view, "proportions.0.unit")) == (1.0, "ratio")


def test_of_several_values_all_or_none_are_written(view: BaseView) -> None:
    edits = [values.Edit("materials.0.name", "twill"), values.Edit("colours.0.hex", "red")]
    with pytest.raises(ValueMisfit):
        values.set_values(piece=view, edits=edits, by=None)
    assert value(view, "materials.0.name") == "rib knit"


def test_a_piece_without_values_cannot_be_edited(run: TechPack, view: BaseView) -> None:
    BaseView.objects.filter(pk=view.pk).update(analysis=None)
    with pytest.raises(NotEditable):
        values.set_value(piece=view, path="summary", value="x", by=None)


# --- two people ------------------------------------------------------------------------------


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(view: BaseView) -> None:
    ann, ben = make_user(), make_user("ben@example.com")
    values.set_value(piece=view, path="summary", value="Ben's", by=ben, expected=value(view, "summary"))
    with pytest.raises(ChangedMeanwhile) as refused:
        values.set_value(
            piece=view, path="summary", value="Ann's", by=ann, expected="Solid green, short sleeves"
        )
    assert refused.value.now == "Ben's"
    assert "ben@example.com has changed this" in str(refused.value)
    assert value(view, "summary") == "Ben's"


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_the_same_moment_one_wins_and_both_know(view: BaseView) -> None:
    seen, gate = value(view, "summary"), threading.Barrier(2)
    outcomes: list[str] = []

    def edit(text: str) -> None:
        gate.wait()
        try:
            values.set_value(piece=view, path="summary", value=text, by=None, expected=seen)
            outcomes.append("saved")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(text,)) for text in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(outcomes) == ["saved", "told"]
    assert Change.objects.count() == 1


def test_two_editors_of_different_values_both_keep_their_work(view: BaseView) -> None:
    stale_copy = BaseView.objects.get(pk=view.pk)
    values.set_value(piece=view, path="materials.0.name", value="twill", by=None)
    values.set_value(piece=stale_copy, path="materials.1.name", value="mesh", by=None)
    assert (value(view, "materials.0.name"), value(view, "materials.1.name")) == ("twill", "mesh")


# --- confirm and undo ------------------------------------------------------------------------


def test_confirming_keeps_the_value_and_makes_it_the_designers(run: TechPack, view: BaseView) -> None:
    change = values.confirm(piece=view, path="materials.0.name", by=None, expected="rib knit")
    assert change is not None
    assert source(view, "materials.0.name") == "confirmed"
    assert requests.corrections(run)["materials"] == [{"name": "rib knit", "placement": "Body"}]
    assert values.confirm(piece=view, path="materials.0.name", by=None) is None
    history.undo(piece=view, path="materials.0.name", by=None)
    assert source(view, "materials.0.name") == "suggested"
    assert "materials" not in requests.corrections(run)


def test_nothing_cannot_be_confirmed(sketch: Sketch) -> None:
    values.set_value(piece=sketch, path="measurements.0.value", value=None, by=None)
    with pytest.raises(ValueMisfit):
        values.confirm(piece=sketch, path="measurements.0.value", by=None)


def test_undo_walks_back_through_every_change_whoever_made_it(view: BaseView) -> None:
    ann, ben = make_user(), make_user()
    for by, text in ((ann, "one"), (ben, "two"), (ann, "three")):
        values.set_value(piece=view, path="summary", value=text, by=by)
    for expected in ("two", "one", "Solid green, short sleeves"):
        history.undo(piece=view, path="summary", by=ben)
        assert value(view, "summary") == expected
    with pytest.raises(NothingToUndo):
        history.undo(piece=view, path="summary", by=ben)
    assert source(view, "summary") == "suggested"
    assert Change.objects.count() == 6


def test_the_history_says_who_when_from_and_to_and_what_was_undone(view: BaseView) -> None:
    ann = make_user()
    values.set_value(piece=view, path="summary", value="one", by=ann)
    history.undo(piece=view, path="summary", by=ann)
    undoing, change = history.of(piece=view, path="summary")
    assert (change.before, change.after, change.by) == ("Solid green, short sleeves", "one", ann)
    assert (undoing.undoes, change.undone_by) == (change, undoing)
    assert undoing.made_at > change.made_at


def test_ctrl_z_takes_back_ones_own_last_change_and_nobody_elses(run: TechPack, view: BaseView) -> None:
    ann, ben = make_user(), make_user()
    values.set_value(piece=view, path="summary", value="Ann's", by=ann)
    values.set_value(piece=view, path="materials.0.name", value="Ben's", by=ben)
    history.undo_last(run=run, by=ann)
    assert value(view, "summary") == "Solid green, short sleeves"
    assert value(view, "materials.0.name") == "Ben's"
    with pytest.raises(NothingToUndo):
        history.undo_last(run=run, by=ann)


def test_undoing_what_somebody_has_changed_since_is_refused(run: TechPack, view: BaseView) -> None:
    ann, ben = make_user(), make_user()
    values.set_value(piece=view, path="summary", value="Ann's", by=ann)
    values.set_value(piece=view, path="summary", value="Ben's", by=ben)
    with pytest.raises(ChangedMeanwhile):
        history.undo_last(run=run, by=ann)
    assert value(view, "summary") == "Ben's"


# --- entries of lists ------------------------------------------------------------------------


def test_an_entry_can_be_added_and_taken_away_again(view: BaseView) -> None:
    item = {"name": "zip", "placement": "Front"}
    added = values.add_item(piece=view, path="materials", item=item, by=None)
    assert added.path == "materials.items.2"
    assert source(view, "materials.2.name") == "entered"
    history.undo(piece=view, path="materials.2", by=None)
    with pytest.raises(UnknownPath):
        value(view, "materials.2.name")


def test_an_entry_that_does_not_fit_is_refused(view: BaseView) -> None:
    for item in ({"name": "zip"}, {"name": "zip", "placement": "Front", "price": 3}):
        with pytest.raises(ValueMisfit):
            values.add_item(piece=view, path="materials", item=item, by=None)
    with pytest.raises(UnknownPath) as refused:
        values.add_item(piece=view, path="summary", item={}, by=None)
    assert "materials.items" in refused.value.known


def test_history_and_source_follow_a_value_that_moves_up_its_list(view: BaseView) -> None:
    values.set_value(piece=view, path="materials.1.name", value="mesh", by=None)
    values.remove_item(piece=view, path="materials.0", by=None)
    assert (value(view, "materials.0.name"), source(view, "materials.0.name")) == ("mesh", "entered")
    (change,) = history.of(piece=view, path="materials.0.name")
    assert (change.before, change.after) == ("jersey", "mesh")
    history.undo(piece=view, path="materials.0.name", by=None)
    assert value(view, "materials.0.name") == "jersey"


def test_what_was_removed_comes_back_with_its_history(view: BaseView) -> None:
    ann = make_user()
    values.set_value(piece=view, path="materials.0.name", value="twill", by=ann)
    values.remove_item(piece=view, path="materials.0", by=ann)
    history.undo_last(run=view.tech_pack, by=ann)
    assert (value(view, "materials.0.name"), value(view, "materials.1.name")) == ("twill", "jersey")
    assert "set" in [change.action for change in history.of(piece=view, path="materials.0.name")]
    history.undo_last(run=view.tech_pack, by=ann)
    assert value(view, "materials.0.name") == "rib knit"


def test_what_was_changed_meanwhile_is_not_removed_in_silence(view: BaseView) -> None:
    seen = paths.find_item(view.facts, "materials.0")[1].model_dump(mode="json")  # type: ignore[arg-type]
    values.set_value(piece=view, path="materials.0.name", value="twill", by=None)
    with pytest.raises(ChangedMeanwhile):
        values.remove_item(piece=view, path="materials.0", by=None, expected=seen)


# --- sketches, later runs --------------------------------------------------------------------


def test_what_is_written_over_a_sketch_is_edited_the_same_way(sketch: Sketch) -> None:
    values.set_value(piece=sketch, path="callouts.0.position", value=[0.25, 0.5], by=None)
    values.set_value(piece=sketch, path="callouts.0.text", value="Band collar, 3 cm", by=None)
    assert value(sketch, "callouts.0.position") == [0.25, 0.5]
    assert sketch.writing
    assert sketch.writing.callouts[0].source == "entered"


def test_the_next_run_takes_the_values_with_their_sources_from_the_cache(
    run: TechPack, view: BaseView
) -> None:
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=None)
    runs.start_run(product=run.product)
    work()
    again = BaseView.objects.exclude(pk=view.pk).get()
    assert again.cached
    assert (source(again, "colours.0.name"), source(again, "colours.0.hex")) == ("entered", "measured")


def test_an_edit_while_other_parts_are_still_made_is_kept(run: TechPack) -> None:
    fresh = make_run(make_user(balance=20), "front", "back")
    while not (done := fresh.base_views.filter(status="loaded")).exists():
        drain()
        pass_time(1)
    first = done[0]
    values.set_value(piece=first, path="summary", value="Mine", by=None)
    work()
    fresh.refresh_from_db()
    assert fresh.status == TechPack.Status.COMPLETE
    assert value(first, "summary") == "Mine"


def test_every_refusal_is_a_sentence(view: BaseView) -> None:
    for path, wrong in (("summary", 7), ("engine", "x"), ("nothing", 1), ("colours.0.hex", "red")):
        with pytest.raises(EditError) as refused:
            values.set_value(piece=view, path=path, value=wrong, by=None)
        assert str(refused.value).endswith(".")
