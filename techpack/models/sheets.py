"""What a tech pack says beside its measures: header, colourways, bill of materials, construction."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from pydantic import TypeAdapter

from techpack.models.products import LengthUnit, Product

SIZE_NAMES: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, dict[str, str]])
TEXT = 200
NOTE = 500
LONG = 2000


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
    size_system = models.CharField(
        max_length=20, blank=True, help_text='"alpha", "numeric", "EU", "UK", "US".'
    )
    shown_systems = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, size=10,
        help_text='Other size systems that the document prints: "EU", "US".',
    )  # fmt: skip
    size_names = models.JSONField(
        default=dict, blank=True, help_text='{"EU": {"M": "38"}}: names typed over those of the charts.'
    )
    unit = models.CharField(
        max_length=2, choices=LengthUnit, blank=True, help_text="Of the document; empty: the designer's own."
    )
    stage = models.CharField(max_length=60, blank=True)
    sample_due = models.DateField(null=True, blank=True)
    delivery_due = models.DateField(null=True, blank=True)

    suggested_type = models.CharField(
        max_length=30, blank=True, help_text="The product type whose suggestions fill the sheets."
    )

    def __str__(self) -> str:
        return self.style_number or self.product.code

    @property
    def number(self) -> str:
        """The style number; the product's own code while there is none."""
        return self.style_number or self.product.code

    def own_size_names(self, system: str) -> dict[str, str]:
        """What the designer calls the sizes in that system, by the sizes of this header."""
        return SIZE_NAMES.validate_python(self.size_names).get(system, {})

    def name_size(self, system: str, size: str, name: str) -> None:
        """An empty name goes back to the chart's. Not saved."""
        names = SIZE_NAMES.validate_python(self.size_names)
        kept = {one: text for one, text in names.get(system, {}).items() if one != size}
        names[system] = {**kept, size: name} if name else kept
        self.size_names = {one: told for one, told in names.items() if told}


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
        "composition": "Composition", "weight": "Weight", "width": "Width", "size": "Size",
        "colour": "Colour", "details": "Details", "supplier": "Supplier", "supplier_code": "Supplier code",
        "quantity": "Quantity", "unit": "Unit", "loss_percent": "Loss, %", "lead_time": "Lead time",
        "recycled_percent": "Recycled, %", "country": "Country", "comment": "Comment",
    }  # fmt: skip

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="material_lines")
    section = models.CharField(max_length=40, blank=True)
    part = models.CharField(max_length=TEXT, blank=True)
    placement = models.CharField(max_length=TEXT, blank=True)
    material = models.CharField(max_length=TEXT, blank=True)
    composition = models.CharField(max_length=TEXT, blank=True)
    weight = models.CharField(max_length=60, blank=True)
    width = models.CharField(max_length=60, blank=True)
    size = models.CharField(max_length=TEXT, blank=True, help_text="Length, ligne, ticket number.")
    colour = models.CharField(max_length=TEXT, blank=True, help_text="The same in every colourway.")
    details = models.CharField(max_length=NOTE, blank=True, help_text="Finish, attachment, artwork, rules.")
    supplier = models.CharField(max_length=TEXT, blank=True)
    supplier_code = models.CharField(max_length=60, blank=True)
    quantity = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    loss_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    lead_time = models.CharField(max_length=60, blank=True)
    recycled_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    country = models.CharField(max_length=60, blank=True, help_text="Where the material is made.")
    comment = models.CharField(max_length=NOTE, blank=True)
    needed = models.CharField(
        max_length=NOTE, blank=True, help_text='What must be specified, by the library: "size; artwork".'
    )

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


class LineColour(models.Model):
    """One cell of the BOM x colourway matrix: what a BOM line is in one colourway."""

    line = models.ForeignKey(MaterialLine, on_delete=models.CASCADE, related_name="colours")
    colourway = models.ForeignKey(Colourway, on_delete=models.CASCADE, related_name="cells")
    colour = models.CharField(max_length=TEXT, blank=True, help_text='A name, or "DTM" (dyed to match).')
    hex = models.CharField(max_length=7, blank=True)
    system = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60, blank=True)
    article = models.CharField(max_length=60, blank=True, help_text="The supplier's article in this colour.")
    approval = models.CharField(max_length=40, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.ENTERED)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["line", "colourway"], name="techpack_line_colour_once"),
        )

    def __str__(self) -> str:
        return f"colour of line {self.line_id} in colourway {self.colourway_id}"


class LabelRow(SheetRow):
    """One label or tag: what it says and where it goes."""

    columns: ClassVar[dict[str, str]] = {
        "type": "Type", "text": "Text", "placement": "Placement", "artwork": "Artwork", "size": "Size",
        "material": "Material", "attachment": "Attachment", "languages": "Languages", "note": "Note",
    }  # fmt: skip

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="label_rows")
    type = models.CharField(max_length=60, blank=True, help_text="Main, size, care, composition, origin...")
    text = models.CharField(max_length=LONG, blank=True)
    placement = models.CharField(max_length=TEXT, blank=True)
    artwork = models.CharField(max_length=TEXT, blank=True)
    size = models.CharField(max_length=TEXT, blank=True)
    material = models.CharField(max_length=TEXT, blank=True)
    attachment = models.CharField(max_length=TEXT, blank=True)
    languages = models.CharField(max_length=TEXT, blank=True)
    note = models.CharField(max_length=NOTE, blank=True)

    class Meta(SheetRow.Meta):
        ordering: ClassVar[list[str]] = ["position", "pk"]


class PackagingRow(SheetRow):
    """One step or part of packing: folding, polybag, carton, marks."""

    columns: ClassVar[dict[str, str]] = {
        "item": "Item", "specification": "Specification", "size": "Size", "material": "Material",
        "print": "Print, warning", "quantity": "Pieces", "barcode": "Barcode", "note": "Note",
    }  # fmt: skip

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="packaging_rows")
    item = models.CharField(max_length=TEXT, blank=True)
    specification = models.CharField(max_length=NOTE, blank=True)
    size = models.CharField(max_length=TEXT, blank=True)
    material = models.CharField(max_length=TEXT, blank=True)
    print = models.CharField(max_length=NOTE, blank=True)
    quantity = models.CharField(max_length=60, blank=True)
    barcode = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=NOTE, blank=True)

    class Meta(SheetRow.Meta):
        ordering: ClassVar[list[str]] = ["position", "pk"]


class CostLine(SheetRow):
    """One cost of one piece. Its total is quantity x unit cost, with waste on top."""

    class Section(models.TextChoices):
        FABRIC = "fabric", "Fabric"
        TRIM = "trim", "Trim"
        LABEL = "label", "Label"
        PACKAGING = "packaging", "Packaging"
        MAKING = "cut and make", "Cut and make"
        FINISHING = "wash and dye", "Wash and dye"
        OVERHEAD = "overhead", "Overhead"
        FREIGHT = "freight", "Freight"
        DUTY = "duty", "Duty"
        OTHER = "other", "Other"

    AFTER_FIRST_COST: ClassVar = (Section.FREIGHT, Section.DUTY, Section.OTHER)

    columns: ClassVar[dict[str, str]] = {
        "section": "Section", "item": "Item", "quantity": "Quantity", "unit": "Unit",
        "unit_cost": "Unit cost", "waste_percent": "Waste, %", "note": "Note",
    }  # fmt: skip

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="cost_lines")
    section = models.CharField(max_length=20, choices=Section, blank=True)
    item = models.CharField(max_length=TEXT, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    unit_cost = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    waste_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=NOTE, blank=True)

    class Meta(SheetRow.Meta):
        ordering: ClassVar[list[str]] = ["position", "pk"]


class OnePerProduct(models.Model):
    """A sheet with one row a product. Empty text is to be specified."""

    columns: ClassVar[dict[str, str]]
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class Costing(OnePerProduct):
    """What the cost sheet is in, and what the product sells for."""

    columns: ClassVar[dict[str, str]] = {
        "currency": "Currency", "wholesale": "Wholesale price", "retail": "Retail price",
    }  # fmt: skip

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="costing")
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217.")
    wholesale = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    retail = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)


class Care(OnePerProduct):
    """Care by the meanings of ISO 3758; each value is a code of `techpack.library.care`."""

    columns: ClassVar[dict[str, str]] = {
        "wash": "Washing", "bleach": "Bleaching", "tumble": "Tumble drying", "dry": "Natural drying",
        "iron": "Ironing", "dry_clean": "Dry cleaning", "wet_clean": "Wet cleaning", "words": "In words",
    }  # fmt: skip

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="care")
    wash = models.CharField(max_length=20, blank=True)
    bleach = models.CharField(max_length=20, blank=True)
    tumble = models.CharField(max_length=20, blank=True)
    dry = models.CharField(max_length=20, blank=True)
    iron = models.CharField(max_length=20, blank=True)
    dry_clean = models.CharField(max_length=20, blank=True)
    wet_clean = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=NOTE, blank=True)


class Passport(OnePerProduct):
    """Fields of a digital product passport (EU). Fibres and recycled shares stand in the BOM."""

    columns: ClassVar[dict[str, str]] = {
        "gtin": "GTIN", "hs_code": "HS code", "mass_g": "Mass of a piece, g", "facility": "Facility",
        "facility_id": "Facility ID (GLN)", "fibre_country": "Fibre made in",
        "yarn_country": "Spun in", "fabric_country": "Woven or knitted in", "dyeing_country": "Dyed in",
        "assembly_country": "Assembled in", "substances": "Substances of concern",
        "repair": "Repair, end of life",
    }  # fmt: skip

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="passport")
    gtin = models.CharField(max_length=14, blank=True)
    hs_code = models.CharField(max_length=12, blank=True)
    mass_g = models.DecimalField(max_digits=8, decimal_places=1, null=True, blank=True)
    facility = models.CharField(max_length=TEXT, blank=True)
    facility_id = models.CharField(max_length=60, blank=True)
    fibre_country = models.CharField(max_length=60, blank=True)
    yarn_country = models.CharField(max_length=60, blank=True)
    fabric_country = models.CharField(max_length=60, blank=True)
    dyeing_country = models.CharField(max_length=60, blank=True)
    assembly_country = models.CharField(max_length=60, blank=True)
    substances = models.CharField(max_length=LONG, blank=True)
    repair = models.CharField(max_length=LONG, blank=True)
