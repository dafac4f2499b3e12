"""The local engine keeps the provider's promises: right shapes, plain refusals, equal answers."""

import io
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PilImage

from generation.providers.base import PermanentError, Request
from generation.providers.local import LocalProvider
from techpack.schemas import Annotations, BaseViewAnalysis, Category, CloseUpPlan

from .garments import ask, encoded, ground, image_of, shoes, striped_shirt, t_shirt, trousers

TEE = {"category": "APPAREL", "subcategory": "T-shirt"}
TROUSERS = {"category": "APPAREL", "subcategory": "Trousers"}


@pytest.fixture(scope="module")
def provider():
    return LocalProvider()


def base_view(provider, photo, **given):
    parameters = {"view": "front", "dimension": None, "corrections": {}, **TEE, **given}
    return BaseViewAnalysis.model_validate(ask(provider, "base_view", encoded(photo), **parameters).data)


def category(provider, photo, name="", notes=""):
    return Category.model_validate(ask(provider, "category", encoded(photo), name=name, notes=notes).data)


# --- category ---


def real(name: str) -> bytes:
    return (Path(__file__).parents[2] / f"vision/photos/{name}.jpg").read_bytes()


def test_words_decide_before_the_photo(provider):
    answer = category(provider, trousers(), name="Evening clutch with chain")
    assert (answer.category, answer.subcategory, answer.basis) == ("BAG", "Clutch", "words")


def test_words_and_photo_that_agree_are_surer(provider):
    agreed = category(provider, trousers(), name="Wide-leg trousers")
    alone = category(provider, ground(), name="Wide-leg trousers")
    assert agreed.basis == "words and photo"
    assert agreed.confidence > alone.confidence


@pytest.mark.parametrize(
    ("photo", "expected"),
    [("t-shirt", ("APPAREL", "T-shirt")), ("pants", ("APPAREL", "Jeans")), ("dress", ("APPAREL", "Dress")),
     ("shoes", ("FOOTWEAR", "Sneakers")), ("hat", ("HEADWEAR", "Baseball cap")),
     ("skirt", ("APPAREL", "Skirt")), ("shirt", ("APPAREL", "Shirt"))],
)  # fmt: skip
def test_a_photo_alone_tells_the_common_kinds(provider, photo, expected):
    answer = Category.model_validate(ask(provider, "category", real(photo), name="", notes="").data)
    assert (answer.category, answer.subcategory, answer.basis) == (*expected, "photo")
    assert answer.confidence > 0.8


def test_an_empty_photo_is_refused_before_anything_is_charged(provider):
    with pytest.raises(PermanentError, match="No product was found") as refusal:
        category(provider, ground())
    assert refusal.value.failure == "invalid_input"


# --- base views ---


def test_the_silhouette_lies_on_the_garment(provider):
    box = base_view(provider, t_shirt()).silhouette.box
    assert np.allclose(box, [55 / 600, 124 / 800, 545 / 600, 690 / 800], atol=0.015)


def test_a_pair_of_shoes_is_two_pieces(provider):
    answer = base_view(provider, shoes(), category="FOOTWEAR", subcategory="Shoes")
    assert answer.silhouette.pieces == 2


def test_a_photo_without_a_product_says_so(provider):
    answer = base_view(provider, ground())
    assert not answer.silhouette.found
    assert answer.silhouette.confidence < 0.25
    assert answer.silhouette.note


def test_a_plain_colour_is_found_and_named(provider):
    colours = base_view(provider, t_shirt()).colours.items
    assert "green" in colours[0].name
    assert colours[0].share > 0.8
    assert base_view(provider, t_shirt()).pattern.kind == "solid"


def test_stripes_are_seen(provider):
    assert base_view(provider, striped_shirt()).pattern.kind == "striped"


def test_without_a_dimension_lengths_are_ratios(provider):
    proportions = base_view(provider, t_shirt()).proportions
    assert proportions.scale is None
    assert {item.unit for item in proportions.items} == {"ratio"}


def test_one_dimension_scales_all_the_others(provider):
    given = {"name": "total_length", "value": 70, "unit": "cm"}
    items = {item.code: item for item in base_view(provider, t_shirt(), dimension=given).proportions.items}
    assert items["A1"].value == 70
    assert items["B1"].value == pytest.approx(260 / 565 * 70, abs=1.5)


def test_a_detail_photo_is_not_scaled_by_a_width(provider):
    given = {"name": "chest_width", "value": 50, "unit": "cm"}
    assert base_view(provider, t_shirt(), view="detail", dimension=given).proportions.scale is None


def test_materials_are_never_guessed(provider):
    answer = base_view(provider, t_shirt())
    assert answer.materials.items == []
    assert "Fibre content" in [entry.field for entry in answer.to_be_specified]


def test_a_correction_of_the_category_is_binding(provider):
    corrected = base_view(provider, trousers(), corrections=TROUSERS)
    assert "Inseam" in [item.name for item in corrected.proportions.items]


# --- close-ups ---


def test_close_ups_are_four_to_six_and_do_not_overlap(provider):
    data = ask(provider, "close_up_plan", encoded(t_shirt()), views=[{"view": "front"}], **TEE).data
    areas = [shot.area for shot in CloseUpPlan.model_validate(data).shots]
    assert 4 <= len(areas) <= 6
    for index, one in enumerate(areas):
        for other in areas[:index]:
            assert min(one[2], other[2]) <= max(one[0], other[0]) or min(one[3], other[3]) <= max(
                one[1], other[1]
            )


def test_close_ups_are_spread_over_the_photos_front_first(provider):
    views = [{"view": "back"}, {"view": "front"}]
    data = ask(
        provider, "close_up_plan", encoded(striped_shirt()), encoded(t_shirt()), views=views, **TEE
    ).data
    images = [shot["image"] for shot in data["shots"]]
    assert images[0] == 1
    assert set(images) == {0, 1}


def test_a_close_up_is_enlarged(provider):
    output = ask(
        provider, "close_up", encoded(t_shirt()), area=[0.3, 0.1, 0.7, 0.4], title="Neck", kind="neckline"
    )
    assert max(PilImage.open(io.BytesIO(output.image)).size) == 1400


# --- sketches and callouts ---


def test_a_sketch_is_white_with_black_lines_and_has_no_letters(provider):
    output = ask(provider, "sketch", encoded(t_shirt()), view="front", basis="photo", **TEE)
    pixels = np.asarray(PilImage.open(io.BytesIO(output.image)).convert("L"))
    assert max(pixels.shape) == 1600
    assert 0.005 < (pixels < 128).mean() < 0.1
    assert (pixels > 250).mean() > 0.85
    assert "<text" not in output.svg
    assert "<script" not in output.svg


def test_a_mirrored_back_has_no_front_neckline(provider):
    photo = encoded(t_shirt())
    front = ask(provider, "sketch", photo, view="front", basis="photo", **TEE)
    back = ask(provider, "sketch", photo, view="back", basis="mirror", **TEE)
    assert back.svg.count("<path") < front.svg.count("<path")
    notes = ask(
        provider, "callouts", photo, view="back", basis="mirror", dimension=None, analysis=None, **TEE
    ).data
    assert any("outline only" in callout["text"] for callout in notes["callouts"])


def test_callouts_and_lines_lie_on_the_drawing(provider):
    photo = encoded(trousers())
    given = {"name": "waist_width", "value": 38, "unit": "cm"}
    data = ask(
        provider, "callouts", photo, view="front", basis="photo", dimension=given, analysis=None, **TROUSERS
    ).data
    answer = Annotations.model_validate(data)
    assert 4 <= len(answer.callouts) <= 8
    assert [callout.number for callout in answer.callouts] == list(range(1, len(answer.callouts) + 1))
    values = {measurement.name: measurement.value for measurement in answer.measurements}
    assert values["Waist width"] == 38
    assert values["Inseam"] == pytest.approx(np.hypot(400, 60) / 200 * 38, rel=0.1)
    assert values["Back rise"] is None


# --- promises of a provider ---


def test_two_threads_get_the_same_bytes():
    photo = encoded(striped_shirt())

    def draw(provider):
        return ask(provider, "sketch", photo, view="front", basis="photo", **TEE).image

    with ThreadPoolExecutor(4) as pool:
        drawings = list(pool.map(draw, [LocalProvider() for _ in range(4)]))
    assert len(set(drawings)) == 1


@pytest.mark.parametrize("data", [b"", b"not a picture", encoded(t_shirt())[:200]])
def test_a_broken_picture_is_refused_for_good(provider, data):
    with pytest.raises(PermanentError) as refusal:
        ask(provider, "category", data, name="", notes="")
    assert refusal.value.failure == "invalid_input"


def test_an_unknown_purpose_is_refused_for_good(provider):
    with pytest.raises(PermanentError) as refusal:
        ask(provider, "horoscope", encoded(t_shirt()))
    assert refusal.value.failure == "invalid_input"


def test_equal_requests_have_equal_hashes(provider):
    request = Request(operation="analyse", purpose="category", parameters={"name": "x", "notes": ""})
    images = [image_of(b"one")]
    hashes = {provider.prepare(request, images, uuid.uuid4()).hash for _ in range(2)}
    assert len(hashes) == 1


@pytest.mark.skipif("SELVEDGE_PHOTOS" not in os.environ, reason="needs a folder of real photos")
def test_every_real_photo_is_answered_in_shape(provider):
    for path in sorted(Path(os.environ["SELVEDGE_PHOTOS"]).glob("*.jpg")):
        data = path.read_bytes()
        kind = Category.model_validate(ask(provider, "category", data, name=path.stem, notes="").data)
        what = {"category": kind.category, "subcategory": kind.subcategory}
        seen = ask(provider, "base_view", data, view="front", dimension=None, corrections={}, **what).data
        BaseViewAnalysis.model_validate(seen)
        CloseUpPlan.model_validate(
            ask(provider, "close_up_plan", data, views=[{"view": "front"}], **what).data
        )
        for basis in ("photo", "mirror"):
            parameters = {"view": "front", "basis": basis, "dimension": None, "analysis": seen, **what}
            Annotations.model_validate(ask(provider, "callouts", data, **parameters).data)
            assert ask(provider, "sketch", data, **parameters).image


# --- what an answer follows from ---


def callouts(provider, photo, *names):
    colours = [{"name": name, "hex": "#38574D"} for name in names]
    facts = {"view": "front", "dimension": None, **TEE, "basis": "photo", "corrections": {"colours": colours},
             "analysis": {"colours": {"items": colours}, "pattern": {"kind": "striped"}}}  # fmt: skip
    request = Request(operation="analyse", purpose="callouts", parameters=facts)
    return ask(provider, "callouts", encoded(photo), **facts).data, provider.works_from(request)


def test_another_second_colour_is_no_other_sketch(provider):
    photo = t_shirt()
    first, second = callouts(provider, photo, "Pine", "White"), callouts(provider, photo, "Pine", "Ecru")
    assert first == second
    answer, facts = callouts(provider, photo, "Fir", "White")
    assert answer != first[0]
    assert facts != first[1]


def test_a_category_that_is_only_confirmed_is_no_other_base_view(provider):
    said = [{}, dict(TEE), {**TEE, "subcategory": "Polo"}]
    asked = [Request(operation="analyse", purpose="base_view", parameters={**TEE, "corrections": more})
             for more in said]  # fmt: skip
    found, confirmed, corrected = map(provider.works_from, asked)
    assert found == confirmed != corrected
