"""Labels and pins over an image: whatever the lines, none covers another and none leaves the image."""

from itertools import combinations

import pytest

from techpack import schemas
from techpack.presenters.overlay import (
    LABEL_HEIGHT,
    LARGEST,
    PIN,
    Box,
    Canvas,
    Mark,
    Pin,
)

PORTRAIT = (800, 1068)
SQUARE = (600, 600)
WIDE = (1200, 700)
ROUNDING = 0.1  # of the units that stand in the SVG


def label_box(mark: Mark) -> Box:
    return Box(mark.x, mark.y, mark.label_width / 2 * LARGEST, LABEL_HEIGHT / 2 * LARGEST)


def pin_box(pin: Pin) -> Box:
    return Box(pin.at_x, pin.at_y, PIN * LARGEST, PIN * LARGEST)


def callout(number: int, x: float, y: float) -> schemas.Callout:
    return schemas.Callout(number=number, text="Rib", category="finishing", position=[x, y], confidence=0.8)


def crossing_lines(canvas: Canvas) -> list[Mark]:
    """Eight widths and a length that all cross in the middle, as on a real flat."""
    heights = [0.1 + number / 10 for number in range(8)]
    across = [canvas.mark("B1", "Width", "B1 48.2", [[0.1, at], [0.9, at]]) for at in heights]
    return [*across, canvas.mark("A1", "Length", "A1 100.0", [[0.5, 0.05], [0.5, 0.95]])]


@pytest.mark.parametrize("size", [PORTRAIT, SQUARE, WIDE])
def test_no_label_covers_another(size: tuple[int, int]) -> None:
    boxes = [label_box(mark) for mark in crossing_lines(Canvas(*size))]
    assert all(one.overlap(other) == 0 for one, other in combinations(boxes, 2))


def test_labels_of_equal_lines_stand_apart() -> None:
    canvas = Canvas(*PORTRAIT)
    boxes = [
        label_box(canvas.mark(f"N{n}", "Neck", f"N{n} 18.2", [[0.4, 0.1], [0.6, 0.1]])) for n in range(3)
    ]
    assert all(one.overlap(other) == 0 for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("line", [[[0, 0], [0, 1]], [[1, 0], [1, 1]], [[0, 0], [1, 0]], [[0, 1], [1, 1]]])
def test_a_label_of_a_line_on_the_edge_stays_in_the_image(line: list[list[float]]) -> None:
    canvas = Canvas(*PORTRAIT)
    box = label_box(canvas.mark("H1", "Overall width", "H1 123.3", line))
    assert box.half_width - ROUNDING <= box.x <= canvas.width - box.half_width + ROUNDING
    assert box.half_height - ROUNDING <= box.y <= canvas.height - box.half_height + ROUNDING


def test_a_label_on_its_line_needs_no_leader() -> None:
    assert Canvas(*PORTRAIT).mark("B1", "Chest", "B1 48.2", [[0.2, 0.5], [0.8, 0.5]]).leader is None


def test_a_label_without_room_on_its_line_is_led_to_it() -> None:
    canvas = Canvas(*PORTRAIT)
    line = [[0.45, 0.3], [0.55, 0.3]]
    canvas.mark("G1", "Neck width", "G1 12.2", line)
    moved = canvas.mark("G2", "Collar", "G2 12.2", line)
    assert moved.leader is not None
    assert moved.leader[1] == canvas.spot(line[0])[1]
    assert moved.leader[2:] == (moved.x, moved.y)


def test_a_pin_stands_where_it_means() -> None:
    pin = Canvas(*SQUARE).pin(callout(1, 0.25, 0.75))
    assert (pin.at_x, pin.at_y) == (250, 750)
    assert not pin.is_moved


def test_pins_of_one_place_stand_apart_and_keep_the_place() -> None:
    canvas = Canvas(*SQUARE)
    pins = [canvas.pin(callout(number, 0.5, 0.5)) for number in (1, 2, 3)]
    assert [pin.is_moved for pin in pins] == [False, True, True]
    assert {(pin.x, pin.y) for pin in pins} == {(500, 500)}
    assert all(one.overlap(other) == 0 for one, other in combinations(map(pin_box, pins), 2))


def test_labels_make_way_for_pins() -> None:
    canvas = Canvas(*SQUARE)
    pin = canvas.pin(callout(1, 0.5, 0.5))
    mark = canvas.mark("B1", "Chest", "B1 48.2", [[0.1, 0.5], [0.9, 0.5]])
    assert pin_box(pin).overlap(label_box(mark)) == 0


def test_a_line_without_length_still_has_a_label() -> None:
    mark = Canvas(*SQUARE).mark("E2", "Opening", "E2 0.0", [[0.5, 0.5], [0.5, 0.5]])
    assert (mark.x, mark.y) == (500, 500)


def test_an_image_of_unknown_size_is_taken_for_square() -> None:
    assert Canvas(0, 0).height == 1000
