"""Admin actions on subscribers, one or many."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import DELETION
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from blueprint import access
from blueprint.admin.bulk_actions import Acting, list_of
from blueprint.admin.mails import send_last
from blueprint.emails import delivery
from blueprint.models import Mail, Subscriber
from blueprint.services import grids, privacy, purchases
from core.admin import reason_of

MOST_LINES = 50
Rows = QuerySet[Subscriber]

# the buttons of a subscriber's page, which are the actions of the list
BUTTONS = (
    ("generate_missing", "Generate what is missing"),
    ("retry_failed", "Retry what failed"),
    ("cancel", "Cancel what is under way"),
    ("mark_purchased", "Mark as bought"),
    ("send_welcome", "Send the welcome mail again"),
    ("send_delivery", "Send the delivery mail again"),
    ("send_needs_you", 'Send "Some grids need you" again'),
    ("reissue", "Issue a new link (the old one ends)"),
    ("revoke", "Revoke the link"),
    ("erase", "Erase"),
)


class SubscriberActions(Acting):
    actions: Any = tuple(name for name, _ in BUTTONS)
    row_key = "subscriber_id"

    @admin.action(description="Generate what is missing", permissions=["operate"])
    def generate_missing(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        start = grids.start_missing_grids
        return self.act(request, queryset, start, "started", otherwise="all is there, or under way")

    @admin.action(description="Retry what failed", permissions=["operate"])
    def retry_failed(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        retry = grids.retry_failed_grids
        return self.act(request, queryset, retry, "started again", otherwise="nothing failed")

    @admin.action(description="Cancel what is under way", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        cancel = grids.cancel_pending
        return self.act(request, queryset, cancel, "asked to end", otherwise="nothing is under way")

    @admin.action(description="Mark as bought, and mail the link", permissions=["settle"])
    def mark_purchased(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        if reason_of(request) is None:
            return self.ask_first(
                request,
                queryset,
                action="mark_purchased",
                question="Mark these blueprints as bought? Each may then use up to thirty paid pictures.",
                lines=[f"{row.email} (id {row.pk})" for row in queryset[:MOST_LINES]],
                yes="Yes, mark as bought",
                asks_reason=True,
            )
        mark = purchases.mark_purchased
        return self.act(request, queryset, mark, "marked as bought", otherwise="bought already")

    # --- mail -----------------------------------------------------------------------------------------

    @admin.action(description="Send the welcome mail again", permissions=["resend"])
    def send_welcome(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        return self._send(request, queryset, Mail.Kind.WELCOME)

    @admin.action(description="Send the delivery mail again", permissions=["resend"])
    def send_delivery(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        return self._send(request, queryset, Mail.Kind.DELIVERY)

    @admin.action(description='Send "Some grids need you" again', permissions=["resend"])
    def send_needs_you(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        return self._send(request, queryset, Mail.Kind.NEEDS_YOU)

    def _send(self, request: HttpRequest, queryset: Rows, kind: Mail.Kind) -> HttpResponse | None:
        return self.act(request, queryset, partial(send_last, kind=kind), "mailed again")

    # --- the private link -------------------------------------------------------------------------------

    @admin.action(description="Issue a new link (the old one ends)", permissions=["operate"])
    def reissue(self, request: HttpRequest, queryset: Rows) -> HttpResponse:
        if reason_of(request) is None:
            return self._ask_first_of_links(request, queryset, "reissue", "Yes, issue new links")
        return self._links(request, queryset)

    def _links(self, request: HttpRequest, queryset: Rows) -> HttpResponse:
        """The new link is mailed, and shown on this one answer, which nobody stores: on no page and in no
        message, for messages travel in a cookie."""
        outcome = self.do(request, queryset, access.reissue, "issued")
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": "New links",
            "outcome": outcome.words("issued"),
            "links": [(row.email, delivery.link(row)) for row in queryset.order_by("pk")],
            "list_url": list_of(queryset),
        }
        response = TemplateResponse(request, "admin/blueprint/links.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke the link", permissions=["operate"])
    def revoke(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        if reason_of(request) is None:
            return self._ask_first_of_links(request, queryset, "revoke", "Yes, revoke these links")
        return self.act(request, queryset, revoke, "revoked", otherwise="revoked already")

    def _ask_first_of_links(
        self, request: HttpRequest, queryset: Rows, action: str, yes: str
    ) -> TemplateResponse:
        return self.ask_first(
            request,
            queryset,
            action=action,
            question="End the private links of these subscribers? What they have open shows nothing new, and"
            " the links in their mails stop working.",
            lines=[f"{row.email} (id {row.pk})" for row in queryset[:MOST_LINES]],
            yes=yes,
            asks_reason=True,
        )

    # --- the end ----------------------------------------------------------------------------------------

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("blueprint.delete_subscriber")

    @admin.action(description="Erase", permissions=["erase"])
    def erase(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        if reason_of(request) is not None:
            return self.act(request, queryset, privacy.erase, "erased", flag=DELETION)
        return self.ask_first(
            request,
            queryset,
            action="erase",
            question="Erase these subscribers with all their pictures? Nobody can bring them back.",
            lines=[_holdings(row) for row in queryset[:MOST_LINES]],
            yes="Yes, erase them",
            asks_reason=True,
        )


def revoke(*, subscriber_id: int) -> bool:
    if not Subscriber.objects.filter(pk=subscriber_id, access_token__isnull=False).exists():
        return False
    access.revoke(subscriber_id=subscriber_id)
    return True


def _holdings(subscriber: Subscriber) -> str:
    has: Any = privacy.holdings(subscriber)
    return (
        f"{subscriber.email} (id {subscriber.pk}): {has.grids} grids, {has.frames} frames,"
        f" {has.selfies} selfies, {has.images} images ({has.image_bytes / 1e6:.1f} MB), {has.mails} mails,"
        f" {has.live} under way."
        f" The accounting stays: {has.calls} calls, $ {has.cost_usd:.2f}."
    )
