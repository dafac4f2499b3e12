"""Calls that the provider has and no attempt of ours: written down for staff to explain."""

from decimal import Decimal

from generation.models import UnknownCall
from generation.providers.base import Listed, Provider


def write_down(provider: Provider, call: Listed) -> None:
    """Once, however often it is come upon."""
    row = UnknownCall(
        provider=provider.name,
        external_id=call.external_id,
        model=call.model[:120],
        created_at=call.created_at,
        cost_usd=money(call),
    )
    UnknownCall.objects.bulk_create([row], ignore_conflicts=True)


def money(call: Listed) -> Decimal | None:
    return None if call.cost is None else Decimal(f"{call.cost:.5f}")
