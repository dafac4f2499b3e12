"""How often an account and a network may do what costs something, counted in PostgreSQL for all processes.

Each rule has two counters, by account and by network address; one statement counts both, so that calls at the
same moment are all counted. A period begins at fixed times: at worst twice the number fits around its edge.
"""

import ipaddress
import time
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models import RateCount


@dataclass(frozen=True)
class Rule:
    """So many in `seconds`. 0 for an account: who does this has none."""

    name: str
    seconds: int
    account: int
    network: int


COUNT = """
INSERT INTO accounts_ratecount (key, period, count, ends_at)
SELECT key, %(period)s, 1, to_timestamp(%(ends)s) FROM unnest(%(keys)s::text[]) AS key ORDER BY key
ON CONFLICT (key, period) DO UPDATE SET count = accounts_ratecount.count + 1
RETURNING key, count
"""


def wait(rule: Rule, *, account: str, network: str) -> int:
    """Count one more, and say for how many seconds it is too many; 0 when it may be done."""
    now = time.time()
    period = int(now // rule.seconds)
    ends = (period + 1) * rule.seconds
    most = {f"{rule.name} network {network}": rule.network}
    if account and rule.account:
        most[f"{rule.name} account {account}"] = rule.account
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"period": period, "ends": ends, "keys": list(most)})
        counted = dict(cursor.fetchall())
    too_many = any(counted[key] > limit for key, limit in most.items())
    return max(1, round(ends - now)) if too_many else 0


def network_of(request: HttpRequest) -> str:
    """The address, as far as TRUSTED_PROXIES vouch for it; of IPv6 the /64 that one household has."""
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def forget() -> int:
    """Drop the counts of periods that are over."""
    return RateCount.objects.filter(ends_at__lt=Now()).delete()[0]
