"""Nothing is measured that the photo does not show; what is not known is to be specified, with the reason."""

from pathlib import Path

import pytest

from generation.providers.local import LocalProvider
from generation.providers.local.base_view import UNSEEN
from techpack.schemas import Annotations, BaseViewAnalysis, Category, CloseUpPlan

from .garments import (
    ask,
    encoded,
    ground,
    parted_trousers,
    shirt_before_a_door,
    shoe_from_the_side,
    shoes,
    stool,
    t_shirt,
    trousers_with_touching_legs,
)

TEE = {"category": "APPAREL", "subcategory": "T-shirt"}
TROUSERS = {"category": "APPAREL", "subcategory": "Trousers"}
SHOES = {"category": "FOOTWEAR", "subcategory": "Shoes"}
LENGTH = {"name": "total_length", "value": 70, "unit": "cm"}


@pytest.fixture(scope="module")
def provider():
    return LocalProvider()


def base_view(provider, photo, **given):
    facts = {"view": "front", "dimension": None, "corrections": {}, **TEE, **given}
    return BaseViewAnalysis.model_validate(ask(provider, "base_view", encoded(photo), **facts).data)


def notes(provider, photo, **given):
    facts = {"view": "front", "basis": "photo", "dimension": None, "analysis": None, **TEE, **given}
    return Annotations.model_validate(ask(provider, "callouts", encoded(photo), **facts).data)


def items(answer):
    return {item.name: item for item in answer.measurements}


def reasons(answer):
    return {gap.field: gap.reason for gap in answer.to_be_specified}


# --- points of measure ---


def test_a_thigh_is_measured_across_the_leg_and_not_in_the_gap(provider):
    found = items(notes(provider, parted_trousers(), **TROUSERS))
    waist = found["Waist width"].value
    assert found["Thigh width"].value / waist == pytest.approx(88 / 200, rel=0.1)


def test_where_legs_touch_the_crotch_is_to_be_specified(provider):
    photo = trousers_with_touching_legs()
    found = items(notes(provider, photo, **TROUSERS))
    for name in ("Rise", "Inseam", "Thigh width"):
        assert (found[name].value, found[name].source, found[name].line) == (None, None, None)
        assert "the legs touch" in found[name].how
    assert found["Outseam"].value == 1
    seen = base_view(provider, photo, **TROUSERS)
    assert not {"Rise", "Inseam"} & {item.name for item in seen.proportions.items}
    assert "the legs touch" in reasons(seen)["Inseam, rise, thigh width"]


def test_of_shorts_the_rise_may_be_the_longer(provider):
    shorts = {"category": "APPAREL", "subcategory": "Shorts"}
    found = items(notes(provider, trousers_with_touching_legs(), **shorts))
    assert found["Rise"].value > found["Inseam"].value


def test_the_height_of_a_pair_is_not_a_shoes_length(provider):
    given = {"name": "total_length", "value": 28, "unit": "cm"}
    seen = base_view(provider, shoes(), dimension=given, **SHOES)
    assert seen.proportions.scale is None
    assert {item.unit for item in seen.proportions.items} == {"ratio"}
    assert max(item.confidence for item in seen.proportions.items) < 0.5
    assert "cannot be read in this view" in reasons(seen)["Measurements in cm"]


def test_one_shoe_from_the_side_shows_its_length(provider):
    given = {"name": "total_length", "value": 28, "unit": "cm"}
    values = {
        item.name: item.value
        for item in base_view(
            provider, shoe_from_the_side(), view="side", dimension=given, **SHOES
        ).proportions.items
    }
    assert values["Overall width"] == 28
    assert values["Overall height"] < 14


def test_a_bag_is_scaled_by_its_width_and_never_by_a_length(provider):
    bag = {"category": "BAG", "subcategory": "Tote bag"}
    by_length = base_view(provider, t_shirt(), dimension=LENGTH, **bag).proportions
    by_width = base_view(provider, t_shirt(), dimension={**LENGTH, "name": "total_width"}, **bag).proportions
    assert by_length.scale is None
    assert {item.name: item.value for item in by_width.items}["Overall width"] == 70


def test_a_detail_is_never_scaled(provider):
    seen = base_view(provider, t_shirt(), view="detail", dimension=LENGTH)
    assert seen.proportions.scale is None
    assert {item.unit for item in seen.proportions.items} == {"ratio"}
    assert "A detail photo shows a part" in reasons(seen)["Measurements in cm"]


# --- views nobody photographed ---


def test_a_mirrored_back_is_an_outline_and_nothing_in_it(provider):
    svg = ask(provider, "sketch", encoded(t_shirt()), view="back", basis="mirror", **TEE).svg
    assert svg.count("<path") == 1


@pytest.mark.parametrize("basis", ["mirror", "inferred"])
def test_of_a_view_nobody_photographed_all_is_suggested(provider, basis):
    answer = notes(provider, t_shirt(), view="back", basis=basis)
    written = [*answer.callouts, *(item for item in answer.measurements if item.value is not None)]
    assert len(written) > 6
    assert {item.source for item in written} == {"suggested"}
    assert max(item.confidence for item in written) < 0.5


# --- callouts ---


def test_what_nobody_looked_for_is_not_measured(provider):
    said = {callout.text: callout for callout in notes(provider, t_shirt()).callouts}
    side = said["Side: seam type and allowance to be specified"]
    assert (side.source, side.confidence) == ("suggested", 0)
    assert "measured" in {callout.source for callout in said.values()}
    said = {
        callout.text: callout
        for callout in notes(provider, t_shirt(), category="BAG", subcategory="Tote bag").callouts
    }
    assert said["Closure and hardware: to be specified"].source == "suggested"
    assert said["Top edge: finish to be specified"].source == "suggested"
    assert said["Main material: to be specified"].source == "suggested"


# --- sentences ---


def test_what_is_said_of_every_photo_is_true_of_any():
    said = " ".join(reason for _, reason in UNSEEN)
    assert "this photo" not in said
    assert "The photo is" not in said
    assert "in the photo" not in said


def test_the_summary_of_a_doubtful_outline_names_no_part(provider):
    assert "sleeves" in base_view(provider, t_shirt()).summary
    assert "sleeves" not in base_view(provider, shirt_before_a_door()).summary


def test_construction_is_as_sure_as_the_lines_it_lists(provider):
    for photo, kind in ((t_shirt(), TEE), (t_shirt(), {"category": "BAG", "subcategory": "Tote bag"})):
        group = base_view(provider, photo, **kind).construction
        assert group.items
        mean = sum(item.confidence for item in group.items) / len(group.items)
        assert group.confidence == pytest.approx(mean, abs=0.01)


# --- rough outlines ---


def test_a_rough_outline_says_so_and_has_no_values(provider):
    answer = notes(provider, ground())
    assert "Redraw it" in answer.note
    assert {item.value for item in answer.measurements} == {None}
    assert {callout.source for callout in answer.callouts} == {"suggested"}
    seen = base_view(provider, ground())
    assert seen.proportions.items == []
    assert any("too rough" in reason for reason in reasons(seen).values())


def test_a_good_outline_has_no_note(provider):
    assert notes(provider, t_shirt()).note == ""


def test_a_close_up_shows_the_product(provider):
    stool_is = {"category": "FURNITURE", "subcategory": "Stool"}
    data = ask(provider, "close_up_plan", encoded(stool()), views=[{"view": "front"}], **stool_is).data
    shots = CloseUpPlan.model_validate(data).shots
    assert len(shots) >= 4
    assert "Lower edge" not in [shot.title for shot in shots]


# --- hats ---


def test_a_hat_is_named_by_what_the_photo_shows(provider):
    photo = (Path(__file__).parents[2] / "vision/photos/hat.jpg").read_bytes()
    data = ask(provider, "category", photo, name="Blue hat", notes="").data
    answer = Category.model_validate(data)
    assert (answer.category, answer.subcategory) == ("HEADWEAR", "Baseball cap")
