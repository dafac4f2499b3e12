"""Jobs live through an outage of the database or of our storage, in order."""

import datetime as dt
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from blueprint.emails import delivery
from blueprint.models import Frame, Grid, Mail, Shoot
from blueprint.services import frames, slot_filling
from core.outages import LONGEST_PAUSE, RETRY, RETRY_MAIL
from generation import jobs
from generation.storage import assets
from tests.generation.test_deferring import run_worker, seen, task  # noqa: F401
from tests.support.blueprint_factories import make_subscriber
from tests.support.job_queue import forget_jobs, job_names, pass_time
from tests.support.pictures import picture

APPS = ("accounts.", "blueprint.", "credits.", "generation.", "techpack.")
OFTEN = {  # every minute or more often
    "generation.sweep", "generation.rescue_jobs", "generation.follow_set_back_clock", "techpack.carry_on",
    "blueprint.send_forgotten_mails",
}  # fmt: skip


def pauses(error: Exception, retry: Any = RETRY) -> list[float]:
    found: list[float] = []
    for attempts in range(1000):
        job = Job(id=1, queue="", lock=None, queueing_lock=None, task_name="a", attempts=attempts)
        decision = retry.get_retry_decision(exception=error, job=job)
        if decision is None:
            break
        assert decision.retry_at is not None
        found.append((decision.retry_at - dt.datetime.now(dt.UTC)).total_seconds())
    return found


def test_every_job_is_tried_again() -> None:
    ours = {name for name in app.tasks if name.startswith(APPS)}
    without = {name for name in ours if app.tasks[name].retry_strategy not in (RETRY, RETRY_MAIL)}
    assert without == OFTEN


@pytest.mark.parametrize("error", [OperationalError("the server closed the connection"), ConnectionError()])
def test_an_outage_of_minutes_is_waited_for_at_short_pauses(error: Exception) -> None:
    found = pauses(error)
    assert sum(found) > 3600
    assert max(found) <= LONGEST_PAUSE + 1
    assert len(pauses(ValueError())) == len(pauses(FileNotFoundError())) == 3


def test_a_mail_server_that_refuses_is_not_asked_every_few_seconds() -> None:
    assert len(pauses(ConnectionError(), RETRY_MAIL)) == 3
    assert len(pauses(OperationalError(), RETRY_MAIL)) > 100


@pytest.mark.django_db(transaction=True)
def test_what_failed_keeps_its_place_before_the_next_of_its_kind(task: Any) -> None:  # noqa: F811
    def run_into_the_outage() -> None:
        seen.append("first")
        raise ConnectionError("The storage does not answer")

    task("test.first", run_into_the_outage)
    app.tasks["test.first"].retry_strategy = RETRY
    task("test.second", lambda: seen.append("second"))
    jobs.defer("test.first", one_at_a_time="a shoot")
    jobs.defer("test.second", one_at_a_time="a shoot")
    run_worker()
    assert seen == ["first"]
    ours = [name for name in job_names() if name.startswith("test.")]  # a periodic one may be due
    assert ours == ["test.first", "test.second"]


@pytest.mark.django_db(transaction=True)
def test_the_delivery_mail_waits_for_the_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    subscriber = make_subscriber()
    shoot = Shoot.objects.create(subscriber=subscriber, kind=Shoot.Kind.PAID)
    asset = assets.store(account=subscriber.account, data=picture(size=(600, 600)), content_type="image/png")
    slot_filling.put(Grid.objects.create(shoot=shoot, number=1), asset)
    for number in range(1, 31):
        subscriber.set_slot(number, f"there-{number}.png")
    assert slot_filling.finish_if_complete(subscriber)
    with monkeypatch.context() as away:
        away.setattr(frames.assets, "read", lambda asset: (_ for _ in ()).throw(ConnectionError()))
        run_worker()
    assert (Frame.objects.count(), Mail.objects.get().status) == (0, Mail.Status.QUEUED)
    for _ in range(2):
        pass_time(LONGEST_PAUSE)
        run_worker()
    assert (Frame.objects.count(), Mail.objects.get().status) == (9, Mail.Status.SENT)


@pytest.mark.django_db
def test_what_still_has_a_job_is_not_forgotten() -> None:
    mail = delivery.queue(make_subscriber(), Mail.Kind.WELCOME)
    assert mail is not None
    Mail.objects.update(created_at=mail.created_at - timedelta(hours=1))
    assert delivery.send_forgotten() == 0
    forget_jobs()
    assert delivery.send_forgotten() == 1
