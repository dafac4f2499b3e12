"""Orders for staff: looking, refunding with a reason, asking Stripe again, and money day by day."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing import prices, reports
from billing.models import Item, Order, Price, Refund
from billing.services import reconcile, refunds
from core import audit
from core.admin import ReadOnlyAdmin, ReadOnlyInline, report
from credits import services as ledger
from generation import jobs


class RefundForm(forms.Form):
    amount = forms.DecimalField(min_value=Decimal("0.01"), decimal_places=2, max_digits=9)
    reason = forms.CharField(max_length=300, help_text="Why; it is kept with the order.")


class NeedsALook(admin.SimpleListFilter):
    title = "needs a look"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return queryset.filter(reconcile.needing_a_look()) if self.value() == "yes" else queryset


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = ("created_at", "amount", "reason", "by", "state", "problem", "stripe_id")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "created_at",
        "item",
        "state",
        "whose",
        "paid",
        "refunded",
        "dispute",
        "review",
        "refund_link",
    )
    list_filter = (NeedsALook, "state", "item")
    search_fields = ("user__email", "buyer", "session_id", "payment_intent", "public_id")
    date_hierarchy = "created_at"
    list_select_related = ("user",)
    inlines = (RefundInline,)
    actions = ("ask_stripe", "mark_looked_at")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("money/", view(self.money), name="billing_money"),
            path("<int:order_id>/refund/", view(self.refund), name="billing_order_refund"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="buyer")
    def whose(self, order: Order) -> str:
        return str(order.user) if order.user else order.buyer or "guest"

    @admin.display(description="paid", ordering="amount_paid")
    def paid(self, order: Order) -> str:
        return prices.in_words(order.amount_paid, order.currency) if order.amount_paid else "-"

    @admin.display(description="refunded", ordering="amount_refunded")
    def refunded(self, order: Order) -> str:
        return prices.in_words(order.amount_refunded, order.currency) if order.amount_refunded else "-"

    @admin.display(description="")
    def refund_link(self, order: Order) -> SafeString | str:
        if not order.amount_paid or order.is_returned:
            return ""
        return format_html('<a href="{}">Refund</a>', reverse("admin:billing_order_refund", args=[order.pk]))

    @admin.action(description="Ask Stripe again", permissions=["operate"])
    def ask_stripe(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        numbers = list(queryset.filter(session_id__isnull=False).values_list("pk", flat=True))
        jobs.defer_many("billing.refresh", [{"order_id": number} for number in numbers])
        report(self, request, queryset, len(numbers), "asked about")

    @admin.action(description="Mark as looked at", permissions=["settle"])
    def mark_looked_at(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        done = queryset.exclude(review="").update(review="")
        report(self, request, queryset, done, "marked")

    def money(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": "Money", "days": reports.by_day()}
        return TemplateResponse(request, "admin/billing/money.html", context)

    def refund(self, request: HttpRequest, order_id: int) -> HttpResponse:
        if not request.user.has_perm("billing.add_refund"):
            raise PermissionDenied
        order = get_object_or_404(Order, pk=order_id)
        decimals = 0 if order.currency in prices.WITHOUT_DECIMALS else 2
        most = Decimal(refunds.refundable(order)).scaleb(-decimals)
        form = RefundForm(request.POST or None, initial={"amount": most})
        if form.is_valid():
            amount = int((form.cleaned_data["amount"] * 10**decimals).to_integral_value())
            try:
                refunds.request(
                    order_id=order.pk, amount=amount, reason=form.cleaned_data["reason"],
                    by=request.user,  # type: ignore[arg-type]
                )  # fmt: skip
            except refunds.NotRefundable as error:
                form.add_error(None, str(error))
            else:
                words = f"Asked for a refund of {form.cleaned_data['amount']} {order.currency}."
                audit.record(Order, [order.pk], words, by=request.user, reason=form.cleaned_data["reason"])
                self.message_user(request, f"The refund of order {order.pk} is under way.", messages.SUCCESS)
                return redirect("admin:billing_order_change", order.pk)
        context = {
            **self.admin_site.each_context(request), "form": form, "order": order, "title": "Refund",
            "consequence": _consequence(order), "paid": prices.in_words(order.amount_paid, order.currency),
            "back": prices.in_words(order.amount_refunded, order.currency),
        }  # fmt: skip
        return TemplateResponse(request, "admin/billing/refund.html", context)


def _consequence(order: Order) -> str:
    """What whoever bought it loses, in numbers."""
    count = Item(order.item).credits
    if not count:
        return "A whole refund closes the blueprint: grids that are there stay, and no new ones are made."
    holder = order.team or order.user
    left = ledger.balance(holder) if holder else 0
    return (
        f"A whole refund takes back {min(count, left)} of the {count} credits. "
        f"{max(0, count - left)} of them have been spent."
    )


@admin.register(Price)
class PriceAdmin(ReadOnlyAdmin):
    list_display = ("item", "shown", "price_id", "updated_at")

    @admin.display(description="price")
    def shown(self, price: Price) -> str:
        return prices.in_words(price.amount, price.currency)
