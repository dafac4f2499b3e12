"""Runs and their ages in words."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from techpack.models import TechPack
from techpack.pipeline import progress

register = template.Library()

Status = TechPack.Status
MARKS = {
    Status.RUNNING: "now",
    Status.WAITING: "bad",
    Status.COMPLETE: "done",
    Status.PARTIAL: "part",
    Status.FAILED: "bad",
    Status.CANCELED: "none",
}


@register.filter
def mark(run: TechPack) -> str:
    """The class of the mark before its state (`.state` in css/base.css)."""
    return MARKS[Status(run.status)]


@register.filter
def percent(run: TechPack) -> int:
    """How far a run with prefetched pieces is, 0..100."""
    return progress.progress(run).percent


@register.filter
def age(moment: datetime) -> str:
    """ "just now", "12 min ago", "5 h ago", "yesterday", "3 days ago", then the date."""
    passed = timezone.now() - moment
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed.seconds // 60} min ago"
    if passed < timedelta(days=1):
        return f"{passed.seconds // 3600} h ago"
    if passed < timedelta(days=14):
        return "yesterday" if passed.days == 1 else f"{passed.days} days ago"
    return date_format(moment, "j M Y")
