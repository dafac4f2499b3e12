"""The engines, one module or package each, behind the protocol in `base`."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from generation.providers.base import Provider


@cache
def get(name: str) -> Provider:
    """The provider of that name: a key of GENERATION_PROVIDERS, or the dotted path of a class."""
    return import_string(settings.GENERATION_PROVIDERS.get(name, name))()
