"""Keeping images: the row first, then its files, then the word that all of them are there.

Only Django's Storage API is used, so a folder and an S3 bucket do alike. All keys follow from
the row: whatever is interrupted can be repeated, or found and deleted, by the row alone.
"""

import datetime as dt
import enum
import hashlib
import logging
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.db.models.functions import Now
from PIL import Image

from core.storage import STORAGE_ERRORS
from generation import jobs
from generation.models import Asset
from generation.storage import images
from generation.storage.svg import cleaned, vectorise

log = logging.getLogger(__name__)

THUMBNAILS = ("small", "large")
VARIANTS = ("original", *THUMBNAILS, "vector")
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
ABANDONED_AFTER = dt.timedelta(hours=1)
MOST_OF_A_STEM = 120
STEM = r"[a-z0-9-]+(?:/[a-z0-9-]+)*"
NAME = r"(?:small\.webp|large\.webp|vector\.svg)"
KEYS = (
    re.compile(rf"assets/[0-9a-f]{{2}}/([0-9a-f-]{{36}})/(?:original\.(?:jpg|png|webp)|{NAME})"),
    re.compile(rf"{STEM}-([0-9a-f]{{32}})\.(?:jpg|png|webp|{NAME})"),
)


@dataclass(frozen=True)
class Files:
    """What the row says of an image, and the content of each of its files by its variant."""

    facts: dict[str, Any]
    content: dict[str, bytes]

    def with_drawing(self, svg: str) -> "Files":
        return Files({**self.facts, "has_vector": True}, {**self.content, "vector": svg.encode()})


class Condition(enum.StrEnum):
    """How the files of an image were found."""

    WHOLE = "whole"
    REMADE = "with thumbnails made anew"
    LOST = "without a file that only a back-up has"
    UNKNOWN = "not known, for the storage did not answer"


def store(
    *,
    account: str,
    data: bytes,
    content_type: str | None = None,
    svg: str | None = None,
    traced: bool = False,
    stem: str = "",
    keep: bool = True,
) -> Asset:
    """Store one image for `account` ("user:5") with its thumbnails, and `svg` beside it; `traced`: a line
    drawing, whose SVG is traced from its pixels. `stem` says where its files lie (`key`).

    `content_type` is given for what `images.read_photo` wrote; anything else is checked first
    (`images.check_result`). With keep=False the caller says `mark_kept` together with the row
    that names the image; until then the purge takes it for abandoned.

    Raises InvalidImage, and what the storage raises: the row and what was written of its files
    then stay for the purge. Raises RuntimeError inside a transaction, for files are written, and
    ValueError for what is no stem.
    """
    files = _examined(data, content_type, traced=traced)
    if svg is not None:
        files = files.with_drawing(cleaned(svg))
    asset = store_files(account=account, files=files, stem=stem)
    if keep:
        mark_kept(asset)
    asset.refresh_from_db()
    return asset


def store_files(*, account: str, files: Files, stem: str = "") -> Asset:
    """Store the files of an image; `mark_kept` is for the caller to say. Raises as `store` does."""
    return store_together(account=account, pictures=[(stem, files)])[0]


def store_together(*, account: str, pictures: Sequence[tuple[str, Files]]) -> list[Asset]:
    """Store the files of several images, each with its stem, their rows in one transaction; `mark_kept` is
    for the caller to say. Raises as `store` does: then all the rows stay for the purge."""
    begun = [Asset(account=account, stem=checked_stem(stem), **files.facts) for stem, files in pictures]
    with transaction.atomic(durable=True):
        Asset.objects.bulk_create(begun)
    for asset, (_, files) in zip(begun, pictures, strict=True):
        _write_all(asset, files)
    return begun


def fill(asset: Asset, *, data: bytes, content_type: str) -> bool:
    """Store what `images.read_photo` wrote as the image of a row that was begun before (its `content_type`
    is empty). False when the row was released meanwhile: then nothing is left behind.

    Raises InvalidImage, and what the storage raises.
    """
    files = _examined(data, content_type)
    Asset.objects.filter(pk=asset.pk).update(**files.facts)  # the purge knows the keys by them
    for name, value in files.facts.items():
        setattr(asset, name, value)
    _write_all(asset, files)
    if Asset.objects.filter(pk=asset.pk, released_at__isnull=True).update(stored_at=Now()):
        asset.refresh_from_db()
        return True
    for name in _files_of(asset):  # perhaps written after the purge
        default_storage.delete(name)
    return False


def _examined(data: bytes, content_type: str | None, *, traced: bool = False) -> Files:
    """The decoded picture itself, by far the largest of all, is let go on leaving."""
    with images.A_CORE:
        checked = images.open_own(data, content_type) if content_type else images.check_result(data)
        files = files_of(checked.image, data, checked.content_type, size=(checked.width, checked.height))
        return files.with_drawing(vectorise(checked.image)) if traced else files


def files_of(
    image: Image.Image, data: bytes, content_type: str, *, size: tuple[int, int] | None = None
) -> Files:
    """Of a picture that is decoded already: what the row says of it, and its files. `size` is the
    original's, where the decoded one is smaller."""
    width, height = size or image.size
    thumbnails, colour = images.thumbnails_and_colour(image, content_type, (width, height))
    facts = {
        "content_type": content_type,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "width": width,
        "height": height,
        "placeholder": colour,
    }
    return Files(facts, {"original": data, **thumbnails})


def _write_all(asset: Asset, files: Files) -> None:
    jobs.release_connection()  # a storage that is slow must not keep the connections of thirty jobs
    for variant, content in files.content.items():
        _write(key(asset, variant), content)


def mark_kept(*assets: Asset) -> bool:
    """Rows name these now: called in the transaction that writes those rows. False when one was released
    while its files were written: it is about to be purged."""
    there = Asset.objects.filter(pk__in=[asset.pk for asset in assets], released_at__isnull=True)
    return there.update(stored_at=Now()) == len(assets)


def key(asset: Asset, variant: str) -> str:
    """Where one of its files lies in the storage. Raises KeyError for no variant of ours.

    "assets/ab/<id>/original.png" and "small.webp" beside it; with the stem "paid-blueprint/grids/17-3"
    "paid-blueprint/grids/17-3-<id in hex>.png" and "...small.webp".
    """
    if variant == "large" and is_its_own_large(asset):
        variant = "original"
    ending = ENDINGS[asset.content_type]
    names = {"original": ending, "small": "small.webp", "large": "large.webp", "vector": "vector.svg"}
    name = names[variant]
    if asset.stem:
        return f"{asset.stem}-{asset.pk.hex}.{name}"
    return f"{_folder(asset)}/{f'original.{ending}' if variant == 'original' else name}"


def is_its_own_large(asset: Asset) -> bool:
    return images.is_its_own_large(asset.content_type, asset.width, asset.height)


def id_of_key(key: str) -> uuid.UUID | None:
    """Whose file lies there, for keys of either kind; None for what is no key of ours."""
    found = next(filter(None, (pattern.fullmatch(key) for pattern in KEYS)), None)
    try:
        return uuid.UUID(found[1]) if found else None
    except ValueError:
        return None


def checked_stem(stem: str) -> str:
    """The stem itself ("paid-blueprint/grids/17-3", or ""). Raises ValueError for what is none."""
    if stem and not (len(stem) <= MOST_OF_A_STEM and re.fullmatch(STEM, stem)):
        raise ValueError(f"no stem: {stem!r}")
    return stem


def open_original(asset: Asset) -> IO[bytes]:
    """The original as a stream. Raises FileNotFoundError, or what the storage raises."""
    return default_storage.open(key(asset, "original"))


def require_original(asset: Asset) -> None:
    """Ask whether it is there, without reading it. Raises FileNotFoundError, or what the storage raises."""
    if not default_storage.exists(key(asset, "original")):
        raise FileNotFoundError(f"{asset.pk} has no original")


def read_large(asset: Asset) -> bytes:
    """The thumbnail of 1200 px, which is decoded much faster; the original where it is missing."""
    try:
        with default_storage.open(key(asset, "large")) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return read(asset)


def read(asset: Asset) -> bytes:
    with open_original(asset) as file:
        return file.read()


def missing_variants(asset: Asset) -> list[str]:
    """Which of its files are not there. Raises what the storage raises."""
    expected = (variant for variant in VARIANTS if variant != "vector" or asset.has_vector)
    return [variant for variant in expected if not default_storage.exists(key(asset, variant))]


def remake_thumbnails(asset: Asset) -> None:
    """Both thumbnails anew from the original, which is only read.

    Raises InvalidImage when the original is damaged, and what the storage raises.
    """
    with open_original(asset) as file:
        opened = images.open_own(file, asset.content_type)
        content = images.thumbnails(opened.image, asset.content_type, (asset.width, asset.height))
    for variant, data in content.items():
        _write(key(asset, variant), data)
    if not Asset.objects.stored().filter(pk=asset.pk).exists():  # purged meanwhile, perhaps before the writes
        for variant in content:
            default_storage.delete(key(asset, variant))


def repair(asset: Asset) -> Condition:
    """Look for its files and make again what can be made again. Raises nothing of the storage."""
    try:
        missing = set(missing_variants(asset))
        if missing.intersection(THUMBNAILS) and "original" not in missing:
            remake_thumbnails(asset)
            return Condition.LOST if missing.difference(THUMBNAILS) else Condition.REMADE
    except images.InvalidImage:
        return Condition.LOST
    except STORAGE_ERRORS as error:
        log.warning("asset %s: could not be looked at: %s", asset.pk, error)
        return Condition.UNKNOWN
    return Condition.LOST if missing else Condition.WHOLE


def release(assets: Iterable[Asset]) -> None:
    """Nothing names these any more: called in the transaction that deletes what named them.
    Their files go later, by `purge`."""
    pks = [asset.pk for asset in assets]
    Asset.objects.filter(pk__in=pks, released_at__isnull=True).update(released_at=Now())


def purge(limit: int) -> int:
    """Delete the files, then the rows, of up to `limit` images that were released, or begun and
    not finished within an hour. What a row still names is kept. Says how many are gone.

    May run twice at once; what the storage does not delete now is tried again next time.
    """
    doomed = Asset.objects.to_purge(abandoned_before=Now() - ABANDONED_AFTER)
    return sum(map(_purge_one, _unnamed(doomed).order_by("created_at")[:limit]))


def _purge_one(asset: Asset) -> bool:
    release([asset])  # from here on nobody is shown it, or given it to work with
    try:
        for name in _files_of(asset):
            default_storage.delete(name)
    except STORAGE_ERRORS as error:
        log.warning("asset %s: its files stay for now: %s", asset.pk, error)
        return False
    try:
        asset.delete()
    except ProtectedError:
        log.warning("asset %s: named by a row while it was being deleted", asset.pk)
        return False
    return True


def _unnamed(assets: models.QuerySet[Asset]) -> models.QuerySet[Asset]:
    """Those that no row with a protecting foreign key names."""
    for relation in Asset._meta.get_fields(include_hidden=True):
        if getattr(relation, "on_delete", None) is models.PROTECT and relation.auto_created:
            naming = relation.related_model._base_manager.filter(  # type: ignore[union-attr]
                **{relation.field.name: OuterRef("pk")}  # type: ignore[union-attr]
            )
            assets = assets.exclude(Exists(naming))
    return assets


def _folder(asset: Asset) -> str:
    name = str(asset.pk)
    return f"assets/{name[:2]}/{name}"


def _files_of(asset: Asset) -> list[str]:
    """All that may lie in the storage of it; a folder of its own last."""
    if not asset.content_type:
        return []  # begun, and nothing came
    return [*(key(asset, variant) for variant in VARIANTS), *([] if asset.stem else [_folder(asset)])]


def _write(name: str, content: bytes) -> None:
    saved = default_storage.save(name, ContentFile(content))
    if saved != name:  # a storage that does not overwrite: nobody would find the file again
        default_storage.delete(saved)
        raise OSError(f"{name} was there already")


__all__ = [
    "VARIANTS", "Files", "checked_stem", "files_of", "fill", "id_of_key", "key", "missing_variants",
    "open_original", "purge", "read", "release", "remake_thumbnails", "repair", "store", "store_files",
    "store_together",
]  # fmt: skip
