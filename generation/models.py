"""Predictions, the attempts made for them, and the images that come and go."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Now
from django.urls import reverse

from generation.providers.base import Request


class Failure(models.TextChoices):
    """Why a prediction failed, in a word. The sentence for people is `Prediction.message`."""

    INVALID_INPUT = "invalid_input"
    CONTENT_REFUSED = "content_refused"
    PROVIDER_ERROR = "provider_error"
    RATE_LIMITED = "rate_limited"
    TIMED_OUT = "timed_out"
    OUTPUT_EXPIRED = "output_expired"
    OUTPUT_INVALID = "output_invalid"
    PICTURE_REJECTED = "picture_rejected"
    STORAGE_ERROR = "storage_error"
    INTERNAL_ERROR = "internal_error"
    CANCELED = "canceled"


def by_id(text: str, name: str = "pk") -> Q:
    """The row whose `name` is that UUID; none for what is no UUID."""
    try:
        return Q(**{name: uuid.UUID(text)})
    except ValueError:
        return Q(pk__in=())


class AssetQuerySet(models.QuerySet["Asset"]):
    def stored(self) -> "AssetQuerySet":
        return self.filter(stored_at__isnull=False, released_at__isnull=True)

    def to_purge(self, *, abandoned_before: Any) -> "AssetQuerySet":
        """Whose files may go: released, or begun and never finished."""
        return self.filter(
            Q(released_at__isnull=False) | Q(stored_at__isnull=True, created_at__lt=abandoned_before)
        )


class Asset(models.Model):
    """One stored image: an uploaded photo or a result.

    The row is written before the first byte, so that no file is ever without one:
    `stored_at` says that all its files are there, `released_at` that nothing names it any more.
    All keys follow from the id and the stem (`generation.storage.assets.key`). `account` ("user:5") is who
    may see it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.CharField(max_length=60)
    stem = models.CharField(max_length=120, blank=True, default="", help_text="How its keys begin.")
    source_url = models.CharField(
        max_length=2000, blank=True, default="", help_text="Where it was taken over from."
    )
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of the original.")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    placeholder = models.CharField(max_length=7, default="#DEDAD2", help_text="Mean colour, shown before.")
    has_vector = models.BooleanField(default=False, help_text="There is an SVG of it.")
    created_at = models.DateTimeField(db_default=Now())
    stored_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Asset"]] = AssetQuerySet.as_manager()

    class Meta:
        constraints = (
            # a picture elsewhere is taken over once; hashed, for an address may be longer than an index takes
            models.UniqueConstraint(
                F("account"),
                MD5("source_url"),
                name="generation_one_asset_an_address",
                condition=Q(released_at__isnull=True) & ~Q(source_url=""),
            ),
        )
        indexes = (
            # all that is kept of an account: erasing it, its last upload
            models.Index(
                F("account"), name="generation_asset_account", condition=Q(released_at__isnull=True)
            ),
            # the list of staff
            models.Index(F("created_at").desc(), name="generation_asset_newest"),
            # the purge: released, or never finished
            models.Index(
                F("created_at"),
                name="generation_asset_purge",
                condition=Q(released_at__isnull=False) | Q(stored_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.content_type} {self.width}x{self.height}"

    def address(self, variant: str) -> str:
        """The stable address of one of its files (`generation.storage.assets.VARIANTS`): "original", "small"
        (480 px wide WebP), "large" (1200 px wide WebP), "vector" (SVG, where `has_vector`)."""
        return reverse("media", args=[self.pk, variant])

    @property
    def small(self) -> str:
        return self.address("small")

    @property
    def large(self) -> str:
        return self.address("large")

    @property
    def original(self) -> str:
        return self.address("original")

    @property
    def vector(self) -> str:
        return self.address("vector")


class PredictionQuerySet(models.QuerySet["Prediction"]):
    def live(self) -> "PredictionQuerySet":
        return self.filter(status__in=Prediction.LIVE)

    def of(self, subject: str, slot: str | None = None) -> "PredictionQuerySet":
        return self.filter(subject=subject, **({} if slot is None else {"slot": slot}))

    def named(self, text: str) -> Q:
        """What staff look for: an id, a subject, an account, or the provider's id of a call."""
        called = list(Attempt.objects.filter(external_id=text).values_list("prediction", flat=True))
        return by_id(text) | Q(subject=text) | Q(account=text) | Q(pk__in=called)  # an index for each

    def in_flight(self) -> "PredictionQuerySet":
        """Those that occupy the provider: not what waits for staff."""
        return self.filter(status__in=Prediction.IN_FLIGHT, stuck_at__isnull=True)

    def overdue(self) -> "PredictionQuerySet":
        """Those that somebody should have looked at by now."""
        return self.live().filter(due_at__lt=Now(), stuck_at__isnull=True)


class Prediction(models.Model):
    """What somebody asked for.

        queued -> submitting -> running -> collecting -> succeeded
           ^          |            |           |
           |          |            |           |          new attempt: transient failure,
           +----------+------------+-----------+          expired or unusable output
                      +------------+-----------+--------> failed
        queued -> canceled      submitting, running -> canceled once the provider has ended

    An engine that answers at once goes from submitting to collecting. Only
    `generation.transitions` writes `status`. `due_at` is when somebody should look at the row
    next, whatever its state: the sweep takes those whose time is past.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        SUBMITTING = "submitting"
        RUNNING = "running"
        COLLECTING = "collecting"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    LIVE: ClassVar = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.COLLECTING)
    IN_FLIGHT: ClassVar = (Status.SUBMITTING, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60, help_text="Which handler is told.")
    subject = models.CharField(max_length=60, help_text='Whose it is: "techpack:17".')
    slot = models.CharField(max_length=60, help_text='What it fills: "close-up:3".')
    account = models.CharField(max_length=60, help_text='Whose limits count, who may see it: "user:5".')
    provider = models.CharField(max_length=100)
    request = models.JSONField()
    stem = models.CharField(max_length=120, blank=True, default="", help_text="How its result's keys begin.")
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    not_before = models.DateTimeField(db_default=Now(), help_text="When a new attempt may begin.")
    due_at = models.DateTimeField(db_default=Now())
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    stuck_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Given up storing it, or finding its call: staff must look.",
    )
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    message = models.CharField(max_length=500, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Attempts made since it was asked for.")
    result = models.JSONField(null=True, blank=True)
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    queued_at = models.DateTimeField(db_default=Now())
    submitting_at = models.DateTimeField(null=True, blank=True)
    running_at = models.DateTimeField(null=True, blank=True)
    collecting_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Prediction"]] = PredictionQuerySet.as_manager()

    class Meta:
        permissions = (("operate_prediction", "Can start, cancel and settle work"),)
        constraints = (
            models.UniqueConstraint(
                fields=["subject", "slot"],
                condition=Q(status__in=("queued", "submitting", "running", "collecting")),
                name="generation_one_live_prediction_a_slot",
            ),
        )
        indexes = (
            # the sweep, and the queue in order
            models.Index(
                F("due_at"),
                name="generation_prediction_due",
                condition=Q(status__in=("queued", "submitting", "running", "collecting")),
            ),
            # counting what a provider and an account have in flight
            models.Index(
                F("provider"),
                F("account"),
                name="generation_prediction_flight",
                condition=Q(status__in=("submitting", "running")),
            ),
            # all that was ever asked for an account: erasing it
            models.Index(F("account"), name="generation_prediction_account"),
            # what was asked for a slot lately, whoever's: what that cost in a day
            models.Index(F("slot"), F("queued_at"), name="generation_prediction_lately"),
            # the list of staff, and what failed today
            models.Index(F("queued_at").desc(), name="generation_prediction_newest"),
            # all that was ever asked for a slot, newest first
            models.Index(F("subject"), F("slot"), F("queued_at").desc(), name="generation_prediction_slot"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.slot} ({self.status})"

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    @property
    def is_terminal(self) -> bool:
        return not self.is_live

    @property
    def asked(self) -> Request:
        return Request.model_validate(self.request)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def without_payload(self) -> "AttemptQuerySet":
        """The payload may be a quarter of a megabyte (a photo as a data URL), and most who look at an
        attempt want to know how it stands."""
        return self.defer("payload")

    def abandoned(self) -> "AttemptQuerySet":
        """Those whose worker died before it heard the provider's answer, or was stopped: nobody gets a lease
        back that has run out."""
        return self.filter(outcome=Attempt.Outcome.CLAIMED, lease_until__lte=Now())

    def unowned_ids(self, external_ids: list[str]) -> set[str]:
        """Which of these external ids no attempt of ours has."""
        owned = self.filter(external_id__in=external_ids).values_list("external_id", flat=True)
        return set(external_ids) - set(owned)

    def named(self, text: str) -> Q:
        """What staff look for: its id, its prediction's, or the provider's."""
        return by_id(text) | by_id(text, "prediction") | Q(external_id=text)

    def held(self) -> "AttemptQuerySet":
        """Those of which staff must say whether `suspect_id` is their call."""
        waiting = self.filter(outcome=Attempt.Outcome.CLAIMED, prediction__stuck_at__isnull=False)
        return waiting.exclude(suspect_id="")


class Attempt(models.Model):
    """One call to a provider. None is ever overwritten: the bill is the sum of these rows.

    `payload` is what was sent, to the letter; while it is null nothing can have been sent.
    """

    class Outcome(models.TextChoices):
        CLAIMED = "claimed"  # a worker has it; nobody else looks before the lease runs out
        ACCEPTED = "accepted"  # the provider has it
        ANSWERED = "answered"  # there is an output, not yet stored
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"
        LOST = "lost"  # the provider knows nothing of it: never accepted
        SUPERSEDED = "superseded"  # accepted, but another attempt had taken its place by then

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prediction = models.ForeignKey(Prediction, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=100)
    model = models.CharField(max_length=120, blank=True)
    payload = models.JSONField(null=True, blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.CLAIMED)
    lease_until = models.DateTimeField(null=True, blank=True)
    searched_at = models.DateTimeField(
        null=True, blank=True, help_text="When the provider's listing was last searched in vain."
    )
    suspect_id = models.CharField(
        max_length=100, blank=True, default="",
        help_text="The call it may have made: the provider had forgotten what that was asked.",
    )  # fmt: skip
    output = models.JSONField(null=True, blank=True)
    stumbles = models.PositiveSmallIntegerField(
        default=0, help_text="Times a handler or our storage did not work with it."
    )
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    message = models.CharField(max_length=500, blank=True)
    predict_seconds = models.FloatField(null=True, blank=True)
    cost_usd = models.DecimalField(max_digits=10, decimal_places=5, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    accepted_at = models.DateTimeField(null=True, blank=True)
    webhook_at = models.DateTimeField(
        null=True, blank=True, help_text="When the provider first told us of it."
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Attempt"]] = AttemptQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["prediction", "number"], name="generation_attempt_number"),
        )
        indexes = (
            # the list of staff, the cost of a day, calls made since
            models.Index(F("created_at").desc(), name="generation_attempt_newest"),
            # adoption: another claim of the same payload
            models.Index(
                F("payload_hash"), name="generation_attempt_claimed", condition=Q(outcome="claimed")
            ),
        )

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.prediction_id} ({self.outcome})"

    @property
    def is_held(self) -> bool:
        """Unclear, may have been paid: staff must say whether `suspect_id` is its call."""
        return self.outcome == self.Outcome.CLAIMED and bool(self.suspect_id)


class ProviderGate(models.Model):
    """The state of one provider that all workers share: when it may next be asked for something, and
    until when it wants no new calls, and no reads of those it has. The row's lock orders the claims."""

    provider = models.CharField(primary_key=True, max_length=100)
    next_creation_at = models.DateTimeField(db_default=Now())
    blocked_until = models.DateTimeField(db_default=Now())
    reads_held_until = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.provider


class Erasure(models.Model):
    """What is to be forgotten of an account, until nothing of it is left (`generation.storage.deletion`).

    Only calls asked for before `requested_at` lose their images; of one who is erased everything
    goes, whenever it comes.
    """

    class Scope(models.TextChoices):
        ALL = "all", "Everything but the accounting"
        IMAGES = "images", "Images that travelled inside of calls"

    account = models.CharField(max_length=60)
    scope = models.CharField(max_length=6, choices=Scope)
    requested_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # the sweep: what is not done
        indexes = (
            models.Index(
                F("requested_at"), name="generation_erasure_open", condition=Q(done_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_scope_display()} of {self.account}"


class UnknownCall(models.Model):
    """A call that the provider lists and no attempt of ours owns, found by the daily reconciliation or told
    of by a webhook.

    Somebody else used our key, or one of our calls slipped through. Nothing is done but to show it.
    `resolved_at` is when somebody explained it, or an attempt of ours turned out to own it.
    """

    provider = models.CharField(max_length=100)
    external_id = models.CharField(max_length=100, unique=True)
    model = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(help_text="When it was made, by the provider's clock.")
    first_seen_at = models.DateTimeField(db_default=Now())
    cost_usd = models.DecimalField(max_digits=10, decimal_places=5, null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    resolved_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.model} {self.external_id}"
