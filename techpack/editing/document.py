"""A piece under its run's lock, with what is being changed of it; written when the block ends."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from accounts.models import User
from generation.providers.base import Json
from techpack import schemas, versions
from techpack.editing import paths, staleness
from techpack.editing.errors import ChangedMeanwhile, NotEditable, ValueMisfit
from techpack.editing.paths import Place
from techpack.models import Change, EditedPiece, Product, TechPack, of_piece
from techpack.schemas import Source

GROUNDS = ("materials.", "colours.")  # of which later results are made
DESIGNERS = (Source.ENTERED, Source.CONFIRMED)


class Unchecked:
    """Given as `expected` by whoever has not looked at the value before."""


UNCHECKED = Unchecked()


@dataclass
class Desk:
    """`document`, `sources` and `written` are what will be saved: nothing is until the block ends."""

    run: TechPack
    piece: EditedPiece
    by: User | None
    document: schemas.BaseViewAnalysis | schemas.Annotations
    sources: schemas.Sources
    written: list[Change] = field(default_factory=list)

    def place(self, path: str) -> Place:
        return paths.editable(self.document, path)

    def expect(self, path: str, now: Any, expected: Any) -> None:
        """Raises ChangedMeanwhile when the value is not the one that the editor saw."""
        if not isinstance(expected, Unchecked) and now != expected:
            raise ChangedMeanwhile(now, shown(now), _who_changed(self.piece, path, self.by))

    def put(self, path: str, value: Any) -> None:
        """Raises ValueMisfit when the whole document is no longer one with this value in it."""
        data = self.document.model_dump(mode="json")
        holder, last = _down_to(data, path)
        holder[last] = value
        self._validate(data, path)

    def insert(self, path: str, item: Json) -> None:
        data = self.document.model_dump(mode="json")
        holder, last = _down_to(data, path)
        holder.insert(last, item)
        self._validate(data, path)
        self._shift_sources(path, 1)

    def take_out(self, path: str) -> None:
        data = self.document.model_dump(mode="json")
        holder, last = _down_to(data, path)
        del holder[last]
        self._validate(data, path)
        self._shift_sources(path, -1)

    def _validate(self, data: Json, path: str) -> None:
        try:
            self.document = type(self.document).model_validate(data)
        except ValidationError as error:
            raise ValueMisfit(_sentence(error)) from error

    def _shift_sources(self, path: str, by: int) -> None:
        moved = {shifted(known, path, by): source for known, source in self.sources.root.items()}
        self.sources.root = {known: source for known, source in moved.items() if known is not None}

    # --- where values come from

    def source_of(self, place: Place) -> Source | None:
        return source_of(place, self.sources)

    def set_source(self, place: Place, source: Source | None) -> None:
        """Of the value; what it belongs to becomes the designer's, or no longer is."""
        known, bearer = self.sources.root, place.bearer
        if bearer and bearer not in known:
            known[bearer] = place.holder.source  # type: ignore[attr-defined]
        known[place.path] = source
        if not bearer:
            return
        if source == known[bearer]:
            del known[place.path]
        own = [known[path] for path in known if path.startswith(f"{bearer}.")]
        ranked = next((best for best in DESIGNERS if best in own), known[bearer])
        self.put(f"{bearer}.source", ranked)

    def note(self, *, path: str, action: Change.Action, **more: Any) -> Change:
        change = Change(
            tech_pack=self.run, path=path, action=action, by=self.by, take=self.piece.take,
            **of_piece(self.piece), **more,
        )  # fmt: skip
        self.written.append(change)
        return change


@contextmanager
def opened(piece: EditedPiece, by: User | None) -> Iterator[Desk]:
    """One transaction under the run's lock. Raises NotEditable for a piece without values."""
    with transaction.atomic():
        run = versions.locked(piece.tech_pack_id)
        fresh = type(piece)._default_manager.filter(pk=piece.pk).first() if run else None
        if run is None or fresh is None:
            raise NotEditable("This no longer exists.")
        document = fresh.document
        if document is None:
            raise NotEditable("There are no values here yet.")
        desk = Desk(run, fresh, by, copy.deepcopy(document), fresh.known_sources)
        yield desk
        if desk.written:
            _save(desk)


def _save(desk: Desk) -> None:
    is_ground = any(change.path.startswith(GROUNDS) for change in desk.written)
    before = staleness.marks(desk.run) if is_ground else {}
    desk.piece.set_document(desk.document)  # type: ignore[arg-type]  # of the same kind as it was
    desk.piece.set_sources(desk.sources)
    versions.touch(desk.run, desk.piece)
    if is_ground:
        staleness.touch_changed(desk.run, before, staleness.marks(desk.run))
    for change in desk.written:
        change.version = desk.piece.version
        change.save(force_insert=True)
    Product.objects.filter(pk=desk.run.product_id).update(updated_at=timezone.now())


# --- plain functions -------------------------------------------------------------------------


def source_of(place: Place, sources: schemas.Sources) -> Source | None:
    """Of a value: its own, else that of what it belongs to before anything there was changed."""
    known = sources.root
    if place.path in known:
        return known[place.path]
    if place.bearer:
        own: Source | None = place.holder.source  # type: ignore[attr-defined]
        return known.get(place.bearer, own)
    return Source.SUGGESTED


def shifted(path: str, at: str, by: int) -> str | None:
    """`path` as it is called after an item came to (by=1) or went from (by=-1) the place `at`; None
    when it went with it."""
    base, _, place = at.rpartition(".")
    if not path.startswith(f"{base}."):
        return path
    head, *rest = path[len(base) + 1 :].split(".")
    index, changed = int(head), int(place)
    if by < 0 and index == changed:
        return None
    return ".".join([base, str(index + by if index >= changed else index), *rest])


def shown(value: Any) -> str:
    """A value in a sentence."""
    if value is None or value == "":
        return "to be specified"
    if isinstance(value, float | int):
        return f"{value:g}"
    return f"“{value[:80]}”" if isinstance(value, str) else "in another place"


def _down_to(data: Any, path: str) -> tuple[Any, Any]:
    """What holds the value, and its key there."""
    *before, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in before:
        data = data[part]
    return data, last


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong."""
    first = error.errors()[0]
    known = {
        "float_parsing": "Enter a number.", "float_type": "Enter a number.", "int_type": "Enter a number.",
        "int_parsing": "Enter a whole number.", "int_from_float": "Enter a whole number.",
        "finite_number": "Enter a number.", "string_type": "Enter a text.",
        "string_pattern_mismatch": "Enter a colour as # and six digits, like #38574D.",
    }  # fmt: skip
    if first["type"] == "literal_error":
        return f"Choose one of {first['ctx']['expected']}."
    bounds = first.get("ctx", {})
    if "ge" in bounds:
        return f"Enter a number of {bounds['ge']:g} or more."
    if "le" in bounds:
        return f"Enter a number of {bounds['le']:g} or less."
    return known.get(first["type"], "This is not a value of this kind.")


def _who_changed(piece: EditedPiece, path: str, by: User | None) -> str:
    last = Change.objects.of(piece).filter(path=path).select_related("by").last()
    return str(last.by) if last and last.by and last.by != by else ""
