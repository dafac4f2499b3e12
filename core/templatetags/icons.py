"""{% icon "close" %}: the icons of the pages, drawn on a grid of 16 by 16. Every template has the tag."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

DRAWINGS = {
    "close": '<path d="M4 4l8 8m0-8l-8 8"/>',
    "divide": '<path d="M5.5 4 1.5 8l4 4m5-8 4 4-4 4"/>',
    "heart": '<path d="M8 13.6 2.8 8.5a3.2 3.2 0 0 1 4.5-4.6l.7.7.7-.7a3.2 3.2 0 0 1 4.5 4.6z"/>',
    "more": '<path d="M3 8h.01M8 8h.01M13 8h.01"/>',
    "next": '<path d="M6 3l5 5-5 5"/>',
    "previous": '<path d="M10 3L5 8l5 5"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5L14 14"/>',
    "zoom": '<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5 14 14M7 5v4M5 7h4"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon by its name, hidden from screen readers: what it stands in has a name of its own."""
    return mark_safe(  # noqa: S308 - our own drawings
        f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{DRAWINGS[name]}</svg>'
    )
