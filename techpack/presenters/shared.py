"""The page behind a share link: one issued revision as text, for a phone on a factory floor."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from techpack.exports import grading, issued_document, lengths
from techpack.exports.document import Callout, Document, Measure, Picture
from techpack.exports.pictures import drawing_size
from techpack.library.translations import LANGUAGES
from techpack.models import Release, ReleaseFile, Share, ShareEvent


@dataclass(frozen=True)
class Point:
    """One row of the table of points of measure, written in the unit of the document."""

    measure: Measure
    document: Document
    said: int

    @property
    def value(self) -> str:
        value = self.measure.value_cm
        return "" if value is None else lengths.written(value, self.document.unit)

    @property
    def tolerance(self) -> str:
        row = self.measure
        return lengths.tolerance(row.tolerance_plus_cm, row.tolerance_minus_cm, self.document.unit)

    @property
    def source(self) -> str:
        return "unspecified" if self.measure.value_cm is None else self.measure.source

    @property
    def sizes(self) -> list[str]:
        values = [grading.value(self.measure, size, self.document) for size in self.document.sizes]
        return ["" if value is None else lengths.written(value, self.document.unit) for value in values]


@dataclass(frozen=True)
class SharedDrawing:
    """A drawing of one view, in its own units; `place` numbers it among its kind."""

    place: int
    view: str
    width: float
    height: float


@dataclass(frozen=True)
class SharedFlat(SharedDrawing):
    """With the places that people wrote about."""

    said: list[ShareEvent]

    @property
    def pins(self) -> list[tuple[ShareEvent, float, float]]:
        return [
            (one, (one.x or 0) * self.width, (one.y or 0) * self.height)
            for one in self.said
            if one.x is not None
        ]

    @property
    def radius(self) -> float:
        return self.width / 36


@dataclass(frozen=True)
class SharedLabels(SharedDrawing):
    """With the places of its labels as numbers."""

    callouts: list[Callout]

    @property
    def numbers(self) -> list[tuple[int, float, float]]:
        return [(one.number, one.x * self.width, one.y * self.height) for one in self.callouts]

    @property
    def radius(self) -> float:
        return self.width / 32


class SharedPage:
    """`release` is the revision that is shown: the link's own, or a newer one it was allowed to show."""

    def __init__(self, link: Share, release: Release):
        self.link = link
        self.release = release

    @cached_property
    def document(self) -> Document:
        return issued_document.document_from(self.release.data, {})

    @cached_property
    def said(self) -> list[ShareEvent]:
        """Everything that both sides may read, answers below what they answer."""
        kinds = (ShareEvent.Kind.COMMENT, ShareEvent.Kind.ANSWER)
        rows = self.link.events.filter(kind__in=kinds, answers__isnull=True)
        return list(rows.prefetch_related("answered_by"))

    @cached_property
    def acknowledged(self) -> ShareEvent | None:
        return self.link.events.filter(kind=ShareEvent.Kind.ACKNOWLEDGED).first()

    @cached_property
    def newest(self) -> Release | None:
        """A revision that was issued after the one that is shown."""
        row = self.release.product.releases.defer("data").first()
        return row if row is not None and row.number > self.release.number else None

    @property
    def may_show_newest(self) -> bool:
        return self.newest is not None and self.link.also_id == self.newest.pk

    @property
    def is_own(self) -> bool:
        return self.release.pk == self.link.release_id

    @cached_property
    def points(self) -> list[Point]:
        about = Counter(one.about.upper() for one in self.said)
        return [Point(row, self.document, about[row.code]) for row in self.document.measures]

    @property
    def sizes(self) -> list[tuple[str, list[str]]]:
        """Each size, and what it is called in the other systems that are printed."""
        return [(size, grading.also_called(self.document.size_systems, size)) for size in self.document.sizes]

    @property
    def is_graded(self) -> bool:
        return grading.is_graded(self.document)

    @cached_property
    def flats(self) -> list[SharedFlat]:
        found = []
        for place, (file, flat) in enumerate(zip(self._drawn("flat"), self.document.flats, strict=False), 1):
            said = [one for one in self.said if one.flat == flat.view]
            found.append(SharedFlat(place, flat.view, *_size(file), said))
        return found

    @cached_property
    def labels(self) -> list[SharedLabels]:
        """Empty too for a revision that was issued before these drawings were kept."""
        drawn = zip(self._drawn("labels"), self.document.label_flats, strict=False)
        return [
            SharedLabels(place, flat.view, *_size(file), sorted(flat.callouts, key=lambda one: one.number))
            for place, (file, flat) in enumerate(drawn, start=1)
        ]

    def _drawn(self, kind: str) -> list[ReleaseFile]:
        return list(self.release.files.filter(name__startswith=f"{kind}-").order_by("name"))

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, words) for code, words in LANGUAGES.items() if code != "en"]


def _size(file: ReleaseFile) -> tuple[float, float]:
    return drawing_size(Picture(bytes(file.content), "svg"))
