"""The sheets of the PDF as the template needs them: text ready to be set, millimetres, files."""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from techpack.exports import cover, document_units, grading, panels, plates, wording
from techpack.exports.document import Callout, Construction, Document, Flat, Material, Measure
from techpack.exports.folder import Folder
from techpack.exports.paper import Paper

MOST_SIZES = {"cm": 12, "in": 9}  # columns of sizes that fit beside the name
TO_MEASURE = ("estimated", "suggested", "unspecified")

# What a factory cannot buy without, by section of the bill of materials.
NEEDED: dict[str, tuple[str, ...]] = {
    "fabric": ("material", "composition", "weight", "colour"),
    "lining": ("material", "composition", "weight", "colour"),
    "interlining": ("material", "weight"),
    "thread": ("material", "colour"),
    "label": ("material", "placement"),
}
NEEDED_OF_ANY = ("material",)

type Data = dict[str, Any]


def sheets(document: Document, folder: Folder, paper: Paper) -> Data:
    """Return everything the template reads. A sheet without content is empty."""
    return {
        "paper": paper.name,
        "unit": document.unit,
        "band": cover.band(document),
        "cover": cover.cover(document, folder, paper),
        "flats": [
            _flats(flats, folder, paper) for flats in batched(document.flats, panels.MOST_FLATS, strict=False)
        ],
        "pom": _points_of_measure(document, folder, paper),
        "graded": _graded(document),
        "tape": _tape(document, folder, paper),
        "bom": [_material(material) for material in document.materials],
        "construction": [_construction(row, document) for row in document.construction],
        "details": plates.pages(document.details, paper.content, folder),
        "photos": plates.pages(document.photos, paper.content, folder),
    }


def _flats(flats: Sequence[Flat], folder: Folder, paper: Paper) -> Data:
    numbered = sorted(((c, flat) for flat in flats for c in flat.callouts), key=lambda pair: pair[0].number)
    return {
        "panel": panels.as_drawn(flats, paper.beside_callouts, folder),
        "rows": [_callout(callout, flat) for callout, flat in numbered],
    }


def _callout(callout: Callout, flat: Flat) -> Data:
    return {
        "number": str(callout.number),
        "text": wording.breakable(callout.text),
        "category": wording.short(callout.category, 16),
        "view": wording.short(flat.view, 12),
        "row": wording.breakable(callout.row),
    }


def _points_of_measure(document: Document, folder: Folder, paper: Paper) -> Data:
    groups = list(batched(document.flats, panels.MOST_FLATS, strict=False)) if document.measures else []
    return {
        "panels": [panels.with_dimensions(flats, paper.beside_measures, folder) for flats in groups],
        "rows": [_measure(measure, document) for measure in document.measures],
    }


def _measure(measure: Measure, document: Document) -> Data:
    value, error, unit = measure.value_cm, measure.error_cm, document.unit
    return {
        "code": wording.breakable(measure.code),
        "name": wording.breakable(measure.name),
        "how": wording.breakable(measure.how_to_measure),
        "value": "" if value is None else document_units.written(value, unit),
        "error": "" if not error else document_units.allowed(error, unit),
        "tolerance": document_units.tolerance(measure.tolerance_plus_cm, measure.tolerance_minus_cm, unit),
        "source": "unspecified" if value is None else measure.source,
        "isCritical": measure.is_critical,
        "conflict": wording.breakable(measure.conflict),
    }


def _graded(document: Document) -> Data | None:
    """The table in blocks of as many sizes as fit; each block has all rows."""
    if not grading.is_graded(document):
        return None
    blocks = batched(document.sizes, MOST_SIZES[document.unit], strict=False)
    return {
        "blocks": [_block(sizes, document) for sizes in blocks],
        "hasOverrides": any(
            grading.is_override(measure, size, document)
            for measure in document.measures
            for size in document.sizes
        ),
    }


def _block(sizes: Sequence[str], document: Document) -> Data:
    rows = [
        _measure(measure, document)
        | {
            "step": ""
            if measure.grade_cm is None
            else document_units.allowed(measure.grade_cm, document.unit),
            "values": [_size_value(measure, size, document) for size in sizes],
        }
        for measure in document.measures
    ]
    base = sizes.index(document.base_size) if document.base_size in sizes else -1
    return {
        "sizes": [wording.breakable(wording.short(size, 24)) for size in sizes],
        "base": base,
        "rows": rows,
    }


def _size_value(measure: Measure, size: str, document: Document) -> Data:
    value = grading.value(measure, size, document)
    return {
        "text": "" if value is None else document_units.written(value, document.unit),
        "isOverride": grading.is_override(measure, size, document),
    }


def _tape(document: Document, folder: Folder, paper: Paper) -> Data:
    rows = [m for m in document.measures if m.value_cm is None or m.source in TO_MEASURE]
    flats = document.flats[: panels.MOST_FLATS] if rows else []
    return {
        "panel": panels.with_dimensions(flats, paper.beside_measures, folder) if flats else None,
        "rows": [_measure(measure, document) for measure in rows],
    }


def _material(material: Material) -> Data:
    fields = ("part", "placement", "material", "composition", "weight", "colour", "supplier", "quantity")
    needed = NEEDED.get(material.section.strip().lower(), NEEDED_OF_ANY)
    return {
        "section": wording.breakable(material.section),
        "cells": [
            {"text": wording.breakable(getattr(material, name)), "isNeeded": name in needed}
            for name in fields
        ],
        "comment": wording.breakable(material.comment),
        "source": material.source,
    }


def _construction(row: Construction, document: Document) -> Data:
    return {
        "area": wording.breakable(row.area),
        "operation": wording.breakable(row.operation),
        "seam": wording.breakable(row.seam_class),
        "stitch": wording.breakable(row.stitch_class),
        "spi": wording.breakable(row.stitches_per_inch),
        "allowance": wording.breakable(document_units.rewritten(row.allowance_cm, document.unit)),
        "thread": wording.breakable(row.thread),
        "note": wording.breakable(row.note),
        "source": row.source,
    }
