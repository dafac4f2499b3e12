"""Totes and backpacks."""

from techpack.flats import trims
from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, joined, rounded
from techpack.flats.specification import Specification


def draw_tote(spec: Specification, view: str) -> Drawing:
    """A tote with two handles; base at the bottom, top edge at y = 0."""
    drawing = Drawing(view, 5)
    base, opening, height = spec.cm("BW1") / 2, spec.cm("BW2") / 2, spec.cm("BH1")
    handle_at, drop, strap = 0.45 * opening, spec.cm("BN1"), 2.6
    arch = _handle(handle_at, drop, strap)
    drawing.shape("outline", arch.shifted(complex(0, 1.2)).parallel(0), fill="#fff")
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
        depth = spec.cm("BD1") / 2
        drawing.seam(Path.line(complex(base - 0.2, height - depth), complex(base - depth, height - depth), complex(base - depth, height)), both=True)  # fmt: skip
    if spec.feature("pockets") == "patch" and view == "front":
        trims.patch_pocket(drawing, complex(0, 0.35 * height), 0.9 * base, 0.45 * height)
    drawing.mark(bag_base=complex(0, height), bag_side_bottom=complex(base, height), bag_side_top=complex(opening, 0), bag_top=0j, handle_top=complex(0, -drop))  # fmt: skip
    drawing.dimension("BW1", complex(-base, height), complex(base, height), 4j)
    drawing.dimension("BW2", complex(-opening, 0), complex(opening, 0))
    drawing.dimension("BH1", complex(max(base, opening), 0), complex(max(base, opening), height), 4 + 0j)
    drawing.dimension("BN1", 0j, complex(0, -drop))
    return drawing


def _handle_line(foot: float, drop: float, strap: float, inset: float) -> Path:
    """A line along the handle, from foot to foot; `inset` from its inner edge."""
    x, top = foot + inset, -(drop + inset)
    side = Path.curve(
        complex(x, 0), complex(x, -0.62 * drop - inset), complex(0.62 * x, top), complex(0, top)
    )
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
        _shoulder_straps(drawing, half, height)
    else:
        drawing.body(outline)
        zipper = _pack(half - 2.2, height, 2.2).part(0.10, 0.90)
        drawing.seam(zipper, zipper.parallel(0.5))
        drawing.stitch(zipper.parallel(-0.8))
        _front_pocket(drawing, spec, half, height)
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


def _front_pocket(drawing: Drawing, spec: Specification, half: float, height: float) -> None:
    width, tall = min(spec.cm("PK1") / 2, 0.85 * half), min(spec.cm("PK2"), 0.55 * height)
    low = height - 2.5
    corners = [
        complex(-width, low - tall),
        complex(width, low - tall),
        complex(width, low),
        complex(-width, low),
    ]
    drawing.shape("seams", rounded(corners, 2.2))
    line = low - 0.78 * tall
    trims.zip_line(drawing, complex(-0.86 * width, line), complex(0.86 * width, line), stitches=False)
    drawing.dimension("PK1", complex(-width, low - tall - 1), complex(width, low - tall - 1))


def _shoulder_straps(drawing: Drawing, half: float, height: float) -> None:
    panel = [complex(-0.62 * half, 0.16 * height), complex(0.62 * half, 0.16 * height), complex(0.62 * half, 0.9 * height), complex(-0.62 * half, 0.9 * height)]  # fmt: skip
    drawing.stitch(rounded(panel, 3))
    inner = Path.curve(complex(0.12 * half, 0.1 * height), complex(0.1 * half, 0.4 * height), complex(0.55 * half, 0.55 * height), complex(0.68 * half, 0.76 * height))  # fmt: skip
    outer = Path.curve(complex(0.88 * half, 0.74 * height), complex(0.8 * half, 0.5 * height), complex(0.52 * half, 0.34 * height), complex(0.5 * half, 0.1 * height))  # fmt: skip
    strap = joined([inner, Path.line(inner.end, outer.start), outer, Path.line(outer.end, inner.start)])
    drawing.shape("outline", strap, both=True)
    drawing.stitch(inner.parallel(-0.5).part(0.03, 0.97), both=True)
    foot = complex(0.78 * half, 0.75 * height)
    for x in (-0.9, 0.9):
        drawing.detail(Path.line(foot + x, complex(0.93 * half + x * 0.6, 0.95 * height)), both=True)
    top = Path.line(complex(-0.56 * half, 0.1 * height), complex(0.56 * half, 0.1 * height))
    drawing.seam(top)
