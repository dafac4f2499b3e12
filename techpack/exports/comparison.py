"""What changed from one document to another, value by value, in words.

Both are data as `tables.as_json` writes it, so that issued revisions compare as they were kept.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from techpack.exports.document import Change

MOST = 500

type Row = dict[str, Any]

_HEADER = {
    "styleNumber": "Style number", "name": "Name", "brand": "Brand", "productType": "Product type",
    "season": "Season", "contact": "Contact", "baseSize": "Base size",
    "sizes": "Sizes", "unit": "Unit", "scale": "Scale", "notes": "Notes",
}  # fmt: skip
# Key in the data, title, what names a row. The first that has a value is enough for a code.
_TABLES = (
    ("measures", "Points of measure", ("code",)),
    ("materials", "Bill of materials", ("section", "part", "placement")),
    ("colours", "Colourways", ("name",)),
    ("construction", "Construction", ("area", "operation")),
    ("labels", "Labels", ("type",)),
    ("packaging", "Packaging", ("item",)),
    ("compositions", "Composition", ("component",)),
    ("flats", "Flats", ("view",)),
)
_PAIRS = (("header", "Header"), ("features", "Features"), ("passport", "Digital passport"))
_PICTURES = (("photos", "Photos"), ("details", "Details"))
_WORDS = {
    "valueCm": "Value, cm", "tolerancePlusCm": "Tolerance +, cm", "toleranceMinusCm": "Tolerance -, cm",
    "gradeCm": "Step, cm", "errorCm": "Error, cm", "allowanceCm": "Allowance, cm", "seamClass": "Seam",
    "stitchClass": "Stitch", "stitchesPerInch": "SPI", "isCritical": "Critical",
}  # fmt: skip
_UNSAID = ("sha256", "file", "kind", "note", "caption", "bySizeCm", "errorCm", "conflict", "open", "x", "y")


def compare(before: Row, after: Row) -> list[Change]:
    """Return at most `MOST` changes: header, tables row by row, flats, pictures."""
    found = [*_header(before, after)]
    for key, title in _PAIRS:
        found += _pairs(title, before.get(key, []), after.get(key, []))
    found += _matrix(before, after)
    for key, title, names in _TABLES:
        found += _table(title, _keyed(before.get(key, []), names), _keyed(after.get(key, []), names))
    for key, title in _PICTURES:
        found += _pictures(title, before.get(key, []), after.get(key, []))
    return found[:MOST]


def _header(before: Row, after: Row) -> Iterator[Change]:
    for key, words in _HEADER.items():
        old, new = _text(before.get(key)), _text(after.get(key))
        if old != new:
            yield Change("Header", "", words, old, new)
    was, now = _size_systems(before), _size_systems(after)
    for label in {**was, **now}:
        if was.get(label, "") != now.get(label, ""):
            yield Change("Header", "", f"Sizes, {label}", was.get(label, ""), now.get(label, ""))


def _size_systems(data: Row) -> dict[str, str]:
    return {
        one["label"]: ", ".join(f"{size} = {text}" for size, text in one["sizes"].items() if text)
        for one in data.get("sizeSystems", [])
    }


def _pairs(title: str, before: list[list[str]], after: list[list[str]]) -> Iterator[Change]:
    """Pairs of a label and what it says."""
    old = dict(before)
    new = dict(after)
    for name in {**old, **new}:
        if old.get(name, "") != new.get(name, ""):
            yield Change(title, "", name, old.get(name, ""), new.get(name, ""))


def _matrix(before: Row, after: Row) -> Iterator[Change]:
    """BOM x colourway, cell by cell, and the care instructions."""
    old, new = _cells_by_place(before), _cells_by_place(after)
    for part, colourway in {**old, **new}:
        was, now = old.get((part, colourway), ""), new.get((part, colourway), "")
        if was != now:
            yield Change("Materials by colourway", part, colourway, was, now)
    was, now = (", ".join(one["words"] for one in data.get("care", [])) for data in (before, after))
    if was != now:
        yield Change("Labels and care", "", "Care", was, now)


def _cells_by_place(data: Row) -> dict[tuple[str, str], str]:
    names = [one.get("name") or str(place) for place, one in enumerate(data.get("colours", []), start=1)]
    return {
        (f"{row['section']}, {row['part']}", name): " ".join(
            cell[key] for key in ("name", "system", "code", "hex", "approval") if cell.get(key)
        )
        for row in data.get("lineColours", [])
        for name, cell in zip(names, row["cells"], strict=False)
    }


def _keyed(rows: list[Row], names: tuple[str, ...]) -> dict[str, Row]:
    """Rows by their names; a name that comes again gets a number."""
    seen: Counter[str] = Counter()
    keyed = {}
    for row in rows:
        name = ", ".join(str(row[part]) for part in names if row.get(part)) or "row"
        seen[name] += 1
        keyed[name if seen[name] == 1 else f"{name} ({seen[name]})"] = row
    return keyed


def _table(title: str, before: dict[str, Row], after: dict[str, Row]) -> Iterator[Change]:
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        words = _row_words(name, new or old or {})
        if old is None or new is None:
            yield Change(title, words, "Row", "" if old is None else "there", "added" if new else "removed")
        else:
            yield from _cells(title, words, old, new)


def _row_words(name: str, row: Row) -> str:
    return f"{name} {row['name']}" if "code" in row and "howToMeasure" in row else name


def _cells(title: str, row: str, old: Row, new: Row) -> Iterator[Change]:
    for key in {**old, **new}:
        if key in _UNSAID:
            continue
        if isinstance(old.get(key), dict) or isinstance(new.get(key), dict):
            yield from _drawing(title, row, key, old.get(key) or {}, new.get(key) or {})
        elif key == "callouts":
            numbered = ("number",)
            yield from _table(
                f"{title}, {row}", _keyed(old.get(key, []), numbered), _keyed(new.get(key, []), numbered)
            )
        elif _text(old.get(key)) != _text(new.get(key)):
            yield Change(title, row, _words(key), _text(old.get(key)), _text(new.get(key)))
    yield from _sizes(title, row, old, new)


def _drawing(title: str, row: str, key: str, old: Row, new: Row) -> Iterator[Change]:
    if key == "picture" and old.get("sha256") != new.get("sha256") and "sha256" in old:
        yield Change(title, row, "Drawing", "as it was", "redrawn")


def _sizes(title: str, row: str, old: Row, new: Row) -> Iterator[Change]:
    """Sizes that moved otherwise than their base value did."""
    before, after = old.get("bySizeCm") or {}, new.get("bySizeCm") or {}
    moved = _number(new.get("valueCm")) - _number(old.get("valueCm"))
    steps_are_the_same = old.get("gradeCm") == new.get("gradeCm")
    for size in {**before, **after}:
        difference = _number(after.get(size)) - _number(before.get(size))
        if (
            size in before
            and size in after
            and difference
            and (difference != moved or not steps_are_the_same)
        ):
            yield Change(title, row, f"Size {size}, cm", _text(before[size]), _text(after[size]))


def _pictures(title: str, before: list[Row], after: list[Row]) -> Iterator[Change]:
    old = {one["sha256"]: one for one in before if one.get("sha256")}
    new = {one["sha256"]: one for one in after if one.get("sha256")}
    for key in {**old, **new}:
        if key not in new:
            yield Change(title, old[key]["caption"], "Picture", "there", "removed")
        elif key not in old:
            yield Change(title, new[key]["caption"], "Picture", "", "added")


def _words(key: str) -> str:
    if key in _WORDS:
        return _WORDS[key]
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
    return spaced.capitalize()


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else _trimmed(str(value))


def _trimmed(text: str) -> str:
    """A decimal without zeros at its end; other text as it is."""
    number = _number(text)
    is_decimal = "." in text and text.replace(".", "", 1).lstrip("-").isdecimal()
    return f"{number.normalize():f}" if is_decimal else text


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
