"""`{% staff_overview as groups %}`: what needs a look, for the first page of the admin."""

from itertools import groupby

from django import template
from django.http import HttpRequest

from config.staff import overview

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_overview(context: template.Context) -> list[tuple[str, list[overview.Line]]]:
    request: HttpRequest = context["request"]
    if not request.user.has_perm("generation.view_prediction"):
        return []
    return [(group, list(lines)) for group, lines in groupby(overview.lines(), key=lambda line: line.group)]
