"""Where labels are sewn: read from words, and drawn on landmarks."""

from decimal import Decimal

import pytest

from techpack import flats
from techpack.flats.label_places import find_spot
from techpack.library.label_places import read_place, read_size
from techpack.library.points_of_measure import table


@pytest.mark.parametrize(
    ("words", "spots", "side", "face", "above", "below"),
    [
        ("centre back neck", ("neck",), "", "back", None, None),
        ("Left side seam, 10 cm above hem", ("side seam",), "left", "", "10", None),
        ("inside right side seam 4 in from the hem", ("side seam",), "right", "", "10.16", None),
        ("side seam, 80 mm below armhole", ("side seam",), "", "", None, "8"),
        ("back waistband", ("waistband",), "", "back", None, None),
        ("inside back neck or waistband", ("neck", "waistband"), "", "back", None, None),
    ],
)  # fmt: skip
def test_words_of_the_trade_name_a_place(
    words: str, spots: tuple[str, ...], side: str, face: str, above: str | None, below: str | None
) -> None:
    place = read_place(words)
    assert place is not None
    assert (place.spots, place.side, place.face) == (spots, side, face)
    assert place.above_hem_cm == (above and Decimal(above))
    assert place.below_top_cm == (below and Decimal(below))


def test_what_is_not_sewn_or_names_no_place_is_not_drawn() -> None:
    assert read_place("hang tag through the side seam") is None
    assert read_place("") is None
    assert read_place("where it looks good") is None
    assert read_place("beside the main label").beside == "main"
    assert read_place("as drawn 2").drawn == 2
    assert read_place("as drawn").drawn == 1


def test_every_label_that_the_library_suggests_is_drawn_or_not_sewn() -> None:
    words = [row["placement"] for row in table("bom.csv") if row["section"] == "label"]
    assert words
    assert all(read_place(one) for one in words), words


def test_sizes_are_width_by_height() -> None:
    assert read_size("50 x 20 mm") == (Decimal(5), Decimal(2))
    assert read_size("3,5 × 6 cm") == (Decimal("3.5"), Decimal(6))
    assert read_size("large") is None
    assert read_size("0 x 2 cm") is None


def spot(product_type: str, words: str, **measures: float) -> dict[str, complex]:
    """The middle by the views that have it."""
    place = read_place(words)
    assert place is not None
    spec = flats.from_measures(product_type, [(code, cm, None) for code, cm in measures.items()], {})
    drawn = {view: flats.draw(spec, view) for view in flats.views_of(product_type)}
    found = {view: find_spot(drawing, place) for view, drawing in drawn.items()}
    return {view: one.at for view, one in found.items() if one is not None}


@pytest.mark.parametrize(
    ("product_type", "words", "view"),
    [
        ("t-shirt", "inside back neck or waistband", "back"), ("shirt", "left cuff", "front"),
        ("jeans", "inside back neck or waistband", "back"), ("hoodie", "left chest", "front"),
        ("skirt", "left side seam", "front"),
        ("jeans", "right front waistband", "front"), ("tote", "inside top edge", "front"),
        ("beanie", "turn-up", "front"), ("cap", "inside sweatband", "back"), ("dress", "hem", "front"),
        ("trousers", "left side seam 10 cm below waistband", "front"), ("t-shirt", "left hem", "front"),
    ],
)  # fmt: skip
def test_a_place_is_found_on_one_view_of_the_garment(product_type: str, words: str, view: str) -> None:
    assert list(spot(product_type, words)) == [view]


def test_left_is_left_as_worn() -> None:
    assert spot("t-shirt", "left side seam")["front"].real > 0, "to the right of who looks at the front"
    assert spot("t-shirt", "right side seam")["front"].real < 0


def test_a_label_keeps_its_distance_from_the_hem_when_the_garment_grows() -> None:
    for length in (60.0, 75.0):
        spec = flats.from_measures("t-shirt", [("BL1", length, None)], {})
        hem = flats.draw(spec, "front").landmarks["hem_side_right"].imag
        assert spot("t-shirt", "left side seam, 10 cm above hem", BL1=length)["front"].imag == pytest.approx(
            hem - 10
        )
    assert spot("t-shirt", "left side seam, 300 cm above hem")["front"].imag > 0, "not off the garment"


def test_a_garment_without_the_place_has_no_label_there() -> None:
    assert spot("tote", "back neck") == {}
    assert spot("skirt", "sleeve") == {}
