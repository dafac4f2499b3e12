"""Where each label is sewn, drawn on the flats: by the words of its placement, or where somebody drew it."""

from dataclasses import dataclass

from django.utils.html import escape

from techpack import flats
from techpack.exports.document import Callout
from techpack.exports.pdf.callouts import Bubble, bubbles
from techpack.flats import Drawing, Mark, label_places
from techpack.flats.label_places import USUAL_CM, Spot
from techpack.library.label_places import Place, read_place, read_size
from techpack.models import FlatMark, LabelRow, Product
from techpack.presenters.specification import Specification

# Of the drawing on a page, where a millimetre may be less than two pixels: numbers are larger than on paper.
MARGIN_MM, LEADER_MM, RADIUS_MM, LARGER = 18.0, 11.0, 4.4, 2.1


@dataclass(frozen=True)
class LabelView:
    """One view of the flat with its labels, and a callout for each."""

    view: str
    drawing: Drawing
    callouts: list[Callout]

    def numbered(self) -> str:
        """SVG with the numbers beside the drawing, for a page."""
        _, width, height = self.drawing.placement()
        drawn = self.drawing.svg(title=f"Labels, {self.view}", prefix=f"labels-{self.view}-")
        drawn = drawn.replace('mm"', '"', 2)  # inside of another drawing its units are that one's
        parts = [
            f'<path d="M{one.x:.1f},{one.y:.1f} L{one.point_x:.1f},{one.point_y:.1f}"/>'
            f'<circle cx="{one.x:.1f}" cy="{one.y:.1f}" r="{RADIUS_MM}" fill="#fff"/>'
            f'<text x="{one.x:.1f}" y="{one.y + 1.8:.1f}" fill="#111" stroke="none">{one.number}</text>'
            for one in _bubbles(self.callouts, width, height)
        ]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 2 * MARGIN_MM:.1f} {height:.1f}"'
            f' role="img" aria-label="{escape(self.words)}"><g transform="translate({MARGIN_MM} 0)">{drawn}'
            '<g font-family="IBM Plex Mono, monospace" font-size="5" text-anchor="middle"'
            ' stroke="#c4331b" stroke-width="0.32">'
            f"{''.join(parts)}</g></g></svg>"
        )

    @property
    def words(self) -> str:
        return "; ".join(f"{one.number} {one.text}" for one in self.callouts)


def _bubbles(callouts: list[Callout], width: float, height: float) -> list[Bubble]:
    """Placed on a smaller sheet, so that large numbers do not overlap."""
    placed = bubbles(callouts, width=width / LARGER, height=height / LARGER, margin=LEADER_MM / LARGER)
    return [
        Bubble(one.number, *(LARGER * part for part in (one.x, one.y, one.point_x, one.point_y)))
        for one in placed
    ]


@dataclass(frozen=True)
class LabelPlaces:
    """`unplaced` are labels that are sewn somewhere, with words that no drawing can follow."""

    views: list[LabelView]
    unplaced: list[str]


@dataclass(frozen=True)
class _Sewn:
    """A label with its number in the table."""

    number: int
    row: LabelRow
    place: Place
    size: complex

    @property
    def words(self) -> str:
        """ "Care label: left side seam, 10 cm above hem, 3 x 6 cm"."""
        kind = self.row.type.strip().capitalize() or "Label"
        text = ", ".join(filter(None, [self.row.placement.strip(), self.row.size.strip()]))
        if (
            "side seam" in self.place.spots
            and self.place.above_hem_cm is None
            and self.place.below_top_cm is None
        ):
            text += "; height to be specified"
        return f"{kind}: {text}"


def label_places_of(product: Product, shown: Specification) -> LabelPlaces:
    """Nothing where the type has no flat."""
    sewn = [
        _Sewn(number, row, place, _size(row))
        for number, row in enumerate(product.label_rows.all(), start=1)
        if (place := read_place(row.placement)) is not None
    ]
    if shown.spec is None or not sewn:
        return LabelPlaces([], [])
    drawn = {view: flats.draw(shown.spec, view) for view in flats.views_of(shown.spec.product_type)}
    placed = _placed(sewn, drawn, shown.spec.marks)
    views = [
        LabelView(view, drawing, _callouts(drawing, [one for one in placed if one[1] == view]))
        for view, drawing in drawn.items()
        if any(one[1] == view for one in placed)
    ]
    there = {label.number for label, _, _ in placed}
    return LabelPlaces(views, [label.words for label in sewn if label.number not in there])


type _Placed = tuple[_Sewn, str, complex]
"""A label, its view, and its middle in cm."""


def _placed(sewn: list[_Sewn], drawn: dict[str, Drawing], marks: tuple[Mark, ...]) -> list[_Placed]:
    """Those with a place of their own first, for others lie beside them."""
    found: list[_Placed] = []
    for label in sorted(sewn, key=lambda one: bool(one.place.beside)):
        place = label.place
        if place.drawn:
            at = _of_mark(place.drawn, drawn, marks)
        elif not place.spots:
            at = _beside(label, found, drawn)
        else:
            at = _by_words(label, drawn)
        if at is not None:
            found.append((label, *at))
    return sorted(found, key=lambda one: one[0].number)


def _by_words(label: _Sewn, drawn: dict[str, Drawing]) -> tuple[str, complex] | None:
    for view, drawing in drawn.items():
        spot = label_places.find_spot(drawing, label.place)
        if spot is not None:
            return view, _draw(drawing, label, spot)
    return None


def _beside(label: _Sewn, found: list[_Placed], drawn: dict[str, Drawing]) -> tuple[str, complex] | None:
    """Next to the label whose type has those words; next to the last one of several at the same place."""
    wanted = label.place.beside
    other = next((one for one in found if wanted and wanted in one[0].row.type.lower()), None)
    if other is None:
        return None
    neighbours = [one for one in found if one[0].place.beside == wanted and one[1] == other[1]]
    last, view, middle = (neighbours or [other])[-1]
    return view, _draw(drawn[view], label, label_places.next_to(middle, last.size, label.size))


def _of_mark(number: int, drawn: dict[str, Drawing], marks: tuple[Mark, ...]) -> tuple[str, complex] | None:
    """The middle of the n-th label that somebody drew on the flats: it is drawn there already."""
    own = [mark for mark in marks if mark.kind == FlatMark.Kind.LABEL and mark.view in drawn]
    if number > len(own):
        return None
    mark = own[number - 1]
    points = [anchor.on(drawn[mark.view]) for anchor in mark.points]
    return mark.view, sum(points, 0j) / len(points)


def _draw(drawing: Drawing, label: _Sewn, spot: Spot) -> complex:
    name = f"label-row-{label.row.pk}"
    return label_places.draw_label(drawing, spot, label.size, is_inside=label.place.is_inside, name=name)


def _size(row: LabelRow) -> complex:
    size = read_size(row.size)
    return complex(float(size[0]), float(size[1])) if size else USUAL_CM


def _callouts(drawing: Drawing, placed: list[_Placed]) -> list[Callout]:
    return [
        Callout(label.number, label.words, "label", *drawing.fraction(at), row=label.row.type)
        for label, _, at in placed
    ]
