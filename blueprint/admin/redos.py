"""What subscribers found wrong with their pictures, as rates by scene and by model of the last 30 days."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.core.cache import cache
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from blueprint import scenes
from blueprint.models import Redo
from blueprint.services.grid_requests import KIND
from core.admin import ReadOnlyAdmin
from generation.models import Attempt

LATELY = dt.timedelta(days=30)
COUNTED_FOR = 600  # seconds
SLOT, MODEL = 0, 1


@dataclass(frozen=True)
class Rate:
    """Of the pictures that came, how many were sent back. `reasons` says for what, the most common first."""

    name: str
    delivered: int
    sent_back: int
    reasons: str

    @property
    def percent(self) -> float | None:
        return 100 * self.sent_back / self.delivered if self.delivered else None


def by_scene() -> list[Rate]:
    """Worst first. Delivered are the pictures a paid grid of this number got, redos included."""
    delivered = _delivered(SLOT)
    told = _told(F("grid__number"))
    rates = [
        Rate(
            f"{number:02d} {scenes.title(number)}",
            delivered.get(f"grid:{number}", 0),
            *told.get(number, (0, "")),
        )
        for number in range(1, scenes.GRIDS + 1)
    ]
    return _worst_first(rate for rate in rates if rate.delivered or rate.sent_back)


def by_model() -> list[Rate]:
    delivered, told = _delivered(MODEL), _told(F("model"))
    names = {*delivered, *told}
    return _worst_first(Rate(name or "-", delivered.get(name, 0), *told.get(name, (0, ""))) for name in names)


def _delivered(by: int) -> Counter[str]:
    """How many pictures came, by slot or by model. Counting a million of them takes a second, and a rate of a
    month changes little in ten minutes."""
    counts = cache.get_or_set("blueprint.redos.delivered", _counted, COUNTED_FOR) or []
    found: Counter[str] = Counter()
    for row in counts:
        found[row[by]] += row[2]
    return found


def _counted() -> list[tuple[str, str, int]]:
    """Slot, model and number of pictures."""
    made = Attempt.objects.filter(
        outcome=Attempt.Outcome.SUCCEEDED, prediction__kind=KIND, prediction__slot__startswith="grid:",
        created_at__gte=timezone.now() - LATELY,
    )  # fmt: skip
    return list(made.order_by().values_list("prediction__slot", "model").annotate(n=Count("pk")))


def _told(by: F) -> dict[Any, tuple[int, str]]:
    lately = Redo.objects.filter(created_at__gte=timezone.now() - LATELY)
    rows = lately.order_by().values(by=by, why=F("reason")).annotate(n=Count("pk")).order_by("-n")
    found: dict[Any, tuple[int, str]] = {}
    for row in rows:
        count, words = found.get(row["by"], (0, ""))
        said = f"{Redo.Reason(row['why']).label} {row['n']}"
        found[row["by"]] = (count + row["n"], f"{words}, {said}" if words else said)
    return found


def _worst_first(rates: Iterator[Rate]) -> list[Rate]:
    return sorted(rates, key=lambda rate: (-(rate.percent or 0), rate.name))


@admin.register(Redo)
class RedoAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "grid", "frame", "reason", "model", "prediction")
    list_filter = ("reason", "model")
    search_fields = ("=grid__shoot__subscriber__id", "grid__shoot__subscriber__email")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    list_select_related: ClassVar[Any] = ("grid", "prediction")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        rates = {"Scene": by_scene(), "Model": by_model()}
        return super().changelist_view(request, {"rates": rates, **(extra_context or {})})
