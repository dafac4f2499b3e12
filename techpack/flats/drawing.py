"""A flat as layers of strokes, its landmarks and dimension lines, and their SVG.

The SVG is sized in millimetres at a stated scale, one group a layer, as drawing programs expect it.
"""

from dataclasses import dataclass, field, replace
from html import escape

from techpack.flats.paths import Path, Placement, mirror, unit
from techpack.flats.seam_ends import settled

# Line widths in mm on the sheet: 1.5, 0.9, 0.6 and 0.5 pt.
WEIGHTS = {
    "inside": 0.21, "outline": 0.53, "seams": 0.32, "details": 0.25, "stitches": 0.2, "fold": 0.21, "open": 0.25,
}  # fmt: skip
DASHES = {"stitches": "0.9 0.45", "open": "3 0.8 0.6 0.8 0.6 0.8"}  # open: what is to be specified
INSIDE_LABEL_AT, UPRIGHT_LABEL_AT = 0.3, 0.72  # shares of a dimension line: labels of lines that cross do not
MARGIN = 8.0  # mm around the garment and its dimension lines
INK, SHADE = "#111", "#f1f1ef"


@dataclass(frozen=True)
class Stroke:
    """One path of a layer. `fill` is "" for lines, a colour for what hides what is behind it."""

    path: Path
    fill: str = ""
    is_closed: bool = False
    name: str = ""  # of what somebody drew by hand


@dataclass(frozen=True)
class Dimension:
    """The line of one point of measure; `away` moves it off the garment, in cm."""

    code: str
    start: complex
    end: complex
    away: complex = 0

    @property
    def length(self) -> float:
        """In cm, between the two points."""
        return abs(self.end - self.start)


@dataclass
class Drawing:
    """One view of one product, in cm. Layers are drawn in the order in which strokes were added to
    `strokes`, so that what lies on top hides what is below."""

    view: str
    scale: int  # 1 : scale
    landmarks: dict[str, complex] = field(default_factory=dict)
    dimensions: list[Dimension] = field(default_factory=list)
    strokes: list[tuple[str, Stroke]] = field(default_factory=list)
    outline: Path | None = None
    lengths: dict[str, float] = field(default_factory=dict)  # measured back along curves, in cm

    def add(
        self, layer: str, *paths: Path, fill: str = "", closed: bool = False, both: bool = False, name: str = ""
    ) -> None:  # fmt: skip
        """Draw paths on a layer; with `both` their mirror images too."""
        for path in paths:
            self.strokes.append((layer, Stroke(path, fill, closed, name)))
            if both:
                self.strokes.append((layer, Stroke(path.mirrored(), fill, closed)))

    def seam(self, *paths: Path, both: bool = False) -> None:
        self.add("seams", *paths, both=both)

    def stitch(self, *paths: Path, both: bool = False) -> None:
        self.add("stitches", *paths, both=both)

    def detail(self, *paths: Path, both: bool = False) -> None:
        self.add("details", *paths, both=both)

    def shape(self, layer: str, path: Path, *, fill: str = "#fff", both: bool = False) -> None:
        """A closed part that hides what is behind it."""
        self.add(layer, path, fill=fill, closed=True, both=both)

    def body(self, path: Path) -> None:
        """The outline of the whole garment: one closed path."""
        self.outline = path
        self.shape("outline", path)

    def settle(self) -> None:
        """End every seam and every row of stitches on the line it runs into."""
        paths = settled([(layer, stroke.path, stroke.is_closed) for layer, stroke in self.strokes])
        self.strokes = [
            (layer, replace(stroke, path=path)) if path is not stroke.path else (layer, stroke)
            for (layer, stroke), path in zip(self.strokes, paths, strict=True)
        ]

    def mark(self, **points: complex) -> None:
        """Name landmarks of the right half; their mirror images are named as well."""
        for name, point in points.items():
            if abs(point.real) < 1e-9:
                self.landmarks[name] = point
            else:
                self.landmarks[f"{name}_right"], self.landmarks[f"{name}_left"] = point, mirror(point)

    def dimension(self, code: str, start: complex, end: complex, away: complex = 0) -> None:
        self.dimensions.append(Dimension(code, start, end, away))

    def drawn_cm(self) -> dict[str, float]:
        """What each point of measure is in the drawing, in cm by code."""
        return {item.code: item.length for item in self.dimensions} | self.lengths

    def box(self) -> tuple[complex, complex]:
        """The corners of everything that is drawn, in cm."""
        pieces = [piece for _, stroke in self.strokes for piece in stroke.path.pieces]
        low, high = _corners([point for piece in pieces for point in (piece[0], piece[3])])
        beyond = [
            point for piece in pieces if not all(_is_within(point, low, high) for point in piece[1:3])
            for point in Path((piece,)).points(8)
        ]  # fmt: skip
        return _corners([low, high, *beyond])

    def placement(self) -> tuple[Placement, float, float]:
        """Where the garment lies on its sheet, and the sheet's width and height in mm."""
        low, high = self.box()
        lines = [end + item.away for item in self.dimensions for end in (item.start, item.end)]
        low, high = _corners([low, high, *lines])
        unit_per_cm = 10 / self.scale
        reach = max(abs(low.real), abs(high.real)) if self._is_centred(low, high) else None
        left, right = (-reach, reach) if reach is not None else (low.real, high.real)
        width = (right - left) * unit_per_cm + 2 * MARGIN
        height = (high.imag - low.imag) * unit_per_cm + 2 * MARGIN
        origin = complex(MARGIN - left * unit_per_cm, MARGIN - low.imag * unit_per_cm)
        return Placement(origin, unit_per_cm), width, height

    def fraction(self, point: complex) -> tuple[float, float]:
        """A point in cm as fractions (0..1) of the sheet."""
        place, width, height = self.placement()
        placed = place.point(point)
        return placed.real / width, placed.imag / height

    def svg(
        self, *, dimensions: bool = False, labels: dict[str, str] | None = None, title: str = "",
        note: str = "", prefix: str = "", handles: dict[str, complex] | None = None,
    ) -> str:  # fmt: skip
        """The drawing as SVG. `labels` are what stands at dimension lines, by code; the code itself for
        those not named. `prefix` sets apart the ids of several drawings on one page. With `handles`, landmarks
        that can be moved, it is for a page: its dimension lines can be hit, and it says where its cm lie."""
        place, width, height = self.placement()
        size = f'width="{width:.2f}mm" height="{height:.2f}mm" viewBox="0 0 {width:.2f} {height:.2f}"'
        where = "" if handles is None else (
            f' data-x="{place.origin.real:.3f}" data-y="{place.origin.imag:.3f}" data-unit="{place.scale:g}"'
        )  # fmt: skip
        role = "img" if handles is None else "group"
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="{role}" data-scale="1:{self.scale}"{where}>'
        parts = [head, f"<title>{escape(title)}</title>" if title else "", self._layers(place, prefix)]
        if dimensions or note:
            lines = (
                [
                    self._dimension(item, place, labels or {}, on_page=handles is not None)
                    for item in self.dimensions
                ]
                if dimensions
                else []
            )
            words = f'<text class="note" x="3" y="{height - 3:.1f}">{escape(note)}</text>' if note else ""
            size_of_text = max(3.0, width / 52)
            style = f'font-family="IBM Plex Mono, monospace" font-size="{size_of_text:.1f}" fill="#555"'
            parts.append(f'<g id="{prefix}annotation" {style}>{"".join(lines)}{words}</g>')
        parts += [_handle(name, place.point(at), prefix) for name, at in (handles or {}).items()]
        return "".join(parts) + "</svg>"

    def _layers(self, place: Placement, prefix: str) -> str:
        """Runs of strokes of one layer as groups: what comes later lies on top."""
        groups: list[str] = []
        used: dict[str, int] = {}
        last = ""
        for layer, stroke in self.strokes:
            if layer != last:
                used[layer] = used.get(layer, 0) + 1
                suffix = "" if used[layer] == 1 else f"-{used[layer]}"
                groups.append(("</g>" if last else "") + _group(layer, prefix, suffix))
                last = layer
            fill = f' fill="{stroke.fill}"' if stroke.fill else ""
            fill += f' data-mark="{escape(stroke.name)}"' if stroke.name else ""
            groups.append(f'<path d="{stroke.path.svg(place, close=stroke.is_closed)}"{fill}/>')
        return "".join(groups) + ("</g>" if last else "")

    def _dimension(
        self, item: Dimension, place: Placement, labels: dict[str, str], *, on_page: bool
    ) -> str:  # fmt: skip
        start, end = place.point(item.start + item.away), place.point(item.end + item.away)
        along = unit(end - start)
        tick = along * 1j * 1.1
        lines = [f"M{_xy(start)} L{_xy(end)}"]
        lines += [f"M{_xy(point - tick)} L{_xy(point + tick)}" for point in (start, end)]
        outer = ""
        if item.away:
            ends = ((place.point(item.start), start), (place.point(item.end), end))
            d = " ".join(f"M{_xy(a)} L{_xy(b)}" for a, b in ends)
            outer = f'<path class="extension" d="{d}" fill="none" stroke="#bbb" stroke-width="0.18"/>'
        is_upright = abs(along.real) < 0.5
        share = UPRIGHT_LABEL_AT if is_upright else 0.5 if item.away else INSIDE_LABEL_AT
        at = start + share * (end - start) + (complex(1.2, 1.0) if is_upright else complex(0, -1.3))
        anchor = "start" if is_upright else "middle"
        label = escape(labels.get(item.code, item.code))
        hit = f'<path class="hit" d="{lines[0]}" fill="none"/>' if on_page else ""
        length = f' data-cm="{self.drawn_cm()[item.code]:.2f}"' if on_page else ""
        return (
            f'<g class="dimension" data-code="{item.code}"{length}>{hit}{outer}'
            f'<path class="line" d="{" ".join(lines)}" fill="none" stroke="#888" stroke-width="0.22"/>'
            f'<text x="{at.real:.2f}" y="{at.imag:.2f}" text-anchor="{anchor}" paint-order="stroke"'
            f' stroke="#fff" stroke-width="1">{label}</text></g>'
        )

    @staticmethod
    def _is_centred(low: complex, high: complex) -> bool:
        return abs(low.real + high.real) < 0.15 * (high.real - low.real)


def _is_within(point: complex, low: complex, high: complex) -> bool:
    return low.real <= point.real <= high.real and low.imag <= point.imag <= high.imag


def _corners(points: list[complex]) -> tuple[complex, complex]:
    low = complex(min(p.real for p in points), min(p.imag for p in points))
    return low, complex(max(p.real for p in points), max(p.imag for p in points))


def _group(layer: str, prefix: str, suffix: str) -> str:
    dash = f' stroke-dasharray="{DASHES[layer]}"' if layer in DASHES else ""
    return (
        f'<g id="{prefix}{layer}{suffix}" class="layer-{layer}" fill="none" stroke="{INK}" stroke-width="{WEIGHTS[layer]}"'
        f' stroke-linecap="round" stroke-linejoin="round"{dash}>'
    )


def _handle(name: str, at: complex, prefix: str) -> str:
    """A landmark that people can take hold of."""
    words = name.removesuffix("_right").replace("_", " ")
    return (
        f'<g class="landmark flat-handle" tabindex="0" role="button" id="flat-{prefix}{name}" data-name="{name}"'
        f' aria-label="{words}" transform="translate({at.real:.2f} {at.imag:.2f})">'
        '<circle class="hit" r="4.5"/><circle class="dot" r="1.1"/></g>'
    )


def _xy(point: complex) -> str:
    return f"{point.real:.2f},{point.imag:.2f}"
