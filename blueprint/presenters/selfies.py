"""The subscriber's selfies as the page shows them."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from blueprint.models import Subscriber
from blueprint.models.subscribers import MOST_SELFIES
from blueprint.presenters import polling
from blueprint.services import expiry
from blueprint.services.selfies import LOST, Added, _ref, _stored_photos, are_being_used, host_of, photo_id
from generation.models import Asset, Prediction
from generation.storage import (
    downloads,
    images,
    remote_images,
)

NOT_FETCHED = "It could not be fetched from there. Remove it, and add the photo itself."

UNUSED = "Not used: only the first three are."


@dataclass(frozen=True)
class Shown:
    """One entry. `asset` is None for a photo elsewhere, which is named and not fetched, and for one that
    is lost; `problem` says why it is not used, `doubt` what went wrong with one that is."""

    number: int
    entry: str
    asset: Asset | None = None
    problem: str = ""
    doubt: str = ""
    remarks: tuple[dict[str, Any], ...] = ()

    @property
    def id(self) -> str:
        return photo_id(self.entry)

    @property
    def words(self) -> str:
        host = host_of(self.entry)
        return f"A photo at {host}" if host else f"Selfie {self.number}"


class Selfies:
    """The region "Selfies": `added` and `refusal` are what became of an upload just now, with `consent`
    as it was ticked. A page that knows of something under way says so by `is_busy`."""

    def __init__(
        self,
        subscriber: Subscriber,
        added: Added | None = None,
        refusal: str = "",
        *,
        consent: bool = False,
        is_busy: bool = False,
    ):
        self.subscriber = subscriber
        self.consent = consent
        self.is_busy = is_busy
        self.added = added or Added()
        self.problems = [refusal] if refusal else self.added.refused
        self.warnings = self.added.warnings
        self.days = settings.SELFIE_DAYS
        self.most_bytes = images.MOST_BYTES

    @cached_property
    def photos(self) -> list[Shown]:
        stored, not_fetched = _stored_photos(self.subscriber), _not_fetched(self.subscriber)
        used, shown = 0, []
        for number, entry in enumerate(dict.fromkeys(self.subscriber.selfie_entries), start=1):
            asset = stored.get(entry)
            is_usable = _ref(entry, asset) is not None
            problem = _why_not(entry) if not is_usable else UNUSED if used == MOST_SELFIES else ""
            used += not problem
            doubt = NOT_FETCHED if entry in not_fetched and not problem else ""
            remarks = tuple(self.subscriber.selfie_remarks.get(photo_id(entry), ()))
            shown.append(Shown(number, entry, asset, problem, doubt, remarks))
        return shown

    @property
    def has_photos(self) -> bool:
        """Without a look at what became of them."""
        return bool(self.subscriber.selfie_entries)

    @property
    def used(self) -> int:
        return sum(not photo.problem for photo in self.photos)

    @property
    def room(self) -> int:
        return MOST_SELFIES - self.used

    @property
    def capability(self) -> str:
        """By which a form says whose page it stands on."""
        return polling.capability_of(self.subscriber)

    @property
    def needs_consent(self) -> bool:
        return self.subscriber.consented_at is None

    @cached_property
    def are_being_used(self) -> bool:
        return self.is_busy or are_being_used(self.subscriber)

    @cached_property
    def delete_on(self) -> dt.datetime | None:
        """The countdown: None while the blueprint is not finished."""
        return expiry.delete_on(self.subscriber)

    @property
    def delete_after(self) -> str:
        """What the countdown counts from, for a person who compares."""
        subscriber, days = self.subscriber, "1 day" if self.days == 1 else f"{self.days} days"
        finished = subscriber.paid_blueprint_generated_at
        if finished and self.delete_on and self.delete_on - finished > dt.timedelta(days=self.days):
            return f"{days} after you added the last one"
        return f"{days} after your blueprint was finished"

    @property
    def deleted_on(self) -> dt.datetime | None:
        return self.subscriber.selfies_deleted_at


def _not_fetched(subscriber: Subscriber) -> set[str]:
    """Entries elsewhere of which the engine said that it cannot have them, and has not got them since.
    No query while all are ours."""
    addresses = {entry for entry in subscriber.selfie_entries if host_of(entry)}
    if not addresses:
        return set()
    here = Asset.objects.stored().filter(account=subscriber.account, source_url__in=addresses)
    away = addresses.difference(here.values_list("source_url", flat=True))
    failed = Prediction.objects.of(subscriber.subject).filter(status=Prediction.Status.FAILED)
    said = set(failed.values_list("message", flat=True))
    return {
        entry
        for entry in away
        if any(words.startswith(f"{remote_images.named(entry, 'selfie')} ") for words in said)
    }


def _why_not(entry: str) -> str:
    return downloads.public_url_problem(entry) if "://" in entry else LOST
