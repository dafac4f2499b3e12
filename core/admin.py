"""The base of all admin pages."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property

OPERATE = "generation.operate_prediction"  # start, cancel and settle work: operators
SETTLE = "credits.settle_entry"  # give money back, give without a limit, mark as bought: administrators
RESEND = "blueprint.resend_mail"  # everybody of the staff


class Roles:
    """Permissions that actions name: `permissions=["operate"]`."""

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(OPERATE)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SETTLE)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RESEND)


class MachineWritten:
    """Rows that only the machine writes: to be looked at, and moved by actions."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


MOST_COUNTED = 10_000  # rows of a list that are counted; beyond that nobody turns pages
NEWEST = 1_000  # rows among which a filter looks for the values there are


class LargePaginator(Paginator):
    """Counts at most 10,000 rows, so that a list of millions opens at once: the rest is found by a search."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        assert isinstance(rows, QuerySet)
        return rows.order_by().values("pk")[:MOST_COUNTED].count()


class LargeList(admin.ModelAdmin):
    """A list that may be of millions of rows."""

    paginator = LargePaginator
    list_per_page = 50
    show_full_result_count = False


class ReadOnlyAdmin(Roles, MachineWritten, LargeList):
    """A list to look at."""


class ValuesOfLate(admin.AllValuesFieldListFilter):
    """The values that the newest rows have: to look through all of them takes seconds on millions."""

    def __init__(self, field: Any, request: Any, params: Any, model: Any, model_admin: Any, field_path: Any):
        super().__init__(field, request, params, model, model_admin, field_path)
        newest = model._default_manager.order_by(*model_admin.get_ordering(request))[:NEWEST]
        found = set(newest.values_list(field.name, flat=True)) | {self.lookup_val}
        self.lookup_choices = sorted(value for value in found if value is not None)  # type: ignore[assignment]


class ReadOnlyInline(MachineWritten, admin.TabularInline):
    """A table to look at, on the page of what it belongs to."""

    extra = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class ReasonForm(forms.Form):
    """Why something is done to money, tokens or personal data: it goes into the audit log."""

    reason = forms.CharField(
        max_length=200, label="Why", help_text="For the audit log. It is kept.", strip=True
    )


def report(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any], changed: int, what: str) -> None:
    """What an action did, and what it left alone because it was in no state for it."""
    skipped = max(0, queryset.count() - changed)
    level = messages.SUCCESS if changed else messages.WARNING
    model_admin.message_user(request, f"{changed} {what}, {skipped} skipped.", level)


def reason_of(request: HttpRequest) -> str | None:
    """The reason a confirmed action came with; None while it is still to be asked for."""
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if "confirmed" in request.POST and form.is_valid() else None


def ask_first(
    model_admin: Any, request: HttpRequest, rows: QuerySet[Any], *, asks_reason: bool = False, **words: Any
) -> TemplateResponse:
    """The page that asks whether it is meant: `action`, `question`, `lines`, `yes`; with the reason, where
    one is to be kept."""
    form = ReasonForm(request.POST if "confirmed" in request.POST else None) if asks_reason else None
    meta = rows.model._meta
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Are you sure?",
        "pks": [row.pk for row in rows],
        "list_url": reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
        "from_page": "from_page" in request.POST,
        "form": form,
        **words,
    }
    return TemplateResponse(request, "admin/confirm.html", context)


def back_to(request: HttpRequest, address: str) -> HttpResponse | None:
    """To the page of one row, when the action was chosen there; None for the list."""
    return redirect(address) if "from_page" in request.POST else None
