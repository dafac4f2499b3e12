"""The first sheet and the band that stands on every sheet."""

import dataclasses
import io
from typing import Any

import segno

from techpack.exports import pictures, wording
from techpack.exports.document import Colour, Document, Flat, Missing, Picture
from techpack.exports.pdf import panels, picture_pages, rows
from techpack.exports.pdf.folder import Folder
from techpack.exports.pdf.paper import Paper
from techpack.exports.pdf.words import Words
from techpack.exports.samples import SampleReport

MOST_MISSING = 7  # that fit on the cover; a sheet of its own lists them all
MOST_COLOURS = 6
MOST_FEATURES = 12
_NOTES = 420
_NAME = 90
_FIELD = 76
_STATUS = 60

UNITS = {"cm": "cm", "in": "inches"}


def band(document: Document | SampleReport, words: Words) -> dict[str, str]:
    """Return what identifies the document, or a sample round, in one line each."""
    return {
        "brand": wording.short(document.brand, 44),
        "name": wording.short(document.name, 40) or "Untitled",
        "style": wording.short(document.style_number, 18),
        "season": wording.short(document.season, 10),
        "baseSize": wording.short(document.base_size, 10),
        "unit": UNITS[document.unit],
        "revision": wording.short(words.revision(document.revision), 20),
        "date": words.date(document.date),
    }


def cover(document: Document, folder: Folder, paper: Paper, words: Words) -> dict[str, Any]:
    """Return the first sheet: the front flat, a photo, what the product is and what it still lacks."""
    missing = sorted(document.missing, key=lambda item: not item.blocks_issue)
    below = _below(document)
    return {
        "name": wording.breakable(wording.short(document.name, _NAME)) or "Untitled",
        "line": wording.breakable(wording.short(_line(document, words), 130)),
        "flat": _flat(document, folder, paper, below, words),
        "photo": _photo(document, folder, paper, below, words),
        "fields": [
            {"label": words.both(label), "value": _field(label, value, words)}
            for label, value in _fields(document, words)
            if value
        ],
        "status": wording.breakable(wording.short(words.first(document.status), _STATUS)),
        "colours": [_colour(colour) for colour in document.colours[:MOST_COLOURS]],
        "moreColours": [_colour(colour) for colour in document.colours[MOST_COLOURS:]],
        "features": [_feature(*feature, words) for feature in document.features[:MOST_FEATURES]],
        "notes": wording.breakable(wording.beginning(document.notes, most=_NOTES, lines=5)),
        "missing": [_missing(item, words) for item in missing],
        "mostMissing": MOST_MISSING,
        "blocking": sum(item.blocks_issue for item in missing),
        "qr": _qr(document, folder),
        "inFull": [{"label": label, "value": wording.breakable(value)} for label, value in _cut(document)],
    }


def _line(document: Document, words: Words) -> str:
    """The product in each language, and its main fabric, in one line."""
    fabrics = [item for item in document.materials if item.section.strip().lower() == "fabric"]
    main = [fabrics[0].material, fabrics[0].composition, fabrics[0].weight] if fabrics else []
    return ", ".join(part for part in (*words.both(document.product_type).values(), *main) if part)


def _fields(document: Document, words: Words) -> list[tuple[str, str]]:
    shown = [
        (label, wording.breakable(wording.short(text, most))) for label, text, most in _long_fields(document)
    ]
    return [*shown[1:], ("Unit", UNITS[document.unit]), ("Date", words.date(document.date))]


def _field(label: str, value: str, words: Words) -> dict[str, str]:
    """The type is a term of the library, as is that there is no revision; the rest the designer wrote."""
    return words.both(value) if label in ("Product type", "Revision") else {"text": value, "second": ""}


def _long_fields(document: Document) -> list[tuple[str, str, int]]:
    """Label, text, and how much of it the cover shows."""
    return [
        ("Name", document.name, _NAME), ("Style number", document.style_number, _FIELD),
        ("Brand", document.brand, _FIELD), ("Product type", document.product_type, _FIELD),
        ("Season", document.season, _FIELD), *((label, text, _FIELD) for label, text in document.header),
        ("Base size", document.base_size, _FIELD),
        ("Size range", ", ".join(document.sizes) if len(document.sizes) > 1 else "", _FIELD),
        ("Revision", document.revision, _FIELD), ("Scale", document.scale, _FIELD),
        ("Contact", document.contact, _FIELD),
    ]  # fmt: skip


def _cut(document: Document) -> list[tuple[str, str]]:
    """The texts that the cover shows only the beginning of."""
    values = [*_long_fields(document), ("Status", document.status, _STATUS)]
    cut = [(label, text) for label, text, most in values if wording.is_cut(text, most)]
    if wording.beginning(document.notes, most=_NOTES, lines=5) != document.notes.strip():
        cut.append(("Notes", document.notes))
    return cut + [
        (wording.short(name, 40), value)
        for index, (name, value) in enumerate(document.features)
        if (index >= MOST_FEATURES and value != wording.UNSPECIFIED) or wording.is_cut(value, 40)
    ]


def _below(document: Document) -> float:
    """The height in millimetres of features and notes under the drawing."""
    features = -(-min(len(document.features), MOST_FEATURES) // 4) * 8.8
    notes = wording.beginning(document.notes, most=_NOTES, lines=5)
    lines = sum(1 + len(line) // 120 for line in notes.splitlines())
    return features + (lines * 4.4 + 3 if notes else 0)


def _flat(
    document: Document, folder: Folder, paper: Paper, below: float, words: Words
) -> dict[str, Any] | None:
    flat = front(document)
    if flat is None:
        return None
    without_callouts = dataclasses.replace(flat, callouts=[])
    box = paper.cover_flat(has_photo=_cover_photo(document) is not None, below=below)
    return rows.panel(panels.as_drawn([without_callouts], box, folder), words)


def front(document: Document) -> Flat | None:
    """The flat that stands for the product: the front, else the first."""
    fronts = (flat for flat in document.flats if flat.view.strip().lower() == "front")
    return next(fronts, document.flats[0] if document.flats else None)


def _photo(
    document: Document, folder: Folder, paper: Paper, below: float, words: Words
) -> dict[str, Any] | None:
    picture = _cover_photo(document)
    if picture is None:
        return None
    box = paper.cover_photo(has_flat=bool(document.flats), below=below)
    return picture_pages.fitted(picture, box, folder, words)


def _cover_photo(document: Document) -> Picture | None:
    return document.cover or (document.photos[0] if document.photos else None)


def _colour(colour: Colour) -> dict[str, str]:
    return {
        "name": wording.breakable(wording.short(colour.name, 60)),
        "hex": colour.hex if pictures.is_hex(colour.hex) else "",
        "code": wording.breakable(wording.short(f"{colour.system} {colour.code}".strip(), 60)),
        "source": colour.source,
    }


def _feature(name: str, value: str, words: Words) -> dict[str, dict[str, str]]:
    told = {"name": words.feature(name), "value": words.feature(value)}
    return {
        key: rows.broken({language: wording.short(text, 40) for language, text in both.items()})
        for key, both in told.items()
    }


def _missing(item: Missing, words: Words) -> dict[str, Any]:
    """A field of the checklist, or a point of measure such as "BI1 Bicep width"."""
    field = rows.term(item.field, words)
    if field == {"text": item.field, "second": ""}:
        field = rows.named(item.field, " ", words)
    reason = rows.term(item.reason, words)
    return {
        "field": field,
        "reason": reason,
        "short": wording.short(field["text"], 70),
        "shortReason": wording.short(reason["text"], 90),
        "blocks": item.blocks_issue,
    }


def _qr(document: Document, folder: Folder) -> str:
    if not document.current_url:
        return ""
    svg = io.BytesIO()
    segno.make(document.current_url, error="m", micro=False).save(svg, kind="svg", border=0, scale=4)
    return folder.add(svg.getvalue(), "svg")
