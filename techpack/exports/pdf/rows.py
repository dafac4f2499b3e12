"""Rows of the tables of the PDF, as text ready to be set."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from techpack.exports import lengths, pictures, wording
from techpack.exports.document import (
    CareInstruction,
    Colour,
    Comment,
    Construction,
    CostSheet,
    Document,
    LineColours,
    Material,
    Picture,
    RevisionNote,
)
from techpack.exports.pdf.folder import Folder
from techpack.exports.pdf.words import Words

type Data = dict[str, Any]

LABELS = ("type", "text", "placement", "size", "material", "attachment", "languages", "artwork", "note")
PACKAGING = ("item", "specification", "size", "material", "print", "quantity", "barcode", "note")
_CARE_INK = "#0f0f0f"


def term(text: str, words: Words) -> Data:
    """A term of the library in the document's languages; any other text as it was entered."""
    return broken(words.both(text))


def broken(told: Data) -> Data:
    """With places to break at."""
    return {name: wording.breakable(text) for name, text in told.items()}


def panel(panel: Data, words: Words) -> Data:
    """Drawings with the names of their views, and what is said of them, in the first language."""
    placed = [
        one | {"view": words.first(one["view"]), "note": words.first(one["note"])} for one in panel["flats"]
    ]
    return panel | {"flats": placed}


def cells(items: Sequence[Any], columns: Sequence[str], words: Words) -> list[Data]:
    """Rows of `items` with the texts of `columns`, and the source of each row."""
    return [
        {"cells": [term(getattr(one, name), words) for name in columns], "source": one.source}
        for one in items
    ]


def pairs(items: Sequence[tuple[str, str]]) -> list[Data]:
    return [{"label": label, "value": wording.breakable(value)} for label, value in items]


def material(one: Material, words: Words) -> Data:
    """A line of the BOM. `open` are the words of what the trade needs here and nobody said."""
    open_words = [word.lower() for word in one.open]

    def cell(*parts: str, needed: Sequence[str] = ()) -> Data:
        is_needed = any(word.startswith(start) for word in open_words for start in needed)
        text = ", ".join(part for part in parts[1:] if part)
        return term(parts[0], words) | {"isNeeded": is_needed, "more": wording.breakable(text)}

    amount = " ".join(part for part in (one.quantity, one.unit) if part)
    return {
        "section": term(one.section, words),
        "cells": [
            cell(one.part), cell(one.placement),
            cell(one.material, one.size, one.details, needed=("material", "type", "artwork")),
            cell(one.composition, needed=("composition",)),
            cell(one.weight, one.width, needed=("weight", "thickness", "denier")),
            cell(one.colour, needed=("colour",)),
            cell(one.supplier, one.supplier_code, one.lead_time),
            cell(amount, f"+{one.loss_percent:f} % loss" if one.loss_percent else "", needed=("count",)),
        ],
        "comment": wording.breakable(one.comment),
        "open": ", ".join(one.open),
        "source": one.source,
    }  # fmt: skip


def matrix(document: Document, words: Words) -> Data | None:
    """BOM x colourway; None without colourways or coloured lines."""
    if not document.line_colours or not document.colours:
        return None
    return {
        "colourways": [_swatch(one) for one in document.colours],
        "rows": [_coloured(row, words) for row in document.line_colours],
    }


def _coloured(row: LineColours, words: Words) -> Data:
    articles = [*row.articles, *([""] * len(row.cells))]
    return {
        "section": term(row.section, words),
        "part": term(row.part, words),
        "cells": [
            _swatch(cell) | {"article": article} for cell, article in zip(row.cells, articles, strict=False)
        ],
    }


def _swatch(one: Colour) -> Data:
    return {
        "name": wording.breakable(wording.short(one.name, 60)),
        "hex": one.hex if pictures.is_hex(one.hex) else "",
        "code": wording.breakable(wording.short(f"{one.system} {one.code}".strip(), 60)),
        "approval": wording.short(one.approval, 40),
        "isOpen": not (one.name or one.code),
    }


def labels_and_care(document: Document, folder: Folder, words: Words) -> Data | None:
    if not (document.labels or document.care or document.compositions):
        return None
    return {
        "labels": cells(document.labels, LABELS, words),
        "care": [{"words": one.words, "file": _icon(one, folder)} for one in document.care],
        "careWords": wording.breakable(document.care_words),
        "compositions": [
            {
                "component": term(one.component, words),
                "text": wording.breakable(one.text),
                "isWhole": one.is_whole,
            }
            for one in document.compositions
        ],
    }


def _icon(one: CareInstruction, folder: Folder) -> str:
    svg = one.svg.replace("currentColor", _CARE_INK)
    return folder.add_drawing(Picture(svg.encode(), "svg"))


def costs(sheet: CostSheet | None) -> Data | None:
    if sheet is None or not sheet.lines:
        return None
    totals = [
        ("First cost", sheet.first_cost), ("Landed cost", sheet.landed_cost), ("Wholesale", sheet.wholesale),
        ("Retail", sheet.retail),
    ]  # fmt: skip
    shares = [("Margin", sheet.margin_percent), ("Markup", sheet.markup_percent)]
    return {
        "currency": sheet.currency,
        "isComplete": sheet.is_complete,
        "rows": [
            [one.section, one.item, _number(one.quantity), one.unit, _number(one.unit_cost),
             _number(one.waste_percent), _money(one.total), one.note]
            for one in sheet.lines
        ],
        "totals": [
            *({"label": label, "value": _money(value)} for label, value in totals if value is not None),
            *({"label": label, "value": f"{value:f} %"} for label, value in shares if value is not None),
        ],
    }  # fmt: skip


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"


def comment(one: Comment, words: Words) -> Data:
    return {
        "about": wording.breakable(one.about), "tag": one.tag, "text": wording.breakable(one.text),
        "by": wording.breakable(one.by), "date": words.date(one.date),
    }  # fmt: skip


def construction(row: Construction, document: Document, words: Words) -> Data:
    return {
        "area": term(row.area, words),
        "operation": term(row.operation, words),
        "seam": wording.breakable(row.seam_class),
        "stitch": wording.breakable(row.stitch_class),
        "spi": wording.breakable(row.stitches_per_inch),
        "allowance": wording.breakable(lengths.rewritten(row.allowance_cm, document.unit)),
        "thread": wording.breakable(row.thread),
        "note": wording.breakable(row.note),
        "source": row.source,
    }


def revision(one: RevisionNote, words: Words) -> Data:
    """A revision with its changes. Names of sheets, points and columns are translated, values are not."""
    return {
        "number": one.number,
        "date": words.date(one.date),
        "by": wording.breakable(one.by),
        "note": wording.breakable(one.note),
        "changes": [
            {
                "section": named(change.section, ", ", words, is_head=True),
                "row": named(change.row, " ", words),
                "what": named(change.what, ", ", words, is_head=True),
                "before": wording.breakable(wording.short(change.before, 300)),
                "after": wording.breakable(wording.short(change.after, 300)),
            }
            for change in one.changes
        ],
    }


def named(text: str, separator: str, words: Words, *, is_head: bool = False) -> Data:
    """ "Step, cm" or "CH1 Chest width": the head or the rest is a term, the other part stays as it is."""
    head, between, rest = text.partition(separator)
    if not between:
        return term(text, words)
    found = term(head if is_head else rest, words)
    return {
        name: (f"{told}{between}{rest}" if is_head else f"{head}{between}{told}") if told else ""
        for name, told in found.items()
    }
