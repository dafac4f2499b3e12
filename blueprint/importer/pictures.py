"""Pictures that a row names by an absolute URL: fetched into our storage, and written back as URLs.

The file is fetched and stored first, without any lock; then, under the subscriber's lock, the key takes
the place of the very URL it was fetched from, or nothing happens and the purge has the file.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from blueprint import versions
from blueprint.backfills import Skip
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.services import grids, slot_filling
from generation.models import Asset
from generation.providers.base import ProviderError
from generation.storage import (
    assets,
    downloads,
    media,
    remote_images,
)

OWN = re.compile(r"/media/([0-9a-f-]{36})/original\b")
NOT_STORED = "its picture is not stored with us"


@dataclass(frozen=True)
class NamedPicture:
    """An entry of one of the two lists of a row: grid 1 to 30, or one of the selfies (number 0)."""

    subscriber: Subscriber
    number: int
    entry: str

    def __str__(self) -> str:
        what = f"grid {self.number}" if self.number else "selfie"
        return f"{what} of {self.subscriber.email} (id {self.subscriber.pk})"

    @property
    def is_foreign(self) -> bool:
        return "://" in self.entry

    @property
    def is_ours(self) -> bool:
        return assets.id_of_key(self.entry) is not None


def with_urls() -> QuerySet[Subscriber]:
    """Whose row names any picture by an absolute URL."""
    rows = Subscriber.objects.annotate(
        grids_text=Cast("paid_blueprint_photo_urls", TextField()),
        selfies_text=Cast("selfie_image_urls", TextField()),
    )
    return rows.filter(Q(grids_text__contains="://") | Q(selfies_text__contains="://"))


def named_by(subscriber: Subscriber) -> Iterator[NamedPicture]:
    for number, entry in enumerate(subscriber.slots, start=1):
        if entry:
            yield NamedPicture(subscriber, number, entry)
    for entry in subscriber.selfie_entries:
        yield NamedPicture(subscriber, 0, entry)


# --- into our storage ----------------------------------------------------------------------------


def take_over(place: NamedPicture) -> None:
    """Raises Skip, ValueError with what the address came to, and what the storage raises."""
    asset = _own(place)
    if place.number:
        _fill(place, asset or fetched(place.subscriber, place.entry, _stem(place)))
    else:
        _replace(place, assets.key(asset or _selfie(place), "original"))


def fetched(subscriber: Subscriber, url: str, stem: str) -> Asset:
    """The picture at `url`, stored as it is and not yet kept: a result is not written anew, as a photo
    is. Raises ValueError, and what the storage raises."""
    problem = downloads.public_url_problem(url)
    if problem:
        raise ValueError(problem)
    try:
        data = downloads.fetch_public(url)
    except downloads.Gone as error:
        raise ValueError(f"the picture is not at its address any more ({error})") from error
    except downloads.Refused as error:
        raise ValueError(f"the picture could not be taken from its address: {error}") from error
    except OSError as error:
        raise ValueError(f"the host of the picture does not answer: {error}") from error
    return assets.store(account=subscriber.account, data=data, stem=stem, keep=False)


def keep(asset: Asset, subscriber: Subscriber, url: str) -> None:
    """A row names it now; and where it came from is remembered, where that says who it is."""
    assets.mark_kept(asset)
    taken = Asset.objects.filter(account=asset.account, source_url=url, released_at=None).exists()
    if not taken and url not in subscriber.selfie_entries and len(url) <= downloads.LONGEST_URL:
        Asset.objects.filter(pk=asset.pk).update(source_url=url)


def _stem(place: NamedPicture) -> str:
    return Shoot(subscriber=place.subscriber, kind=Shoot.Kind.PAID).stem(place.number)


def _own(place: NamedPicture) -> Asset | None:
    """The picture of ours that the address leads to, signed or not, in time or not; or the one that was
    taken over from there and is still in the grid."""
    stored = Asset.objects.stored().filter(account=place.subscriber.account)
    found = OWN.search(place.entry) if place.entry.startswith(settings.SITE_URL) else None
    if found is not None:
        return stored.filter(pk=uuid.UUID(found[1])).first()
    rows = Grid.objects.in_slot(place.subscriber.pk, f"grid:{place.number}")
    return stored.filter(source_url=place.entry, pk__in=rows.values("asset")).first()


def _selfie(place: NamedPicture) -> Asset:
    """As the engine takes it over; when it did so already, it is that picture."""
    try:
        return remote_images.take_over(account=place.subscriber.account, url=place.entry)
    except ProviderError as error:
        raise ValueError(str(error)) from error


@transaction.atomic
def _fill(place: NamedPicture, asset: Asset) -> None:
    subscriber = grids.locked(place.subscriber.pk)
    if subscriber.slots[place.number - 1] != place.entry:
        raise Skip("the slot holds something else by now")
    grid, _ = Grid.objects.select_related("prediction").get_or_create(
        shoot=grids.paid_shoot(subscriber), number=place.number
    )
    if grid.is_live:
        raise Skip("this grid is being made")
    if grid.asset_id != asset.pk:
        keep(asset, subscriber, place.entry)
        slot_filling.put(grid, asset)
    subscriber.set_slot(place.number, assets.key(asset, "original"))
    _save(subscriber, "paid_blueprint_photo_urls", grid)


@transaction.atomic
def _replace(place: NamedPicture, value: str) -> None:
    subscriber = grids.locked(place.subscriber.pk)
    entries = subscriber.selfie_entries
    if place.entry not in entries:
        raise Skip("the selfie is not among theirs any more")
    entries[entries.index(place.entry)] = value
    subscriber.selfie_image_urls = entries
    _save(subscriber, "selfie_image_urls")


def _save(subscriber: Subscriber, field: str, *grids: Grid) -> None:
    subscriber.save(update_fields=[field, "updated_at"])
    versions.touch(subscriber.pk, *grids)


# --- and back ------------------------------------------------------------------------------------


def put_back(place: NamedPicture, *, seconds: int) -> None:
    """An absolute URL instead of the key: where the picture was taken over from, or else an address of
    ours that is good for that long. Nothing of ours is deleted. Raises Skip, ValueError."""
    pk = assets.id_of_key(place.entry)
    asset = Asset.objects.stored().filter(pk=pk).first() if pk is not None else None
    if asset is None:
        raise ValueError(NOT_STORED)
    url = asset.source_url or media.signed_address(asset, "original", seconds=seconds)
    if place.number:
        _write_slot(place, url)
    else:
        _replace(place, url)


@transaction.atomic
def _write_slot(place: NamedPicture, url: str) -> None:
    subscriber = grids.locked(place.subscriber.pk)
    if subscriber.slots[place.number - 1] != place.entry:
        raise Skip("the slot holds something else by now")
    subscriber.set_slot(place.number, url)
    _save(subscriber, "paid_blueprint_photo_urls", *_grids(place))


def _grids(place: NamedPicture) -> list[Grid]:
    return list(Grid.objects.in_slot(place.subscriber.pk, f"grid:{place.number}"))
