"""Which routes are limited, and the answer to who does too much: 429 with Retry-After.

Signing in, signing up, resets and codes are limited by allauth (ACCOUNT_RATE_LIMITS), whose counters are in
PostgreSQL, too. What stands here is everything else that costs work, money or mail.
"""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch
from django_htmx.http import trigger_client_event

from accounts import rate_limits
from accounts.rate_limits import Rule
from blueprint import access
from config.api import api

GetResponse = Callable[[HttpRequest], HttpResponse]

KICK_OFFS = Rule("kick-offs", seconds=60, account=60, network=180)
UPLOADS = Rule("uploads", seconds=600, account=200, network=600)
EXPORTS = Rule("exports", seconds=60, account=40, network=120)
SHARES = Rule("shares", seconds=3600, account=60, network=240)
GUESSES = Rule("guesses at shares", seconds=60, account=0, network=20)
TOKENS = Rule("tokens", seconds=3600, account=20, network=60)
SEARCHES = Rule("searches of staff", seconds=60, account=60, network=240)
API_CALLS = Rule("calls of the API", seconds=60, account=600, network=1800)
PURCHASES = Rule("purchases", seconds=600, account=30, network=90)

POSTS = {
    **dict.fromkeys(
        (
            "techpack:generate", "techpack:resume", "techpack:try-again", "techpack:ask-edit",
            "techpack:redo", "techpack:regenerate", "blueprint:generate-missing", "blueprint:retry-failed",
            "blueprint:generate-grid", "blueprint:redo-grid", "blueprint:free-start",
        ),
        KICK_OFFS,
    ),
    **dict.fromkeys(
        ("techpack:upload", "techpack:new", "techpack:add-photos", "blueprint:add-selfies"), UPLOADS
    ),
    **dict.fromkeys(("techpack:share", "techpack:issue"), SHARES),
    "shared": GUESSES,
    "account-tokens": TOKENS,
    "billing:buy-credits": PURCHASES,
    "blueprint:buy": PURCHASES,
}  # fmt: skip
GETS = {
    **dict.fromkeys(
        (
            "techpack:download", "shared-file", "blueprint:download-all", "blueprint:download-grid",
            "blueprint:download-frame", "account-credits-file",
        ),
        EXPORTS,
    ),
    "admin-find": SEARCHES,
}  # fmt: skip


def rule_of(match: ResolverMatch, method: str) -> Rule | None:
    if match.route.startswith("api/") and match.url_name not in ("openapi-json", "openapi-view"):
        return API_CALLS
    table = GETS if method in ("GET", "HEAD") else POSTS
    return table.get(match.view_name)


class Limits:
    """Middleware. Looks when the route is known, before the view is called."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        match = request.resolver_match
        rule = rule_of(match, request.method or "") if match is not None and settings.RATE_LIMITS else None
        if rule is None:
            return None
        seconds = rate_limits.wait(rule, account=account_of(request), network=rate_limits.network_of(request))
        return too_many(request, seconds) if seconds else None


def account_of(request: HttpRequest) -> str:
    """Whose calls count together: a token's, a private link's, a user's; "" for a stranger's."""
    link = request.GET.get("access", "") or request.COOKIES.get(access.COOKIE, "")
    token = request.headers.get("Authorization", "") or link
    if token:
        return hashlib.sha256(token.encode(errors="replace")).hexdigest()[:32]
    return str(request.user.pk) if request.user.is_authenticated else ""


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return api.limited(request, seconds)
    words = f"That was too often. Try again in {seconds} second{'s' if seconds != 1 else ''}."
    if request.headers.get("HX-Request"):
        response = trigger_client_event(HttpResponse(status=429), "toast", {"text": words, "tone": "bad"})
    else:
        response = render(request, "429.html", status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
