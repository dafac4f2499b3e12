"""Everything of a subscriber as one ZIP file that is never whole anywhere: each picture is read from
storage in pieces and passed on.

The rows are read first; while the pictures go out no database connection is held. What cannot be packed
(a file that is lost, a picture that lies elsewhere) is named in `missing.txt` and breaks nothing.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils.text import slugify
from zipstream import ZipStream

from blueprint import scenes
from blueprint.models import Frame, Grid, Shoot, Subscriber
from core.storage import STORAGE_ERRORS
from generation.jobs import release_connection
from generation.storage import assets

log = logging.getLogger(__name__)

PIECE = 64 * 1024
LOST, AWAY = "its file is lost", "it could not be read just now"
MISSING = "missing.txt"
PATIENCE = 3  # pictures in a row that a storage does not give before no more are asked for


@dataclass(frozen=True)
class Entry:
    """One picture: its name in the archive, and its key in the storage. With `reason` it cannot be
    packed: that and `url`, where it lies, go into the list of what is missing."""

    name: str
    key: str = ""
    url: str = ""
    size: int | None = None  # bytes, when known for sure
    reason: str = ""

    @property
    def line(self) -> str:
        return f"{self.name}: {self.reason}{f' {self.url}' if self.url else ''}"


# --- names a person can sort ------------------------------------------------------------------------


def grid_name(number: int, title: str) -> str:
    """ "05-bookshelf" """
    return f"{number:02d}-{slugify(title) or 'grid'}"


def frame_name(number: int, title: str, position: int) -> str:
    """ "05-bookshelf-frame-3" """
    return f"{grid_name(number, title)}-frame-{position}"


def marked(name: str, provider: str | None) -> str:
    """With a word at its end for what was drawn on this machine to look ahead, and made by no model."""
    return f"{name}-preview" if provider == "local" else name


def shoot_name(shoot: Shoot | None) -> str:
    """ "blueprint", "free-blueprint", "shoot-3-summer" """
    if shoot is None or shoot.is_paid:
        return "blueprint"
    if shoot.kind == Shoot.Kind.FREE:
        return "free-blueprint"
    return f"shoot-{shoot.pk}-{slugify(shoot.title)}".rstrip("-")


def _folder(shoot: Shoot) -> str:
    """The paid thirty lie at the top, what was made besides in folders beside them."""
    return "" if shoot.is_paid else f"{shoot_name(shoot)}/"


# --- what goes in -----------------------------------------------------------------------------------


def entries(subscriber: Subscriber, shoot: Shoot | None = None) -> list[Entry]:
    """All that was made for them, or for one shoot of theirs: a few thousand rows at most, in three
    queries."""
    shoots = Shoot.objects.filter(subscriber=subscriber, **({"pk": shoot.pk} if shoot else {}))
    grids: list[Any] = list(
        Grid.objects.filter(shoot__in=shoots)
        .select_related("shoot", "asset")
        .annotate(provider=F("prediction__provider"))
        .order_by("shoot__kind", "shoot_id", "number")
    )
    frames = Frame.objects.filter(grid__shoot__in=shoots).select_related("grid__shoot", "asset")
    named = frames.annotate(provider=F("grid__prediction__provider"))
    cut = list(named.order_by("grid__shoot__kind", "grid__shoot_id", "grid__number", "position"))
    return [
        *(_of_grid(grid) for grid in grids if grid.asset is not None),
        *(_elsewhere(subscriber, grids) if shoot is None or shoot.is_paid else []),
        *(_of_frame(frame, _frames_folder(frame)) for frame in cut),
        *(_of_frame(frame, "favourites/") for frame in cut if frame.favourite),
    ]


def _of_grid(grid: Any) -> Entry:
    assert grid.asset is not None
    key = assets.key(grid.asset, "original")
    name = marked(grid_name(grid.number, grid.title), grid.provider)
    return Entry(f"{_folder(grid.shoot)}grids/{name}.{_ending(key)}", key)


def _frames_folder(frame: Frame) -> str:
    return f"frames/{grid_name(frame.grid.number, frame.grid.title)}/"


def _of_frame(frame: Any, folder: str) -> Entry:
    grid, key = frame.grid, assets.key(frame.asset, "original")
    name = marked(frame_name(grid.number, grid.title, frame.position), frame.provider)
    return Entry(f"{_folder(grid.shoot)}{folder}{name}.{_ending(key)}", key)


def _elsewhere(subscriber: Subscriber, grids: list[Grid]) -> Iterator[Entry]:
    """Pictures that were taken over by their addresses and not fetched yet: named, not packed."""
    stored = {grid.number for grid in grids if grid.shoot.is_paid and grid.asset_id is not None}
    for number, entry in enumerate(subscriber.slots, start=1):
        if entry and "://" in entry and number not in stored:
            name = f"grids/{grid_name(number, scenes.title(number))}"
            yield Entry(name, url=entry, reason="it still lies at")


def _ending(key: str) -> str:
    return key.rpartition(".")[2]


# --- packing ----------------------------------------------------------------------------------------


def measured(wanted: list[Entry]) -> list[Entry]:
    """With the sizes of their files where looking is cheap (a folder, not a bucket): what is lost is
    known before the first byte then, and so is the size of the archive."""
    if settings.AWS_STORAGE_BUCKET_NAME:
        return wanted
    return [entry if entry.reason else _measured(entry) for entry in wanted]


def _measured(entry: Entry) -> Entry:
    try:
        return replace(entry, size=default_storage.size(entry.key))
    except FileNotFoundError:
        return replace(entry, reason=LOST)


def size(wanted: list[Entry]) -> int | None:
    """Bytes of the whole archive; None when that cannot be said before it is made."""
    archive = ZipStream(sized=True)
    for entry in wanted:
        if entry.size is not None:
            archive.add(iter(()), entry.name, size=entry.size)
        elif not entry.reason:
            return None
    _add_missing(archive, [entry for entry in wanted if entry.reason])
    return len(archive)


def packed(wanted: list[Entry]) -> Iterator[bytes]:
    """The archive, piece by piece. Closing this closes the file that is open."""
    release_connection()
    archive = ZipStream()
    missing = [entry for entry in wanted if entry.reason]
    away = 0  # in a row
    for entry in wanted:
        if entry.reason:
            continue
        if away == PATIENCE:
            missing.append(replace(entry, reason=AWAY))
            continue
        try:
            file, first = _begun(entry)
        except STORAGE_ERRORS as error:
            missing.append(_not_packed(entry, error))
            away = 0 if isinstance(error, FileNotFoundError) else away + 1
            continue
        away = 0
        with file:
            archive.add(_pieces(first, file), entry.name, size=entry.size)
            yield from archive.file()
    _add_missing(archive, missing)
    yield from archive.finalize()


def _begun(entry: Entry) -> tuple[IO[bytes], bytes]:
    """The file with its first piece, since some storages notice only then that it is not there."""
    file = default_storage.open(entry.key)
    try:
        return file, file.read(PIECE)
    except BaseException:
        file.close()
        raise


def _pieces(first: bytes, file: IO[bytes]) -> Iterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = file.read(PIECE)


def _not_packed(entry: Entry, error: Exception) -> Entry:
    """Raises `error` where the size of the archive has been promised already: it must break off then,
    not end as if it were whole."""
    if entry.size is not None:
        raise error
    log.warning("archive: %s could not be read: %s", entry.key, error)
    return replace(entry, reason=LOST if isinstance(error, FileNotFoundError) else AWAY)


def _add_missing(archive: ZipStream, missing: list[Entry]) -> None:
    if missing:
        lines = ["These pictures are not in this archive.", "", *(entry.line for entry in missing), ""]
        archive.add("\r\n".join(lines), MISSING)  # as Notepad likes it
