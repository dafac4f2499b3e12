"""What a piece of a run looks like on the page: its row, and what is drawn over its image.

Each card is handed to one template partial, by the full page and by the poll alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from techpack import prices, schemas
from techpack.editing import staleness
from techpack.editing.values import Value, all_values
from techpack.length_formatting import amount, unit_of
from techpack.models import BaseView, CloseUp, Sketch
from techpack.presenters.overlay import Canvas, Mark, Pin
from techpack.presenters.specification import Row

CLOSE_UP_WIDTH = 800  # of a placeholder, whose shape is all that counts


@dataclass(frozen=True)
class Stripe:
    """A colour's part of the bar: x and width of 100."""

    colour: schemas.Colour
    x: float
    width: float

    @property
    def share(self) -> int:
        return round(100 * self.colour.share)


@dataclass(frozen=True)
class Measured:
    """A row of the table, and its line on the drawing where it has one."""

    item: schemas.Proportion | schemas.Measurement
    mark: Mark | None

    @property
    def is_unsure(self) -> bool:
        return self.item.confidence < 0.5 and self.item.source not in ("entered", "confirmed")

    @property
    def value(self) -> str:
        return "" if self.item.value is None else amount(self.item.value, self.item.unit)


@dataclass(frozen=True)
class Seen:
    item: schemas.ConstructionLine
    line: tuple[float, float, float, float] | None
    key: str


class Card:
    """Common to all: how the piece is called on the page and what trying again costs."""

    price_of_try = prices.REGENERATION

    def __init__(self, piece: BaseView | CloseUp | Sketch, *, is_first: bool = False):
        self.piece = piece
        self.is_first = is_first
        self.stale: staleness.Mark | None = None  # set by whoever knows the whole run

    @property
    def id(self) -> str:
        return self.piece.html_id

    @property
    def name(self) -> str:
        return self.piece.name

    @property
    def product_id(self) -> int:
        return self.piece.tech_pack.product_id

    @cached_property
    def values(self) -> dict[str, Value]:
        """By path, what may be changed of it."""
        return (
            {} if isinstance(self.piece, CloseUp) else {one.path: one for one in all_values(piece=self.piece)}
        )

    def measured(self, canvas: Canvas, item: schemas.Proportion | schemas.Measurement) -> Measured:
        if item.line is None or item.value is None:
            return Measured(item, None)
        label = f"{item.code} {amount(item.value, item.unit)}"
        return Measured(item, canvas.mark(item.code, item.name, label, item.line))


class BaseViewCard(Card):
    piece: BaseView

    @cached_property
    def facts(self) -> schemas.BaseViewAnalysis | None:
        return self.piece.facts

    @cached_property
    def canvas(self) -> Canvas:
        photo = self.piece.revision.asset
        return Canvas(photo.width, photo.height)

    @cached_property
    def rows(self) -> list[Measured]:
        items = self.facts.proportions.items if self.facts else []
        return [self.measured(self.canvas, item) for item in items]

    @property
    def unit(self) -> str:
        """In which the proportions are: "cm", "in", or "of total length"."""
        return unit_of(row.item for row in self.rows)

    @property
    def stripes(self) -> Iterator[Stripe]:
        colours = self.facts.colours.items if self.facts else []
        whole = sum(colour.share for colour in colours) or 1
        widths = [100 * colour.share / whole for colour in colours]
        for colour, width, end in zip(colours, widths, accumulate(widths), strict=True):
            yield Stripe(colour, round(end - width, 2), round(width, 2))

    @property
    def outlines(self) -> list[str]:
        return [self.canvas.polygon(piece) for piece in self.facts.silhouette.outline] if self.facts else []

    @property
    def seen(self) -> list[Seen]:
        found = self.facts.construction.items if self.facts else []
        return [Seen(item, self._on_canvas(item.line), f"seen-{number}") for number, item in enumerate(found)]

    def _on_canvas(self, line: schemas.Line | None) -> tuple[float, float, float, float] | None:
        return (*self.canvas.spot(line[0]), *self.canvas.spot(line[1])) if line else None


class CloseUpCard(Card):
    piece: CloseUp

    @cached_property
    def plan(self) -> schemas.Shot:
        return self.piece.plan

    @property
    def number(self) -> int:
        return self.piece.order + 1

    @property
    def width(self) -> int:
        return self.piece.asset.width if self.piece.asset else CLOSE_UP_WIDTH

    @property
    def height(self) -> int:
        """The image's, or what the planned part of the photo makes it before there is one."""
        if self.piece.asset:
            return self.piece.asset.height
        left, top, right, bottom = self.plan.area
        photo = self.piece.revision.asset
        across, down = (right - left) * photo.width, (bottom - top) * photo.height
        return round(CLOSE_UP_WIDTH * min(max(down / across, 0.5), 1.8)) if across else CLOSE_UP_WIDTH

    @property
    def placeholder(self) -> str:
        return (self.piece.asset or self.piece.revision.asset).placeholder

    @property
    def area(self) -> str:
        """For the script that shows where on the photo it lies."""
        return " ".join(f"{edge:g}" for edge in self.plan.area)


class SketchCard(Card):
    """A sketch; `table` are the product's measures of its view, where its own writing has none."""

    piece: Sketch

    def __init__(self, piece: Sketch, rows: Callable[[], Sequence[Row]] = tuple):
        super().__init__(piece)
        self._rows = rows

    @cached_property
    def table(self) -> list[Row]:
        """Read only for a sketch that is shown."""
        rows = self._rows()
        return [line for line in rows if line.point.view == self.piece.view] or list(rows)

    @cached_property
    def writing(self) -> schemas.Annotations | None:
        return self.piece.writing if self.piece.is_drawn else None

    @cached_property
    def canvas(self) -> Canvas:
        drawing = self.piece.asset
        return Canvas(drawing.width, drawing.height) if drawing else Canvas(3, 4)

    @property
    def callouts(self) -> list[schemas.Callout]:
        """In the order of their numbers."""
        return sorted(self.writing.callouts, key=lambda callout: callout.number) if self.writing else []

    @cached_property
    def pins(self) -> list[Pin]:
        return [self.canvas.pin(callout) for callout in self.callouts]

    @cached_property
    def rows(self) -> list[Measured]:
        _ = self.pins  # they take their places first
        items = self.writing.measurements if self.writing else []
        return [self.measured(self.canvas, item) for item in items]

    @property
    def unit(self) -> str:
        return unit_of(row.item for row in self.rows if row.value)

    @property
    def is_wide(self) -> bool:
        """A drawing laid out wide (open sleeves, a shoe) stands over its callouts, a tall one beside."""
        return self.canvas.height < 0.95 * self.canvas.width

    @property
    def is_inferred(self) -> bool:
        return self.piece.basis != Sketch.Basis.PHOTO


def base_view_cards(pieces: list[BaseView]) -> list[BaseViewCard]:
    return [BaseViewCard(piece, is_first=index == 0) for index, piece in enumerate(pieces)]
