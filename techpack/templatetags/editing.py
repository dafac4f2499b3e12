"""A value on the page: its text, and the way to change it."""

import json
from decimal import Decimal
from typing import Any

from django import template
from django.template.defaultfilters import capfirst
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from techpack.editing.labels import item_of, name_of
from techpack.editing.values import Value
from techpack.presenters.cards import BaseViewCard

register = template.Library()


@register.simple_tag(takes_context=True)
def value(
    context: Any, card: BaseViewCard, path: str, shown: Any, *, upper: bool = False
) -> SafeString | str:
    """`shown` as something to be edited; plain in an earlier run."""
    text = str(shown) if shown not in (None, "") else "to be specified"
    text = capfirst(text) if upper else text
    one = card.values.get(path)
    if one is None or not context["page"].is_latest or card.piece.remaking:
        return text
    return _cell(card, one, text)


def _cell(card: BaseViewCard, one: Value, text: str) -> SafeString:
    piece, place = card.piece, one.place
    address = reverse("techpack:value", args=[card.product_id, piece.prefix, piece.pk])
    unit = getattr(place.holder, "unit", "") if place.name == "value" else ""
    full_name = ", ".join(filter(None, [item_of(place), name_of(place)]))
    mark = format_html('<span class="src">{}</span>', one.source) if one.is_designers else ""
    return format_html(
        '<a class="val" id="{}-{}" href="{}?{}" data-cell="{}" data-path="{}" data-kind="{}" data-value="{}"'
        ' data-shown="{}" data-dialog data-choices="{}" data-unit="{}" data-name="{}"'
        ' aria-label="{}: {}, {}">{}</a>{}',
        card.id, place.path.replace(".", "-"), address, urlencode({"path": place.path}), address, place.path,
        "long" if place.is_long else place.kind, json.dumps(place.value), json.dumps(one.shown),
        json.dumps(place.choices), unit,
        name_of(place), full_name, text, one.source or "no source", text, mark,
    )  # fmt: skip


@register.filter
def slugified(product_type: str) -> str:
    """A product type as part of an address: "long-sleeve_top"."""
    return product_type.replace(" ", "_")


@register.filter
def trimmed(number: str | float | None) -> str:
    """A decimal number without the zeros at its end: "50.50" is "50.5"."""
    text = f"{Decimal(str(number)):.2f}"
    return text.rstrip("0").rstrip(".")
