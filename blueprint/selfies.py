"""The one to three photos of the subscriber."""

import uuid

from blueprint.models import Subscriber
from blueprint.models.subscribers import MOST_SELFIES
from generation import assets, downloads
from generation.models import Asset
from generation.providers.base import ImageRef


def usable(subscriber: Subscriber) -> list[ImageRef]:
    """The first three photos that can be worked with: stored ones, and addresses on public hosts
    (which a worker takes over before the first call). No network is used here; one query."""
    ids = {entry: assets.id_of_key(entry) for entry in subscriber.selfie_entries}
    wanted = [pk for pk in ids.values() if pk is not None]
    stored = set(
        Asset.objects.stored().filter(pk__in=wanted, account=subscriber.account).values_list("pk", flat=True)
        if wanted
        else ()
    )
    found = [_ref(entry, ids[entry], stored) for entry in dict.fromkeys(subscriber.selfie_entries)]
    return [ref for ref in found if ref is not None][:MOST_SELFIES]


def _ref(entry: str, pk: uuid.UUID | None, stored: set[uuid.UUID]) -> ImageRef | None:
    if pk in stored:
        return ImageRef(asset_id=pk, role="selfie")
    if "://" in entry and not downloads.public_url_problem(entry):
        return ImageRef(url=entry, role="selfie")
    return None
