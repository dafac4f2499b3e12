"""Bodices on straps or without any."""

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.garments import STRAPS, Garment
from techpack.flats.paths import Path, joined
from techpack.flats.upper_body import Frame


def draw_bodice(drawing: Drawing, garment: Garment, body: Frame) -> float:
    """A bodice on straps or without: in front the inside of the back shows. Returns where its top edge is in
    the centre, in cm below HPS."""
    spec = garment.spec
    level = body.underarm.imag
    width = spec.cm("ST2") if spec.has("ST2") else STRAPS.get(spec.feature("strap"), 1.2)
    width = 0.0 if garment.neck == "strapless" else min(max(width, 0.8), 6)
    foot = complex(min(body.hps.real + width / 2, 0.62 * body.underarm.real), max(0.62 * level, 8))
    front, back = (_strap_edge(body, foot, width, level, is_front=is_front) for is_front in (True, False))
    top = front if garment.is_front else back
    if garment.is_front:
        around = joined([back.reversed(), front, front.mirrored().reversed(), back.mirrored()])
        drawing.shape("inside", around, fill=SHADE)
    behind = back.at_distance(foot.real) or foot
    if garment.neck == "straps":
        _straps(drawing, foot if garment.is_front else behind, width, cut=garment.is_front)
    right = joined([top.reversed(), body.side, body.hem])
    drawing.body(joined([right, right.mirrored().reversed()]))
    drawing.stitch(top.parallel(0.7), both=True)
    drawing.mark(strap_front=foot)
    return top.end.imag


def _strap_edge(body: Frame, foot: complex, width: float, level: float, *, is_front: bool) -> Path:
    """The top edge from the underarm by the foot of the strap to the centre."""
    side = body.underarm
    outer, inner = foot + width / 2, foot - width / 2
    if not is_front:
        low = complex(0, level - 0.5)
        return Path.curve(side, side + complex(-0.3 * side.real, -0.4), low + complex(0.4 * side.real, 0), low)  # fmt: skip
    if width == 0:  # strapless
        low = complex(0, level - 2.0)
        return Path.curve(side, side + complex(-0.25 * side.real, -3.6), low + complex(0.34 * side.real, -2.6), low)  # fmt: skip
    centre = complex(0, min(level - 1, foot.imag + 4.5))
    rise = level - foot.imag
    return joined([
        Path.curve(side, side + complex(-0.25 * (side.real - outer.real), -0.5 * rise), outer + complex(0.7, 0.45 * rise), outer),
        Path.line(outer, inner),
        Path.curve(inner, inner + complex(-0.8, 0.55 * (centre.imag - foot.imag)), complex(0.42 * foot.real, centre.imag), centre),
    ])  # fmt: skip


def _straps(drawing: Drawing, foot: complex, width: float, *, cut: bool) -> None:
    """Straps from the top edge over the shoulder."""
    high = complex(foot.real - 0.4, 0)
    low = foot if cut else foot + 0.8j
    ways = (low - width / 2, high - width / 2, high + width / 2, low + width / 2)
    strap = Path.line(ways[0], ways[1]) + Path.curve(ways[1], ways[1] - 0.5j, ways[2] - 0.5j, ways[2]) + Path.line(ways[2], ways[3], ways[0])  # fmt: skip
    drawing.shape("outline", strap, both=True)
    if width > 2:
        drawing.stitch(Path.line(low - width / 2 + 0.4, high - width / 2 + 0.4), Path.line(low + width / 2 - 0.4, high + width / 2 - 0.4), both=True)  # fmt: skip
