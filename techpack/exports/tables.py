"""The document as plain data: CSV files for spreadsheets, JSON for programs."""

import csv
import dataclasses
import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from techpack.exports import lengths, wording
from techpack.exports.document import Document, Label, Measure, Packaging, Picture

type Row = Sequence[str | Decimal | None]


def csv_files(document: Document) -> dict[str, str]:
    """Return name and text of the CSV file of each table, such as pom.csv.

    Lengths are decimals in the document's unit, which the column names say. A text that a spreadsheet
    would calculate has an apostrophe in front. To be opened by Excel, encode with "utf-8-sig".
    """
    document = wording.cleaned(document)
    return {
        "pom.csv": _csv(_pom_rows(document)),
        "bom.csv": _csv(_bom_rows(document)),
        "construction.csv": _csv(_construction_rows(document)),
        "colourways.csv": _csv(_colourway_rows(document)),
        "labels.csv": _csv(_rows_of(document.labels, Label)),
        "packaging.csv": _csv(_rows_of(document.packaging, Packaging)),
    }


def as_json(document: Document) -> dict[str, Any]:
    """Return the document ready for `json.dumps`: keys in camelCase, Decimals as text, no image bytes.

    Lengths stay in centimetres, as the names of their keys say. A picture is named by the SHA-256 of its
    file, under which the ZIP holds it.
    """
    data: dict[str, Any] = _plain(wording.cleaned(document))
    return data


_BOM = (
    "section", "part", "placement", "material", "composition", "weight", "width", "size", "colour",
    "details", "supplier", "supplier_code", "quantity", "unit", "loss_percent", "lead_time",
    "recycled_percent", "country", "comment", "source",
)  # fmt: skip


def _pom_rows(document: Document) -> Iterable[Row]:
    unit = document.unit
    columns = [f"value_{unit}", f"error_{unit}", f"tolerance_plus_{unit}", f"tolerance_minus_{unit}"]
    sizes = document.sizes if len(document.sizes) > 1 else []
    yield [
        "code", "name", "how_to_measure", *columns, f"grade_{unit}", "source", "critical", "conflict", *sizes,
    ]  # fmt: skip
    for measure in document.measures:
        yield _pom_row(measure, document, sizes)


def _pom_row(measure: Measure, document: Document, sizes: list[str]) -> Row:
    values = (
        measure.value_cm, measure.error_cm, measure.tolerance_plus_cm, measure.tolerance_minus_cm,
        measure.grade_cm,
    )  # fmt: skip
    graded = [measure.by_size_cm.get(size) for size in sizes]
    converted = [None if value is None else lengths.number(value, document.unit) for value in values]
    return [
        measure.code, measure.name, measure.how_to_measure, *converted, measure.source,
        "yes" if measure.is_critical else "", measure.conflict,
        *(None if value is None else lengths.number(value, document.unit) for value in graded),
    ]  # fmt: skip


def _bom_rows(document: Document) -> Iterable[Row]:
    yield _BOM
    for material in document.materials:
        yield [getattr(material, field) for field in _BOM]


def _construction_rows(document: Document) -> Iterable[Row]:
    yield [
        "area", "operation", "seam_class", "stitch_class", "stitches_per_inch", f"allowance_{document.unit}",
        "thread", "note", "source",
    ]  # fmt: skip
    for row in document.construction:
        allowance = lengths.parsed(row.allowance_cm, document.unit)
        yield [
            row.area, row.operation, row.seam_class, row.stitch_class, row.stitches_per_inch, allowance,
            row.thread, row.note, row.source,
        ]  # fmt: skip


def _colourway_rows(document: Document) -> Iterable[Row]:
    yield ["name", "hex", "system", "code", "approval", "source"]
    for one in document.colours:
        yield [one.name, one.hex, one.system, one.code, one.approval, one.source]


def _rows_of(items: Sequence[Any], kind: type) -> Iterable[Row]:
    columns = [field.name for field in dataclasses.fields(kind)]
    yield columns
    for one in items:
        yield [getattr(one, column) for column in columns]


def _csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: str | Decimal | None) -> str:
    if isinstance(value, str):
        return f"'{value}" if wording.is_formula(value) else value
    return "" if value is None else f"{value:f}"


def _plain(value: Any) -> Any:
    if isinstance(value, Picture):
        return {
            "kind": value.kind, "caption": value.caption, "note": value.note,
            "sha256": value.sha256 or hashlib.sha256(value.original or value.data).hexdigest(),
        }  # fmt: skip
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {camel_case(field.name): _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
