"""What a poll asks, and the capability in its address that lets "nothing changed" be answered
without loading a session.

The capability says only that its holder was shown this run: it opens nothing but the answer
"unchanged". Any content needs the full check.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from techpack.models import TechPack

VALID_FOR = timedelta(hours=12)
SALT = "techpack.poll"
MAX_VERSION = 2**63 - 1


GetResponse = Callable[[HttpRequest], HttpResponse]


class PollError(ValueError):
    """The address was not made by us."""


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
            version=_number(asked.get("version")) or 0,
            run=_number(asked.get("run")),
            fixed="fixed" in asked,
            capability=asked.get("cap", ""),
        )

    def is_unchanged(self, product_id: int) -> bool:
        """Whether the page has it all: one look-up by primary key, and none without a capability."""
        run_id = holder_of(self.capability)
        return run_id is not None and _stands_at(run_id, product_id, self.version)


ADDRESS = re.compile(r"/techpacks/(\d{1,19})/changes/")


def unchanged_polls(get_response: GetResponse) -> GetResponse:
    """Middleware: answers an unchanged poll before sessions, CSRF tokens, messages and the rest are
    set up, which cost more than the answer. Whatever is anything else goes on to the view."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = ADDRESS.fullmatch(request.path) if request.method == "GET" else None
        return unchanged() if asked and _is_unchanged(request, int(asked[1])) else get_response(request)

    return middleware


def _is_unchanged(request: HttpRequest, product_id: int) -> bool:
    try:
        return Poll.of(request).is_unchanged(product_id)
    except PollError:
        return False  # which the view tells


def unchanged() -> HttpResponse:
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def address(tech_pack: TechPack, *, user_id: int, fixed: bool = False) -> str:
    """What an open page of this run polls from now on."""
    asked: dict[str, int | str] = {"version": tech_pack.version, "run": tech_pack.number}
    if fixed:
        asked["fixed"] = 1
    asked["cap"] = capability(tech_pack, user_id=user_id)
    return f"{reverse('techpack:changes', args=[tech_pack.product_id])}?{urlencode(asked)}"


def capability(tech_pack: TechPack, *, user_id: int) -> str:
    return signing.TimestampSigner(salt=SALT).sign(f"{tech_pack.pk}-{user_id}")


def holder_of(capability: str) -> int | None:
    """The id of the run it was made for; None when it is forged, altered or too old."""
    if not capability:
        return None
    try:
        made_for = signing.TimestampSigner(salt=SALT).unsign(capability, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    return int(made_for.partition("-")[0])


def _stands_at(run_id: int, product_id: int, version: int) -> bool:
    """Plain SQL, since this answers most of all requests there are and building a QuerySet costs
    more than asking the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM techpack_techpack WHERE id = %s AND product_id = %s AND version = %s",
            [run_id, product_id, version],
        )
        return cursor.fetchone() is not None


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if len(text) > 19 or not text.isascii() or not text.isdigit() or int(text) > MAX_VERSION:
        raise PollError(text)
    return int(text)
