"""The region "Flat and measures" of a product page: flats, table, features, photos, what to review."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from accounts.models import User
from techpack import flats
from techpack.editing import specification
from techpack.editing.specification import Reason, label_of
from techpack.library import code_of, features_of, matters, product_types
from techpack.library.units import in_unit
from techpack.models import FlatMark, FlatState, Measurement, PhotoReading, Product, View
from techpack.models.products import dimension_label
from techpack.presenters.flat_states import history_of
from techpack.presenters.whole import Whole
from techpack.services import measurements

Source = Measurement.Source
MAIN_FEATURES = ("neck", "sleeve", "closure", "waistband", "pockets", "lacing")


@dataclass(frozen=True)
class Row:
    """One line of the table, as the page writes it."""

    row: Measurement
    unit: str

    @property
    def point(self) -> Any:
        return self.row.point

    @property
    def value(self) -> str:
        """As typed where the designer typed it in this unit; else rounded."""
        row = self.row
        if row.value_cm is None:
            return ""
        typed_in_inches = any(mark in row.as_typed for mark in ('"', "in", "½", "/", "”"))
        if row.as_typed and typed_in_inches == (self.unit == "in") and "cm" not in row.as_typed:
            return row.as_typed
        return in_unit(row.value_cm, self.unit)

    @property
    def error(self) -> str:
        return f"±{in_unit(self.row.error_cm, self.unit)}" if self.row.error_cm else ""

    @property
    def tolerance(self) -> str:
        plus, minus = self.row.tolerance_plus_cm, self.row.tolerance_minus_cm
        if plus is None or minus is None:
            return ""
        if plus == minus:
            return f"±{in_unit(plus, self.unit)}"
        return f"+{in_unit(plus, self.unit)} -{in_unit(minus, self.unit)}"

    @property
    def views(self) -> str:
        """ "Front 52.4, back 52.9": what each photo shows, where there are several."""
        seen = [one for one in self.row.evidence if one["value_cm"] is not None]
        if len(seen) < 2:
            return ""
        return ", ".join(
            f"{View(one['view']).label} {in_unit(Decimal(str(round(one['value_cm'], 1))), self.unit)}"
            for one in seen
        )

    @property
    def ratio(self) -> str:
        """What is known without a scale."""
        row = self.row
        return f"{row.ratio:.2f}" if row.value_cm is None and row.ratio else ""

    @property
    def hint(self) -> str:
        return self.row.reason


@dataclass(frozen=True)
class FlatView:
    """One drawing of the pair. `svg` carries dimension lines as groups with `data-code`."""

    view: str
    label: str
    note: str
    scale: str
    svg: str
    address: str


@dataclass(frozen=True)
class Feature:
    """One feature with its choices; `source` is "entered", "seen" or "" while it is to be specified."""

    name: str
    value: str
    source: str
    choices: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @property
    def words(self) -> str:
        return "V" if self.value == "v" else self.value


@dataclass(frozen=True)
class PhotoOverlay:
    """A photo with its outline, dimension lines and landmarks, in units of 1000 across."""

    reading: PhotoReading
    rows: list[Measurement]

    @property
    def asset(self) -> Any:
        return self.reading.revision.asset

    @property
    def label(self) -> str:
        return View(self.reading.revision.view).label

    @property
    def height(self) -> int:
        return round(1000 * self.asset.height / max(1, self.asset.width))

    @property
    def outline(self) -> str:
        return " ".join(f"{x * 1000:.0f},{y * self.height:.0f}" for x, y in self.reading.outline)

    @property
    def landmarks(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "label": name.replace("_", " "), "x": round(x * 1000), "y": round(y * self.height),
             "moved": name in self.reading.moved}
            for name, (x, y) in sorted(self.reading.landmarks.items())
        ]  # fmt: skip

    @property
    def lines(self) -> list[dict[str, Any]]:
        found = []
        for row in self.rows:
            for one in row.evidence:
                if one["revision"] == self.reading.revision_id:
                    (x1, y1), (x2, y2) = one["line"]
                    found.append({
                        "code": row.code, "x1": round(x1 * 1000), "y1": round(y1 * self.height),
                        "x2": round(x2 * 1000), "y2": round(y2 * self.height),
                    })  # fmt: skip
        return found


class Specification:
    """Everything the region shows of one product, for the page and for its own poll."""

    def __init__(self, product: Product, user: User, *, read: Whole | None = None):
        """`read` is what was read with the product already; what is not, is read when it is shown."""
        self.product = product
        self.unit = user.units or "cm"
        self._read = read

    @cached_property
    def readings(self) -> list[PhotoReading]:
        if self._read is not None:
            return specification.readings_in(self._read.photos)
        return specification.readings_of(self.product)

    @cached_property
    def measurements(self) -> list[Measurement]:
        return list(self.product.measurements.in_order()) if self._read is None else self._read.measurements

    @cached_property
    def product_type(self) -> str:
        return specification.product_type_of(self.product, self.readings)

    @property
    def type_label(self) -> str:
        return label_of(self.product_type)

    @cached_property
    def spec(self) -> flats.Specification | None:
        return specification.flat_specification(
            self.product, self.readings, self.measurements, marks=self.marks
        )

    @property
    def is_pending(self) -> bool:
        """Whether photos are still being looked at or measured."""
        for reading in self.readings:
            if reading.is_pending:
                return True
            unfitted = reading.fitted_type != self.product_type and reading.revision.view != View.DETAIL
            if self.product_type and reading.is_done and unfitted:
                return True
        return False

    @property
    def exists(self) -> bool:
        """Whether there is anything to show at all."""
        return bool(self.readings or self.measurements or self.product_type)

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(row, self.unit) for row in self.measurements]

    @property
    def filled(self) -> int:
        return sum(row.value_cm is not None for row in self.measurements)

    @property
    def tape_count(self) -> int:
        """How many a tape still has to measure."""
        return len(measurements.open_rows(self.measurements))

    @cached_property
    def reasons(self) -> list[Reason]:
        return specification.review_reasons(self.product, self.readings, self.measurements, spec=self.spec)

    def is_photographed(self, view: str) -> bool:
        """Whether a photo shows this view; any photo of a shoe or a cap counts for its side."""
        photographed = {reading.revision.view for reading in self.readings}
        return view in photographed or (view == View.SIDE and bool(photographed))

    @cached_property
    def flats(self) -> list[FlatView]:
        if self.spec is None:
            return []
        found = []
        for view in flats.views_of(self.spec.product_type):
            drawing = flats.draw(self.spec, view)
            label = View(view).label
            address = reverse("techpack:flat", args=[self.product.pk, view])
            handles = flats.movable(self.spec.product_type, drawing)
            title = f"{self.type_label}, {view}"
            svg = drawing.svg(dimensions=True, title=title, prefix=f"{view}-", handles=handles)
            note = "" if self.is_photographed(view) else "not photographed"
            found.append(FlatView(view, label, note, f"1 : {drawing.scale}", svg, address))
        return found

    flat_tools = (("move", "Move points"), *FlatMark.Kind.choices)

    @cached_property
    def marks(self) -> list[FlatMark]:
        """What was drawn on the flats by hand."""
        return list(self.product.flat_marks.all()) if self._read is None else self._read.marks

    @cached_property
    def flat_history(self) -> list[FlatState]:
        return history_of(self.product) if self._read is None else self._read.flat_history

    @cached_property
    def features(self) -> list[Feature]:
        seen = specification.seen_features(self.readings)
        found = []
        for name, choices in features_of(self.product_type).items():
            value, source = self.product.features.get(name, ""), "entered"
            if not value:
                value, source = seen.get(name, ""), "seen" if name in seen else ""
            found.append(Feature(name, value, source, choices))
        known = {one.name: one.value for one in found}
        return [one for one in found if one.source or matters(one.name, known)]

    @property
    def main_features(self) -> list[Feature]:
        """What is known, and what a flat is named by."""
        return [one for one in self.features if one.source or one.name in MAIN_FEATURES]

    @property
    def more_features(self) -> list[Feature]:
        """What nobody has said yet, beside those."""
        return [one for one in self.features if not one.source and one.name not in MAIN_FEATURES]

    @property
    def type_choices(self) -> list[dict[str, Any]]:
        """Every type of the library; what the photos look like comes first."""
        likely: list[str] = []
        for reading in self.readings:
            likely += [reading.product_type, *(name for name, _ in reading.alternatives)]
        first = [name for name in dict.fromkeys(likely) if name in product_types()][:3]
        names = [*first, *(name for name in product_types() if name not in first)]
        return [{"name": name, "label": label_of(name), "is_likely": name in first} for name in names]

    @property
    def scale_words(self) -> str:
        """Where the centimetres come from."""
        card = next((reading.card for reading in self.readings if reading.card), None)
        if card:
            tilt, error = card["tilt_degrees"], card["error_percent"]
            return f"Scale card, photo {tilt:.0f}° off, ±{error:.1f} %"
        rows = {row.code: row for row in self.measurements}
        known = measurements.known_length(self.product, self.product_type, rows)
        if known is None:
            return ""
        name = dimension_label(self.product.dimension or known.code)
        return f"{name} {in_unit(Decimal(str(known.cm)), self.unit)} {self.unit_label}"

    @property
    def lacks_scale(self) -> bool:
        """A dimension was given that this type of product does not have."""
        dimension = self.product.dimension
        return bool(dimension and self.product_type and not code_of(dimension, self.product_type))

    @property
    def unit_label(self) -> str:
        return "inch" if self.unit == "in" else "cm"

    @property
    def photos(self) -> list[PhotoOverlay]:
        return [
            PhotoOverlay(reading, self.measurements) for reading in self.readings
            if reading.is_done and reading.revision.view != View.DETAIL
        ]  # fmt: skip

    @property
    def made_from(self) -> tuple[Any, ...]:
        """Everything the region is rendered from."""
        photos = [(reading, reading.revision, reading.revision.asset) for reading in self.readings]
        return self.product, self.unit, photos, self.measurements, self.marks, self.flat_history

    @property
    def poll_address(self) -> str:
        if not self.is_pending:
            return ""
        address = reverse("techpack:specification", args=[self.product.pk])
        return f"{address}?version={self.product.specification_version}"
