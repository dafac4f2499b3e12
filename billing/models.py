"""Prices as Stripe has them, orders, refunds, and the events that Stripe has sent."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Item(models.TextChoices):
    """What can be bought."""

    BLUEPRINT = "blueprint", "Paid blueprint"
    CREDITS_30 = "credits-30", "30 credits"
    CREDITS_100 = "credits-100", "100 credits"
    CREDITS_300 = "credits-300", "300 credits"

    @property
    def credits(self) -> int:
        """How many credits it brings; 0 for what is no credit pack."""
        kind, _, count = self.value.partition("-")
        return int(count) if kind == "credits" else 0


DISPUTE_WON = ("won", "warning_closed")  # Stripe's words
CREDIT_PACKS = tuple(item for item in Item if item.credits)


class Price(models.Model):
    """What an item costs: copied from Stripe, so that the price shown is the price charged."""

    item = models.CharField(max_length=20, choices=Item, unique=True)
    price_id = models.CharField(max_length=100, help_text="Stripe's id of the price.")
    amount = models.PositiveIntegerField(help_text="In the smallest unit of the currency, without tax.")
    currency = models.CharField(max_length=3)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.amount} {self.currency}"


class Order(models.Model):
    """One purchase, written down before Stripe hears of it.

    `buyer` names whoever gets the goods when that is no user of the site ("subscriber:17"); it is empty for
    a guest until the goods are granted. The email address of a guest is not kept here: Stripe has it.
    """

    class State(models.TextChoices):
        CREATED = "created", "Created"
        OPEN = "open", "Waiting for payment"
        PROCESSING = "processing", "Payment under way"
        PAID = "paid", "Paid, not granted yet"
        GRANTED = "granted", "Granted"
        EXPIRED = "expired", "Not paid"
        FAILED = "failed", "Payment failed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.CharField(max_length=20, choices=Item)
    state = models.CharField(max_length=12, choices=State, default=State.CREATED)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    buyer = models.CharField(max_length=60, blank=True)
    is_guest = models.BooleanField(default=False, help_text="Bought without an account or a private link.")
    was_known = models.BooleanField(default=False, help_text="The goods went to somebody who existed before.")
    price_id = models.CharField(max_length=100)
    amount = models.PositiveIntegerField(help_text="The price shown, in the smallest unit of the currency.")
    currency = models.CharField(max_length=3)
    amount_paid = models.PositiveIntegerField(default=0, help_text="With tax.")
    amount_refunded = models.PositiveIntegerField(default=0)
    dispute = models.CharField(max_length=40, blank=True, help_text="Stripe's status of a dispute.")
    return_handled = models.PositiveIntegerField(
        default=0, help_text="Of the money that went back, how much the goods have been adjusted to."
    )
    adjustments = models.PositiveIntegerField(default=0)
    credits_taken_back = models.PositiveIntegerField(default=0)
    review = models.CharField(max_length=300, blank=True, help_text="Why staff should look at it.")
    session_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    payment_intent = models.CharField(max_length=200, null=True, blank=True, unique=True)
    checkout_url = models.URLField(max_length=2000, blank=True)
    reads_begun = models.PositiveIntegerField(default=0)
    reads_applied = models.PositiveIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("paid", "granted")) | Q(paid_at__isnull=False),
                name="billing_order_paid_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("created", "expired", "failed")) | Q(session_id__isnull=False),
                name="billing_order_open_has_session",
            ),
        )
        indexes = (
            # what the reconciling job asks Stripe about
            models.Index(
                F("next_check_at"), name="billing_order_due", condition=Q(next_check_at__isnull=False)
            ),
            # an order that is still open, for the same buyer
            models.Index(F("user"), F("item"), name="billing_order_of_user"),
            models.Index(F("buyer"), name="billing_order_of_buyer"),
        )

    def __str__(self) -> str:
        return f"Order {self.pk}: {self.get_item_display()}"

    @property
    def reference(self) -> str:
        """What the ledger calls it."""
        return f"order:{self.pk}"

    @property
    def is_settled(self) -> bool:
        """Nothing more is awaited from whoever pays."""
        return self.state in (self.State.GRANTED, self.State.EXPIRED, self.State.FAILED)

    @property
    def amount_returned(self) -> int:
        """The money that went back. A dispute takes all of it until it is won."""
        return self.amount_paid if self.dispute and self.dispute not in DISPUTE_WON else self.amount_refunded

    @property
    def is_returned(self) -> bool:
        return bool(self.amount_paid) and self.amount_returned >= self.amount_paid


class Refund(models.Model):
    """Money that staff give back: written down before Stripe is asked, with who and why."""

    class State(models.TextChoices):
        REQUESTED = "requested", "Requested"
        DONE = "done", "Done"
        REJECTED = "rejected", "Rejected by Stripe"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    amount = models.PositiveIntegerField(help_text="In the smallest unit of the currency.")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    stripe_id = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = (
            models.UniqueConstraint(
                F("order"), condition=Q(state="requested"), name="billing_one_refund_under_way"
            ),
        )

    def __str__(self) -> str:
        return f"Refund of {self.amount} for order {self.order_id}"


class StripeEvent(models.Model):
    """An event that Stripe sent, so that the same one is acted on once."""

    event_id = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=100)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(F("received_at"), name="billing_event_age"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
