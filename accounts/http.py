"""The request that a view behind `login_required` gets."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """For type checkers: a request whose user is one of ours, through HtmxMiddleware."""

    user: User
    htmx: HtmxDetails
