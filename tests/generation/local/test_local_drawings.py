"""What the local engine draws and says, and what it leaves out."""

import pytest
from generation.providers.local.flat import Flat, flat

from generation.providers.local import LocalProvider
from generation.providers.local.photo import Photo
from techpack.schemas import Annotations, BaseViewAnalysis, Category

from .garments import (
    ask,
    cap,
    creased_shirt,
    dress,
    encoded,
    ground,
    shirt_before_a_door,
    shoes,
    shoes_side_by_side,
    strapped_dress,
    t_shirt,
    tagged_shirt,
    trousers,
)


@pytest.fixture(scope="module")
def provider():
    return LocalProvider()


def drawn(photo, category="APPAREL", subcategory="T-shirt") -> Flat:
    return flat(Photo("x", photo), "front", category, subcategory)


def roles(drawing: Flat) -> list[str]:
    return [seam.role for seam in drawing.seams]


def base_view(provider, photo, **given):
    parameters = {"view": "front", "dimension": None, "corrections": {}, "category": "APPAREL",
                  "subcategory": "T-shirt", **given}  # fmt: skip
    return BaseViewAnalysis.model_validate(ask(provider, "base_view", encoded(photo), **parameters).data)


# --- lines ---


def test_a_shirt_has_neckline_armholes_cuffs_and_hem():
    places = {role.split()[0] for role in roles(drawn(t_shirt()))}
    assert {"neckline", "armhole", "cuff", "hem"} <= places


def test_folds_are_left_out():
    assert "inner line" not in roles(drawn(creased_shirt()))


def test_lines_of_an_even_garment_come_in_pairs():
    drawing = drawn(t_shirt())
    left, right = (seam.points for seam in drawing.seams if seam.role == "armhole")
    assert (left + right[::-1])[:, 0] == pytest.approx(drawing.width - 1, abs=0.01)


def test_trousers_have_a_centre_seam_that_ends_in_the_crotch():
    drawing = drawn(trousers(), subcategory="Trousers")
    seam = drawing.seam("centre seam")
    assert seam is not None
    assert drawing.bottom is not None
    assert drawing.bottom.crotch is not None
    assert seam.points[:, 1].max() == pytest.approx(drawing.bottom.crotch[1], abs=20)


def test_a_cap_has_a_peak_and_a_centre_seam_in_spite_of_its_badge():
    found = roles(drawn(cap(), "HEADWEAR", "Baseball cap"))
    assert "brim" in found
    assert "panel seam" in found
    assert "inner line" not in found


def test_a_doubtful_outline_is_drawn_without_inner_lines():
    assert roles(drawn(ground())) == []


def test_a_line_that_is_only_usual_is_not_reported_as_seen(provider):
    answer = base_view(provider, dress(), subcategory="Sweater")
    drawing = drawn(dress(), subcategory="Sweater")
    assert len(answer.construction.items) == sum(not seam.assumed for seam in drawing.seams)


# --- callouts ---


@pytest.mark.parametrize(
    ("draw", "category", "subcategory"),
    [(t_shirt, "APPAREL", "T-shirt"), (dress, "APPAREL", "Dress"), (trousers, "APPAREL", "Trousers"),
     (trousers, "APPAREL", "Jumpsuit"), (dress, "APPAREL", "Skirt"), (shoes, "FOOTWEAR", "Shoes"),
     (cap, "HEADWEAR", "Baseball cap"), (cap, "BAG", "Tote bag"), (cap, "OTHER", ""),
     (ground, "APPAREL", "Coat")],
)  # fmt: skip
def test_every_family_has_four_to_eight_callouts(provider, draw, category, subcategory):
    for basis in ("photo", "mirror"):
        answer = Annotations.model_validate(ask(
            provider, "callouts", encoded(draw()), view="front" if basis == "photo" else "back", basis=basis,
            dimension=None, analysis=None, category=category, subcategory=subcategory,
        ).data)  # fmt: skip
        assert 4 <= len(answer.callouts) <= 8


# --- what is said with less certainty ---


def test_a_background_in_the_products_colour_lowers_the_confidence(provider):
    silhouette = base_view(provider, shirt_before_a_door()).silhouette
    assert silhouette.confidence <= 0.5
    assert silhouette.note


def test_shoes_that_touch_are_not_a_dress(provider):
    data = ask(provider, "category", encoded(shoes_side_by_side()), name="", notes="").data
    answer = Category.model_validate(data)
    assert answer.category in ("FOOTWEAR", "OTHER")


def test_a_dress_with_broad_straps_is_no_pair_of_shoes(provider):
    data = ask(provider, "category", encoded(strapped_dress()), name="", notes="").data
    assert Category.model_validate(data).category != "FOOTWEAR"


def test_a_hang_tag_does_not_make_a_print(provider):
    assert base_view(provider, tagged_shirt()).pattern.kind == "solid"


def test_no_colour_name_is_said_twice(provider):
    names = [item.name for item in base_view(provider, cap()).colours.items]
    assert len(names) == len(set(names))


def test_a_close_up_of_a_rough_outline_names_no_part(provider):
    shots = ask(
        provider, "close_up_plan", encoded(shirt_before_a_door()), views=[{"view": "front"}],
        category="APPAREL", subcategory="T-shirt",
    ).data["shots"]  # fmt: skip
    assert drawn(shirt_before_a_door()).rough
    assert len(shots) >= 4
    assert {shot["kind"] for shot in shots} <= {"detail", "texture", "surface"}
    assert not {"Cuff", "Hem", "Neckline"} & {shot["title"] for shot in shots}
