"""What open pages poll with: a version, and a signed capability that lets "nothing changed" be
answered with one look-up by primary key, before a session or anything else is loaded.

The capability says only that its holder was shown this row: it opens nothing but the answer
"unchanged". Any content needs the full check.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse

VALID_FOR = timedelta(hours=12)
MAX_VERSION = 2**63 - 1

GetResponse = Callable[[HttpRequest], HttpResponse]
IsUnchanged = Callable[[HttpRequest, "re.Match[str]"], bool]

_polled: list[tuple[re.Pattern[str], IsUnchanged]] = []


class PollError(ValueError):
    """The address was not made by us."""


def register(address: str, is_unchanged: IsUnchanged) -> None:
    """`is_unchanged` answers for GETs whose path is wholly matched by `address`. May raise PollError."""
    _polled.append((re.compile(address), is_unchanged))


def unchanged_polls(get_response: GetResponse) -> GetResponse:
    """Middleware: answers an unchanged poll before sessions, CSRF tokens, messages and the rest are
    set up, which cost more than the answer. Whatever is anything else goes on to the view."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return unchanged() if _is_unchanged(request) else get_response(request)

    return middleware


def _is_unchanged(request: HttpRequest) -> bool:
    if request.method != "GET":
        return False
    for address, is_unchanged in _polled:
        if found := address.fullmatch(request.path):
            try:
                return is_unchanged(request, found)
            except PollError:
                return False  # which the view tells
    return False


def unchanged() -> HttpResponse:
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def capability(salt: str, row_id: int, holder: object) -> str:
    return signing.TimestampSigner(salt=salt).sign(f"{row_id}-{holder}")


def row_of(salt: str, capability: str) -> int | None:
    """The id of the row it was made for; None when it is forged, altered or too old."""
    if not capability:
        return None
    try:
        made_for = signing.TimestampSigner(salt=salt).unsign(capability, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    return int(made_for.partition("-")[0])


def exists(sql: str, *values: int) -> bool:
    """Plain SQL, since this answers most of all requests there are and building a QuerySet costs
    more than asking the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() is not None


def number(text: str | None) -> int | None:
    """Raises PollError for what is not a number."""
    if not text:
        return None
    if len(text) > 19 or not text.isascii() or not text.isdigit() or int(text) > MAX_VERSION:
        raise PollError(text)
    return int(text)
