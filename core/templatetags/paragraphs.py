"""{% paragraph %} ... {% endparagraph %}: one line of text, broken into several in the template."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_block_tag
def paragraph(content: SafeString) -> SafeString:
    """Text mails are wrapped by whoever reads them."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 - escaped already, or not, as the mail wants it
