"""The three roles of the staff, as groups of permissions.

A migration makes the groups; their permissions follow after every `migrate`, so that a new model is in them
at once. What a role may do beside looking is what actions ask for by name (`core.admin.Roles`).
"""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from core.admin import OPERATE, RESEND

SUPPORT, OPERATOR, ADMINISTRATOR = "Support", "Operator", "Administrator"
NOT_FOR_STAFF = ("contenttypes", "sessions", "auth")  # nothing to be looked at; groups are an administrator's

LOOKS = Q(codename__startswith="view_") & ~Q(content_type__app_label__in=NOT_FOR_STAFF)
OPERATES = Q(
    content_type__app_label="blueprint", codename__in=("change_subscriber", "add_subscriber", "add_shoot")
)


def named(*names: str) -> Q:
    found = Q(pk__in=())
    for name in names:
        app, _, codename = name.partition(".")
        found |= Q(content_type__app_label=app, codename=codename)
    return found


RULES: dict[str, Q] = {
    SUPPORT: LOOKS | named(RESEND),
    OPERATOR: LOOKS | OPERATES | named(RESEND, OPERATE, "credits.add_entry", "waffle.change_switch"),
    ADMINISTRATOR: ~Q(content_type__app_label__in=("contenttypes", "sessions", "auditlog"))
    | named("auditlog.view_logentry"),
}


def give_permissions(sender: AppConfig, **kwargs: Any) -> None:
    """After `migrate`, once: when the permissions of the last app have been made."""
    if sender.name != list(apps.get_app_configs())[-1].name:
        return
    for name, rule in RULES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(rule))
