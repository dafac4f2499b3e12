"""Addresses of our pages as mails and documents name them, where no request says what this site is called."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def site_address(page: str, *args: Any) -> str:
    """The absolute address of a page by the name of its route."""
    return f"{settings.SITE_URL}{reverse(page, args=args)}"
