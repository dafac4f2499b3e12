"""Run a worker, so that `manage.py procrastinate worker` is right on any machine."""

import asyncio
import ctypes
import enum
import os
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from procrastinate import App, JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

from core import logs
from generation.outage_proof_worker import DjangoWorkerConnector, SteadyWorker


class Queue(enum.StrEnum):
    """Of jobs that wait for something of which a process has few. What is in no queue of these runs in
    "default"."""

    SUBMISSIONS = "submissions"  # locks, and the turn to send
    SEEING = "seeing"  # a core for a second or two
    CUTTING = "cutting"  # a core for a quarter of a second


CORES = os.cpu_count() or 1
# How many of a queue one worker runs at once: thirty photos that wait for one core would take all its places,
# and whoever has a result in the meantime would find none.
BOUNDS: dict[str, int] = {
    Queue.SUBMISSIONS: max(1, settings.WORKER_CONCURRENCY // 2),
    Queue.SEEING: CORES,
    Queue.CUTTING: max(2, CORES),
}

HEARTBEAT = 4.0  # seconds between two signs of life
GONE_AFTER = 20.0  # seconds without one, after which a worker's jobs are put back

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
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=GONE_AFTER,
    )


def _worker(app: App, **options: Any) -> Worker:
    _hold_less_memory()
    return SteadyWorker(app=app, bounds=BOUNDS, **{**app.worker_defaults, **options})


M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # of malloc.h


def _hold_less_memory() -> None:
    """Tell glibc to keep two heaps for all threads, not eight a core, and to give back what is large:
    thirty threads that decode a picture each now and then would hold the room of thirty pictures."""
    with suppress(OSError, AttributeError):  # another C library
        libc = ctypes.CDLL(None)
        libc.mallopt(M_ARENA_MAX, 2)
        libc.mallopt(M_MMAP_THRESHOLD, 256 * 1024)


async def with_a_thread_for_each_job(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Jobs are plain functions and run in the loop's threads, of which asyncio has `cores + 4`
    whatever the concurrency: give it as many as there may be jobs."""
    loop = asyncio.get_running_loop()
    if loop not in _prepared:
        _prepared.add(loop)
        loop.set_default_executor(ThreadPoolExecutor(worker.concurrency, thread_name_prefix="job"))
    return await call_next()
