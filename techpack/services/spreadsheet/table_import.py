"""Take an edited table of points of measure or of a sheet back in: what would change first, then the change.

Rows are found by the code of a point, or by section, part and placement (then by their place). Rows that the
file does not have stay. Nothing is written by `preview`.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from techpack.library.grading import graded
from techpack.library.lengths import LengthError, read_length
from techpack.library.table_files import FileTable, read_tables
from techpack.library.translations import LANGUAGES, in_english, translated
from techpack.models import Measurement, Product, SheetChange, SheetRow
from techpack.services import sheets
from techpack.services.errors import NotPossible
from techpack.services.spreadsheet import writes
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.point_rows import OWN_CODE, SIZE_AT, GradeRow, MeasureRow
from techpack.services.spreadsheet.tables import Row, open_row
from techpack.services.spreadsheet.writes import CellWrite, Writer

_UNIT = re.compile(r"^(?P<name>.*?)[\s_]*[(_\s]\s*(?P<unit>cm|in)\)?$", re.IGNORECASE)
_POINT_COLUMNS = {
    "code": "code", "name": "name", "point of measure": "name", "how to measure": "how", "value": "value",
    "base value": "value", "tolerance +": "plus", "tolerance plus": "plus", "tolerance -": "minus",
    "tolerance minus": "minus", "grade": "step", "step": "step",
}  # fmt: skip
_HEADINGS = ("Code", "Point of measure", "How to measure", "Value", "Tolerance +", "Tolerance -", "Step")
# Columns by which the rows of a sheet are known; the first of them name a row for people.
_IDENTITY = {
    "materials": ("section", "part", "placement"), "construction": ("area", "operation"),
    "colourways": ("name",), "labels": ("type", "placement"), "packaging": ("item",),
    "costs": ("section", "item"),
}  # fmt: skip
# Files in inches have four decimals, and spreadsheets add steps of these; 0.01 cm is always a change.
SAME_CM, SAME_INCH_IN_CM = Decimal("0.0005"), Decimal("0.005")


@dataclass(frozen=True)
class Difference:
    """One cell that the file would change."""

    label: str
    column: str
    before: str
    after: str
    cell: CellWrite


@dataclass
class Preview:
    """What one table of a file would change. `left` are rows that only we have, `problems` sentences."""

    sheet: str
    title: str
    differences: list[Difference] = field(default_factory=list)
    new_rows: list[dict[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def preview(*, product: Product, data: bytes, unit: str) -> list[Preview]:
    """What a file would change, table by table. Raises TableFileError; reads only."""
    found = [made for table in read_tables(data) if (made := _preview(product, table, unit))]
    if not found:
        raise NotPossible(
            "No table of this file is one of ours. It needs a column “Code”, or the columns of a sheet."
        )
    return found


def apply(
    *,
    product: Product,
    cells: Sequence[CellWrite],
    rows: Sequence[tuple[str, dict[str, str]]],
    writer: Writer,
) -> list[SheetChange]:
    """Write what a preview showed. Raises CellsChangedError when somebody changed a cell since."""
    made = writes.write_cells(product=product, cells=cells, writer=writer, force=True) if cells else []
    for sheet in dict.fromkeys(sheet for sheet, _ in rows):
        new = [values for name, values in rows if name == sheet]
        writes.add_rows(product=product, sheet=sheet, writer=writer, rows=new)
    return made


def _preview(product: Product, table: FileTable, unit: str) -> Preview | None:
    names = [_named(text) for text in table.header]
    plain = [name for name, _ in names]
    if "code" in plain and any(_POINT_COLUMNS.get(name) in ("value", "step", "plus") for name in plain):
        return _points(product, table, names, unit)
    sheet, columns = _sheet_of(plain, table.name)
    if not sheet:
        return None
    inches = {columns[place] for place, (_, of) in enumerate(names) if of == "in" and place in columns}
    return _rows(product, _in_cm(table, columns, inches), sheet, columns, unit)


def _in_cm(table: FileTable, columns: dict[int, str], inches: set[str]) -> FileTable:
    """The same table with columns of inches in centimetres, as the sheets keep them."""
    wanted = {place for place, column in columns.items() if column in inches}
    lines = [
        [_cm(text) if place in wanted else text for place, text in enumerate(line)] for line in table.lines
    ]
    return dataclasses.replace(table, lines=lines)


def _cm(text: str) -> str:
    try:
        return f"{_read(text, 'in').quantize(Decimal('0.01')).normalize():f}" if text else ""
    except LengthError:
        return text


def _named(text: str) -> tuple[str, str]:
    """ "Value (cm)" and "value_cm" as ("value", "cm"); a second line is a second language."""
    first = text.split("\n", maxsplit=1)[0].strip()
    found = _UNIT.match(first)
    name = found["name"] if found else first
    bare, _, rest = " ".join(name.replace("_", " ").split()).lower().partition(" (")
    english = _english_headings().get(bare, bare) + (f" ({rest}" if rest else "")
    return english, found["unit"].lower() if found else ""


@cache
def _english_headings() -> dict[str, str]:
    """By what they are called in the other languages of our documents, in lower case."""
    labels = {label for model in sheets.SHEETS.values() for label in model.columns.values()}
    found: dict[str, str] = {}
    for english in (*_HEADINGS, *(re.sub(r"\s*\(.*\)$", "", label) for label in labels)):
        bare = english.removesuffix(" +").removesuffix(" -")
        for language in LANGUAGES:
            told = translated(bare, language) + english[len(bare) :]
            found.setdefault(told.lower(), english.lower())
    return found


# --- points of measure -----------------------------------------------------------------------------


def _points(product: Product, table: FileTable, names: list[tuple[str, str]], unit: str) -> Preview:
    made = Preview("measures", table.name or "Points of measure")
    header = sheets.header_of(product)
    sizes = {size.lower(): size for size in header.sizes}
    rows = {row.code: row for row in product.measurements.all()}
    seen = set()
    for line in table.lines:
        told = _Told(names, line)
        code = told.text("code")
        if not code:
            continue
        if not OWN_CODE.fullmatch(code) or (code not in rows and not told.text("value")):
            made.problems.append(f"“{code[:20]}”: this product has no such point of measure. Left out.")
            continue
        seen.add(code)
        row = rows.get(code) or Measurement(product=product, code=code)
        measure, grade = MeasureRow(product, row), GradeRow(row, header)
        made.differences += _of_point(told, measure, unit, made.problems)
        if row.pk:
            made.differences += _of_grade(told, grade, sizes, unit, made.problems)
    made.left = [code for code in rows if code not in seen]
    return made


@dataclass
class _Told:
    """One line of a file by the names of its columns."""

    names: list[tuple[str, str]]
    line: list[str]

    def text(self, wanted: str) -> str:
        return next((text for name, text in self._pairs() if _POINT_COLUMNS.get(name[0]) == wanted), "")

    def has(self, wanted: str) -> bool:
        return any(_POINT_COLUMNS.get(name) == wanted for name, _ in self.names)

    def unit_of(self, wanted: str, default: str) -> str:
        told = (unit for name, unit in self.names if _POINT_COLUMNS.get(name) == wanted)
        return next(told, "") or default

    def sizes(self, known: dict[str, str], default: str) -> Iterator[tuple[str, str, str]]:
        """Size, text and unit of each column that is a size."""
        for (name, unit), text in self._pairs():
            if name in known and name not in _POINT_COLUMNS:
                yield known[name], text, unit or default

    def _pairs(self) -> Iterator[tuple[tuple[str, str], str]]:
        return zip(self.names, [*self.line, *[""] * len(self.names)], strict=False)


def _of_point(told: _Told, measure: MeasureRow, unit: str, problems: list[str]) -> Iterator[Difference]:
    row = measure.row
    label = f"{row.code} {row.point.name}"
    if told.has("value"):
        file_unit = told.unit_of("value", unit)
        new = _length(told.text("value"), row.value_cm, file_unit, label, problems)
        if new is not None and (new or measure.text("value")):
            yield _difference(label, "Value", measure, CellWrite("measures", row.code, "value", new), unit)
    if told.has("plus") and told.has("minus"):
        file_unit = told.unit_of("plus", unit)
        parts = [
            _length(told.text(name), old, file_unit, label, problems)
            for name, old in (("plus", row.tolerance_plus_cm), ("minus", row.tolerance_minus_cm))
        ]
        if any(parts) and told.text("plus") and told.text("minus"):
            texts = [_number(told.text(name), file_unit) for name in ("plus", "minus")]
            new = "+{} -{}".format(*(text.replace(" ", "") for text in texts))
            yield _difference(
                label, "Tolerance", measure, CellWrite("measures", row.code, "tolerance", new), unit
            )
    for name, words in (("name", "Point of measure"), ("how", "How to measure")):
        text = in_english(told.text(name), [measure.text(name)])
        if told.has(name) and text and text != measure.text(name):
            yield _difference(label, words, measure, CellWrite("measures", row.code, name, text), unit)


def _of_grade(
    told: _Told, grade: GradeRow, sizes: dict[str, str], unit: str, problems: list[str]
) -> Iterator[Difference]:
    """Step and sizes. A size that follows from the base and the step of the file is no override: a
    spreadsheet has worked it out anew."""
    row, header = grade.row, grade.header
    label = f"{row.code} {row.point.name}"
    file_unit = told.unit_of("value", told.unit_of("step", unit))
    rule = sheets.grade_rule(row)
    if told.text("step"):
        new = _length(told.text("step"), rule.step_cm, file_unit, label, problems)
        if new:
            yield _difference(label, "Step", grade, CellWrite("grading", row.code, "step", new), unit)
            rule = dataclasses.replace(rule, step_cm=_read(new, file_unit))
    there = {size: (text, of) for size, text, of in told.sizes(sizes, file_unit) if text}
    base = told.text("value") or there.get(header.base_size, ("", ""))[0]
    base_cm = _typed(base, file_unit, row.value_cm)
    if base_cm is None:
        return
    kept = {size: Decimal(text) for size, text in row.by_size.items()}
    expected = graded(base_cm, header.sizes, header.base_size, rule) | kept
    for size, (text, of) in there.items():
        new = None if size == header.base_size else _length(text, expected.get(size), of, label, problems)
        if new:
            cell = CellWrite("grading", row.code, f"{SIZE_AT}{size}", new)
            yield _difference(label, f"Size {size}", grade, cell, unit)


def _typed(text: str, unit: str, now: Decimal | None) -> Decimal | None:
    """The base value of a file; what is there when the file says the same, or nothing that can be read."""
    try:
        typed = _read(text, unit) if text else None
    except LengthError:
        return now
    return now if typed is None or (now is not None and _is_equal(typed, now, unit)) else typed


def _length(text: str, now: Decimal | None, unit: str, label: str, problems: list[str]) -> str | None:
    """What to write; None when the file says what is there, as exactly as a file can say it."""
    if not text:
        return None if now is None else ""
    try:
        typed = _read(text, unit)
    except LengthError as error:
        problems.append(f"{label}: {error}")
        return None
    return None if now is not None and _is_equal(typed, now, unit) else _number(text, unit)


def _is_equal(typed: Decimal, now: Decimal, unit: str) -> bool:
    """Whether two lengths in cm are one, as exactly as a file in this unit can say it."""
    return abs(typed - now) < (SAME_INCH_IN_CM if unit == "in" else SAME_CM)


def _read(text: str, unit: str) -> Decimal:
    bare = text.replace("−", "-").strip()
    sign = -1 if bare.startswith("-") else 1
    if not bare.strip("+-0.,"):
        return Decimal(0)
    return sign * read_length(bare.lstrip("+-").strip(), unit="in" if unit == "in" else "cm").cm


def _number(text: str, unit: str) -> str:
    """With its unit, unless one is typed."""
    return text if re.search(r"[a-z\"”′'″]", text, re.IGNORECASE) else f"{text} {unit}"


def _difference(label: str, words: str, row: Row, to: CellWrite, unit: str) -> Difference:
    before = row.shown(to.column, unit)
    return Difference(label, words, before, to.text, dataclasses.replace(to, expected=before))


# --- sheets of rows --------------------------------------------------------------------------------


def _sheet_of(names: list[str], title: str) -> tuple[str, dict[int, str]]:
    """The sheet whose columns a header has the most of, and its columns by their place."""
    best: tuple[int, str, dict[int, str]] = (0, "", {})
    for sheet, model in sheets.SHEETS.items():
        known = {column.replace("_", " "): column for column in model.columns}
        known |= {_named(label)[0]: column for column, label in model.columns.items()}
        known |= {"seam": "seam_class", "stitch": "stitch_class", "stitches per inch": "stitches_per_inch"}
        known |= {"allowance": "allowance_cm"} if sheet == "construction" else {}
        columns = {
            place: known[bare]
            for place, name in enumerate(names)
            if (bare := re.sub(r"\s*\(.*\)$", "", name)) in known and known[bare] in model.columns
        }
        has_identity = _IDENTITY[sheet][-1] in columns.values() or _IDENTITY[sheet][0] in columns.values()
        score = len(set(columns.values())) if has_identity else 0
        score += 5 if title.lower() in (sheet, "bom" if sheet == "materials" else sheet) else 0
        if score > best[0] and len(columns) >= 2:
            best = score, sheet, columns
    return best[1], best[2]


def _rows(product: Product, table: FileTable, sheet: str, columns: dict[int, str], unit: str) -> Preview:
    made = Preview(sheet, table.name or sheet)
    records: list[SheetRow] = list(sheets.SHEETS[sheet].objects.filter(product=product))
    kept = {column: {str(getattr(record, column)) for record in records} for column in columns.values()}
    told = [
        {
            column: _untranslated(line[place] if place < len(line) else "", kept[column])
            for place, column in columns.items()
        }
        for line in table.lines
    ]
    pairs = _paired(sheet, records, told)
    for record, values in pairs:
        if record is None:
            made.new_rows.append({name: text for name, text in values.items() if text})
            continue
        row = open_row(product, sheet, str(record.pk))
        label = " ".join(str(getattr(record, name)) for name in _IDENTITY[sheet][:2]).strip()
        for column, text in values.items():
            if not _same(row, column, text):
                words = type(record).columns[column]
                made.differences.append(
                    _difference(label, words, row, CellWrite(sheet, str(record.pk), column, text), unit)
                )
    matched = {record.pk for record, _ in pairs if record is not None}
    made.left = [
        " ".join(str(getattr(record, name)) for name in _IDENTITY[sheet][:2]).strip()
        for record in records
        if record.pk not in matched
    ]
    return made


def _untranslated(text: str, kept: set[str]) -> str:
    """A row that is new may have been copied from one of ours: its first line is what it is called."""
    return in_english(text, [*sorted(kept), text.split("\n", maxsplit=1)[0]])


def _same(row: Row, column: str, text: str) -> bool:
    """Whether a cell holds that already, read as a cell reads it."""
    before = row.text(column)
    if " ".join(text.split()) == " ".join(before.split()):
        return True
    try:
        row.write(column, text, unit="cm", force=True)  # on a copy in memory: nothing is saved
        after = row.text(column)
        row.restore(column, before, row.origin)
    except CellError:
        return False
    return after == before


def _paired(
    sheet: str, records: list[SheetRow], told: list[dict[str, str]]
) -> list[tuple[SheetRow | None, dict[str, str]]]:
    """Each line with its row: by what names it, else by its place among those nothing names."""
    free = {record.pk: record for record in records}
    found: dict[int, SheetRow] = {}
    for place, values in enumerate(told):
        wanted = tuple(values[name].strip() for name in _IDENTITY[sheet] if name in values)
        for record in free.values():
            named = tuple(str(getattr(record, name)) for name in _IDENTITY[sheet] if name in values)
            if named == wanted:
                found[place] = free.pop(record.pk)
                break
    for place in range(len(told)):
        if place not in found and place < len(records) and records[place].pk in free:
            found[place] = free.pop(records[place].pk)
    return [(found.get(place), values) for place, values in enumerate(told)]
