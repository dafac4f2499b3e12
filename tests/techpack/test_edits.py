"""What an edit leaves behind: results that are out of date, until they are made again or it is taken back."""

import pytest

from credits import services as ledger
from credits.services import InsufficientCredits
from techpack.editing import history, staleness, values
from techpack.models import BaseView, Piece, TechPack
from techpack.presenters.page import Changes, Page
from techpack.services import products, redo
from tests.support.factories import make_run, make_user, script
from tests.support.job_queue import drain, pass_time, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def marked(run: TechPack) -> set[str]:
    """The kinds of piece that are out of date, however many of each."""
    return {slot.partition(":")[0] for slot in staleness.marks(TechPack.objects.get(pk=run.pk))}


def pieces_after(run: TechPack) -> int:
    return run.close_ups.count() + run.sketches.filter(status=Piece.Status.LOADED).count()


def test_a_finished_run_is_up_to_date(run: TechPack) -> None:
    assert marked(run) == set()
    assert all(piece.made_from for piece in run.close_ups.all())


@pytest.mark.parametrize(
    ("path", "value"),
    [("materials.0.name", "twill"), ("colours.0.hex", "#1D2747"), ("colours.0.name", "Navy")],
)
def test_another_material_or_colour_marks_the_pictures_made_from_it(
    run: TechPack, view: BaseView, path: str, value: str
) -> None:
    values.set_value(piece=view, path=path, value=value, by=None)
    assert marked(run) == {"close-up", "sketch"}


def test_a_corrected_category_marks_the_base_views_too(run: TechPack) -> None:
    products.correct_category(product=run.product, category="BAG", subcategory="Tote")
    assert marked(run) == {"base-view", "close-up", "sketch"}


def test_a_category_confirmed_as_it_was_marks_nothing(run: TechPack) -> None:
    products.correct_category(product=run.product, category="APPAREL", subcategory="T-shirt")
    assert marked(run) == set()


@pytest.mark.parametrize("path", ["summary", "proportions.0.name", "to_be_specified.0.reason"])
def test_values_that_nothing_was_made_from_mark_nothing(run: TechPack, view: BaseView, path: str) -> None:
    values.set_value(piece=view, path=path, value="Something else", by=None)
    assert marked(run) == set()


def test_confirming_marks_nothing(run: TechPack, view: BaseView) -> None:
    values.confirm(piece=view, path="materials.0.name", by=None)
    assert marked(run) == set()


def test_the_mark_says_what_it_was_and_is_now(run: TechPack, view: BaseView) -> None:
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=None)
    mark = next(iter(staleness.marks(TechPack.objects.get(pk=run.pk)).values()))
    assert mark.words == "Colour was Pine #38574D, now Navy #38574D."


def test_the_mark_goes_when_the_value_is_put_back(run: TechPack, view: BaseView) -> None:
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=None)
    history.undo(piece=view, path="colours.0.name", by=None)
    assert marked(run) == set()
    values.set_value(piece=view, path="materials.0.name", value="twill", by=None)
    values.set_value(piece=view, path="materials.0.name", value="rib knit", by=None)
    assert marked(run) == set()


def test_open_pages_learn_of_marks_that_come_and_go(run: TechPack, view: BaseView) -> None:
    owner = run.product.owner
    run.refresh_from_db()
    before = run.version
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=None)
    lists = Changes(Page(run.product, owner), before).lists
    assert len(lists["close_ups"]["changed"]) + len(lists["sketches"]["changed"]) == pieces_after(run)
    run.refresh_from_db()
    after = run.version
    values.set_value(piece=view, path="summary", value="Another", by=None)
    lists = Changes(Page(run.product, owner), after).lists
    assert not lists["close_ups"]["changed"]
    history.undo(piece=view, path="colours.0.name", by=None)
    assert len(Changes(Page(run.product, owner), after).lists["close_ups"]["changed"]) > 0


def test_everything_out_of_date_is_made_again_at_once_for_its_price(run: TechPack, view: BaseView) -> None:
    owner = run.product.owner
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=owner)
    before, count = ledger.balance(owner), pieces_after(run)
    fresh = TechPack.objects.get(pk=run.pk)
    assert redo.offer(fresh, staleness.marks(fresh)).price == count
    done = redo.redo(run=run, by=owner)
    assert (done.asked, done.charged) == (count, count)
    assert ledger.balance(owner) == before - count
    work()
    assert marked(run) == set()
    assert redo.redo(run=run, by=owner).asked == 0
    assert ledger.balance(owner) == before - count


def test_pressed_twice_it_is_charged_once(run: TechPack, view: BaseView) -> None:
    owner = run.product.owner
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=owner)
    redo.redo(run=run, by=owner)
    balance = ledger.balance(owner)
    assert redo.redo(run=run, by=owner).asked == 0
    assert ledger.balance(owner) == balance


def test_one_that_fails_keeps_its_mark_and_is_refunded(run: TechPack, view: BaseView) -> None:
    owner = run.product.owner
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=owner)
    before = ledger.balance(owner)
    script(close_up=["refuse"])
    redo.redo(run=run, by=owner)
    work()
    assert marked(run) == {"close-up"}
    assert ledger.balance(owner) == before - run.sketches.filter(status=Piece.Status.LOADED).count()


def test_without_the_credits_for_all_none_is_begun(run: TechPack, view: BaseView) -> None:
    owner = run.product.owner
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=owner)
    left = ledger.balance(owner) - 2
    ledger.charge(holder=owner, amount=left, reference="test:most", description="Spent")
    with pytest.raises(InsufficientCredits):
        redo.redo(run=run, by=owner)
    assert ledger.balance(owner) == 2
    assert not run.close_ups.filter(remaking=True).exists()


def test_an_edit_while_pictures_are_made_marks_them_when_they_come() -> None:
    script(latency=5)
    fresh = make_run(make_user(balance=20))
    while not fresh.close_ups.exists():
        drain()
        pass_time(1)
    view = fresh.base_views.get()
    loaded = fresh.close_ups.filter(status=Piece.Status.LOADED).count()
    values.set_value(piece=view, path="colours.0.name", value="Navy", by=None)
    work()
    fresh.refresh_from_db()
    assert fresh.status == TechPack.Status.COMPLETE
    assert fresh.close_ups.count() > loaded
    assert "close-up" in marked(fresh)
