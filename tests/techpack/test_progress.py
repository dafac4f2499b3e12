"""How far a run is: computed from its rows, in whatever state they are."""

from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from credits import services as ledger
from techpack.models import (
    Activity,
    BaseView,
    CloseUp,
    Piece,
    Product,
    Revision,
    Sketch,
    Step,
    StepName,
    TechPack,
    View,
)
from techpack.pipeline.progress import Progress, StepProgress, progress
from techpack.presenters import whole
from techpack.services import runs
from tests.support.factories import (
    make_product,
    make_run,
    make_user,
    plan,
    script,
)
from tests.support.job_queue import (
    drain,
    due_jobs,
    forget_jobs,
    job_names,
    pass_time,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

PENDING, WAITING, RUNNING = Step.Status.PENDING, Step.Status.WAITING, Step.Status.RUNNING
DONE, PARTIAL, FAILED, CANCELED = (
    Step.Status.DONE, Step.Status.PARTIAL, Step.Status.FAILED, Step.Status.CANCELED,
)  # fmt: skip
LOADING, LOADED, MISSED = Piece.Status.LOADING, Piece.Status.LOADED, Piece.Status.FAILED
ENDED = Piece.Status.CANCELED

ALL_STEPS = (StepName.CATEGORY, StepName.BASE_VIEWS, StepName.CLOSE_UPS, StepName.SKETCHES)


def standing(
    *statuses: str, views: Any = (), shots: Any = (), sketches: Any = (), status: str = "running",
    asked: tuple[StepName, ...] = ALL_STEPS,
) -> Progress:  # fmt: skip
    """The progress of a run whose steps are in these states, in order, with pieces in these."""
    run = runs.start_run(product=make_product(make_user(balance=9)), wanted=asked)
    for name, state in zip(run.asked, statuses, strict=True):
        run.steps.filter(name=name).update(status=state)
    TechPack.objects.filter(pk=run.pk).update(status=status)
    _add_pieces(run, views, shots, sketches)
    return progress_of(run)


def _add_pieces(run: TechPack, views: Any, shots: Any, sketches: Any) -> None:
    photo = Revision.objects.get(product=run.product)
    for order, state in enumerate(views):
        BaseView.objects.create(
            tech_pack=run, revision=photo, view=photo.view, order=order, status=state, cache_key="x"
        )
    for order, (state, shot) in enumerate(zip(shots, plan(6)["shots"], strict=False)):
        CloseUp.objects.create(tech_pack=run, revision=photo, order=order, status=state, shot=shot)
    for order, (state, view) in enumerate(zip(sketches, View.values, strict=False)):
        Sketch.objects.create(tech_pack=run, revision=photo, order=order, status=state, view=view)


def progress_of(run: TechPack) -> Progress:
    loaded = whole.of(Product.objects.get(runs=run), run.number)
    assert loaded.run is not None
    return progress(loaded.run, charges=loaded.charges, activities=loaded.activities)


def step(found: Progress, name: StepName) -> StepProgress:
    return next(step for step in found.steps if step.name == name)


# --- the bands -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "pieces", "percent"),
    [
        ((PENDING, PENDING, PENDING, PENDING), {}, 0),
        ((RUNNING, PENDING, PENDING, PENDING), {}, 5),
        ((DONE, PENDING, PENDING, PENDING), {}, 10),
        ((DONE, RUNNING, PENDING, PENDING), {"views": [LOADING] * 2}, 15),
        ((DONE, RUNNING, PENDING, PENDING), {"views": [LOADED, LOADING]}, 27),
        ((DONE, RUNNING, PENDING, PENDING), {"views": [LOADED] * 2}, 40),
        ((DONE, DONE, PENDING, PENDING), {"views": [LOADED] * 2}, 40),
        ((DONE, DONE, RUNNING, PENDING), {}, 45),  # planning: nobody knows yet how many
        ((DONE, DONE, RUNNING, PENDING), {"shots": [LOADING] * 5}, 45),
        ((DONE, DONE, RUNNING, PENDING), {"shots": [LOADED, *[LOADING] * 4]}, 50),
        ((DONE, DONE, RUNNING, PENDING), {"shots": [*[LOADED] * 4, LOADING]}, 65),
        ((DONE, DONE, RUNNING, PENDING), {"shots": [LOADED] * 5}, 70),
        ((DONE, DONE, DONE, PENDING), {"shots": [LOADED] * 5}, 70),
        ((DONE, DONE, DONE, RUNNING), {"sketches": [LOADING] * 3}, 75),
        ((DONE, DONE, DONE, RUNNING), {"sketches": [LOADED, LOADING, LOADING]}, 82),
        ((DONE, DONE, DONE, RUNNING), {"sketches": [LOADED, LOADED, LOADING]}, 89),
        ((DONE, DONE, DONE, RUNNING), {"sketches": [LOADED] * 3}, 96),
        ((DONE, DONE, DONE, DONE), {"sketches": [LOADED] * 3, "status": "complete"}, 100),
    ],
)  # fmt: skip
def test_each_step_earns_its_band(statuses: Any, pieces: Any, percent: int) -> None:
    assert standing(*statuses, **pieces).percent == percent


def test_close_ups_and_sketches_at_once_add_up() -> None:
    found = standing(DONE, DONE, RUNNING, RUNNING, shots=[LOADED, LOADING], sketches=[LOADED, *[LOADING] * 2])
    assert found.percent == int(40 + (5 + 12.5) + (5 + 7))


def test_sketches_that_are_ready_first_do_not_claim_the_close_ups_band() -> None:
    assert standing(DONE, DONE, RUNNING, DONE, shots=[LOADING] * 4, sketches=[LOADED] * 3).percent == 75


def test_a_failed_picture_is_finished_too() -> None:
    found = standing(DONE, DONE, RUNNING, PENDING, shots=[LOADED, MISSED, LOADING, LOADING])
    close_ups = step(found, StepName.CLOSE_UPS)
    assert found.percent == int(45 + 12.5)
    assert (close_ups.done, close_ups.failed, close_ups.planned) == (1, 1, 4)


def test_a_sketch_that_was_left_out_is_not_waited_for() -> None:
    found = standing(DONE, DONE, DONE, RUNNING, sketches=[LOADED, Piece.Status.LEFT_OUT, LOADING])
    assert step(found, StepName.SKETCHES).planned == 2
    assert found.percent == int(75 + 10.5)


def test_a_partial_step_has_all_of_its_band() -> None:
    assert standing(DONE, DONE, PARTIAL, PENDING, shots=[LOADED, MISSED]).percent == 70


def test_a_step_that_waits_for_credits_has_earned_nothing_yet() -> None:
    found = standing(DONE, DONE, WAITING, WAITING, status="waiting")
    assert found.percent == 40
    assert found.waiting is not None
    assert found.waiting.name == StepName.CLOSE_UPS


@pytest.mark.parametrize(
    ("statuses", "status", "stopped_at"),
    [
        ((DONE, DONE, DONE, DONE), "complete", None),
        ((DONE, DONE, PARTIAL, DONE), "partial", None),
        ((DONE, FAILED, CANCELED, CANCELED), "failed", StepName.BASE_VIEWS),
        ((FAILED, CANCELED, CANCELED, CANCELED), "failed", StepName.CATEGORY),
        ((DONE, DONE, CANCELED, CANCELED), "canceled", StepName.CLOSE_UPS),
    ],
)
def test_a_run_that_is_over_is_at_a_hundred(statuses: Any, status: str, stopped_at: Any) -> None:
    found = standing(*statuses, status=status)
    assert found.percent == 100
    assert (found.stopped_at.name if found.stopped_at else None) == stopped_at


@pytest.mark.parametrize(("status", "percent"), [(PENDING, 0), (RUNNING, 50)])
def test_a_lone_step_has_the_whole_bar(status: str, percent: int) -> None:
    found = standing(status, asked=(StepName.CATEGORY,))
    assert found.percent == percent
    assert found.credits_total == 0
    assert [step.asked for step in found.steps] == [True, False, False, False]


def test_a_step_nobody_asked_for_earns_nothing() -> None:
    found = standing(DONE, RUNNING, asked=(StepName.CATEGORY, StepName.BASE_VIEWS), views=[LOADING])
    assert found.percent == int(100 * 15 / 40)
    assert not step(found, StepName.SKETCHES).is_to_come


# --- a run from its beginning to its end -------------------------------------------------------


def percents(run: TechPack, seconds: float = 3) -> list[int]:
    """What the bar shows after every job of the run, until nothing is left to do."""
    shown = [progress_of(run).percent]
    for _ in range(200):
        if not job_names():
            return shown
        for job_id, name, arguments in due_jobs():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
            app.tasks[name].func(**arguments)
            shown.append(progress_of(run).percent)
        pass_time(seconds)
    raise AssertionError("it does not end")


@pytest.mark.parametrize(
    "behaviours",
    [
        {},
        {"latency": 5},
        {"close_up": ["refuse", "ok"]},
        {"any": ["transient", "ok", "late-transient", "ok"]},
        {"base_view": ["ok", "refuse"], "callouts": ["refuse", "ok"]},
        {"sketch": ["refuse"]},
        {"base_view": ["refuse"]},
    ],
)
def test_the_bar_never_falls_nor_passes_a_hundred(behaviours: Any) -> None:
    script(**behaviours)
    shown = percents(make_run(make_user(balance=9), "front", "back"))
    assert shown == sorted(shown)
    assert shown[0] == 0
    assert shown[-1] == 100
    assert len(set(shown)) > 3


def test_a_resumed_run_goes_on_from_what_stands() -> None:
    script(sketch=["refuse", "refuse", "refuse", "ok"])
    run = make_run(make_user(balance=20))
    work()
    assert progress_of(run).percent == 100
    runs.resume_run(tech_pack=run)
    shown = percents(run)
    assert shown[0] == 70
    assert shown == sorted(shown)
    assert shown[-1] == 100


def test_a_picture_tried_again_leaves_the_bar_where_it_is() -> None:
    script(close_up=["refuse", "ok"])
    run = make_run(make_user(balance=20))
    work()
    runs.try_again(piece=run.close_ups.get(status=MISSED))
    assert set(percents(run)) == {100}


def test_a_run_that_waited_goes_on_without_falling(django_capture_on_commit_callbacks: Any) -> None:
    user = make_user(balance=9)
    run = make_run(user)
    ledger.charge(holder=user, amount=4, reference="elsewhere", description="Elsewhere")
    before = percents(run)
    assert before[-1] == 40
    with django_capture_on_commit_callbacks(execute=True):
        ledger.grant(holder=user, amount=10, reference="more", description="More")
    assert percents(run)[0] == 40


# --- what it says ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "name", "words"),
    [
        ({"views": [LOADING, LOADING]}, StepName.BASE_VIEWS, "0 of 2 views analysed"),
        ({"views": [LOADED, LOADED]}, StepName.BASE_VIEWS, "2 views analysed"),
        ({"views": [LOADED, MISSED]}, StepName.BASE_VIEWS, "1 of 2 views analysed; 1 failed"),
        ({"shots": [LOADED, LOADING]}, StepName.CLOSE_UPS, "1 of 2: detail 1"),
        ({"shots": [LOADING, LOADING]}, StepName.CLOSE_UPS, "0 of 2"),
        ({"sketches": [LOADED, LOADED, MISSED]}, StepName.SKETCHES, "2 of 3: front, back; 1 failed"),
        ({"sketches": [LOADED, MISSED, ENDED]}, StepName.SKETCHES, "1 of 3: front; 1 failed; 1 canceled"),
    ],
)
def test_a_step_says_what_it_has_found_so_far(pieces: Any, name: StepName, words: str) -> None:
    found = standing(*[RUNNING] * 4, **pieces)
    assert step(found, name).found == words


def test_the_category_is_said_when_it_is_known() -> None:
    run = make_run(make_user(balance=9))
    assert step(progress_of(run), StepName.CATEGORY).found == ""
    work()
    assert step(progress_of(run), StepName.CATEGORY).found == "Apparel - T-shirt"


def test_views_from_the_cache_are_said() -> None:
    product = make_product(make_user(balance=100), "front", "back")
    for _ in range(2):
        run = runs.start_run(product=product)
        work()
    found = step(progress_of(run), StepName.BASE_VIEWS)
    assert "2 views loaded from cache" in found.found
    assert found.charged == 0


def test_the_last_line_of_what_happened_is_what_goes_on() -> None:
    run = make_run(make_user(balance=9))
    Activity.objects.create(tech_pack=run, version=2, text="Close-up 2 of 6")
    assert progress_of(run).activity == "Close-up 2 of 6"


def test_without_a_line_the_step_at_work_says_it() -> None:
    assert standing(RUNNING, PENDING, PENDING, PENDING).activity == "Detecting product category..."


def test_what_was_made_is_counted_in_words() -> None:
    found = standing(DONE, DONE, PARTIAL, DONE, views=[LOADED], shots=[LOADED, MISSED], sketches=[LOADED] * 3)
    assert found.made == "1 base view, 1 close-up, 3 sketches"
    assert standing(FAILED, *[CANCELED] * 3, status="failed").made == "Nothing was made"


# --- credits -----------------------------------------------------------------------------------


def test_credits_are_counted_as_steps_begin() -> None:
    script(latency=20)
    run = make_run(make_user(balance=100))
    used = [progress_of(run).credits_used]
    for _ in range(3):
        drain()
        used.append(progress_of(run).credits_used)
        pass_time(25)
    assert used == [0, 0, 3, 9]
    assert progress_of(run).credits_total == 9


def test_what_came_back_is_not_used() -> None:
    script(close_up=["ok", "ok", "ok", "refuse"])
    run = make_run(make_user(balance=9))
    work()
    found = progress_of(run)
    assert (found.credits_used, found.refunded) == (8, 1)
    close_ups = step(found, StepName.CLOSE_UPS)
    assert (close_ups.charged, close_ups.refunded) == (3, 1)


def test_a_try_counts_and_a_try_that_failed_does_not() -> None:
    script(close_up=["refuse", "ok", "ok", "ok", "refuse", "ok"])
    run = make_run(make_user(balance=20))
    work()
    used = []
    for _ in range(2):
        runs.try_again(piece=run.close_ups.get(status=MISSED))
        work()
        used.append(progress_of(run).credits_used)
    assert used == [8, 9]


def test_every_round_of_a_step_counts() -> None:
    script(sketch=["refuse", "refuse", "refuse", "ok"])
    run = make_run(make_user(balance=20))
    work()
    assert progress_of(run).credits_used == 6
    runs.resume_run(tech_pack=run)
    work()
    found = progress_of(run)
    assert (found.credits_used, found.refunded) == (9, 3)
    assert step(found, StepName.SKETCHES).charged == 6


def test_another_runs_charges_are_not_counted() -> None:
    product = make_product(make_user(balance=100))
    first = runs.start_run(product=product)
    work()
    forget_jobs()
    second = runs.start_run(product=product)
    work()
    assert (progress_of(first).credits_used, progress_of(second).credits_used) == (9, 6)


def test_progress_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    run = make_run(make_user(balance=9), "front", "back")
    work()
    loaded = whole.of(run.product)
    assert loaded.run is not None
    with django_assert_num_queries(0):
        found = progress(loaded.run, charges=loaded.charges, activities=loaded.activities)
        assert found.percent == 100
        assert found.refunded == 0
