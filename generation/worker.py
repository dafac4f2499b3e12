"""Run a worker, so that `manage.py procrastinate worker` is right on any machine."""

import asyncio
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings
from procrastinate import App, JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

from core import logs
from generation.steady_worker import DjangoWorkerConnector, SteadyWorker

_prepared: weakref.WeakSet[asyncio.AbstractEventLoop] = weakref.WeakSet()


def configure(app: App) -> None:
    """Called once the apps are ready (PROCRASTINATE_ON_APP_READY)."""
    for task in app.tasks.values():
        if not task.name.startswith("builtin:"):
            task.func = logs.carry(task.name, task.func)
    app.connector = app.job_manager.connector = DjangoWorkerConnector()
    app._worker = partial(_worker, app)  # type: ignore[method-assign]
    defaults: dict[str, Any] = app.worker_defaults  # type: ignore[assignment]
    defaults.update(
        concurrency=settings.WORKER_CONCURRENCY,
        delete_jobs="successful",
        # A job that falls due later is not announced, and neither is any job after the database
        # was restarted under the listener: a tenth of a second is what either costs then.
        fetch_job_polling_interval=0.1,
        worker_middleware=[with_a_thread_for_each_job],
    )


def _worker(app: App, **options: Any) -> Worker:
    return SteadyWorker(app=app, **{**app.worker_defaults, **options})


async def with_a_thread_for_each_job(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Jobs are plain functions and run in the loop's threads, of which asyncio has `cores + 4`
    whatever the concurrency: give it as many as there may be jobs."""
    loop = asyncio.get_running_loop()
    if loop not in _prepared:
        _prepared.add(loop)
        loop.set_default_executor(ThreadPoolExecutor(worker.concurrency, thread_name_prefix="job"))
    return await call_next()
