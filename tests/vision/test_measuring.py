"""Measuring garments of known size, drawn here with outlines of their own."""

import cv2
import numpy as np
import pytest

from bench.vision.shapes import Garment, outline_mask
from vision import points_of_measure
from vision.close_ups import close_up_regions
from vision.measured_values import coarseness_error, error_by_known, out_of_shape, reading_error
from vision.measuring import measure, measure_from_landmarks
from vision.outlines.products import shape_of
from vision.reading import Known, Reading

PX_PER_CM = 8.0
SHIRT = {"BL1": 70.0, "CH1": 54.0, "HE1": 52.0, "SH1": 46.0}


@pytest.fixture(scope="module")
def t_shirt() -> np.ndarray:
    """A T-shirt of the measures in SHIRT, sleeves apart from the body."""
    half = [(0, 1), (9, 0), (23, 5), (39, 18), (32, 30), (27, 24), (27, 40), (26, 70), (0, 70)]
    return _filled(half)


@pytest.fixture(scope="module")
def reading(t_shirt: np.ndarray) -> Reading:
    return measure(t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0))


def _filled(half: list[tuple[float, float]]) -> np.ndarray:
    right = np.array(half, float)
    outline = np.vstack([right, right[::-1] * [-1, 1]])
    mask = np.zeros((760, 800), np.uint8)
    cv2.fillPoly(mask, [np.round(outline * PX_PER_CM + [400, 90]).astype(np.int32)], 1)
    return mask


def _cm(reading: Reading, code: str) -> float:
    value = next(value for value in reading.values if value.code == code)
    assert value.value_cm is not None
    return value.value_cm


@pytest.mark.parametrize("code", ["CH1", "HE1"])
def test_widths_of_the_body_are_within_two_percent(reading: Reading, code: str) -> None:
    assert _cm(reading, code) == pytest.approx(SHIRT[code], rel=0.02)


def test_what_ends_where_the_outline_is_unsure_is_an_estimate(t_shirt: np.ndarray, reading: Reading) -> None:
    """A hem in the colour of the wall: the body goes on below the outline."""
    hem = [(400 + 8 * x, 90 + 70 * PX_PER_CM) for x in range(-26, 27)]
    read = measure_from_landmarks(
        reading.landmarks, t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("CH1", 54.0), unsure=hem
    )
    sources = {value.code: (value.source, value.reason) for value in read.values}
    assert sources["BL1"] == ("estimated", "the product may go on in the colour of its ground")
    assert sources["WA1"] == ("measured", "")


def test_a_hem_beside_sleeves_that_end_far_from_it_is_measured() -> None:
    """The sleeves touch the body down to the middle of its sides, but the corners of the hem stand alone."""
    sweater = _filled([(0, 1), (9, 0), (23, 5), (48, 60), (40, 66), (27, 45), (26, 70), (0, 70)])
    read = measure(sweater, "sweater", {"sleeve": "long", "neck": "crew"}, known=Known("BL1", 70.0))
    hem = next(value for value in read.values if value.code == "HE1")
    assert (hem.source, hem.value_cm) == ("measured", pytest.approx(52.0, rel=0.02))


def test_a_speck_is_not_measured(t_shirt: np.ndarray) -> None:
    speck = cv2.resize(t_shirt, None, fx=0.15, fy=0.15, interpolation=cv2.INTER_AREA)
    read = measure(speck, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0))
    assert "measured" not in {value.source for value in read.values}
    assert read.problems[0].code == "too_small"


def test_lengths_of_few_pixels_are_known_less_exactly(t_shirt: np.ndarray, reading: Reading) -> None:
    """Corners lie off by a pixel or two on any photo: on one of 300 pixels that is more of a hem."""
    small = cv2.resize(t_shirt, None, fx=0.375, fy=0.375, interpolation=cv2.INTER_AREA)
    read = measure(small, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0))
    errors = [{value.code: value.error_percent or 0.0 for value in each.values} for each in (reading, read)]
    assert errors[1]["HE1"] > errors[0]["HE1"] + 0.2
    assert coarseness_error(50, 300) == pytest.approx(4 * coarseness_error(200, 300))
    assert coarseness_error(50, 1200) == 0.0


def test_a_shoulder_that_runs_smoothly_into_its_sleeve_is_not_measured() -> None:
    """One even curve from neck to cuff: the shoulder point may lie anywhere on it."""
    curve = [(9 + 33 * np.sin(angle), 32 - 32 * np.cos(angle)) for angle in np.linspace(0, 1.5, 12)]
    smooth = _filled([(0, 1), *curve, (30, 34), (27, 26), (27, 40), (26, 70), (0, 70)])
    read = measure(smooth, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0))
    assert "SH1" not in _measured(read)


def test_a_bend_that_may_lie_elsewhere_is_less_of_a_long_sleeve(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six centimetres are much of a shoulder's width, and little of a sleeve's length."""
    monkeypatch.setattr(points_of_measure, "bend_may_lie_elsewhere", lambda *_: 6 * PX_PER_CM)
    top = _filled([(0, 1), (9, 0), (23, 5), (44, 58), (36, 62), (27, 30), (26, 70), (0, 70)])
    read = measure(top, "long-sleeve top", {"sleeve": "long", "neck": "crew"}, known=Known("BL1", 70.0))
    assert "SL1" in _measured(read)
    assert "SH1" not in _measured(read)


def test_the_chest_is_read_below_a_short_sleeve_that_lies_along_the_side() -> None:
    """No notch shows where the sleeve ends, but the side of the body does from there on."""
    half = [(0, 1), (9, 0), (23, 5), (31, 25), (27.6, 30), (27, 34), (26.5, 50), (26, 70), (0, 70)]
    read = measure(_filled(half), "t-shirt", {"sleeve": "short", "neck": "crew"}, known=Known("BL1", 70.0))
    chest = next(value for value in read.values if value.code == "CH1")
    assert (chest.source, chest.value_cm) == ("measured", pytest.approx(54.0, rel=0.03))


def test_a_chest_and_shoulders_far_wider_on_one_side_are_not_measured(t_shirt: np.ndarray) -> None:
    """A patch below an arm was taken for ground, so the underarm seems to lie far inside."""
    bitten = t_shirt.copy()
    cv2.circle(bitten, (400 - 27 * 8, 90 + 27 * 8), 80, 0, -1)
    read = measure(bitten, "t-shirt", {"sleeve": "short", "neck": "crew"}, known=Known("BL1", 70.0))
    assert "CH1" not in _measured(read)
    assert "CH1" in _measured(measure(t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0)))


def test_the_thigh_of_shorts_is_measured_where_a_slit_shows() -> None:
    """Their legs touch for a few centimetres, and are as wide there as above and below."""
    shorts = _filled([(0, 0), (20, 0), (26, 22), (28, 44), (1, 44), (1, 36), (0, 36)])
    read = measure(shorts, "shorts", {}, known=Known("WB1", 40.0))
    assert "TH1" in _measured(read)


def test_trousers_with_a_folded_leg_have_no_outseam() -> None:
    trousers = _filled([(0, 0), (20, 0), (25, 18), (27, 28), (26, 60), (26, 80), (9, 80), (0, 28)])
    whole = measure(trousers, "trousers", {}, known=Known("WB1", 40.0))
    assert "OS1" in _measured(whole)
    x, y = whole.landmarks["leg_outer_hem_left"]
    landmarks = {**whole.landmarks, "leg_outer_hem_left": (x + 60, y - 60)}
    folded = measure_from_landmarks(landmarks, trousers, "trousers", {}, known=Known("WB1", 40.0))
    assert "OS1" not in _measured(folded)


def test_a_leg_has_no_opening_where_no_slit_shows_between_the_legs() -> None:
    """The ground between the legs was taken for cloth: half of the hem would be far wider than a leg."""
    filled = _filled([(0, 0), (20, 0), (25, 18), (27, 28), (26, 60), (26, 80), (0, 80)])
    read = measure(np.pad(filled, 400), "trousers", {}, known=Known("WB1", 40.0))
    assert "LO1" not in _measured(read)


def test_the_length_of_a_skirt_does_not_begin_at_its_hanger() -> None:
    half = [(0, 0), (18, 0), (24, 20), (30, 60), (0, 60)]
    flat, hung = _filled(half), _filled([(0, -4), (8, -4), (8, 0), *half[1:]])
    known = Known("WB1", 36.0)
    assert "SK1" in _measured(measure(flat, "skirt", {}, known=known))
    assert "SK1" not in _measured(measure(hung, "skirt", {}, known=known))


def test_rendered_garments_are_as_large_as_their_truth() -> None:
    """A polygon that OpenCV fills is half a pixel too large on each side: 1 mm of a garment's width."""
    square = Garment("tote", {}, [np.array([(0.3, 0.3), (20.3, 0.3), (20.3, 20.3), (0.3, 20.3)])], {})
    mask = outline_mask(square, PX_PER_CM, np.array([2.0, 2.0]), (200, 200))
    assert mask.any(axis=0).sum() == pytest.approx(20 * PX_PER_CM, abs=0.5)


def test_a_shirt_on_a_mannequin_is_not_measured(t_shirt: np.ndarray) -> None:
    """A neck rises out of its neckline, and the body is round: nothing is as wide as laid flat."""
    worn = t_shirt.copy()
    worn[20:110, 355:445] = 1
    read = measure(worn, "t-shirt", {"sleeve": "short", "neck": "crew"}, known=Known("BL1", 70.0))
    assert {value.source for value in read.values} <= {"estimated", "entered", "unspecified"}
    assert "worn" in {problem.code for problem in read.problems}


def test_the_chest_does_not_run_across_the_sleeves(reading: Reading) -> None:
    assert _cm(reading, "CH1") < 60


def test_the_known_dimension_is_entered_not_measured(reading: Reading) -> None:
    known = next(value for value in reading.values if value.code == "BL1")
    assert (known.source, known.value_cm) == ("entered", 70.0)


def test_a_changed_known_dimension_rescales_every_value(t_shirt: np.ndarray, reading: Reading) -> None:
    again = measure_from_landmarks(
        reading.landmarks, t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 140.0)
    )
    assert _cm(again, "HE1") == pytest.approx(2 * _cm(reading, "HE1"), rel=0.02)


def test_without_a_scale_there_are_only_ratios(t_shirt: np.ndarray) -> None:
    bare = measure(t_shirt, "t-shirt", {"sleeve": "short"})
    assert {value.value_cm for value in bare.values} == {None}
    assert "measured" not in {value.source for value in bare.values}
    assert next(value.ratio for value in bare.values if value.code == "CH1") == pytest.approx(
        54 / 70, rel=0.03
    )


def test_a_moved_landmark_changes_the_values_that_hang_on_it(t_shirt: np.ndarray, reading: Reading) -> None:
    x, y = reading.landmarks["shoulder_right"]
    moved = {**reading.landmarks, "shoulder_right": (x + 40, y)}
    again = measure_from_landmarks(
        moved, t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0), moved={"shoulder_right"}
    )
    assert _cm(again, "SH1") == pytest.approx(_cm(reading, "SH1") + 5, abs=0.3)
    sources = {value.code: value.source for value in again.values}
    assert sources["SH1"] == "by hand"
    assert sources["HE1"] != "by hand"


def test_an_implausible_value_is_no_value(t_shirt: np.ndarray) -> None:
    wrong = measure(
        t_shirt,
        "t-shirt",
        {"sleeve": "short"},
        known=Known("BL1", 300.0),
        plausible={"CH1": (33, 80), "HE1": (32, 85)},
    )
    by_code = {value.code: value for value in wrong.values}
    assert (by_code["CH1"].source, by_code["CH1"].value_cm) == ("unspecified", None)
    assert "such a product has 33 to 80 cm" in by_code["CH1"].reason


@pytest.mark.parametrize(
    ("product_type", "lengths", "doubted", "wrong"),
    [
        ("jeans", {"TH1": 24, "KN1": 26, "LO1": 12, "HP2": 47}, "TH1 KN1", {"TH1", "KN1"}),
        ("jeans", {"TH1": 24, "KN1": 26, "LO1": 12, "HP2": 47}, "", set()),
        ("shirt", {"CH1": 60, "WA1": 52, "HE1": 46}, "CH1 WA1 HE1", {"CH1", "WA1", "HE1"}),
        ("dress", {"CH1": 45, "WA1": 55, "HE1": 90}, "HE1", set()),
        ("jacket", {"CH1": 47, "WA1": 55, "HE1": 48}, "", {"WA1"}),
        ("shorts", {"TH1": 25, "LO1": 28}, "LO1", {"LO1"}),
        ("shorts", {"HP2": 49, "FR1": 37, "IN1": 14}, "FR1 IN1", {"FR1", "IN1"}),
        ("jeans", {"HP2": 47, "FR1": 45, "IN1": 55, "TH1": 24}, "TH1", {"FR1", "IN1", "TH1"}),
        ("t-shirt", {"SH1": 30, "CH1": 48, "HE1": 50}, "SH1 CH1", {"SH1"}),
    ],
)  # fmt: skip
def test_a_doubtful_value_that_makes_an_odd_shape_is_no_value(
    product_type: str, lengths: dict[str, float], doubted: str, wrong: set[str]
) -> None:
    assert set(out_of_shape(product_type, lengths, set(doubted.split()))) == wrong


def test_a_body_does_not_bulge_between_chest_and_hem() -> None:
    half = [(0, 1), (9, 0), (23, 5), (39, 18), (32, 30), (24, 24), (27, 32), (30, 42), (24, 70), (0, 70)]
    codes = {value.code: value for value in measure(_filled(half), "t-shirt", {"sleeve": "short"}).values}
    assert codes["WA1"].source == "unspecified"
    assert "waist" in codes["WA1"].reason
    assert codes["BL1"].ratio


def test_a_worn_product_gives_estimates_only(t_shirt: np.ndarray) -> None:
    worn = measure(t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0), worn=True)
    assert {value.source for value in worn.values} <= {"estimated", "entered", "unspecified"}


def test_what_ends_where_the_outline_was_painted_is_an_estimate(
    t_shirt: np.ndarray, reading: Reading
) -> None:
    painted = np.zeros(t_shirt.shape, bool)
    painted[600:680] = True  # along the hem
    again = measure_from_landmarks(
        reading.landmarks, t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0), painted=painted
    )
    before, after = (
        {value.code for value in one.values if value.source == "measured"} for one in (reading, again)
    )
    assert "HE1" in before
    assert "HE1" not in after


def test_a_mask_of_another_shape_gives_estimates_only() -> None:
    blot = np.zeros((600, 600), np.uint8)
    for x, y in ((120, 120), (480, 150), (300, 300), (150, 480), (470, 460)):
        cv2.line(blot, (300, 300), (x, y), 1, 40)
    reading = measure(blot, "trousers", {}, known=Known("OS1", 100.0))
    assert "poor_fit" in {problem.code for problem in reading.problems}
    assert "measured" not in {value.source for value in reading.values}


def test_nothing_is_measured_when_the_known_dimension_does_not_show() -> None:
    merged = _filled([(0, 1), (9, 0), (23, 5), (31, 40), (31, 66), (26, 70), (0, 70)])
    reading = measure(merged, "t-shirt", {"sleeve": "short"}, known=Known("CH1", 54.0))
    assert "unclear_scale" in {problem.code for problem in reading.problems}
    assert "measured" not in {value.source for value in reading.values}


def test_a_product_that_leaves_the_photo_gives_estimates_only(t_shirt: np.ndarray) -> None:
    reading = measure(t_shirt[:620], "t-shirt", {"sleeve": "short"}, known=Known("CH1", 54.0))
    assert "cut_off" in {problem.code for problem in reading.problems}
    assert "measured" not in {value.source for value in reading.values}


def test_the_crotch_is_found_above_a_slit_that_has_closed() -> None:
    half = [(0, 0), (18, 0), (20, 20), (24, 26), (20, 80), (8, 80), (0, 24)]
    mask = _filled(half)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    reading = measure(closed, "trousers", {}, known=Known("WB1", 36.0))
    assert _cm(reading, "IN1") == pytest.approx(np.hypot(8, 56), rel=0.03)


def test_only_the_back_shows_how_long_it_is(t_shirt: np.ndarray) -> None:
    known = Known("BL1", 70.0)
    front = measure(t_shirt, "t-shirt", {"sleeve": "short"}, "front", known=known)
    assert _value(front, "BL2") is None
    back = measure(t_shirt, "t-shirt", {"sleeve": "short"}, "back", known=known)
    assert _value(back, "BL2") == pytest.approx(70, abs=7)
    of_back = measure(t_shirt, "t-shirt", {"sleeve": "short"}, "front", known=Known("BL2", 68.0))
    assert _value(of_back, "BL2") == 68, "the known dimension itself stays"


def _value(read: Reading, code: str) -> float | None:
    return next(one.value_cm for one in read.values if one.code == code)


def _measured(reading: Reading) -> set[str]:
    return {value.code for value in reading.values if value.source == "measured"}


def test_no_width_of_the_body_runs_across_sleeves_that_hang_down_its_sides() -> None:
    half = [(0, 1), (9, 0), (25, 5), (33, 30), (34, 68), (27, 69), (26, 62), (0, 62)]
    reading = measure(
        _filled(half), "sweatshirt", {"sleeve": "long", "neck": "crew"}, known=Known("BL1", 62.0)
    )
    assert not {"CH1", "WA1", "HE1"} & _measured(reading)


def test_a_hem_that_hangs_in_folds_is_no_width(t_shirt: np.ndarray) -> None:
    draped = t_shirt.copy()
    for x in (230, 330, 430, 530):
        cv2.ellipse(draped, (x, 90 + 560), (28, 34), 0, 0, 360, 0, -1)
    reading = measure(draped, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0))
    assert "HE1" not in _measured(reading)
    assert "HE1" in _measured(measure(t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0)))


def test_the_length_begins_below_a_collar_that_nobody_named() -> None:
    half = [(0, -7), (8, -7), (9, 0), (23, 5), (39, 18), (32, 30), (27, 24), (27, 40), (26, 70), (0, 70)]
    reading = measure(_filled(half), "t-shirt", {"sleeve": "short", "neck": "crew"}, known=Known("CH1", 54.0))
    assert _cm(reading, "BL1") == pytest.approx(70, rel=0.025)


def test_what_ends_at_the_frame_of_the_photo_is_an_estimate(t_shirt: np.ndarray) -> None:
    columns = np.flatnonzero(t_shirt[600])
    reading = measure(t_shirt[:, : columns[-1]], "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0))
    assert "HE1" not in _measured(reading)


def test_the_bar_of_a_hanger_is_no_waist() -> None:
    half = [(0, -3), (14, -3), (14, 0), (19, 2), (21, 20), (25, 27), (22, 80), (10, 80), (0, 30)]
    reading = measure(_filled(half), "trousers", {}, known=Known("IN1", 52.0))
    assert "WB1" not in _measured(reading)


def test_an_error_grows_with_the_distance_from_the_known_dimension() -> None:
    near, far = (error_by_known("long sleeves", "HE1", "CH1", apart) for apart in (0.1, 0.6))
    beside_card = reading_error("long sleeves", "HE1")
    assert beside_card < near < far


def test_an_empty_mask_says_that_nothing_was_found() -> None:
    reading = measure(np.zeros((300, 300), bool), "skirt", {})
    assert [problem.code for problem in reading.problems] == ["nothing"]


def test_a_hanger_hook_does_not_change_the_length(t_shirt: np.ndarray, reading: Reading) -> None:
    hung = t_shirt.copy()
    cv2.line(hung, (400, 100), (400, 20), 1, 8)
    again = measure(hung, "t-shirt", {"sleeve": "short"}, known=Known("HE1", 52.0))
    assert _cm(again, "BL1") == pytest.approx(70.0, rel=0.03)


def test_measuring_twice_gives_the_same(t_shirt: np.ndarray, reading: Reading) -> None:
    again = measure(t_shirt, "t-shirt", {"sleeve": "short"}, known=Known("BL1", 70.0))
    assert again == reading


def test_trousers_are_read_within_three_percent() -> None:
    half = [(0, 0), (20, 0), (25, 18), (27, 28), (26, 60), (26, 104), (9, 104), (0, 28)]
    reading = measure(
        _filled([(x * 0.8, y * 0.8) for x, y in half]), "trousers", {}, known=Known("WB1", 40.0)
    )
    for code, cm in {"IN1": 76.5, "HP2": 50.2, "LO1": 17.0}.items():
        assert _cm(reading, code) == pytest.approx(cm, rel=0.03), code


@pytest.mark.parametrize(
    "product_type",
    [
        "t-shirt",
        "jacket",
        "dress",
        "skirt",
        "jeans",
        "shorts",
        "tote",
        "backpack",
        "cap",
        "beanie",
        "trainer",
        "boot",
    ],
)
def test_every_product_has_four_close_ups_with_names_of_their_own(product_type: str) -> None:
    shape = shape_of(product_type)
    columns = {name: np.array([prior.mean]) for name, prior in shape.priors.items()}
    landmarks = {name: (float(x) * 500, float(y) * 500) for name, ((x, y),) in shape.marks(columns).items()}
    regions = close_up_regions(landmarks, product_type, {})
    assert len({name for name, _ in regions}) >= 4
    assert all(right > left and bottom > top for _, (left, top, right, bottom) in regions)
