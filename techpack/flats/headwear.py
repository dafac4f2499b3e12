"""Caps and beanies."""

from techpack.flats import trims
from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, ellipse, joined
from techpack.flats.specification import Specification


def draw_cap(spec: Specification, view: str) -> Drawing:
    """A baseball cap from the side, the front or the back."""
    return _cap_side(spec) if view == "side" else _cap_front(spec, view)


def _cap_front(spec: Specification, view: str) -> Drawing:
    drawing = Drawing(view, 2)
    visor = spec.cm("HC3")
    half = spec.cm("HC1") / 3.14159 / 2 * 1.06
    height = _height(spec, spec.cm("HC1") / 3.14159 / 2 * 1.12)
    base = complex(half, height)
    crown = joined([
        Path.curve(complex(0, 0), complex(0.62 * half, 0), complex(0.98 * half, 0.34 * height), base),
    ])  # fmt: skip
    low = Path.curve(
        base, complex(0.6 * half, height + 0.9), complex(0.3 * half, height + 1.2), complex(0, height + 1.2)
    )
    right = joined([crown, low])
    drawing.body(joined([right, right.mirrored().reversed()]))
    for x in (0.0, 0.62):
        seam = Path.curve(0j, complex(x * half * 0.8, 0.04 * height), complex(x * half, 0.5 * height), complex(x * half * 0.92, height + 1.2 * (1 - x)))  # fmt: skip
        drawing.seam(seam, both=x > 0)
        for gap in (0.35, -0.35):
            drawing.stitch(seam.parallel(gap).part(0.06, 1), both=x > 0)
    drawing.detail(ellipse(complex(0.32 * half, 0.26 * height), 0.3, 0.3), both=True)
    drawing.shape("outline", ellipse(complex(0, -0.25), 0.75, 0.4))
    if view == "front":
        _visor(drawing, spec, height, visor)
    else:
        _closure(drawing, half, height)
    drawing.mark(crown_top=0j, band_front=complex(0, height + 1.2))
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


def _visor(drawing: Drawing, spec: Specification, height: float, visor: float) -> None:
    """Seen from the front a visor is shortened: it points at who looks."""
    half = spec.cm("HC4") / 2
    start = complex(half, height + 0.6)
    seam = Path.curve(
        start, complex(0.6 * half, height + 1.4), complex(0.3 * half, height + 1.6), complex(0, height + 1.6)
    )
    low = height + 1.2 + 0.62 * visor
    edge = Path.curve(complex(0, low), complex(0.62 * half, low), complex(half + 0.9, low - 1.2), start)
    half_shape = joined([seam.reversed(), edge.reversed()])
    drawing.shape("outline", joined([half_shape, half_shape.mirrored().reversed()]))
    for row in range(1, 6):
        part = row / 6.5
        y = height + 1.6 + (low - height - 1.6) * part
        reach = half * (0.98 - 0.12 * part)
        side = complex(reach, height + 0.9 + (low - 1.4 - height - 0.9) * part)
        drawing.stitch(Path.curve(complex(0, y), complex(0.55 * reach, y), side + complex(-0.22 * reach, 0.25), side), both=True)  # fmt: skip
    drawing.mark(visor_edge=complex(0, low), visor_side=start)
    drawing.dimension("HC4", complex(-half, start.imag), start, complex(0, low - start.imag + 2))


def _closure(drawing: Drawing, half: float, height: float) -> None:
    gap = 0.52 * half
    arch = Path.curve(complex(-gap, height + 0.85), complex(-gap, height - 4.2), complex(gap, height - 4.2), complex(gap, height + 0.85))  # fmt: skip
    drawing.shape("seams", arch + Path.curve(arch.end, complex(0.3 * gap, height + 1.25), complex(-0.3 * gap, height + 1.25), arch.start))  # fmt: skip
    drawing.stitch(arch.parallel(0.5))
    band = [complex(-gap, height - 0.5), complex(gap, height - 0.5), complex(gap, height + 0.9), complex(-gap, height + 0.9)]  # fmt: skip
    drawing.shape("seams", Path.line(*band, band[0]))
    for i in range(-3, 4):
        drawing.detail(ellipse(complex(i * gap / 4.2, height + 0.2), 0.22, 0.22))


def _cap_side(spec: Specification) -> Drawing:
    drawing = Drawing("side", 2)
    visor = spec.cm("HC3")
    half = spec.cm("HC1") / 3.14159 / 2 * 1.12
    height = _height(spec, half)
    front, back = complex(-half, height), complex(half, height + 0.6)
    brim = complex(front.real - visor, height + 1.3)
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
    drawing.detail(ellipse(complex(-0.12 * half, 0.3 * height), 0.3, 0.3), ellipse(complex(-0.72 * half, 0.36 * height), 0.3, 0.3))  # fmt: skip
    drawing.stitch(low.parallel(0.6 if low.parallel(1).start.imag < low.start.imag else -0.6))
    drawing.shape("outline", ellipse(complex(0, -0.25), 0.75, 0.4))
    upper = Path.curve(complex(front.real + 0.62 * half, height + 0.62), front + complex(0, -0.5), front + complex(-0.55 * visor, -0.6), brim)  # fmt: skip
    under = Path.curve(brim, brim + complex(0.3 * visor, 0.5), front + complex(0.1 * half, 1.5), upper.start)
    drawing.shape("outline", upper + under)
    drawing.stitch(upper.parallel(-0.4).part(0.05, 0.9), upper.parallel(-0.8).part(0.12, 0.82))
    drawing.mark(band_front=front, crown_top=0j, visor_edge=brim, band_back=back)
    drawing.dimension("HC2", front, 0j, complex(-2.5, -2.0))
    drawing.lengths["HC2"] = _crown_front(half, height).length()
    drawing.dimension("HC3", front, complex(front.real - visor, front.imag), 4j)
    return drawing


def draw_beanie(spec: Specification, view: str) -> Drawing:
    """A knitted beanie, its edge turned up."""
    drawing = Drawing(view, 2)
    half, height = spec.cm("HC6") / 2, spec.cm("HC7")
    fold = min(spec.cm("HC8"), 0.5 * height)
    level = height - fold
    right = joined([
        Path.curve(0j, complex(0.55 * half, 0), complex(0.94 * half, 0.16 * height), complex(0.96 * half, 0.5 * height)),
        Path.curve(complex(0.96 * half, 0.5 * height), complex(0.97 * half, 0.7 * height), complex(half, 0.9 * height), complex(half, height)),
        Path.line(complex(half, height), complex(0, height)),
    ])  # fmt: skip
    drawing.body(joined([right, right.mirrored().reversed()]))
    for i in range(-5, 6):
        x = i / 6
        wale = Path.curve(complex(x * 0.12 * half, 0.03 * height), complex(x * 0.8 * half, 0.1 * height + 0.1 * height * abs(x)), complex(x * 0.98 * half, 0.4 * height), complex(x * 0.97 * half, level))  # fmt: skip
        drawing.detail(wale)
    if fold > 1:
        cuff = [
            complex(-half - 0.2, level),
            complex(half + 0.2, level),
            complex(half, height),
            complex(-half, height),
        ]
        drawing.shape("outline", Path.line(*cuff, cuff[0]))
        trims.ribs(drawing, Path.line(complex(half, level), complex(0, level)), Path.line(complex(half, height), complex(0, height)), 0.9)  # fmt: skip
        drawing.detail(Path.line(complex(0, level), complex(0, height)))
        drawing.dimension("HC8", complex(half, level), complex(half, height), 2 + 0j)
    if spec.feature("pompom") == "yes":
        drawing.shape("outline", ellipse(complex(0, -2.4), 2.8, 2.6))
    drawing.mark(top=0j, opening=complex(half, height), fold_edge=complex(half, level))
    drawing.dimension("HC6", complex(-half, height), complex(half, height), 2.5j)
    drawing.dimension("HC7", complex(-half, 0), complex(-half, height), -2.5 + 0j)
    return drawing
