"""Structured logs, and the request id that follows what a request began through every job.

A request's id comes from `X-Request-ID` or is made here; the answer carries it back. `jobs.defer` puts it
into a job's arguments as `REQUEST`, and `carry` takes it out again before the job's function sees them. So
every line says which request it belongs to, and which job, prediction or run it is about.
"""

import functools
import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import Processor

REQUEST = "_request"  # among the arguments of a job
HEADER = "X-Request-ID"
AN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_shared: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    add_log_level,
    add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def formatter(*, as_json: bool) -> ProcessorFormatter:
    """For the standard library's handlers: one JSON object a line, or a line for people."""
    ending: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    return ProcessorFormatter(
        foreign_pre_chain=_shared, processors=[ProcessorFormatter.remove_processors_meta, *ending]
    )


def mark_requests(get_response: GetResponse) -> GetResponse:
    """Middleware: every line that is logged while a request is answered carries its id."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        number = given if AN_ID.fullmatch(given) else uuid.uuid4().hex
        with bound_contextvars(request_id=number):
            response = get_response(request)
        response.headers[HEADER] = number
        return response

    return middleware


def carried() -> dict[str, str]:
    """What a job that is deferred now takes along."""
    number = get_contextvars().get("request_id")
    return {REQUEST: number} if number else {}


def carry(job: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` with the request's id, the job's name and its arguments on every line it logs."""

    @functools.wraps(function)
    def with_context(*arguments: Any, **named: Any) -> Any:
        request = named.pop(REQUEST, None)
        about = {name: value for name, value in named.items() if name.endswith("_id")}
        context = {"job": job, **about, **({"request_id": request} if request else {})}
        with bound_contextvars(**context):
            return function(*arguments, **named)

    return with_context
