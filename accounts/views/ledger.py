"""Show a user's credit balance and history."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import signup_credits, workspace
from accounts.forms import PlaceForm
from accounts.http import SignedInRequest
from credits import services, statement


@login_required
@require_safe
def credits_page(request: SignedInRequest) -> HttpResponse:
    form = PlaceForm(request.GET)
    place = form.cleaned_data if form.is_valid() else {}
    context = {
        "page": statement.page(
            workspace.holder(request), before=place.get("before"), after=place.get("after")
        ),
        "is_first": not place.get("before"),
        "balance": services.balance(workspace.holder(request)),
        "team": workspace.current(request),
        "credits_contact": settings.CREDITS_CONTACT,
        "waits_for_confirmation": signup_credits.wait_for_confirmation(request.user),
    }
    return render(request, "account/credits.html", context)


@login_required
@require_safe
def credits_file(request: SignedInRequest) -> StreamingHttpResponse:
    name = f"selvedge-credits-{timezone.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        statement.as_csv(workspace.holder(request), site=settings.SITE_URL),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
