"""`/healthz` says that the process is alive, `/readyz` that it can do its work.

They answer before anything else: a load balancer asks by address, without TLS, without a session.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from procrastinate.contrib.django.models import ProcrastinateJob

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]
STORAGE_PROBE_SECONDS = 30.0


def probes(get_response: GetResponse) -> GetResponse:
    """Middleware: the two addresses, and everything else as it was."""
    answers = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        return answers.get(request.path, get_response)(request)

    return middleware


def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200, or 503 with the names of what fails; why it fails is for the log, not for strangers."""
    checks = {"database": database_answers, "queue": queue_answers, "storage": storage_answers}
    failing = [name for name, answers in checks.items() if not answers()]
    return JsonResponse(
        {"status": "not ready" if failing else "ready", "failing": failing},
        status=503 if failing else 200,
        headers={"Cache-Control": "no-store"},
    )


def database_answers() -> bool:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    return _works("database", ask)


def queue_answers() -> bool:
    """Jobs can be put in and taken out. Not whether a worker is up: web processes do not become
    unready because workers are being replaced; their jobs wait."""
    return _works("queue", lambda: ProcrastinateJob.objects.filter(status="todo").exists())


_storage_lock = threading.Lock()
_storage_seen: tuple[float, bool] = (0.0, False)  # when it was last tried, how that went


def storage_answers() -> bool:
    """Tried at most every 30 seconds in a process, for on S3 each try is paid for."""
    global _storage_seen  # noqa: PLW0603 - a cache of one value
    with _storage_lock:
        when, result = _storage_seen
        if not when or time.monotonic() - when > STORAGE_PROBE_SECONDS:
            result = _works("storage", _write_read_delete)
            _storage_seen = (time.monotonic(), result)
        return result


def _write_read_delete() -> None:
    name = default_storage.save(f"probes/{uuid.uuid4()}", ContentFile(b"probe"))
    try:
        with default_storage.open(name) as file:
            if file.read() != b"probe":
                raise OSError("the storage answered something else than was written")
    finally:
        default_storage.delete(name)


def _works(name: str, ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:
        logger.warning("%s does not answer", name, exc_info=True)
        return False
    return True
