"""Handle every POST: its Idempotency-Key, and 202 while its result is on its way."""

import hashlib
import json
import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from accounts import idempotency
from accounts.models import IdempotentCall
from techpack.api import waiting
from techpack.api.authentication import CallingRequest
from techpack.api.errors import Refused, invalid, not_found
from techpack.models import Proposal, Take, TechPack

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
SOON = {"Retry-After": "2"}
STILL_THEIRS = 1.5  # seconds between two looks at whether a token was revoked

View = Callable[..., BaseModel]
Read = Callable[..., BaseModel | str]
Answered = Callable[..., HttpResponse]


class StillWorking(Exception):
    """Not over within the time the caller gave it. `where` is what tells how it goes, below the API's own
    address; else it is the product's state."""

    def __init__(self, run: TechPack, where: str = "", **more: int):
        super().__init__(run.pk)
        self.run = run
        self.where = where or f"products/{run.product_id}"
        self.more = more


def posted(view: View) -> Answered:
    """The view's data as an answer; with an Idempotency-Key at most one such call is ever made.

    A view that makes something new each time makes it by `once(request, ...)`.
    """

    @wraps(view)
    def answer(request: CallingRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        call = _claimed(request)
        if call is None:
            return as_json(*_outcome(view, request, *args, **kwargs))
        if call.status is not None:
            return as_json(call.status, call.answer, {"Idempotent-Replayed": "true"})
        request._call = call  # type: ignore[attr-defined]
        return _recorded(call, view, request, *args, **kwargs)

    return answer


def read(view: Read) -> Answered:
    """The view's data, or the JSON of it, as an answer to a GET or PATCH."""

    @wraps(view)
    def answer(request: CallingRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = view(request, *args, **kwargs)
        if isinstance(data, BaseModel):
            data = data.model_dump_json(by_alias=True)
        return _response(200, f'{{"success": true, "data": {data}}}', {})

    return answer


def once(request: HttpRequest, make: Callable[[], int]) -> int:
    """`accounts.idempotency.once` for this request's call, if it has one."""
    return idempotency.once(getattr(request, "_call", None), make)


def is_waiting(request: CallingRequest) -> bool:
    """Whether the caller wants to wait for a result at all."""
    return waiting.seconds_to_wait(request) > 0


def wait(request: CallingRequest, is_over: Callable[[], bool]) -> None:
    """As long as the caller wishes. Raises Refused (401) as soon as they lost the right to the answer."""
    if not is_waiting(request) or is_over():
        return
    looked = time.monotonic()

    def is_over_for_them() -> bool:
        nonlocal looked
        if time.monotonic() - looked > STILL_THEIRS:
            request.auth.require_still()
            looked = time.monotonic()
        return is_over()

    waiting.until(is_over_for_them, seconds=waiting.seconds_to_wait(request))
    request.auth.require_still()


def as_json(status: int, body: Any, headers: dict[str, str] | None = None) -> HttpResponse:
    return _response(status, json.dumps(body), headers or {})


def _response(status: int, text: str, headers: dict[str, str]) -> HttpResponse:
    kept = {"Cache-Control": "no-store", **headers}
    return HttpResponse(text, status=status, content_type="application/json", headers=kept)


def ended[T: Proposal | Take](request: CallingRequest, rows: QuerySet[T], under_way: str) -> T:
    """The one row, when its status is another or the caller's time is up. Raises Refused when it went with
    its product."""
    wait(request, lambda: not rows.filter(status=under_way).exists())
    row = rows.select_related("tech_pack", "charge").first()
    if row is None:
        raise not_found("The product was deleted meanwhile.")
    return row


# --- outcomes ------------------------------------------------------------------------------------


def _outcome(
    view: View, request: CallingRequest, *args: Any, **kwargs: Any
) -> tuple[int, Any, dict[str, str]]:
    """Status, body, headers. Raises what refuses the call."""
    try:
        data = view(request, *args, **kwargs)
    except StillWorking as working:
        return _accepted(request, working)
    return 200, {"success": True, "data": data.model_dump(mode="json", by_alias=True)}, {}


def _accepted(request: HttpRequest, working: StillWorking) -> tuple[int, Any, dict[str, str]]:
    run = working.run
    where = request.build_absolute_uri(f"/api/tech-pack-v2/{working.where}")
    data = {"status": "processing", "techPackId": run.pk, "statusUrl": where, **working.more}
    headers = {"Location": where, "Preference-Applied": "respond-async", **SOON}
    return 202, {"success": True, "data": data}, headers


# --- idempotency ---------------------------------------------------------------------------------


def _claimed(request: CallingRequest) -> IdempotentCall | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():  # empty: who sent it counts on being safe
        raise invalid(f"{HEADER} is 1 to {LONGEST_KEY} printable characters.")
    target = f"{request.method} {request.path}"[:300]
    try:
        return idempotency.claim(
            user=request.auth.user, key=key, target=target, body_hash=_body_hash(request)
        )
    except idempotency.Mismatch as mismatch:
        sentence = "This Idempotency-Key was used for another call. Take a new one."
        raise Refused(422, "idempotency_mismatch", sentence) from mismatch
    except idempotency.UnderWay as under_way:
        sentence = "A call with this Idempotency-Key is under way. Ask again for its answer."
        raise Refused(409, "idempotency_in_progress", sentence, headers=SOON) from under_way


def _recorded(
    call: IdempotentCall, view: View, request: CallingRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Refusals are not kept, since nothing was done: what was in the way may be gone the next time. Nor is
    a 202, which is no end: the next call with the key goes on with what this one began."""
    try:
        with idempotency.held(call):
            status, body, headers = _outcome(view, request, *args, **kwargs)
    except Refused as refused:
        if refused.told:
            idempotency.finish(call, status=refused.status, answer=refused.body)
        else:
            idempotency.give_up(call)
        raise
    except BaseException:
        idempotency.give_up(call)
        raise
    if status == HTTPStatus.ACCEPTED:
        idempotency.give_up(call)
    else:
        idempotency.finish(call, status=status, answer=body)
    return as_json(status, body, headers)


def _body_hash(request: HttpRequest) -> str:
    """Of what was sent; of a form its fields and files, for its boundary is another each time."""
    if request.content_type != "multipart/form-data":
        return hashlib.sha256(request.body).hexdigest()
    digest = hashlib.sha256(json.dumps(sorted(request.POST.lists())).encode(errors="surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(json.dumps([name, file.name]).encode())
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)
    return digest.hexdigest()
