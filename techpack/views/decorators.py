"""Addresses that do something to a product, and show nothing themselves."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def product_post(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For POST and somebody signed in. Whoever comes otherwise (a bookmark, a reload, a session that
    has ended and came back by the sign-in page) is sent to the product's page, which can be opened."""

    @wraps(view)
    def inner(request: HttpRequest, product_id: int, **more: Any) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("techpack:product", args=[product_id]), status=303)
        return view(request, product_id, **more)

    return inner
