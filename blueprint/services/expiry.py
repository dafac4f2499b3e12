"""When selfies are deleted by themselves: SELFIE_DAYS after the blueprint was finished, or after the last
photo was added to one that was.

Finished is the paid blueprint at 30 of 30; of somebody who never bought it, the free one once its
picture is there.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Now

from blueprint.models import Grid, Shoot, Subscriber
from generation.models import Asset, Prediction

LATELY = dt.timedelta(days=3)
NO_ENTRIES = (
    Q(selfie_image_urls=[])
    | Q(selfie_image_urls=Value(None, JSONField()))
    | Q(selfie_image_urls__isnull=True)
)


def due() -> QuerySet[Subscriber]:
    """Whose selfies are to be deleted now, the longest overdue first; not of those for whom something
    is being made with them."""
    late = _with_selfies().filter(needed_until__lte=Now() - _days())
    live = Prediction.objects.live().filter(subject=_named("blueprint:", "pk"))
    return late.exclude(Exists(live)).order_by("needed_until")


def delete_on(subscriber: Subscriber) -> dt.datetime | None:
    """When they go; None while the blueprint is not finished, or there are none."""
    if subscriber.paid_blueprint_purchased and not subscriber.paid_blueprint_generated:
        return None  # as the query would say; a poll asks this
    rows = _with_selfies().filter(pk=subscriber.pk).values_list("needed_until", flat=True)
    needed_until = rows.first()
    return needed_until + _days() if needed_until else None


def lately_deleted() -> QuerySet[Subscriber]:
    """Whose selfies were deleted within the last days, and who has added none since."""
    return Subscriber.objects.filter(selfies_deleted_at__gt=Now() - LATELY)


def _days() -> dt.timedelta:
    return dt.timedelta(days=settings.SELFIE_DAYS)


def _with_selfies() -> QuerySet[Any]:
    rows = Subscriber.objects.filter(selfies_deleted_at=None).exclude(NO_ENTRIES)
    return rows.annotate(finished_at=_finished_at()).annotate(
        # GREATEST leaves nulls out, so it is only asked where there is something to compare with
        needed_until=Case(When(finished_at__isnull=False, then=Greatest("finished_at", _last_added_at())))
    )


def _finished_at() -> Case:
    """A row that was taken over as finished may not say when: it did not change since, at least."""
    free = Grid.objects.filter(
        shoot__subscriber=OuterRef("pk"), shoot__kind=Shoot.Kind.FREE, asset__isnull=False
    )
    return Case(
        When(paid_blueprint_generated=True, then=Coalesce("paid_blueprint_generated_at", "updated_at")),
        When(paid_blueprint_purchased=False, then=Subquery(free.values("filled_at")[:1])),
    )


def _last_added_at() -> Subquery:
    uploaded = Asset.objects.stored().filter(
        account=_named("subscriber:", "pk"), stem=_named("selfies/", "pk")
    )
    return Subquery(uploaded.order_by("-stored_at").values("stored_at")[:1])


def _named(start: str, field: str) -> Concat:
    """As `Subscriber.subject` and its like are made, for the row outside."""
    return Concat(Value(start), Cast(OuterRef(field), CharField()))
