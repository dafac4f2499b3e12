"""Purpose "edit": one value as the designer's words would have it, where that can be computed.

A colour's name and its hex, units, rounding, sums and shares, a length from its line, a choice by its
name. Everything else is a matter of judgement, and is refused in words.
"""

import re
from collections.abc import Callable
from math import hypot
from typing import Any

import numpy as np

from .colours import NAMES, name_of
from .silhouette import lab

Answer = tuple[Any, str]  # the value and why
CM = {"cm": 1.0, "mm": 0.1, "m": 100.0, "in": 2.54}
UNIT = r"(mm|cm|m|in|inch|inches|centimet(?:er|re)s?|millimet(?:er|re)s?|\")"
NUMBER = r"(-?\d+(?:[.,]\d+)?)"
LENGTH = re.compile(rf"{NUMBER}\s*{UNIT}(?![a-z])")
BARE = re.compile(rf"(?<![\w.]){NUMBER}(?![\w.%])")
PERCENT = re.compile(rf"{NUMBER}\s*(?:%|percent|per cent)")
HEX = re.compile(r"#?\b([0-9a-f]{6})\b")
MORE = re.compile(r"\b(longer|wider|larger|bigger|more|add|plus|increase|taller|deeper|higher|raise)\b|\+")
LESS = re.compile(
    r"\b(shorter|narrower|smaller|less|subtract|minus|decrease|reduce|lower|slimmer)\b|(?<!\w)-"
)
ROUND = re.compile(r"\bround(?:ed|ing)?\b")
DECIMALS = {"whole": 0, "full": 0, "integer": 0, "no decimals": 0, "one decimal": 1, "two decimals": 2}
FROM_LINE = re.compile(r"\b(measure|line|scale|work (?:it )?out|compute|calculate|from the photo)\b")

REFUSALS = {
    "text": "The local engine computes and does not write. Type this text yourself; it is free.",
    "colour": "The local engine does not know this colour. Name a common one, or give its hex value.",
    "number": "Say a length with its unit, a share in per cent, how to round, or a measure to take it from.",
    "choice": "Name one of the choices: {choices}.",
}
OTHER = "The local engine can compute colours, units, proportions and rounding, and nothing else."


def edit(facts: dict[str, Any]) -> dict[str, Any]:
    """{value, reason, refusal}. `width` and `height` among the facts are those of the image that lines
    are fractions of."""
    words = " ".join(str(facts.get("instruction") or "").lower().split())
    kind = str(facts.get("kind") or "")
    found = next((answer for rule in RULES.get(kind, ()) if (answer := rule(words, facts))), None)
    if found is None and kind == "number" and FROM_LINE.search(words):
        found = _from_line(facts)
    if found is None:
        return {"value": None, "reason": "", "refusal": _refusal(kind, facts)}
    return {"value": found[0], "reason": found[1], "refusal": ""}


def _refusal(kind: str, facts: dict[str, Any]) -> str:
    choices = ", ".join(str(choice) for choice in facts.get("choices") or [])
    return REFUSALS.get(kind, OTHER).format(choices=choices)


# --- colours ---------------------------------------------------------------------------------


def known_colours() -> dict[str, str]:
    """Hex by name."""
    entries = (entry.strip().rsplit(" ", 1) for entry in NAMES.replace("\n", " ").split(","))
    return {name.strip(): f"#{code}" for name, code in entries}


def _named(words: str) -> tuple[str, str] | None:
    """The longest colour name in the words, and its hex."""
    hits = [name for name in known_colours() if re.search(rf"\b{re.escape(name)}\b", words)]
    best = max(hits, key=len, default=None)
    return (best, known_colours()[best]) if best else None


def _hex_in(words: str) -> str | None:
    found = HEX.search(words)
    return f"#{found[1].upper()}" if found else None


def _name_of_hex(code: str) -> str:
    values = [int(code[i : i + 2], 16) for i in (1, 3, 5)]
    return name_of(lab(np.array([[values]], np.uint8))[0, 0])


def _colour(words: str, facts: dict[str, Any]) -> Answer | None:
    """A hex value: as given, of a name, or of the name beside it."""
    if code := _hex_in(words):
        return code, f"{code}, as given."
    if named := _named(words):
        return named[1], f"The usual value of {named[0]}. A lab dip decides."
    beside = str((facts.get("neighbours") or {}).get("name") or "").lower()
    if re.search(r"\b(name|match|fit)\b", words) and (named := _named(beside)):
        return named[1], f"The usual value of {named[0]}, the name beside it."
    return None


def _colour_name(words: str, facts: dict[str, Any]) -> Answer | None:
    """A colour's name: of a hex, as said, or of the hex beside it. Other texts have no hex beside."""
    beside = (facts.get("neighbours") or {}).get("hex")
    if beside is None:
        return None
    if code := _hex_in(words):
        return _name_of_hex(code), f"The nearest usual name of {code}."
    if named := _named(words):
        return named[0], "As said."
    if re.search(r"\b(hex|value|match|fit|name)\b", words) and _hex_in(str(beside).lower()):
        return _name_of_hex(str(beside)), f"The nearest usual name of {beside}, beside it."
    return None


# --- numbers ---------------------------------------------------------------------------------


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _in_unit(amount: float, said: str, unit: str) -> float:
    known = {"i": "in", '"': "in"}.get(said[0], "mm" if said.startswith("mi") else said)
    known = "cm" if known.startswith("ce") else known
    return round(amount * CM[known] / CM[unit], 2)


def _rounded(words: str, facts: dict[str, Any]) -> Answer | None:
    value = facts.get("value")
    if value is None or not ROUND.search(words):
        return None
    step = re.search(rf"(?:nearest|to|full|steps? of)\s+(?:the\s+)?(?:nearest\s+)?{NUMBER}", words)
    halves, quarters = re.search(r"\bhalf|halves\b", words), re.search(r"\bquarters?\b", words)
    digits = re.search(r"(\d)\s+decimals?", words)
    if digits or any(name in words for name in DECIMALS):
        places = int(digits[1]) if digits else next(n for name, n in DECIMALS.items() if name in words)
        return round(value, places), f"Rounded from {value:g}."
    size = 0.5 if halves else 0.25 if quarters else abs(_number(step[1])) if step else 1.0
    return (round(round(value / size) * size, 4), f"Rounded from {value:g}.") if size else None


def _shared(words: str, facts: dict[str, Any]) -> Answer | None:
    """Percent, half, double: of this value or of another measure."""
    other = _other_measure(words, facts)
    base = other[1] if other else facts.get("value")
    if base is None:
        return None
    of = f"{other[0]} ({base:g})" if other else f"{base:g}"
    if percent := PERCENT.search(words):
        part = _number(percent[1]) / 100
        part = 1 + part if MORE.search(words) else 1 - part if LESS.search(words) else part
        return round(base * part, 2), f"{part:.0%} of {of}."
    simple = (("half", 0.5), ("double", 2.0), ("twice", 2.0), ("third", 1 / 3), ("quarter", 0.25))
    for word, part in simple:
        if re.search(rf"\b{word}\b", words):
            return round(base * part, 2), f"{word.capitalize()} of {of}."
    times = re.search(rf"{NUMBER}\s*(?:x|×|times|of)(?!\w)", words)
    if times and other:
        return round(base * _number(times[1]), 2), f"{times[1]} of {of}."
    if other and re.search(r"\b(same|as|equal|like|copy)\b", words):
        return base, f"As {of}."
    return None


def _length(words: str, facts: dict[str, Any]) -> Answer | None:
    """A length with its unit, or a bare number in the value's own; more or less by it, too."""
    unit, value = facts.get("unit"), facts.get("value")
    found = LENGTH.search(words)
    if found and unit in CM:
        amount, said = _in_unit(_number(found[1]), found[2], str(unit)), found[0].strip()
    elif not found and (bare := BARE.search(words)):
        amount, said = _number(bare[1]), bare[0].strip()
    else:
        return None
    if re.search(r"\bto\b", words):  # "shorter, to 60 cm" says what it is to be
        value = None
    if value is not None and MORE.search(words):
        return round(value + amount, 2), f"{value:g} and {said}."
    if value is not None and LESS.search(words):
        return (round(value - abs(amount), 2), f"{value:g} less {said}.") if value >= abs(amount) else None
    return (amount, f"{said}, in {unit}." if found else f"{said}, as given.") if amount >= 0 else None


def _other_measure(words: str, facts: dict[str, Any]) -> tuple[str, float] | None:
    """Another measure of the same list and unit that the words name by its code or name."""
    own = (facts.get("neighbours") or {}).get("code")
    for item in facts.get("around") or []:
        value, code, name = item.get("value"), str(item.get("code") or ""), str(item.get("name") or "")
        if value is None or code == own or item.get("unit") != facts.get("unit"):
            continue
        if any(text and re.search(rf"\b{re.escape(text.lower())}\b", words) for text in (code, name)):
            return name or code, float(value)
    return None


def _from_line(facts: dict[str, Any]) -> Answer | None:
    """As long as its line is beside the line of another measure whose length is known."""
    line, unit = (facts.get("neighbours") or {}).get("line"), facts.get("unit")
    width, height = facts.get("width") or 1, facts.get("height") or 1
    if not line or unit not in CM:
        return None
    for item in facts.get("around") or []:
        known, other = item.get("value"), item.get("line")
        if known and other and item.get("unit") == unit and other != line:
            reach = _reach(other, width, height)
            if reach > 0:
                value = round(_reach(line, width, height) / reach * known, 1)
                return value, f"By its line, beside {item.get('name')} ({known:g} {unit})."
    return None


def _reach(line: list[list[float]], width: int, height: int) -> float:
    (x1, y1), (x2, y2) = line
    return hypot((x2 - x1) * width, (y2 - y1) * height)


# --- choices ---------------------------------------------------------------------------------

SAID = {"in": r"\b(in|inch|inches)\b", "cm": r"\b(cm|centimet(?:er|re)s?)\b", "ratio": r"\b(ratio|share)\b"}


def _choice(words: str, facts: dict[str, Any]) -> Answer | None:
    """The one choice that the words name."""
    choices = [str(choice) for choice in facts.get("choices") or []]
    if "in" in choices:  # "in cm" asks for cm
        words = re.sub(r"\bin (?=cm|centimet|inch|ratio|share)", "", words)
    named = [choice for choice in choices if re.search(SAID.get(choice, rf"\b{re.escape(choice)}\b"), words)]
    return (named[0], "As said.") if len(named) == 1 else None


Rule = Callable[[str, dict[str, Any]], Answer | None]
RULES: dict[str, tuple[Rule, ...]] = {
    "colour": (_colour,),
    "text": (_colour_name,),
    "number": (_rounded, _shared, _length),
    "choice": (_choice,),
}
