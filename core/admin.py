"""The base of all admin pages."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest


class MachineWritten:
    """Rows that only the machine writes: to be looked at, and moved by actions."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(MachineWritten, admin.ModelAdmin):
    """A list to look at."""


class ReadOnlyInline(MachineWritten, admin.TabularInline):
    """A table to look at, on the page of what it belongs to."""

    extra = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


def report(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any], changed: int, what: str) -> None:
    """What an action did, and what it left alone because it was in no state for it."""
    skipped = max(0, queryset.count() - changed)
    level = messages.SUCCESS if changed else messages.WARNING
    model_admin.message_user(request, f"{changed} {what}, {skipped} skipped.", level)
