"""Flats: true to their measures, closed, symmetrical, and sound for every plausible product."""

import random
from xml.etree import ElementTree

import pytest

from bench.flat_rules import crosses_itself
from techpack.flats import Drawing, Specification, draw, from_measures, has_flat, misfits, nested, views_of
from techpack.library import product_types

TYPES = sorted(product_types())
# Measures that follow from others in a drawing: given all at random they contradict each other.
DEPENDENT = {"OS1", "BL2", "SK2", "FO5", "PK1", "HC8"}


def typical(product_type: str) -> dict[str, float]:
    both = product_types()[product_type].typical_cm
    return {code: float(men or women) for code, (women, men) in both.items() if (men or women)}


def assert_is_sound(spec: Specification, view: str) -> None:
    drawing = draw(spec, view)
    svg = drawing.svg(dimensions=True)
    ElementTree.fromstring(svg)
    assert "nan" not in svg
    assert "inf" not in svg
    assert len(svg) < 60_000
    assert drawing.outline is not None
    assert abs(drawing.outline.start - drawing.outline.end) < 0.02, "the outline is not closed"


@pytest.mark.parametrize("product_type", TYPES)
def test_every_type_of_the_library_is_drawn(product_type: str) -> None:
    assert has_flat(product_type)
    for view in views_of(product_type):
        assert_is_sound(Specification(product_type), view)


@pytest.mark.parametrize("product_type", TYPES)
def test_a_flat_measured_back_has_its_measures(product_type: str) -> None:
    chance = random.Random(7)
    for _ in range(12):
        measures = {code: cm * chance.uniform(0.94, 1.06) for code, cm in typical(product_type).items()}
        spec = Specification(product_type, measures)
        for view in views_of(product_type):
            for code, drawn in draw(spec, view).drawn_cm().items():
                if code in measures and code not in DEPENDENT:
                    assert drawn == pytest.approx(measures[code], rel=0.01, abs=0.05), f"{code} in {view}"


@pytest.mark.parametrize("product_type", TYPES)
def test_the_lowest_and_the_highest_plausible_measures_are_drawn(product_type: str) -> None:
    base = typical(product_type)
    for code, extremes in product_types()[product_type].plausible_cm.items():
        for extreme in extremes:
            spec = Specification(product_type, base | {code: float(extreme)})
            for view in views_of(product_type):
                assert_is_sound(spec, view)
            outline = draw(spec, views_of(product_type)[0]).outline
            assert outline is not None
            assert not crosses_itself(outline), f"{code} {extreme}"


@pytest.mark.parametrize("product_type", TYPES)
def test_random_plausible_measures_are_drawn(product_type: str) -> None:
    chance = random.Random(3)
    ranges = product_types()[product_type].plausible_cm
    for _ in range(25):
        measures = {code: chance.uniform(float(low), float(high)) for code, (low, high) in ranges.items()}
        for view in views_of(product_type):
            assert_is_sound(Specification(product_type, measures), view)


NECKS = ["crew", "v", "scoop", "boat", "shirt collar", "polo", "band", "roll", "mock", "hood", "lapel"]


@pytest.mark.parametrize("neck", NECKS)
@pytest.mark.parametrize("closure", ["none", "buttons", "full zip", "half zip", "placket"])
def test_necks_and_closures_change_the_drawing(neck: str, closure: str) -> None:
    plain = draw(Specification("jacket"), "front").svg()
    spec = Specification("jacket", {}, {"neck": neck, "closure": closure})
    assert_is_sound(spec, "front")
    assert_is_sound(spec, "back")
    if (neck, closure) != ("shirt collar", "full zip"):
        assert draw(spec, "front").svg() != plain


def test_without_a_scale_a_product_has_its_usual_width() -> None:
    mini = from_measures("skirt", [("SK1", None, 1.0), ("WB1", None, 1.0)], {})
    assert mini.cm("WB1") == pytest.approx(Specification("skirt").cm("WB1"))
    assert mini.cm("SK1") == mini.cm("WB1")


def test_a_trainer_seen_from_above_keeps_a_low_shaft_until_somebody_measures_it() -> None:
    seen = from_measures("trainer", [("FO1", None, 1.0), ("FO4", None, 0.7)], {})
    assert seen.cm("FO4") == pytest.approx(Specification("trainer").cm("FO4"))
    assert from_measures("trainer", [("FO1", 28.0, 1.0), ("FO4", 16.0, 0.57)], {}).cm("FO4") == 16.0


def test_the_rise_of_a_photo_follows_from_outseam_and_inseam() -> None:
    shares = [("OS1", None, 1.0), ("IN1", None, 0.7), ("FR1", None, 0.5)]
    read = from_measures("trousers", shares, {})
    assert read.cm("FR1") == pytest.approx(read.cm("OS1") - read.cm("IN1") - 1.0)


def test_the_outline_is_its_own_mirror_image() -> None:
    drawing = draw(Specification("t-shirt", typical("t-shirt")), "front")
    assert drawing.outline is not None
    xs = [point.real for point in drawing.outline.points()]
    assert max(xs) == pytest.approx(-min(xs), rel=0.001)


def test_a_longer_body_is_drawn_longer() -> None:
    short, long = (draw(Specification("t-shirt", {"BL1": cm, "CH1": 50})) for cm in (60, 80))
    assert long.drawn_cm()["BL1"] - short.drawn_cm()["BL1"] == pytest.approx(20, abs=0.1)


def test_the_number_of_buttons_is_the_number_drawn() -> None:
    def circles(count: str) -> int:
        drawing = draw(Specification("shirt", {}, {"buttons": count}))
        return sum(1 for layer, stroke in drawing.strokes if layer == "details" and stroke.is_closed)

    assert circles("9") - circles("6") == 3


def test_a_mens_front_closes_the_other_way() -> None:
    women, men = (draw(Specification("shirt", {}, {}, is_mens=mens)).svg() for mens in (False, True))
    assert women != men


def test_stitches_are_dashed_and_layers_have_names() -> None:
    root = ElementTree.fromstring(draw(Specification("shirt")).svg())
    groups = {group.get("class"): group for group in root.iter("{http://www.w3.org/2000/svg}g")}
    assert groups["layer-stitches"].get("stroke-dasharray")
    assert {"layer-outline", "layer-seams", "layer-stitches", "layer-details"} <= groups.keys()
    assert root.get("width", "").endswith("mm")


def test_measures_that_contradict_each_other_are_named() -> None:
    assert misfits(Specification("trousers", {"OS1": 130, "IN1": 60, "FR1": 20, "WB1": 40})).keys() == {"OS1"}
    assert misfits(Specification("t-shirt", {"BL1": 70, "CH1": 52, "SL1": 20})) == {}


def test_text_in_a_label_stays_text() -> None:
    svg = draw(Specification("t-shirt")).svg(dimensions=True, labels={"CH1": "<script>"}, title="a & <b>")
    ElementTree.fromstring(svg)
    assert "<script>" not in svg


def test_sizes_are_laid_over_each_other_in_styles_of_their_own() -> None:
    sizes = {
        name: Specification("t-shirt", {"CH1": 46 + 2.5 * n, "BL1": 62 + 2 * n})
        for n, name in enumerate("SML")
    }
    root = ElementTree.fromstring(nested(sizes, "M"))
    outlines = [path for path in root.iter("{http://www.w3.org/2000/svg}path") if "C" in path.get("d", "")]
    assert len(outlines) == 3
    assert len({path.get("stroke-dasharray") for path in outlines}) == 3
    assert [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")] == ["S", "M", "L"]


def test_a_chest_that_no_photo_shows_is_as_wide_as_the_hem() -> None:
    seen = from_measures("t-shirt", [("BL1", None, 1.0), ("HE1", None, 0.9), ("SH1", None, 0.7)], {})
    assert seen.cm("CH1") == pytest.approx(seen.cm("HE1"), rel=0.05)


def test_the_chest_of_a_dress_follows_its_waist() -> None:
    slim = from_measures("dress", [("BL1", 100.0, 1.0), ("WA1", 28.0, 0.28)], {})
    assert 28 < slim.cm("CH1") < 38


def test_an_inseam_that_no_photo_shows_follows_from_the_outseam() -> None:
    seen = from_measures("shorts", [("OS1", None, 1.0), ("WB1", None, 0.7), ("HP2", None, 0.9)], {})
    assert seen.cm("IN1") == pytest.approx(seen.cm("OS1") - seen.cm("FR1") - 1.0)


def test_a_zip_runs_to_the_top_of_a_standing_collar() -> None:
    def buttons(closure: str) -> int:
        drawing = draw(Specification("jacket", {}, {"neck": "band", "closure": closure}))
        return sum(1 for layer, stroke in drawing.strokes if layer == "details" and stroke.is_closed)

    zipped = draw(Specification("jacket", {}, {"neck": "band", "closure": "full zip"}))
    top = min(
        point.imag for layer, stroke in zipped.strokes if layer == "seams" for point in stroke.path.points()
    )
    assert top < -4, "the zip ends below the collar"
    assert buttons("full zip") < buttons("buttons")


def test_a_long_sleeve_that_lies_folded_is_drawn_long() -> None:
    shares = [("BL1", None, 1.0), ("CH1", None, 0.5), ("SL1", None, 0.28), ("SO1", None, 0.2)]
    assert draw(from_measures("dress", shares, {"sleeve": "long"})).drawn_cm()["SL1"] > 45
    assert draw(from_measures("dress", shares, {"sleeve": "short"})).drawn_cm()["SL1"] < 35
    assert (
        from_measures("dress", [("BL1", 100.0, 1.0), ("SL1", 28.0, 0.28)], {"sleeve": "long"}).cm("SL1") == 28
    )


def test_a_proportion_a_little_outside_what_is_usual_is_drawn_at_its_end() -> None:
    low, high = map(float, product_types()["t-shirt"].plausible_cm["BL1"])
    width = Specification("t-shirt").cm("CH1")
    for length, drawn in ((1.05 * high, high), (2 * high, 0.0), (0.95 * low, 0.0)):
        shares = [("BL1", None, 1.0), ("CH1", None, width / length)]
        assert from_measures("t-shirt", shares, {}, is_plausible=True).measures.get("BL1", 0.0) == drawn


def test_a_body_that_sleeves_hide_is_drawn_in_usual_proportions() -> None:
    beside = [
        ("BL1", None, 1.0),
        ("SH1", None, 0.81),
        ("SH3", None, 0.21),
        ("HE1", None, 0.95),
        ("WA1", None, 0.9),
    ]
    seen = from_measures("shirt", beside, {"sleeve": "long"}, is_plausible=True)
    assert seen.measures == {"BL1": pytest.approx(Specification("shirt").cm("BL1"))}
    assert from_measures("shirt", [*beside, ("CH1", None, 0.7)], {}).has("SH1")
    assert from_measures("shirt", [("BL1", 70.0, 1.0), ("SH1", 44.0, 0.63)], {}).cm("SH1") == 44


def test_a_thigh_that_a_photo_shows_too_wide_follows_the_hip() -> None:
    shares = [("OS1", None, 1.0), ("WB1", None, 0.42), ("HP2", None, 0.5), ("TH1", None, 0.32)]
    assert not from_measures("jeans", shares, {}).has("TH1")
    assert from_measures("jeans", [shares[0], ("HP2", 50.0, 0.5), ("TH1", 32.0, 0.32)], {}).cm("TH1") == 32


def test_the_slanted_opening_of_hot_pants_makes_no_corner() -> None:
    shares = [("OS1", None, 1.0), ("WB1", None, 1.31), ("HP2", None, 1.58), ("LO1", None, 0.94)]
    assert not from_measures("shorts", [*shares, ("IN1", None, 0.1)], {}).has("LO1")
    assert from_measures("shorts", [*shares, ("IN1", None, 0.3)], {}).has("LO1")


def test_long_shorts_whose_crotch_does_not_show_keep_their_length() -> None:
    shares = [("OS1", None, 1.0), ("WB1", None, 0.54), ("HP2", None, 0.6)]
    seen = from_measures("shorts", shares, {}, is_plausible=True)
    _, longest = map(float, product_types()["shorts"].plausible_cm["IN1"])
    assert seen.cm("IN1") == longest
    assert seen.cm("OS1") == pytest.approx(longest + seen.cm("FR1") + 1, abs=0.1)


def test_the_side_of_hot_pants_does_not_stand_out_above_their_hem() -> None:
    measures = {"OS1": 36.9, "WB1": 38.0, "LO1": 21.2, "IN1": 9.9}
    drawing = draw(Specification("shorts", measures), "front")
    assert drawing.outline is not None
    widest = max(point.real for point in drawing.outline.points())
    assert widest < drawing.landmarks["leg_outer_hem_right"].real + 2


def test_the_side_of_trousers_does_not_bulge_where_hip_and_thigh_lie_together() -> None:
    measures = {"OS1": 95.3, "WB1": 40.0, "HP2": 46.7, "TH1": 24.1, "KN1": 22.1, "IN1": 73.1, "FR1": 21.2}
    outline = draw(Specification("trousers", measures), "front").outline
    assert outline is not None
    assert max(point.real for point in outline.points()) < 27


def test_a_bicep_that_does_not_fit_turns_no_sleeve_up() -> None:
    measures = {"BL1": 58.0, "CH1": 48.0, "AH1": 15.0, "SL1": 48.0, "BI1": 12.0, "SO1": 8.0}
    landmarks = draw(Specification("sweater", measures), "front").landmarks
    along = landmarks["sleeve_end_top_right"] - landmarks["shoulder_right"]
    assert along.imag > 0.5 * along.real


def test_the_shoulder_of_a_t_shirt_is_where_its_sleeve_is_usually_set_in() -> None:
    shares = [
        ("BL1", None, 1.0),
        ("CH1", None, 0.7),
        ("SH1", None, 0.72),
        ("SL1", None, 0.1),
        ("SH3", None, 0.08),
    ]
    seen = from_measures("t-shirt", shares, {"sleeve": "short"})
    assert seen.cm("SH1") == pytest.approx(0.86 * seen.cm("CH1"))
    total = (seen.cm("SH1") / 2 + seen.cm("SL1")) / seen.cm("BL1")
    assert total == pytest.approx(0.72 / 2 + 0.1, abs=0.001)
    without = [share for share in shares if share[0] != "SH1"]
    assert not from_measures("t-shirt", without, {"sleeve": "short"}).has("SL1")
    in_cm = [("CH1", 46.0, 0.7), ("SH1", 47.0, 0.72), ("SL1", 7.0, 0.1)]
    assert from_measures("t-shirt", in_cm, {}).measures == {"CH1": 46.0, "SH1": 47.0, "SL1": 7.0}


def test_shoulders_that_raised_arms_lift_fall_as_usual() -> None:
    shares = [("BL1", None, 1.0), ("CH1", None, 0.7), ("SH1", None, 0.6)]
    assert not from_measures("sweater", [*shares, ("SH3", None, 0.02)], {}).has("SH3")
    assert from_measures("sweater", [*shares, ("SH3", None, 0.06)], {}).has("SH3")


def test_shorts_whose_legs_touch_keep_their_outseam() -> None:
    shares = [("OS1", None, 1.0), ("WB1", None, 0.57), ("HP2", None, 0.8), ("IN1", None, 0.22)]
    seen = from_measures("shorts", shares, {}, is_plausible=True)
    assert seen.cm("OS1") == pytest.approx(seen.cm("FR1") + seen.cm("IN1") + 1, abs=0.1)
    assert seen.cm("IN1") > 0.45 * seen.cm("OS1")


def test_a_leg_that_is_wide_at_the_knee_widens_on_to_its_hem() -> None:
    wide = {"OS1": 121.0, "WB1": 37.0, "HP2": 51.0, "KN1": 31.0, "IN1": 95.0}
    drawn = draw(Specification("trousers", wide)).drawn_cm()
    assert drawn["LO1"] > drawn["KN1"] + 5
    assert draw(Specification("trousers", wide | {"KN1": 18.0})).drawn_cm()["LO1"] < 18


def test_a_dress_is_no_wider_at_the_chest_than_at_its_hem() -> None:
    slim = from_measures("dress", [("BL1", None, 1.0), ("HE1", None, 0.39)], {})
    assert slim.cm("CH1") < slim.cm("HE1")
    wide = from_measures("dress", [("BL1", None, 1.0), ("HE1", None, 0.8)], {})
    assert wide.cm("CH1") == pytest.approx(Specification("dress").cm("CH1"))


def test_a_narrow_neck_is_less_deep() -> None:
    usual, narrow = (
        draw(Specification("t-shirt", measures, {"neck": "crew"})).drawn_cm()["NK2"]
        for measures in ({"CH1": 46.0}, {"CH1": 46.0, "NK1": 14.0})
    )
    assert narrow == pytest.approx(usual * 14 / Specification("t-shirt").cm("NK1"), rel=0.02)


def test_a_coat_whose_long_sleeves_lie_folded_has_usual_ones() -> None:
    shares = [("BL1", None, 1.0), ("CH1", None, 0.55), ("SH1", None, 0.43), ("SL1", None, 0.5)]
    assert not from_measures("coat", shares, {"sleeve": "long"}).has("SL1")
    assert from_measures("dress", shares, {"sleeve": "long"}).has("SL1")


def test_a_neck_that_nobody_knows_is_drawn_as_the_likeliest_one() -> None:
    def drawn(product_type: str, features: dict[str, str], likely: str) -> str:
        return draw(from_measures(product_type, [], features, likely_neck=likely)).svg()

    for product_type in ("t-shirt", "dress", "sweater"):
        assert drawn(product_type, {}, "v") == drawn(product_type, {"neck": "v"}, "")
        assert drawn(product_type, {"neck": "crew"}, "v") == drawn(product_type, {}, "")
    assert drawn("jacket", {}, "v") == drawn("jacket", {}, "")


def test_a_flared_dress_turns_out_at_its_waist_and_is_straight_below() -> None:
    drawing = draw(Specification("dress", {"BL1": 98.0, "CH1": 43.0, "HE1": 83.0}))
    waist, hem = drawing.landmarks["waist_right"], drawing.landmarks["hem_side_right"]
    way = hem - waist
    for share in (0.4, 0.6, 0.8):
        at = waist + share * way
        assert half_width(drawing, at.imag) == pytest.approx(at.real, abs=0.05 * abs(way))
    assert drawing.landmarks["hem_centre"].imag > hem.imag + 3


def test_what_no_product_is_cut_like_is_left_out_of_a_photos_proportions() -> None:
    body = [("BL1", None, 1.0), ("CH1", None, 0.7)]
    wide = from_measures("sweater", [*body, ("NK1", None, 0.5), ("SH1", None, 0.7), ("SL1", None, 0.7)], {})
    assert wide.measures.keys() == {"BL1", "CH1"}
    assert from_measures("sweater", [*body, ("NK1", None, 0.35)], {}).has("NK1")
    assert not from_measures("t-shirt", [*body, ("WA1", None, 0.8)], {}).has("WA1")
    assert from_measures("t-shirt", [*body, ("WA1", None, 0.8), ("HE1", None, 0.85)], {}).has("WA1")
    legs = [("OS1", None, 1.0), ("WB1", None, 0.52), ("HP2", None, 0.45)]
    assert not from_measures("jeans", legs, {}).has("WB1")
    assert from_measures("jeans", [("WB1", 46.0, 0.52), *legs[2:]], {}).has("WB1")


def test_a_flat_waist_far_narrower_than_the_hip_is_left_out() -> None:
    shares = [("OS1", None, 1.0), ("WB1", None, 0.3), ("HP2", None, 0.5)]
    assert not from_measures("jeans", shares, {"waistband": "flat"}).has("WB1")
    assert from_measures("jeans", shares, {"waistband": "elastic"}).has("WB1")


def test_short_shorts_are_not_narrower_at_the_leg_than_at_the_hip() -> None:
    shares = [
        ("OS1", None, 1.0),
        ("WB1", None, 1.4),
        ("HP2", None, 1.78),
        ("TH1", None, 0.77),
        ("LO1", None, 0.7),
    ]
    seen = from_measures("shorts", [*shares, ("IN1", None, 0.26)], {})
    assert not seen.has("TH1")
    assert not seen.has("LO1")
    assert from_measures("shorts", [*shares, ("IN1", None, 0.7)], {}).has("LO1")


def test_gathered_shorts_run_straight_from_waist_to_leg() -> None:
    drawing = draw(Specification("shorts", {"OS1": 60.0, "WB1": 33.0, "HP2": 60.0, "IN1": 20.0, "FR1": 39.0}))
    waist, thigh = drawing.landmarks["waist_side_right"], drawing.landmarks["thigh_outer_right"]
    level = waist.imag + (thigh.imag - waist.imag) / 2
    assert half_width(drawing, level) == pytest.approx((waist.real + thigh.real) / 2, abs=2.0)


def half_width(drawing: Drawing, level: float) -> float:
    """How far the outline reaches to the right at a level."""
    assert drawing.outline is not None
    return max(point.real for point in drawing.outline.points(300) if abs(point.imag - level) < 0.3)
