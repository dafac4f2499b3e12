"""What became of the values of a piece after an engine had found them: every change, and every
proposal that was asked for."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from credits.models import Entry
from techpack.models.pieces import BaseView, Sketch
from techpack.models.runs import TechPack

type EditedPiece = BaseView | Sketch
"""A piece that holds values."""

ONE_PIECE = Q(base_view__isnull=False, sketch__isnull=True) | Q(base_view__isnull=True, sketch__isnull=False)


class OfPiece(models.Model):
    """Of a base view or of a sketch, and of its run."""

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="%(class)ss")
    base_view = models.ForeignKey(
        BaseView, null=True, blank=True, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    sketch = models.ForeignKey(
        Sketch, null=True, blank=True, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    path = models.CharField(max_length=200, help_text='"materials.items.0.name", as it was called then.')
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def piece(self) -> EditedPiece:
        found = self.base_view or self.sketch
        assert found is not None
        return found


def of_piece(piece: EditedPiece) -> dict[str, Any]:
    """By which the rows of a piece are found and made."""
    return {"base_view": piece} if isinstance(piece, BaseView) else {"sketch": piece}


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, piece: EditedPiece) -> "ChangeQuerySet":
        """Of the take that is shown; those of another one come back with it."""
        return self.filter(take=piece.take, **of_piece(piece)).order_by("pk")

    def standing(self) -> "ChangeQuerySet":
        """Neither undone nor an undoing itself, on a take that is shown."""
        is_shown = Q(base_view__take=F("take")) | Q(sketch__take=F("take"))
        return self.filter(is_shown, undone_by__isnull=True, undoes__isnull=True)


class Change(OfPiece):
    """One change of one value. Rows are only ever added: taking one back is a change of its own, which
    names the one it undoes. Changes of one piece with the same `version` were made together, and are
    undone together."""

    class Action(models.TextChoices):
        SET = "set"
        CONFIRM = "confirm"
        ADD = "add"  # `path` is the item's, `before` null
        REMOVE = "remove"  # `path` is the item's, `after` null

    take = models.PositiveSmallIntegerField(default=1, help_text="The number of the take it was made on.")
    action = models.CharField(max_length=7, choices=Action, default=Action.SET)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    source_before = models.CharField(max_length=10, blank=True)
    source_after = models.CharField(max_length=10, blank=True)
    version = models.PositiveBigIntegerField(help_text="The run's version that came of it.")
    prompt = models.CharField(max_length=1000, blank=True, help_text="Of an edit by AI.")
    credits = models.PositiveSmallIntegerField(default=0)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="undone_by"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Change"]] = ChangeQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=ONE_PIECE, name="techpack_change_of_one_piece"),)
        # the history of a piece; the last change somebody made in a run
        indexes = (models.Index(F("tech_pack"), F("by"), F("id").desc(), name="techpack_change_last"),)

    def __str__(self) -> str:
        return f"{self.action} {self.path}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def of(self, piece: EditedPiece) -> "ProposalQuerySet":
        return self.filter(**of_piece(piece)).order_by("pk")


class Proposal(OfPiece):
    """A value as an engine would have it, asked for with words and paid with a credit.

    asked -> ready -> accepted | discarded
    asked -> failed (refunded)        asked -> accepted (with `at_once`)
    """

    class Status(models.TextChoices):
        ASKED = "asked"
        READY = "ready"
        ACCEPTED = "accepted"
        DISCARDED = "discarded"
        FAILED = "failed"

    prompt = models.CharField(max_length=1000)
    seen = models.JSONField(null=True, blank=True, help_text="The value when it was asked for.")
    at_once = models.BooleanField(default=False, help_text="Applied as it comes, unless the value changed.")
    status = models.CharField(max_length=9, choices=Status, default=Status.ASKED)
    value = models.JSONField(null=True, blank=True, help_text="The value proposed.")
    reason = models.CharField(max_length=500, blank=True, help_text="The engine's words.")
    failure = models.CharField(max_length=20, blank=True)
    message = models.CharField(max_length=500, blank=True)
    charge = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    prediction = models.UUIDField(null=True, blank=True)
    change = models.OneToOneField(
        Change, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposal"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Proposal"]] = ProposalQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=ONE_PIECE, name="techpack_proposal_of_one_piece"),)

    def __str__(self) -> str:
        return f"{self.path} ({self.status})"

    @property
    def slot(self) -> str:
        """What it is called in the engine."""
        return f"edit:{self.pk}"

    @property
    def is_asked(self) -> bool:
        return self.status == self.Status.ASKED

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY

    @property
    def is_accepted(self) -> bool:
        return self.status == self.Status.ACCEPTED

    @property
    def has_failed(self) -> bool:
        return self.status == self.Status.FAILED
