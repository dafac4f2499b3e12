"""A product, its photos, and the runs that turn them into tech packs."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from credits.models import Entry
from generation.models import Asset, Failure
from techpack import schemas

if TYPE_CHECKING:
    from collections.abc import Sequence


class View(models.TextChoices):
    FRONT = "front", "Front"
    BACK = "back", "Back"
    SIDE = "side", "Side"
    DETAIL = "detail", "Detail"


class Category(models.TextChoices):
    APPAREL = "APPAREL", "Apparel"
    FOOTWEAR = "FOOTWEAR", "Footwear"
    BAG = "BAG", "Bag"
    HEADWEAR = "HEADWEAR", "Headwear"
    ACCESSORY = "ACCESSORY", "Accessory"
    JEWELLERY = "JEWELLERY", "Jewellery"
    FURNITURE = "FURNITURE", "Furniture"
    TOY = "TOY", "Toy"
    OTHER = "OTHER", "Other"


class Dimension(models.TextChoices):
    """The one length a designer may give, from which all others are measured."""

    TOTAL_LENGTH = "total_length", "Total length"
    TOTAL_WIDTH = "total_width", "Total width"
    CHEST_WIDTH = "chest_width", "Chest width"
    WAIST_WIDTH = "waist_width", "Waist width"
    HEM_WIDTH = "hem_width", "Hem width"


class LengthUnit(models.TextChoices):
    CM = "cm", "cm"
    INCH = "in", "inch"


class ProductQuerySet(models.QuerySet["Product"]):
    def of(self, user: Any) -> "ProductQuerySet":
        return self.filter(owner=user)

    def archived(self) -> "ProductQuerySet":
        return self.filter(archived_at__isnull=False)

    def current(self) -> "ProductQuerySet":
        return self.filter(archived_at__isnull=True)

    def for_list(self) -> "ProductQuerySet":
        """With what a row of the product list shows: the photos and the runs with their pieces."""
        return self.prefetch_related(
            models.Prefetch("revisions", Revision.objects.in_use().select_related("asset")),
            models.Prefetch("runs", TechPack.objects.latest_of_each().with_pieces(), to_attr="latest_runs"),
        )


class Product(models.Model):
    """What a designer wants made. `category_source` ENTERED is a correction, and binding."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="products")
    name = models.CharField(max_length=120)
    notes = models.TextField(max_length=4000, blank=True)
    category = models.CharField(max_length=10, choices=Category, blank=True)
    subcategory = models.CharField(max_length=60, blank=True)
    category_confidence = models.FloatField(null=True, blank=True)
    category_source = models.CharField(max_length=10, blank=True)
    category_evidence = models.CharField(max_length=300, blank=True)
    dimension = models.CharField(max_length=20, choices=Dimension, blank=True)
    dimension_value = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    dimension_unit = models.CharField(max_length=2, choices=LengthUnit, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["Product"]] = ProductQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-updated_at"]
        constraints = (
            models.CheckConstraint(
                condition=Q(dimension="", dimension_value__isnull=True, dimension_unit="")
                | (~Q(dimension="") & Q(dimension_value__gt=0) & ~Q(dimension_unit="")),
                name="techpack_dimension_whole_or_absent",
            ),
        )
        # the product list
        indexes = (models.Index(F("owner"), F("updated_at").desc(), name="techpack_product_list"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("techpack:product", args=[self.pk])

    @property
    def account(self) -> str:
        """Whose generation limits count and who may see the pictures."""
        return f"user:{self.owner_id}"

    @property
    def code(self) -> str:
        return f"SV-{self.pk:04d}"

    @property
    def category_words(self) -> str:
        """ "Apparel - T-shirt", "Apparel", or "" while unknown."""
        return " - ".join(
            filter(None, [self.get_category_display() if self.category else "", self.subcategory])
        )

    @property
    def category_is_corrected(self) -> bool:
        return self.category_source == schemas.Source.ENTERED

    @property
    def known_dimension(self) -> dict[str, Any] | None:
        """{name, value, unit} as the engines take it."""
        if not self.dimension:
            return None
        assert self.dimension_value is not None
        return {"name": self.dimension, "value": float(self.dimension_value), "unit": self.dimension_unit}

    @property
    def dimension_words(self) -> str:
        if not self.dimension or self.dimension_value is None:
            return ""
        value = self.dimension_value.normalize()
        return f"{self.get_dimension_display()} {value:f} {self.get_dimension_unit_display()}"

    @property
    def latest_run(self) -> "TechPack | None":
        if hasattr(self, "latest_runs"):
            return self.latest_runs[0] if self.latest_runs else None
        return self.runs.order_by("-number").first()


class RevisionQuerySet(models.QuerySet["Revision"]):
    def in_use(self) -> "RevisionQuerySet":
        return self.filter(removed_at__isnull=True).order_by("order", "pk")


class Revision(models.Model):
    """One photo of one view. A view made anew is a new revision that names its parent."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="revisions")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    view = models.CharField(max_length=6, choices=View)
    order = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Revision"]] = RevisionQuerySet.as_manager()

    class Meta:
        # the photos of a product, in order
        indexes = (models.Index(F("product"), F("order"), name="techpack_revision_order"),)

    def __str__(self) -> str:
        return f"{self.get_view_display()} of {self.product_id}"


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

    def with_pieces(self) -> "TechPackQuerySet":
        """Steps, base views, close-ups and sketches: four queries, however many runs."""
        return self.prefetch_related(
            models.Prefetch("steps", Step.objects.order_by("pk")),
            models.Prefetch("base_views", BaseView.objects.for_page()),
            models.Prefetch("close_ups", CloseUp.objects.for_page()),
            models.Prefetch("sketches", Sketch.objects.for_page()),
        )


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
        return self.is_going or any(piece.is_loading for piece in self.pieces)


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


class PieceQuerySet(models.QuerySet[Any]):
    def changed_since(self, version: int) -> "PieceQuerySet":
        return self.filter(version__gt=version)

    def loading(self) -> "PieceQuerySet":
        return self.filter(status=Piece.Status.LOADING)

    def for_page(self) -> "PieceQuerySet":
        related = ["revision", "revision__asset"]
        if any(field.name == "asset" for field in self.model._meta.fields):
            related.append("asset")
        return self.select_related(*related).order_by("order", "pk")


class Piece(models.Model):
    """What a run makes and a page shows by itself: a base view, a close-up, a sketch.

        loading -> loaded | failed | canceled        failed, canceled -> loading (tried again)

    A sketch may also be `left out`, which is final and says why.
    """

    class Status(models.TextChoices):
        LOADING = "loading"
        LOADED = "loaded"
        FAILED = "failed"
        CANCELED = "canceled"
        LEFT_OUT = "left out"

    order = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.LOADING)
    version = models.PositiveBigIntegerField(default=0, help_text="The run's version at its last change.")
    created_version = models.PositiveBigIntegerField(default=0, help_text="... and when it came to be.")
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    message = models.CharField(max_length=500, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Times it was tried again at a price.")
    charge = models.ForeignKey(
        Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="What the last try was charged; empty when the step paid for it.",
    )  # fmt: skip

    objects: ClassVar[models.Manager[Any]] = PieceQuerySet.as_manager()

    prefix: ClassVar[str]
    step: ClassVar[StepName]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.slot} ({self.status})"

    @property
    def slot(self) -> str:
        """What it is called in the engine, and its id on the page."""
        return f"{self.prefix}:{self.pk}"

    @property
    def html_id(self) -> str:
        return f"{self.prefix}-{self.pk}"

    @property
    def is_loading(self) -> bool:
        return self.status == self.Status.LOADING

    @property
    def is_loaded(self) -> bool:
        return self.status == self.Status.LOADED

    @property
    def has_failed(self) -> bool:
        return self.status in (self.Status.FAILED, self.Status.CANCELED)

    @property
    def is_left_out(self) -> bool:
        return self.status == self.Status.LEFT_OUT


class BaseView(Piece):
    """One photo, analysed. `cache_key` names everything the analysis depends on, so that an
    equal one of the same owner is taken instead of made again."""

    prefix = "base-view"
    step = StepName.BASE_VIEWS

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="base_views")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="base_views")
    cache_key = models.CharField(max_length=64)
    cached = models.BooleanField(default=False)
    confidence = models.FloatField(null=True, blank=True)
    analysis = models.JSONField(null=True, blank=True)

    class Meta:
        # the cache: an equal analysis of the same owner
        indexes = (
            models.Index(F("cache_key"), name="techpack_base_view_cache", condition=Q(status="loaded")),
        )

    @property
    def facts(self) -> schemas.BaseViewAnalysis | None:
        return schemas.BaseViewAnalysis.model_validate(self.analysis) if self.analysis else None

    def set_facts(self, facts: schemas.BaseViewAnalysis) -> None:
        self.analysis = facts.model_dump(mode="json")
        self.confidence = facts.confidence


class CloseUp(Piece):
    """One part of a photo, large. `area` is where it lies: fractions of the photo."""

    prefix = "close-up"
    step = StepName.CLOSE_UPS

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="close_ups")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="+")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shot = models.JSONField()

    @property
    def plan(self) -> schemas.Shot:
        return schemas.Shot.model_validate(self.shot)

    def set_plan(self, plan: schemas.Shot) -> None:
        self.shot = plan.model_dump(mode="json")


class Sketch(Piece):
    """A technical flat of one view and what is written over it.

    `basis` "photo" is drawn from a photo of that view, "mirror" from the front's outline, where
    nobody photographed the view, "inferred" by a model that was asked to.
    """

    class Basis(models.TextChoices):
        PHOTO = "photo"
        MIRROR = "mirror", "outline only, no photo"
        INFERRED = "inferred", "inferred, no photo"

    prefix = "sketch"
    step = StepName.SKETCHES

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="sketches")
    view = models.CharField(max_length=6, choices=View)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.PHOTO)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    annotations = models.JSONField(null=True, blank=True)

    @property
    def writing(self) -> schemas.Annotations | None:
        return schemas.Annotations.model_validate(self.annotations) if self.annotations else None

    def set_writing(self, writing: schemas.Annotations) -> None:
        self.annotations = writing.model_dump(mode="json")

    @property
    def is_drawn(self) -> bool:
        """The drawing is there; what is written over it may still be on its way."""
        return self.asset_id is not None


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


class DraftPhoto(models.Model):
    """A photo that was uploaded before its product exists, so that a refused form keeps it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="draft_photos")
    asset = models.OneToOneField(Asset, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # the purge of forgotten drafts
        indexes = (models.Index(F("created_at"), name="techpack_draft_age"),)

    def __str__(self) -> str:
        return self.name


type AnyPiece = BaseView | CloseUp | Sketch
