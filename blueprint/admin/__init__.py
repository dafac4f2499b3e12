"""Blueprints for staff: who has what, what failed and why, what it cost, and the ways to mend it."""

from blueprint.admin.mails import MailAdmin
from blueprint.admin.shoots import ShootAdmin
from blueprint.admin.subscribers import SubscriberAdmin

__all__ = ["MailAdmin", "ShootAdmin", "SubscriberAdmin"]
