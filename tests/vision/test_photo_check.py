"""A photo is recognised, and what is no photo of a product is said before anything is charged."""

import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from vision import networks, upright, worn
from vision.garments import recognition
from vision.garments.classifier_heads import Head, heads
from vision.garments.recognition import Recognition, possible
from vision.garments.regions import find_body
from vision.measuring import measure
from vision.photo import UnreadablePhotoError, read_photo
from vision.photo_check import see
from vision.worn import body_goes_on

PHOTOS = Path(__file__).parent / "photos"
KINDS = {
    "t-shirt": {"t-shirt"}, "longsleeve": {"long-sleeve top", "sweatshirt", "sweater"}, "pants": {"jeans"},
    "dress": {"dress"}, "shoes": {"trainer", "boot"}, "hat": {"beanie"}, "shirt": {"shirt"},
    "outwear": {"jacket", "coat"}, "skirt": {"skirt"}, "shorts": {"shorts"},
}  # fmt: skip


def photo(name: str) -> np.ndarray:
    return read_photo((PHOTOS / f"{name}.jpg").read_bytes())


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


def codes(image: np.ndarray) -> set[str]:
    return {problem.code for problem in see(image).problems}


@pytest.mark.parametrize("name", KINDS)
def test_a_photo_is_recognised(name: str) -> None:
    sight = see(photo(name))
    assert sight.recognition.product_type in KINDS[name]
    assert not sight.blocks
    assert not sight.is_worn
    assert 3 <= len(sight.outline) <= 160
    assert 0.05 < sight.mask.mean() < 0.95


def test_features_are_said_only_with_confidence() -> None:
    names = ("shirt", "t-shirt", "outwear", "longsleeve")
    found = {name: see(photo(name)).recognition.features for name in names}
    assert found["shirt"]["sleeve"][0] == "long"
    assert found["t-shirt"]["sleeve"][0] == "short"
    assert found["t-shirt"]["closure"][0] == "none"
    assert found["shirt"]["closure"][0] == "buttons"
    assert found["outwear"]["closure"][0] == "full zip"
    assert found["shirt"]["neck"][0] == "shirt collar"
    assert found["longsleeve"]["sleeve"][0] == "long"
    assert found["longsleeve"].get("neck", ("scoop", 0))[0] == "scoop"
    for features in found.values():
        assert all(heads()[name].is_sure_of(said, share + 0.005) for name, (said, share) in features.items())


def test_each_value_of_a_feature_is_said_from_a_confidence_of_its_own() -> None:
    head = Head(np.zeros((1, 2), np.float32), np.zeros(2, np.float32), ("shirt collar", "v"), (0.5, 0.8))
    assert head.is_sure_of("shirt collar", 0.6)
    assert not head.is_sure_of("v", 0.6)


@pytest.mark.parametrize(("share", "is_sure"), [(0.95, True), (0.4, False)])
def test_a_shoe_that_may_be_another_one_is_asked_for(
    share: float, is_sure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = recognition.describe_photo(np.full((64, 64, 3), 255, np.uint8), np.zeros((64, 64), np.float32))
    seen = recognition._Seen(blank, None, {"shoes": 1.0})
    odds = {"trainer": share, "boot": (1 - share) / 2, "other": (1 - share) / 2}
    monkeypatch.setattr(Head, "probabilities", lambda self, description: odds)
    assert seen.is_sure_of("shoes") is is_sure


def test_a_garment_that_looks_like_a_bag_on_its_ground_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    image = photo("t-shirt")
    seen = recognition.recognise(image, networks.salience(image))
    shares = recognition.imagenet_groups.shares
    as_bag = {"BAG": 0.7, "garment": 0.1}
    told = iter([as_bag | {"no product": 0.0}, {"garment": 0.9}])
    monkeypatch.setattr(recognition.imagenet_groups, "shares", lambda logits: shares(logits) | next(told))
    assert recognition.recognise(image, networks.salience(image)).product_type == seen.product_type
    told = iter([as_bag, {"garment": 0.1}])
    assert recognition.recognise(image, networks.salience(image)).category == "BAG"


def test_a_kind_of_garment_has_no_feature_it_cannot_have() -> None:
    odds = possible("closure", "shirt", {"none": 0.6, "buttons": 0.3, "placket": 0.1})
    assert odds == pytest.approx({"buttons": 0.75, "placket": 0.25})
    assert possible("closure", "longsleeve", {"none": 0.6, "buttons": 0.4}) == {"none": 0.6, "buttons": 0.4}
    assert possible("sleeve", "t-shirt", {"long": 0.8, "short": 0.2}) == {"short": 1.0}


@pytest.mark.parametrize(
    ("neck", "closure", "named"),
    [("crew", "buttons", "sweater"), ("shirt collar", "buttons", "shirt"), ("band", "full zip", "jacket"),
     ("crew", "none", "long-sleeve top")],
)  # fmt: skip
def test_what_closes_a_long_sleeved_top_names_it(neck: str, closure: str, named: str) -> None:
    features = {"neck": (neck, 0.9), "closure": (closure, 0.9)}
    assert recognition._by_features("longsleeve", features, "long-sleeve top") == named


def test_a_likely_neck_is_one_that_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    image = photo("t-shirt")
    heads = recognition.heads()
    neck = heads["neck"]

    def likely(name: str, level: float) -> str:
        bias = np.where(np.array(neck.classes) == name, 50.0, 0.0).astype(np.float32)
        always = replace(neck, weights=0 * neck.weights, bias=bias, thresholds=(level,) * len(neck.classes))
        monkeypatch.setattr(recognition, "heads", lambda: heads | {"neck": always})
        return recognition.recognise(image, networks.salience(image)).likely_neck

    assert [likely("v", 1.01), likely("v", 0.5), likely("hood", 1.01)] == ["v", "", ""]


@pytest.mark.parametrize("name", ["t-shirt", "shirt"])
def test_the_neck_is_found_where_it_is(name: str) -> None:
    image = photo(name)
    mask = see(image).mask
    body = find_body(mask)
    shifted = find_body(np.pad(mask, ((30, 0), (50, 10))))
    assert abs(body.axis - np.flatnonzero(mask.any(axis=0)).mean()) < 0.1 * body.width
    assert body.top < np.flatnonzero(mask.any(axis=1))[0] + 0.1 * body.height
    assert (shifted.axis, shifted.top) == pytest.approx((body.axis + 50, body.top + 30), abs=1)


def test_the_outline_is_that_of_the_photo_whatever_its_size() -> None:
    small = photo("t-shirt")
    large = cv2.resize(small, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
    near, far = see(small), see(large)
    assert far.mask.shape == large.shape[:2]
    assert far.mask.mean() == pytest.approx(near.mask.mean(), abs=0.03)
    assert max(x for x, _ in far.outline) > small.shape[1]


def blank() -> np.ndarray:
    return np.full((480, 640, 3), 235, np.uint8)


def wall() -> np.ndarray:
    noise = np.random.default_rng(1).normal(200, 6, (480, 640, 3))
    return (noise + np.linspace(-30, 30, 640)[None, :, None]).clip(0, 255).astype(np.uint8)


def chessboard() -> np.ndarray:
    squares = np.indices((480, 480)).sum(0) // 60 % 2 * 255
    return np.repeat(squares[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("draw", [blank, wall, chessboard])
def test_a_photo_of_nothing_blocks_in_a_plain_sentence(draw) -> None:
    sight = see(draw())
    assert sight.blocks
    assert sight.problems[0].code in {"nothing_there", "not_a_product", "drawing"}
    assert sight.problems[0].text.endswith(".")


def page_of_text() -> np.ndarray:
    page = Image.new("RGB", (700, 900), "white")
    draw = ImageDraw.Draw(page)
    for line in range(40):
        draw.text(
            (60, 60 + 20 * line),
            "The supplier confirms all sizes before production starts. " * 2,
            fill="black",
        )
    return np.asarray(page)


def sketch_on_a_table() -> np.ndarray:
    """A line drawing of a shirt on a sheet of paper, photographed on a brown table."""
    table = np.random.default_rng(2).normal((120, 90, 60), 8, (900, 800, 3))
    table[60:840, 70:730] = np.random.default_rng(3).normal(236, 3, (780, 660, 3))
    half = [(400, 220), (450, 200), (520, 230), (600, 330), (550, 380), (510, 340), (510, 700), (400, 700)]
    points = np.array([*half, *[(800 - x, y) for x, y in reversed(half)]], np.int32)
    return cv2.polylines(table.clip(0, 255).astype(np.uint8), [points], True, (30, 30, 35), 4, cv2.LINE_AA)


@pytest.mark.parametrize("draw", [page_of_text, sketch_on_a_table])
def test_a_drawing_and_a_page_are_no_photo_of_a_product(draw) -> None:
    sight = see(draw())
    assert sight.blocks
    assert {problem.code for problem in sight.problems} <= {"drawing", "nothing_there"}


def filled_drawing() -> np.ndarray:
    """A T-shirt filled with one colour and outlined, as a program draws it; saved as JPEG."""
    half = [(400, 220), (450, 200), (520, 230), (600, 330), (550, 380), (510, 340), (510, 700), (400, 700)]
    points = np.array([*half, *[(800 - x, y) for x, y in reversed(half)]], np.int32)
    page = cv2.fillPoly(np.full((900, 800, 3), 255, np.uint8), [points], (180, 60, 70), cv2.LINE_AA)
    return read_photo(encoded(Image.fromarray(cv2.polylines(page, [points], True, (30, 20, 20), 3)), "JPEG"))


def test_a_drawing_filled_with_even_colours_is_no_photo_either() -> None:
    assert [problem.code for problem in see(filled_drawing()).problems if problem.blocks] == ["drawing"]


def on_one_ground(names: list[str], height: int = 300) -> np.ndarray:
    """Products cut out of their photos, side by side on grey ground with grain."""
    pieces = []
    for name in names:
        image = photo(name)
        mask = see(image).mask
        left, top, width, tall = cv2.boundingRect(mask.astype(np.uint8))
        box = slice(top, top + tall), slice(left, left + width)
        grain = np.random.default_rng(6).normal(150, 4, image.shape).clip(0, 255)
        cut = np.where(mask[..., None], image, grain).astype(np.uint8)[box]
        zoom = height / tall
        pieces.append(cv2.resize(cut, (round(width * zoom), height), interpolation=cv2.INTER_AREA))
    width = sum(piece.shape[1] for piece in pieces) + 40 * (len(pieces) + 1)
    ground = np.random.default_rng(7).normal(150, 4, (height + 80, width, 3)).clip(0, 255).astype(np.uint8)
    left = 40
    for piece in pieces:
        ground[40 : 40 + height, left : left + piece.shape[1]] = piece
        left += piece.shape[1] + 40
    return ground


def test_two_products_are_refused_and_half_a_product_is_refused() -> None:
    two = see(on_one_ground(["t-shirt", "shirt"]))
    assert [problem.code for problem in two.problems if problem.blocks] == ["several_products"]
    assert two.names_product
    whole = on_one_ground(["t-shirt"])
    assert not see(whole).blocks
    half = see(np.ascontiguousarray(whole[:, : whole.shape[1] // 2]))
    assert [problem.code for problem in half.problems if problem.blocks] == ["cut_off"]


def test_black_on_black_is_refused_and_not_guessed() -> None:
    shirt = photo("t-shirt")
    mask = see(shirt).mask
    grain = np.random.default_rng(4).normal(0, 1.5, shirt.shape)
    grey = cv2.cvtColor(shirt, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None] * 0.03
    assert see((np.where(mask[..., None], 13, 12) + grey + grain).clip(0, 255).astype(np.uint8)).blocks


def test_a_person_is_said_to_wear_it() -> None:
    portrait = Path(__file__).parents[2] / "blueprint/imaging/data/demo_portrait.jpg"
    assert "worn" in codes(read_photo(portrait.read_bytes()))


def test_two_faces_in_different_places_are_no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """A knob of a cupboard and a pocket: a jacket that hangs was called worn."""
    boxes = {"default": [(117, 309, 62, 62)], "alt2": [(261, 238, 55, 55)]}
    monkeypatch.setattr(worn, "frontal_faces", lambda _grey, cascade, **_: boxes[cascade])
    assert not worn.has_face(photo("outwear"))
    boxes["alt2"] = [(122, 300, 70, 70)]
    assert worn.has_face(photo("outwear"))


def _with_body(image: np.ndarray, *, above: float, below: float) -> np.ndarray:
    """The photo with a body in another cloth behind its product; how wide, of the product's width."""
    mask = see(image).mask
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width, middle = np.ptp(rows), np.ptp(columns), int(np.median(columns))
    noise = np.random.default_rng(3).normal(0, 5, image.shape)
    body = np.zeros(mask.shape, bool)
    for share, first, last in ((above, rows[0] - height // 3, rows[0] + height // 10),
                               (below, rows[-1] - height // 10, rows[-1] + height // 3)):  # fmt: skip
        half = int(share * width / 2)
        body[max(0, first) : last, middle - half : middle + half] = True
    drawn = np.where((body & ~mask)[..., None], np.array([30, 90, 170]) + noise, image)
    return drawn.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", ["skirt", "t-shirt"])
def test_what_a_body_goes_on_beyond_is_worn(name: str) -> None:
    image = photo(name)
    height = image.shape[0] // 4
    image = cv2.copyMakeBorder(image, height, height, 0, 0, cv2.BORDER_REPLICATE)
    flat = see(image)
    assert not flat.is_worn
    for above, below in ((0.5, 0.0), (0.0, 0.5)):
        assert body_goes_on(_with_body(image, above=above, below=below), flat.mask, flat.recognition.kind)
    assert "worn" in codes(_with_body(image, above=0.25, below=0.5))


@pytest.mark.parametrize(("name", "turns"), [("t-shirt", 1), ("pants", 2)])
def test_a_photo_on_its_side_or_upside_down_is_turned_and_measured_all_the_same(
    name: str, turns: int
) -> None:
    upright = photo(name)
    lying = np.ascontiguousarray(np.rot90(upright, -turns))
    seen, turned = see(upright), see(lying)
    assert (seen.turns, turned.turns) == (0, turns)
    assert "turned" in {problem.code for problem in turned.problems}
    assert turned.recognition.product_type == seen.recognition.product_type
    kind = seen.recognition.product_type or ""
    ratios = [
        {value.code: value.ratio for value in measure(one.mask, kind, {}, turns=one.turns).values}
        for one in (seen, turned)
    ]
    for code in ("CH1", "HE1") if name == "t-shirt" else ("WB1", "HP2"):
        assert ratios[1][code] == pytest.approx(ratios[0][code], rel=0.06), code


def test_a_garment_that_nothing_can_be_clearer_than_is_not_described_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def described(*_: object, **__: object) -> None:
        raise AssertionError("described the other way up")

    monkeypatch.setattr(upright, "recognise", described)
    image = photo("t-shirt")
    flat = np.ones(image.shape[:2], bool)
    seen = Recognition("APPAREL", "t-shirt", "t-shirt", 0.9, is_sure=True, alternatives=[])
    assert upright.upright(image, flat.astype(np.float32), flat, seen) == (0, seen)


def test_a_dark_and_a_blurred_photo_are_said() -> None:
    sweater = photo("longsleeve")
    assert "dark" in codes((sweater * 0.12).astype(np.uint8))
    assert "blurred" in codes(cv2.GaussianBlur(sweater, (0, 0), 9))
    assert codes(sweater) == set()


def test_a_product_that_leaves_the_photo_is_cut_off() -> None:
    shirt = photo("t-shirt")
    half = shirt[:, : shirt.shape[1] // 2]
    assert "cut_off" in codes(np.ascontiguousarray(half))


def test_a_transparent_picture_is_read_on_white() -> None:
    picture = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((60, 60, 140, 140), fill=(200, 30, 30, 255))
    pixels = read_photo(encoded(picture))
    assert tuple(pixels[0, 0]) == (255, 255, 255)


def test_a_large_photo_is_decoded_no_larger_than_it_is_needed() -> None:
    large = encoded(Image.new("RGB", (4000, 3200), "red"), "JPEG")
    assert read_photo(large, side=700).shape == (800, 1000, 3)
    assert read_photo(encoded(Image.new("RGBA", (4000, 3200), "red")), side=700).shape == (800, 1000, 3)
    assert read_photo(large, side=1600).shape == (1600, 2000, 3)
    assert read_photo(encoded(Image.new("RGB", (300, 200))), side=1600).shape == (200, 300, 3)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"no picture", encoded(Image.new("RGB", (8, 8)))])
def test_what_is_no_photo_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadablePhotoError, match="picture"):
        read_photo(data)


@pytest.mark.usefixtures("looking_anew")
def test_the_same_photo_gives_the_same_answer() -> None:
    first, second = see(photo("pants")), see(photo("pants"))
    assert np.array_equal(first.mask, second.mask)
    assert first.recognition == second.recognition
