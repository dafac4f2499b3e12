"""The one to three photos of the subscriber: which can be used, how they come in, how they go.

An entry of the row is the key of a stored photo (ours), or an address on the public internet (taken
over from an earlier system), which a worker fetches before the first call.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from blueprint import versions
from blueprint.emails import delivery
from blueprint.imaging import selfie_check
from blueprint.models import Frame, Grid, Subscriber
from blueprint.models.subscribers import MOST_SELFIES
from generation.models import Asset, Prediction
from generation.providers.base import ImageRef
from generation.storage import (
    assets,
    deletion,
    downloads,
    images,
)

NONE_CHOSEN = "Choose one to three photos of you."

LOST = "This photo is lost. Remove it, and add it again."

FULL = "There are three selfies already. Remove one to add another."

NO_CONSENT = "Tick the box: we need to know that these photos may be used."

THERE_ALREADY = "{name} is there already."

LET_GO = "{name} went with the others, which were deleted just now. Add it again."

BEING_USED = "Grids are being made with your selfies now. Wait until they are done, or cancel them, first."


class NotPossible(Exception):
    """Not like this. The message is a sentence for whoever asked."""


@dataclass
class Added:
    """What became of an upload: how many photos were kept, why others were not, and what is not
    ideal about those that were."""

    kept: int = 0
    refused: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Photo:
    name: str  # as it may be put into a sentence
    clean: images.CleanPhoto
    remarks: list[dict[str, Any]]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.clean.data).hexdigest()


def usable(subscriber: Subscriber) -> list[ImageRef]:
    """The first three photos that can be worked with: stored ones, and addresses on public hosts
    (which a worker takes over before the first call). No network is used here; one query."""
    return list(_usable(subscriber).values())[:MOST_SELFIES]


def _usable(subscriber: Subscriber) -> dict[str, ImageRef]:
    """By entry, each once."""
    stored = _stored_photos(subscriber)
    found = {entry: _ref(entry, stored.get(entry)) for entry in subscriber.selfie_entries}
    return {entry: ref for entry, ref in found.items() if ref is not None}


def _stored_photos(subscriber: Subscriber) -> dict[str, Asset]:
    """By entry; none of anybody else, whatever the row says. One query, or none."""
    ids = {entry: pk for entry in subscriber.selfie_entries if (pk := assets.id_of_key(entry))}
    found = (
        Asset.objects.stored().filter(account=subscriber.account).in_bulk(list(ids.values())) if ids else {}
    )
    return {entry: found[pk] for entry, pk in ids.items() if pk in found}


def _ref(entry: str, asset: Asset | None) -> ImageRef | None:
    if asset is not None:
        return ImageRef(asset_id=asset.pk, role="selfie")
    if "://" in entry and not downloads.public_url_problem(entry):
        return ImageRef(url=entry, role="selfie")
    return None


def stem(subscriber: Subscriber) -> str:
    return f"selfies/{subscriber.pk}"


def photo_id(entry: str) -> str:
    """What pages call an entry: its address is nobody's business."""
    return hashlib.sha256(entry.encode()).hexdigest()[:16]


def host_of(entry: str) -> str:
    """Of an entry that is an address; "" for one of ours, and for what is no address."""
    try:
        return (urlsplit(entry).hostname or "") if "://" in entry else ""
    except ValueError:
        return ""


def are_being_used(subscriber: Subscriber) -> bool:
    """Something under way was asked for with them."""
    return Prediction.objects.live().of(subscriber.subject).exists()


def add(*, subscriber_id: int, uploads: Sequence[UploadedFile], consent: bool) -> Added:
    """Check, clean and store these photos. One that will not do does not keep the others out.
    Raises NotPossible for too many, none, or no consent; and what the storage raises."""
    subscriber = Subscriber.objects.get(pk=subscriber_id)
    _refuse_at_once(subscriber, len(uploads), consent=consent)
    added = Added()
    photos = [photo for upload in uploads if (photo := _checked(upload, added))]
    made = [(photo, _stored(subscriber, photo)) for photo in photos]
    _record(subscriber_id, made, added)
    return added


def _refuse_at_once(subscriber: Subscriber, count: int, *, consent: bool) -> None:
    if not count:
        raise NotPossible(NONE_CHOSEN)
    _refuse_if_too_many(room(subscriber), count)
    if subscriber.consented_at is None and not consent:
        raise NotPossible(NO_CONSENT)


def _refuse_if_too_many(free: int, count: int) -> None:
    if count <= free:
        return
    if not free:
        raise NotPossible(FULL)
    if free == MOST_SELFIES:
        raise NotPossible(f"These are {count} photos: choose three at most.")
    raise NotPossible(f"There is room for {free} more, and these are {count}. Choose fewer, or remove one.")


def room(subscriber: Subscriber) -> int:
    return max(0, MOST_SELFIES - len(_usable(subscriber)))


def _checked(upload: UploadedFile, added: Added) -> _Photo | None:
    name = images.shown_name(upload.name or "photo")
    try:
        clean = images.read_photo(upload, name=upload.name or "photo")
    except images.InvalidImage as error:
        added.refused.append(str(error))
        return None
    judgement = selfie_check.judge(clean.data)
    blocking = [f"{name}: {problem.sentence}" for problem in judgement.problems if problem.blocking]
    if blocking:
        added.refused.append(blocking[0])
        return None
    added.warnings += [f"{name}: {problem.sentence}" for problem in judgement.problems]
    return _Photo(name, clean, [asdict(remark) for remark in judgement.remarks])


def _stored(subscriber: Subscriber, photo: _Photo) -> Asset:
    clean = photo.clean
    return assets.store(
        account=subscriber.account,
        data=clean.data,
        content_type=clean.content_type,
        stem=stem(subscriber),
        keep=False,
    )


@transaction.atomic
def _record(subscriber_id: int, made: list[tuple[_Photo, Asset]], added: Added) -> None:
    """Under the lock, since the same form may have been sent twice. What is not taken is purged like
    anything that no row names."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None:  # erased meanwhile
        raise NotPossible("This blueprint no longer exists.")
    known = {asset.sha256 for asset in _stored_photos(subscriber).values()}
    for photo, asset in made:
        if asset.sha256 in known:
            added.refused.append(THERE_ALREADY.format(name=photo.name))
        elif not room(subscriber):
            added.refused.append(FULL)
        elif not assets.mark_kept(asset):
            added.refused.append(LET_GO.format(name=photo.name))
        else:
            known.add(asset.sha256)
            entry = assets.key(asset, "original")
            subscriber.selfie_image_urls = [*subscriber.selfie_entries, entry]
            subscriber.selfie_remarks = {**subscriber.selfie_remarks, photo_id(entry): photo.remarks}
            added.kept += 1
    if added.kept:
        subscriber.consented_at = subscriber.consented_at or timezone.now()
        subscriber.selfies_deleted_at = None
        _save(subscriber)


def _save(subscriber: Subscriber) -> None:
    ids = {photo_id(entry) for entry in subscriber.selfie_entries}
    kept = {pk: said for pk, said in subscriber.selfie_remarks.items() if pk in ids}
    subscriber.selfie_remarks = kept
    subscriber.save(
        update_fields=[
            "selfie_image_urls", "selfie_remarks", "consented_at", "selfies_deleted_at", "updated_at",
        ]
    )  # fmt: skip
    versions.bump(subscriber.pk)


@transaction.atomic
def remove(*, subscriber_id: int, photo: str) -> bool:
    """Take one photo away (`photo_id`). False when it is not there any more. Raises NotPossible while
    it is needed."""
    subscriber = versions.locked(subscriber_id)
    entries = subscriber.selfie_entries if subscriber is not None else []
    entry = next((entry for entry in entries if photo_id(entry) == photo), None)
    if subscriber is None or entry is None:
        return False
    if entry in _usable(subscriber) and are_being_used(subscriber):
        raise NotPossible(BEING_USED)
    subscriber.selfie_image_urls = [other for other in entries if other != entry]
    _save(subscriber)
    of_it = Q(pk=assets.id_of_key(entry)) | Q(source_url=entry)
    assets.release(_selfies_of(subscriber).filter(of_it))
    deletion.forget_images(subscriber.account)
    return True


@transaction.atomic
def delete_all(*, subscriber_id: int) -> int:
    """Delete all of them, and what of them went out inside of calls. Returns how many there were.
    Raises NotPossible while they are needed."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None:
        return 0
    if are_being_used(subscriber):
        raise NotPossible(BEING_USED)
    count, kept = len(subscriber.selfie_entries), list(_selfies_of(subscriber))
    if subscriber.selfie_image_urls in (None, []) and not kept:  # as `expiry.NO_ENTRIES`
        return 0
    assets.release(kept)
    deletion.forget_images(subscriber.account)
    subscriber.selfie_image_urls = []
    subscriber.selfies_deleted_at = timezone.now()
    _save(subscriber)
    if subscriber.access_token:
        delivery.queue(subscriber, delivery.Kind.SELFIES)
    return count


@transaction.atomic
def release_late_copies(*, subscriber_id: int) -> bool:
    """What was being fetched from elsewhere at the very moment they were deleted."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None or subscriber.selfie_entries or are_being_used(subscriber):
        return False
    assets.release(_selfies_of(subscriber))
    return True


def _selfies_of(subscriber: Subscriber) -> QuerySet[Asset]:
    """Every stored photo of the person, named by an entry or not: uploaded ones, and copies that were
    taken over from elsewhere to be shown to an engine. Never a picture that was made."""
    ids = [pk for entry in subscriber.selfie_entries if (pk := assets.id_of_key(entry))]
    photos = Q(stem=stem(subscriber)) | Q(stem="", source_url__gt="") | Q(pk__in=ids)
    made = Exists(Grid.objects.filter(asset=OuterRef("pk"))) | Exists(
        Frame.objects.filter(asset=OuterRef("pk"))
    )
    return Asset.objects.filter(photos, account=subscriber.account, released_at=None).exclude(made)
