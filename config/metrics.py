"""`/metrics` for Prometheus: what the database knows now, and what each process has counted.

The page asks for a bearer token (`METRICS_TOKEN`), and is not there without one. Figures of the database
are read when somebody asks, in a handful of indexed queries; counters lie in files of `DATA_DIR/metrics`, so
that the web processes and workers of a machine are counted together.
"""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, F, Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from blueprint.models import Mail
from generation import webhook_health
from generation.models import Attempt, Prediction
from techpack.models import PhotoReading

Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

ANSWERS = Counter("selvedge_answers_total", "Answers of the web servers.", ["kind", "status"])

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def count_answers(get_response: GetResponse) -> GetResponse:
    """Middleware: answers by kind (poll, api, page) and by the first digit of their status."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path == "/metrics":
            return metrics(request)
        response = get_response(request)
        ANSWERS.labels(_kind(request.path), f"{response.status_code // 100}xx").inc()
        return response

    return middleware


def metrics(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    if not constant_time_compare(given, settings.METRICS_TOKEN):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(FromDatabase())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class FromDatabase(Collector):
    """What is in the tables at the moment."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        yield from _queue(now)
        yield from _predictions(now)
        silent = webhook_health.silent_calls()
        yield _gauge("selvedge_webhooks_silent", "Last calls, when all were found by polling alone.", silent)
        yield _gauge("selvedge_mails_failed", "Mails of blueprints that were given up.", _failed_mails())
        checked = PhotoReading.objects.filter(checked_at__gt=now - timedelta(hours=1))
        yield _gauge("selvedge_photos_read", "Photos read in the last hour.", checked.count())
        waiting = PhotoReading.objects.filter(status=PhotoReading.Status.PENDING)
        yield _gauge("selvedge_photos_waiting", "Photos that wait to be read.", waiting.count())


def _queue(now: Any) -> Iterator[GaugeMetricFamily]:
    jobs = ProcrastinateJob.objects
    due = Q(status="todo") & (Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=now))
    first = jobs.filter(due).order_by("id").values_list("id", flat=True).first()
    age = 0.0
    if first is not None:
        deferred = ProcrastinateJob.objects.filter(pk=first).aggregate(at=Min("procrastinateevent__at"))["at"]
        age = (now - deferred).total_seconds() if deferred else 0.0
    yield _gauge("selvedge_queue_age_seconds", "How long the first job that is due has waited.", age)
    by_status = GaugeMetricFamily("selvedge_jobs", "Jobs in the queue.", labels=["status"])
    for row in jobs.filter(status__in=("todo", "doing", "failed")).values("status").annotate(n=Count("id")):
        by_status.add_metric([row["status"]], row["n"])
    yield by_status


def _predictions(now: Any) -> Iterator[GaugeMetricFamily]:
    live = GaugeMetricFamily("selvedge_predictions_live", "Predictions under way.", labels=["status"])
    for row in Prediction.objects.live().values("status").annotate(n=Count("pk")):
        live.add_metric([row["status"]], row["n"])
    yield live
    ended = GaugeMetricFamily(
        "selvedge_attempts_ended", "Attempts that ended in the last hour.", labels=["provider", "outcome"]
    )
    lately = Attempt.objects.filter(ended_at__gt=now - timedelta(hours=1))
    for one in lately.values("provider", "outcome").annotate(n=Count("pk")):
        ended.add_metric([one["provider"], one["outcome"]], one["n"])
    yield ended
    today = Attempt.objects.filter(created_at__gte=now.replace(hour=0, minute=0, second=0, microsecond=0))
    cost = today.aggregate(sum=Sum("cost_usd"))["sum"] or 0
    yield _gauge("selvedge_cost_today_usd", "What calls to providers have cost today (UTC).", float(cost))
    stuck = Prediction.objects.live().filter(stuck_at__isnull=False).count()
    yield _gauge("selvedge_predictions_stuck", "Predictions that staff should look at.", stuck)
    done = Prediction.objects.filter(
        finished_at__gt=now - timedelta(hours=1), collecting_at__isnull=False, running_at__isnull=False
    )
    lag = done.aggregate(lag=Avg(F("finished_at") - F("collecting_at")))["lag"]
    seconds = lag.total_seconds() if lag else 0.0
    yield _gauge("selvedge_collect_seconds", "From a result to its stored picture, mean of an hour.", seconds)


def _failed_mails() -> int:
    return Mail.objects.filter(status=Mail.Status.FAILED).count()


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _kind(path: str) -> str:
    if path.endswith("/changes/"):
        return "poll"
    return "api" if path.startswith("/api/") else "page"
