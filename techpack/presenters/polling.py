"""The poll of a tech pack: see `core.polling`."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from core import polling
from techpack.models import TechPack

SALT = "techpack.poll"
ADDRESS = r"/techpacks/(\d{1,19})/changes/"
STANDS_AT = "SELECT 1 FROM techpack_techpack WHERE id = %s AND product_id = %s AND version = %s"


@dataclass(frozen=True)
class Poll:
    """`version` is what the page has. `run` is the number of the run it shows, None for the
    latest; `fixed` says that the page stays with that run even when there is a newer one."""

    version: int
    run: int | None = None
    fixed: bool = False
    capability: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Poll":
        """Raises PollError for what is not a number."""
        asked = request.GET if request.method == "GET" else request.POST
        return cls(
            version=polling.number(asked.get("version")) or 0,
            run=polling.number(asked.get("run")),
            fixed="fixed" in asked,
            capability=asked.get("cap", ""),
        )


def is_unchanged(request: HttpRequest, address: "re.Match[str]") -> bool:
    """One look-up by primary key, and none without a capability."""
    poll, product_id = Poll.of(request), int(address[1])
    run_id = polling.row_of(SALT, poll.capability)
    return run_id is not None and polling.exists(STANDS_AT, run_id, product_id, poll.version)


def address(tech_pack: TechPack, *, user_id: int, fixed: bool = False) -> str:
    """What an open page of this run polls from now on."""
    asked: dict[str, int | str] = {"version": tech_pack.version, "run": tech_pack.number}
    if fixed:
        asked["fixed"] = 1
    asked["cap"] = polling.capability(SALT, tech_pack.pk, user_id)
    return f"{reverse('techpack:changes', args=[tech_pack.product_id])}?{urlencode(asked)}"


def register() -> None:
    polling.register(ADDRESS, is_unchanged)
