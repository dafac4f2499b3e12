"""The API tokens of somebody: made, shown once, revoked."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.forms import TokenForm
from accounts.http import SignedInRequest
from accounts.models import ApiToken

MOST = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, TokenForm())
    form = TokenForm(request.POST)
    if form.is_valid() and ApiToken.objects.live().filter(user=request.user).count() >= MOST:
        form.add_error(None, f"There are {MOST} tokens, which is the most. Revoke one first.")
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    made, token = tokens.issue(
        user=request.user, name=form.cleaned_data["name"], scope=form.cleaned_data["scope"]
    )
    return _page(request, TokenForm(), made=made, token=token)


def _page(
    request: SignedInRequest,
    form: TokenForm,
    *,
    made: ApiToken | None = None,
    token: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """`token` stands on this one answer, which nobody stores: in no message, for those travel in a cookie."""
    rows = ApiToken.objects.live().filter(user=request.user).order_by("-pk")
    context = {"form": form, "tokens": rows, "made": made, "token": token}
    response = render(request, "account/tokens.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    tokens.revoke(token=token)
    messages.success(request, f"Revoked: {token.name}.")
    return redirect("account-tokens")
