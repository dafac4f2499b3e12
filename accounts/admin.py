"""Designers and staff, who are known by their email address."""

from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

admin.site.unregister(UserSession)  # where somebody signs in from is their own affair


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
    """Nobody is deleted here: an account owns products, pictures and a ledger. It is switched off."""

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

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
