"""Subscribers: people who bought or tried a blueprint."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Now

from blueprint import scenes

SLOTS = scenes.GRIDS
IN_SLOTS = f"""CASE WHEN jsonb_typeof(paid_blueprint_photo_urls) = 'array' THEN jsonb_array_length(
    jsonb_path_query_array(
        paid_blueprint_photo_urls, '$[0 to {SLOTS - 1}] ? (@.type() == "string" && @ != "")'
    )) ELSE 0 END"""
MOST_SELFIES = 3


def new_token() -> str:
    """256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def with_access(self, token: str) -> "Subscriber | None":
        """Whom the token belongs to. Compared by look-up, so its time says nothing of the token."""
        if not token or len(token) > 200 or "\x00" in token:
            return None
        return self.filter(access_token=token).first()

    def with_filled(self) -> "SubscriberQuerySet":
        """With `in_slots`: how many of the thirty are there, as `filled` counts them."""
        return self.annotate(in_slots=RawSQL(IN_SLOTS, ()))  # noqa: S611 - no part of it comes from outside


class Subscriber(models.Model):
    """One person with a private link. The row is the lock for all that is made for them.

    The columns of the first block are those of the system this one took over from, by name and
    meaning, and rows come over as they are, nulls too; the others all have a default in the database.
    `paid_blueprint_photo_urls` holds the paid grids by number - 1: null while missing, else an
    absolute URL (taken over) or the storage key of an asset (ours).
    """

    id = models.BigAutoField(primary_key=True)
    email = models.CharField(max_length=320)
    name = models.CharField(max_length=200, null=True, blank=True, default="", db_default="")  # noqa: DJ001
    access_token = models.CharField(max_length=200, unique=True, null=True, blank=True, default=new_token)
    form_data = models.JSONField(null=True, blank=True, default=dict)
    feed_style = models.CharField(max_length=50, null=True, blank=True, default="", db_default="")  # noqa: DJ001
    selfie_image_urls = models.JSONField(null=True, blank=True, default=list)
    paid_blueprint_purchased = models.BooleanField(default=False, db_default=False)
    paid_blueprint_purchased_at = models.DateTimeField(null=True, blank=True)
    paid_blueprint_photo_urls = models.JSONField(null=True, blank=True, default=list)
    paid_blueprint_generated = models.BooleanField(default=False, db_default=False)
    paid_blueprint_generated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    version = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    resolution_4k = models.BooleanField("4K", default=False, db_default=False)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    selfies_deleted_at = models.DateTimeField(null=True, blank=True)
    # by `services.selfies.photo_id`: what was found when it came (`imaging.selfie_check.Remark`)
    selfie_remarks = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Subscriber"]] = SubscriberQuerySet.as_manager()

    class Meta:
        db_table = "blueprint_subscribers"
        indexes = (
            # finding somebody by address
            models.Index(Lower("email"), name="blueprint_subscriber_email"),
            # whose blueprint is still to be made: the backfills, the follow-up mail
            models.Index(
                F("paid_blueprint_purchased_at"),
                name="blueprint_subscriber_open",
                condition=Q(paid_blueprint_purchased=True, paid_blueprint_generated=False),
            ),
            # whose selfies are to be deleted
            models.Index(
                F("paid_blueprint_generated_at"),
                name="blueprint_subscriber_selfies",
                condition=Q(paid_blueprint_generated=True, selfies_deleted_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def subject(self) -> str:
        """What the engine calls them."""
        return f"blueprint:{self.pk}"

    @property
    def account(self) -> str:
        """Whose limits count, and who may see the pictures."""
        return f"subscriber:{self.pk}"

    @property
    def first_name(self) -> str:
        return (self.name or "").split(" ")[0]

    # --- what was asked for ---------------------------------------------------------------------

    @property
    def form(self) -> dict[str, Any]:
        return self.form_data if isinstance(self.form_data, dict) else {}

    @property
    def category(self) -> str:
        """One of `scenes.CATEGORIES`."""
        return scenes.normalised_category(self.form.get("vibe"))[0]

    @property
    def mood(self) -> str:
        """One of `scenes.MOODS`."""
        return scenes.normalised_mood(self.feed_style or self.form.get("feed_style"))[0]

    @property
    def took_fallback(self) -> bool:
        """Whether they asked for a vibe or a feed style that is not one of ours."""
        category = scenes.normalised_category(self.form.get("vibe"))[1]
        return category or scenes.normalised_mood(self.feed_style or self.form.get("feed_style"))[1]

    @property
    def has_form_data(self) -> bool:
        return bool(self.feed_style or self.form.get("vibe") or self.form.get("feed_style"))

    @property
    def resolution(self) -> str:
        """4K costs more: the site has it switched on, staff gave it to them, and they bought a blueprint."""
        has_4k = settings.BLUEPRINT_4K and self.resolution_4k and self.paid_blueprint_purchased
        return "4K" if has_4k else "2K"

    # --- the selfies, as given --------------------------------------------------------------------

    @property
    def selfie_entries(self) -> list[str]:
        """Storage keys and URLs, as they lie in the row, without what is neither."""
        entries = self.selfie_image_urls if isinstance(self.selfie_image_urls, list) else []
        return [entry for entry in entries if isinstance(entry, str) and entry]

    # --- the thirty -------------------------------------------------------------------------------

    @property
    def slots(self) -> list[str | None]:
        """Always 30, whatever the row holds: a short, sparse or missing list reads as missing slots."""
        stored = self.paid_blueprint_photo_urls if isinstance(self.paid_blueprint_photo_urls, list) else []
        entries = [entry if isinstance(entry, str) and entry else None for entry in stored[:SLOTS]]
        return entries + [None] * (SLOTS - len(entries))

    def set_slot(self, number: int, value: str | None) -> None:
        """Write one slot into the row in memory; the caller holds its lock, and saves."""
        slots = self.slots
        slots[number - 1] = value
        self.paid_blueprint_photo_urls = slots

    @property
    def filled(self) -> int:
        return sum(slot is not None for slot in self.slots)

    @property
    def missing_numbers(self) -> list[int]:
        return [number for number, slot in enumerate(self.slots, start=1) if slot is None]

    @property
    def is_complete(self) -> bool:
        return None not in self.slots
