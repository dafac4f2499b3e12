"""Shoots of grids, and grids of nine frames."""

import re
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from blueprint import scenes
from blueprint.models.subscribers import SLOTS, Subscriber
from generation.models import Asset, Prediction

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

FRAMES = 9
SLOT = re.compile(r"(grid|free|shoot:(\d+)):(\d+)")


class Shoot(models.Model):
    """A set of grids for one subscriber: the paid thirty, the free one, or a shoot that staff run."""

    class Kind(models.TextChoices):
        PAID = "paid", "Paid blueprint"
        FREE = "free", "Free blueprint"
        STAFF = "staff", "Staff shoot"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="shoots")
    kind = models.CharField(max_length=5, choices=Kind)
    title = models.CharField(max_length=120, blank=True)
    planned = models.PositiveSmallIntegerField(default=SLOTS, help_text="Number of grids, 1 to 30.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    if TYPE_CHECKING:
        grids: "RelatedManager[Grid]"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subscriber", "kind"],
                condition=Q(kind__in=("paid", "free")),
                name="blueprint_one_paid_one_free",
            ),
            models.CheckConstraint(
                condition=Q(planned__gte=1, planned__lte=SLOTS), name="blueprint_planned_1_to_30"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title or self.get_kind_display()} of {self.subscriber_id}"

    @property
    def is_paid(self) -> bool:
        return self.kind == self.Kind.PAID

    def slot(self, number: int) -> str:
        """What the engine calls one of its grids: "grid:5", "free:1", "shoot:3:2"."""
        return {self.Kind.PAID: "grid", self.Kind.FREE: "free"}.get(
            self.Kind(self.kind), f"shoot:{self.pk}"
        ) + f":{number}"

    def stem(self, number: int) -> str:
        """Where the picture of a grid lies, but for the unguessable end of its name."""
        folder = {self.Kind.PAID: "paid-blueprint", self.Kind.FREE: "free-blueprint"}.get(
            self.Kind(self.kind), f"shoots/{self.pk}"
        )
        return f"{folder}/grids/{self.subscriber_id}-{number}"


class GridQuerySet(models.QuerySet["Grid"]):
    def in_slot(self, subscriber_id: int, slot: str) -> "GridQuerySet":
        """The one grid (or none) that the engine calls `slot`."""
        found = SLOT.fullmatch(slot)
        if found is None:
            return self.none()
        kind = {"grid": Shoot.Kind.PAID, "free": Shoot.Kind.FREE}.get(found[1], Shoot.Kind.STAFF)
        more = {"shoot_id": int(found[2])} if found[2] else {}
        return self.filter(shoot__subscriber_id=subscriber_id, shoot__kind=kind, number=int(found[3]), **more)


class Grid(models.Model):
    """One picture of nine photographs; the row comes to be when it is first asked for.

    `prediction` is the latest that was asked for it, and says how it stands; `asset` is the picture
    it has, which stays until a new one has been stored. `version` is the subscriber's version at
    which it last changed.
    """

    shoot = models.ForeignKey(Shoot, on_delete=models.CASCADE, related_name="grids")
    number = models.PositiveSmallIntegerField()
    scene = models.TextField(max_length=1000, blank=True, help_text="Staff's own words for the scene.")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    prediction = models.ForeignKey(
        Prediction, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    filled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager["Grid"]] = GridQuerySet.as_manager()

    if TYPE_CHECKING:
        frames: "RelatedManager[Frame]"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["shoot", "number"], name="blueprint_one_grid_a_number"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=SLOTS), name="blueprint_number_1_to_30"
            ),
        )
        indexes = (
            # the poll: what of a shoot changed since a version
            models.Index(F("shoot"), F("version"), name="blueprint_grid_changes"),
            # pictures that came lately: whose frames are still to be cut
            models.Index(F("filled_at"), name="blueprint_grid_filled"),
        )

    def __str__(self) -> str:
        return f"grid {self.number} of {self.shoot_id}"

    @property
    def title(self) -> str:
        if self.scene:
            return self.scene.partition(".")[0][:40]
        return scenes.title(self.number)

    @property
    def is_live(self) -> bool:
        return self.prediction is not None and self.prediction.is_live


class Frame(models.Model):
    """One of the nine photographs of a grid, cut out."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="frames")
    position = models.PositiveSmallIntegerField(help_text="1 to 9, in reading order.")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    favourite = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = (
            models.UniqueConstraint(fields=["grid", "position"], name="blueprint_one_frame_a_position"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=FRAMES), name="blueprint_position_1_to_9"
            ),
        )

    def __str__(self) -> str:
        return f"frame {self.position} of {self.grid_id}"
