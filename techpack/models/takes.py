"""The versions of a piece: what a run made first, and whatever was made again after it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from credits.models import Entry
from generation.models import Asset, Failure
from techpack import schemas
from techpack.models.pieces import AnyPiece, BaseView, CloseUp, Piece, Sketch
from techpack.models.runs import TechPack

# What a take keeps of its piece, beside the picture.
KEEPS: dict[type[Piece], tuple[str, ...]] = {
    BaseView: ("analysis", "confidence", "cache_key", "cached", "sources", "made_from"),
    CloseUp: ("shot", "made_from"),
    Sketch: ("annotations", "sources", "made_from"),
}
PIECE = ("base_view", "close_up", "sketch")


def of_piece(piece: AnyPiece) -> dict[str, Any]:
    """By which the takes of a piece are found and made."""
    return {piece.prefix.replace("-", "_"): piece}


class TakeQuerySet(models.QuerySet["Take"]):
    def of(self, piece: AnyPiece) -> "TakeQuerySet":
        return self.filter(**of_piece(piece)).order_by("number")

    def ready(self) -> "TakeQuerySet":
        return self.filter(status=Take.Status.READY)

    def making(self) -> "TakeQuerySet":
        return self.filter(status=Take.Status.MAKING)

    def waiting(self) -> "TakeQuerySet":
        """For the base views they are to be made from: neither asked for nor charged yet."""
        return self.making().filter(charge__isnull=True)


class Take(models.Model):
    """One version of a base view, a close-up or a sketch; number 1 is what the run made.

        making -> ready | failed

    One that waits for a base view is making and has no charge yet; one that came out the same as what is
    there has failed without a failure. Exactly one ready take of a piece is current. What that one holds
    stands in the piece itself, and so do the edits made on it; `kept` is brought up to date when another
    takes its place.
    """

    class Status(models.TextChoices):
        MAKING = "making"
        READY = "ready"
        FAILED = "failed"

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="takes")
    base_view = models.ForeignKey(
        BaseView, null=True, blank=True, on_delete=models.CASCADE, related_name="all_takes"
    )
    close_up = models.ForeignKey(
        CloseUp, null=True, blank=True, on_delete=models.CASCADE, related_name="all_takes"
    )
    sketch = models.ForeignKey(
        Sketch, null=True, blank=True, on_delete=models.CASCADE, related_name="all_takes"
    )
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.MAKING)
    is_current = models.BooleanField(default=False)
    instruction = models.CharField(max_length=300, blank=True)
    charge = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kept = models.JSONField(null=True, blank=True, help_text="The rest of it (schemas.Kept).")
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    message = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Take"]] = TakeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(base_view__isnull=False, close_up__isnull=True, sketch__isnull=True)
                | Q(base_view__isnull=True, close_up__isnull=False, sketch__isnull=True)
                | Q(base_view__isnull=True, close_up__isnull=True, sketch__isnull=False),
                name="techpack_take_of_one_piece",
            ),
            models.UniqueConstraint(
                fields=[*PIECE, "number"], nulls_distinct=False, name="techpack_take_number"
            ),
            models.UniqueConstraint(
                fields=PIECE, nulls_distinct=False, condition=Q(is_current=True), name="techpack_take_current"
            ),
            models.UniqueConstraint(
                fields=PIECE, nulls_distinct=False, condition=Q(status="making"), name="techpack_take_making"
            ),
        )

    def __str__(self) -> str:
        return f"take {self.number} of {self.piece.slot} ({self.status})"

    @property
    def piece(self) -> AnyPiece:
        found = self.base_view or self.close_up or self.sketch
        assert found is not None
        return found

    @property
    def slot(self) -> str:
        """What it is called in the engine."""
        return f"take:{self.pk}"

    @property
    def is_making(self) -> bool:
        return self.status == self.Status.MAKING

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY

    @property
    def is_first(self) -> bool:
        return self.number == 1

    def keep(self, piece: AnyPiece) -> None:
        """All that stands in the piece now."""
        values = {name: getattr(piece, name) for name in KEEPS[type(piece)]}
        self.kept = schemas.Kept.model_validate(values).model_dump(mode="json", exclude_unset=True)
        self.asset = getattr(piece, "asset", None)

    def put_into(self, piece: AnyPiece) -> None:
        """The reverse of `keep`."""
        kept = schemas.Kept.model_validate(self.kept or {})
        for name in KEEPS[type(piece)]:
            if name in kept.model_fields_set:
                setattr(piece, name, getattr(kept, name))
        if not isinstance(piece, BaseView):
            piece.asset = self.asset
