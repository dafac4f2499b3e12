"""The faults of answering: before anything is accepted, and after."""

import time
from collections.abc import Callable

from tests.support.replicate_server.faults import Plan
from tests.support.replicate_server.web import Handler

PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"


def _error(handler: Handler) -> None:
    handler.problem(500, "Internal server error", "Something went wrong on our side. Please try again.")


def _gateway(handler: Handler) -> None:
    handler.reply(502, PAGE, "text/html")


def unauthorized(handler: Handler) -> None:
    handler.problem(401, "Unauthenticated", "You did not pass a valid authentication token")


BEFORE: dict[str, Callable[[Handler], None]] = {
    "error-before": _error,
    "unavailable": lambda handler: handler.problem(503, "Service unavailable", "Please try again later."),
    "gateway": _gateway,
    "cut-before": lambda handler: handler.cut(),
    "throttled": lambda handler: handler.throttled(handler.world.settings.throttle_seconds),
    "throttled-bare": lambda handler: handler.reply(429, {"detail": "Request was throttled."}),
    "unauthorized": unauthorized,
    "payment": lambda handler: handler.problem(
        402, "Insufficient credit", "You have insufficient credit to run this model."
    ),
    "unprocessable": lambda handler: handler.problem(
        422, "Input validation failed", "- input: the stand-in was told to refuse this\n"
    ),
    "bare-problem": lambda handler: handler.reply(500, {}),
}
AFTER: dict[str, Callable[[Handler], None]] = {
    "error-after": _error,
    "gateway-after": _gateway,
    "cut": lambda handler: handler.cut(),
}


def before(handler: Handler, plan: Plan) -> bool:
    """Misbehave instead of accepting; whether that was the answer."""
    return _first(handler, BEFORE, plan)


def after(handler: Handler, plan: Plan) -> bool:
    """Misbehave instead of answering what was accepted; whether that was the answer."""
    if "slow-answer" in plan:
        time.sleep(handler.world.settings.slow_seconds)
    if "cut-body" in plan:
        handler.head(201, {"content-type": "application/json", "content-length": 2000})
        handler.wfile.write(b'{"id": "')
        handler.cut()
    return _first(handler, AFTER, plan)


def _first(handler: Handler, choices: dict[str, Callable[[Handler], None]], plan: Plan) -> bool:
    for name, misbehave in choices.items():
        if name in plan:
            misbehave(handler)
            return True
    return False
