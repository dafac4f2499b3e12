"""One search for what staff are asked about: an address, the end of a token, an id of the provider, the
number of a product or subscriber."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import ApiToken, User
from blueprint.models import Subscriber
from generation.models import Prediction
from techpack.models import Product

MOST = 20  # of each kind
ENDING = 4  # characters of a token: shorter or longer ones would let somebody spell it out


@dataclass(frozen=True)
class Found:
    kind: str
    words: str
    url: str


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Each kind only to who may look at it."""
    asked = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    context = {
        **admin.site.each_context(request),
        "title": "Search",
        "asked": asked,
        "found": [one for one in found(asked, request) if one] if asked else [],
    }
    return TemplateResponse(request, "admin/find.html", context)


def found(asked: str, request: HttpRequest) -> Iterator[Found]:
    for permission, kind, model, rows in _searches(asked):
        if request.user.has_perm(permission):
            for row in rows[:MOST]:
                yield Found(kind, f"{row} ({row.pk})", reverse(f"admin:{model}_change", args=[row.pk]))


def _searches(asked: str) -> Iterator[tuple[str, str, str, Any]]:
    """Permission, kind, page, and what fits."""
    yield "accounts.view_user", "User", "accounts_user", User.objects.filter(email__icontains=asked)
    subscribers = Subscriber.objects.filter(_of_subscriber(asked)).order_by("-pk")
    yield "blueprint.view_subscriber", "Subscriber", "blueprint_subscriber", subscribers
    tokens = ApiToken.objects.filter(ending=asked)
    yield "accounts.view_apitoken", "API token", "accounts_apitoken", tokens
    products = Product.objects.filter(_of_product(asked)).order_by("-pk")
    yield "techpack.view_product", "Product", "techpack_product", products
    predictions = Prediction.objects.filter(_of_prediction(asked)).order_by("-queued_at")
    yield "generation.view_prediction", "Prediction", "generation_prediction", predictions


def _of_subscriber(asked: str) -> Q:
    wanted = Q(email__icontains=asked) | Q(name__icontains=asked) | _numbered(asked)
    return wanted | Q(access_token__endswith=asked) if len(asked) == ENDING else wanted


def _of_product(asked: str) -> Q:
    return Q(name__icontains=asked) | Q(owner__email__iexact=asked) | _numbered(asked)


def _of_prediction(asked: str) -> Q:
    return Prediction.objects.named(asked.lower()) | Prediction.objects.named(asked)


def _numbered(asked: str) -> Q:
    """ "17", "#17" or "TP-0017": a key."""
    digits = asked.rpartition("-")[2].lstrip("#")
    is_key = digits.isascii() and digits.isdigit() and len(digits) < 19
    return Q(pk=int(digits)) if is_key else Q(pk__in=())
