"""Issued revisions of a product's document, links to share them, and what suppliers did with those."""

import hashlib
import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from techpack.models.products import Product


class ReleaseIsIssuedError(Exception):
    """An issued revision does not change any more."""


class Release(models.Model):
    """One issued revision: number, date and everything it says, kept as it was. Never changed."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="releases")
    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="Of the page that says whether it is the current one."
    )
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True, help_text="Why: what changed.")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    data = models.JSONField(help_text="The document as data (techpack.exports.tables.as_json).")
    changes = models.JSONField(
        default=list, help_text="[{section, row, what, before, after}] since the one before."
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["product", "number"], name="techpack_release_number"),)
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.product_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ReleaseIsIssuedError for one that is there already."""
        if self.pk and not kwargs.get("force_insert"):
            raise ReleaseIsIssuedError("An issued revision does not change. Issue the next one.")
        super().save(*args, **kwargs)


class Snapshot(models.Model):
    """A product's data at one moment, kept to compare with and to go back to. No factory gets it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="snapshots")
    note = models.CharField(max_length=200, blank=True)
    data = models.JSONField(help_text="The document as data (techpack.exports.tables.as_json).")
    flats = models.JSONField(default=dict, help_text="{view: SVG}")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"snapshot of {self.product_id}, {self.created_at:%Y-%m-%d %H:%M}"


class ExportJob(models.Model):
    """A file that is made in the background: pending, then done with its content, or failed."""

    class Status(models.TextChoices):
        PENDING = "pending", "Being made"
        DONE = "done", "Made"
        FAILED = "failed", "Could not be made"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="exports")
    release = models.ForeignKey(Release, null=True, on_delete=models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=10)
    unit = models.CharField(max_length=2, blank=True)
    choices = models.JSONField(default=dict)
    choices_key = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    stage = models.CharField(max_length=40, blank=True, help_text="What is being done, in words.")
    message = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=120, blank=True)
    content = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        # the purge of files of drafts
        indexes = (models.Index(F("created_at"), name="techpack_export_age"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.product_id} ({self.status})"


class ReleaseFile(models.Model):
    """A file of an issued revision, kept in the database: it comes and goes with its revision."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=40, help_text='"pdf", "xlsx", "front.svg"')
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["release", "name"], name="techpack_release_file"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.release}"


class ShareQuerySet(models.QuerySet["Share"]):
    def live(self) -> "ShareQuerySet":
        return self.filter(revoked_at__isnull=True).filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        )


class Share(models.Model):
    """A link to one issued revision for people without an account. Only a hash of its token is kept."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="shares")
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="The token's end, to tell links apart.")
    password = models.CharField(max_length=128, blank=True, help_text="Hashed; empty when none is asked.")
    with_costs = models.BooleanField(default=False)
    also = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="A newer revision that the designer lets this link show as well.",
    )  # fmt: skip
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ShareQuerySet] = ShareQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"share of {self.release} (...{self.hint})"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @staticmethod
    def new_token() -> str:
        return secrets.token_urlsafe(24)

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class ShareEvent(models.Model):
    """What somebody did with a shared revision: opened it, acknowledged it, wrote about a row."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        ACKNOWLEDGED = "acknowledged"
        COMMENT = "comment"
        ANSWER = "answer"
        INTERNAL = "internal"  # a note of the designer that nobody behind the link sees

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=60, blank=True, help_text="The code or row it is about.")
    flat = models.CharField(max_length=30, blank=True, help_text="The view it points at.")
    x = models.FloatField(null=True, blank=True, help_text="Fraction of the flat from its left.")
    y = models.FloatField(null=True, blank=True, help_text="Fraction of the flat from its top.")
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answered_by"
    )
    text = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        # the log of a link
        indexes = (models.Index(F("share"), F("created_at"), name="techpack_share_log"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"
