"""Several people, tabs and workers at once, on the real database."""

import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts import team_deletion
from accounts.models import Role, Team
from credits import services as ledger
from credits.models import Entry
from generation import transitions
from generation.execution import poll as provider_poll
from generation.models import Asset, Prediction
from techpack import versions
from techpack.models import CloseUp, DraftPhoto, Piece, Product, TechPack
from techpack.presenters.page import Changes, Page
from techpack.services import errors, product_moves, products, runs
from tests.accounts.test_teams import make_team
from tests.support.factories import (
    ANSWERS,
    make_asset,
    make_draft,
    make_product,
    make_run,
    make_user,
    plan,
    script,
    write_fake,
)
from tests.support.job_queue import drain, pass_time, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake")]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, all released together; what each answered or raised."""
    gate = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def one(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[place] = act()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def test_a_product_that_two_people_move_at_once_and_a_run_begins_on_ends_in_one_place() -> None:
    """Whoever comes first, pictures, calls and charges are those of the place that the product is in."""
    owner, editor = make_user(balance=20), make_user()
    first, second = (make_team(owner, (editor, Role.EDITOR), balance=20) for _ in range(2))
    product = make_product(owner, team=first)
    moves = [
        partial(product_moves.move_product, product=Product.objects.get(pk=product.pk), by=by, team=team)
        for by, team in ((owner, None), (editor, second))
    ]
    answers = at_once(*moves, partial(runs.start_run, product=product))
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(error, errors.NotPossible) for error in refused), answers
    assert len(refused) in (1, 2), "a move refuses the other; a run refuses both"
    work()
    product.refresh_from_db()
    assert set(Asset.objects.values_list("account", flat=True)) == {product.account}
    assert set(Prediction.objects.values_list("account", flat=True)) == {product.account}
    assert {entry.account for entry in Entry.objects.filter(kind="charge")} == {
        ledger.accounts_of(product.payer).get()
    }


def test_a_product_made_while_its_team_is_deleted_is_the_owners_or_nobodys() -> None:
    owner, editor = make_user(), make_user()
    team = make_team(owner, (editor, Role.EDITOR))
    draft = make_draft(editor)
    make = partial(products.create_product, owner=editor, team=team, name="Late", photos=[(draft, "front")])
    deleted, made = at_once(partial(team_deletion.delete, team=team, by=owner), make)
    assert not isinstance(deleted, Exception), deleted
    assert not Team.objects.exists()
    if isinstance(made, Exception):
        assert "deleted meanwhile" in str(made)
        assert DraftPhoto.objects.get() == draft
    else:
        made.refresh_from_db()
        assert (made.owner, made.team) == (owner, None)
        assert made.revisions.get().asset.account == made.account


def test_generate_clicked_in_five_tabs_is_one_run_and_one_charge_a_step() -> None:
    user = make_user(balance=100)
    product = make_product(user)
    started = at_once(*[lambda: runs.start_run(product=product)] * 5)
    assert len(set(started)) == 1
    work()
    assert TechPack.objects.count() == 1
    assert Entry.objects.filter(kind=Entry.Kind.CHARGE).count() == 3
    assert ledger.balance(user) == 91


def failed_piece(user: Any) -> CloseUp:
    script(close_up=["refuse", "ok"])
    run = make_run(user)
    work()
    return run.close_ups.get(status=Piece.Status.FAILED)


def test_a_picture_tried_again_in_two_tabs_is_charged_once() -> None:
    user = make_user(balance=100)
    piece = failed_piece(user)
    before = ledger.balance(user)
    answers = at_once(*[lambda: runs.try_again(piece=piece)] * 2)
    assert sum(isinstance(answer, errors.NotPossible) for answer in answers) == 1
    assert ledger.balance(user) == before - 1
    work()
    assert Prediction.objects.filter(slot=piece.slot).count() == 2


def test_a_kick_off_that_waits_while_its_slot_is_being_filled_pays_nothing() -> None:
    """The try is on its way in while the picture arrives: it waits for the lock, and then sees it."""
    user = make_user(balance=100)
    piece = failed_piece(user)
    runs.try_again(piece=piece)
    before = ledger.balance(user)
    drain()
    attempt = Prediction.objects.get(slot=piece.slot, status="running").attempts.get()
    transitions.answer(attempt=attempt, output={"inline": True})
    picture = make_asset(f"user:{user.pk}")
    finishing = threading.Event()

    def finish() -> None:
        with transaction.atomic():
            versions.locked(piece.tech_pack_id)
            finishing.set()
            time.sleep(0.3)  # the other one waits for the lock now
            transitions.succeed(attempt=attempt, asset=picture)

    def try_it() -> None:
        finishing.wait(60)
        runs.try_again(piece=piece)

    answers = at_once(finish, try_it)
    assert isinstance(answers[1], errors.NotPossible)
    assert ledger.balance(user) == before
    piece.refresh_from_db()
    assert piece.is_loaded


def test_the_same_answer_heard_by_many_at_once_counts_once(fake: Any) -> None:
    run = make_run(make_user(balance=100))
    drain()
    pass_time(5)
    attempt = Prediction.objects.get().attempts.get()
    report = fake.fetch(attempt.external_id)
    answers = at_once(*[lambda: provider_poll.hear(attempt, report, fake)] * 4)
    assert sum(isinstance(answer, transitions.NotOurs) for answer in answers) == 3
    work()
    run.refresh_from_db()
    assert run.status == TechPack.Status.COMPLETE
    assert run.activities.filter(text="Apparel - T-shirt").count() == 1


def test_a_cancel_and_a_finish_at_the_same_time_leave_no_credit_behind() -> None:
    for _ in range(5):
        user = make_user(balance=9)
        run = make_run(user)
        drain()
        pass_time(5)
        at_once(lambda run=run: runs.cancel_run(tech_pack=run), work)
        work()
        run.refresh_from_db()
        assert not run.is_going
        spent = 9 - ledger.balance(user)
        steps = run.steps.select_related("charge")
        assert spent == sum(-step.charge.amount - step.refunded for step in steps if step.charge)


def test_no_poll_misses_a_piece_over_hundreds_of_interleavings() -> None:
    """Three writers change pieces in transactions of their own while a page polls hundreds of times.
    What the page has put together in the end is what the rows say."""
    user = make_user(balance=100)
    write_fake("answers.json", ANSWERS | {"close_up_plan": plan(6)})
    run = make_run(user)
    work()
    pieces = list(run.close_ups.values_list("pk", flat=True))
    polls = threading.Event()
    shown: dict[int, int] = {}

    def write() -> None:
        chance = random.Random(threading.get_ident())
        while not polls.is_set():
            with transaction.atomic():
                locked = versions.locked(run.pk)
                assert locked is not None
                for pk in chance.sample(pieces, chance.randint(1, 3)):
                    versions.touch(locked, CloseUp.objects.get(pk=pk))

    def read() -> int:
        version = 0
        for _ in range(300):
            version = poll(version)
        polls.set()
        return version

    def poll(version: int) -> int:
        page = Page(run.product, user)
        assert page.run is not None
        if page.run.version == version:
            return version
        for cards in Changes(page, version).lists["close_ups"].values():
            shown.update({card.piece.pk: card.piece.version for card in cards})
        return page.run.version

    answers = at_once(read, write, write, write)
    poll(answers[0])
    assert shown == dict(CloseUp.objects.values_list("pk", "version"))
    assert answers[1:] == [None, None, None]


def test_the_same_drafts_sent_twice_become_one_product() -> None:
    user = make_user(balance=9)
    draft = make_draft(user)
    create = lambda: products.create_product(owner=user, name="Tee", photos=[(draft, "front")])  # noqa: E731
    answers = at_once(create, create)
    assert sum(isinstance(answer, errors.NotPossible) for answer in answers) == 1
    assert Product.objects.count() == 1


def test_a_correction_and_a_resumption_at_once_do_not_lock_each_other_out() -> None:
    script(sketch=["refuse"])
    run = make_run(make_user(balance=100))
    work()
    run.refresh_from_db()
    for _ in range(10):
        answers = at_once(
            lambda: runs.resume_run(tech_pack=run),
            lambda: products.correct_category(product=run.product, category="BAG"),
            lambda: runs.cancel_run(tech_pack=run),
        )
        assert all(answer is None or isinstance(answer, TechPack | errors.NotPossible) for answer in answers)
        work()


def test_deleting_and_generating_at_once_charges_nothing_for_what_is_gone() -> None:
    for _ in range(6):
        user = make_user(balance=9)
        product = make_product(user)
        at_once(
            lambda product=product: products.delete_product(product=product),
            lambda product=product: runs.start_run(product=product),
        )
        work()
        there = Product.objects.filter(pk=product.pk).exists()
        assert ledger.balance(user) == (0 if there else 9)
