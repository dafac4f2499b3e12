"""Runs that nobody carries on at the moment: they wait for credits, or for a process that died."""

import datetime as dt
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Now

from accounts.models import Team, User
from generation import jobs
from generation.models import Prediction
from techpack.models import DraftPhoto, Product, TechPack
from techpack.services.photos import discard_draft

IDLE = dt.timedelta(seconds=30)
FORGOTTEN = dt.timedelta(days=2)


def carry_on_runs_of(sender: Any, *, holder: User | Team, **kwargs: Any) -> None:
    """Credits came: what waited for them goes on."""
    paid_by = {"team": holder} if isinstance(holder, Team) else {"team": None, "owner": holder}
    products = Product.objects.filter(**paid_by)
    for run in TechPack.objects.filter(product__in=products, status=TechPack.Status.WAITING):
        jobs.defer("techpack.advance", tech_pack_id=run.pk)


def carry_on_idle_runs() -> int:
    """Advance every run that is going with nothing of it live, and those that wait for credits that
    have come by another way than a grant. Returns how many."""
    subject = Concat(Value("techpack:"), Cast(OuterRef("pk"), CharField()))
    live = Prediction.objects.live().filter(subject=subject)
    idle = TechPack.objects.filter(~Exists(live), started_at__lt=Now() - IDLE).filter(
        Q(status=TechPack.Status.RUNNING)
        | Q(status=TechPack.Status.WAITING, product__team=None, product__owner__credit_account__balance__gt=0)
        | Q(status=TechPack.Status.WAITING, product__team__credit_account__balance__gt=0)
    )
    ids = list(idle.values_list("pk", flat=True))
    for pk in ids:
        jobs.defer("techpack.advance", tech_pack_id=pk)
    return len(ids)


def forget_drafts() -> int:
    """Discard uploads that never became part of a product. Returns how many."""
    old = DraftPhoto.objects.filter(created_at__lt=Now() - FORGOTTEN).select_related("asset")
    for draft in old:
        discard_draft(draft=draft)
    return len(old)
