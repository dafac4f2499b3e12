"""Trainers and boots, seen from the outer side with the toe on the left."""

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, ellipse, joined
from techpack.flats.specification import Specification


def draw_shoe(spec: Specification, view: str) -> Drawing:
    """The outer side of a shoe; ground at y = 0, heel at x = 0, the toe at negative x."""
    drawing = Drawing("side", 2)
    length, shaft = spec.cm("FO1"), spec.cm("FO4")
    opening = min(spec.cm("FO5"), 0.5 * length)
    sole = _sole(spec, length)
    upper = _upper(spec, length, shaft, opening, sole)
    drawing.body(upper)
    _quarters(drawing, spec, length, shaft, opening)
    _draw_sole(drawing, spec, length)
    toe, heel = complex(-length, -0.9), 0j
    drawing.mark(
        toe_tip=toe, heel_back=heel - 1j, ground_heel=0j, top_line_back=complex(_heel_x(length), -shaft),
        top_line_front=complex(_heel_x(length) - opening, -shaft - 0.6),
    )  # fmt: skip
    drawing.dimension("FO1", complex(-length, 0), 0j, 3j)
    drawing.dimension("FO4", 0j, complex(0, -shaft), 3 + 0j)
    back = complex(_heel_x(length), -shaft)
    drawing.dimension("FO5", back - opening, back, -3j)
    return drawing


def _heel_x(length: float) -> float:
    """The back of the top line, a little before the end of the heel."""
    return -0.02 * length


def _thickness(spec: Specification) -> tuple[float, float]:
    """Of the sole, in front and at the heel."""
    heel = min(spec.cm("FO3"), 0.4 * spec.cm("FO1"))
    return min(spec.cm("FO6"), max(0.8, heel)), heel


def _sole(spec: Specification, length: float) -> Path:
    """The feather line, where upper and sole meet: from the toe to the heel."""
    front, heel = _thickness(spec)
    toe = complex(-length + 0.5, -front - 0.5)
    return Path.through([
        toe, complex(-0.72 * length, -front), complex(-0.4 * length, -(front + heel) / 2 - 0.1),
        complex(-0.12 * length, -heel), complex(-0.005 * length, -heel - 0.3),
    ])  # fmt: skip


def _upper(spec: Specification, length: float, shaft: float, opening: float, sole: Path) -> Path:
    """Everything above the sole, closed."""
    back = complex(_heel_x(length), -shaft)
    heel = sole.end
    front = back - complex(opening, 0.5)
    bulge = Path.curve(heel, heel + complex(0.35, -0.3 * (shaft - abs(heel.imag))), back + complex(0.5, 0.3 * (shaft - abs(heel.imag))), back)  # fmt: skip
    line = Path.curve(back, back + complex(-0.3 * opening, 0.9), front + complex(0.35 * opening, 0.5), front)
    toe = sole.start
    rise = 0.2 * length
    vamp = complex(-0.72 * length, toe.imag - 0.16 * length)
    if spec.product_type == "boot":
        instep = complex(min(front.real - 0.8, -0.47 * length), toe.imag - 0.3 * length)
        down = joined([
            Path.curve(front, front + complex(0.1, 0.5 * abs(instep.imag - front.imag)), instep + complex(0.6, -0.35 * abs(instep.imag - front.imag)), instep),
            Path.curve(instep, instep + complex(-0.12 * length, 0.09 * length), vamp + complex(0.08 * length, -0.03 * length), vamp),
        ])  # fmt: skip
    else:
        down = Path.curve(
            front,
            front + complex(-0.12 * length, 0.28 * rise),
            vamp + complex(0.14 * length, -0.3 * rise),
            vamp,
        )
    nose = Path.curve(vamp, vamp + complex(-0.14 * length, 0.03 * length), toe + complex(-0.01 * length, -0.12 * length), toe)  # fmt: skip
    return joined([sole, bulge, line, down, nose])


def _draw_sole(drawing: Drawing, spec: Specification, length: float) -> None:
    front, heel = _thickness(spec)
    feather = _sole(spec, length)
    has_heel = spec.product_type == "boot" and heel > front + 0.8
    if has_heel:
        step = complex(-0.3 * length, 0)
        tread = joined([
            Path.curve(feather.end, complex(0.02, -0.5 * heel), complex(0, -0.2), 0j), Path.line(0j, step),
            Path.line(step, complex(step.real - 0.4, -heel + front + 0.1)),
            Path.curve(complex(step.real - 0.4, -heel + front + 0.1), complex(-0.42 * length, -0.3), complex(-0.5 * length, 0), complex(-0.6 * length, 0)),
            Path.curve(complex(-0.6 * length, 0), complex(-0.85 * length, 0), complex(-length, -0.2), feather.start + complex(-0.5, 0.1)),
            Path.line(feather.start + complex(-0.5, 0.1), feather.start),
        ])  # fmt: skip
    else:
        nose = complex(-length, -0.55 * front - 0.4)
        tread = joined([
            Path.curve(feather.end, complex(0.0, -0.7 * heel), complex(0, -0.3 * heel), 0j), Path.line(0j, complex(-0.78 * length, 0)),
            Path.curve(complex(-0.78 * length, 0), complex(-0.92 * length, 0), complex(-length, -0.05), nose),
            Path.curve(nose, nose + complex(0, -0.3), feather.start + complex(-0.35, 0.1), feather.start),
        ])  # fmt: skip
    drawing.shape("outline", feather + tread)
    if not has_heel:
        outsole = Path.through([complex(-0.985 * length, -0.75), complex(-0.78 * length, -0.5), complex(-0.3 * length, -0.5), complex(-0.003 * length, -0.6)])  # fmt: skip
        drawing.seam(outsole)
    welt = feather.parallel(
        -0.35 if feather.parallel(1).at_length(5).imag < feather.at_length(5).imag else 0.35
    )
    drawing.stitch(welt.part(0.04, 0.97))


def _quarters(drawing: Drawing, spec: Specification, length: float, shaft: float, opening: float) -> None:
    """Toe cap, eyestay with laces, heel counter, tongue and top line."""
    sole = _sole(spec, length)
    front = complex(_heel_x(length) - opening, -shaft - 0.5)
    vamp = complex(-0.72 * length, sole.start.imag - 0.16 * length)
    if spec.product_type == "trainer":
        cap_foot = sole.at_distance(-0.8 * length) or sole.start
        drawing.seam(Path.curve(vamp + complex(0.3, 0.05), vamp + complex(-0.05 * length, 0.06 * length), cap_foot + complex(0.02 * length, -0.06 * length), cap_foot))  # fmt: skip
    count = 5 if spec.product_type == "trainer" else max(5, min(9, int(shaft / 2.6)))
    throat = vamp + complex(0.07 * length, 0.015 * length)
    top = front + complex(0.035 * length, 0.35)
    stay = _stay(spec, throat, top, length)
    if spec.feature("lacing", "laces") != "none":
        drawing.seam(stay)
        drawing.stitch(
            stay.parallel(0.45 if stay.parallel(1).at_length(3).real > stay.at_length(3).real else -0.45)
        )
        for i in range(count):
            at = stay.at_length(stay.length() * (0.08 + 0.86 * i / (count - 1)))
            eyelet = at + complex(-0.55, -0.15)
            drawing.shape("details", ellipse(eyelet, 0.22, 0.22))
            drawing.detail(Path.line(eyelet, eyelet + complex(-1.5, -0.75)), Path.line(eyelet + complex(0.12, -0.2), eyelet + complex(-1.38, -0.95)))  # fmt: skip
        foot = sole.at_distance(-0.5 * length) or sole.start
        drawing.seam(Path.curve(stay.start, stay.start + complex(0.03 * length, 0.05 * length), foot + complex(-0.02 * length, -0.05 * length), foot))  # fmt: skip
    counter_top = complex(-0.015 * length, -min(0.72 * shaft, 8.5))
    counter_foot = sole.at_distance(-0.24 * length) or sole.end
    counter = Path.curve(counter_top, counter_top + complex(-0.1 * length, 0.3), counter_foot + complex(0.03 * length, -0.12 * length), counter_foot)  # fmt: skip
    drawing.seam(counter)
    drawing.stitch(counter.parallel(0.35))
    back = complex(_heel_x(length), -shaft)
    low = Path.curve(back + 0.8j, back + complex(-0.3 * opening, 1.7), top + complex(0.3 * opening, 1.4), top + complex(0.25, 0.9))  # fmt: skip
    drawing.stitch(low)


def _stay(spec: Specification, throat: complex, top: complex, length: float) -> Path:
    """The front edge of the quarters, where the eyelets are."""
    if spec.product_type == "boot":
        bend = complex(min(top.real - 0.3, -0.42 * length), throat.imag - 0.12 * length)
        return Path.through([throat, bend, top])
    return Path.through([throat, (throat + top) / 2 + complex(0.01 * length, 0.02 * length), top])
