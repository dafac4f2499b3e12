"""Thirty small places in a row: what is there, under way, failed or missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from blueprint import scenes
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.presenters.pictures import WORDS
from generation.models import Asset, Attempt, Prediction
from generation.storage import assets


@dataclass(frozen=True)
class Place:
    number: int
    entry: str | None = None
    asset_id: Any = None
    status: str = ""
    scene: str = ""

    @property
    def title(self) -> str:
        return self.scene.partition(".")[0][:40] if self.scene else scenes.title(self.number)

    @property
    def is_done(self) -> bool:
        return bool(self.entry) or self.asset_id is not None

    @property
    def state(self) -> str:
        """ "empty", "queued", "generating", "storing", "failed" or "done"."""
        if self.is_done:
            return "done"
        return WORDS[Prediction.Status(self.status)] if self.status else "empty"

    @property
    def asset(self) -> Asset | None:
        pk = self.asset_id or (assets.id_of_key(self.entry) if self.entry else None)
        return Asset(pk=pk) if pk else None


class Strip:
    def __init__(self, places: Sequence[Place]):
        self.places = places

    @property
    def done(self) -> int:
        return sum(place.is_done for place in self.places)

    @property
    def failed(self) -> int:
        return sum(place.state == "failed" for place in self.places)

    def render(self) -> SafeString:
        return render_to_string("admin/blueprint/strip.html", {"places": self.places})


COLUMNS = ("number", "asset_id", "prediction__status", "scene")


def of_subscribers(subscribers: Iterable[Subscriber]) -> dict[int, Strip]:
    """The paid thirty of each, by id; one query for all of them."""
    everybody = list(subscribers)
    rows = Grid.objects.filter(shoot__subscriber__in=everybody, shoot__kind=Shoot.Kind.PAID)
    known: dict[int, dict[int, tuple[Any, ...]]] = defaultdict(dict)
    for owner, number, *facts in rows.values_list("shoot__subscriber_id", *COLUMNS):
        known[owner][number] = tuple(facts)
    return {one.pk: Strip(_places(known[one.pk], one.slots)) for one in everybody}


def of_shoots(shoots: Iterable[Shoot]) -> dict[int, Strip]:
    """By id; one query for all of them. The slots of the paid one are its subscriber's."""
    everyone = list(shoots)
    known: dict[int, dict[int, tuple[Any, ...]]] = defaultdict(dict)
    for shoot_id, number, *facts in Grid.objects.filter(shoot__in=everyone).values_list("shoot_id", *COLUMNS):
        known[shoot_id][number] = tuple(facts)
    return {
        one.pk: Strip(_places(known[one.pk], one.subscriber.slots if one.is_paid else [None] * one.planned))
        for one in everyone
    }


def _places(known: dict[int, tuple[Any, ...]], entries: Sequence[str | None]) -> list[Place]:
    found = []
    for number, entry in enumerate(entries, start=1):
        asset_id, status, scene = known.get(number, (None, None, ""))
        found.append(Place(number, entry, asset_id, status or "", scene))
    return found


# --- one by one, on a page of its own --------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A place with its history."""

    place: Place
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
    slots = {place.number: shoot.slot(place.number) for place in strip.places}
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
        Told(place, subject, slot, tries.get(slot, 0), *calls.get(slot, (0, None)), failures.get(slot))
        for place, slot in zip(strip.places, slots.values(), strict=True)
    ]
