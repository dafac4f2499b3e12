"""Accounts and the ledger for staff: looking, granting with a reason, giving a charge back."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import audit
from core.admin import SETTLE, ReadOnlyAdmin, ReadOnlyInline, ask_first, reason_of, report
from credits import services
from credits.models import Account, Entry

MOST_LINES = 50


class GrantForm(forms.Form):
    """`left`: the most that may be given, None without a limit."""

    amount = forms.IntegerField(min_value=1, max_value=10_000, help_text="Credits to give.")
    reason = forms.CharField(max_length=200, help_text="The designer sees this on the credits page.")
    reference = forms.CharField(widget=forms.HiddenInput)  # one page, one grant, however often it is sent

    def __init__(self, *args: Any, left: int | None = None, **more: Any):
        super().__init__(*args, **more)
        self.left = left

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if self.left is not None and amount > self.left:
            raise forms.ValidationError(
                f"You may give {self.left} more credits today. For more, ask an administrator."
            )
        return amount


def grant_left(user: Any) -> int | None:
    """What a member of staff may still give in 24 hours; None without a limit."""
    if user.has_perm(SETTLE):
        return None
    since = timezone.now() - dt.timedelta(days=1)
    given = Entry.objects.filter(by=user, kind=Entry.Kind.GRANT, created_at__gt=since)
    return max(0, settings.OPERATOR_GRANT_LIMIT - (given.aggregate(n=Sum("amount"))["n"] or 0))


class EntryInline(ReadOnlyInline):
    model = Entry
    fields = ("created_at", "kind", "amount", "description", "reference", "by")
    ordering = ("-id",)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "team", "balance", "created_at", "grant_link")
    search_fields = ("user__email", "team__name")
    list_select_related = ("user", "team")
    inlines = (EntryInline,)

    def get_urls(self) -> list[URLPattern]:
        grant = path(
            "<int:account_id>/grant/", self.admin_site.admin_view(self.grant), name="credits_account_grant"
        )
        return [grant, *super().get_urls()]

    @admin.display(description="")
    def grant_link(self, account: Account) -> SafeString | str:
        if account.user_id is None:
            return ""
        address = reverse("admin:credits_account_grant", args=[account.pk])
        return format_html('<a href="{}">Give credits</a>', address)

    def grant(self, request: HttpRequest, account_id: int) -> HttpResponse:
        account = get_object_or_404(Account.objects.select_related("user"), pk=account_id, user__isnull=False)
        if not request.user.has_perm("credits.add_entry"):
            self.message_user(request, "You may not give credits.", messages.ERROR)
            return redirect("admin:credits_account_changelist")
        form = GrantForm(
            request.POST or None,
            initial={"reference": f"staff:{get_random_string(20)}"},
            left=grant_left(request.user),
        )
        if form.is_valid():
            self._give(request, account, form.cleaned_data)
            return redirect("admin:credits_account_change", account.pk)
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "account": account,
            "title": "Give credits",
        }
        return TemplateResponse(request, "admin/credits/grant.html", context)

    def _give(self, request: HttpRequest, account: Account, data: dict[str, Any]) -> None:
        assert account.user is not None
        services.grant(
            holder=account.user, amount=data["amount"], reference=data["reference"],
            description=data["reason"], by=request.user,  # type: ignore[arg-type]
        )  # fmt: skip
        words = f"Gave {data['amount']} credits."
        audit.record(Account, [account.pk], words, by=request.user, reason=data["reason"])
        self.message_user(request, f"{data['amount']} credits given to {account.user}.", messages.SUCCESS)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "account", "kind", "amount", "description", "reference", "given_back")
    list_filter = ("kind", "created_at")
    search_fields = ("account__user__email", "reference", "description")
    list_select_related = ("account__user", "refund")
    actions = ("give_back",)

    @admin.display(description="refunded")
    def given_back(self, entry: Entry) -> str:
        refund = getattr(entry, "refund", None)
        return f"+{refund.amount}" if refund else ""

    @admin.action(description="Refund whole charges", permissions=["settle"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
        charges = queryset.filter(kind=Entry.Kind.CHARGE, refund__isnull=True)
        reason = reason_of(request)
        if reason is None:
            total = -(charges.aggregate(n=Sum("amount"))["n"] or 0)
            return ask_first(
                self,
                request,
                queryset,
                action="give_back",
                question=f"Refund {charges.count()} charges, {total} credits in all?",
                lines=[f"{-charge.amount} credits: {charge.description}" for charge in charges[:MOST_LINES]],
                yes="Yes, refund them",
                asks_reason=True,
            )
        done = []
        for charge in charges:
            words = f"Refunded by staff: {charge.description}"[:200]
            if services.refund(charge=charge, amount=-charge.amount, description=words) is not None:
                done.append(charge.pk)
        audit.record(Entry, done, "Refunded the whole charge.", by=request.user, reason=reason)
        report(self, request, queryset, len(done), "refunded")
        return None
