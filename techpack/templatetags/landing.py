"""{% site_url %}: how the world reaches this site, for addresses that other sites show."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_url() -> str:
    return settings.SITE_URL
