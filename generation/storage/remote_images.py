"""Pictures that lie elsewhere, taken over once: whoever comes first writes the row and fetches it, all
others wait for that row.

The row is the claim, so thirty predictions that show the same selfie ask its host once. A worker that
dies leaves a row that is begun; after `ABANDONED_AFTER` the next one releases it and begins its own, with
keys of its own, so that two of them never write the same file.
"""

import datetime as dt
import logging
import random
import time
from urllib.parse import urlsplit

from django.db import models, transaction
from django.db.models.functions import Now

from core.storage import STORAGE_ERRORS
from generation.jobs import release_connection
from generation.models import Asset, Failure
from generation.providers.base import PermanentError, ProviderError, StorageAwayError, TransientError
from generation.storage import assets, downloads, images

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds to wait for a picture that somebody else fetches
ABANDONED_AFTER = dt.timedelta(seconds=60)  # longer than the deadline of a download and the storing
GLANCE = 0.3  # seconds between two looks at whether it has come

GONE = "{photo} is not there any more. Add it again, or another one."
REFUSED = "{photo} could not be taken over. Add it again, or another one."
AWAY = "{photo} could not be fetched. Add it again, or another one."
UNDER_WAY = "{photo} is still being fetched."


def take_over(*, account: str, url: str, role: str = "photo") -> Asset:
    """The stored picture of `account` that came from `url`; fetched now if it is not here yet. `role` is
    that of the ImageRef, by which sentences call it.

    Raises PermanentError (refused, gone, no picture), TransientError (its host does not answer) and
    StorageAwayError (our storage does not).
    Takes up to PATIENCE and the deadline of a download, and holds no database connection meanwhile.
    """
    problem = downloads.public_url_problem(url)
    if problem:
        raise PermanentError(Failure.INVALID_INPUT, problem)
    end = time.monotonic() + PATIENCE
    while True:
        asset = _kept(account, url).first() or _fetched(_begun(account, url), role)
        release_connection()
        if asset is not None and asset.stored_at:
            return asset
        if time.monotonic() > end:
            raise TransientError(Failure.STORAGE_ERROR, _words(UNDER_WAY, url, role))
        time.sleep(GLANCE * random.uniform(1, 1.5))  # noqa: S311 - no secret


def _kept(account: str, url: str) -> models.QuerySet[Asset]:
    """The row, stored or being filled by somebody alive."""
    rows = Asset.objects.filter(account=account, source_url=url, released_at=None)
    return rows.exclude(stored_at=None, created_at__lt=Now() - ABANDONED_AFTER)


def _begun(account: str, url: str) -> Asset | None:
    """A row of our own to fill; None while somebody else's is there. The unique constraint decides."""
    own = Asset(account=account, source_url=url)
    with transaction.atomic():
        abandoned = Asset.objects.filter(account=account, source_url=url, released_at=None, stored_at=None)
        abandoned.filter(created_at__lt=Now() - ABANDONED_AFTER).update(released_at=Now())
        Asset.objects.bulk_create([own], ignore_conflicts=True)
    return own if Asset.objects.filter(pk=own.pk).exists() else None


def _fetched(asset: Asset | None, role: str) -> Asset | None:
    """The row filled; None when there is none, or it was taken for abandoned. A row that cannot be filled
    is released, so that whoever waits for it need not."""
    if asset is None:
        return None
    release_connection()
    try:
        photo = images.read_photo(downloads.fetch_public(asset.source_url), name=_name(asset.source_url))
        return asset if _filled(asset, photo) else None
    except Exception as error:
        assets.release([asset])
        log.warning("asset %s: could not be taken over: %s: %s", asset.pk, type(error).__name__, error)
        told = _told(error, asset.source_url, role)
        if told is None:
            raise
        raise told from error


def _filled(asset: Asset, photo: images.CleanPhoto) -> bool:
    try:
        return assets.fill(asset, data=photo.data, content_type=photo.content_type)
    except STORAGE_ERRORS as error:
        raise StorageAwayError from error


def _told(error: Exception, url: str, role: str) -> ProviderError | None:
    """In the words of a provider, for the attempt ends by it; None for a fault of our own."""
    if isinstance(error, StorageAwayError):
        return error
    if isinstance(error, downloads.Gone):
        return PermanentError(Failure.INVALID_INPUT, _words(GONE, url, role))
    if isinstance(error, downloads.Refused):
        return PermanentError(Failure.INVALID_INPUT, _words(REFUSED, url, role))
    if isinstance(error, images.InvalidImage):
        return PermanentError(Failure.INVALID_INPUT, str(error))
    if isinstance(error, STORAGE_ERRORS):
        return TransientError(Failure.STORAGE_ERROR, _words(AWAY, url, role))
    return None


def named(url: str, role: str) -> str:
    """ "Your selfie at example.com": how every sentence about it begins."""
    return f"{'Your selfie' if role == 'selfie' else 'The photo'} at {urlsplit(url).hostname}"


def _words(sentence: str, url: str, role: str) -> str:
    return sentence.format(photo=named(url, role))


def _name(url: str) -> str:
    """What sentences call it; what stands behind the "?" may be a key to the file."""
    return urlsplit(url).path.rpartition("/")[2] or "photo"
