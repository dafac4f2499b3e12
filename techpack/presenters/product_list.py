"""The list of a designer's products: which, in what order, and what of them runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from techpack.models import Product, ProductQuerySet, TechPack
from techpack.presenters.queries import for_product_list

PAGE_SIZE = 24
MOST_QUERY = 100
SORTS = {
    "changed": ("Last changed", ("-updated_at", "-pk")),
    "new": ("Newest", ("-created_at", "-pk")),
    "name": ("Name", (Lower("name"), "-pk")),
}
Status = TechPack.Status
STATUSES = {
    "draft": ("No run yet", Q(latest_status=None)),
    "issued": ("Issued", Q(issued_version=F("specification_version"))),
    "running": ("Generating", Q(latest_status__in=TechPack.GOING)),
    "review": ("Needs review", Q(latest_status=Status.COMPLETE, review_count__gt=0)),
    "complete": ("Complete", Q(latest_status=Status.COMPLETE, review_count=0)),
    "trouble": (
        "Stopped or partly complete",
        Q(latest_status__in=(Status.FAILED, Status.CANCELED, Status.PARTIAL)),
    ),
}
WATCHED = re.compile(r"(?:\d{1,18}\.\d{1,18}\.\d{1,18}(?:-|$)){1,24}")


@dataclass(frozen=True)
class Choice:
    value: str
    words: str


@dataclass(frozen=True)
class ProductList:
    """Of `products` those that the address asks for; what it asks for wrongly reads as nothing asked."""

    products: ProductQuerySet
    asked: QueryDict

    @property
    def archived(self) -> bool:
        return self.asked.get("show") == "archived"

    @property
    def query(self) -> str:
        return self.asked.get("q", "").replace("\x00", "").strip()[:MOST_QUERY]

    @property
    def sort(self) -> str:
        return self.asked.get("sort", "") if self.asked.get("sort") in SORTS else "changed"

    @property
    def status(self) -> str:
        return self.asked.get("status", "") if self.asked.get("status") in STATUSES else ""

    @property
    def sorts(self) -> list[Choice]:
        return [Choice(value, words) for value, (words, _) in SORTS.items()]

    @property
    def statuses(self) -> list[Choice]:
        return [Choice("", "Any state"), *(Choice(value, words) for value, (words, _) in STATUSES.items())]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or self.status)

    @cached_property
    def page(self) -> Page[Product]:
        order: Sequence[Any] = SORTS[self.sort][1]
        rows = for_product_list(self._products()).order_by(*order)
        return Paginator(rows, PAGE_SIZE).get_page(self.asked.get("page"))

    def _products(self) -> ProductQuerySet:
        products = self.products.archived() if self.archived else self.products.current()
        if self.query:
            products = _search(products, self.query)
        if self.status:
            latest = TechPack.objects.filter(product=OuterRef("pk")).order_by("-number")
            products = products.annotate(latest_status=Subquery(latest.values("status")[:1]))
            products = products.filter(STATUSES[self.status][1])
        return products

    @property
    def poll_address(self) -> str:
        return poll_address(list(self.page.object_list))


def _search(products: ProductQuerySet, query: str) -> ProductQuerySet:
    """By name, kind or notes, or by code ("SV-0012")."""
    wanted = Q(name__icontains=query) | Q(subcategory__icontains=query) | Q(notes__icontains=query)
    if code := re.fullmatch(r"(?:sv-?)?0*([1-9][0-9]{0,17})", query, re.IGNORECASE):
        wanted |= Q(pk=int(code[1]))
    return products.filter(wanted)


# --- one poll for all that runs ---------------------------------------------------------------------


def poll_address(products: Sequence[Product]) -> str:
    """What an open list asks while any of these is under way: product, run and version of each; else ""."""
    going = [(one.pk, one.latest_run) for one in products]
    seen = [f"{pk}.{run.number}.{run.version}" for pk, run in going if run is not None and run.is_going]
    return f"{reverse('techpack:list-changes')}?{urlencode({'seen': '-'.join(seen)})}" if seen else ""


def changed(user: User, seen: str) -> tuple[list[Product], list[Product]] | None:
    """The watched products, and those of them that changed since. None for what is no address of ours; two
    queries while nothing changed."""
    if not WATCHED.fullmatch(seen):
        return None
    known = dict[int, tuple[int, int]]()
    for one in seen.strip("-").split("-"):
        pk, number, version = map(int, one.split("."))
        known[pk] = (number, version)
    products = Product.objects.of(user).filter(pk__in=known)
    latest = TechPack.objects.filter(product__in=products).latest_of_each()
    now = {row[0]: (row[1], row[2]) for row in latest.values_list("product_id", "number", "version")}
    other = [pk for pk, stands in now.items() if stands != known[pk]]
    if not other:
        return [], []
    rows = list(for_product_list(products).order_by(F("pk")))
    return rows, [row for row in rows if row.pk in other]
