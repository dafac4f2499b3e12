"""A product, its photos, and photos that are not part of one yet."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Membership, Team, User
from generation.models import Asset
from techpack import schemas
from techpack.library import points_of_measure

if TYPE_CHECKING:
    from techpack.models.runs import TechPack

MAX_PHOTOS = 10
MASKS = ("mask", "seen_mask")  # of a PhotoReading


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


def length_words(dimension: dict[str, Any] | None) -> str:
    """ "Total length 70 cm" of a known dimension; "" of none."""
    if not dimension:
        return ""
    unit = LengthUnit(dimension["unit"]).label
    return f"{dimension_label(dimension['name'])} {dimension['value']:g} {unit}"


def dimension_label(name: str) -> str:
    """ "Total length", or "Chest width" for a point of measure."""
    if name in Dimension.values:
        return str(Dimension(name).label)
    return points_of_measure()[name].name


def first_front(photos: "list[Revision]") -> "Revision | None":
    """The first front view, else the first photo, else None."""
    return next((photo for photo in photos if photo.view == View.FRONT), photos[0] if photos else None)


class ProductQuerySet(models.QuerySet["Product"]):
    def of(self, user: Any) -> "ProductQuerySet":
        """Products that this user may open: their own, and those of their teams."""
        mine = models.Q(team__in=Membership.objects.filter(user=user).without_guests().values("team"))
        return self.filter(models.Q(owner=user, team=None) | mine)

    def in_workspace(self, user: Any, team: Team | None) -> "ProductQuerySet":
        return self.filter(team=team) if team else self.filter(owner=user, team=None)

    def archived(self) -> "ProductQuerySet":
        return self.filter(archived_at__isnull=False)

    def current(self) -> "ProductQuerySet":
        return self.filter(archived_at__isnull=True)


class Product(models.Model):
    """What a designer wants made. `category_source` ENTERED is a correction, and binding."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="products")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="products",
        help_text="Empty: it belongs to its owner alone.",
    )  # fmt: skip
    name = models.CharField(max_length=120)
    notes = models.TextField(max_length=10_000, blank=True)
    category = models.CharField(max_length=10, choices=Category, blank=True)
    subcategory = models.CharField(max_length=60, blank=True)
    category_confidence = models.FloatField(null=True, blank=True)
    category_source = models.CharField(max_length=10, blank=True)
    category_evidence = models.CharField(max_length=300, blank=True)
    category_at = models.DateTimeField(null=True, blank=True, help_text="When it was detected or corrected.")
    dimension = models.CharField(
        max_length=20, blank=True, help_text="A Dimension, or the code of a point of measure."
    )
    dimension_value = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    dimension_unit = models.CharField(max_length=2, choices=LengthUnit, blank=True)
    product_type = models.CharField(
        max_length=30, blank=True, help_text="A type of the library, when the designer chose it."
    )
    detected_type = models.CharField(
        max_length=30, blank=True, help_text="A type of the library, as an engine named it."
    )
    features = models.JSONField(
        default=dict, blank=True, help_text="{name: value}: neck, sleeve, ... as the designer chose them."
    )
    settled_reasons = models.JSONField(
        default=list, blank=True, help_text="Reasons for a review that the designer has looked at."
    )
    review_count = models.PositiveSmallIntegerField(
        default=0, help_text="Reasons for a review that nobody has settled."
    )
    specification_version = models.PositiveBigIntegerField(
        default=1, help_text="Counts every change of measures, features and photo readings."
    )
    issued_version = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="The specification_version that was last issued to a factory."
    )
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
        indexes = (
            models.Index(F("owner"), F("updated_at").desc(), name="techpack_product_list"),
            models.Index(F("team"), F("updated_at").desc(), name="techpack_team_product_list"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("techpack:product", args=[self.pk])

    @property
    def account(self) -> str:
        """Whose generation limits count and who may see the pictures."""
        return f"team:{self.team_id}" if self.team_id else f"user:{self.owner_id}"

    @property
    def payer(self) -> "User | Team":
        """Whose credits are used."""
        return self.team or self.owner

    def photos_in_use(self) -> list["Revision"]:
        """Photos of new runs, in the designer's order."""
        return list(self.revisions.in_use().with_readings())

    def primary_photo(self) -> "Revision | None":
        """The first front view, else the first photo, else None."""
        return first_front(self.photos_in_use())

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
    def is_issued(self) -> bool:
        """Whether the specification as it stands was issued to a factory."""
        return self.issued_version == self.specification_version

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
        return length_words(self.known_dimension)

    @property
    def latest_run(self) -> "TechPack | None":
        if hasattr(self, "latest_runs"):
            return self.latest_runs[0] if self.latest_runs else None
        return self.runs.order_by("-number").first()


class RevisionQuerySet(models.QuerySet["Revision"]):
    def in_use(self) -> "RevisionQuerySet":
        return self.filter(removed_at__isnull=True).order_by("order", "pk")

    def with_readings(self) -> "RevisionQuerySet":
        """With their files and what was read of them, but for the masks, which are large."""
        masks = [f"reading__{name}" for name in MASKS]
        return self.select_related("asset", "reading").defer(*masks)


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
