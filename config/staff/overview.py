"""The first page of the admin: what needs a look, each number with the list behind it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import waffle
from django.db import connection
from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.timesince import timesince
from waffle.models import Switch

from billing.models import Order
from billing.services import reconcile
from blueprint.models import SLOTS, Mail, Redo, Subscriber
from blueprint.services import guards
from generation import webhook_health
from generation.models import Attempt, Failure, Prediction, UnknownCall

DAYS_OF_MAILS, DAYS_OF_REDOS = 7, 30


@dataclass(frozen=True)
class Line:
    """`is_bad` asks for somebody; a line that is not stands there for orientation."""

    group: str
    words: str
    value: str
    url: str
    is_bad: bool = False


def lines() -> list[Line]:
    return [
        *_work(),
        *_failures(),
        *_queue(),
        *_cost(),
        *_orders(),
        *_blueprints(),
        *_webhooks(),
        *_switches(),
    ]


def _list(model: str, **filters: str | int) -> str:
    address = reverse(f"admin:{model}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def _on(field: str, day: dt.date) -> dict[str, int]:
    return {f"{field}__year": day.year, f"{field}__month": day.month, f"{field}__day": day.day}


def _work() -> Iterator[Line]:
    live = Prediction.objects.live()
    counted = live.aggregate(
        stuck=Count("pk", filter=Q(stuck_at__isnull=False)),
        late=Count(
            "pk", filter=Q(due_at__lt=timezone.now() - dt.timedelta(minutes=2), stuck_at__isnull=True)
        ),
    )
    held = Attempt.objects.held().values("prediction").distinct().count()
    unknown = UnknownCall.objects.filter(resolved_at=None).count()
    listed = "generation_prediction"
    yield _count("Work", "stuck, needs somebody to look", counted["stuck"], _list(listed, stuck="yes"))
    yield _count("Work", "unclear, may have been paid", held, _list(listed, stuck="unclear"))
    yield _count("Work", "overdue", counted["late"], _list(listed, stuck="late"))
    unresolved = _list("generation_unknowncall", resolved_at__isempty=1)
    yield _count("Work", "calls on the bill that nobody knows", unknown, unresolved)


def _count(group: str, words: str, count: int, url: str) -> Line:
    return Line(group, words, str(count), url, is_bad=count > 0)


def _failures() -> Iterator[Line]:
    today = timezone.now().date()
    failed = Prediction.objects.filter(status=Prediction.Status.FAILED, **_of_day("queued_at", today))
    found = failed.order_by().values_list("failure").annotate(n=Count("pk")).order_by("-n")
    for failure, count in found:
        url = _list(
            "generation_prediction", status__exact="failed", failure__exact=failure, **_on("queued_at", today)
        )
        yield _count(
            "Failed today", Failure(failure).label.lower() if failure else "for no reason told", count, url
        )
    if not found:
        url = _list("generation_prediction", status__exact="failed")
        yield Line("Failed today", "nothing", "0", url)


def _of_day(field: str, day: dt.date) -> dict[str, dt.datetime]:
    """As a span, for which there is an index."""
    begins = dt.datetime.combine(day, dt.time(), dt.UTC)
    return {f"{field}__gte": begins, f"{field}__lt": begins + dt.timedelta(days=1)}


def _queue() -> Iterator[Line]:
    queued = Prediction.objects.filter(status=Prediction.Status.QUEUED).aggregate(
        n=Count("pk"), since=Min("queued_at")
    )
    age = f", the oldest for {timesince(queued['since'])}" if queued["since"] else ""
    is_old = bool(queued["since"] and timezone.now() - queued["since"] > dt.timedelta(minutes=15))
    yield Line(
        "Queue", f"waiting for an engine{age}", str(queued["n"]),
        _list("generation_prediction", status__exact="queued"), is_old,
    )  # fmt: skip
    count, seconds = _jobs()
    yield Line(
        "Queue", f"jobs due, the oldest for {seconds:.0f} s", str(count),
        _list("procrastinate_procrastinatejob", status__exact="todo"), seconds > 120,
    )  # fmt: skip


def _jobs() -> tuple[int, float]:
    """Jobs whose time has come and that nobody has taken, and for how long the first has waited."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*),"
            " coalesce(extract(epoch FROM now() - min(greatest(job.scheduled_at, event.at))), 0)"
            " FROM procrastinate_jobs job JOIN procrastinate_events event"
            " ON event.job_id = job.id AND event.type = 'deferred'"
            " WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()"
        )
        count, seconds = cursor.fetchone()
    return count, float(seconds)


def _cost() -> Iterator[Line]:
    today = timezone.now().date()
    for words, day in (("today", today), ("yesterday", today - dt.timedelta(days=1))):
        spent = Attempt.objects.filter(**_of_day("created_at", day)).aggregate(n=Sum("cost_usd"))["n"] or 0
        yield Line("Cost", words, f"$ {spent:.2f}", _list("generation_attempt", **_on("created_at", day)))


def _orders() -> Iterator[Line]:
    looks = Order.objects.filter(reconcile.needing_a_look()).count()
    url = _list("billing_order", look="yes")
    yield _count("Orders", "paid and not granted, disputed, or to be looked at", looks, url)
    yield Line("Orders", "revenue and cost, day by day", "$", reverse("admin:billing_money"))


def _blueprints() -> Iterator[Line]:
    open_ = Subscriber.objects.filter(paid_blueprint_purchased=True, paid_blueprint_generated=False)
    counted = open_.with_filled().aggregate(n=Count("pk"), filled=Sum("in_slots"))
    empty = SLOTS * counted["n"] - (counted["filled"] or 0)
    yield Line(
        "Blueprints", f"paid and not finished, {empty} empty slots", str(counted["n"]),
        _list("blueprint_subscriber", paid_blueprint_purchased__exact=1, paid_blueprint_generated__exact=0),
    )  # fmt: skip
    since = timezone.now() - dt.timedelta(days=DAYS_OF_MAILS)
    failed = Mail.objects.filter(status=Mail.Status.FAILED, created_at__gt=since).count()
    yield _count(
        "Blueprints",
        f"mails failed in {DAYS_OF_MAILS} days",
        failed,
        _list("blueprint_mail", status__exact="failed"),
    )
    lately = Redo.objects.filter(created_at__gt=timezone.now() - dt.timedelta(days=DAYS_OF_REDOS)).count()
    yield Line("Blueprints", f"grids sent back in {DAYS_OF_REDOS} days", str(lately), _list("blueprint_redo"))


def _webhooks() -> Iterator[Line]:
    silent = webhook_health.silent_calls()
    if silent:
        words = f"no webhook for the last {silent} calls, all found by polling: see PUBLIC_URL"
        yield Line(
            "Webhooks",
            words,
            str(silent),
            _list("generation_attempt", provider__exact="replicate"),
            is_bad=True,
        )


def _switches() -> Iterator[Line]:
    names = {guards.SWITCH, *Switch.objects.values_list("name", flat=True)}
    for name in sorted(names):
        is_on = waffle.switch_is_active(name)
        yield Line(
            "Switches", name, "on" if is_on else "off", _list("waffle_switch", q=name), is_bad=not is_on
        )
