"""Waistbands of trousers and skirts, and the inside of the back that shows above the front."""

from collections.abc import Callable

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.parts import trims
from techpack.flats.paths import Path, joined

OVERSHOT = 1.0  # cm: how far a rounded seam may run outside its widest point
FLARED = 0.48  # out for down: a seam that runs out more than this does not follow a hip
LAP = 3.2  # cm: how far a waistband laps over beside the centre


def edge(side: complex, centre: complex) -> Path:
    """The top edge, from the side to the centre."""
    return Path.curve(
        side, side + complex(-0.35 * side.real, 0.4 * (centre.imag - side.imag)), centre + complex(0.5 * side.real, 0), centre
    )  # fmt: skip


def side_seam(points: list[complex]) -> Path:
    """From the waist over the hip to the hem, rounded above the hip as a body is."""
    seam = Path.through(points, tension=0.9)
    if max(at.real for at in seam.points()) > max(point.real for point in points) + OVERSHOT:
        seam = Path.falling(points)  # hip and thigh lie close together
    (start, _, arrive, hip), *rest = seam.pieces
    way = hip - start
    if way.imag <= 0 or not 0 < way.real < FLARED * way.imag or not rest:
        return seam
    leave = start + complex(0.5 * way.real, 0.34 * way.imag)
    return Path(((start, leave, hip + (arrive - hip) * 1.1, hip), *rest))


def draw_inside(drawing: Drawing, front: Path, height: float) -> None:
    """The inside of the back waistband above the front's edge; nothing where the front is the higher one."""
    side, centre = front.start, front.end
    if side.imag >= centre.imag - 0.2:
        return
    top = side.imag - 0.5
    back = Path.curve(side, side + complex(-0.3 * side.real, -0.4), complex(0.5 * side.real, top), complex(0, top))  # fmt: skip
    around = joined([back, back.mirrored().reversed(), front.mirrored(), front.reversed()])
    drawing.shape("inside", around, fill=SHADE)


def draw_band(
    drawing: Drawing, below: Callable[[float], Path], half: float, height: float, kind: str, *, is_front: bool, mens: bool, loops: bool = True
) -> None:  # fmt: skip
    """The waistband: its seam, and what `kind` says: flat with loops and a button, elastic or drawstring.
    `below` gives the line that far below the top edge; `half` is half the width of that edge."""
    line = below(height)
    drawing.seam(line, both=True)
    if kind in ("elastic", "drawstring"):
        drawing.stitch(below(height * 0.5), both=True)
        trims.ribs(drawing, below(0.0), line, 0.8)
        trims.gathers(drawing, line, 3.5)
        if kind == "drawstring" and is_front:
            trims.drawstring(drawing, complex(0, below(height * 0.5).end.imag), 16)
        return
    if kind != "flat":
        return
    drawing.stitch(below(0.3), below(height - 0.3), both=True)
    if not loops:
        return
    top = below(0.0)
    for share in (0.5, 0.88) if is_front else (0.0, 0.62):
        level = top.at_distance(half * share)
        trims.belt_loop(drawing, half * share, level.imag if share and level else top.end.imag, height)
    if is_front:
        side = -1.0 if mens else 1.0
        over = complex(side * LAP, top.end.imag)
        drawing.seam(Path.line(over, over + 1j * height))
        trims.button(drawing, complex(side * 1.4, top.end.imag + height / 2), size=0.8)
        drawing.detail(Path.line(complex(side * 0.3, top.end.imag + height / 2), complex(side * 0.55, top.end.imag + height / 2)))  # fmt: skip
