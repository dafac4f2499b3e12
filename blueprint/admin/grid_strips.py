"""Thirty small pictures in a row: what is there, under way, failed or missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from blueprint.models import Grid, Shoot, Subscriber
from blueprint.presenters.cells import Cell, Row
from generation.models import Attempt, Prediction


class Strip:
    def __init__(self, cells: Sequence[Cell]):
        self.cells = cells

    @property
    def done(self) -> int:
        return sum(cell.is_done for cell in self.cells)

    @property
    def failed(self) -> int:
        return sum(cell.is_failed for cell in self.cells)

    def render(self) -> SafeString:
        return render_to_string("admin/blueprint/strip.html", {"cells": self.cells})


COLUMNS = {"number": "number", "asset_id": "asset_id", "status": "prediction__status", "scene": "scene"}


def of_subscribers(subscribers: Iterable[Subscriber]) -> dict[int, Strip]:
    """The paid thirty of each, by id; one query for all of them."""
    everybody = list(subscribers)
    grids = Grid.objects.filter(shoot__subscriber__in=everybody, shoot__kind=Shoot.Kind.PAID)
    known = _rows(grids, "shoot__subscriber_id")
    return {one.pk: _strip(known[one.pk], one.slots) for one in everybody}


def of_shoots(shoots: Iterable[Shoot]) -> dict[int, Strip]:
    """By id; one query for all of them. The slots of the paid one are its subscriber's."""
    everyone = list(shoots)
    known = _rows(Grid.objects.filter(shoot__in=everyone), "shoot_id")
    return {
        one.pk: _strip(known[one.pk], one.subscriber.slots if one.is_paid else [None] * one.planned)
        for one in everyone
    }


def _rows(grids: QuerySet[Grid], owner: str) -> dict[int, dict[int, Row]]:
    """By whose they are and their number."""
    known: dict[int, dict[int, Row]] = defaultdict(dict)
    for whose, *facts in grids.values_list(owner, *COLUMNS.values()):
        row = Row(**dict(zip(COLUMNS, facts, strict=True)))
        known[whose][row.number] = row
    return known


def _strip(known: dict[int, Row], entries: Sequence[str | None]) -> Strip:
    return Strip([Cell(number, known.get(number), entry) for number, entry in enumerate(entries, start=1)])


# --- one by one, on a page of its own --------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A grid with its history."""

    cell: Cell
    subject: str
    slot: str
    tries: int = 0
    calls: int = 0
    cost: Any = None
    failure: Prediction | None = None

    @property
    def predictions_url(self) -> str:
        asked = urlencode({"subject": self.subject, "slot": self.slot})
        return f"{reverse('admin:generation_prediction_changelist')}?{asked}"

    @property
    def failure_url(self) -> str:
        return reverse("admin:generation_prediction_change", args=[self.failure.pk]) if self.failure else ""


def told(strip: Strip, shoot: Shoot) -> list[Told]:
    """With every try and call, what they cost, and the last failure with its sentence; three queries.
    `shoot` need not have a row."""
    slots = {cell.number: shoot.slot(cell.number) for cell in strip.cells}
    subject = f"blueprint:{shoot.subscriber_id}"
    asked = Prediction.objects.filter(subject=subject, slot__in=slots.values())
    tries = dict(asked.values("slot").annotate(n=Count("pk")).values_list("slot", "n"))
    calls = {
        slot: (count, cost)
        for slot, count, cost in Attempt.objects.filter(prediction__in=asked)
        .values("prediction__slot")
        .annotate(n=Count("pk"), cost=Sum("cost_usd"))
        .values_list("prediction__slot", "n", "cost")
    }
    failed = asked.filter(status=Prediction.Status.FAILED).order_by("slot", "-queued_at").distinct("slot")
    failures = {one.slot: one for one in failed.only("slot", "failure", "message", "finished_at")}
    return [
        Told(cell, subject, slot, tries.get(slot, 0), *calls.get(slot, (0, None)), failures.get(slot))
        for cell, slot in zip(strip.cells, slots.values(), strict=True)
    ]
