"""Admin pages of the engine: predictions, attempts and assets."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from core.admin import ReadOnlyAdmin, ReadOnlyInline, ValuesOfLate, report
from generation import services, spending, transitions
from generation.execution import reconcile, unclear_attempts
from generation.models import Asset, Attempt, Prediction, ProviderGate, UnknownCall, by_id
from generation.storage import assets

# The page of a subject ("blueprint:17"), by the word before its number: products register theirs.
SUBJECT_PAGES: dict[str, str] = {}
SPENDING = dt.timedelta(days=7)  # of which the list of attempts tells the cost by itself
MOST_LOOKED_AT = 200  # images whose files one press looks for: each costs three or four requests on S3


class StuckFilter(admin.SimpleListFilter):
    title = "stuck work"
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Needs somebody to look"), ("unclear", "Unclear, may have been paid"),
                ("late", "Overdue")]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Prediction]) -> QuerySet[Prediction]:
        if self.value() == "yes":
            return queryset.filter(stuck_at__isnull=False, status__in=Prediction.LIVE)
        if self.value() == "unclear":
            return queryset.filter(pk__in=Attempt.objects.held().values("prediction"))
        if self.value() == "late":
            return queryset.filter(status__in=Prediction.LIVE, due_at__lt=timezone.now())
        return queryset


class AttemptInline(ReadOnlyInline):
    model = Attempt
    fields = (
        "number", "outcome", "model", "external_id", "suspect_id", "failure", "message", "predict_seconds",
        "cost_usd", "created_at", "ended_at",
    )  # fmt: skip
    ordering = ("number",)


class FoundByName(ReadOnlyAdmin):
    """A search for whole words, each of which has an index, where Django's looks through all rows."""

    search_fields = ("id",)

    def named(self, text: str) -> Q:
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        asked = search_term.strip().replace("\x00", "")
        return (queryset.filter(self.named(asked)) if asked else queryset), False


@admin.register(Prediction)
class PredictionAdmin(FoundByName):
    list_display = ("kind", "subject", "slot", "status", "age", "tries", "cost", "failure", "thumbnail")
    list_filter = (
        StuckFilter, "status", ("kind", ValuesOfLate), ("provider", ValuesOfLate), "failure", "queued_at",
    )  # fmt: skip
    search_help_text = "An id, a subject (blueprint:17), an account (user:5) or the provider's id of a call"
    ordering = ("-queued_at",)
    list_select_related = ("asset",)
    inlines = (AttemptInline,)
    readonly_fields = ("whose", "cost", "asked_for", "given", "result_picture")
    fieldsets = (
        (None, {"fields": (
            "kind", "whose", "slot", "status", "failure", "message", "cost", "result_picture",
        )}),
        ("What was asked for", {"fields": ("provider", "asked_for", "given")}),
        (
            "When",
            {
                "fields": (
                    "queued_at", "submitting_at", "running_at", "collecting_at", "finished_at", "due_at",
                    "not_before", "cancel_requested_at", "stuck_at", "tries",
                )
            },
        ),
        ("For machines", {
            "classes": ("collapse",), "fields": ("id", "account", "stem", "request", "result"),
        }),
    )  # fmt: skip
    actions = ("retry_stuck", "call_is_ours", "call_is_not_ours", "cancel")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prediction]:
        """The cost as a query of its own for each row that is shown, and for none that is only counted."""
        bills = Attempt.objects.filter(prediction=OuterRef("pk")).order_by().values("prediction")
        return (
            super()
            .get_queryset(request)
            .annotate(spent=Subquery(bills.annotate(total=Sum("cost_usd")).values("total")))
        )

    def named(self, text: str) -> Q:
        return Prediction.objects.named(text)

    @admin.display(description="age", ordering="queued_at")
    def age(self, prediction: Prediction) -> str:
        return timesince(prediction.queued_at)

    @admin.display(description="cost", ordering="spent")
    def cost(self, prediction: Any) -> str:
        return f"$ {prediction.spent:.3f}" if prediction.spent is not None else "-"

    @admin.display(description="of")
    def whose(self, prediction: Prediction) -> SafeString | str:
        return subject_link(prediction.subject)

    @admin.display(description="prompt")
    def asked_for(self, prediction: Prediction) -> str:
        return prediction.asked.prompt or "-"

    @admin.display(description="pictures given")
    def given(self, prediction: Prediction) -> SafeString | str:
        """Selfies are opened on the subscriber's page, where that is written down."""
        ids = [
            image.asset_id for image in prediction.asked.images if image.asset_id and image.role != "selfie"
        ]
        found = Asset.objects.stored().in_bulk(ids)
        pictures = format_html_join(" ", "{}", ((picture(asset, 96),) for asset in found.values()))
        selfies = sum(image.role == "selfie" for image in prediction.asked.images)
        words = (
            f"{selfies} selfie{'s' if selfies != 1 else ''}, on the page of the subscriber" if selfies else ""
        )
        return (
            format_html('<div class="sv-pictures">{}</div>{}', pictures, words) if pictures or words else "-"
        )

    @admin.display(description="result")
    def result_picture(self, prediction: Prediction) -> SafeString | str:
        return picture(prediction.asset, 320)

    @admin.display(description="result")
    def thumbnail(self, prediction: Prediction) -> SafeString | str:
        return picture(prediction.asset)

    @admin.action(description="Try stuck ones again", permissions=["operate"])
    def retry_stuck(self, request: HttpRequest, queryset: QuerySet[Prediction]) -> None:
        stuck = queryset.filter(stuck_at__isnull=False, status__in=Prediction.LIVE)
        for prediction in stuck:
            transitions.release_stuck(prediction_id=prediction.pk)
        report(self, request, queryset, len(stuck), "sent on their way again")

    @admin.action(description="Unclear call is ours: take its result, or give up", permissions=["operate"])
    def call_is_ours(self, request: HttpRequest, queryset: QuerySet[Prediction]) -> None:
        taken = [unclear_attempts.take(prediction.pk, by=request.user) for prediction in queryset]
        report(self, request, queryset, sum(taken), "to be heard as ours")

    @admin.action(description="Unclear call is not ours: send again", permissions=["operate"])
    def call_is_not_ours(self, request: HttpRequest, queryset: QuerySet[Prediction]) -> None:
        sent = [unclear_attempts.send_again(prediction.pk, by=request.user) for prediction in queryset]
        report(self, request, queryset, sum(sent), "to be sent again")

    @admin.action(description="Cancel", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Prediction]) -> None:
        live = list(queryset.filter(status__in=(Prediction.Status.QUEUED, *Prediction.IN_FLIGHT)))
        for prediction in live:
            services.cancel(prediction_id=prediction.pk)
        report(self, request, queryset, len(live), "canceled, or asked to end")


@admin.register(Attempt)
class AttemptAdmin(FoundByName):
    list_display = (
        "created_at",
        "prediction",
        "number",
        "provider",
        "model",
        "outcome",
        "failure",
        "cost_usd",
    )
    list_filter = ("outcome", ("provider", ValuesOfLate), ("model", ValuesOfLate), "failure", "created_at")
    search_help_text = "The id of an attempt, of a prediction, or the provider's id of a call"
    ordering = ("-created_at",)
    list_select_related = ("prediction",)

    def named(self, text: str) -> Q:
        return Attempt.objects.named(text)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list with the spend of what it is filtered for above it, of the last days unless it is filtered
        for others."""
        response = super().changelist_view(request, extra_context)
        if hasattr(response, "context_data") and "cl" in response.context_data:
            shown = response.context_data["cl"].queryset
            if not any(name.startswith("created_at") for name in request.GET):
                shown = shown.filter(created_at__gte=timezone.now() - SPENDING)
            rows = spending.by_day(shown)
            response.context_data |= {"spending": rows, "spent": spending.total(rows)}
        return response


@admin.register(Asset)
class AssetAdmin(FoundByName):
    list_display = ("thumbnail", "account", "content_type", "width", "height", "size", "created_at", "state")
    list_filter = (("content_type", ValuesOfLate), "has_vector", "created_at")
    search_help_text = "The id of a picture, or an account (user:5)"
    ordering = ("-created_at",)
    actions = ("look_for_missing_files",)

    def named(self, text: str) -> Q:
        return by_id(text) | Q(account=text)

    @admin.action(description="Look for missing files", permissions=["operate"])
    def look_for_missing_files(self, request: HttpRequest, queryset: QuerySet[Asset]) -> None:
        """Thumbnails that are gone are made again; what cannot be made again is named."""
        found = defaultdict(list)
        for asset in Asset.objects.stored().filter(pk__in=queryset).order_by("pk")[:MOST_LOOKED_AT]:
            found[assets.repair(asset)].append(str(asset.pk))
        looked_at = sum(map(len, found.values()))
        report(self, request, queryset, looked_at, "looked at")
        for condition, ids in found.items():
            fine = condition in (assets.Condition.WHOLE, assets.Condition.REMADE)
            named = "" if fine else f": {', '.join(ids[:20])}{' ...' if len(ids) > 20 else ''}"
            level = messages.SUCCESS if fine else messages.ERROR
            self.message_user(request, f"{len(ids)} {condition}{named}.", level)

    @admin.display(description="picture")
    def thumbnail(self, asset: Asset) -> SafeString | str:
        return picture(asset)

    @admin.display(description="state")
    def state(self, asset: Asset) -> str:
        if asset.released_at:
            return "to be deleted"
        return "stored" if asset.stored_at else "being stored"


@admin.register(ProviderGate)
class ProviderGateAdmin(ReadOnlyAdmin):
    list_display = ("provider", "in_flight", "next_creation_at", "blocked_until")

    @admin.display(description="calls in flight")
    def in_flight(self, gate: ProviderGate) -> int:
        flying = Prediction.objects.in_flight().filter(provider=gate.provider)
        return flying.aggregate(n=Count("pk"))["n"]


@admin.register(UnknownCall)
class UnknownCallAdmin(ReadOnlyAdmin):
    """Calls on the provider's bill that no attempt of ours has."""

    list_display = ("created_at", "provider", "model", "external_id", "cost_usd", "first_seen_at",
                    "resolved_at", "note")  # fmt: skip
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "provider", "model")
    search_fields = ("=external_id", "model", "note")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    actions = ("mark_as_explained",)

    @admin.action(description="Mark as explained", permissions=["operate"])
    def mark_as_explained(self, request: HttpRequest, queryset: QuerySet[UnknownCall]) -> None:
        explained = reconcile.explain(queryset, note=f"Explained, says {request.user}.")
        report(self, request, queryset, explained, "explained")


def picture(asset: Asset | None, side: int = 48) -> SafeString | str:
    """A small picture that opens the original."""
    if asset is None or asset.stored_at is None:
        return "-"
    return format_html(
        '<a href="{}"><img src="{}" width="{}" height="{}" alt="" loading="lazy"></a>',
        asset.original, asset.small, side, side,
    )  # fmt: skip


def subject_link(subject: str) -> SafeString | str:
    """The subject, leading to its page where a product has one."""
    name, _, pk = subject.partition(":")
    if name not in SUBJECT_PAGES or not pk.isdigit():
        return subject
    return format_html('<a href="{}">{}</a>', reverse(SUBJECT_PAGES[name], args=[int(pk)]), subject)
