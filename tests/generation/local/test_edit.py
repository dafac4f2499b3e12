"""What the local engine computes of an edit, and what it refuses in words."""

from typing import Any

import pytest

from generation.providers.local.edit import edit

LINE, LONGER = [[0.5, 0.1], [0.5, 0.5]], [[0.5, 0.1], [0.5, 0.9]]
CHEST = {"code": "A2", "name": "Chest width", "value": 50.0, "unit": "cm", "line": LONGER}


def number(instruction: str, value: float | None = 70.4, unit: str = "cm", **more: Any) -> dict[str, Any]:
    facts = {"kind": "number", "value": value, "unit": unit, "instruction": instruction, "around": [CHEST],
             "neighbours": {"code": "A1", "line": LINE}, "width": 300, "height": 400, **more}  # fmt: skip
    return edit(facts)


@pytest.mark.parametrize(
    ("instruction", "value"),
    [
        ("make it 3 cm", 3.0),
        ("28 inches", 71.12),
        ("35 mm", 3.5),
        ("27,5 cm please", 27.5),
        ("72", 72.0),
        ("2 cm longer", 72.4),
        ("1 inch shorter", 67.86),
        ("reduce to 60 cm", 60.0),
        ("10 % longer", 77.44),
        ("20% shorter", 56.32),
        ("half of the chest width", 25.0),
        ("0.6 x A2", 30.0),
        ("same as the chest width", 50.0),
        ("double it", 140.8),
        ("round it", 70.0),
        ("round to the nearest 5", 70.0),
        ("round to half", 70.5),
        ("round to one decimal", 70.4),
        ("measure it by its line", 25.0),
    ],
)
def test_lengths_shares_and_rounding_are_computed(instruction: str, value: float) -> None:
    answer = number(instruction)
    assert answer["value"] == pytest.approx(value), answer
    assert answer["reason"]
    assert not answer["refusal"]


def test_an_unknown_length_follows_from_its_line_and_a_known_one() -> None:
    assert number("work it out from the scale", None)["value"] == 25.0


@pytest.mark.parametrize("instruction", ["make it nicer", "", "a band collar", "500 cm shorter", "as usual"])
def test_what_is_no_arithmetic_is_refused_in_words(instruction: str) -> None:
    answer = number(instruction)
    assert answer["value"] is None
    assert answer["refusal"].endswith(".")


@pytest.mark.parametrize(
    ("instruction", "value"),
    [
        ("navy", "#1D2747"),
        ("make it a dark navy instead", "#151A2C"),
        ("use #aabbcc", "#AABBCC"),
        ("match the name", "#2F8A46"),
    ],
)
def test_a_colours_hex_follows_from_its_name(instruction: str, value: str) -> None:
    facts = {
        "kind": "colour",
        "value": "#000000",
        "instruction": instruction,
        "neighbours": {"name": "Green"},
    }
    assert edit(facts)["value"] == value


@pytest.mark.parametrize(
    ("instruction", "value"),
    [("name of the hex", "navy"), ("#2F8A46", "green"), ("call it mustard", "mustard")],
)
def test_a_colours_name_follows_from_its_hex(instruction: str, value: str) -> None:
    facts = {"kind": "text", "value": "x", "instruction": instruction, "neighbours": {"hex": "#1D2747"}}
    assert edit(facts)["value"] == value


@pytest.mark.parametrize(
    ("instruction", "value"), [("in inches", "in"), ("show it in cm", "cm"), ("inch", "in")]
)
def test_a_unit_is_chosen_by_its_name(instruction: str, value: str) -> None:
    facts = {"kind": "choice", "value": "x", "instruction": instruction, "choices": ["cm", "in", "ratio"]}
    assert edit(facts)["value"] == value


def test_a_text_is_not_written() -> None:
    answer = edit({"kind": "text", "value": "Hem", "instruction": "describe the hem", "neighbours": {}})
    assert answer["value"] is None
    assert "does not write" in answer["refusal"]
