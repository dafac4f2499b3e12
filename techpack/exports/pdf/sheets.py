"""What each sheet of the PDF says, as the template needs it: text ready to be set, millimetres, files."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from techpack.exports import grading, lengths, wording
from techpack.exports.choices import SECTIONS, Choices
from techpack.exports.document import Callout, Document, Flat, Measure, Picture
from techpack.exports.pdf import cover, panels, picture_pages, rows
from techpack.exports.pdf.folder import Folder
from techpack.exports.pdf.paper import Paper
from techpack.exports.pdf.words import Words

MOST_SIZES = {"cm": 12, "in": 9}  # columns of sizes that fit beside the name
MOST_CLOSE_UPS = 3  # beside the construction table
TO_MEASURE = ("estimated", "suggested", "unspecified")

type Data = dict[str, Any]


@dataclass(frozen=True)
class _Setting:
    """What every sheet is made from."""

    document: Document
    folder: Folder
    paper: Paper
    choices: Choices
    words: Words

    def has(self, section: str) -> bool:
        return self.choices.has(section)


def sheets(document: Document, folder: Folder, paper: Paper, choices: Choices) -> Data:
    """Return everything the template reads. A sheet without content, or not chosen, is empty."""
    setting = _Setting(document, folder, paper, choices, Words(choices))
    words = setting.words
    return {
        "paper": paper.name,
        "unit": document.unit,
        "language": words.language,
        "words": words.labels(),
        "sections": [name for name in SECTIONS if choices.has(name)],
        "band": cover.band(document, words),
        "cover": cover.cover(document, folder, paper, words),
        "flats": _grouped(document.flats, setting) if setting.has("flats") else [],
        "pom": _points_of_measure(setting),
        "graded": _graded(setting) if setting.has("graded") else None,
        "tape": _tape(setting),
        "bom": [rows.material(one, words) for one in document.materials] if setting.has("bom") else [],
        "colours": rows.matrix(document, words) if setting.has("colours") else None,
        "labels": rows.labels_and_care(document, folder, words) if setting.has("labels") else None,
        "labelPlaces": _grouped(document.label_flats, setting) if setting.has("labels") else [],
        "packaging": rows.cells(document.packaging, rows.PACKAGING, words)
        if setting.has("packaging")
        else [],
        "costs": rows.costs(document.costs) if choices.with_costs and setting.has("costs") else None,
        "passport": rows.pairs(document.passport) if setting.has("passport") else [],
        "comments": [rows.comment(one, words) for one in document.comments]
        if setting.has("comments")
        else [],
        "construction": _construction_sheet(setting),
        "details": picture_pages.pages(document.details, paper.content, folder, words)
        if setting.has("details")
        else [],
        "photos": picture_pages.pages(document.photos, paper.content, folder, words)
        if setting.has("photos")
        else [],
        "sample": [_measure(one, setting) for one in document.measures] if setting.has("sample") else [],
        "changes": [rows.revision(one, words) for one in document.revisions]
        if setting.has("changes")
        else [],
    }


def _groups(flats: Sequence[Flat]) -> list[tuple[Flat, ...]]:
    return list(batched(flats, panels.MOST_FLATS, strict=False))


def _grouped(flats: Sequence[Flat], setting: _Setting) -> list[Data]:
    return [_flats(group, setting) for group in _groups(flats)]


def _flats(flats: Sequence[Flat], setting: _Setting) -> Data:
    """Drawings beside the table of their callouts; as large as the page where there are none."""
    numbered = [
        _callout(callout, flat, setting.words)
        for flat in flats
        for callout in sorted(flat.callouts, key=lambda one: one.number)
    ]
    box = setting.paper.beside_callouts if numbered else setting.paper.content
    return {
        "panel": rows.panel(panels.as_drawn(flats, box, setting.folder), setting.words),
        "rows": numbered,
    }


def _callout(callout: Callout, flat: Flat, words: Words) -> Data:
    return {
        "number": str(callout.number),
        "text": rows.broken(words.phrase(callout.text)),
        "category": words.both(wording.short(callout.category, 16)),
        "view": words.both(wording.short(flat.view, 12)),
        "row": wording.breakable(words.first(callout.row)),
    }


def _points_of_measure(setting: _Setting) -> Data:
    document = setting.document
    if not setting.has("pom"):
        return {"panels": [], "rows": []}
    groups = _groups(document.flats) if document.measures else []
    return {
        "panels": [_dimensioned(flats, setting) for flats in groups],
        "rows": [_measure(measure, setting) for measure in document.measures],
    }


def _dimensioned(flats: Sequence[Flat], setting: _Setting) -> Data:
    panel = panels.with_dimensions(flats, setting.paper.beside_measures, setting.folder)
    return rows.panel(panel, setting.words)


def _measure(measure: Measure, setting: _Setting) -> Data:
    value, error, unit = measure.value_cm, measure.error_cm, setting.document.unit
    return {
        "code": wording.breakable(measure.code),
        "name": wording.breakable(setting.words.first(measure.name)),
        "second": wording.breakable(setting.words.second(measure.name)),
        "how": rows.term(measure.how_to_measure, setting.words),
        "value": "" if value is None else lengths.written(value, unit),
        "error": "" if not error else lengths.allowed(error, unit),
        "tolerance": lengths.tolerance(measure.tolerance_plus_cm, measure.tolerance_minus_cm, unit),
        "source": "unspecified" if value is None else measure.source,
        "isCritical": measure.is_critical,
        "conflict": wording.breakable(measure.conflict),
    }


def _graded(setting: _Setting) -> Data | None:
    """The table in blocks of as many sizes as fit; each block has all rows."""
    document = setting.document
    if not grading.is_graded(document):
        return None
    drawn, box = [_nested(document.nested)] if document.nested else [], setting.paper.content
    return {
        "blocks": [
            _block(sizes, setting)
            for sizes in batched(document.sizes, MOST_SIZES[document.unit], strict=False)
        ],
        "sources": "; ".join(document.size_sources),
        "nested": panels.with_dimensions(drawn, box, setting.folder) if drawn else None,
        "hasBreaks": any(
            grading.is_break(measure, size, document)
            for measure in document.measures
            for size in document.sizes
        ),
        "hasOverrides": any(
            grading.is_override(measure, size, document)
            for measure in document.measures
            for size in document.sizes
        ),
    }


def _nested(picture: Picture) -> Flat:
    return Flat(picture.caption, picture, picture)


def _block(sizes: Sequence[str], setting: _Setting) -> Data:
    document = setting.document
    rows = [
        _measure(measure, setting)
        | {
            "step": "" if measure.grade_cm is None else lengths.allowed(measure.grade_cm, document.unit),
            "values": [_size_value(measure, size, document) for size in sizes],
        }
        for measure in document.measures
    ]
    base = sizes.index(document.base_size) if document.base_size in sizes else -1
    return {
        "sizes": [wording.breakable(wording.short(size, 24)) for size in sizes],
        "also": [grading.also_called(document.size_systems, size) for size in sizes],
        "base": base,
        "rows": rows,
    }


def _size_value(measure: Measure, size: str, document: Document) -> Data:
    value = grading.value(measure, size, document)
    return {
        "text": "" if value is None else lengths.written(value, document.unit),
        "isOverride": grading.is_override(measure, size, document),
        "isBreak": grading.is_break(measure, size, document),
    }


def _tape(setting: _Setting) -> Data:
    document = setting.document
    chosen = document.measures if setting.has("tape") else []
    rows = [one for one in chosen if one.value_cm is None or one.source in TO_MEASURE]
    flats = document.flats[: panels.MOST_FLATS] if rows else []
    return {
        "panel": _dimensioned(flats, setting) if flats else None,
        "rows": [_measure(measure, setting) for measure in rows],
    }


def _construction_sheet(setting: _Setting) -> Data:
    document = setting.document
    if not setting.has("construction") or not document.construction:
        return {"panel": None, "rows": []}
    return {
        "panel": _close_ups(setting),
        "rows": [rows.construction(row, document, setting.words) for row in document.construction],
    }


def _close_ups(setting: _Setting) -> Data | None:
    """The first close-ups, one below the other."""
    shown, box = setting.document.details[:MOST_CLOSE_UPS], setting.paper.beside_photos
    if not shown:
        return None
    cell = panels.Box(box.width, box.height / MOST_CLOSE_UPS - 9)
    plates = [picture_pages.fitted(one, cell, setting.folder, setting.words) for one in shown]
    return panels.column(plates, 9)
