"""Pockets."""

from techpack.flats.drawing import Drawing
from techpack.flats.parts.trims import button
from techpack.flats.paths import Path, joined, unit
from techpack.flats.specification import Specification


def patch_pocket(
    drawing: Drawing, centre: complex, width: float, height: float, *, both: bool = False
) -> None:
    """A sewn-on pocket with a pointed bottom; `centre` is the middle of its opening."""
    w = width / 2
    corners = [centre - w, centre + w, centre + complex(w, height * 0.86), centre + 1j * height, centre + complex(-w, height * 0.86)]  # fmt: skip
    drawing.shape("seams", Path.line(*corners, corners[0]), both=both)
    drawing.stitch(Path.line(centre + complex(-w + 0.2, 2), centre + complex(w - 0.2, 2)), both=both)
    inside = [centre + complex(-w + 0.5, 0.2), centre + complex(-w + 0.5, height * 0.84), centre + 1j * (height - 0.6), centre + complex(w - 0.5, height * 0.84), centre + complex(w - 0.5, 0.2)]  # fmt: skip
    drawing.stitch(Path.line(*inside), both=both)


def flap_pocket(drawing: Drawing, centre: complex, width: float, height: float, *, both: bool) -> None:
    """A sewn-on pocket with a flap, as of cargo trousers; `centre` is the middle of its top."""
    w = width / 2
    bag = [centre - w, centre + w, centre + complex(w, height), centre + complex(-w, height)]
    drawing.shape("seams", Path.line(*bag, bag[0]), both=both)
    drawing.stitch(Path.line(bag[0] + 0.5, bag[3] + complex(0.5, -0.5), bag[2] - complex(0.5, 0.5), bag[1] - 0.5), both=both)  # fmt: skip
    flap = [centre - w - 0.3, centre + w + 0.3, centre + complex(w + 0.3, 0.26 * height), centre + 0.36j * height, centre + complex(-w - 0.3, 0.26 * height)]  # fmt: skip
    drawing.shape("seams", Path.line(*flap, flap[0]), both=both)
    button(drawing, centre + 0.27j * height, both=both)


def back_pocket(drawing: Drawing, at: complex, width: float, height: float, *, arcs: bool) -> None:
    """Patch pockets on the seat of trousers, with two rows of stitches; jeans have an arc on them."""
    w = width / 2
    corners = [at + complex(-w, 0.5), at + complex(w, -0.3), at + complex(w * 0.9, height * 0.8), at + complex(0, height), at + complex(-w * 0.9, height * 0.84)]  # fmt: skip
    drawing.shape("seams", Path.line(*corners, corners[0]), both=True)
    inner = [corners[0] + complex(0.4, 0), corners[4] + complex(0.4, -0.25), corners[3] - 0.45j, corners[2] + complex(-0.4, -0.25), corners[1] - 0.4]  # fmt: skip
    drawing.stitch(Path.line(*inner), both=True)
    drawing.stitch(Path.line(corners[0] + complex(0.4, 1.5), corners[1] + complex(-0.4, 1.5)), both=True)
    if arcs:
        left, right = (corners[0] + corners[4]) / 2, (corners[1] + corners[2]) / 2
        middle = at + complex(0, 0.6 * height)
        for drop in (0.0, 0.6):
            arc = joined([
                Path.curve(left + 1j * drop, left + complex(0.5 * w, 1.2 + drop), middle + complex(-0.4 * w, drop - 0.2), middle + 1j * drop),
                Path.curve(middle + 1j * drop, middle + complex(0.4 * w, drop - 0.2), right + complex(-0.5 * w, 1.2 + drop), right + 1j * drop),
            ])  # fmt: skip
            drawing.stitch(arc, both=True)


def welt_pocket(
    drawing: Drawing, start: complex, end: complex, *, height: float = 1.6, both: bool = True
) -> None:
    """A cut pocket with its welt."""
    side = unit(end - start) * -1j * height
    drawing.shape("seams", Path.line(start, end, end - side, start - side, start), both=both)
    drawing.stitch(Path.line(start + side * 0.2, end + side * 0.2), both=both)


def kangaroo_pocket(
    drawing: Drawing, spec: Specification, bottom: float, *, is_split: bool, on_rib: bool
) -> None:
    """The front pocket of a hoodie; in two halves beside a zip. Its lower edge is the seam of the rib, or
    a seam of its own."""
    w, h = spec.cm("PK1") / 2, spec.cm("PK2")
    w = min(w, 0.42 * spec.cm("HE1"))
    h = min(h, 0.4 * spec.cm("BL1"))
    top, start = bottom - h, 0.9 if is_split else 0.0
    slant = [complex(0.58 * w, top), complex(w, bottom - 0.42 * h), complex(w, bottom)]
    drawing.seam(Path.line(complex(start, top), slant[0]), Path.line(*slant), both=True)
    if not on_rib:
        drawing.seam(Path.line(slant[2], complex(start, bottom)), both=True)
    opening = Path.line(slant[0], slant[1])
    drawing.stitch(opening.parallel(-1.0), both=True)
    drawing.stitch(Path.line(complex(start, top + 0.6), slant[0] + complex(-0.3, 0.6)), both=True)
