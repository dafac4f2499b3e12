"""A web process that does not start on settings that `manage.py check` refuses."""

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured


def refuse_what_does_not_fit() -> None:
    """Management commands check by themselves; a WSGI server that loads the application does not."""
    wrong = [message for message in run_checks(tags=["selvedge"]) if message.is_serious()]
    if wrong:
        raise ImproperlyConfigured("\n".join(map(str, wrong)))
