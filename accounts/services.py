"""Every write to an account of ours (signing in and up is allauth's)."""

from accounts.models import User


def choose_mail(*, user: User, when_run_ends: bool) -> None:
    user.mail_when_run_ends = when_run_ends
    user.save(update_fields=["mail_when_run_ends"])


def choose_units(*, user: User, units: str) -> None:
    user.units = units
    user.save(update_fields=["units"])
