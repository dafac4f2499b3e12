"""Designers and staff, who are known by their email address."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry as AuditEntry
from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts import deletion
from accounts.models import ApiToken, User
from core import audit
from core.admin import ReadOnlyAdmin, ReasonForm, reason_of

MOST_SHOWN = 50

admin.site.unregister(UserSession)  # where somebody signs in from is their own affair
admin.site.unregister(Authenticator)  # allauth's form shows the secrets
admin.site.unregister(AuditEntry)  # below, without what it links to


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)

    def clean_email(self) -> str:
        """The database tells addresses apart without case; so does this form, in words."""
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError("There is a user with this email address already.")
        return email


@admin.register(User)
class DesignerAdmin(UserAdmin):
    """Nobody is deleted as a mere row: an account is switched off, or erased with everything it owns."""

    add_form = NewUserForm
    list_display = ("email", "credits", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    list_select_related = ("credit_account",)
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "mail_when_run_ends", "units")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),
    )

    @admin.display(ordering="credit_account__balance")
    def credits(self, user: User) -> int:
        account = getattr(user, "credit_account", None)
        return account.balance if account else 0

    actions = ("erase",)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.delete_user")

    @admin.action(description="Erase with everything", permissions=["erase"])
    def erase(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        users = list(queryset.order_by("pk"))
        reason = reason_of(request)
        if reason is None:
            return self._ask_first(request, users)
        done = sum(self._erased(request, user, reason) for user in users)
        level = messages.SUCCESS if done else messages.WARNING
        self.message_user(request, f"{done} erased, {len(users) - done} skipped.", level)
        return None

    def _ask_first(self, request: HttpRequest, users: list[User]) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Are you sure?",
            "rows": [(user, deletion.holdings(user)) for user in users[:MOST_SHOWN]],
            "more": max(0, len(users) - MOST_SHOWN),
            "pks": [user.pk for user in users],
            "form": ReasonForm(request.POST if "confirmed" in request.POST else None),
        }
        return TemplateResponse(request, "admin/accounts/erase.html", context)

    def _erased(self, request: HttpRequest, user: User, reason: str) -> bool:
        try:
            erased = deletion.erase(user_id=user.pk)
        except deletion.NotPossible as error:
            self.message_user(request, f"{user}: {error}", messages.ERROR)
            return False
        if erased:
            LogEntry.objects.create(
                user=request.user,  # type: ignore[misc]
                content_type=ContentType.objects.get_for_model(User),
                object_id=str(user.pk),
                object_repr=f"account {user.pk}",
                action_flag=DELETION,
                change_message="Erased with everything.",
            )
            words = "Erased with everything."
            audit.record(User, [user.pk], words, by=request.user, reason=reason, action=audit.DELETED)
        return erased

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Passwords and permissions are an administrator's; what was changed is on record, not what to."""
        super().save_model(request, obj, form, change)
        words = f"Changed {', '.join(form.changed_data)}." if change else "Added."
        audit.record(User, [obj.pk], words, by=request.user)


@admin.register(Authenticator)
class SecondStepAdmin(admin.ModelAdmin):
    """Removed for somebody who lost the phone; never added, changed or read."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Which programs sign their calls as whom. The tokens themselves are kept nowhere."""

    list_display = ("__str__", "user", "scope", "created_at", "last_used_at", "revoked_at")
    list_filter = ("scope", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__email", "=ending", "name")
    fields = ("user", "name", "ending", "scope", "created_at", "last_used_at", "revoked_at")
    ordering = ("-created_at",)


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Who did what to money, tokens and personal data, when, and why."""

    list_display = ("timestamp", "who", "object_repr", "what", "why")
    list_filter = ("action", "content_type")
    list_select_related = ("actor",)
    search_fields = ("object_repr", "=object_pk", "actor__email")
    date_hierarchy = "timestamp"
    fields = ("timestamp", "who", "object_repr", "what", "why")
    ordering = ("-timestamp",)

    @admin.display(description="who", ordering="actor__email")
    def who(self, row: AuditEntry) -> str:
        return str(row.actor) if row.actor is not None else "-"

    @admin.display(description="what")
    def what(self, row: AuditEntry) -> str:
        return (row.additional_data or {}).get("what", "")

    @admin.display(description="why")
    def why(self, row: AuditEntry) -> str:
        return (row.additional_data or {}).get("why", "") or "-"
