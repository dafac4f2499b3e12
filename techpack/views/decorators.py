"""Addresses that do something to a product: who may come there, and how they say no."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import trigger_client_event

from accounts.http import SignedInRequest


def product_post(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For POST and somebody signed in. Whoever comes otherwise (a bookmark, a reload, a session that
    has ended and came back by the sign-in page) is sent to the product's page, which can be opened."""

    @wraps(view)
    def inner(request: HttpRequest, product_id: int, **more: Any) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("techpack:product", args=[product_id]), status=303)
        return view(request, product_id, **more)

    return inner


def refused(request: SignedInRequest, sentence: str, *, back_to: str, tone: str = "bad") -> HttpResponse:
    """Say why nothing was changed: in a toast, without JavaScript above the page at `back_to`."""
    if not request.htmx:
        messages.error(request, sentence)
        return HttpResponseRedirect(back_to, status=303)
    return trigger_client_event(HttpResponse(status=422), "toast", {"text": sentence, "tone": tone})
