"""{% specification_region page.specification %}, {% base_view_piece card %}: parts of the product page that
are rendered once for the same rows."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from techpack.presenters.cards import BaseViewCard
from techpack.presenters.kept_parts import base_view_html, specification_html
from techpack.presenters.specification import Specification

register = template.Library()


@register.simple_tag(takes_context=True)
def specification_region(context: dict[str, Any], specification: Specification) -> SafeString:
    return specification_html(context["request"], specification)


@register.simple_tag(takes_context=True)
def base_view_piece(context: dict[str, Any], card: BaseViewCard, *, oob: str = "") -> SafeString:
    return base_view_html(context["request"], context["page"], card, oob=oob)
