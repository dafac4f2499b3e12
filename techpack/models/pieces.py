"""The pieces of a run: base views, close-ups, sketches."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, F, Q

from credits.models import Entry
from generation.models import Asset, Failure
from techpack import schemas
from techpack.models.products import Revision, View
from techpack.models.runs import StepName, TechPack


class PieceQuerySet(models.QuerySet[Any]):
    def changed_since(self, version: int) -> "PieceQuerySet":
        return self.filter(version__gt=version)

    def loaded_of(self, product: Any) -> "PieceQuerySet":
        return self.filter(tech_pack__product=product, status=Piece.Status.LOADED)

    def loading(self) -> "PieceQuerySet":
        return self.filter(status=Piece.Status.LOADING)

    def for_page(self) -> "PieceQuerySet":
        related = ["revision", "revision__asset"]
        if any(field.name == "asset" for field in self.model._meta.fields):
            related.append("asset")
        ready = Count("all_takes", filter=Q(all_takes__status="ready"))
        return self.select_related(*related).annotate(ready_takes=ready).order_by("order", "pk")


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

    remaking = models.BooleanField(default=False, help_text="A new take is on its way; the old one is shown.")
    takes = models.PositiveSmallIntegerField(default=1, help_text="The last take's number.")
    take = models.PositiveSmallIntegerField(default=1, help_text="The number of the take that is shown.")
    made_from = models.JSONField(
        null=True, blank=True,
        help_text="What it was made from (schemas.MadeFrom); empty when nobody knows.",
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
        """It has ended and is not there; whoever counts failures leaves the canceled ones out."""
        return self.status in (self.Status.FAILED, self.Status.CANCELED)

    @property
    def is_canceled(self) -> bool:
        return self.status == self.Status.CANCELED

    @property
    def is_left_out(self) -> bool:
        return self.status == self.Status.LEFT_OUT

    @property
    def ground(self) -> schemas.MadeFrom | None:
        return schemas.MadeFrom.model_validate(self.made_from) if self.made_from else None

    def set_ground(self, ground: dict[str, Any] | None) -> None:
        """As it stood in the request that made this piece; None of an older one, which had none."""
        self.made_from = schemas.MadeFrom.model_validate(ground).model_dump(mode="json") if ground else None


class BaseView(Piece):
    """One photo, analysed. `cache_key` names everything the analysis depends on, so that an
    equal one of the same owner is taken instead of made again."""

    prefix = "base-view"
    step = StepName.BASE_VIEWS

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="base_views")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="base_views")
    view = models.CharField(max_length=6, choices=View, help_text="What the photo was said to show then.")
    cache_key = models.CharField(max_length=64)
    cached = models.BooleanField(default=False)
    confidence = models.FloatField(null=True, blank=True)
    analysis = models.JSONField(null=True, blank=True)
    sources = models.JSONField(
        default=dict, blank=True, help_text="Of values somebody changed or confirmed (schemas.Sources)."
    )

    class Meta:
        # the cache: an equal analysis of the same owner
        indexes = (
            models.Index(F("cache_key"), name="techpack_base_view_cache", condition=Q(status="loaded")),
        )

    @property
    def name(self) -> str:
        """What sentences call it: "Front base view"."""
        return f"{self.get_view_display()} base view"

    @property
    def facts(self) -> schemas.BaseViewAnalysis | None:
        return schemas.BaseViewAnalysis.model_validate(self.analysis) if self.analysis else None

    def set_facts(self, facts: schemas.BaseViewAnalysis) -> None:
        self.analysis = facts.model_dump(mode="json")
        self.confidence = facts.confidence

    @property
    def document(self) -> schemas.BaseViewAnalysis | None:
        """All values, as `techpack.editing` addresses them."""
        return self.facts

    def set_document(self, document: schemas.BaseViewAnalysis) -> None:
        self.set_facts(document)

    @property
    def known_sources(self) -> schemas.Sources:
        return schemas.Sources.model_validate(self.sources)

    def set_sources(self, sources: schemas.Sources) -> None:
        self.sources = sources.model_dump(mode="json")


class CloseUp(Piece):
    """One part of a photo, large. `area` is where it lies: fractions of the photo. Its view, like a base
    view's, is what the photo was said to show when the run took it: saying otherwise is for the next run."""

    prefix = "close-up"
    step = StepName.CLOSE_UPS

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="close_ups")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="+")
    view = models.CharField(max_length=6, choices=View, help_text="What the photo was said to show then.")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shot = models.JSONField()

    @property
    def name(self) -> str:
        """What sentences call it: "Collar"."""
        return self.plan.title

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
    sources = models.JSONField(
        default=dict, blank=True, help_text="Of values somebody changed or confirmed (schemas.Sources)."
    )

    @property
    def name(self) -> str:
        """What sentences call it: "Back sketch"."""
        return f"{self.get_view_display()} sketch"

    @property
    def writing(self) -> schemas.Annotations | None:
        return schemas.Annotations.model_validate(self.annotations) if self.annotations else None

    def set_writing(self, writing: schemas.Annotations) -> None:
        self.annotations = writing.model_dump(mode="json")

    def set_answer(self, writing: schemas.Annotations) -> None:
        """What an engine wrote. Whatever it says of it, only a photo of this very view is measured."""
        self.set_writing(writing if self.basis == self.Basis.PHOTO else writing.suggested())

    @property
    def document(self) -> schemas.Annotations | None:
        """All values, as `techpack.editing` addresses them."""
        return self.writing

    def set_document(self, document: schemas.Annotations) -> None:
        self.set_writing(document)

    @property
    def known_sources(self) -> schemas.Sources:
        return schemas.Sources.model_validate(self.sources)

    def set_sources(self, sources: schemas.Sources) -> None:
        self.sources = sources.model_dump(mode="json")

    @property
    def is_drawn(self) -> bool:
        """The drawing is there; what is written over it may still be on its way."""
        return self.asset_id is not None


type AnyPiece = BaseView | CloseUp | Sketch
