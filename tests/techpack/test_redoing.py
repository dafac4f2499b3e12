"""Made again at one press: base views first, the designer's word in them, then what follows from them."""

from typing import Any

import pytest

from credits import services as ledger
from credits.models import Entry
from credits.services import InsufficientCredits
from generation import services as engine
from generation.models import Prediction
from generation.providers.fake import FakeProvider
from generation.providers.local import LocalProvider
from techpack.editing import (
    history,
    staleness,
    values,
)
from techpack.models import BaseView, Change, Piece, Sketch, Take, TechPack
from techpack.presenters import whole
from techpack.services import products, takes
from techpack.services import redo as redo_service
from tests.support.factories import (
    ANSWERS,
    analysis,
    make_finished_run,
    make_user,
    script,
    write_fake,
)
from tests.support.job_queue import work
from tests.support.snapshots import remembered

pytestmark = pytest.mark.django_db

HEX, NAVY = "colours.items.0.hex", "#1D2747"
MATERIALS = {
    "items": [{"name": "rib", "placement": "Body", "source": "suggested", "confidence": 0.6}],
    "confidence": 0.6,
}
TWO = [
    {"name": "Pine", "hex": "#38574D", "share": 0.6, "source": "measured"},
    {"name": "White", "hex": "#FFFFFF", "share": 0.4, "source": "measured"},
]


def seen(**more: Any) -> None:
    """What the engine sees in a photo from now on."""
    write_fake("answers.json", {**ANSWERS, "base_view": analysis(**{"materials": MATERIALS, **more})})


def colours(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "confidence": 0.9}


@pytest.fixture
def run(fake: FakeProvider) -> TechPack:
    def make() -> int:
        seen()
        return make_finished_run(make_user("ann@example.com", balance=60))

    return TechPack.objects.get(pk=remembered("run to be made again", make))


@pytest.fixture
def view(run: TechPack) -> BaseView:
    return run.base_views.get()


def owner_of(run: TechPack) -> Any:
    return run.product.owner


def balance(run: TechPack) -> int:
    return ledger.balance(owner_of(run))


def marks(run: TechPack) -> dict[str, staleness.Mark]:
    return staleness.marks(TechPack.objects.get(pk=run.pk))


def offered(run: TechPack) -> redo_service.Offer:
    return redo_service.offer(TechPack.objects.get(pk=run.pk), marks(run))


def kinds(run: TechPack) -> set[str]:
    return {slot.partition(":")[0] for slot in marks(run)}


def is_a_bag(run: TechPack) -> None:
    products.correct_category(product=run.product, category="BAG", subcategory="Tote")


def redo(run: TechPack) -> redo_service.Redone:
    return redo_service.redo(run=run, by=owner_of(run))


def facts(view: BaseView) -> Any:
    view.refresh_from_db()
    return view.facts


def again(view: BaseView) -> BaseView:
    """Read again, and there."""
    takes.regenerate(piece=view, by=view.tech_pack.product.owner)
    work()
    view.refresh_from_db()
    return view


def enter(view: BaseView, path: str, value: Any) -> None:
    values.set_value(piece=view, path=path, value=value, by=view.tech_pack.product.owner)


# --- one press -------------------------------------------------------------------------------


def test_one_press_after_an_edit_and_a_correction_leaves_nothing_out_of_date(
    run: TechPack, view: BaseView
) -> None:
    enter(view, HEX, NAVY)
    is_a_bag(run)
    before, count = balance(run), len(marks(run))
    seen(summary="A tote")
    assert offered(run).price == count
    redo(run)
    work()
    assert (facts(view).summary, facts(view).colours.items[0].hex) == ("A tote", NAVY)
    assert marks(run) == {}
    assert balance(run) == before - count
    assert redo(run).words == "Nothing is out of date."


def test_also_when_the_engine_sees_other_colours_this_time(run: TechPack, view: BaseView) -> None:
    is_a_bag(run)
    seen(colours=colours(TWO))
    redo(run)
    work()
    assert len(facts(view).colours.items) == 2
    assert marks(run) == {}


def test_pictures_are_asked_for_and_charged_when_the_base_view_is_there(run: TechPack) -> None:
    is_a_bag(run)
    before, pictures = balance(run), len(marks(run)) - 1
    done = redo(run)
    assert (done.asked, done.later, done.charged, balance(run)) == (1, pictures, 1, before - 1)
    assert (
        f"{pictures} more follow when the base views are there, for {pictures} credits at most." in done.words
    )
    assert {one.kind for one in Prediction.objects.live()} == {"techpack.base_view_again"}
    assert whole.of(run.product).run.is_working
    assert all(piece.remaking for piece in run.close_ups.all())
    assert redo(run).asked == 0  # pressed twice
    work()
    assert balance(run) == before - 1 - pictures
    assert Take.objects.ready().filter(number=2).count() == pictures + 1


def test_when_the_base_view_fails_nothing_is_made_from_the_old_one(run: TechPack) -> None:
    is_a_bag(run)
    before = balance(run)
    script(base_view=["refuse"])
    redo(run)
    work()
    assert kinds(run) == {"base-view", "close-up", "sketch"}
    assert balance(run) == before
    assert not Take.objects.making().exists()
    assert not run.close_ups.filter(remaking=True).exists()
    assert "Not made again, not charged: Detail 1" in run.activities.order_by("-pk")[0].text
    script(base_view=["ok"])
    redo(run)
    work()
    assert marks(run) == {}


def test_all_of_it_has_to_be_on_the_account_at_first(run: TechPack) -> None:
    is_a_bag(run)
    count = len(marks(run))
    ledger.charge(
        holder=owner_of(run), amount=balance(run) - count + 1, reference="most", description="Spent"
    )
    with pytest.raises(InsufficientCredits):
        redo(run)
    assert not Take.objects.exists()


def test_credits_spent_meanwhile_are_no_failure_of_the_base_view(run: TechPack, view: BaseView) -> None:
    is_a_bag(run)
    redo(run)
    ledger.charge(holder=owner_of(run), amount=balance(run) - 2, reference="most", description="Spent")
    work()
    view.refresh_from_db()
    assert (view.take, balance(run)) == (2, 0)
    assert len(marks(run)) == pictures_of(run) - 2
    assert not Take.objects.making().exists()
    assert run.activities.filter(text__contains="1 credit needed, 0 left").exists()


def pictures_of(run: TechPack) -> int:
    return run.close_ups.count() + run.sketches.filter(status=Piece.Status.LOADED).count()


def test_what_waits_is_not_begun_when_the_product_is_to_go(run: TechPack) -> None:
    is_a_bag(run)
    redo(run)
    engine.cancel_all(subject=run.subject)
    work()
    assert not Take.objects.making().exists()
    assert not Prediction.objects.filter(kind="techpack.picture_again").exists()


# --- the designer's word in a base view that is read again -----------------------------------


def test_what_was_entered_or_confirmed_stays_with_its_source_and_history(
    run: TechPack, view: BaseView
) -> None:
    owner = owner_of(run)
    enter(view, HEX, NAVY)
    enter(view, "summary", "My own words")
    values.confirm(piece=view, path="pattern.kind", by=owner)
    again(view)
    assert view.take == 2
    assert [
        values.read(piece=view, path=path).source
        for path in (HEX, "summary", "pattern.kind", "colours.0.name")
    ] == ["entered", "entered", "confirmed", "measured"]
    (change,) = history.of(piece=view, path=HEX)
    assert (change.before, change.after, change.by, change.take) == ("#38574D", NAVY, owner, 2)
    assert change.made_at == Change.objects.get(path=HEX, take=1).made_at
    assert history.of(piece=view, path="pattern.kind")[0].action == Change.Action.CONFIRM


def test_undone_on_the_new_take_the_value_is_what_the_engine_sees_now(view: BaseView) -> None:
    enter(view, "summary", "My own words")
    enter(view, HEX, NAVY)
    seen(summary="Otherwise")
    again(view)
    history.undo_last(run=view.tech_pack, by=view.tech_pack.product.owner)
    assert (facts(view).colours.items[0].hex, facts(view).summary) == ("#38574D", "My own words")
    assert values.read(piece=view, path=HEX).source == "measured"
    history.undo(piece=view, path="summary", by=None)
    assert facts(view).summary == "Otherwise"
    takes.restore(piece=view, number=1)
    assert (facts(view).colours.items[0].hex, facts(view).summary) == (NAVY, "My own words")


def test_an_edit_that_was_undone_is_not_carried_over(view: BaseView) -> None:
    enter(view, HEX, NAVY)
    history.undo(piece=view, path=HEX, by=None)
    seen(summary="Otherwise")
    again(view)
    assert facts(view).colours.items[0].hex == "#38574D"
    assert not Change.objects.filter(take=2).exists()


def test_an_entry_is_found_again_wherever_the_engine_puts_it(run: TechPack, view: BaseView) -> None:
    enter(view, HEX, NAVY)
    seen(colours=colours(TWO[::-1]))
    again(view)
    assert [item.hex for item in facts(view).colours.items] == ["#FFFFFF", NAVY]
    assert values.read(piece=view, path="colours.1.hex").source == "entered"


def test_an_entry_the_engine_calls_otherwise_keeps_its_rank(view: BaseView) -> None:
    enter(view, HEX, NAVY)
    seen(colours=colours([{**TWO[0], "name": "Fir", "hex": "#2F4F44"}]))
    again(view)
    assert [(item.name, item.hex) for item in facts(view).colours.items] == [("Pine", NAVY)]


def test_a_measure_the_engine_no_longer_takes_is_kept_beside_the_new_ones(view: BaseView) -> None:
    enter(view, "proportions.0.value", "72")
    width = {**analysis()["proportions"]["items"][0], "code": "B1", "name": "Width", "value": 50.0}
    seen(proportions={**analysis()["proportions"], "items": [width]})
    again(view)
    found = [(item.name, item.value, item.unit) for item in facts(view).proportions.items]
    assert found == [("Width", 50.0, "cm"), ("Total length", 72.0, "cm")]
    assert history.undo(piece=view, path="proportions.1", by=None)
    assert [item.name for item in facts(view).proportions.items] == ["Width"]


def test_entries_added_and_taken_out_stay_so(view: BaseView) -> None:
    owner = view.tech_pack.product.owner
    values.add_item(piece=view, path="materials", item={"name": "twill", "placement": "Cuffs"}, by=owner)
    values.add_item(piece=view, path="to_be_specified", item={"field": "Care", "reason": "Ask"}, by=owner)
    values.remove_item(piece=view, path="materials.0", by=owner)
    seen(summary="Otherwise")
    again(view)
    assert [item.name for item in facts(view).materials.items] == ["twill"]
    assert [item.field for item in facts(view).to_be_specified] == ["Fibre composition", "Care"]
    again(view)
    assert [item.name for item in facts(view).materials.items] == ["twill"]
    actions = [change.action for change in Change.objects.filter(take=3).order_by("pk")]
    assert actions == ["remove", "add", "add"]


def test_what_was_made_together_is_undone_together_on_the_new_take_too(view: BaseView) -> None:
    enter(view, "summary", "My own words")
    enter(view, "proportions.0.unit", "in")  # takes the number with it
    seen(summary="Otherwise")
    again(view)
    history.undo(piece=view, path="proportions.0.unit", by=None)
    length = facts(view).proportions.items[0]
    assert (length.value, length.unit, facts(view).summary) == (70.0, "cm", "My own words")


# --- an engine that repeats itself -----------------------------------------------------------


@pytest.fixture
def repeating(run: TechPack, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> TechPack:
    """It works from what the local engine works from, and draws the same whatever it is asked."""
    monkeypatch.setattr(type(fake), "draws_from_specification", True)

    def make() -> None:
        script(picture="38574d")
        for piece in [*run.close_ups.all(), *run.sketches.filter(status=Piece.Status.LOADED)]:
            takes.regenerate(piece=piece, by=owner_of(run))
        work()

    remembered("run of an engine that repeats itself", make)
    run = TechPack.objects.get(pk=run.pk)
    monkeypatch.setattr(type(fake), "repeats", "fake/1")
    monkeypatch.setattr(type(fake), "works_from", LocalProvider.works_from)
    return run


def test_a_material_marks_neither_cut_out_close_ups_nor_flats(repeating: TechPack) -> None:
    view = repeating.base_views.get()
    values.add_item(piece=view, path="materials", item={"name": "twill", "placement": "Cuffs"}, by=None)
    enter(view, "materials.0.name", "drill")
    assert marks(repeating) == {}


def test_a_colour_marks_the_sketches_that_name_it(repeating: TechPack) -> None:
    enter(repeating.base_views.get(), HEX, NAVY)
    sketches = repeating.sketches.filter(status=Piece.Status.LOADED).count()
    assert kinds(repeating) == {"sketch"}
    offer = offered(repeating)
    assert (offer.price, len(offer.same)) == (sketches, 0)
    assert redo(repeating).charged == sketches


def test_what_would_come_out_the_same_costs_nothing_and_is_up_to_date_at_once(repeating: TechPack) -> None:
    repeating.sketches.all().delete()
    is_a_bag(repeating)
    offer = offered(repeating)
    assert (offer.price, offer.words) == (0, "free")
    assert offer.hint == "Free: the fake engine would only draw the same again."
    ledger.charge(holder=owner_of(repeating), amount=balance(repeating), reference="all", description="All")
    done = redo(repeating)
    assert (done.asked, done.charged, done.same) == (0, 0, repeating.close_ups.count() + 1)
    assert marks(repeating) == {}
    assert not Prediction.objects.live().exists()


def test_the_same_again_is_refunded_without_alarm_and_remembered(repeating: TechPack) -> None:
    before = balance(repeating)
    is_a_bag(repeating)
    seen()
    redo(repeating)
    work()
    assert marks(repeating) == {}
    assert balance(repeating) == before
    assert {line.tone for line in repeating.activities.filter(text__startswith="Refunded")} == {"plain"}
    entries = Entry.objects.count()
    for piece in [repeating.base_views.get(), *repeating.sketches.filter(status=Piece.Status.LOADED)]:
        answer = takes.regenerate(piece=piece, by=owner_of(repeating))
        assert (answer.take, answer.charged) == (None, 0)
    assert Entry.objects.count() == entries


def test_edits_by_hand_do_not_make_it_another_sketch_and_stay(repeating: TechPack) -> None:
    sketch = repeating.sketches.filter(status=Piece.Status.LOADED).order_by("order")[0]
    enter_on(sketch, "callouts.0.text", "Collar: rib, 2 cm")
    is_a_bag(repeating)
    before = balance(repeating)
    takes.regenerate(piece=sketch, by=owner_of(repeating))
    work()
    sketch.refresh_from_db()
    assert sketch.writing.callouts[0].text == "Collar: rib, 2 cm"
    assert (sketch.take, len(takes.takes_of(sketch)), balance(repeating)) == (2, 2, before)
    assert history.of(piece=sketch, path="callouts.0.text")


def enter_on(sketch: Sketch, path: str, value: Any) -> None:
    values.set_value(piece=sketch, path=path, value=value, by=None)


def test_a_base_view_edited_by_hand_is_not_read_anew_for_nothing(repeating: TechPack) -> None:
    view = repeating.base_views.get()
    enter(view, "summary", "My own words")
    is_a_bag(repeating)
    before = balance(repeating)
    again(view)
    assert (view.take, facts(view).summary, balance(repeating)) == (1, "My own words", before)
    assert len(history.of(piece=view, path="summary")) == 1


# --- the page --------------------------------------------------------------------------------


def test_the_button_says_when_it_is_free(repeating: TechPack, client: Any) -> None:
    repeating.sketches.all().delete()
    is_a_bag(repeating)
    client.force_login(owner_of(repeating))
    html = client.get(repeating.product.get_absolute_url()).text
    assert "Make again (free)" in html
    assert "Free: the fake engine would only draw the same again." in html


def test_what_changed_is_said_once_whatever_each_was_made_from(run: TechPack) -> None:
    products.correct_category(product=run.product, category="APPAREL", subcategory="Polo")
    takes.regenerate(piece=run.close_ups.order_by("order")[0], by=owner_of(run))
    work()
    products.correct_category(product=run.product, category="APPAREL", subcategory="Jersey")
    said = staleness.words_of(marks(run).values())
    assert said.count("Category was") == 1
    assert sorted(said.removeprefix("Category was ").split(", now ")[0].split(", ")) == [
        "Apparel - Polo",
        "Apparel - T-shirt",
    ]
    assert said.endswith(", now Apparel - Jersey.")
