"""A run from Generate to its end: what is made, what it costs, what is given back."""

from typing import Any

import pytest

from credits import services as ledger
from credits.models import Entry
from credits.services import InsufficientCredits
from generation import transitions
from generation.models import Prediction
from techpack.editing import values
from techpack.models import (
    Activity,
    BaseView,
    CloseUp,
    DraftPhoto,
    Piece,
    Product,
    Sketch,
    Step,
    StepName,
    TechPack,
    View,
)
from techpack.pipeline import advance
from techpack.services import errors, photos, products, runs, stalled_runs, takes
from tests.support.factories import (
    ANSWERS,
    analysis,
    cm,
    make_asset,
    make_designer,
    make_draft,
    make_product,
    make_run,
    make_user,
    picture,
    plan,
    remembered_run,
    script,
    write_fake,
)
from tests.support.job_queue import (
    drain,
    forget_jobs,
    pass_time,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def finished(run: TechPack) -> TechPack:
    work()
    run.refresh_from_db()
    return run


def steps(run: TechPack) -> dict[str, str]:
    return dict(run.steps.values_list("name", "status"))


def said(run: TechPack) -> list[str]:
    return list(run.activities.values_list("text", flat=True))


def toasts(run: TechPack) -> list[str]:
    return list(run.activities.filter(toast=True).values_list("text", flat=True))


def test_photos_become_a_tech_pack() -> None:
    user = make_designer(100)
    run = remembered_run(user, "front", "back")
    assert run.status == TechPack.Status.COMPLETE
    assert set(steps(run).values()) == {Step.Status.DONE}
    assert (run.base_views.count(), run.close_ups.count(), run.sketches.count()) == (2, 4, 3)
    assert all(piece.is_loaded for piece in run.pieces)
    assert ledger.balance(user) == 91
    assert "Tech pack complete. 9 credits used, 91 left." in toasts(run)


def test_the_steps_tell_what_they_do() -> None:
    run = remembered_run(make_designer(9))
    text = said(run)
    for line in ("Detecting product category...", "Apparel - T-shirt", "Analyzing base views...",
                 "Close-up 2 of 4", "Front sketch ready"):  # fmt: skip
        assert line in text


def test_close_ups_and_sketches_run_at_the_same_time() -> None:
    script(latency=20)
    run = make_run(make_user(balance=9))
    for _ in range(2):  # category, then base views
        drain()
        pass_time(25)
    drain()
    live = set(Prediction.objects.live().values_list("kind", flat=True))
    assert live == {"techpack.close_up_plan", "techpack.sketch"}
    assert steps(run)["sketches"] == Step.Status.RUNNING


def test_a_run_begins_each_step_with_its_charge() -> None:
    user = make_user(balance=9)
    run = make_run(user)
    assert ledger.balance(user) == 9  # the category is free
    finished(run)
    charges = Entry.objects.filter(kind=Entry.Kind.CHARGE).values_list("amount", flat=True)
    assert list(charges) == [-3, -3, -3]


def test_generate_pressed_twice_is_one_run() -> None:
    product = make_product(make_user(balance=100))
    assert runs.start_run(product=product) == runs.start_run(product=product)
    work()
    assert TechPack.objects.count() == 1


def test_too_few_credits_are_said_before_anything_begins() -> None:
    product = make_product(make_user(balance=8))
    with pytest.raises(InsufficientCredits) as error:
        runs.start_run(product=product)
    assert (error.value.needed, error.value.available) == (9, 8)
    assert TechPack.objects.count() == 0


def test_a_product_without_photos_cannot_be_generated() -> None:
    product = Product.objects.create(owner=make_user(balance=9), name="Nothing yet")
    with pytest.raises(errors.NoPhotos):
        runs.start_run(product=product)


# --- cache -----------------------------------------------------------------------------------


def test_a_repeated_run_takes_its_views_from_the_cache() -> None:
    user = make_user(balance=100)
    product = make_product(user, "front", "back")
    finished(runs.start_run(product=product))
    product.refresh_from_db()
    assert runs.price_of_run(product) == 6
    again = finished(runs.start_run(product=product))
    assert again.number == 2
    assert "2 views loaded from cache (instant, 0 credits)" in toasts(again)
    assert ledger.balance(user) == 100 - 9 - 6


def test_the_category_is_detected_once() -> None:
    product = make_product(make_user(balance=100))
    for _ in range(2):
        finished(runs.start_run(product=product))
    assert Prediction.objects.filter(kind="techpack.category").count() == 1


def test_one_new_view_beside_two_cached_ones_costs_its_share() -> None:
    user = make_user(balance=100)
    product = make_product(user, "front", "back")
    finished(runs.start_run(product=product))
    photos.add_photos(product=product, photos=[(make_draft(user, picture("#802020", (320, 420))), "side")])
    product.refresh_from_db()
    assert runs.price_of_run(product) == 1 + 6  # ceil(3 * 1 / 3)
    finished(runs.start_run(product=product))
    assert ledger.balance(user) == 100 - 9 - 7


@pytest.mark.parametrize("change", ["category", "dimension", "view"])
def test_what_the_analysis_depends_on_empties_the_cache(change: str) -> None:
    product = remembered_run(make_designer()).product
    if change == "category":
        products.correct_category(product=product, category="BAG")
    elif change == "dimension":
        products.update_product(product=product, name="x", notes="", dimension=cm("70"))
    else:
        photos.change_view(revision=product.revisions.get(), view=View.BACK)
    product.refresh_from_db()
    assert runs.price_of_run(product) == 9


def test_another_designers_cache_is_not_used() -> None:
    first, second = make_user(balance=9), make_user(balance=9)
    finished(make_run(first))
    assert runs.price_of_run(make_product(second)) == 9


def test_in_another_product_the_engines_values_serve_and_not_the_designers() -> None:
    user = make_user(balance=100)
    first, sister = make_product(user), make_product(user)
    finished(runs.start_run(product=first))
    view = finished(runs.start_run(product=sister)).base_views.get()
    assert view.cached
    values.set_value(piece=view, path="summary", value="SISTER ONLY", by=user)
    values.set_value(piece=first.runs.get().base_views.get(), path="summary", value="First only", by=user)
    again = finished(runs.start_run(product=first)).base_views.get()
    assert (again.facts.summary, again.sources) == ("First only", {"summary": "entered"})
    third = finished(runs.start_run(product=make_product(user))).base_views.get()
    assert (third.cached, third.facts.summary) == (True, analysis()["summary"])
    assert (third.sources, third.confidence) == ({}, 0.8)
    assert third.ground.category == "APPAREL"


def test_what_was_wished_for_one_product_does_not_serve_in_another() -> None:
    user = make_designer(100)
    run = remembered_run(user)
    takes.regenerate(piece=run.base_views.get(), by=user, instruction="call it navy")
    work()
    assert not finished(runs.start_run(product=make_product(user))).base_views.get().cached
    assert finished(runs.start_run(product=run.product)).base_views.get().cached


def test_two_equal_photos_keep_each_its_own_values() -> None:
    user = make_user(balance=100)
    drafts = [(make_draft(user, picture()), "detail") for _ in range(2)]
    product = products.create_product(owner=user, name="Tee", photos=drafts)
    finished(runs.start_run(product=product))
    (first, _) = product.runs.get().base_views.order_by("order")
    values.set_value(piece=first, path="summary", value="Mine", by=user)
    again = finished(runs.start_run(product=product))
    summaries = [view.facts.summary for view in again.base_views.order_by("order")]
    assert summaries == ["Mine", analysis()["summary"]]


# --- failure ---------------------------------------------------------------------------------


def test_a_failed_picture_is_refunded_in_proportion_and_the_run_still_ends() -> None:
    user = make_user(balance=9)
    script(close_up=["ok", "ok", "ok", "refuse"])
    run = finished(make_run(user))
    assert run.status == TechPack.Status.PARTIAL
    assert steps(run)["close-ups"] == Step.Status.PARTIAL
    assert ledger.balance(user) == 1  # ceil(3 * 1 / 4)
    assert "Refunded 1 credit: The engine refused this photo." in toasts(run)
    assert run.close_ups.get(status=Piece.Status.FAILED).failure == "content_refused"


@pytest.mark.parametrize("purpose", ["close_up_plan", "close_up", "sketch", "callouts"])
def test_a_step_that_delivers_nothing_is_refunded_whole(purpose: str) -> None:
    user = make_user(balance=9)
    script(**{purpose: ["refuse"]})
    run = finished(make_run(user))
    assert run.status == TechPack.Status.FAILED
    assert ledger.balance(user) == 3
    assert any(text.startswith("Refunded 3 credits") for text in toasts(run))


def test_without_base_views_the_later_steps_never_begin_and_cost_nothing() -> None:
    user = make_user(balance=9)
    script(base_view=["refuse"])
    run = finished(make_run(user))
    assert run.status == TechPack.Status.FAILED
    assert ledger.balance(user) == 9
    assert steps(run)["close-ups"] == steps(run)["sketches"] == Step.Status.CANCELED


def test_a_failed_category_stops_the_run_for_free() -> None:
    user = make_user(balance=9)
    script(category=["refuse"])
    run = finished(make_run(user))
    assert run.status == TechPack.Status.FAILED
    assert ledger.balance(user) == 9


def test_a_plan_that_names_no_photo_of_ours_is_a_failure() -> None:
    shots = plan(2)
    for shot in shots["shots"]:
        shot["image"] = 7
    write_fake("answers.json", ANSWERS | {"close_up_plan": shots})
    user = make_user(balance=9)
    finished(make_run(user))
    assert ledger.balance(user) == 3


def test_a_failed_run_is_resumed_from_where_it_stood() -> None:
    user = make_user(balance=100)
    script(sketch=["refuse", "refuse", "refuse", "ok"])
    run = finished(make_run(user))
    assert ledger.balance(user) == 100 - 6
    finished(runs.resume_run(tech_pack=run))
    run.refresh_from_db()
    assert run.status == TechPack.Status.COMPLETE
    assert ledger.balance(user) == 100 - 9
    assert Prediction.objects.filter(kind="techpack.base_view").count() == 1
    assert Prediction.objects.filter(kind="techpack.close_up").count() == 4


def test_resuming_asks_for_the_credits_first() -> None:
    script(sketch=["refuse"])
    user = make_user(balance=9)
    run = finished(make_run(user))
    ledger.charge(holder=user, amount=2, reference="elsewhere", description="Elsewhere")
    with pytest.raises(InsufficientCredits):
        runs.resume_run(tech_pack=run)


def test_a_complete_run_cannot_be_resumed() -> None:
    run = remembered_run(make_designer(9))
    with pytest.raises(errors.NotPossible):
        runs.resume_run(tech_pack=run)


# --- trying again ----------------------------------------------------------------------------


def failed_close_up(user: Any) -> CloseUp:
    script(close_up=["refuse", "ok"])
    run = finished(make_run(user))
    return run.close_ups.get(status=Piece.Status.FAILED)


def test_a_failed_picture_is_tried_again_for_a_regenerations_price() -> None:
    user = make_user(balance=20)
    piece = failed_close_up(user)
    before = ledger.balance(user)
    runs.try_again(piece=piece)
    assert ledger.balance(user) == before - 1
    work()
    piece.refresh_from_db()
    assert piece.is_loaded
    assert piece.tech_pack.status == TechPack.Status.COMPLETE


def test_a_try_that_fails_again_is_refunded() -> None:
    user = make_user(balance=20)
    piece = failed_close_up(user)
    before = ledger.balance(user)
    script(close_up=["refuse"])
    runs.try_again(piece=piece)
    work()
    piece.refresh_from_db()
    assert piece.has_failed
    assert ledger.balance(user) == before


def test_a_try_is_not_made_twice_at_once() -> None:
    piece = failed_close_up(make_user(balance=20))
    runs.try_again(piece=piece)
    with pytest.raises(errors.NotPossible):
        runs.try_again(piece=piece)


def test_only_what_a_sketch_lacks_is_made_again() -> None:
    user = make_user(balance=20)
    script(callouts=["refuse", "ok"])
    run = finished(make_run(user))
    sketch = run.sketches.get(status=Piece.Status.FAILED)
    assert sketch.is_drawn
    runs.try_again(piece=sketch)
    work()
    sketch.refresh_from_db()
    assert sketch.is_loaded
    assert Prediction.objects.filter(kind="techpack.sketch", slot=sketch.slot).count() == 1


# --- cancel ----------------------------------------------------------------------------------


def test_a_canceled_run_keeps_what_came_and_refunds_the_rest() -> None:
    user = make_user(balance=9)
    script(close_up=["ok", "ok", "hang"], sketch=["hang"])
    run = make_run(user)
    for _ in range(7):
        drain()
        pass_time(2)
    assert run.close_ups.filter(status=Piece.Status.LOADED).count() == 2
    runs.cancel_run(tech_pack=run)
    finished(run)
    assert run.status == TechPack.Status.CANCELED
    assert run.close_ups.filter(status=Piece.Status.LOADED).count() == 2
    assert ledger.balance(user) == 2 + 3  # ceil(3 * 2 / 4), and all sketches


def test_a_canceled_run_is_resumed_for_the_price_of_what_is_missing() -> None:
    user = make_user(balance=20)
    script(close_up=["ok", "ok", "hang", "hang", "ok"], sketch=["hang", "hang", "hang", "ok"])
    run = make_run(user)
    for _ in range(7):
        drain()
        pass_time(2)
    runs.cancel_run(tech_pack=run)
    finished(run)
    before = ledger.balance(user)
    runs.resume_run(tech_pack=run)
    finished(run)
    assert run.status == TechPack.Status.COMPLETE
    assert before - ledger.balance(user) == 2 + 3


def test_canceling_before_anything_was_sent_costs_nothing() -> None:
    user = make_user(balance=9)
    run = make_run(user)
    runs.cancel_run(tech_pack=run)
    finished(run)
    assert run.status == TechPack.Status.CANCELED
    assert ledger.balance(user) == 9


def test_canceling_twice_or_too_late_does_nothing() -> None:
    run = remembered_run(make_designer(9))
    version = run.version
    runs.cancel_run(tech_pack=run)
    run.refresh_from_db()
    assert run.version == version


# --- waiting for credits -----------------------------------------------------------------------


def test_a_run_that_meets_an_empty_balance_waits_and_goes_on_when_credits_come(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = make_user(balance=9)
    run = make_run(user)
    ledger.charge(holder=user, amount=4, reference="elsewhere", description="Elsewhere")
    finished(run)
    assert run.status == TechPack.Status.WAITING
    assert ledger.balance(user) == 2
    with django_capture_on_commit_callbacks(execute=True):
        ledger.grant(holder=user, amount=10, reference="more", description="More")
    finished(run)
    assert run.status == TechPack.Status.COMPLETE
    assert ledger.balance(user) == 9 + 10 - 4 - 9


# --- category --------------------------------------------------------------------------------


def test_a_correction_sticks_even_when_the_engine_answers_later() -> None:
    product = make_product(make_user(balance=9))
    run = runs.start_run(product=product)
    products.correct_category(product=product, category="BAG", subcategory="Tote")
    finished(run)
    product.refresh_from_db()
    assert (product.category, product.subcategory) == ("BAG", "Tote")


def test_a_correction_is_binding_for_later_steps() -> None:
    product = make_product(make_user(balance=9))
    products.correct_category(product=product, category="BAG", subcategory="Tote")
    finished(runs.start_run(product=product))
    asked = Prediction.objects.get(kind="techpack.base_view").asked
    assert asked.parameters["category"] == "BAG"
    assert asked.parameters["corrections"]["category"] == "BAG"


# --- sketches --------------------------------------------------------------------------------


def test_a_lone_step_never_runs_on_into_paid_ones() -> None:
    user = make_user(balance=9)
    run = runs.start_run(product=make_product(user), wanted=(StepName.CATEGORY,))
    finished(run)
    assert run.status == TechPack.Status.COMPLETE
    assert ledger.balance(user) == 9
    assert BaseView.objects.count() == 0


def test_views_nobody_photographed_are_derived_or_left_out(
    settings: Any, fake: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(type(fake), "draws_unseen_views", False)
    run = finished(make_run(make_user(balance=9), "front"))
    by_view = {sketch.view: sketch for sketch in run.sketches.all()}
    assert by_view["front"].basis == Sketch.Basis.PHOTO
    assert by_view["back"].basis == Sketch.Basis.MIRROR
    assert by_view["side"].is_left_out
    assert "no side photo" in by_view["side"].message
    assert run.status == TechPack.Status.COMPLETE


# --- the sweep and the rest --------------------------------------------------------------------


def test_advancing_at_any_time_changes_nothing_that_is_done() -> None:
    run = remembered_run(make_designer(9))
    version = run.version
    advance.advance(run.pk)
    run.refresh_from_db()
    assert run.version == version


def test_an_idle_run_is_carried_on() -> None:
    run = make_run(make_user(balance=9))
    TechPack.objects.filter(pk=run.pk).update(started_at="2020-01-01T00:00Z")
    forget_jobs()
    Prediction.objects.all().delete()
    assert stalled_runs.carry_on_idle_runs() == 1
    work()
    run.refresh_from_db()
    assert not run.is_going


def test_a_version_stamps_every_change() -> None:
    run = remembered_run(make_designer(9))
    stamps = [piece.version for piece in run.pieces]
    assert all(0 < stamp <= run.version for stamp in stamps)
    assert len(set(stamps)) == len(stamps)
    assert all(0 < piece.created_version <= piece.version for piece in run.pieces)
    assert max(run.activities.values_list("version", flat=True)) == run.version
    assert Activity.objects.count() > 5


def test_a_run_over_two_minutes_ends_with_one_mail(mailoutbox: list[Any]) -> None:
    user = make_user(balance=9)
    run = make_run(user)
    TechPack.objects.filter(pk=run.pk).update(started_at="2020-01-01T00:00Z")
    finished(run)
    from techpack import mail

    mail.send_run_ended(run.pk)  # the job may run twice
    assert len(mailoutbox) == 1
    assert mailoutbox[0].to == [user.email]
    assert "Green tee" in mailoutbox[0].subject


def test_a_designer_may_want_no_mail(mailoutbox: list[Any]) -> None:
    user = make_user(balance=9, mail_when_run_ends=False)
    run = make_run(user)
    TechPack.objects.filter(pk=run.pk).update(started_at="2020-01-01T00:00Z")
    finished(run)
    assert mailoutbox == []


def test_deleting_a_product_lets_its_pictures_go_and_keeps_the_ledger() -> None:
    from generation.models import Asset

    user = make_user(balance=9)
    run = finished(make_run(user))
    products.delete_product(product=run.product)
    assert Asset.objects.filter(released_at__isnull=True).count() == 0
    assert Entry.objects.count() > 1
    assert ledger.balance(user) == 0


def test_a_product_is_not_deleted_under_a_run() -> None:
    run = make_run(make_user(balance=9))
    with pytest.raises(errors.RunInProgress):
        products.delete_product(product=run.product)


def test_answers_are_checked_against_their_schema() -> None:
    write_fake("answers.json", ANSWERS | {"base_view": analysis(confidence=7)})
    user = make_user(balance=9)
    run = finished(make_run(user))
    assert run.status == TechPack.Status.FAILED
    assert run.base_views.get().failure == "output_invalid"


# --- hard cases --------------------------------------------------------------------------------


def test_a_plan_that_arrives_after_the_cancel_asks_for_nothing_and_is_kept() -> None:
    user = make_user(balance=9)
    script(close_up_plan=["hang"], sketch=["hang"])
    run = make_run(user)
    for _ in range(5):
        drain()
        pass_time(2)
    planning = Prediction.objects.get(kind="techpack.close_up_plan")
    transitions.answer(attempt=planning.attempts.get(), output={"data": plan()})
    runs.cancel_run(tech_pack=run)
    finished(run)
    assert run.status == TechPack.Status.CANCELED
    assert not Prediction.objects.filter(kind="techpack.close_up").exists()
    assert ledger.balance(user) == 6  # only the base views were delivered
    refunds = {text for text in said(run) if text.startswith("Refunded")}
    assert refunds == {"Refunded 3 credits: the run was canceled."}
    script(any=["ok"])
    runs.resume_run(tech_pack=run)
    assert finished(run).status == TechPack.Status.COMPLETE
    assert Prediction.objects.filter(kind="techpack.close_up_plan").count() == 1
    assert (run.close_ups.count(), ledger.balance(user)) == (4, 0)


def test_a_plan_that_is_canceled_itself_says_so_as_every_other_step() -> None:
    script(close_up_plan=["hang"], sketch=["hang"])
    run = make_run(make_user(balance=9))
    for _ in range(5):
        drain()
        pass_time(2)
    runs.cancel_run(tech_pack=run)
    finished(run)
    assert [text for text in said(run) if text.startswith("Refunded")] == [
        "Refunded 3 credits: the run was canceled."
    ] * 2


def test_a_drawing_that_arrives_after_the_cancel_is_kept_and_asks_for_nothing() -> None:
    user = make_user(balance=9)
    script(close_up_plan=["hang"], sketch=["hang"])
    run = make_run(user)
    for _ in range(5):
        drain()
        pass_time(2)
    drawing = Prediction.objects.filter(kind="techpack.sketch").earliest("queued_at")
    attempt = drawing.attempts.get()
    transitions.answer(attempt=attempt, output={"inline": True})
    runs.cancel_run(tech_pack=run)
    transitions.succeed(attempt=attempt, asset=make_asset(f"user:{user.pk}"))
    finished(run)
    assert not Prediction.objects.filter(kind="techpack.callouts").exists()
    assert run.sketches.filter(asset__isnull=False).count() == 1


def test_a_run_is_not_resumed_while_a_picture_of_it_is_tried_again() -> None:
    user = make_user(balance=20)
    script(close_up=["refuse", "ok"], sketch=["refuse"])
    run = finished(make_run(user))
    runs.try_again(piece=run.close_ups.get(status=Piece.Status.FAILED))
    with pytest.raises(errors.RunInProgress):
        runs.resume_run(tech_pack=run)


def test_a_step_that_was_refunded_whole_is_not_bought_picture_by_picture() -> None:
    script(base_view=["refuse"])
    run = finished(make_run(make_user(balance=9)))
    with pytest.raises(errors.NotPossible):
        runs.try_again(piece=run.base_views.get())


def test_a_draft_that_became_a_photo_is_not_discarded() -> None:
    user = make_user(balance=9)
    draft = make_draft(user)
    stale = DraftPhoto.objects.select_related("asset").get(pk=draft.pk)
    product = products.create_product(owner=user, name="Tee", photos=[(draft, "front")])
    photos.discard_draft(draft=stale)
    assert product.revisions.get().asset.released_at is None


def test_the_same_photo_twice_is_two_cached_views() -> None:
    user = make_user(balance=100)
    details = [(make_draft(user, picture()), "detail") for _ in range(2)]
    product = products.create_product(
        owner=user, name="Tee", photos=[(make_draft(user, picture("#802020")), "front"), *details]
    )
    finished(runs.start_run(product=product))
    product.refresh_from_db()
    assert runs.price_of_run(product) == 6


def test_a_view_tried_again_is_cached_by_what_is_true_then() -> None:
    user = make_user(balance=100)
    script(base_view=["ok", "refuse", "ok"])
    product = make_product(user, "front", "back")
    run = finished(runs.start_run(product=product))
    products.correct_category(product=product, category="BAG")
    runs.try_again(piece=run.base_views.get(status=Piece.Status.FAILED))
    work()
    product.refresh_from_db()
    assert runs.price_of_run(product) == 2 + 6  # one of two views is known under the new category


def test_a_refund_wakes_a_run_that_waits_for_credits() -> None:
    user = make_user(balance=9)
    run = make_run(user)
    other = ledger.charge(holder=user, amount=8, reference="elsewhere", description="Elsewhere")
    assert finished(run).status == TechPack.Status.WAITING
    ledger.refund(charge=other, amount=8, description="Given back")
    TechPack.objects.update(started_at="2020-01-01T00:00Z")
    assert stalled_runs.carry_on_idle_runs() == 1
    assert finished(run).status == TechPack.Status.COMPLETE


def test_idle_runs_are_found_by_one_query(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_run(make_user(balance=9))
    drain()
    with django_assert_num_queries(1):
        stalled_runs.carry_on_idle_runs()


def test_a_run_keeps_the_dimension_and_the_photos_it_began_with() -> None:
    user = make_user(balance=9)
    product = make_product(user, "front", "back", dimension=cm("70"))
    script(latency=20)
    run = runs.start_run(product=product)
    for _ in range(2):
        drain()
        pass_time(25)
    products.update_product(product=product, name="Tee", notes="", dimension=cm("90"))
    photos.remove_photo(revision=product.revisions.get(view="back"))
    finished(run)
    lengths = [asked.parameters["dimension"]["value"] for asked in _asked("techpack.callouts")]
    assert set(lengths) == {70.0}
    assert run.dimension_words == "Total length 70 cm"
    assert run.sketches.get(view="back").basis == Sketch.Basis.PHOTO


def test_a_run_that_is_over_keeps_the_views_it_began_with() -> None:
    user = make_user(balance=20)
    script(sketch=["refuse"])
    run = finished(make_run(user, "front", "detail"))
    photos.change_view(revision=run.product.revisions.get(view="front"), view=View.SIDE)
    assert [view.view for view in run.base_views.order_by("order")] == ["front", "detail"]
    assert set(run.close_ups.values_list("view", flat=True)) == {"front"}
    run.sketches.all().delete()
    script(sketch=["ok"])
    runs.resume_run(tech_pack=run)
    assert finished(run).status == TechPack.Status.COMPLETE
    assert run.sketches.get(view="front").basis == Sketch.Basis.PHOTO
    assert run.sketches.get(view="side").basis == Sketch.Basis.INFERRED
    roles = {image.role for asked in _asked("techpack.sketch") for image in asked.images}
    assert "side" not in roles


def test_a_view_tried_again_is_read_as_what_it_was_said_to_show_then() -> None:
    user = make_user(balance=20)
    script(base_view=["ok", "refuse", "ok"])
    run = finished(make_run(user, "front", "back"))
    photos.change_view(revision=run.product.revisions.get(view="back"), view=View.SIDE)
    failed = run.base_views.get(status=Piece.Status.FAILED)
    runs.try_again(piece=failed)
    work()
    (again,) = [one for one in _asked("techpack.base_view") if one.images[0].role == "back"][1:]
    assert again.parameters["view"] == "back"
    assert runs.price_of_run(run.product) == 2 + 6  # as a side view nobody has read it


def _asked(kind: str) -> list[Any]:
    return [prediction.asked for prediction in Prediction.objects.filter(kind=kind)]
