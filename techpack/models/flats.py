"""What designers draw on flats by hand, and how flats looked before each change."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F

from techpack.models.products import Product, View


class FlatMark(models.Model):
    """A seam, topstitch, pocket or label that somebody drew on a flat.

    `points` are [{"landmark", "dx", "dy"}]: cm from the landmark that was nearest when it was drawn, so that
    they move with it.
    """

    class Kind(models.TextChoices):
        SEAM = "seam", "Seam"
        TOPSTITCH = "topstitch", "Topstitch"
        POCKET = "pocket", "Pocket"
        LABEL = "label", "Label"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="flat_marks")
    view = models.CharField(max_length=6, choices=View)
    kind = models.CharField(max_length=10, choices=Kind)
    points = models.JSONField()
    is_mirrored = models.BooleanField(default=False, help_text="Drawn on the other side as well.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} on the {self.view} of {self.product_id}"


class FlatState(models.Model):
    """What a product's flats were drawn from after a change. Rows are only ever added.

    `drawn` is enough to draw it again: {type, measures, features, mens, marks}. `entered` is what the
    designer had said by then: {type, features, values: {code: [value, as typed, source]}, marks}; restoring
    a state says it again. `before` is the state that an undo goes back to.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="flat_states")
    before = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    drawn = models.JSONField()
    entered = models.JSONField()
    words = models.CharField(max_length=200, help_text="What changed.")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # the states of a product, newest first
        indexes = (models.Index(F("product"), F("id").desc(), name="techpack_flat_states"),)

    def __str__(self) -> str:
        return f"flats of {self.product_id}: {self.words}"

    @property
    def marks(self) -> list[dict[str, Any]]:
        return list(self.entered["marks"])
