"""A run over a product's photos, its four steps, and what happened in it."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from credits.models import Entry
from generation.models import Failure
from techpack.models.products import Product, length_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techpack.models.pieces import Piece


class StepName(models.TextChoices):
    CATEGORY = "category", "Category"
    BASE_VIEWS = "base-views", "Base views"
    CLOSE_UPS = "close-ups", "Close-ups"
    SKETCHES = "sketches", "Sketches"


class TechPackQuerySet(models.QuerySet["TechPack"]):
    def going(self) -> "TechPackQuerySet":
        return self.filter(status__in=TechPack.GOING)

    def latest_of_each(self) -> "TechPackQuerySet":
        return self.order_by("product_id", "-number").distinct("product_id")


class TechPack(models.Model):
    """One run over a product's photos. `version` counts every change of it and of its pieces;
    a piece carries the number of its last change.

        running <-> waiting (for credits)
        running, waiting -> complete | partial | failed | canceled
        failed, canceled -> running (resumed from where it stood)
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Generating"
        WAITING = "waiting", "Waiting for credits"
        COMPLETE = "complete", "Complete"
        PARTIAL = "partial", "Partly complete"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    GOING: ClassVar = (Status.RUNNING, Status.WAITING)

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField()
    asked = ArrayField(models.CharField(max_length=12, choices=StepName))
    engine = models.CharField(max_length=100, help_text="The provider's name.")
    dimension = models.JSONField(
        null=True, blank=True, help_text="Product.known_dimension as it was when the run began."
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    version = models.PositiveBigIntegerField(default=1)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(help_text="When it last began: started or resumed.")
    finished_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was written to.")

    objects: ClassVar[models.Manager["TechPack"]] = TechPackQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["product", "number"], name="techpack_run_number"),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(status__in=("running", "waiting")),
                name="techpack_one_run_at_a_time",
            ),
        )
        indexes = (
            # the sweep over runs that nobody carries on
            models.Index(
                F("started_at"), name="techpack_run_going", condition=Q(status__in=("running", "waiting"))
            ),
        )

    def __str__(self) -> str:
        return f"run {self.number} of {self.product_id} ({self.status})"

    def get_absolute_url(self) -> str:
        return reverse("techpack:run", args=[self.product_id, self.number])

    @property
    def subject(self) -> str:
        return f"techpack:{self.pk}"

    @property
    def dimension_words(self) -> str:
        return length_words(self.dimension)

    @property
    def is_going(self) -> bool:
        return self.status in self.GOING

    @property
    def is_waiting_for_credits(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def is_canceling(self) -> bool:
        return self.is_going and self.cancel_requested_at is not None

    @property
    def can_resume(self) -> bool:
        return self.status in (self.Status.FAILED, self.Status.CANCELED)

    @property
    def has_stopped(self) -> bool:
        """It ended before its work was done."""
        return self.can_resume

    @property
    def has_failed(self) -> bool:
        return self.status == self.Status.FAILED

    @property
    def is_partial(self) -> bool:
        return self.status == self.Status.PARTIAL

    @property
    def pieces(self) -> "Sequence[Piece]":
        return [*self.base_views.all(), *self.close_ups.all(), *self.sketches.all()]

    @property
    def is_working(self) -> bool:
        """Whether anything may still change by itself: while so, an open page polls."""
        return self.is_going or any(piece.is_loading or piece.remaking for piece in self.pieces)


class Step(models.Model):
    """One of the four steps of a run. `round` grows when a step is taken up again, so that
    every round has a charge of its own ("step:<id>:<round>").

        pending -> running -> done | partial | failed | canceled
        pending -> waiting (no credits) -> running
        failed, canceled -> pending (the run was resumed)
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        WAITING = "waiting", "Waiting for credits"
        RUNNING = "running"
        DONE = "done"
        PARTIAL = "partial"
        FAILED = "failed"
        CANCELED = "canceled"

    OVER: ClassVar = (Status.DONE, Status.PARTIAL, Status.FAILED, Status.CANCELED)

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=12, choices=StepName)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    round = models.PositiveSmallIntegerField(default=1)
    charge = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    planned = models.PositiveSmallIntegerField(default=0, help_text="Pieces this round was asked for.")
    refunded = models.PositiveSmallIntegerField(default=0, help_text="Credits given back of this round.")
    note = models.CharField(max_length=200, blank=True, help_text='"2 views loaded from cache".')
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    message = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tech_pack", "name"], name="techpack_step_once_a_run"),
        )
        # the median of the last durations of a step, for its estimate
        indexes = (models.Index(F("name"), F("finished_at").desc(), name="techpack_step_durations"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.tech_pack_id} ({self.status})"

    @property
    def is_over(self) -> bool:
        return self.status in self.OVER

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def is_waiting_for_credits(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def delivered(self) -> bool:
        """Whether later steps have something to stand on."""
        return self.status in (self.Status.DONE, self.Status.PARTIAL)

    @property
    def has_failed(self) -> bool:
        return self.status == self.Status.FAILED

    @property
    def is_partial(self) -> bool:
        return self.status == self.Status.PARTIAL

    @property
    def is_canceled(self) -> bool:
        return self.status == self.Status.CANCELED


class Activity(models.Model):
    """One line of what happened in a run, shown in the loader; `toast` ones also pop up on open
    pages. `version` is the change it came with, so a poll shows each line once."""

    class Tone(models.TextChoices):
        PLAIN = "plain"
        GOOD = "good"
        BAD = "bad"

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="activities")
    version = models.PositiveBigIntegerField()
    text = models.CharField(max_length=300)
    tone = models.CharField(max_length=5, choices=Tone, default=Tone.PLAIN)
    toast = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "activities"
        ordering: ClassVar[list[str]] = ["pk"]
        # what happened since a poll's version
        indexes = (models.Index(F("tech_pack"), F("version"), name="techpack_activity_since"),)

    def __str__(self) -> str:
        return self.text

    @property
    def toast_id(self) -> str:
        """By which a browser knows that it has shown it."""
        return f"activity-{self.pk}"
