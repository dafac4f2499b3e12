"""The jobs of the engine, thin: ids in, one function called. `generation.jobs.defer` names them."""

import uuid
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext

from core import database_time, set_back_clock
from core.outages import RETRY
from generation.execution import (
    collect,
    poll,
    reconcile,
    submit,
    sweep,
    webhook_events,
)
from generation.storage import assets, deletion
from generation.worker import GONE_AFTER, Queue

FIRST = 10  # before all other jobs: what looks after those that are late


@app.task(name="generation.submit", queue=Queue.SUBMISSIONS, retry=RETRY)
def submit_prediction(prediction_id: str) -> None:
    submit.submit(uuid.UUID(prediction_id))


@app.task(name="generation.search", retry=RETRY)
def search_for_call(attempt_id: str) -> None:
    submit.search_early(uuid.UUID(attempt_id))


@app.task(name="generation.check", retry=RETRY)
def check_prediction(prediction_id: str) -> None:
    poll.check(uuid.UUID(prediction_id))


@app.task(name="generation.collect", retry=RETRY)
def collect_prediction(prediction_id: str) -> None:
    collect.collect(uuid.UUID(prediction_id))


@app.task(name="generation.cancel", retry=RETRY)
def cancel_prediction(prediction_id: str) -> None:
    poll.cancel(uuid.UUID(prediction_id))


@app.task(name="generation.abandon", retry=RETRY)
def abandon_attempt(attempt_id: str) -> None:
    poll.abandon(uuid.UUID(attempt_id))


@app.task(name="generation.hear", retry=RETRY)
def record_webhook_event(external_id: str, attempt_id: str = "") -> None:
    webhook_events.hear(external_id, uuid.UUID(attempt_id) if attempt_id else None)


@app.task(name="generation.dispatch", retry=RETRY)
def dispatch_queued(provider: str) -> None:
    sweep.dispatch(provider)


@app.task(name="generation.tend", retry=RETRY)
def tend_prediction(prediction_id: str) -> None:
    sweep.tend(uuid.UUID(prediction_id))


@app.periodic(cron="* * * * * */5")
@app.task(name="generation.sweep", priority=FIRST)
def sweep_predictions(timestamp: int) -> None:
    sweep.sweep()


@app.periodic(cron="*/10 * * * *")
@app.task(name="generation.purge_assets", retry=RETRY)
def purge_assets(timestamp: int) -> None:
    assets.purge(limit=500)


@app.task(name="generation.erase", retry=RETRY)
def continue_erasure(erasure_id: int) -> None:
    deletion.carry_on(erasure_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="generation.sweep_erasures", retry=RETRY)
def sweep_erasures(timestamp: int) -> None:
    deletion.sweep()


@app.periodic(cron="41 3 * * *")
@app.task(name="generation.reconcile", retry=RETRY)
def reconcile_predictions(timestamp: int) -> None:
    reconcile.reconcile(apply=True)


@app.periodic(cron="* * * * * */5")
@app.task(name="generation.rescue_jobs", pass_context=True, priority=FIRST)
async def rescue_jobs(context: JobContext, timestamp: int) -> None:
    """A killed worker's jobs stay `doing` for ever unless somebody puts them back, to run at once by the
    database's clock. All of ours may run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=GONE_AFTER):
        with suppress(ConnectorException):  # it has ended after all, or another has put it back
            await manager.retry_job(job, retry_at=database_time.last_known())


@app.periodic(cron="* * * * * */10")
@app.task(name="generation.follow_set_back_clock", priority=FIRST)
def follow_set_back_clock(timestamp: int) -> None:
    set_back_clock.make_due()


@app.periodic(cron="17 3 * * *")
@app.task(name="generation.forget_jobs", pass_context=True, retry=RETRY)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """Failed jobs are kept a fortnight for whoever asks; successful ones go as they end."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=14 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
