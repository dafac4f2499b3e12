"""What a subscriber found wrong with a picture, and the free redo that followed."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from blueprint.models.shoots import Grid
from generation.models import Prediction


class RedoQuerySet(models.QuerySet["Redo"]):
    def counting(self) -> "RedoQuerySet":
        """Those that used one up: a picture came of it, or may still."""
        nothing_came = (Prediction.Status.FAILED, Prediction.Status.CANCELED)
        return self.exclude(prediction__status__in=nothing_came)


class Redo(models.Model):
    """One grid made again at no charge, because somebody said what is wrong with one of its frames.

    `model` is what made the picture that was wrong, `prediction` the one that was asked for to replace it.
    """

    class Reason(models.TextChoices):
        NOT_ME = "not_me", "Not me"
        HANDS = "hands", "Hands"
        TEETH = "teeth", "Teeth"
        EYES = "eyes", "Eyes"
        TEXT = "text", "Lettering"
        OTHER = "other", "Something else"

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="redos")
    frame = models.PositiveSmallIntegerField(default=0, help_text="1 to 9; 0 for the whole grid.")
    reason = models.CharField(max_length=6, choices=Reason)
    model = models.CharField(max_length=120, blank=True)
    prediction = models.OneToOneField(
        Prediction, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = RedoQuerySet.as_manager()

    class Meta:
        # the rates by scene and model of the last weeks
        indexes = (models.Index(F("created_at"), name="blueprint_redo_lately"),)

    def __str__(self) -> str:
        return f"redo of grid {self.grid_id}: {self.get_reason_display()}"
