"""Every mail about a blueprint is a row: who, what, when, sent or failed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from blueprint.models.subscribers import Subscriber


class Mail(models.Model):
    """One mail to a subscriber.

        queued -> sending -> sent
           ^         |
           +---------+-----> failed

    The row is marked "sending" before the mail goes out. One that a killed worker left there is
    sent again after its lease: a second copy is better than a delivery nobody hears of.
    `once` is what may happen only once to a subscriber; a resend by staff has an empty one.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", "Confirm your address"
        WELCOME = "welcome", "Welcome, with the link"
        DELIVERY = "delivery", "All 30 are here"
        NEEDS_YOU = "needs_you", "Some grids need you"
        FOLLOW_UP = "follow_up", "Never started"
        NEW_LINK = "new_link", "A new private link"
        SELFIES = "selfies", "Selfies deleted"

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind)
    once = models.CharField(max_length=40, blank=True)
    to = models.CharField(max_length=320)
    status = models.CharField(max_length=7, choices=Status, default=Status.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        permissions = (("resend_mail", "Can send a mail again"),)
        constraints = (
            models.UniqueConstraint(
                fields=["subscriber", "once"], condition=~Q(once=""), name="blueprint_mail_once"
            ),
        )
        # what is still to be sent
        indexes = (
            models.Index(
                F("created_at"),
                name="blueprint_mail_to_send",
                condition=Q(status__in=("queued", "sending")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.to}"
