"""Trainers and boots, seen from the outer side with the toe on the left."""

from dataclasses import dataclass

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.paths import Path, direction, dot, ellipse, joined, unit
from techpack.flats.specification import Specification

HEELS = {"flat": 2.0, "block": 4.5, "high": 8.0}  # cm
STAY = 2.1  # cm: width of the eyestay beside the instep
LACE = 0.28  # cm: half the width of a lace


@dataclass(frozen=True)
class Shoe:
    """The lines of a shoe: ground at y = 0, the end of the heel at x = 0, the toe at negative x."""

    length: float
    shaft: float  # from the ground to the top line at the back
    opening: float
    front: float  # thickness of the sole
    heel: float
    feather: Path  # where upper and sole meet, from toe to heel
    back: complex  # the ends of the top line
    throat: complex
    vamp: complex  # where the instep ends and the toe begins
    instep: Path  # from the throat down to the vamp
    is_boot: bool

    @classmethod
    def of(cls, spec: Specification) -> "Shoe":
        length, shaft = spec.cm("FO1"), spec.cm("FO4")
        is_boot = spec.product_type == "boot"
        opening = min(spec.cm("FO5"), 0.5 * length)
        heel = spec.cm("FO3") if spec.has("FO3") else HEELS.get(spec.feature("heel"), spec.cm("FO3"))
        heel = min(heel, 0.4 * length, 0.6 * shaft)
        front = min(spec.cm("FO6"), max(0.8, heel))
        feather = _feather(length, front, heel, is_boot=is_boot)
        back = complex(-0.025 * length, -shaft)
        rise = 0.0 if is_boot else min(0.09 * length, 0.16 * shaft)
        throat = back - complex(opening, rise + 0.3)
        vamp = complex(-0.7 * length, -front - 0.17 * length)
        instep = _instep(throat, vamp, length, is_boot=is_boot or shaft > HIGH * length)
        return cls(length, shaft, opening, front, heel, feather, back, throat, vamp, instep, is_boot)

    @property
    def top_line(self) -> Path:
        """From the back to the throat."""
        dip = 0.6 if self.is_boot else min(1.9, 0.2 * self.shaft)
        return Path.curve(
            self.back, self.back + complex(-0.2 * self.opening, 1.25 * dip), self.throat + complex(0.38 * self.opening, 1.1 * dip), self.throat
        )  # fmt: skip

    @property
    def nose(self) -> Path:
        """The front of the toe, from the vamp to the feather line."""
        toe = self.feather.start
        way = unit(self.vamp - self.instep.pieces[-1][2])
        return Path.curve(
            self.vamp, self.vamp + way * 0.13 * self.length, toe + complex(-0.005 * self.length, -0.125 * self.length), toe
        )  # fmt: skip

    @property
    def upper(self) -> Path:
        """Everything above the sole, closed."""
        heel = self.feather.end
        rise = abs(self.back.imag - heel.imag)
        bulge = Path.curve(heel, heel + complex(0.35, -0.3 * rise), self.back + complex(0.35, 0.42 * rise), self.back)  # fmt: skip
        return joined([self.feather, bulge, self.top_line, self.instep, self.nose])

    def on_feather(self, share: float) -> complex:
        """The point of the feather line at a share of the length from the heel."""
        return self.feather.at_distance(-share * self.length) or self.feather.start

    def beside_instep(self, inset: float) -> Path:
        """A line beside the instep, inside the shoe (negative: outside)."""
        line = self.instep.parallel(1.0)
        inward = 1.0 if dot(line.at_length(1.0) - self.instep.at_length(1.0), complex(1, 1)) > 0 else -1.0
        return self.instep.parallel(inward * inset)


HIGH = 0.42  # share of its length above which a shoe reaches over the ankle


def _feather(length: float, front: float, heel: float, *, is_boot: bool) -> Path:
    lift = 0.1 if is_boot else 0.45  # a trainer stands in its sole as in a cup
    return Path.through([
        complex(-0.978 * length, -front - 0.75 - lift), complex(-0.9 * length, -front - 0.2 - 0.4 * lift),
        complex(-0.68 * length, -front), complex(-0.4 * length, -0.45 * front - 0.55 * heel),
        complex(-0.14 * length, -heel), complex(-0.008 * length, -heel - 0.3 - lift),
    ])  # fmt: skip


def _instep(throat: complex, vamp: complex, length: float, *, is_boot: bool) -> Path:
    if not is_boot:
        span = vamp - throat
        return Path.curve(throat, throat + span * 0.34 + complex(0, -0.01 * length), vamp - span * 0.3 + complex(0, 0.025 * length), vamp)  # fmt: skip
    bend = complex(min(throat.real - 0.9, -0.5 * length), vamp.imag - 0.15 * length)
    rise = abs(bend.imag - throat.imag)
    turn = direction(118)
    return joined([
        Path.curve(throat, throat + complex(-0.1, 0.45 * rise), bend - turn * 0.4 * rise, bend),
        Path.curve(bend, bend + turn * 0.07 * length, vamp + complex(0.09 * length, -0.035 * length), vamp),
    ])  # fmt: skip


def draw_shoe(spec: Specification, view: str) -> Drawing:
    """The outer side of a shoe."""
    drawing = Drawing("side", 2 if spec.cm("FO4") < 30 else 5)
    shoe = Shoe.of(spec)
    lacing = spec.feature("lacing", "none" if shoe.is_boot else "laces")
    if lacing in ("laces", "straps"):
        _tongue(drawing, shoe)
    _lining(drawing, shoe)
    drawing.body(shoe.upper)
    _heel_counter(drawing, shoe)
    if lacing == "laces":
        _laces(drawing, shoe)
    elif lacing == "straps":
        _straps(drawing, shoe)
    elif lacing == "zip":
        _zip(drawing, shoe)
    elif spec.feature("lacing") == "none":
        _gore(drawing, shoe)
    if not shoe.is_boot:
        _mudguard(drawing, shoe)
    if shoe.is_boot or lacing != "none":
        _collar(drawing, shoe)
    _draw_sole(drawing, spec, shoe)
    drawing.mark(
        toe_tip=complex(-shoe.length, -0.9), heel_back=-1j, ground_heel=0j, top_line_back=shoe.back,
        top_line_front=shoe.throat, throat=shoe.instep.end,
    )  # fmt: skip
    drawing.dimension("FO1", complex(-shoe.length, 0), 0j, 3j)
    drawing.dimension("FO4", 0j, complex(0, -shoe.shaft), 3 + 0j)
    drawing.dimension("FO5", shoe.back - shoe.opening, shoe.back, -3j)
    return drawing


def _lining(drawing: Drawing, shoe: Shoe) -> None:
    """The inner side of the shoe, above its top line."""
    line = shoe.top_line
    far = Path.curve(shoe.back, shoe.back + complex(-0.3 * shoe.opening, 0.1), shoe.throat + complex(0.4 * shoe.opening, 0.35), shoe.throat)  # fmt: skip
    drawing.shape("inside", joined([line, far.reversed()]), fill=SHADE)


def _tongue(drawing: Drawing, shoe: Shoe) -> None:
    """The tongue behind the instep: beside it, and higher than the throat."""
    edge = shoe.beside_instep(-0.55)
    up = unit(shoe.instep.start - shoe.instep.at_length(2.0))
    out = unit(edge.start - shoe.instep.start)
    tip = edge.start + up * 1.7 + out * 0.25
    back = shoe.top_line.at_length(shoe.top_line.length() - 2.4)
    top = Path.curve(tip, tip + up * 0.8 - out * 0.5, tip - out * 2.0 + up * 0.6, tip - out * 2.3 - up * 0.3)
    front = Path.curve(edge.start, edge.start + up * 0.6, tip - up * 0.7, tip)
    low, edge = shoe.instep.end, edge.part(0.0, 0.8)
    way = unit(edge.pieces[-1][3] - edge.pieces[-1][2])
    foot = Path.curve(low, low - way * 0.06 * shoe.length, edge.end + way * 0.06 * shoe.length, edge.end)
    behind = Path.line(top.end, back, shoe.throat) + shoe.instep
    drawing.shape("outline", joined([foot, edge.reversed(), front, top, behind]))
    drawing.stitch(top.shifted(-up * 0.6).part(0.05, 0.9))


def _laces(drawing: Drawing, shoe: Shoe) -> None:
    """Eyestay, eyelets, and laces that run from each eyelet over the tongue."""
    inner = shoe.beside_instep(STAY)
    top = shoe.top_line.at_length(shoe.top_line.length() - STAY)
    stay = Path.through([top, *(inner.at_length(inner.length() * share) for share in (0.3, 0.6, 0.86))])
    low = shoe.instep.at_length(0.985 * shoe.instep.length())
    way = unit(stay.end - stay.pieces[-1][2])
    stay = stay + Path.curve(stay.end, stay.end + way * 0.09 * shoe.length, low + complex(-0.1, 0.09 * shoe.length), low)  # fmt: skip
    drawing.seam(stay)
    drawing.stitch(stay.shifted(complex(0.3, 0.3)).part(0.05, 0.72))
    quarter = stay.at_length(0.66 * stay.length())
    foot = shoe.on_feather(0.5)
    line = Path.curve(quarter, quarter + complex(0.03 * shoe.length, 0.05 * shoe.length), foot + complex(0.02 * shoe.length, -0.06 * shoe.length), foot)  # fmt: skip
    drawing.seam(line)
    drawing.stitch(line.parallel(0.4).part(0.05, 0.95))
    total = shoe.instep.length()
    count = max(5, min(9, int(total / (2.3 if shoe.is_boot else 1.7))))
    for number in range(count):
        at = total * (0.06 + 0.78 * number / (count - 1))
        on = shoe.instep.at_length(at)
        way = unit(shoe.instep.at_length(at + 0.2) - shoe.instep.at_length(at - 0.2))
        out = unit(shoe.beside_instep(-1.0).at_length(at) - on)
        eyelet, over = on - out * 1.05, on + out * 0.62 - way * 0.35
        half = unit(over - eyelet) * 1j * LACE
        drawing.shape("details", ellipse(eyelet, 0.4, 0.4))
        round_end = Path.curve(over - half, over - half + out * 0.35, over + half + out * 0.35, over + half)
        lace = joined(
            [Path.line(eyelet - half, over - half), round_end, Path.line(over + half, eyelet + half)]
        )
        drawing.shape("details", lace)


def _straps(drawing: Drawing, shoe: Shoe) -> None:
    """Two straps with hook and loop over the instep."""
    total = shoe.instep.length()
    for share in (0.24, 0.68):
        a, b = (shoe.instep.at_length(total * part) for part in (share - 0.14, share + 0.14))
        out = unit(a - b) * 1j
        out = out if out.imag < 0 else -out
        reach = 0.16 * shoe.length
        a, b = a + out * 0.6, b + out * 0.6
        end, other = a - out * reach, b - out * reach
        strap = joined([Path.line(a, end), Path.curve(end, end - out * 1.1, other - out * 1.1, other), Path.line(other, b, a)])  # fmt: skip
        drawing.shape("seams", strap)
        inset = unit(b - a) * 0.35
        drawing.stitch(joined([Path.line(a + inset, end + inset), Path.curve(end + inset, end + inset - out * 0.7, other - inset - out * 0.7, other - inset), Path.line(other - inset, b - inset)]))  # fmt: skip


def _zip(drawing: Drawing, shoe: Shoe) -> None:
    """A zip down the side."""
    top = shoe.top_line.at_length(0.45 * shoe.top_line.length())
    foot = shoe.on_feather(0.34)
    low = top + (foot - top) * 0.9
    side = unit(low - top) * 1j
    for x in (0.3, -0.3):
        drawing.seam(Path.line(top + side * x, low + side * x))
        drawing.stitch(Path.line(top + side * 3 * x, low + side * 3 * x))
    drawing.seam(Path.line(low - side * 0.3, low + side * 0.3))
    for number in range(1, int(abs(low - top) / 0.6)):
        at = top + unit(low - top) * 0.6 * number
        drawing.detail(Path.line(at - side * 0.3, at + side * 0.3))


def _gore(drawing: Drawing, shoe: Shoe) -> None:
    """An elastic gusset beside the throat, for shoes without any fastening."""
    line = shoe.top_line
    a, b = line.at_length(0.5 * line.length()), line.at_length(0.84 * line.length())
    deep = 0.62 * (shoe.shaft - shoe.heel) if shoe.is_boot else 0.34 * shoe.shaft
    low = (a + b) / 2 + complex(0, deep)
    width = abs(b - a) * 0.2
    left, right = low - width, low + width
    sides = [Path.curve(b, b + 0.3j * deep, left - 0.35j * deep, left), Path.curve(a, a + 0.3j * deep, right - 0.35j * deep, right)]  # fmt: skip
    drawing.seam(*sides)
    base = Path.curve(left, left + 0.25j * width, right + 0.25j * width, right)
    drawing.seam(base)
    for share in (0.2, 0.4, 0.6, 0.8):
        start = line.at_length((0.84 - 0.34 * share) * line.length())
        drawing.detail(Path.line(start, base.at_length(share * base.length())))


def _heel_counter(drawing: Drawing, shoe: Shoe) -> None:
    height = min(0.6, 0.2 * shoe.length / abs(shoe.back.imag - shoe.feather.end.imag))
    top = shoe.feather.end + height * (shoe.back - shoe.feather.end)
    foot = shoe.on_feather(0.27)
    counter = Path.curve(top, top + complex(-0.1 * shoe.length, 0.0), foot + complex(0.03 * shoe.length, -0.1 * shoe.length), foot)  # fmt: skip
    drawing.seam(counter)
    drawing.stitch(counter.parallel(0.4).part(0.04, 0.96))


def _mudguard(drawing: Drawing, shoe: Shoe) -> None:
    """The overlay around the toe, from its front to the side of the shoe."""
    start, foot = shoe.nose.at_length(0.62 * shoe.nose.length()), shoe.on_feather(0.6)
    edge = Path.curve(start, start + complex(0.1 * shoe.length, -0.012 * shoe.length), foot + complex(-0.1 * shoe.length, -0.075 * shoe.length), foot)  # fmt: skip
    drawing.seam(edge)
    drawing.stitch(edge.parallel(-0.4).part(0.04, 0.96))


def _collar(drawing: Drawing, shoe: Shoe) -> None:
    """The padded collar of a trainer and its heel tab; two rows and the pull loop of a boot."""
    line = shoe.top_line
    if shoe.is_boot:
        drawing.stitch(line.shifted(0.5j).part(0.01, 0.97), line.shifted(1.0j).part(0.01, 0.97))
        loop = Path.curve(shoe.back + complex(-0.9, 0.2), shoe.back + complex(-0.9, -2.0), shoe.back + complex(0.8, -2.0), shoe.back + complex(0.12, 1.6))  # fmt: skip
        inner = Path.curve(shoe.back + complex(-0.5, 0.15), shoe.back + complex(-0.5, -1.35), shoe.back + complex(0.35, -1.35), shoe.back + complex(0.05, 0.1))  # fmt: skip
        drawing.detail(loop, inner)
        return
    drawing.stitch(line.shifted(complex(0.1, 1.5)).part(0.06, 0.8))
    tab = line.at_length(1.9)
    low = shoe.back + complex(0.22, 0.34 * (shoe.shaft - shoe.heel))
    drawing.seam(Path.curve(tab, tab + complex(0.2, 0.8), low + complex(-0.9, -0.1), low))


def _draw_sole(drawing: Drawing, spec: Specification, shoe: Shoe) -> None:
    length, front, heel, feather = shoe.length, shoe.front, shoe.heel, shoe.feather
    start, end = feather.start, feather.end
    has_heel = heel > front + 0.8 and (shoe.is_boot or spec.feature("heel") in ("block", "high"))
    spring = min(0.9, 0.35 * front + 0.2)  # how far the toe is off the ground
    nose = complex(-length, start.imag + 0.5 * (abs(start.imag) - spring))
    toe = joined([
        Path.curve(complex(-0.74 * length, 0), complex(-0.86 * length, 0), complex(-length + 0.7, -0.6 * spring), nose),
        Path.curve(nose, nose + complex(-0.12, -0.3), start + complex(-0.3, 0.2), start),
    ])  # fmt: skip
    if has_heel:
        width = (0.27 if heel < 6 else 0.16) * length
        inner = 0.75 if heel < 6 else 0.45  # how far the heel narrows towards the ground
        foot = complex(-0.25 * inner, 0)
        breast = complex(-width - 0.4, -heel + 0.75 * front)
        tread = joined([
            Path.curve(end, end + complex(0.1, 0.3 * heel), foot + complex(0.0, -0.4 * heel), foot), Path.line(foot, complex(-width, 0)),
            Path.curve(complex(-width, 0), complex(-width - 0.05, -0.5 * heel), breast + complex(0.2, 0.3 * heel), breast),
            Path.curve(breast, complex(-0.42 * length, -0.3 * heel), complex(-0.5 * length, 0), complex(-0.6 * length, 0)),
            Path.line(complex(-0.6 * length, 0), complex(-0.74 * length, 0)), toe,
        ])  # fmt: skip
    else:
        tread = joined([
            Path.curve(end, end + complex(0.3, 0.4 * heel), complex(0.05, -0.35 * heel), complex(-0.015 * length, -0.15)),
            Path.curve(complex(-0.015 * length, -0.15), complex(-0.03 * length, 0), complex(-0.06 * length, 0), complex(-0.1 * length, 0)),
            Path.line(complex(-0.1 * length, 0), complex(-0.74 * length, 0)), toe,
        ])  # fmt: skip
    drawing.shape("outline", feather + tread)
    if has_heel:
        drawing.seam(Path.line(complex(-0.02, -0.6), complex(-width, -0.6)))
        drawing.stitch(feather.shifted(0.5j).part(0.03, 0.97))
        return
    outsole = Path.through([
        nose + complex(0.06, 0.25), complex(-0.88 * length, -0.3 - 0.5 * spring), complex(-0.72 * length, -0.8), complex(-0.4 * length, -0.8),
        complex(-0.1 * length, -0.8), complex(0.0, -1.0),
    ])  # fmt: skip
    drawing.seam(outsole)
    drawing.stitch(feather.shifted(0.45j).part(0.03, 0.97))
