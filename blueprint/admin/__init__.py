"""Blueprints for staff: who has what, what failed and why, what it cost, and the ways to mend it."""

from blueprint.admin.mails import MailAdmin
from blueprint.admin.redos import RedoAdmin
from blueprint.admin.shoots import ShootAdmin
from blueprint.admin.subscribers import SubscriberAdmin
from generation.admin import SUBJECT_PAGES

__all__ = ["MailAdmin", "RedoAdmin", "ShootAdmin", "SubscriberAdmin"]

SUBJECT_PAGES["blueprint"] = "admin:blueprint_subscriber_change"
