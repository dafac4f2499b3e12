"""Skirts."""

from techpack.flats.drawing import Drawing
from techpack.flats.parts import pockets, trims, waists
from techpack.flats.paths import Path, joined
from techpack.flats.specification import Specification

HIP = 20.0  # cm below the top edge
DIP = 1.0  # how far waist and hem hang lower in the centre than at the sides, cm
LENGTHS = {"mini": 0.68, "knee": 1.0, "midi": 1.3, "maxi": 1.75}


def draw_skirt(spec: Specification, view: str) -> Drawing:
    """A skirt from the front or the back."""
    length, waist = _length(spec), spec.cm("WB1") / 2
    drawing = Drawing(view, 8 if length > 75 else 5)
    hip = max(spec.cm("HP2") / 2, waist)
    hem = min(spec.cm("HE1") / 2, hip + 1.5 * length)
    corner = _hem_corner(spec, length, waist, hip, hem)
    side = _side(waist, hip, length, corner)
    top = complex(waist, 0)
    edge, low = waists.edge(top, complex(0, DIP)), complex(0, length + DIP)
    bottom = Path.curve(corner, corner + complex(-0.35 * hem, 0.6 * (low.imag - corner.imag)), low + complex(0.5 * hem, 0), low)  # fmt: skip
    right = joined([edge.reversed(), side, bottom])
    height = min(spec.cm("WB3"), 0.2 * length)
    if view == "front":
        waists.draw_inside(drawing, edge, height)
    drawing.body(joined([right, right.mirrored().reversed()]))
    trims.stitched_edge(drawing, bottom, 2.5, left=False, is_twin=False)

    def below(depth: float) -> Path:
        start = side.at_level(depth) or side.start
        return waists.edge(start, complex(0, depth + DIP))

    _details(drawing, spec, side, below(height), bottom, is_front=view == "front")
    waists.draw_band(
        drawing,
        below,
        waist,
        height,
        spec.feature("waistband"),
        is_front=view == "front",
        mens=False,
        loops=False,
    )
    _measure(drawing, spec, side, edge.end, corner, low)
    return drawing


def _length(spec: Specification) -> float:
    if spec.has("SK1"):
        return spec.cm("SK1")
    return spec.cm("SK1") * LENGTHS.get(spec.feature("length"), 1.0)


def _measure(
    drawing: Drawing, spec: Specification, side: Path, centre: complex, corner: complex, low: complex
) -> None:
    top = side.start
    drawing.mark(waist_side=top, waist_centre=centre, hem_side=corner, hem_centre=low)
    drawing.dimension("SK1", centre, low)
    drawing.dimension("WB1", complex(-top.real, 0), top, -4j)
    wide = side.at_level(HIP)
    if low.imag > HIP + 4 and wide:
        drawing.mark(hip=wide)
        drawing.dimension("HP2", complex(-wide.real, HIP), wide)
    drawing.dimension(
        "HE1", complex(-corner.real, corner.imag), corner, complex(0, low.imag - corner.imag + 3)
    )
    drawing.dimension("SK2", top, corner, 4 + 0j)
    drawing.lengths["SK2"] = side.length()


def _hem_corner(spec: Specification, length: float, waist: float, hip: float, hem: float) -> complex:
    """The side of the hem: as deep as the side length says, else on an arc around the waist."""
    if not spec.has("SK2"):
        flare = max(0.0, hem - hip)
        return complex(hem, length + DIP - 0.6 - min(0.32 * flare, 0.25 * length))
    low, high = 0.5 * length, 1.15 * length
    for _ in range(24):
        middle = (low + high) / 2
        long = _side(waist, hip, length, complex(hem, middle)).length()
        low, high = (low, middle) if long > spec.cm("SK2") else (middle, high)
    return complex(hem, (low + high) / 2)


def _side(waist: float, hip: float, length: float, corner: complex) -> Path:
    start = complex(waist, 0)
    if length > HIP + 6:
        return waists.side_seam([start, complex(hip, HIP), corner])
    return Path.line(start, corner)


def _details(
    drawing: Drawing, spec: Specification, side: Path, band: Path, bottom: Path, *, is_front: bool
) -> None:
    length, closure = _length(spec), spec.feature("closure", "none")
    if spec.feature("yoke", "none") == "front and back" or (spec.feature("yoke") == "back" and not is_front):
        level = band.end.imag + 0.16 * length
        yoke = waists.edge(side.at_level(level - DIP) or side.end, complex(0, level))
        drawing.seam(yoke, both=True)
        drawing.stitch(yoke.shifted(0.6j), both=True)
        band = yoke
    _pleats(drawing, spec, band, bottom, is_front=is_front)
    end = min(spec.cm("ZI1"), 0.4 * length)
    if closure == "back zip" and not is_front:
        drawing.seam(Path.line(complex(0, band.end.imag + end), bottom.end))
        trims.zip_line(drawing, band.end, band.end + 1j * end, stitches=False)
    elif closure == "side zip":
        low = side.at_level(band.end.imag + end) or side.end
        drawing.stitch(Path.line(band.start - 0.8, low - 0.8, low).mirrored())
    elif closure == "buttons" and is_front:
        trims.button_placket(drawing, band.end.imag, bottom.end.imag, 3.0, 8.0, count=int(spec.feature("buttons") or 0), mens=False)  # fmt: skip
    if spec.feature("pockets") == "patch":
        wide = 0.42 * side.start.real
        pockets.patch_pocket(drawing, complex(0.55 * side.start.real, band.end.imag + 4), wide, 1.1 * wide, both=True)  # fmt: skip
    elif spec.feature("pockets") in ("slant", "welt", "scoop") and is_front:
        start, low = band.at_length(0.25 * band.length()), side.at_level(band.end.imag + 13) or side.end
        drawing.seam(Path.line(start, low), both=True)
        drawing.stitch(Path.line(start, low).parallel(-0.6), both=True)
    _vent(drawing, spec, bottom, is_front=is_front)


def _vent(drawing: Drawing, spec: Specification, bottom: Path, *, is_front: bool) -> None:
    high = spec.cm("VE1") if spec.has("VE1") else 0.25 * _length(spec)
    if spec.feature("vents") == "back" and not is_front:
        low = bottom.end
        drawing.seam(Path.line(low - 1j * high, low))
        drawing.stitch(Path.line(low - 1j * high, low + complex(-2, 2 - high), low - 2))
    elif spec.feature("vents") == "side":
        drawing.stitch(Path.line(bottom.start - complex(1.0, high), bottom.start - 1.0), both=True)
        drawing.detail(Path.line(bottom.start - complex(1.0, high), bottom.start - complex(0, high)), both=True)  # fmt: skip


def _pleats(drawing: Drawing, spec: Specification, band: Path, bottom: Path, *, is_front: bool) -> None:
    kind, length = spec.feature("pleats", "none"), _length(spec)
    if kind in ("knife", "box", "yes"):
        _draw_pleats(drawing, band, bottom, is_box=kind == "box")
        return
    flare = spec.cm("HE1") / spec.cm("HP2")
    is_gathered = spec.feature("waistband") in ("elastic", "drawstring")
    if flare < 1.25 and not is_gathered and spec.feature("yoke", "none") == "none":
        at = band.at_length(band.length() * 0.5)
        drawing.detail(
            Path.line(at, at + complex(0.6, min(9.0 if is_front else 11.0, 0.3 * length))), both=True
        )
    elif flare > 1.35:
        for part, rise in ((0.3, 0.42), (0.68, 0.3)):
            foot = bottom.at_length(bottom.length() * (1 - part)) - 0.8j
            top = foot - complex(foot.real * 0.2, rise * length)
            drawing.add(
                "fold", Path.curve(foot, foot - complex(0.4, 4), top + complex(0.4, 4), top), both=True
            )


def _draw_pleats(drawing: Drawing, band: Path, bottom: Path, *, is_box: bool) -> None:
    """Pleats from the waistband to the hem: knife pleats all fold to one side, box pleats to both."""
    count = 5 if is_box else 8
    for number in range(-count + 1, count):
        share, side = abs(number) / count, 1.0 if number >= 0 else -1.0
        a = band.at_length(band.length() * (1 - share))
        b = bottom.at_length(bottom.length() * (1 - share))
        a, b = complex(side * a.real, a.imag), complex(side * b.real, b.imag)
        drawing.seam(Path.line(a, b))
        depth = 0.3 * bottom.start.real / count
        for way in (1.0, -1.0) if is_box else (1.0,):
            inner = b + way * depth - 1j * depth * 0.9
            drawing.detail(Path.line(b, inner))
            drawing.detail(Path.line(inner, inner + 0.3 * (a - b)))
