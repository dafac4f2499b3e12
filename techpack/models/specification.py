"""What is known of a product's size and make: readings of its photos, and its points of measure."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from techpack.library import PointOfMeasure, points_of_measure
from techpack.models.products import MASKS, Product, Revision
from vision.photo_check import NOT_ALONE

WAITED_FOR = dt.timedelta(minutes=10)


class PhotoReadingQuerySet(models.QuerySet["PhotoReading"]):
    def without_masks(self) -> "PhotoReadingQuerySet":
        """They are large, and only measuring and repainting need them."""
        return self.defer(*MASKS)

    def pending_of(self, product: Product) -> "PhotoReadingQuerySet":
        """Photos in use that are being looked at. Nobody waits for one longer than ten minutes."""
        return self.filter(
            revision__product=product,
            revision__removed_at__isnull=True,
            revision__created_at__gt=Now() - WAITED_FOR,
            status=PhotoReading.Status.PENDING,
        )


class PhotoReading(models.Model):
    """What the photo check saw on one photo, and where its landmarks lie.

    Points are fractions (0..1) of the photo from its top left. `mask` is a PNG of the product's outline.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Being checked"
        DONE = "done", "Checked"
        FAILED = "failed", "Could not be checked"

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="reading")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    category = models.CharField(max_length=12, blank=True)
    product_type = models.CharField(max_length=30, blank=True, help_text="What the photo looks like.")
    confidence = models.FloatField(default=0)
    is_sure = models.BooleanField(default=False, help_text="Right 95 times in 100 at this confidence.")
    alternatives = models.JSONField(default=list, blank=True, help_text="[[product type, confidence], ...]")
    features = models.JSONField(default=dict, blank=True, help_text="{name: [value, confidence]}")
    likely_neck = models.CharField(
        max_length=20,
        blank=True,
        default="",
        help_text="What is drawn where no neck is seen with confidence.",
    )
    named = models.JSONField(
        default=dict, blank=True, help_text="{feature: [value, confidence]} as the cloud engine names them."
    )
    problems = models.JSONField(default=list, blank=True, help_text="[{code, text, blocks}]")
    is_worn = models.BooleanField(default=False)
    turns = models.PositiveSmallIntegerField(
        default=0, help_text="Quarter turns (counterclockwise) that set the product upright."
    )
    colour = models.JSONField(default=list, blank=True, help_text="The product's median colour as CIE Lab.")
    outline = models.JSONField(default=list, blank=True)
    mask = models.BinaryField(null=True, blank=True)
    unsure = models.JSONField(
        default=list, blank=True, help_text="Points of the outline where the product may go on unseen."
    )
    strokes = models.JSONField(
        default=list, blank=True, help_text="[{adds, width, points}]: how the designer repainted the outline."
    )
    seen = models.JSONField(
        null=True, blank=True, help_text="What the photo check said, while the outline is repainted."
    )
    seen_mask = models.BinaryField(null=True, blank=True)
    card = models.JSONField(null=True, blank=True, help_text="The scale card, when one lies in the photo.")
    fitted_type = models.CharField(max_length=30, blank=True, help_text="Whose outline was fitted.")
    landmarks = models.JSONField(default=dict, blank=True)
    moved = models.JSONField(default=list, blank=True, help_text="Landmarks that somebody moved.")
    overlap = models.FloatField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PhotoReadingQuerySet] = PhotoReadingQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"reading of photo {self.revision_id} ({self.status})"

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    @property
    def blocks(self) -> bool:
        """Whether no tech pack can be made of this photo."""
        return any(problem["blocks"] for problem in self.problems)

    @property
    def names_product(self) -> bool:
        """Whether the check says what the product is, though perhaps not whole or not alone."""
        return all(problem["code"] in NOT_ALONE for problem in self.problems if problem["blocks"])


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def in_order(self) -> "MeasurementQuerySet":
        return self.order_by("position", "code")


class Measurement(models.Model):
    """One point of measure of one product: its value, how it is known, and what each photo shows.

    `value_cm` is None while it is to be specified. `ratio` is the value over the product's main length, all
    that is known without a scale.
    """

    class Source(models.TextChoices):
        MEASURED = "measured", "Measured"
        ESTIMATED = "estimated", "Estimated"
        SUGGESTED = "suggested", "Suggested"
        ENTERED = "entered", "Entered"
        CONFIRMED = "confirmed", "Confirmed"
        UNSPECIFIED = "unspecified", "To be specified"

    class GradeMode(models.TextChoices):
        """How a size follows from the others; see `techpack.library.grading`."""

        INCREMENTAL = "incremental", "From size to size"
        FROM_BASE = "from base", "From the base size"

    BY_DESIGNER: ClassVar = (Source.ENTERED, Source.CONFIRMED)

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="measurements")
    code = models.CharField(max_length=12, help_text="Of the library, or the designer's own.")
    position = models.PositiveSmallIntegerField(default=0)
    # Seven decimals hold 1/64 inch exactly, so that inches never drift.
    value_cm = models.DecimalField(max_digits=11, decimal_places=7, null=True, blank=True)
    as_typed = models.CharField(max_length=30, blank=True, help_text="As the designer wrote it.")
    ratio = models.FloatField(null=True, blank=True)
    error_cm = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.UNSPECIFIED)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it is not measured, in words.")
    is_implausible = models.BooleanField(default=False, help_text="Outside what such products measure.")
    evidence = models.JSONField(
        default=list, blank=True, help_text="[{revision, value_cm, source, line}] of each photo."
    )
    conflict = models.CharField(max_length=200, blank=True, help_text="What two photos disagree about.")
    tolerance_plus_cm = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    tolerance_minus_cm = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    grade_mode = models.CharField(max_length=11, choices=GradeMode, default=GradeMode.INCREMENTAL)
    grade_cm = models.DecimalField(
        max_digits=10, decimal_places=7, null=True, blank=True, help_text="Step from one size to the next."
    )
    grade_steps = models.JSONField(
        default=dict, blank=True, help_text="{size: cm as text}: breaks, or differences from the base."
    )
    by_size = models.JSONField(
        default=dict, blank=True, help_text="{size: cm as text}: graded values the designer overrode."
    )
    own_name = models.CharField(max_length=120, blank=True, help_text="The designer's own name for it.")
    own_how = models.CharField(max_length=300, blank=True, help_text="How to measure, as the designer says.")
    carried_cm = models.DecimalField(max_digits=11, decimal_places=7, null=True, blank=True)
    carried_from = models.CharField(max_length=40, blank=True, help_text="The style the value came from.")
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[MeasurementQuerySet] = MeasurementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["product", "code"], name="techpack_measurement_once_a_code"),
        )

    def __str__(self) -> str:
        return f"{self.code} of {self.product_id}: {self.value_cm} ({self.source})"

    @property
    def point(self) -> PointOfMeasure:
        """What the library, or the designer, says of this point."""
        known = points_of_measure().get(self.code) or PointOfMeasure.own(self.code)
        return dataclasses.replace(
            known,
            name=self.own_name or known.name,
            how_to_measure=self.own_how or known.how_to_measure,
        )

    @property
    def is_own(self) -> bool:
        """Whether the designer made this point up: the library has no such code."""
        return self.code not in points_of_measure()

    @property
    def is_by_designer(self) -> bool:
        """Whether the designer wrote or confirmed this row; the known dimension itself stands elsewhere."""
        return self.source in self.BY_DESIGNER and not self.is_known_dimension

    @property
    def is_set_by_designer(self) -> bool:
        """Whether the designer set a tolerance or a grade of this row."""
        usual = self.point.tolerance_cm
        return (
            self.grade_cm is not None
            or bool(self.grade_steps or self.by_size)
            or any(cm not in (None, usual) for cm in (self.tolerance_plus_cm, self.tolerance_minus_cm))
        )

    @property
    def is_known_dimension(self) -> bool:
        return self.source == self.Source.ENTERED and not self.as_typed

    @property
    def is_open(self) -> bool:
        return self.value_cm is None


def decimal_cm(value: float) -> Decimal:
    """What a photo shows, to the millimetre: it is never known more exactly."""
    return Decimal(str(round(value, 1)))
