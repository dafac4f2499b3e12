"""Totes and backpacks."""

from techpack.flats.drawing import Drawing
from techpack.flats.parts import pockets, trims
from techpack.flats.paths import Path, joined, rounded, unit
from techpack.flats.specification import Specification

STRAPS = {"thin": 1.4, "medium": 2.6, "wide": 4.5}  # cm


def draw_tote(spec: Specification, view: str) -> Drawing:
    """A tote with two handles; base at the bottom, top edge at y = 0."""
    drawing = Drawing(view, 5)
    base, opening, height = spec.cm("BW1") / 2, spec.cm("BW2") / 2, spec.cm("BH1")
    handle_at, drop, strap = 0.45 * opening, spec.cm("BN1"), STRAPS.get(spec.feature("strap"), 2.6)
    arch = _handle(handle_at, drop, strap)
    drawing.shape("outline", arch.shifted(1.4j))
    if spec.feature("closure") == "full zip":
        trims.zip_line(drawing, complex(-0.96 * opening, -0.4), complex(0.96 * opening, -0.4), stitches=False)
    corner = min(1.2, 0.1 * height)
    right = joined([
        Path.line(complex(0, 0), complex(opening, 0)), Path.line(complex(opening, 0), complex(base, height - corner)),
        Path.curve(complex(base, height - corner), complex(base, height - 0.3), complex(base - 0.3, height), complex(base - corner, height)),
        Path.line(complex(base - corner, height), complex(0, height)),
    ])  # fmt: skip
    drawing.body(joined([right, right.mirrored().reversed()]))
    hem = 3.0
    inside = opening + (base - opening) * hem / height
    drawing.stitch(Path.line(complex(inside, hem), complex(-inside, hem)), Path.line(complex(inside, hem - 0.6), complex(-inside, hem - 0.6)))  # fmt: skip
    _handle_feet(drawing, handle_at, strap, min(5.0, 0.2 * height))
    drawing.shape("outline", arch)
    drawing.stitch(
        _handle_line(handle_at, drop, strap, 0.3), _handle_line(handle_at, drop, strap, strap - 0.3)
    )
    if spec.measures.get("BD1", 0) > 2:
        depth = min(spec.cm("BD1") / 2, 0.4 * height, 0.4 * base)
        side = base + (opening - base) * depth / height
        drawing.seam(Path.line(complex(side, height - depth), complex(base - depth, height - depth), complex(base - depth, height)), both=True)  # fmt: skip
    if spec.feature("pockets") == "patch" and view == "front":
        pockets.patch_pocket(drawing, complex(0, 0.35 * height), 0.9 * base, 0.45 * height)
    drawing.mark(bag_base=complex(0, height), bag_side_bottom=complex(base, height), bag_side_top=complex(opening, 0), bag_top=0j, handle_top=complex(0, -drop))  # fmt: skip
    drawing.dimension("BW1", complex(-base, height), complex(base, height), 4j)
    drawing.dimension("BW2", complex(-opening, 0), complex(opening, 0))
    drawing.dimension("BH1", complex(max(base, opening), 0), complex(max(base, opening), height), 4 + 0j)
    drawing.dimension("BN1", 0j, complex(0, -drop))
    return drawing


def _handle_line(foot: float, drop: float, strap: float, inset: float) -> Path:
    """A line along the handle, from foot to foot; `inset` from its inner edge."""
    x, top = foot + inset, -(drop + inset)
    side = Path.curve(complex(x, 0), complex(x, 0.78 * top), complex(0.7 * x, top), complex(0, top))
    return joined([side.mirrored(), side.reversed()])


def _handle(foot: float, drop: float, strap: float) -> Path:
    inner, outer = _handle_line(foot, drop, strap, 0.0), _handle_line(foot, drop, strap, strap)
    return joined(
        [inner, Path.line(inner.end, outer.end), outer.reversed(), Path.line(outer.start, inner.start)]
    )


def _handle_feet(drawing: Drawing, foot: float, strap: float, depth: float) -> None:
    box = Path.line(complex(foot, 0), complex(foot + strap, 0), complex(foot + strap, depth), complex(foot, depth), complex(foot, 0))  # fmt: skip
    drawing.shape("seams", box, both=True)
    a, b = foot + 0.4, foot + strap - 0.4
    low, high = complex(a, depth - 0.4), complex(b, depth - 3.2)
    square = Path.line(low, complex(b, depth - 0.4), high, complex(a, depth - 3.2), low)
    drawing.stitch(
        square, Path.line(low, high), Path.line(complex(a, high.imag), complex(b, low.imag)), both=True
    )


def draw_backpack(spec: Specification, view: str) -> Drawing:
    """A backpack, upright, with its front pocket or its straps."""
    drawing = Drawing(view, 5)
    half, height = spec.cm("BW1") / 2, spec.cm("BH1")
    _grab_handle(drawing, half)
    outline = _pack(half, height, 0.0)
    if view == "back":
        drawing.body(outline)
        _shoulder_straps(drawing, half, height, STRAPS.get(spec.feature("strap"), 2.6) / 2.6)
    else:
        drawing.body(outline)
        if spec.feature("closure", "full zip") == "full zip":
            _main_zip(drawing, half, height)
        if spec.feature("pockets") == "patch" or spec.has("PK1"):
            _front_pocket(drawing, spec, half, height)
        if spec.feature("closure") == "flap":
            _flap(drawing, half, height)
    drawing.mark(bag_base=complex(0, height), bag_top=0j, bag_side_bottom=complex(half, height))
    drawing.dimension("BW1", complex(-half, height), complex(half, height), 4j)
    drawing.dimension("BH1", complex(half, 0), complex(half, height), 4 + 0j)
    return drawing


def _pack(half: float, height: float, top: float) -> Path:
    """A tall shape with round shoulders, from the middle of its base round to it again."""
    shoulder, corner = 0.62 * half, min(3.0, 0.2 * half)
    right = joined([
        Path.line(complex(0, height), complex(half - corner, height)),
        Path.curve(complex(half - corner, height), complex(half - 0.4 * corner, height), complex(half, height - 0.4 * corner), complex(half, height - corner)),
        Path.line(complex(half, height - corner), complex(half, top + 1.15 * shoulder)),
        Path.curve(complex(half, top + 1.15 * shoulder), complex(half, top + 0.4 * shoulder), complex(half - 0.45 * shoulder, top), complex(half - shoulder, top)),
        Path.line(complex(half - shoulder, top), complex(0, top)),
    ])  # fmt: skip
    return joined([right, right.mirrored().reversed()])


def _grab_handle(drawing: Drawing, half: float) -> None:
    outer = Path.curve(complex(-3.6, 0), complex(-3.4, -4.6), complex(3.4, -4.6), complex(3.6, 0))
    inner = Path.curve(complex(2.2, 0), complex(2.0, -2.6), complex(-2.0, -2.6), complex(-2.2, 0))
    drawing.shape("outline", joined([outer, Path.line(outer.end, inner.start), inner, Path.line(inner.end, outer.start)]))  # fmt: skip


def _flap(drawing: Drawing, half: float, height: float) -> None:
    """The lid of a backpack with its two straps and buckles."""
    low = 0.46 * height
    upper = [point for point in _pack(half, height, 0.0).points(12) if point.imag < 0.3 * height]
    right = [point for point in upper if point.real >= 0]
    start = complex(half, 0.3 * height)
    lid = joined([
        Path.through([start, *right[:: max(1, len(right) // 8)], 0j]).reversed(),
        Path.curve(start, complex(half, low), complex(0.8 * half, low), complex(0.6 * half, low)),
        Path.line(complex(0.6 * half, low), complex(0, low)),
    ])  # fmt: skip
    drawing.shape("outline", joined([lid, lid.mirrored().reversed()]))
    for inset in (0.5, 1.1):
        drawing.stitch(Path.line(complex(0.6 * half, low - inset), complex(0, low - inset)), both=True)
    x = 0.45 * half
    drawing.shape("seams", rounded([complex(x - 1.2, 0.3 * low), complex(x + 1.2, 0.3 * low), complex(x + 1.2, low + 6), complex(x - 1.2, low + 6)], 0.6), both=True)  # fmt: skip
    drawing.shape("details", rounded([complex(x - 1.7, low + 1), complex(x + 1.7, low + 1), complex(x + 1.7, low + 3.4), complex(x - 1.7, low + 3.4)], 0.3), both=True)  # fmt: skip
    drawing.detail(Path.line(complex(x, low + 1), complex(x, low + 3.4)), both=True)


def _main_zip(drawing: Drawing, half: float, height: float) -> None:
    """The zip around the front panel with its two pullers, and the seams of the side pockets."""
    inset, low = 2.2, 0.86 * height
    panel = _pack(half - inset, height, inset)
    right = [point for point in panel.points(12) if point.real > 0.01 and point.imag < low]
    line = Path.through([complex(half - inset, low), *right[:: max(1, len(right) // 10)], complex(0, inset)])
    zipper = joined([line, line.mirrored().reversed()])
    other = zipper.parallel(0.5)
    drawing.seam(zipper, other)
    drawing.seam(Path.line(zipper.start, other.start), Path.line(zipper.end, other.end))
    drawing.stitch(zipper.parallel(-0.7))
    for at, beside in zip(zipper.spaced(70), other.spaced(70), strict=False):
        drawing.detail(Path.line(at, beside))
    for x in (-1.4, 0.4):
        drawing.shape("details", rounded([complex(x, inset), complex(x + 0.8, inset), complex(x + 0.7, inset + 3), complex(x + 0.1, inset + 3)], 0.25))  # fmt: skip
    side = complex(half, 0.62 * height)
    drawing.seam(Path.curve(side, side + complex(-0.8, 0.5), complex(half - inset + 0.2, 0.62 * height + 1.6), complex(half - inset, 0.62 * height + 2.2)), both=True)  # fmt: skip


def _front_pocket(drawing: Drawing, spec: Specification, half: float, height: float) -> None:
    width, tall = (
        min(spec.cm("PK1") / 2, (0.93 if spec.has("PK1") else 0.72) * half),
        min(spec.cm("PK2"), 0.55 * height),
    )
    low = height - 2.5
    corners = [
        complex(-width, low - tall),
        complex(width, low - tall),
        complex(width, low),
        complex(-width, low),
    ]
    drawing.shape("seams", rounded(corners, 2.2))
    drawing.stitch(rounded([corner + complex(0.5 if corner.real < 0 else -0.5, 0.5 if corner.imag < low else -0.5) for corner in corners], 1.9))  # fmt: skip
    line = low - 0.78 * tall
    trims.zip_line(drawing, complex(-0.86 * width, line), complex(0.86 * width, line), stitches=False)
    drawing.stitch(Path.line(complex(-0.86 * width, line + 0.9), complex(0.86 * width, line + 0.9)))
    drawing.dimension("PK1", complex(-width, low - tall - 1), complex(width, low - tall - 1))


def _shoulder_straps(drawing: Drawing, half: float, height: float, wide: float) -> None:
    """Padded straps with their webbing and buckles; `wide` is their width over the usual one."""
    panel = [complex(-0.62 * half, 0.16 * height), complex(0.62 * half, 0.16 * height), complex(0.62 * half, 0.9 * height), complex(-0.62 * half, 0.9 * height)]  # fmt: skip
    drawing.stitch(rounded(panel, 3))
    spread = min(0.19 * half * (wide - 1), 0.1 * half)
    inner = Path.curve(complex(0.12 * half, 0.1 * height), complex(0.1 * half - spread, 0.4 * height), complex(0.55 * half - spread, 0.55 * height), complex(0.68 * half - spread, 0.76 * height))  # fmt: skip
    outer = Path.curve(complex(0.88 * half + spread, 0.74 * height), complex(0.8 * half + spread, 0.5 * height), complex(0.52 * half + spread, 0.34 * height), complex(0.5 * half, 0.1 * height))  # fmt: skip
    strap = joined([inner, Path.line(inner.end, outer.start), outer, Path.line(outer.end, inner.start)])
    foot, low = (inner.end + outer.start) / 2, complex(0.9 * half, 0.95 * height)
    side = unit(low - foot) * 1j * 0.8
    web = Path.line(foot - side, low - side, low + side, foot + side, foot - side)
    drawing.shape("details", web, both=True)
    drawing.shape("outline", strap, both=True)
    drawing.stitch(inner.parallel(0.5).part(0.02, 0.98), outer.parallel(0.5).part(0.02, 0.98), both=True)
    buckle = foot + unit(low - foot) * 2.2
    drawing.shape("details", Path.line(buckle - 1.4 * side, buckle + 1.4 * side, buckle + 1.4 * side + unit(low - foot) * 1.6, buckle - 1.4 * side + unit(low - foot) * 1.6, buckle - 1.4 * side), both=True)  # fmt: skip
    top = Path.line(complex(-0.5 * half, 0.1 * height), complex(0.5 * half, 0.1 * height))
    drawing.seam(top, top.shifted(0.8j))
