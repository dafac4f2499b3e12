"""Deleting one's account."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import deletion
from accounts.forms import DeleteForm
from accounts.http import SignedInRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return _ask(request, DeleteForm(user=request.user))
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        form = DeleteForm(user=request.user)
        return _ask(request, form, "Too many tries. Wait a minute.", status=HTTPStatus.TOO_MANY_REQUESTS)
    form = DeleteForm(request.POST, user=request.user)
    if not form.is_valid():
        return _ask(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        deletion.erase(user_id=request.user.pk)
    except deletion.NotPossible as error:
        return _ask(request, form, str(error), status=HTTPStatus.CONFLICT)
    logout(request)
    return redirect("account-deleted")


def _ask(
    request: SignedInRequest, form: DeleteForm, problem: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    if not problem:
        problem = _why_not(request)
    context = {"form": form, "holdings": deletion.holdings(request.user), "problem": problem}
    return render(request, "account/delete.html", context, status=status)


def _why_not(request: SignedInRequest) -> str:
    try:
        deletion.refuse(request.user)
    except deletion.NotPossible as error:
        return str(error)
    return ""


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("account")
    return render(request, "account/deleted.html")
