"""A designer's own page: address, credits, mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms import MailForm
from accounts.http import SignedInRequest
from credits import services as ledger
from credits.models import Entry

ENTRIES_SHOWN = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        form = MailForm(request.POST)
        if form.is_valid():
            services.choose_mail(user=request.user, when_run_ends=form.cleaned_data["mail_when_run_ends"])
            messages.success(request, "Saved.")
        return redirect("account")
    return render(
        request,
        "account/account.html",
        {
            "form": MailForm(instance=request.user),
            "entries": Entry.objects.filter(account__user=request.user).order_by("-pk")[:ENTRIES_SHOWN],
            "balance": ledger.balance(request.user),
            "credits_contact": settings.CREDITS_CONTACT,
        },
    )
