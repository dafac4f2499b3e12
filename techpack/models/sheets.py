"""What a tech pack says beside its measures: header, colourways, bill of materials, construction."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from techpack.models.products import Product

TEXT = 200
NOTE = 500


class Origin(models.TextChoices):
    """Where a row comes from."""

    SUGGESTED = "suggested", "Suggested"
    ENTERED = "entered", "Entered"
    CONFIRMED = "confirmed", "Confirmed"


class Header(models.Model):
    """The head of a product's tech pack. Empty text is to be specified."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="header")
    style_number = models.CharField(max_length=60, blank=True)
    brand = models.CharField(max_length=120, blank=True)
    season = models.CharField(max_length=60, blank=True)
    collection = models.CharField(max_length=120, blank=True)
    gender = models.CharField(max_length=60, blank=True)
    fit = models.CharField(max_length=60, blank=True)
    designer = models.CharField(max_length=120, blank=True)
    supplier = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    base_size = models.CharField(max_length=20, blank=True)
    sizes = ArrayField(models.CharField(max_length=20), default=list, blank=True, size=30)

    suggested_type = models.CharField(
        max_length=30, blank=True, help_text="The product type whose suggestions fill the sheets."
    )

    def __str__(self) -> str:
        return self.style_number or self.product.code

    @property
    def number(self) -> str:
        """The style number; the product's own code while there is none."""
        return self.style_number or self.product.code


class SheetRow(models.Model):
    """One row of a sheet, in the designer's order."""

    position = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.SUGGESTED)

    # Columns a designer may write to, in their order, with the words of the table's head.
    columns: ClassVar[dict[str, str]]
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class Colourway(SheetRow):
    """One colour the product is made in. A hex is no standard: `system` and `code` are."""

    columns: ClassVar[dict[str, str]] = {
        "name": "Name",
        "hex": "Hex",
        "system": "System",
        "code": "Code",
        "approval": "Approval",
    }

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="colourways")
    name = models.CharField(max_length=TEXT, blank=True)
    hex = models.CharField(max_length=7, blank=True)
    system = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60, blank=True)
    approval = models.CharField(max_length=40, blank=True)

    class Meta(SheetRow.Meta):
        ordering: ClassVar[list[str]] = ["position", "pk"]


class MaterialLine(SheetRow):
    """One line of the bill of materials (BOM)."""

    columns: ClassVar[dict[str, str]] = {
        "section": "Section", "part": "Part", "placement": "Placement", "material": "Material",
        "composition": "Composition", "weight": "Weight", "colour": "Colour", "supplier": "Supplier",
        "quantity": "Quantity", "comment": "Comment",
    }  # fmt: skip

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="material_lines")
    section = models.CharField(max_length=40, blank=True)
    part = models.CharField(max_length=TEXT, blank=True)
    placement = models.CharField(max_length=TEXT, blank=True)
    material = models.CharField(max_length=TEXT, blank=True)
    composition = models.CharField(max_length=TEXT, blank=True)
    weight = models.CharField(max_length=60, blank=True)
    colour = models.CharField(max_length=TEXT, blank=True)
    supplier = models.CharField(max_length=TEXT, blank=True)
    quantity = models.CharField(max_length=60, blank=True)
    comment = models.CharField(max_length=NOTE, blank=True)

    class Meta(SheetRow.Meta):
        ordering: ClassVar[list[str]] = ["position", "pk"]


class ConstructionRow(SheetRow):
    """One seam or finish: area, operation, ISO 4916 seam class, ISO 4915 stitch class."""

    columns: ClassVar[dict[str, str]] = {
        "area": "Area", "operation": "Operation", "seam_class": "Seam class", "stitch_class": "Stitch",
        "stitches_per_inch": "SPI", "allowance_cm": "Allowance, cm", "thread": "Thread", "note": "Note",
    }  # fmt: skip

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="construction_rows")
    area = models.CharField(max_length=TEXT, blank=True)
    operation = models.CharField(max_length=TEXT, blank=True)
    seam_class = models.CharField(max_length=40, blank=True)
    stitch_class = models.CharField(max_length=40, blank=True)
    stitches_per_inch = models.CharField(max_length=40, blank=True)
    allowance_cm = models.CharField(max_length=20, blank=True)
    thread = models.CharField(max_length=TEXT, blank=True)
    note = models.CharField(max_length=NOTE, blank=True)

    class Meta(SheetRow.Meta):
        ordering: ClassVar[list[str]] = ["position", "pk"]
