"""Allow a page to whoever has the private link, in a cookie after its first use."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from blueprint import access
from blueprint.forms import LostLinkForm
from blueprint.models import Shoot, Subscriber
from blueprint.presenters import polling
from blueprint.presenters.gallery import Gallery

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """For type checkers: a request through HtmxMiddleware."""

    htmx: HtmxDetails


def private(view: View) -> View:
    """A page for one subscriber, whom the view is given. The token in the address of a first request
    goes into a cookie, and out of the address. What an open page of somebody else posts is not done."""

    @never_cache
    @wraps(view)
    def inner(request: Request, *args: Any, **asked: Any) -> HttpResponseBase:
        if "access" in request.GET and request.method in ("GET", "HEAD"):
            response: HttpResponseBase = _let_in(request)
        elif (subscriber := access.subscriber_of(request)) is None:
            response = no_link(request)
        elif polling.comes_from_another(request, subscriber):
            response = HttpResponseClientRefresh() if request.htmx else redirect("blueprint:paid")
        else:
            response = view(request, subscriber, *args, **asked)
        response["X-Robots-Tag"] = "noindex"
        return response

    return inner


def _let_in(request: Request) -> HttpResponse:
    asked = request.GET.copy()
    token = asked.pop("access")[-1]
    if Subscriber.objects.with_access(token) is None:
        response = no_link(request)
    else:
        more = f"?{urlencode(asked)}" if asked else ""
        response = access.remember(HttpResponseRedirect(f"{request.path}{more}"), token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def no_link(request: Request) -> HttpResponse:
    """No link, or one that was replaced. An open page gets a notice, and never a page in a piece."""
    if not request.htmx:
        return render(request, "blueprint/no_link.html", {"form": LostLinkForm()}, status=404)
    response = render(request, "blueprint/changes.html#gone")
    response["HX-Reswap"] = "none"
    response["Cache-Control"] = "no-store"
    return response


def gallery_of(subscriber: Subscriber, kind: str, shoot_id: int | None = None) -> Gallery:
    """Raises Http404."""
    if kind == Shoot.Kind.PAID:
        return Gallery(subscriber)
    wanted = {"subscriber": subscriber, "kind": kind, **({"pk": shoot_id} if shoot_id else {})}
    return Gallery(subscriber, get_object_or_404(Shoot, **wanted))
