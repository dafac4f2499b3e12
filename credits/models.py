"""Accounts and their append-only ledger."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Account(models.Model):
    """What somebody has left. `balance` is the sum of the entries, kept here so that one
    constraint can say that it never goes below zero."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="credit_account"
    )
    team = models.OneToOneField(
        "accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="credit_account"
    )
    balance = models.IntegerField(default=0)
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Who got what was left when its holder was deleted, and gets what comes back later.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(balance__gte=0), name="credits_balance_not_below_zero"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(team__isnull=True), name="credits_account_has_one_holder"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or self.team or 'former user'}: {self.balance} credits"


class Entry(models.Model):
    """One line of the ledger. Never changed, never deleted: a trigger in the database refuses.

    `reference` names what a charge pays for ("step:17:1") or what a grant was made for, and is
    unique: the same thing cannot be charged twice. A refund names its charge and is the only
    one to do so. A reversal takes back credits that were bought, when the money went back. A transfer
    is one of two: what leaves one account comes to another.
    """

    class Kind(models.TextChoices):
        GRANT = "grant"
        CHARGE = "charge"
        REFUND = "refund"
        REVERSAL = "reversal", "Taken back"
        TRANSFER = "transfer", "Moved"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.IntegerField(help_text="What it does to the balance: a charge is negative.")
    reference = models.CharField(max_length=120, unique=True)
    charge = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="refund"
    )
    description = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "entries"
        permissions = (("settle_entry", "Can give money back, give without a limit, and mark as bought"),)
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="charge", amount__lt=0, charge__isnull=True)
                | Q(kind="grant", amount__gt=0, charge__isnull=True)
                | Q(kind="refund", amount__gt=0, charge__isnull=False)
                | Q(kind="reversal", amount__lt=0, charge__isnull=True)
                | Q(kind="transfer", charge__isnull=True) & ~Q(amount=0),
                name="credits_entry_sign_fits_kind",
            ),
        )
        indexes = (
            # the account's own page and the credits region of a tech pack, newest first
            models.Index(F("account"), F("id").desc(), name="credits_entry_by_account"),
        )

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.description}"
