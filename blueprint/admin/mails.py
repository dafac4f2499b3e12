"""Every mail that was, or is to be, sent."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from blueprint.admin.bulk_actions import Acting
from blueprint.emails import delivery
from blueprint.models import Mail
from blueprint.services.grids import NotPossible
from core.admin import ReadOnlyAdmin, ReadOnlyInline

OVER = (Mail.Status.SENT, Mail.Status.FAILED)


class MailInline(ReadOnlyInline):
    model = Mail
    fields = ("created_at", "kind", "to", "status", "tries", "sent_at", "error")
    show_change_link = True


@admin.register(Mail)
class MailAdmin(Acting, ReadOnlyAdmin):
    list_display = ("created_at", "subscriber", "to", "kind", "status", "tries", "sent_at", "error")
    list_filter = ("status", "kind")
    search_fields = ("to", "subscriber__email", "subscriber__name", "=subscriber__id")
    date_hierarchy = "created_at"
    list_select_related = ("subscriber",)
    actions = ("send_again",)
    row_key = "mail_id"

    @admin.action(description="Send again", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> HttpResponse | None:
        return self.act(request, queryset, send_again, "sent again")


def send_again(*, mail_id: int) -> Mail | None:
    """Raises NotPossible while it is still to be sent."""
    if Mail.objects.filter(pk=mail_id).exclude(status__in=OVER).exists():
        raise NotPossible("It is on its way already.")
    return delivery.resend(mail_id=mail_id)


def send_last(*, subscriber_id: int, kind: Mail.Kind) -> Mail | None:
    """The last mail of a kind once more. Raises NotPossible."""
    last = Mail.objects.filter(subscriber_id=subscriber_id, kind=kind).order_by("-created_at").first()
    if last is None:
        raise NotPossible(f'There was no mail "{kind.label}" yet.')
    return send_again(mail_id=last.pk)
