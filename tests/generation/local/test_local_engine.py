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
from generation.providers.local.base_view import UNSEEN
from generation.providers.local.pattern import PRINT_IN_ONE_PLACE, pattern
from generation.providers.local.photo import Photo, decode
from techpack.flats import Specification, draw
from techpack.schemas import Annotations, BaseViewAnalysis, Category, CloseUpPlan
from vision import networks

from .garments import (
    ask,
    cap,
    encoded,
    ground,
    image_of,
    shirt_before_a_door,
    shoes,
    shoes_side_by_side,
    striped_shirt,
    t_shirt,
    tagged_shirt,
    trousers,
)

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
     ("shoes", ("FOOTWEAR", "Sneakers")), ("hat", ("HEADWEAR", "Beanie")),
     ("skirt", ("APPAREL", "Skirt")), ("shirt", ("APPAREL", "Shirt"))],
)  # fmt: skip
def test_a_photo_alone_tells_the_common_kinds(provider, photo, expected):
    answer = Category.model_validate(ask(provider, "category", real(photo), name="", notes="").data)
    assert (answer.category, answer.subcategory, answer.basis) == (*expected, "photo")
    assert answer.confidence > 0.7


def test_an_empty_photo_is_refused_before_anything_is_charged(provider):
    with pytest.raises(PermanentError, match="No product was found") as refusal:
        category(provider, ground())
    assert refusal.value.failure == "invalid_input"


# --- base views ---


def test_the_silhouette_lies_on_the_garment(provider):
    box = base_view(provider, t_shirt()).silhouette.box
    assert np.allclose(box, [55 / 600, 124 / 800, 545 / 600, 690 / 800], atol=0.015)


def test_a_photo_is_looked_at_once_for_a_whole_pack(monkeypatch):
    provider, looks = LocalProvider(), []
    look = networks.salience
    monkeypatch.setattr(networks, "salience", lambda image: looks.append(1) or look(image))
    category(provider, t_shirt())
    base_view(provider, t_shirt())
    assert len(looks) == 1


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


def test_stripes_are_seen(provider):
    assert base_view(provider, striped_shirt()).pattern.kind == "striped"


@pytest.mark.parametrize(
    ("name", "kind"), [("pants", "solid"), ("hat", "striped"), ("shirt", "printed"), ("t-shirt", "printed")]
)
def test_a_pattern_is_recognised(name, kind):
    """The T-shirt has one print on plain cloth: that is said, too."""
    found = pattern(Photo(name, decode(real(name))))
    assert found["kind"] == kind
    assert (found["evidence"] == PRINT_IN_ONE_PLACE) == (name == "t-shirt")


def test_a_quilted_jacket_is_not_called_printed():
    assert pattern(Photo("jacket", decode(real("outwear"))))["kind"] in ("textured", "unknown")


def test_materials_are_never_guessed(provider):
    answer = base_view(provider, t_shirt())
    assert answer.materials.items == []
    assert "Fibre content" in [entry.field for entry in answer.to_be_specified]


# --- close-ups ---


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


# --- promises of a provider ---


@pytest.mark.usefixtures("looking_anew")
def test_two_threads_get_the_same_bytes():
    photo = encoded(striped_shirt())

    def made(provider):
        return ask(provider, "sketch", photo, view="front", basis="photo", **TEE).image

    with ThreadPoolExecutor(2) as pool:
        drawings = list(pool.map(made, [LocalProvider() for _ in range(2)]))
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


LANDMARKS = {
    "hps_left": [0.4, 0.17], "hps_right": [0.6, 0.17], "cb_neck": [0.5, 0.18], "hem_centre": [0.5, 0.85],
    "shoulder_left": [0.28, 0.2], "shoulder_right": [0.72, 0.2], "underarm_left": [0.3, 0.4],
    "underarm_right": [0.7, 0.4], "hem_left": [0.3, 0.85], "hem_right": [0.7, 0.85],
    "sleeve_end_top_right": [0.88, 0.35], "sleeve_end_under_right": [0.8, 0.42],
}  # fmt: skip


def test_close_ups_are_named_by_the_landmarks(provider):
    views = [{"view": "front", "landmarks": LANDMARKS, "features": {"sleeve": "short"}}]
    data = ask(provider, "close_up_plan", encoded(t_shirt()), views=views, product_type="t-shirt").data
    shots = CloseUpPlan.model_validate(data).shots
    assert 4 <= len(shots) <= 6
    assert {"Neckline", "Sleeve hem", "Hem"} <= {shot.title for shot in shots}


def test_without_landmarks_close_ups_show_edges_of_the_product(provider):
    data = ask(provider, "close_up_plan", encoded(t_shirt()), views=[{"view": "front"}], **TEE).data
    titles = [shot.title for shot in CloseUpPlan.model_validate(data).shots]
    assert titles == ["Top edge", "Lower edge", "Left edge", "Right edge"]


def test_a_sketch_is_the_flat_that_came_with_the_request(provider):
    flat = draw(Specification("t-shirt")).svg()
    output = ask(provider, "sketch", encoded(t_shirt()), view="front", basis="photo", flat=flat, **TEE)
    pixels = np.asarray(PilImage.open(io.BytesIO(output.image)).convert("L"))
    assert output.svg == flat
    assert pixels.shape[1] == 1600
    assert 0.002 < (pixels < 128).mean() < 0.1


def test_what_has_no_flat_is_traced_and_says_so(provider):
    facts = {"view": "front", "basis": "photo", "category": "FURNITURE", "subcategory": "Stool"}
    output = ask(provider, "sketch", encoded(t_shirt()), **facts)
    assert output.svg.count("<path") == 1
    assert "<text" not in output.svg
    notes = Annotations.model_validate(ask(provider, "callouts", encoded(t_shirt()), **facts).data)
    assert "Traced" in notes.note
    assert {callout.source for callout in notes.callouts} == {"suggested"}


def test_callouts_are_those_that_came_with_the_request(provider):
    sent = [{"number": 1, "text": "Crew neck", "category": "construction", "position": [0.5, 0.2],
             "source": "measured", "confidence": 0.9}]  # fmt: skip
    data = ask(
        provider, "callouts", encoded(t_shirt()), view="front", basis="photo", callouts=sent, **TEE
    ).data
    assert [callout.text for callout in Annotations.model_validate(data).callouts] == ["Crew neck"]
    assert data["measurements"] == []


def test_a_base_view_claims_no_lengths(provider):
    given = {"name": "total_length", "value": 70, "unit": "cm"}
    assert base_view(provider, t_shirt(), dimension=given).proportions.items == []


def test_another_flat_is_another_sketch_and_another_wish_is_not(provider):
    def facts(**more):
        parameters = {"view": "front", "basis": "photo", "flat": "<svg/>", **more}
        return provider.works_from(Request(operation="render", purpose="sketch", parameters=parameters))

    assert facts() == facts(wish="nicer")
    assert facts() != facts(flat="<svg><path/></svg>")


def test_a_background_in_the_products_colour_lowers_the_confidence(provider):
    silhouette = base_view(provider, shirt_before_a_door()).silhouette
    assert silhouette.confidence <= 0.5
    assert silhouette.note


def test_shoes_that_touch_are_not_a_dress(provider):
    data = ask(provider, "category", encoded(shoes_side_by_side()), name="", notes="").data
    assert Category.model_validate(data).category in ("FOOTWEAR", "OTHER")


def test_a_hang_tag_does_not_make_a_print(provider):
    assert base_view(provider, tagged_shirt()).pattern.kind in ("solid", "unknown")


def test_no_colour_name_is_said_twice(provider):
    names = [item.name for item in base_view(provider, cap()).colours.items]
    assert len(names) == len(set(names))


def test_what_is_said_of_every_photo_is_true_of_any():
    said = " ".join(reason for _, reason in UNSEEN)
    assert "this photo" not in said
    assert "in the photo" not in said


def test_construction_is_as_sure_as_the_features_it_lists(provider):
    answer = BaseViewAnalysis.model_validate(
        ask(provider, "base_view", real("shirt"), view="front", corrections={}, **TEE).data
    )
    group = answer.construction
    assert "sleeve" in [item.area for item in group.items]
    assert group.confidence == pytest.approx(np.mean([item.confidence for item in group.items]), abs=0.01)


def test_a_hat_is_named_by_what_the_photo_shows(provider):
    data = ask(provider, "category", real("hat"), name="Blue hat", notes="").data
    answer = Category.model_validate(data)
    assert (answer.category, answer.subcategory) == ("HEADWEAR", "Beanie")
