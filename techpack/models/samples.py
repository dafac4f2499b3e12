"""Sample rounds: what was asked for, what the supplier and the designer measured, what was decided."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from generation.models import Asset
from techpack.models.products import Product, View
from techpack.models.releases import Release


class SampleRound(models.Model):
    """One round of samples against one state of the measures. A decided round does not change any more."""

    class Kind(models.TextChoices):
        PROTO = "proto", "Proto"
        FIT = "fit", "Fit"
        SIZE_SET = "size_set", "Size set"
        SMS = "sms", "Salesman sample (SMS)"
        PP = "pp", "Pre-production (PP)"
        TOP = "top", "Top of production (TOP)"

    class Decision(models.TextChoices):
        OPEN = "open", "Open"
        APPROVED = "approved", "Approved"
        CORRECT = "correct", "Approved with corrections"
        REJECTED = "rejected", "Rejected, make another"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="sample_rounds")
    release = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.CASCADE, related_name="sample_rounds",
        help_text="The issued revision whose values were asked for; none for the draft's.",
    )  # fmt: skip
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(help_text="Of this kind: first fit, second fit.")
    supplier = models.CharField(max_length=120, blank=True)
    received_on = models.DateField(null=True, blank=True)
    sizes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    note = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = (
            models.UniqueConstraint(fields=["product", "kind", "number"], name="techpack_sample_round"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def is_open(self) -> bool:
        return self.decision == self.Decision.OPEN


class SampleMeasure(models.Model):
    """One point of measure in one size of a round."""

    class Decision(models.TextChoices):
        OPEN = "", "Open"
        ACCEPT = "accept", "Accept"
        CORRECT = "correct", "Correct"

    class Source(models.TextChoices):
        ENTERED = "entered", "Entered"
        MEASURED = "measured", "Measured on a photo"

    round = models.ForeignKey(SampleRound, on_delete=models.CASCADE, related_name="measures")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=4)
    size = models.CharField(max_length=20, blank=True)
    requested_cm = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    tolerance_plus_cm = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    tolerance_minus_cm = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    supplier_cm = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    own_cm = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    own_source = models.CharField(max_length=10, choices=Source, blank=True)
    own_error_cm = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    proposed_cm = models.DecimalField(
        max_digits=8, decimal_places=4, null=True, blank=True, help_text="What a photo of the sample shows."
    )
    proposed_error_cm = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = (
            models.UniqueConstraint(fields=["round", "code", "size"], name="techpack_sample_measure"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.size} of round {self.round_id}"

    @property
    def found_cm(self) -> Decimal | None:
        """The designer's own measure counts; the supplier's until there is one."""
        return self.own_cm if self.own_cm is not None else self.supplier_cm

    @property
    def deviation_cm(self) -> Decimal | None:
        """How much larger (+) or smaller (-) than asked for."""
        if self.found_cm is None or self.requested_cm is None:
            return None
        return self.found_cm - self.requested_cm

    @property
    def is_within(self) -> bool | None:
        """Whether it is within its tolerance; None while that is not known."""
        deviation, plus, minus = self.deviation_cm, self.tolerance_plus_cm, self.tolerance_minus_cm
        if deviation is None or plus is None or minus is None:
            return None
        return -minus <= deviation <= plus


class SamplePhoto(models.Model):
    """A photo of a sample in one size, measured by the same engine as photos of the product."""

    class Status(models.TextChoices):
        PENDING = "pending", "Being measured"
        DONE = "done", "Measured"
        FAILED = "failed", "Could not be measured"

    round = models.ForeignKey(SampleRound, on_delete=models.CASCADE, related_name="photos")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    view = models.CharField(max_length=6, choices=View, default=View.FRONT)
    size = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    message = models.CharField(max_length=300, blank=True, help_text="What was found, in words.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        # photos that still have to be measured
        indexes = (
            models.Index(
                fields=["created_at"], condition=Q(status="pending"), name="techpack_sample_pending"
            ),
        )

    def __str__(self) -> str:
        return f"photo of {self.round}, {self.get_view_display()}"
