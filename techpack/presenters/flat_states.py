"""Earlier flats of a product: the list on its page, and one of them beside today's."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from techpack import flats
from techpack.editing import specification
from techpack.library import points_of_measure
from techpack.library.units import in_unit
from techpack.models import FlatState, Product, View
from techpack.services import flat_states

SHOWN = 30  # earlier flats in the list
UNREAD = ("drawn", "entered")  # large, and not in the list


def history_of(product: Product) -> list[FlatState]:
    """The latest states, newest first. One query."""
    return list(product.flat_states.defer(*UNREAD).order_by("-pk")[: SHOWN + 1])


@dataclass(frozen=True)
class Difference:
    """One measure or feature: what it was, and what it is now."""

    name: str
    then: str
    now: str


@dataclass(frozen=True)
class Overlay:
    """Both flats of one view over each other."""

    label: str
    svg: str


class Comparison:
    """An earlier state of the flats and today's."""

    def __init__(self, product: Product, state: FlatState, unit: str):
        self.product, self.state, self.unit = product, state, unit

    @cached_property
    def then(self) -> flats.Specification:
        return flat_states.specification_of(self.state)

    @cached_property
    def now(self) -> flats.Specification | None:
        rows = list(self.product.measurements.all())
        return specification.flat_specification(self.product, specification.readings_of(self.product), rows)

    @property
    def overlays(self) -> list[Overlay]:
        """Each view that both have; then alone where the type is another one now."""
        found = []
        for view in flats.views_of(self.then.product_type):
            drawn = {"then": self.then}
            if self.now is not None and self.now.product_type == self.then.product_type:
                drawn["now"] = self.now
            base = "now" if "now" in drawn else "then"
            found.append(Overlay(View(view).label, flats.nested(drawn, base, view)))
        return found

    @property
    def differences(self) -> list[Difference]:
        if self.now is None:
            return []
        found = []
        measures, today = self.then.measures, self.now.measures
        for code in sorted(measures.keys() | today.keys()):
            then, now = self._length(measures.get(code)), self._length(today.get(code))
            if then != now:
                name = points_of_measure()[code].name if code in points_of_measure() else code
                found.append(Difference(f"{code} {name}", then, now))
        features, chosen = self.then.features, self.now.features
        for name in sorted(features.keys() | chosen.keys()):
            if features.get(name) != chosen.get(name):
                label = name.replace("_", " ").capitalize()
                found.append(Difference(label, features.get(name, "-"), chosen.get(name, "-")))
        drawn, marks = len(self.then.marks), len(self.now.marks)
        if drawn != marks:
            found.append(Difference("Drawn by hand", str(drawn), str(marks)))
        return found

    def _length(self, cm: float | None) -> str:
        return "-" if cm is None else in_unit(Decimal(str(round(cm, 1))), self.unit)
