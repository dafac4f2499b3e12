"""The first page: address, password, units, mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import second_step, services
from accounts.forms import MailForm, UnitsForm
from accounts.http import SignedInRequest


@login_required
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    context = {
        "mail": MailForm(instance=request.user),
        "units": UnitsForm(instance=request.user),
        "has_second_step": second_step.is_set_up(request.user),
    }
    return render(request, "account/account.html", context)


@login_required
@require_POST
def choose_mail(request: SignedInRequest) -> HttpResponse:
    form = MailForm(request.POST)
    if form.is_valid():
        services.choose_mail(user=request.user, when_run_ends=form.cleaned_data["mail_when_run_ends"])
        messages.success(request, "Saved.")
    return redirect("account")


@login_required
@require_POST
def choose_units(request: SignedInRequest) -> HttpResponse:
    form = UnitsForm(request.POST)
    if form.is_valid():
        services.choose_units(user=request.user, units=form.cleaned_data["units"])
        messages.success(request, "Saved.")
    else:
        messages.error(request, "Choose centimetres or inches.")
    return redirect("account")
