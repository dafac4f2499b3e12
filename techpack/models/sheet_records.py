"""What people did to the sheets of a product: every change of a cell, and what they wrote about rows."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from pydantic import BaseModel, ConfigDict

from accounts.models import Membership, Team, User
from techpack.models.products import Product

LONGEST_COMMENT = 10_000


class RowSnapshot(BaseModel):
    """A whole row as it was, so that an undo puts it back: its fields, and its colours by colourway."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, Any]
    colours: list[dict[str, Any]] = []


class SheetChangeQuerySet(models.QuerySet["SheetChange"]):
    def standing(self) -> "SheetChangeQuerySet":
        """Neither undone nor an undoing itself."""
        return self.filter(undone_by__isnull=True, undoes__isnull=True)


class SheetChange(models.Model):
    """One change of one cell or row. Rows are only ever added: an undo is a change that names the one it
    undoes. Changes with the same `batch` were made together and are undone together."""

    class Action(models.TextChoices):
        SET = "set"
        ADD = "add"
        DELETE = "delete"

    class Way(models.TextChoices):
        """How it came in."""

        PAGE = "page", "Page"
        API = "api", "API"
        IMPORT = "import", "Import"
        LIBRARY = "library", "Library"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="sheet_changes")
    batch = models.UUIDField(default=uuid.uuid4)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    way = models.CharField(max_length=8, choices=Way, default=Way.PAGE)
    action = models.CharField(max_length=6, choices=Action, default=Action.SET)
    sheet = models.CharField(max_length=20)
    row = models.CharField(max_length=40, help_text="The key of the row: its id, or a point of measure.")
    column = models.CharField(max_length=40, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    origin_before = models.CharField(max_length=12, blank=True)
    snapshot = models.JSONField(null=True, blank=True, help_text="RowSnapshot of a row that was deleted.")
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="undone_by"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SheetChangeQuerySet] = SheetChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = (
            # the last change somebody made, and the history of a product
            models.Index(F("product"), F("id").desc(), name="techpack_sheet_change_last"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.sheet} {self.row} {self.column}"


class RowComment(models.Model):
    """What somebody wrote about a row, a point of measure or a place on a flat.

    An internal one never leaves the product's own pages; `is_shared` ones go to the factory.
    """

    class Tag(models.TextChoices):
        FIT = "fit", "Fit"
        GRADING = "grading", "Grading"
        WORKMANSHIP = "workmanship", "Workmanship"
        MATERIAL = "material", "Material"
        OTHER = "other", "Other"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="row_comments")
    sheet = models.CharField(max_length=20, blank=True, help_text='"materials", "measures"; empty: of all.')
    row = models.CharField(max_length=40, blank=True)
    view = models.CharField(max_length=6, blank=True, help_text="Of a place on a flat.")
    x = models.FloatField(null=True, blank=True, help_text="Fraction of the flat from its left.")
    y = models.FloatField(null=True, blank=True, help_text="Fraction of the flat from its top.")
    tag = models.CharField(max_length=12, choices=Tag, default=Tag.OTHER)
    text = models.TextField(max_length=LONGEST_COMMENT)
    is_shared = models.BooleanField(default=False, help_text="The factory sees it.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.tag}: {self.text[:40]}"


class LibraryEntryQuerySet(models.QuerySet["LibraryEntry"]):
    def of(self, user: User) -> "LibraryEntryQuerySet":
        """Their own, and the libraries of their teams."""
        teams = Membership.objects.filter(user=user).without_guests().values("team")
        return self.filter(Q(team=None, owner=user) | Q(team__in=teams))

    def for_product(self, product: Product, user: User) -> "LibraryEntryQuerySet":
        """What `user` may put into this product: the library of its team, and their own."""
        own = Q(team=None, owner=user)
        return self.filter(own | Q(team=product.team_id) if product.team_id else own)


class LibraryEntry(models.Model):
    """One list of the library of a team, or of a designer who works alone: points of measure, sizes, grade
    rules, labels or packaging. `owner` is who kept it.

    `rows` are columns by name with text, validated by `services.brand_library`.
    """

    class Kind(models.TextChoices):
        POINTS = "points", "Points of measure"
        SIZES = "sizes", "Size range"
        GRADES = "grades", "Grade rules"
        LABELS = "labels", "Labels"
        PACKAGING = "packaging", "Packaging"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="library_entries"
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="library_entries",
        help_text="Whose library it is in; empty for the designer's own.",
    )  # fmt: skip
    brand = models.CharField(max_length=120, blank=True, help_text="Empty: for every brand.")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    rows = models.JSONField(default=list, help_text="[{column: text}]")
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["LibraryEntry"]] = LibraryEntryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "brand", "kind", "name"],
                name="techpack_own_library_entry_once",
                condition=Q(team=None),
            ),
            models.UniqueConstraint(
                fields=["team", "brand", "kind", "name"], name="techpack_team_library_entry_once"
            ),
        )
        ordering: ClassVar[list[str]] = ["kind", "brand", "name"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"
