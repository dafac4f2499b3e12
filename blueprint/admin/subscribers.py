"""Subscribers: thirty grids at a glance, what each cost, and every way to mend one."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Concat, Greatest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from blueprint.admin import grid_strips, timeline
from blueprint.admin.filters import HasFailures, TookFallback
from blueprint.admin.forms import SubscriberForm
from blueprint.admin.grid_page import GridPage
from blueprint.admin.mails import MailInline
from blueprint.admin.subscriber_actions import BUTTONS, SubscriberActions
from blueprint.models import SLOTS, Shoot, Subscriber
from blueprint.presenters.selfies import Selfies
from blueprint.services import guards, style
from core import audit
from core.admin import LargeList
from generation.models import Attempt

TOKEN_ENDING = 4  # characters: with more or fewer somebody could spell a link out
MEDIA = {"all": ("css/admin-blueprint.css",)}


class SubscriberList(ChangeList):
    """A page of the list, with its strips: one query for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        found = grid_strips.of_subscribers(self.result_list)
        for row in self.result_list:
            row.strip_of_thirty = found[row.pk]


@admin.register(Subscriber)
class SubscriberAdmin(GridPage, SubscriberActions, LargeList):
    form = SubscriberForm
    list_display = ("who", "strip", "progress", "failures", "spend", "bought", "seen")
    list_filter = (
        "paid_blueprint_purchased", "paid_blueprint_generated", HasFailures, TookFallback, "resolution_4k",
        "created_at",
    )  # fmt: skip
    search_fields = ("email", "name", "=id")
    ordering = ("-pk",)
    list_per_page = 25
    inlines = (MailInline,)
    readonly_fields = (
        "id", "link_ends_in", "progress", "spend", "flagged", "resolution", "selfies",
        "paid_blueprint_purchased", "paid_blueprint_purchased_at", "paid_blueprint_generated",
        "paid_blueprint_generated_at", "email_confirmed_at", "consented_at", "selfies_deleted_at",
        "unsubscribed_at", "last_seen_at", "created_at", "updated_at",
    )  # fmt: skip
    FIELDS: ClassVar = ("email", "name", "vibe", "feed_style")
    GROUPS: ClassVar = (
        ("Blueprint", {"fields": (
            "progress", "spend", "flagged", "resolution", "paid_blueprint_purchased",
            "paid_blueprint_purchased_at", "paid_blueprint_generated", "paid_blueprint_generated_at",
        )}),
        ("Selfies and consent", {"fields": ("selfies", "consented_at", "selfies_deleted_at")}),
        ("Link and mail", {"fields": ("link_ends_in", "email_confirmed_at", "unsubscribed_at")}),
        ("Record", {"classes": ("collapse",), "fields": ("id", "last_seen_at", "created_at", "updated_at")}),
    )  # fmt: skip

    class Media:
        css: ClassVar = MEDIA

    # --- the list -----------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **more: Any) -> type[ChangeList]:
        return SubscriberList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        subject = Concat(Value("blueprint:"), Cast(OuterRef("pk"), CharField()))
        bills = Attempt.objects.filter(prediction__subject=subject).order_by().values("prediction__subject")
        spent = Subquery(bills.annotate(total=Sum("cost_usd")).values("total"))
        seen = Greatest("updated_at", "last_seen_at")
        return super().get_queryset(request).annotate(spent=spent, seen_at=seen)

    @admin.display(description="subscriber", ordering="email")
    def who(self, row: Subscriber) -> SafeString:
        return format_html('{}<span class="bp-name">{}</span>', row.email, row.name or "")

    @admin.display(description="the thirty")
    def strip(self, row: Any) -> SafeString:
        return row.strip_of_thirty.render()

    @admin.display(description="progress")
    def progress(self, row: Subscriber) -> str:
        return f"{row.filled}/{SLOTS}"

    @admin.display(description="failed")
    def failures(self, row: Any) -> int:
        return row.strip_of_thirty.failed

    @admin.display(description="spend", ordering="spent")
    def spend(self, row: Any) -> str:
        return "-" if row.spent is None else f"$ {row.spent:.2f}"

    @admin.display(description="bought", ordering="paid_blueprint_purchased_at")
    def bought(self, row: Subscriber) -> str:
        said = ["bought"] if row.paid_blueprint_purchased else []
        return ", ".join([*said, "fallback"] if row.took_fallback else said) or "-"

    @admin.display(description="wishes")
    def flagged(self, row: Subscriber) -> str:
        return (
            f"{row.category}, {row.mood}{' (for an unknown vibe or feed style)' if row.took_fallback else ''}"
        )

    @admin.display(description="last activity", ordering="seen_at")
    def seen(self, row: Any) -> str:
        """The day: with the minute the list is wider than a screen."""
        return date_format(localtime(row.seen_at), "j M Y") if row.seen_at else "-"

    # --- one of them ----------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        mine = self.FIELDS + (("resolution_4k",) if settings.BLUEPRINT_4K else ())
        if obj is None:
            return [(None, {"fields": mine})]
        return [("Who, and what they asked for", {"fields": mine}), *self.GROUPS]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    @admin.display(description="private link ends in")
    def link_ends_in(self, row: Subscriber) -> str:
        return f"...{row.access_token[-4:]}" if row.access_token else "revoked"

    @admin.display(description="selfies")
    def selfies(self, row: Subscriber) -> str:
        return str(len(row.selfie_entries))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Also by the last four characters of the link, exactly, or by an id of the provider."""
        rows, distinct = super().get_search_results(request, queryset, search_term)
        term = search_term.strip()
        if len(term) == TOKEN_ENDING:
            rows |= queryset.filter(access_token__endswith=term)
        called = Attempt.objects.filter(external_id=term, prediction__subject__startswith="blueprint:")
        ids = [
            int(subject.partition(":")[2]) for subject in called.values_list("prediction__subject", flat=True)
        ]
        return (rows | queryset.filter(pk__in=ids)) if ids else rows, distinct

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.show_selfies))
        selfies = path("<int:pk>/selfies/", view, name="blueprint_subscriber_selfies")
        return [selfies, *self.grid_urls(), *super().get_urls()]

    def show_selfies(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The pictures of a person are looked at by a click of their own, which is written down."""
        row = get_object_or_404(Subscriber, pk=pk)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        audit.record(Subscriber, [row.pk], "Looked at the selfies.", by=request.user, action=audit.LOOKED)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Selfies of {row.email}",
            "original": row,
            "photos": Selfies(row).photos,
        }
        response = TemplateResponse(request, "admin/blueprint/selfies.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        context = self._page(request, row) if row is not None else {}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def _page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        strip = grid_strips.of_subscribers([row])[row.pk]
        offered = self.get_actions(request)
        return {
            "strip": strip,
            "spent": self.spend(row),
            "refusal": guards.refusal(row),
            "grids": grid_strips.told(strip, Shoot(subscriber=row, kind=Shoot.Kind.PAID)),
            "shoots": row.shoots.exclude(kind=Shoot.Kind.PAID).order_by("pk"),
            "timeline": timeline.of(row),
            "buttons": [(name, words) for name, words in BUTTONS if name in offered],
            "list_url": reverse("admin:blueprint_subscriber_changelist"),
        }

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:
        vibe = form.cleaned_data.get("vibe", "")
        if not change:
            obj.form_data = {"vibe": vibe} if vibe else {}
            obj.save()
        elif form.changed_data:
            facts = {name: form.cleaned_data[name] for name in form.changed_data if name != "vibe"}
            said = vibe if "vibe" in form.changed_data else None
            style.describe(subscriber_id=obj.pk, vibe=said, **facts)
            audit.record(Subscriber, [obj.pk], f"Changed {', '.join(form.changed_data)}.", by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # erased, with a page that says what goes
