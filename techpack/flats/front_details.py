"""What lies on the front of a garment: closures, pockets and lapels."""

from techpack.flats.drawing import Drawing
from techpack.flats.garments import Garment
from techpack.flats.parts import collars, pockets, trims
from techpack.flats.paths import Path
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame


def break_point(garment: Garment) -> float:
    """Where lapels begin to roll, in cm below HPS."""
    return min(0.42 * garment.spec.cm("BL1"), 34.0) if garment.spec.cm("BL1") < 85 else 30.0


def draw_front(
    drawing: Drawing, garment: Garment, body: Frame, start: float, neck: Path | None
) -> None:  # fmt: skip
    """Closure and pockets. `start` is where the front begins in the centre, in cm below HPS; `neck` is the
    edge of its neckline, where it has one."""
    spec = garment.spec
    bottom = body.hem_centre.imag
    if garment.neck == "lapel":
        start = break_point(garment)
        edge = -collars.LAP if spec.is_mens else collars.LAP
        drawing.seam(Path.line(complex(edge, start), complex(edge, bottom)))
        if garment.closure == "buttons":
            count = int(spec.feature("buttons") or 0) or 3
            trims.buttons(drawing, start + 1.0, min(start + 26, bottom - 12), 0, count, holes=1 if spec.is_mens else -1)  # fmt: skip
        elif garment.closure == "full zip":
            trims.zip_line(drawing, complex(0, start), complex(0, bottom))
    elif garment.closure == "open":
        drawing.seam(Path.line(complex(0, start), complex(0, bottom)))
    elif garment.closure == "buttons":
        width = spec.cm("PL2")
        beside = neck.at_distance(width / 2) if neck else None
        trims.button_placket(
            drawing,
            start,
            bottom,
            width,
            spec.cm("BU1"),
            count=int(spec.feature("buttons") or 0),
            mens=spec.is_mens,
            beside=beside.imag if beside else start,
            is_band=spec.product_type == "sweater",
        )
    elif garment.closure in ("full zip", "half zip"):
        end = (
            bottom
            if garment.closure == "full zip"
            else start + min(spec.measures.get("ZI1", 22), 0.5 * bottom)
        )
        trims.zip_line(drawing, complex(0, start), complex(0, end))
    elif garment.closure == "placket":
        _placket(drawing, spec, start)
    _pockets(drawing, garment, body)


def _placket(drawing: Drawing, spec: Specification, start: float) -> None:
    length, half = min(spec.cm("PL1"), 0.45 * spec.cm("BL1")), spec.cm("PL2") / 2
    end = spec.cm("NK2") + length
    box = [complex(-half, start), complex(-half, end), complex(half, end), complex(half, start)]
    drawing.seam(Path.line(*box))
    drawing.stitch(Path.line(complex(-half + 0.4, end - 1.2), complex(half - 0.4, end - 1.2)))
    trims.buttons(drawing, start + 1.5, end - 3.0, 0, int(spec.feature("buttons") or 0) or 3)
    drawing.dimension("PL1", complex(half + 1, spec.cm("NK2")), complex(half + 1, end))


def _pockets(drawing: Drawing, garment: Garment, body: Frame) -> None:
    spec, bottom = garment.spec, body.hem_side.imag
    if garment.pockets == "patch" and spec.product_type in ("jacket", "coat"):
        width = min(spec.cm("PK1"), 0.3 * spec.cm("HE1"))
        height = min(1.15 * width, 0.3 * spec.cm("BL1"))
        level = min(bottom - height - 4, body.underarm.imag + 0.5 * (bottom - body.underarm.imag))
        pockets.flap_pocket(drawing, complex(0.27 * spec.cm("HE1"), level), width, height, both=True)
    elif garment.pockets == "patch":
        width, height = min(spec.cm("PK1"), 0.3 * spec.cm("CH1")), min(spec.cm("PK2"), 0.25 * spec.cm("BL1"))
        top = spec.measures.get("PK3") or 0.95 * body.underarm.imag - 3
        pockets.patch_pocket(drawing, complex(0.27 * spec.cm("CH1"), top), width, height)
    elif garment.pockets == "welt":
        size = min(spec.cm("PK1"), 0.4 * spec.cm("HE1"))
        low = complex(0.34 * spec.cm("HE1"), body.underarm.imag + 0.62 * (bottom - body.underarm.imag))
        pockets.welt_pocket(
            drawing, low - complex(0.12 * size, size * 0.8), low + complex(0.1 * size, 0.15 * size)
        )
    elif garment.pockets == "kangaroo":
        low = bottom - (min(spec.cm("HM1"), 0.2 * spec.cm("BL1")) if garment.hem == "rib" else 3)
        pockets.kangaroo_pocket(
            drawing, spec, low, is_split=garment.closure == "full zip", on_rib=garment.hem == "rib"
        )
