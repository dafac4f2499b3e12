"""Tech packs for staff: what runs, what failed and why, what it cost, and the ways to mend it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from core.admin import ReadOnlyAdmin, ReadOnlyInline, ValuesOfLate, report
from credits.services import InsufficientCredits
from generation.admin import SUBJECT_PAGES, picture
from generation.models import Attempt, Prediction
from techpack.models import (
    Activity,
    BaseView,
    CloseUp,
    Colourway,
    ConstructionRow,
    CostLine,
    DraftPhoto,
    ExportJob,
    FlatMark,
    FlatState,
    Header,
    LabelRow,
    LibraryEntry,
    MaterialLine,
    PackagingRow,
    Product,
    Release,
    ReleaseFile,
    Revision,
    RowComment,
    SampleMeasure,
    SampleRound,
    Share,
    SheetChange,
    Sketch,
    Step,
    TechPack,
)
from techpack.services import errors, runs


class RevisionInline(ReadOnlyInline):
    model = Revision
    fields = ("thumbnail", "view", "order", "created_at", "removed_at")
    readonly_fields = ("thumbnail",)

    @admin.display(description="photo")
    def thumbnail(self, revision: Revision) -> SafeString | str:
        return picture(revision.asset)


class StepInline(ReadOnlyInline):
    model = Step
    fields = (
        "name", "status", "round", "planned", "charge", "refunded", "note", "message", "started_at",
        "finished_at",
    )  # fmt: skip


class ActivityInline(ReadOnlyInline):
    model = Activity
    fields = ("created_at", "version", "text", "tone")


class SheetInline(ReadOnlyInline):
    """Rows of one sheet. Staff look at them; designers write them."""

    extra = 0


class FlatMarkInline(ReadOnlyInline):
    """What the designer drew on the flats by hand."""

    model = FlatMark
    fields = ("kind", "view", "is_mirrored", "created_at")
    show_change_link = True


def _sheet_inline(of: type[Any]) -> type[SheetInline]:
    return type(f"{of.__name__}Inline", (SheetInline,), {"model": of, "fields": (*of.columns, "origin")})


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = (
        "code",
        "thumbnail",
        "name",
        "owner",
        "category",
        "subcategory",
        "runs_made",
        "updated_at",
    )
    list_filter = (
        "category", ("category_source", ValuesOfLate), ("archived_at", admin.EmptyFieldListFilter),
        "created_at",
    )  # fmt: skip
    search_fields = ("name", "notes", "owner__email", "=id")
    ordering = ("-pk",)
    list_select_related = ("owner",)
    readonly_fields = ("flats",)
    inlines = (
        RevisionInline,
        FlatMarkInline,
        *(
            _sheet_inline(model)
            for model in (Colourway, MaterialLine, ConstructionRow, LabelRow, PackagingRow, CostLine)
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        runs = TechPack.objects.filter(product=OuterRef("pk")).order_by().values("product")
        counted = Coalesce(Subquery(runs.annotate(n=Count("pk")).values("n")), 0)
        rows = super().get_queryset(request).annotate(run_count=counted)
        return rows.prefetch_related("revisions__asset")

    @admin.display(description="flats")
    def flats(self, product: Product) -> SafeString:
        address = reverse("admin:techpack_flatstate_changelist")
        count = product.flat_states.count()
        return format_html('<a href="{}?product__id__exact={}">{} kept</a>', address, product.pk, count)

    @admin.display(description="runs", ordering="run_count")
    def runs_made(self, product: Any) -> int:
        return product.run_count

    @admin.display(description="photo")
    def thumbnail(self, product: Product) -> SafeString | str:
        return picture(next((revision.asset for revision in product.revisions.all()), None))


@admin.register(FlatMark)
class FlatMarkAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "product", "kind", "view", "is_mirrored")
    list_filter = ("kind", "view")
    search_fields = ("product__name", "product__owner__email", "=product__id")
    list_select_related = ("product",)


@admin.register(FlatState)
class FlatStateAdmin(ReadOnlyAdmin):
    """How the flats of a product looked after each change."""

    list_display = ("made_at", "product", "words")
    search_fields = ("product__name", "product__owner__email", "=product__id", "words")
    date_hierarchy = "made_at"
    list_select_related = ("product",)


@admin.register(Header)
class HeaderAdmin(ReadOnlyAdmin):
    """What a product's sheets say, read only: an issued revision and its draft are the designer's."""

    list_display = ("product", "style_number", "brand", "season", "base_size", "suggested_type")
    search_fields = ("style_number", "brand", "product__name", "product__owner__email")
    list_select_related = ("product",)


@admin.register(SheetChange)
class SheetChangeAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "product", "by", "way", "action", "sheet", "row", "column", "before", "after")
    list_filter = ("way", "action", "sheet")
    search_fields = ("product__name", "by__email")
    date_hierarchy = "made_at"
    list_select_related = ("product", "by")


@admin.register(RowComment)
class RowCommentAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "product", "by", "tag", "row", "is_shared", "resolved_at")
    list_filter = ("tag", "is_shared")
    list_select_related = ("product", "by")


@admin.register(LibraryEntry)
class LibraryEntryAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "brand", "team", "owner", "updated_at")
    list_filter = ("kind",)
    search_fields = ("name", "brand", "owner__email", "team__name")
    list_select_related = ("owner", "team")


@admin.register(TechPack)
class TechPackAdmin(ReadOnlyAdmin):
    list_display = ("product", "number", "owner", "status", "age", "engine", "took", "trouble")
    list_filter = ("status", ("engine", ValuesOfLate), "created_at")
    search_fields = ("product__name", "product__owner__email", "=product__id")
    ordering = ("-pk",)
    list_select_related = ("product__owner",)
    inlines = (StepInline, ActivityInline)
    actions = ("cancel", "resume")
    readonly_fields = ("of_product", "owner", "spent", "pictures", "calls")
    fieldsets = (
        (None, {"fields": ("of_product", "number", "owner", "status", "engine", "spent", "pictures")}),
        ("When", {"fields": ("created_at", "started_at", "finished_at", "cancel_requested_at")}),
        ("Calls of the engine, newest first", {"fields": ("calls",)}),
    )

    @admin.display(description="product")
    def of_product(self, run: TechPack) -> SafeString:
        address = reverse("admin:techpack_product_change", args=[run.product_id])
        return format_html('<a href="{}">{}</a>', address, run.product)

    @admin.display(description="cost")
    def spent(self, run: TechPack) -> str:
        calls = Attempt.objects.filter(prediction__subject=run.subject)
        spent = calls.aggregate(n=Sum("cost_usd"))["n"]
        return f"$ {spent:.3f}" if spent is not None else "-"

    @admin.display(description="pictures")
    def pictures(self, run: TechPack) -> SafeString:
        made: list[Any] = [*run.close_ups.select_related("asset"), *run.sketches.select_related("asset")]
        photos = [view.revision.asset for view in run.base_views.select_related("revision__asset")]
        shown = [picture(asset, 96) for asset in [*photos, *(piece.asset for piece in made)] if asset]
        return format_html(
            '<div class="sv-pictures">{}</div>', format_html_join("", "{}", ((one,) for one in shown))
        )

    @admin.display(description="calls")
    def calls(self, run: TechPack) -> SafeString | str:
        rows = Prediction.objects.of(run.subject)
        rows = rows.annotate(tried=Count("attempts"), cost=Sum("attempts__cost_usd")).order_by("-queued_at")
        return format_html_join("", '<p><a href="{}">{}</a>, {} {}</p>', map(_call, rows)) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TechPack]:
        return super().get_queryset(request).prefetch_related("steps")

    @admin.display(description="owner")
    def owner(self, run: TechPack) -> str:
        return str(run.product.owner)

    @admin.display(description="age", ordering="created_at")
    def age(self, run: TechPack) -> str:
        return timesince(run.created_at)

    @admin.display(description="took")
    def took(self, run: TechPack) -> str:
        return f"{(run.finished_at - run.started_at).total_seconds():.0f} s" if run.finished_at else "-"

    @admin.display(description="trouble")
    def trouble(self, run: TechPack) -> str:
        return "; ".join(f"{step.name}: {step.message}" for step in run.steps.all() if step.message)

    @admin.action(description="Cancel runs", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[TechPack]) -> None:
        going = list(queryset.filter(status__in=TechPack.GOING, cancel_requested_at__isnull=True))
        for run in going:
            runs.cancel_run(tech_pack=run)
        report(self, request, queryset, len(going), "asked to end")

    @admin.action(description="Resume runs (charges the designer)", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[TechPack]) -> None:
        done = _each(queryset, lambda run: runs.resume_run(tech_pack=run))
        report(self, request, queryset, done, "resumed")


class PieceAdmin(ReadOnlyAdmin):
    list_display: Any = (
        "__str__",
        "tech_pack",
        "status",
        "failure",
        "message",
        "tries",
        "thumbnail",
    )
    list_filter: ClassVar[Any] = ("status", "failure")
    search_fields = ("tech_pack__product__name", "tech_pack__product__owner__email")
    ordering = ("-pk",)
    list_select_related: ClassVar[Any] = ("tech_pack", "asset")
    actions = ("try_again",)

    @admin.display(description="picture")
    def thumbnail(self, piece: Any) -> SafeString | str:
        return picture(piece.asset)

    @admin.action(
        description="Try failed ones again (1 credit of the designer each)", permissions=["operate"]
    )
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        done = _each(queryset, lambda piece: runs.try_again(piece=piece))
        report(self, request, queryset, done, "sent again")


admin.site.register(CloseUp, PieceAdmin)
admin.site.register(Sketch, PieceAdmin)


@admin.register(BaseView)
class BaseViewAdmin(PieceAdmin):
    list_display = (
        "__str__",
        "tech_pack",
        "status",
        "confidence",
        "cached",
        "failure",
        "message",
        "thumbnail",
    )
    list_filter = ("status", "cached", "failure")
    list_select_related = ("tech_pack", "revision__asset")

    @admin.display(description="photo")
    def thumbnail(self, piece: BaseView) -> SafeString | str:
        return picture(piece.revision.asset)


@admin.register(DraftPhoto)
class DraftPhotoAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "created_at", "thumbnail")
    search_fields = ("owner__email", "name")
    list_select_related = ("owner", "asset")

    @admin.display(description="photo")
    def thumbnail(self, draft: DraftPhoto) -> SafeString | str:
        return picture(draft.asset)


def _call(row: Any) -> tuple[str, str, str, str]:
    """One line about a prediction: its page, what and how, what it cost, what it said."""
    cost = f", $ {row.cost:.3f}" if row.cost is not None else ""
    tried = f"{row.tried} attempt{'s' if row.tried != 1 else ''}{cost}"
    page = reverse("admin:generation_prediction_change", args=[row.pk])
    return page, f"{row.queued_at:%Y-%m-%d %H:%M} {row.slot} {row.status}", tried, row.message


class ReleaseFileInline(ReadOnlyInline):
    model = ReleaseFile
    fields = ("name", "content_type")


class ShareInline(ReadOnlyInline):
    model = Share
    fk_name = "release"
    fields = ("hint", "with_costs", "expires_at", "revoked_at", "created_at")


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """Issued revisions to look at. Nobody changes one, staff neither."""

    list_display = ("product", "number", "issued_at", "issued_by", "note")
    search_fields = ("product__name", "product__owner__email")
    date_hierarchy = "issued_at"
    list_select_related = ("product", "issued_by")
    fields = ("product", "number", "issued_at", "issued_by", "note", "public_id")
    inlines = (ReleaseFileInline, ShareInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        return super().get_queryset(request).defer("data", "changes")


class SampleMeasureInline(ReadOnlyInline):
    model = SampleMeasure
    fields = ("code", "size", "requested_cm", "supplier_cm", "own_cm", "own_source", "decision", "note")


@admin.register(SampleRound)
class SampleRoundAdmin(ReadOnlyAdmin):
    list_display = ("product", "title", "supplier", "received_on", "decision", "created_at")
    list_filter = ("kind", "decision")
    search_fields = ("product__name", "product__owner__email", "supplier")
    list_select_related = ("product",)
    inlines = (SampleMeasureInline,)


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnlyAdmin):
    list_display = ("product", "kind", "choices_key", "status", "message", "created_at", "finished_at")
    list_filter = ("status", "kind")
    list_select_related = ("product",)
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExportJob]:
        return super().get_queryset(request).defer("content")


def _each(rows: QuerySet[Any], act: Callable[[Any], object]) -> int:
    """Do it to every row that is in a state for it. Returns to how many."""
    done = 0
    for row in rows:
        try:
            act(row)
        except (errors.NotPossible, InsufficientCredits):
            continue
        done += 1
    return done


SUBJECT_PAGES["techpack"] = "admin:techpack_techpack_change"
