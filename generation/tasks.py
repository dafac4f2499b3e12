"""The jobs of the engine, thin: ids in, one function called. `generation.jobs.defer` names them."""

import uuid

from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from generation import assets, erasing, reconciling
from generation.work import collecting, hearing, running, submitting, sweeping


@app.task(name="generation.submit")
def submit(prediction_id: str) -> None:
    submitting.submit(uuid.UUID(prediction_id))


@app.task(name="generation.check")
def check(prediction_id: str) -> None:
    running.check(uuid.UUID(prediction_id))


@app.task(name="generation.collect")
def collect(prediction_id: str) -> None:
    collecting.collect(uuid.UUID(prediction_id))


@app.task(name="generation.cancel")
def cancel(prediction_id: str) -> None:
    running.cancel(uuid.UUID(prediction_id))


@app.task(name="generation.abandon")
def abandon(attempt_id: str) -> None:
    running.abandon(uuid.UUID(attempt_id))


@app.task(name="generation.hear")
def hear(external_id: str, attempt_id: str = "") -> None:
    hearing.hear(external_id, uuid.UUID(attempt_id) if attempt_id else None)


@app.task(name="generation.dispatch")
def dispatch(provider: str) -> None:
    sweeping.dispatch(provider)


@app.task(name="generation.tend")
def tend(prediction_id: str) -> None:
    sweeping.tend(uuid.UUID(prediction_id))


@app.periodic(cron="* * * * * */10")
@app.task(name="generation.sweep")
def sweep(timestamp: int) -> None:
    sweeping.sweep()


@app.periodic(cron="*/10 * * * *")
@app.task(name="generation.purge_assets")
def purge_assets(timestamp: int) -> None:
    assets.purge(limit=500)


@app.task(name="generation.erase")
def erase(erasure_id: int) -> None:
    erasing.carry_on(erasure_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="generation.sweep_erasures")
def sweep_erasures(timestamp: int) -> None:
    erasing.sweep()


@app.periodic(cron="41 3 * * *")
@app.task(name="generation.reconcile")
def reconcile(timestamp: int) -> None:
    reconciling.reconcile(apply=True)


@app.periodic(cron="* * * * *")
@app.task(name="generation.rescue_jobs", pass_context=True)
async def rescue_jobs(context: JobContext, timestamp: int) -> None:
    """A killed worker's jobs stay `doing` for ever unless somebody puts them back. All of ours
    may run twice."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="generation.forget_jobs", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """Failed jobs are kept a fortnight for whoever asks; successful ones go as they end."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=14 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
