"""Two-step sign-in: who has set it up, and that staff cannot work without it.

Codes, passkeys and their pages are allauth's (`allauth.mfa`). With STAFF_MFA=required a member of staff who
has only a password is a designer like any other until the second step is set up.
"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from accounts.models import User

ADMIN, PAGES = "/admin/", "/accounts/2fa/"  # as `config.urls` has them
GetResponse = Callable[[HttpRequest], HttpResponse]
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are no second step


def is_set_up(user: User) -> bool:
    return bool(is_mfa_enabled(user, STEPS))


def is_missing(user: User | AnonymousUser) -> bool:
    """True for staff who have to set it up before they may work."""
    return (
        settings.STAFF_MFA == "required" and isinstance(user, User) and user.is_staff and not is_set_up(user)
    )


def may_work_as_staff(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_staff and not is_missing(user)


def guard(get_response: GetResponse) -> GetResponse:
    """Middleware: keep the admin shut without the second step, and keep codes out of every cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN) and is_missing(request.user):
            messages.error(request, "Set up two-step sign-in first. The admin opens after that.")
            return redirect("mfa_index")
        response = get_response(request)
        if request.path.startswith(PAGES):
            add_never_cache_headers(response)
        return response

    return middleware
