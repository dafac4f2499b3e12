"""Caps and beanies."""

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.paths import Path, direction, ellipse, joined, rounded
from techpack.flats.specification import Specification

WALES = 11  # ribs of a beanie from its centre to its side
BEANIE_HEM = 1.2  # cm


def draw_cap(spec: Specification, view: str) -> Drawing:
    """A baseball cap from the side, the front or the back."""
    return _cap_side(spec) if view == "side" else _cap_front(spec, view)


def _cap_front(spec: Specification, view: str) -> Drawing:
    drawing = Drawing(view, 2)
    half = spec.cm("HC1") / 3.14159 / 2 * 1.06
    height = _height(spec, spec.cm("HC1") / 3.14159 / 2 * 1.12)
    base = complex(half, height)
    crown = joined([
        Path.curve(0j, complex(0.55 * half, 0), complex(0.92 * half, 0.26 * height), complex(half, 0.74 * height)),
        Path.curve(complex(half, 0.74 * height), complex(1.01 * half, 0.85 * height), complex(1.01 * half, 0.92 * height), base),
    ])  # fmt: skip
    low = Path.curve(base, complex(0.6 * half, height + 0.8), complex(0.3 * half, height + 1.0), complex(0, height + 1.0))  # fmt: skip
    right = joined([crown, low])
    drawing.body(joined([right, right.mirrored().reversed()]))
    for x in (0.0, 0.66):
        foot = low.at_distance(x * half) or low.end
        seam = Path.curve(0j, complex(x * half * 0.6, 0.05 * height), complex(x * half * 1.02, 0.42 * height), foot)  # fmt: skip
        drawing.seam(seam, both=x > 0)
        for gap in (0.35, -0.35):
            drawing.stitch(seam.parallel(gap).part(0.12, 0.99), both=x > 0)
    for at in (complex(0.3 * half, 0.27 * height), complex(0.72 * half, 0.34 * height)):
        drawing.detail(ellipse(at, 0.32, 0.32), ellipse(at, 0.6, 0.6), both=True)
    drawing.shape("outline", ellipse(complex(0, -0.25), 0.75, 0.4))
    if view == "front":
        _visor(drawing, spec, height, low)
    else:
        _closure(drawing, half, height, spec.feature("closure", "none"))
    drawing.mark(crown_top=0j, band_front=complex(0, height + 1.0), band_side=base)
    return drawing


def _crown_front(half: float, height: float) -> Path:
    """The front of the crown from the side: from the band to the top."""
    front = complex(-half, height)
    return Path.curve(front, front + complex(-0.5, -0.62 * height), complex(-0.62 * half, 0), 0j)


def _height(spec: Specification, half: float) -> float:
    """The height of a crown whose front is as long as HC2, along its curve."""
    low, high = 3.0, spec.cm("HC2")
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if _crown_front(half, middle).length() > spec.cm("HC2") else (middle, high)
    return (low + high) / 2


def _visor(drawing: Drawing, spec: Specification, height: float, low: Path) -> None:
    """Seen from the front a visor is shortened: it points at who looks."""
    half, visor = spec.cm("HC4") / 2, spec.cm("HC3")
    is_flat = spec.feature("brim") == "flat"
    start = low.at_distance(half) or low.start
    start = complex(half, start.imag - 0.2)
    middle, bottom = height - (0.1 if is_flat else 0.7), height + (0.5 if is_flat else 0.62) * visor
    reach = bottom - start.imag
    upper = (start, start + complex(-0.3 * half, -0.35), complex(0.5 * half, middle), complex(0, middle))
    lower = (
        start,
        start + complex(0.12 * half, 0.72 * reach),
        complex(0.66 * half, bottom),
        complex(0, bottom),
    )
    right = joined([Path((upper,)).reversed(), Path((lower,))])
    drawing.shape("outline", joined([right, right.mirrored().reversed()]))
    for row in range(1, 7):
        part = row / 7.2
        between = [a + (b - a) * part for a, b in zip(upper, lower, strict=True)]
        drawing.stitch(Path.curve(*between).part(0.05, 1), both=True)
    drawing.mark(visor_edge=complex(0, bottom), visor_side=start)
    drawing.dimension("HC4", complex(-half, start.imag), start, complex(0, bottom - start.imag + 2))


def _closure(drawing: Drawing, half: float, height: float, kind: str) -> None:
    """The opening at the back with its strap; nothing where the back is closed or nobody knows."""
    if kind == "none":
        return
    gap, low = 0.5 * half, height + 0.82
    arch = Path.curve(complex(-gap, low), complex(-gap, height - 4.6), complex(gap, height - 4.6), complex(gap, low))  # fmt: skip
    drawing.shape("inside", arch + Path.line(arch.end, arch.start), fill=SHADE)
    drawing.add("outline", arch)
    drawing.stitch(arch.parallel(0.5))
    band = [complex(-gap - 0.4, height - 0.9), complex(gap + 0.4, height - 0.9), complex(gap + 0.2, low), complex(-gap - 0.2, low)]  # fmt: skip
    drawing.shape("seams", Path.line(*band, band[0]))
    if kind == "snap":
        for i in range(-3, 4):
            drawing.detail(ellipse(complex(i * gap / 3.8, height), 0.3, 0.3))
        drawing.detail(Path.line(complex(0.1 * gap, height - 0.9), complex(0.1 * gap, low)))
        return
    buckle = [complex(-0.9, height - 1.2), complex(0.9, height - 1.2), complex(0.9, low + 0.2), complex(-0.9, low + 0.2)]  # fmt: skip
    drawing.shape("details", rounded(buckle, 0.3))
    drawing.detail(Path.line(complex(0, height - 1.2), complex(0, low + 0.2)))


def _cap_side(spec: Specification) -> Drawing:
    drawing = Drawing("side", 2)
    visor = spec.cm("HC3")
    half = spec.cm("HC1") / 3.14159 / 2 * 1.12
    height = _height(spec, half)
    front, back = complex(-half, height), complex(half, height + 0.6)
    brim = complex(front.real - visor, height + (0.5 if spec.feature("brim") == "flat" else 1.3))
    rise = 0.15 if spec.feature("brim") == "flat" else 1.1
    crown = joined([
        _crown_front(half, height),
        Path.curve(0j, complex(0.62 * half, 0), complex(half + 0.6, 0.4 * height), back),
    ])  # fmt: skip
    low = Path.curve(back, complex(0.3 * half, height + 1.5), complex(-0.5 * half, height + 0.4), front)
    drawing.body(joined([crown, low]))
    for x in (-0.42, 0.36):
        seam = Path.curve(0j, complex(x * half, 0.08 * height), complex(1.25 * x * half, 0.5 * height), complex(1.2 * x * half, height + 0.55))  # fmt: skip
        drawing.seam(seam)
        for gap in (0.35, -0.35):
            drawing.stitch(seam.parallel(gap).part(0.08, 0.99))
    for at in (complex(-0.08 * half, 0.3 * height), complex(-0.62 * half, 0.34 * height), complex(0.62 * half, 0.34 * height)):  # fmt: skip
        drawing.detail(ellipse(at, 0.32, 0.32), ellipse(at, 0.6, 0.6))
    drawing.stitch(low.parallel(0.6 if low.parallel(1).start.imag < low.start.imag else -0.6))
    drawing.shape("outline", ellipse(complex(0, -0.25), 0.75, 0.4))
    root = complex(front.real + 0.62 * half, height + 0.62)
    upper = Path.curve(
        root, front + complex(0.2 * half, -0.1 - 0.6 * rise), front + complex(-0.4 * visor, -rise), brim
    )
    under = joined([
        Path.curve(brim, brim + complex(-0.25, 0.35), brim + complex(0.1, 0.75), brim + complex(0.5, 0.75)),
        Path.curve(brim + complex(0.5, 0.75), brim + complex(0.45 * visor, 0.2), front + complex(0.15 * half, 1.2), root),
    ])  # fmt: skip
    drawing.shape("outline", upper + under)
    side = -1.0 if upper.parallel(-1).at_length(4).imag > upper.at_length(4).imag else 1.0
    for row in (0.3, 0.55, 0.8):
        drawing.stitch(upper.parallel(side * row).part(0.08 + 0.3 * row, 0.97 - 0.16 * row))
    drawing.mark(band_front=front, crown_top=0j, visor_edge=brim, band_back=back)
    drawing.dimension("HC2", front, 0j, complex(-2.5, -2.0))
    drawing.lengths["HC2"] = _crown_front(half, height).length()
    drawing.dimension("HC3", front, complex(front.real - visor, front.imag), 4j)
    return drawing


def draw_beanie(spec: Specification, view: str) -> Drawing:
    """A knitted beanie, its edge turned up."""
    drawing = Drawing(view, 2)
    half, height = spec.cm("HC6") / 2, spec.cm("HC7")
    fold = 0.0 if spec.feature("hem") == "straight" else min(spec.cm("HC8"), 0.5 * height)
    level = height - fold
    right = joined([
        Path.curve(0j, complex(0.55 * half, 0), complex(0.94 * half, 0.16 * height), complex(0.96 * half, 0.5 * height)),
        Path.curve(complex(0.96 * half, 0.5 * height), complex(0.97 * half, 0.7 * height), complex(half, 0.9 * height), complex(half, height)),
        Path.line(complex(half, height), complex(0, height)),
    ])  # fmt: skip
    drawing.body(joined([right, right.mirrored().reversed()]))
    _wales(drawing, right, level if fold > 1 else height - BEANIE_HEM)
    if fold > 1:
        cuff = [
            complex(-half - 0.2, level),
            complex(half + 0.2, level),
            complex(half, height),
            complex(-half, height),
        ]
        drawing.shape("outline", Path.line(*cuff, cuff[0]))
        for number in range(-WALES + 1, WALES):
            x = number / WALES
            drawing.detail(Path.line(complex(x * (half + 0.2), level), complex(x * half, height)))
        drawing.dimension("HC8", complex(half, level), complex(half, height), 2 + 0j)
    else:
        drawing.seam(Path.line(complex(-half, height - BEANIE_HEM), complex(half, height - BEANIE_HEM)))
    if spec.feature("pompom") == "yes":
        middle = complex(0, -2.4)
        tufts = [middle + direction(turn) * (2.9 if turn % 40 else 2.5) for turn in range(0, 361, 20)]
        drawing.shape("outline", Path.through(tufts))
        for turn in range(10, 370, 30):
            start = middle + direction(turn) * (0.5 if turn % 60 == 10 else 1.2)
            drawing.detail(Path.curve(start, start + direction(turn) * 0.4, middle + direction(turn + 14) * 1.7, middle + direction(turn + 10) * 2.2))  # fmt: skip
    drawing.mark(top=0j, opening=complex(half, height), fold_edge=complex(half, level))
    drawing.dimension("HC6", complex(-half, height), complex(half, height), 2.5j)
    drawing.dimension("HC7", complex(-half, 0), complex(-half, height), -2.5 + 0j)
    return drawing


def _wales(drawing: Drawing, right: Path, level: float) -> None:
    """The ribs of a beanie from the edge up to the crown; every second one ends where the crown narrows."""
    side = Path(right.pieces[:2])
    bottom = side.at_level(level) or side.end
    for number in range(-WALES + 1, WALES):
        x = number / WALES
        scaled = Path(
            tuple((_narrow(a, x), _narrow(b, x), _narrow(c, x), _narrow(d, x)) for a, b, c, d in side.pieces)
        )
        total = scaled.length()
        start = 0.03 if number % 2 == 0 else 0.24
        points = [scaled.at_length(total * (start + (1 - start) * step / 8)) for step in range(9)]
        points = [point for point in points if point.imag < bottom.imag - 0.5]
        drawing.detail(Path.through([*points, complex(x * bottom.real, bottom.imag)]))


def _narrow(point: complex, share: float) -> complex:
    """A point of the side, that share of the way from the centre line to it."""
    return complex(point.real * share, point.imag)
