"""What became of one of the thirty, from the first wish on, and what mends it: for whoever is woken at
night because grid 17 is missing."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from django.utils import timezone

from blueprint import scenes
from blueprint.models import FRAMES, SLOTS, Grid, Mail, Subscriber
from blueprint.services import grids, guards
from core.storage import STORAGE_ERRORS
from generation import transitions
from generation.models import Asset, Attempt, Prediction, ProviderGate
from generation.storage import assets

OVERDUE_AFTER = dt.timedelta(minutes=2)
MOST_MAILS = 5
LOOKED_AT = 3  # files
STORAGE_IS_AWAY = (
    "first mend the storage: it does not answer, or has none of our newest files (docs/runbook.md, 5)."
)
ABOUT_GRIDS = (Mail.Kind.DELIVERY, Mail.Kind.NEEDS_YOU)


@dataclass(frozen=True)
class Remedy:
    """What to do, in words, and the command that does it, where there is one; `press` does the same for the
    admin, under the words of `button`."""

    words: str
    command: str = ""
    button: str = ""
    press: Callable[[], object] | None = None

    @property
    def told(self) -> str:
        """A sentence on a page, where no command follows it at once."""
        return f"{self.words[0].upper()}{self.words[1:].removesuffix(':').removesuffix('.')}."


class Story:
    def __init__(self, subscriber: Subscriber, number: int):
        self.subscriber, self.number = subscriber, number
        self.entry = subscriber.slots[number - 1]

    @cached_property
    def grid(self) -> Grid | None:
        found = Grid.objects.in_slot(self.subscriber.pk, f"grid:{self.number}")
        return found.select_related("asset", "prediction").first()

    @cached_property
    def predictions(self) -> list[Prediction]:
        asked = Prediction.objects.of(self.subscriber.subject, f"grid:{self.number}")
        return list(asked.prefetch_related("attempts").order_by("queued_at"))

    @cached_property
    def storage_is_away(self) -> bool:
        """Not one of the newest files is there: it is not this grid's file that is lost."""
        newest = list(Asset.objects.stored().order_by("-created_at")[:LOOKED_AT])
        try:
            return bool(newest) and all("original" in assets.missing_variants(asset) for asset in newest)
        except STORAGE_ERRORS:
            return True

    @property
    def live(self) -> Prediction | None:
        return next((prediction for prediction in self.predictions if prediction.is_live), None)

    # --- told ---------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        yield from self.facts()
        remedy = self.remedy()
        yield f"What to do: {remedy.words}"
        if remedy.command:
            yield f"  python manage.py {remedy.command}"

    def facts(self) -> Iterator[str]:
        one = self.subscriber
        yield f'Grid {self.number}, "{scenes.title(self.number)}", of {one.email} (id {one.pk})'
        yield f"{one.filled} of {SLOTS} are there. {self._slot()}"
        if not self.predictions:
            yield "It was never asked for."
        for place, prediction in enumerate(self.predictions, start=1):
            yield from _of_prediction(place, prediction)
        yield from self._mails()
        refusal = guards.refusal(one)
        yield (
            f"In the way of a new try: {refusal.code}. {refusal.sentence}"
            if refusal
            else "Nothing is in the way."
        )

    def _slot(self) -> str:
        if self.entry is None:
            return "Its slot is empty."
        if "://" in self.entry:
            return f"Its slot holds an address elsewhere: {self.entry.partition('?')[0]}"
        frames = self.grid.frames.count() if self.grid is not None else 0
        return f"Its slot holds {self.entry}, with {frames} of {FRAMES} frames."

    def _mails(self) -> Iterator[str]:
        sent = Mail.objects.filter(subscriber=self.subscriber, kind__in=ABOUT_GRIDS)[:MOST_MAILS]
        if not sent:
            yield "No mail about the grids was sent."
        for mail in sent:
            error = f": {mail.error}" if mail.error else ""
            when = _time(mail.sent_at or mail.created_at)
            yield f'Mail "{mail.get_kind_display()}", {mail.status}, {when}{error}'

    # --- mended -------------------------------------------------------------------------------------

    def remedy(self) -> Remedy:
        if self.live is not None:
            return self._of_live(self.live)
        if self.entry is None:
            return self._of_missing()
        if "://" in self.entry:
            return Remedy(
                "it is there, but kept elsewhere. To take it over:", "migrate_external_urls --apply"
            )
        return self._of_picture(self.entry)

    def _of_live(self, prediction: Prediction) -> Remedy:
        unclear = next((attempt for attempt in prediction.attempts.all() if attempt.is_held), None)
        if prediction.stuck_at is not None and unclear is not None:
            return Remedy(
                "it is unclear whether it was made, and it may have been paid: say in the admin, on the list"
                f" of stuck work, whether call {unclear.suspect_id} is ours. It fails by itself a day after"
                " it got stuck."
            )
        if prediction.stuck_at is not None:
            command = f"why_grid {self.subscriber.pk} {self.number} --mend"
            return Remedy(
                "it was given up at storing the result. To try that again, unpaid:",
                command,
                "Try to store it again",
                partial(transitions.release_stuck, prediction_id=prediction.pk),
            )
        if prediction.due_at < timezone.now() - OVERDUE_AFTER:
            return Remedy("nobody works on it: no worker is running. To start one:", "procrastinate worker")
        pause = ProviderGate.objects.filter(
            provider=prediction.provider, blocked_until__gt=timezone.now()
        ).first()
        if pause is not None:
            return Remedy(f"wait: the provider asked for a pause until {_time(pause.blocked_until)}.")
        return Remedy("wait: it is under way.")

    def _of_missing(self) -> Remedy:
        refusal = guards.refusal(self.subscriber)
        if refusal is not None:
            return self._of_refusal(refusal)
        command = f"generate_missing_grids --subscriber {self.subscriber.pk} --grid {self.number} --apply"
        if self.storage_is_away:
            return Remedy(f"{STORAGE_IS_AWAY} Then ask for it again:", command)
        ask = partial(grids.start_paid_grid, subscriber_id=self.subscriber.pk, number=self.number)
        return Remedy("ask for it again:", command, "Ask for it again", ask)

    def _of_refusal(self, refusal: guards.NotAllowed) -> Remedy:
        return {
            guards.DISABLED.code: Remedy("turn the switch on:", f"waffle_switch {guards.SWITCH} on"),
            guards.NOT_PURCHASED.code: Remedy("if they have paid:", f"mark_purchased {self.subscriber.pk}"),
            guards.MISSING_SELFIES.code: Remedy("ask them for a photo: their page has a place for it."),
        }.get(refusal.code, Remedy("ask them for vibe and feed style: their page has a form for it."))

    def _of_picture(self, entry: str) -> Remedy:
        if self.storage_is_away:
            return Remedy(STORAGE_IS_AWAY)
        asset = Asset.objects.stored().filter(pk=assets.id_of_key(entry)).first()  # type: ignore[misc]
        lost = assets.missing_variants(asset) if asset is not None else ["original"]
        if "original" in lost:
            return Remedy("its file is lost: bring it back from a back-up of the storage.")
        if lost:
            return Remedy("its thumbnails are lost. To make them again:", "backfill_thumbnails --apply")
        if self.grid is None or not self.grid.frames.exists():
            return Remedy("its frames are missing. To cut them:", "backfill_frames --apply")
        return Remedy("nothing: picture, thumbnails and frames are there.")


def _of_prediction(place: int, prediction: Prediction) -> Iterator[str]:
    attempts = list(prediction.attempts.all())
    cost = sum(attempt.cost_usd or 0 for attempt in attempts)
    asked = min(
        [prediction.queued_at, *(attempt.created_at for attempt in attempts)]
    )  # queued anew by a retry
    yield (
        f"{place}. {_time(asked)} asked of {prediction.provider}: {prediction.status}"
        f"{_why(prediction)}, {len(attempts)} {'call' if len(attempts) == 1 else 'calls'}, $ {cost:.3f}"
        f" (prediction {prediction.pk})"
    )
    if prediction.stuck_at:
        yield f"   stuck since {_time(prediction.stuck_at)}"
    for attempt in sorted(attempts, key=lambda one: one.number):
        yield _of_attempt(attempt)


def _of_attempt(attempt: Attempt) -> str:
    ended = f" to {_time(attempt.ended_at)}" if attempt.ended_at else ""
    cost = "cost unknown" if attempt.cost_usd is None else f"$ {attempt.cost_usd:.3f}"
    known = f", {attempt.external_id}" if attempt.external_id else ""
    times = f"{_time(attempt.created_at)}{ended}"
    outcome = f"unclear, perhaps {attempt.suspect_id}" if attempt.is_held else attempt.outcome
    return f"   call {attempt.number}: {times} {outcome}{_why(attempt)}, {cost}{known}"


def _why(row: Prediction | Attempt) -> str:
    """One that succeeded in the end keeps the reason of its last failed call, which has a line of its own."""
    has_ended_well = isinstance(row, Prediction) and row.status == Prediction.Status.SUCCEEDED
    return f" ({row.failure}: {row.message})" if row.failure and not has_ended_well else ""


def _time(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
