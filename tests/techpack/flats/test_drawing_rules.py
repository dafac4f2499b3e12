"""The conventions of a technical flat, checked on every type with every feature it may have."""

import json
from hashlib import sha256
from pathlib import Path as File

import pytest

from bench.flat_rules import broken_rules, distance
from bench.flat_variants import VARIANTS
from techpack.flats import Specification, draw, views_of
from techpack.flats.seam_ends import segments_of
from techpack.library import all_features, features_of, product_types

TYPES = sorted(product_types())
SNAPSHOTS = File(__file__).with_name("snapshots.json")

# What a feature only shows with: buttons with a closure of buttons, straps with a bodice on straps.
BESIDE = {
    "buttons": {"closure": "buttons"}, "strap": {"neck": "straps"}, "pleats": {"yoke": "back"},
    "cut": {"closure": "buttons", "waistband": "flat"}, "cuff": {"sleeve": "long"},
    "shoulder": {"sleeve": "long"},
}  # fmt: skip


@pytest.mark.parametrize("product_type", TYPES)
def test_every_feature_changes_the_drawing_and_keeps_the_rules(product_type: str) -> None:
    features = features_of(product_type)
    for name, values in features.items():
        beside = {key: value for key, value in BESIDE.get(name, {}).items() if value in features.get(key, ())}
        drawn = set()
        for value in values:
            spec = Specification(product_type, {}, beside | {name: value}, is_mens=value == "men's")
            drawings = [draw(spec, view) for view in views_of(product_type)]
            for drawing in drawings:
                assert broken_rules(drawing, drawing.svg()) == [], f"{name} {value}, {drawing.view}"
            drawn.add("".join(drawing.svg() for drawing in drawings))
        assert len(drawn) >= min(2, len(values)), f"{name} changes nothing"


def test_rows_of_stitches_run_beside_their_hem_at_their_distance() -> None:
    drawing = draw(Specification("t-shirt", {"BL1": 70, "CH1": 52, "HM1": 2.5, "HE1": 52}))
    hem = [
        (a, b) for a, b in segments_of(drawing.outline, is_closed=True)
        if min(a.imag, b.imag) > 65 and abs(b.real - a.real) > abs(b.imag - a.imag)
    ]  # fmt: skip
    found = set()
    for layer, stroke in drawing.strokes:
        middle = stroke.path.at_length(stroke.path.length() / 2)
        if layer == "stitches" and middle.imag > 60:
            apart = [distance(point, hem) for point in stroke.path.points(6)[1:-1]]
            assert max(apart) - min(apart) < 0.1
            found.add(round(sum(apart) / len(apart), 1))
    assert found == {2.5, 1.9}


@pytest.mark.parametrize(("is_mens", "side"), [(False, 1), (True, -1)])
def test_women_close_right_over_left_and_men_left_over_right(is_mens: bool, side: int) -> None:
    """The free edge of the wearer's right front lies on the right of the page."""
    drawing = draw(Specification("shirt", {"PL2": 3.0}, is_mens=is_mens))
    seams = [stroke.path for layer, stroke in drawing.strokes if layer == "seams"]
    uprights = [path for path in seams if abs(path.start.real - path.end.real) < 0.01 and path.length() > 30]
    edges = [path.start.real for path in uprights]
    assert edges == [pytest.approx(side * 1.5)]


def test_what_nobody_knows_is_not_drawn() -> None:
    plain = draw(Specification("jacket"))
    with_pockets = draw(Specification("jacket", {}, {"pockets": "welt", "closure": "full zip"}))
    assert sum(layer == "details" for layer, _ in plain.strokes) == 0
    assert len(with_pockets.strokes) > len(plain.strokes)


def test_a_collar_that_nobody_knows_is_shown_as_open() -> None:
    for product_type in ("jacket", "coat"):
        unknown, known = (draw(Specification(product_type, {}, one)) for one in ({}, {"neck": "crew"}))
        assert [layer for layer, _ in unknown.strokes].count("open") == 2
        assert "open" not in [layer for layer, _ in known.strokes]
        assert "collar_point_right" not in unknown.landmarks


def test_the_picker_offers_all_features_of_the_trade() -> None:
    named = (
        "neck sleeve shoulder cuff closure hem pockets waistband length vents yoke pleats strap heel lacing"
    )
    assert {*named.split(), "lacing"} <= all_features().keys()


def test_drawings_are_those_that_somebody_looked_at() -> None:
    """When this fails: run `python -m bench.vision.pictures flats docs/flats.png`, look at every flat
    enlarged, then write the digests anew with `python -m tests.techpack.flats.test_drawing_rules`."""
    assert digests() == json.loads(SNAPSHOTS.read_text())


def digests() -> dict[str, str]:
    """A short digest of every drawing in docs/flats.png."""
    found = {}
    for name, variants in VARIANTS.items():
        for features in variants:
            spec = Specification(name, {}, features, is_mens=features.get("cut") == "men's")
            for view in views_of(name):
                words = ", ".join(f"{key} {value}" for key, value in features.items())
                svg = draw(spec, view).svg(dimensions=True)
                found[f"{name}, {view}: {words}"] = sha256(svg.encode()).hexdigest()[:12]
    return found


if __name__ == "__main__":
    SNAPSHOTS.write_text(json.dumps(digests(), indent=1, sort_keys=True) + "\n")
