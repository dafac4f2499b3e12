"""The one free grid of a subscriber, within what free grids may cost in a day.

Whether the day still affords one is decided under one lock for all, as it is asked for. Who comes too
late keeps a place: a free shoot without a grid, which is begun by itself when a new day has come.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum

from blueprint import versions
from blueprint.emails import delivery
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.models.subscribers import MOST_SELFIES
from blueprint.services import grid_requests, grids, guards, selfies
from blueprint.services.grids import Start
from blueprint.services.guards import NotAllowed
from core import database_time
from generation.models import Prediction
from generation.storage import downloads

SLOT = "free:1"
DAY_LOCK = 5_461_001  # of PostgreSQL's advisory locks: a number that nothing else of ours takes
SPENT = NotAllowed(
    "spent_today",
    429,
    "Today's free blueprints are used up. Yours begins by itself tomorrow; your place is kept.",
)
SPENT_AGAIN = NotAllowed(SPENT.code, SPENT.status, "Today's free blueprints are used up. Try again tomorrow.")


@dataclass(frozen=True)
class Given:
    """What came along with the wish; it is used only where the subscriber has nothing of the kind."""

    category: str = ""
    mood: str = ""
    selfie_urls: tuple[str, ...] = ()


NOTHING = Given()


def start(*, subscriber_id: int, given: Given = NOTHING) -> Start:
    """Ask for the free grid; once it is there, it is the answer for ever. Raises guards.NotAllowed."""
    outcome = start_or_wait(subscriber_id=subscriber_id, given=given)
    if isinstance(outcome, NotAllowed):
        raise outcome
    return outcome


@transaction.atomic
def start_or_wait(*, subscriber_id: int, given: Given = NOTHING) -> Start | NotAllowed:
    """As `start`, but a refusal is an answer: the place that is kept commits with it."""
    subscriber = grids.locked(subscriber_id)
    grid = Grid.objects.in_slot(subscriber.pk, SLOT).select_related("shoot", "prediction").first()
    if grid is not None and grid.asset_id is not None:
        return Start(1)
    if grid is not None and grid.is_live:
        return Start(1, grid.prediction)
    stands_in_the_way = _taken(subscriber, given) or missing(subscriber)
    if stands_in_the_way is not None:
        return stands_in_the_way
    shoot = grid.shoot if grid is not None else _place(subscriber)
    _lock_the_day()
    if not is_affordable(subscriber):
        return SPENT if grid is None else SPENT_AGAIN
    wanted = grid or Grid(shoot=shoot, number=1)
    return grids.ask(subscriber, shoot, [wanted], selfies.usable(subscriber))[0]


def missing(subscriber: Subscriber) -> NotAllowed | None:
    """What the subscriber has not given yet."""
    if not guards.has_selfies(subscriber):
        return guards.MISSING_SELFIES
    return None if subscriber.has_form_data else guards.MISSING_FORM_DATA


def refusal(subscriber: Subscriber) -> NotAllowed | None:
    """What stands in the way of asking for it now."""
    return missing(subscriber) or (None if is_affordable(subscriber) else SPENT_AGAIN)


def _place(subscriber: Subscriber) -> Shoot:
    return Shoot.objects.get_or_create(subscriber=subscriber, kind=Shoot.Kind.FREE, defaults={"planned": 1})[
        0
    ]


def _taken(subscriber: Subscriber, given: Given) -> NotAllowed | None:
    """Write what was given where there is nothing. The caller holds the lock."""
    for url in given.selfie_urls:
        if problem := downloads.public_url_problem(url):
            return NotAllowed("missing_selfies", 400, problem)
    before = (subscriber.form_data, subscriber.feed_style, subscriber.selfie_image_urls)
    if given.category and not subscriber.form.get("vibe"):
        subscriber.form_data = {**subscriber.form, "vibe": given.category}
    if given.mood and not (subscriber.feed_style or subscriber.form.get("feed_style")):
        subscriber.feed_style = given.mood
    if given.selfie_urls and not guards.has_selfies(subscriber):
        subscriber.selfie_image_urls = list(given.selfie_urls[:MOST_SELFIES])
        subscriber.selfies_deleted_at = None
    if before != (subscriber.form_data, subscriber.feed_style, subscriber.selfie_image_urls):
        subscriber.save()
        versions.bump(subscriber.pk)
    return None


# --- what a day may cost -------------------------------------------------------------------------------


def _lock_the_day() -> None:
    """Until the transaction ends, nobody else decides. Taken after the subscriber's lock, always."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DAY_LOCK])


def is_affordable(subscriber: Subscriber) -> bool:
    wanted = price(settings.GENERATION_PROVIDER, subscriber.resolution)
    return not wanted or spent_today() + wanted <= Decimal(str(settings.FREE_SPEND_PER_DAY_USD))


def price(provider: str, resolution: str) -> Decimal:
    """US dollars for one picture; a resolution nobody listed is taken for the dearest."""
    if provider == "local":
        return Decimal(0)
    listed = settings.REPLICATE_PRICES.get(settings.RENDER_MODEL, {})
    return Decimal(str(listed.get(resolution, max(listed.values(), default=0))))


def spent_today() -> Decimal:
    """What the free grids cost that were asked for since midnight (UTC): what is on record, and the
    price for what is under way or ended without a record. Rather too much than too little."""
    midnight = dt.datetime.combine(database_time.now().date(), dt.time(), dt.UTC)
    return sum(map(_cost, _with_costs(asked_since(midnight))), Decimal(0))


def asked_since(moment: dt.datetime) -> QuerySet[Prediction]:
    return Prediction.objects.filter(kind=grid_requests.KIND, slot=SLOT, queued_at__gte=moment)


def _with_costs(asked: QuerySet[Prediction]) -> Iterable[tuple[Prediction, Decimal | None, int]]:
    rows = asked.only("status", "provider", "request")
    for one in rows.annotate(recorded=Sum("attempts__cost_usd"), calls=Count("attempts")):
        yield one, one.recorded, one.calls


def _cost(row: tuple[Prediction, Decimal | None, int]) -> Decimal:
    prediction, recorded, calls = row
    expected = price(prediction.provider, prediction.request.get("resolution", ""))
    if prediction.is_live:
        return (recorded or Decimal(0)) + expected
    if recorded is not None:
        return recorded
    return expected if calls else Decimal(0)


# --- who waits for a new day ---------------------------------------------------------------------------


def waiting() -> QuerySet[Shoot]:
    """Places that are kept, the earliest first; not of those whose link was revoked."""
    places = Shoot.objects.filter(kind=Shoot.Kind.FREE, grids=None, subscriber__access_token__isnull=False)
    return places.order_by("created_at", "pk")


def start_waiting(limit: int = 500) -> int:
    """Begin up to `limit` of what waits, as far as the day affords it. Returns how many. What cannot
    begin (its selfies were deleted) does not keep the others."""
    begun = 0
    for subscriber_id in list(waiting().values_list("subscriber_id", flat=True)):
        outcome = _start_kept(subscriber_id) if begun < limit else SPENT
        if outcome == SPENT:
            break
        begun += isinstance(outcome, Start) and outcome.is_new
    return begun


@transaction.atomic
def _start_kept(subscriber_id: int) -> Start | NotAllowed | None:
    """With the mail that tells of it. None when the subscriber was erased."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None:
        return None
    outcome = start_or_wait(subscriber_id=subscriber_id)
    if isinstance(outcome, Start) and outcome.is_new:
        delivery.queue(subscriber, delivery.Kind.WELCOME, once="free_begun")
    return outcome
