"""Consistency of a tech pack before it is issued: numbers against each other, words against standards."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from techpack import flats
from techpack.editing import flat_drawing
from techpack.library import grading, plausible_ranges
from techpack.library.compositions import components
from techpack.library.standards import is_seam, is_spi, is_stitch, stitches_in
from techpack.models import Measurement
from techpack.models.specification import decimal_cm
from techpack.presenters.readiness import Facts
from techpack.services import sheets
from techpack.services.measurements import known_dimension

# A value of the first is larger than one of the second, on every garment that has both.
LARGER = (
    ("BL1", "SL3"), ("HP2", "WB1"), ("TH1", "KN1"), ("OS1", "IN1"), ("BR1", "FR1"), ("BI1", "SO1"),
    ("WB2", "WB1"), ("HE2", "HE1"), ("SO2", "SO1"), ("NK2", "NK3"), ("SH1", "NK1"), ("SL1", "CU1"),
    ("CH1", "NK1"), ("AH2", "AH1"), ("BL1", "NK2"),
)  # fmt: skip
# How far, as a share, an entered value may be from what a photo shows, by how the photo was read.
FROM_PHOTO = {"measured": 0.06, "measured by hand": 0.06, "estimated": 0.15}
STEM = 4  # letters by which "neckline" and "neckband" are one word
_INCHES = re.compile(r"\d\s*(?:\"|″|”|in\b\.?|inch(?:es)?\b)", re.IGNORECASE)
_METRIC = re.compile(r"\d\s*(?:cm|mm)\b", re.IGNORECASE)
_FRACTION = re.compile(r"(?<![\d/])\d{1,2}/(?:2|4|8|16|32)(?![\d/])")


@dataclass(frozen=True)
class Finding:
    """Something that contradicts itself. `sheet` and `row` say where; one that `blocks` keeps a revision from
    being issued unless it is forced."""

    rule: str
    text: str
    sheet: str
    row: str = ""
    column: str = ""
    blocks: bool = False


def findings(facts: Facts) -> list[Finding]:
    """Everything that contradicts itself; what blocks issuing comes first."""
    found = [one for rule in RULES for one in rule(facts)]
    return sorted(found, key=lambda one: not one.blocks)


def _values(facts: Facts) -> dict[str, Decimal]:
    return {row.code: row.value_cm for row in facts.shown.measurements if row.value_cm is not None}


def implausible_values(facts: Facts) -> Iterator[Finding]:
    """A value that such products do not have."""
    ranges = plausible_ranges(facts.shown.product_type) if facts.shown.product_type else {}
    for row in facts.shown.measurements:
        span = ranges.get(row.code)
        confirmed = row.source == Measurement.Source.CONFIRMED
        if span and row.value_cm is not None and not confirmed and not span[0] <= row.value_cm <= span[1]:
            usual = f"usual are {span[0]:g} to {span[1]:g} cm"
            text = f"{row.code} {row.point.name} is {row.value_cm:.1f} cm; {usual}."
            yield Finding("plausible", text, "measures", row.code, "value")


def contradicting_values(facts: Facts) -> Iterator[Finding]:
    """Two values that cannot both be right."""
    values = _values(facts)
    for larger, smaller in LARGER:
        if larger in values and smaller in values and values[larger] <= values[smaller]:
            more, less = (f"{code} ({values[code]:.1f} cm)" for code in (larger, smaller))
            text = f"{more} should be more than {less}."
            yield Finding("each other", text, "measures", larger, "value")


def flat_against_table(facts: Facts) -> Iterator[Finding]:
    """The flat, measured back, differs from the table by more than 3 %."""
    if facts.shown.spec is None:
        return
    values = _values(facts)
    for code, drawn in flats.misfits(facts.shown.spec).items():
        if code in values:
            text = f"{code} is {values[code]:.1f} cm in the table and {drawn:.1f} cm in the flat."
            yield Finding("flat", text, "measures", code, "value")


def entered_against_photos(facts: Facts) -> Iterator[Finding]:
    """A value was entered, and a photo shows another: one of the two has a slip in it. Who has looked and
    keeps the value confirms it."""
    for row in facts.shown.measurements:
        if row.source != Measurement.Source.ENTERED or row.value_cm is None:
            continue
        for seen in row.evidence:
            cm, most = seen["value_cm"], FROM_PHOTO.get(seen["source"])
            if cm and most and abs(float(row.value_cm) - cm) > most * cm:
                entered = f"{row.code} is entered as {row.value_cm:.1f} cm"
                text = f"{entered}; the {seen['view']} photo shows {cm:.1f} cm."
                yield Finding("photo", text, "measures", row.code, "value")


def one_known_dimension(facts: Facts) -> Iterator[Finding]:
    """The length that gives the photos their scale is another in the table."""
    known = known_dimension(facts.product, facts.shown.product_type)
    cm = _values(facts).get(known.code) if known else None
    if known and cm is not None and abs(cm - decimal_cm(known.cm)) >= Decimal("0.1"):
        text = (
            f"{known.code} is {cm:.1f} cm in the table; the known dimension, from which the photos have their"
            f" scale, says {known.cm:.1f} cm."
        )
        yield Finding("known dimension", text, "measures", known.code, "value")


def tolerance_against_grade(facts: Facts) -> Iterator[Finding]:
    """A tolerance of more than half the grade: two sizes would overlap."""
    if len(facts.header.sizes) < 2:
        return
    for row in facts.shown.measurements:
        most = grading.largest_tolerance(sheets.grade_rule(row))
        wide = max(row.tolerance_plus_cm or Decimal(0), row.tolerance_minus_cm or Decimal(0))
        if most is not None and wide > most:
            text = (
                f"{row.code}: a tolerance of {wide.normalize():f} cm is more than half the grade"
                f" ({most.normalize():f} cm)."
            )
            yield Finding("tolerance", text, "measures", row.code, "tolerance")


def compositions_of_100(facts: Facts) -> Iterator[Finding]:
    for line in facts.lines:
        for part in components(line.composition):
            if not part.is_whole:
                name = part.name or line.part
                text = f"The composition of {name} adds up to {part.total.normalize():f} %, not 100 %."
                yield Finding("composition", text, "materials", str(line.pk), "composition", blocks=True)


def colours_with_codes(facts: Facts) -> Iterator[Finding]:
    """A colour without system and code: a hex is no standard."""
    for one in facts.colourways:
        if (one.name or one.hex) and not (one.system and one.code):
            text = f"Colourway {one.name or one.hex} has no system and code."
            yield Finding("colour code", text, "colourways", str(one.pk), "code")


def callouts_with_rows(facts: Facts) -> Iterator[Finding]:
    """A callout whose point of measure or part is in none of the tables."""
    if facts.shown.spec is None:
        return
    told = [f"{row.area} {row.operation}" for row in facts.construction]
    told += [f"{line.part} {line.placement} material" for line in facts.lines]
    words = {word[:STEM] for text in told for word in _words(text)}
    codes = {row.code for row in facts.shown.measurements}
    for view in flats.views_of(facts.shown.spec.product_type):
        drawn = flat_drawing.draw_flat(facts.product, view)
        for one in drawn.callouts if drawn else ():
            if not _has_row(one["text"], words, codes):
                text = (
                    f"Callout {one['number']} ({view}), “{one['text'][:60]}”, belongs to no row of a table."
                )
                yield Finding("callout", text, "construction")


def _has_row(text: str, words: set[str], codes: set[str]) -> bool:
    """Whether a callout names a code, or begins with a word that a row has too ("Neckline", "neckband")."""
    named = _words(re.split(r"[:;]", text)[0])
    return any(code in text for code in codes) or any(word[:STEM] in words for word in named)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{3,}", text.lower())


def one_unit_in_text(facts: Facts) -> Iterator[Finding]:
    """A length in the other unit, in a text of any sheet."""
    unit = facts.header.unit or facts.shown.unit
    for sheet, row, column, text in _texts(facts):
        other = _METRIC if unit == "in" else _INCHES
        if other.search(text) or (unit == "cm" and _FRACTION.search(text) and not _METRIC.search(text)):
            words = "centimetres" if unit == "in" else "inches"
            told = f"“{text[:60]}” is in {words}; the document is in {'inches' if unit == 'in' else 'cm'}."
            yield Finding("unit", told, sheet, row, column, blocks=True)


def _texts(facts: Facts) -> Iterator[tuple[str, str, str, str]]:
    """Text cells in which somebody may have written a length: sheet, row, column, text."""
    for name, model in sheets.SHEETS.items():
        for record in model.objects.filter(product=facts.product):
            for column in model.columns:
                value = getattr(record, column)
                if isinstance(value, str) and value and column not in ("hex", "code", "thread"):
                    yield name, str(record.pk), column, value
    yield "header", "1", "notes", facts.product.notes


def known_stitches(facts: Facts) -> Iterator[Finding]:
    """A stitch, seam class or SPI that does not exist."""
    for row in facts.construction:
        where = ("construction", str(row.pk))
        numbers = stitches_in(row.stitch_class)
        wrong = [number for number in numbers if not is_stitch(number)]
        if row.stitch_class and (wrong or not numbers):
            text = f"{row.area}: stitch “{wrong[0] if wrong else row.stitch_class}” is not in ISO 4915."
            yield Finding("stitch", text, *where, "stitch_class", blocks=True)
        if row.seam_class and not is_seam(row.seam_class):
            text = f"{row.area}: seam “{row.seam_class}” is no class of ISO 4916 or ASTM D6193."
            yield Finding("seam", text, *where, "seam_class", blocks=True)
        if row.stitches_per_inch and not is_spi(row.stitches_per_inch):
            text = f"{row.area}: “{row.stitches_per_inch}” is no number of stitches per inch."
            yield Finding("spi", text, *where, "stitches_per_inch", blocks=True)


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    compositions_of_100, one_unit_in_text, known_stitches, implausible_values, contradicting_values,
    entered_against_photos, one_known_dimension, flat_against_table, tolerance_against_grade,
    colours_with_codes, callouts_with_rows,
)  # fmt: skip
