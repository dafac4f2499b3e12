"""Trainers and boots, seen from the outer side with the toe on the left."""

from dataclasses import dataclass

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, ellipse, joined, unit
from techpack.flats.specification import Specification

HEELS = {"flat": 2.0, "block": 4.5, "high": 8.0}  # cm


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
        back = complex(-0.02 * length, -shaft)
        throat = back - complex(opening, 0.4)
        vamp = complex(-0.715 * length, -front - 0.155 * length)
        instep = _instep(throat, vamp, length, is_boot=is_boot)
        return cls(length, shaft, opening, front, heel, feather, back, throat, vamp, instep, is_boot)

    @property
    def top_line(self) -> Path:
        """From the back to the throat."""
        dip = 0.6 if self.is_boot else 1.7
        return Path.curve(
            self.back, self.back + complex(-0.24 * self.opening, 0.9 * dip), self.throat + complex(0.36 * self.opening, dip), self.throat
        )  # fmt: skip

    @property
    def upper(self) -> Path:
        """Everything above the sole, closed."""
        heel, toe = self.feather.end, self.feather.start
        rise = abs(self.back.imag - heel.imag)
        bulge = Path.curve(heel, heel + complex(0.5, -0.34 * rise), self.back + complex(-0.45, 0.34 * rise), self.back)  # fmt: skip
        nose = Path.curve(
            self.vamp, self.vamp + complex(-0.13 * self.length, 0.025 * self.length), toe + complex(-0.012 * self.length, -0.11 * self.length), toe
        )  # fmt: skip
        return joined([self.feather, bulge, self.top_line, self.instep, nose])

    def on_feather(self, share: float) -> complex:
        """The point of the feather line at a share of the length from the heel."""
        return self.feather.at_distance(-share * self.length) or self.feather.start


def _feather(length: float, front: float, heel: float, *, is_boot: bool) -> Path:
    lift = 0.1 if is_boot else 0.55  # a trainer stands in its sole as in a cup
    return Path.through([
        complex(-length + 0.45, -front - 0.7 - lift), complex(-0.9 * length, -front - 0.25 * lift),
        complex(-0.68 * length, -front), complex(-0.4 * length, -0.45 * front - 0.55 * heel),
        complex(-0.14 * length, -heel), complex(0.0, -heel - 0.35 - lift),
    ])  # fmt: skip


def _instep(throat: complex, vamp: complex, length: float, *, is_boot: bool) -> Path:
    if not is_boot:
        return Path.curve(throat, throat + complex(-0.085 * length, 0.075 * length), vamp + complex(0.13 * length, -0.06 * length), vamp)  # fmt: skip
    bend = complex(min(throat.real - 0.9, -0.5 * length), vamp.imag - 0.14 * length)
    rise = abs(bend.imag - throat.imag)
    return joined([
        Path.curve(throat, throat + complex(-0.1, 0.5 * rise), bend + complex(0.06 * length, -0.3 * rise), bend),
        Path.curve(bend, bend + complex(-0.05 * length, 0.075 * length), vamp + complex(0.1 * length, -0.035 * length), vamp),
    ])  # fmt: skip


def draw_shoe(spec: Specification, view: str) -> Drawing:
    """The outer side of a shoe."""
    drawing = Drawing("side", 2 if spec.cm("FO4") < 30 else 5)
    shoe = Shoe.of(spec)
    lacing = spec.feature("lacing", "none" if shoe.is_boot else "laces")
    if lacing == "laces":
        _tongue(drawing, shoe)
    drawing.body(shoe.upper)
    _heel_counter(drawing, shoe)
    if not shoe.is_boot:
        _toe_overlay(drawing, shoe)
    if lacing == "laces":
        _laces(drawing, shoe)
    elif lacing == "straps":
        _straps(drawing, shoe)
    elif lacing == "zip":
        _zip(drawing, shoe)
    elif spec.feature("lacing") == "none":
        _gore(drawing, shoe)
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


def _tongue(drawing: Drawing, shoe: Shoe) -> None:
    """The tongue behind the laces, above the throat."""
    low = shoe.instep.at_length(0.9 * shoe.instep.length())
    tip = shoe.throat + complex(-1.5, -1.9)
    front = Path.curve(tip, tip + complex(-0.9, 0.6), shoe.instep.at_length(0.3 * shoe.instep.length()) + complex(-0.6, -0.9), low)  # fmt: skip
    back = shoe.throat + complex(1.2, 0.6)
    top = Path.curve(back, back + complex(-0.5, -1.4), tip + complex(1.0, -0.5), tip)
    drawing.shape("outline", joined([top, front, Path.line(low, back)]))
    drawing.stitch(top.shifted(0.6j).part(0.15, 0.85))


def _stay(shoe: Shoe) -> Path:
    """The edge of the eyestay below the laces: beside the instep, from the top line to the vamp."""
    inset = 2.3
    side = 1.0 if shoe.instep.parallel(1).at_length(2).real > shoe.instep.at_length(2).real else -1.0
    beside = shoe.instep.part(0.04, 0.93).parallel(side * inset)
    top = shoe.top_line.at_length(shoe.top_line.length() - inset)
    beside = Path.through([top, *(beside.at_length(share * beside.length()) for share in (0.4, 0.7, 1.0))])
    end = shoe.instep.at_length(0.985 * shoe.instep.length())
    low = beside.end
    return beside + Path.curve(low, low + unit(low - beside.at_length(beside.length() - 1)) * 1.6, end + complex(0.3, 1.8), end)  # fmt: skip


def _laces(drawing: Drawing, shoe: Shoe) -> None:
    """Eyestay, eyelets, and laces that run from each eyelet over the tongue."""
    stay = _stay(shoe)
    drawing.seam(stay)
    drawing.stitch(stay.shifted(complex(0.1, 0.42)).part(0.03, 0.9))
    middle = stay.at_length(0.86 * stay.length())
    foot = shoe.on_feather(0.5 if shoe.is_boot else 0.47)
    quarter = Path.curve(middle, middle + complex(0.05 * shoe.length, 0.02 * shoe.length), foot + complex(0.0, -0.07 * shoe.length), foot)  # fmt: skip
    drawing.seam(quarter)
    drawing.stitch(quarter.shifted(complex(0.42, 0)).part(0.04, 0.94))
    total = shoe.instep.length()
    count = max(5, min(9, int(total / (2.4 if shoe.is_boot else 1.9))))
    for number in range(count):
        share = 0.05 + 0.8 * number / (count - 1)
        on = shoe.instep.at_length(total * share)
        way = unit(shoe.instep.at_length(total * share + 0.2) - shoe.instep.at_length(total * share - 0.2))
        out = way * 1j if (way * 1j).imag < 0 else way * -1j
        eyelet = on - out * 1.15
        over = on + out * 0.75 - way * 0.5
        half = unit(over - eyelet) * 1j * 0.27
        drawing.shape("details", ellipse(eyelet, 0.36, 0.36))
        lace = Path.line(eyelet - half, over - half) + Path.curve(over - half, over - half + out * 0.3, over + half + out * 0.3, over + half) + Path.line(over + half, eyelet + half, eyelet - half)  # fmt: skip
        drawing.shape("details", lace)


def _straps(drawing: Drawing, shoe: Shoe) -> None:
    """Two straps with hook and loop over the instep."""
    total = shoe.instep.length()
    for share in (0.22, 0.62):
        a, b = (shoe.instep.at_length(total * part) for part in (share - 0.13, share + 0.13))
        way = unit(b - a) * -1j
        way = way if way.imag > 0 else -way
        reach = 0.17 * shoe.length
        strap = Path.line(a, a + way * reach) + Path.curve(a + way * reach, a + way * (reach + 0.8), b + way * (reach + 0.8), b + way * reach) + Path.line(b + way * reach, b, a)  # fmt: skip
        drawing.shape("seams", strap)
        drawing.stitch(Path.line(a + way * 0.45 * reach, b + way * 0.45 * reach))


def _zip(drawing: Drawing, shoe: Shoe) -> None:
    """A zip down the side."""
    top = shoe.top_line.at_length(0.45 * shoe.top_line.length())
    foot = shoe.on_feather(0.3)
    low = top + (foot - top) * 0.92
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
    a, b = line.at_length(0.52 * line.length()), line.at_length(0.9 * line.length())
    low = (a + b) / 2 + complex(-0.3, min(0.5 * shoe.shaft, 0.36 * shoe.length))
    left, right = Path.curve(b, b + 2j, low + complex(-0.9, -2), low), Path.curve(a, a + 2j, low + complex(0.9, -2), low)  # fmt: skip
    drawing.seam(left, right)
    for share in (0.2, 0.4, 0.6, 0.8):
        start = a + (b - a) * share
        drawing.detail(Path.line(line.at_length((0.52 + 0.38 * share) * line.length()), start + (low - start) * 0.86))  # fmt: skip


def _heel_counter(drawing: Drawing, shoe: Shoe) -> None:
    top = shoe.feather.end + 0.55 * (shoe.back - shoe.feather.end)
    foot = shoe.on_feather(0.27)
    counter = Path.curve(top, top + complex(-0.1 * shoe.length, 0.0), foot + complex(0.05 * shoe.length, -0.1 * shoe.length), foot)  # fmt: skip
    drawing.seam(counter)
    drawing.stitch(counter.parallel(-0.4).part(0.05, 0.95), counter.parallel(-0.75).part(0.06, 0.93))


def _toe_overlay(drawing: Drawing, shoe: Shoe) -> None:
    """The mudguard around the toe."""
    a, b = shoe.vamp, shoe.on_feather(0.6)
    start = a + complex(-0.075 * shoe.length, 0.035 * shoe.length)
    edge = Path.curve(start, start + complex(0.06 * shoe.length, 0.04 * shoe.length), b + complex(-0.09 * shoe.length, -0.05 * shoe.length), b)  # fmt: skip
    drawing.seam(edge)
    drawing.stitch(edge.parallel(-0.4).part(0.04, 0.94))


def _collar(drawing: Drawing, shoe: Shoe) -> None:
    """Two rows along the top line: the padded collar of a trainer; a boot has a pull loop too."""
    line = shoe.top_line
    deep = 1.7 if not shoe.is_boot else 1.0
    drawing.stitch(line.shifted(1j * deep).part(0.01, 0.93))
    if shoe.is_boot:
        drawing.stitch(line.shifted(0.5j).part(0.01, 0.96))
        loop = Path.curve(shoe.back + complex(-0.9, 0.1), shoe.back + complex(-0.9, -2.0), shoe.back + complex(0.9, -2.0), shoe.back + complex(0.05, 1.6))  # fmt: skip
        drawing.detail(loop)
    else:
        tab = shoe.back + complex(-1.7, 0.85)
        drawing.seam(Path.curve(tab, tab + 0.8j, shoe.back + complex(-1.0, 2.6), shoe.back + complex(-0.25, 2.5)))  # fmt: skip


def _draw_sole(drawing: Drawing, spec: Specification, shoe: Shoe) -> None:
    length, front, heel, feather = shoe.length, shoe.front, shoe.heel, shoe.feather
    start, end = feather.start, feather.end
    has_heel = heel > front + 0.8 and (shoe.is_boot or spec.feature("heel") in ("block", "high"))
    spring = min(0.9, 0.35 * front + 0.2)  # how far the toe is off the ground
    nose = complex(-length, start.imag + 0.45 * (abs(start.imag) - spring))
    toe = joined([
        Path.curve(complex(-0.74 * length, 0), complex(-0.86 * length, 0), complex(-length + 0.6, -0.5 * spring), nose),
        Path.curve(nose, nose + complex(-0.02, -0.4), start + complex(-0.4, 0.3), start),
    ])  # fmt: skip
    if has_heel:
        step = -(0.27 if heel < 6 else 0.16) * length
        tread = joined([
            Path.curve(end, end + complex(0.05, 0.3 * heel), complex(-0.1, -0.4 * heel), 0j), Path.line(0j, complex(step, 0)),
            Path.curve(complex(step, 0), complex(step - 0.1, -0.5 * heel), complex(step - 0.1, -0.75 * heel), complex(step - 0.5, -heel + 0.75 * front)),
            Path.curve(complex(step - 0.5, -heel + 0.75 * front), complex(-0.42 * length, -0.3 * heel), complex(-0.5 * length, 0), complex(-0.6 * length, 0)),
            Path.line(complex(-0.6 * length, 0), complex(-0.74 * length, 0)), toe,
        ])  # fmt: skip
    else:
        tread = joined([
            Path.curve(end, end + complex(0.25, 0.4 * heel), complex(0.05, -0.35 * heel), complex(-0.02 * length, -0.12)),
            Path.curve(complex(-0.02 * length, -0.12), complex(-0.04 * length, 0), complex(-0.06 * length, 0), complex(-0.1 * length, 0)),
            Path.line(complex(-0.1 * length, 0), complex(-0.74 * length, 0)), toe,
        ])  # fmt: skip
    drawing.shape("outline", feather + tread)
    if has_heel:
        drawing.seam(Path.line(complex(-0.02, -0.5), complex(-0.98 * (0.27 if heel < 6 else 0.16) * length, -0.5)))  # fmt: skip
    else:
        outsole = Path.through([nose + complex(0.1, 0.35), complex(-0.74 * length, -0.75), complex(-0.4 * length, -0.75), complex(-0.1 * length, -0.75), complex(-0.002 * length, -0.95)])  # fmt: skip
        drawing.seam(outsole)
    drawing.stitch(feather.shifted(0.4j).part(0.02, 0.98))
