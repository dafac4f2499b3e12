"""The cost of calls to providers, by day, model and outcome."""

from typing import Any

from django.db.models import Avg, Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from generation.models import Attempt

MOST_ROWS = 60


def by_day(attempts: QuerySet[Attempt]) -> list[dict[str, Any]]:
    """Newest day first, and in it the dearest first: day, provider, model, outcome, calls, seconds (the
    mean of those that told), cost (US dollars, None while unknown), unpriced (calls without a cost)."""
    rows = (
        attempts.order_by()
        .annotate(day=TruncDate("created_at"))
        .values("day", "provider", "model", "outcome")
        .annotate(
            calls=Count("pk"), seconds=Avg("predict_seconds"), cost=Sum("cost_usd"),
            priced=Count("cost_usd"),
        )
    )  # fmt: skip
    ordered = sorted(rows, key=lambda row: (row["day"], row["cost"] or 0), reverse=True)[:MOST_ROWS]
    return [{**row, "unpriced": row["calls"] - row["priced"]} for row in ordered]


def total(rows: list[dict[str, Any]]) -> Any:
    return sum(row["cost"] or 0 for row in rows)
