"""Revenue and provider cost, day by day, for staff."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing import prices
from billing.models import Order
from generation.models import Attempt

DAYS = 60


def by_day() -> list[dict[str, Any]]:
    """Newest first: day, orders, revenue and refunded (in words, one for each currency), cost."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    days: dict[dt.date, dict[str, Any]] = defaultdict(
        lambda: {"orders": 0, "revenue": [], "refunded": [], "cost": None}
    )
    sold = Order.objects.filter(paid_at__gte=since).order_by().annotate(day=TruncDate("paid_at"))
    for row in (
        sold.values("day", "currency")
        .annotate(orders=Count("pk"), paid=Sum("amount_paid"), back=Sum("amount_refunded"))
        .order_by("currency")
    ):
        day = days[row["day"]]
        day["orders"] += row["orders"]
        day["revenue"].append(prices.in_words(row["paid"], row["currency"]))
        if row["back"]:
            day["refunded"].append(prices.in_words(row["back"], row["currency"]))
    spent = Attempt.objects.filter(created_at__gte=since).order_by().annotate(day=TruncDate("created_at"))
    for spending in spent.values("day").annotate(cost=Sum("cost_usd")):
        days[spending["day"]]["cost"] = spending["cost"]
    return [
        {
            "day": day, "orders": facts["orders"], "revenue": ", ".join(facts["revenue"]) or "-",
            "refunded": ", ".join(facts["refunded"]) or "-",
            "cost": f"${facts['cost']:.2f}" if facts["cost"] is not None else "-",
        }
        for day, facts in sorted(days.items(), reverse=True)
    ]  # fmt: skip
