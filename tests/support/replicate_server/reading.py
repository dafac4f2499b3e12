"""What a call asks for, read as a model would: from the schema it must answer in, from the words of
the prompt. There is no secret tail in a prompt for the stand-in's sake.

An analysis is known by the properties of its schema (or, for a model that enforces none, of the
first JSON schema quoted in the prompt). A render is known by the first of these words: a line
drawing by "technical flat", "drawing", "sketch"; a close-up by "close-up", "macro", "detail shot"; a
grid (nine drawn frames between white gutters) by "grid" or "3x3"; anything else is a graded copy of the
first reference. What is *not* wanted ("not a sketch", "no close-up") does not count. Facts come from
JSON objects in the prompt, from lines such as `view: front`, and from plain words ("back view",
"left 10 %").
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

ENFORCING = frozenset({"openai/gpt-5-structured"})
RENDERS = frozenset({"google/nano-banana-pro"})
SHAPES = {  # properties of the answer that give the step away
    "callouts": {"callouts", "measurements"},
    "close_up_plan": {"shots"},
    "base_view": {"silhouette", "colours"},
    "category": {"category", "subcategory"},
    "edit": {"value", "reason", "refusal"},
}
DRAWING = re.compile(r"(?:technical|fashion|production|line) flats?\b|line[- ]art|\bdraw(?:ings?)?\b|sketch")
CLOSE_UP = re.compile(r"close[- ]?up|macro|detail (?:shot|photo)")
GRID = re.compile(r"\bgrid\b|\b3 ?[x×] ?3\b|nine (?:frames|photos|pictures|panels)")
NEGATED = re.compile(
    r"\b(?:no|not|never|without|nor|avoid|instead of)\b(?: \w+){0,2} (?:\w+ )?"
    r"(?:sketch\w*|drawings?|close[- ]?ups?|grids?|line art)"
)
KEYS = ("name", "notes", "view", "category", "subcategory", "dimension", "area", "title", "kind", "basis",
        "corrections", "analysis", "views", "instruction", "field", "value", "unit", "choices", "neighbours",
        "around")  # fmt: skip
LINE = re.compile(
    r"^[\s>*#-]*(?:the |product |product's )*(name|notes|view|category|subcategory|area|title|basis)"
    r"\W{0,4}(?::|=| is )\s*(.+?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
VIEW = re.compile(
    r"\b(front|back|side|detail)\b(?=[ -]+view|\s+of\b)|\bview\W{1,4}(front|back|side|detail)\b"
)
SIDES = re.compile(r"\b(left|top|right|bottom)\b\D{0,12}?(\d+(?:\.\d+)?)\s*(%?)")
AREA = re.compile(r"\[\s*((?:[01](?:\.\d+)?\s*,\s*){3}[01](?:\.\d+)?)\s*\]")
CATEGORIES = ("APPAREL", "FOOTWEAR", "BAG", "HEADWEAR", "ACCESSORY", "JEWELLERY", "FURNITURE", "TOY", "OTHER")


@dataclass(frozen=True)
class Task:
    """What is to be made. `schema` is the shape of the answer, if one was found; `draft` an answer
    quoted in the prompt, which a repair works on."""

    step: str
    images: list[str]
    facts: Json = field(default_factory=dict)
    schema: Json | None = None
    draft: Json | None = None
    enforced: bool = False


def read(model: str, values: Json) -> Task:
    """The task behind the input of a call to `model`."""
    words = _words(values)
    objects = list(_objects(words))
    images = [image for key in ("image_input", "images") for image in values.get(key) or []]
    if model in RENDERS:
        return Task(_render_step(words), images, _facts(words, objects))
    given = values.get("json_schema", {}).get("format", {}).get("schema") if model in ENFORCING else None
    schema = given or next((entry for entry in objects if is_schema(entry)), None)
    others = [entry for entry in objects if not is_schema(entry)]
    step = step_of(schema) if schema else "unknown"
    draft = next((entry for entry in others if schema and _fits(entry, schema)), None)
    return Task(step, images, _facts(words, others), schema, draft, enforced=bool(given))


def is_schema(value: Json) -> bool:
    return isinstance(value.get("properties"), dict)


def step_of(schema: Json) -> str:
    names = set(schema.get("properties", {}))
    return next((step for step, telling in SHAPES.items() if telling <= names), "unknown")


def _words(values: Json) -> str:
    keys = ("instructions", "system_instruction", "system_prompt", "prompt")
    return "\n".join(str(values[key]) for key in keys if values.get(key))


def _render_step(words: str) -> str:
    """The kind that is named first wins: a prompt says what it wants before what to mind."""
    text = NEGATED.sub(" ", words.lower())
    places = [
        (found.start(), step)
        for step, pattern in (("sketch", DRAWING), ("close_up", CLOSE_UP), ("grid", GRID))
        if (found := pattern.search(text))
    ]
    return min(places)[1] if places else "copy"


def _objects(words: str) -> Iterator[Json]:
    """Every outermost JSON object in the text."""
    decoder, start = json.JSONDecoder(), 0
    while (start := words.find("{", start)) >= 0:
        try:
            value, end = decoder.raw_decode(words, start)
        except ValueError:
            start += 1
            continue
        start = end
        yield value


def _fits(value: Json, schema: Json) -> bool:
    names = set(schema.get("properties", {}))
    return bool(names) and len(names & set(value)) * 2 >= len(names)


def _facts(words: str, objects: list[Json]) -> Json:
    """Best effort; a fact that is not found is left out, and the local engine has its defaults."""
    facts: Json = {}
    for entry in objects:
        facts |= {key: entry[key] for key in KEYS if entry.get(key) and key not in facts}
        if {"name", "value", "unit"} <= set(entry):
            facts.setdefault("dimension", entry)
    for key, text in LINE.findall(words):
        facts.setdefault(key.lower(), text.strip("\"'“”‘’`<>., "))
    _tidy(facts, words)
    return facts


def _area(words: str) -> list[float] | None:
    """[0.1, 0.2, 0.5, 0.6], or left, top, right and bottom as fractions or percent."""
    found = AREA.search(words)
    if found:
        return [float(part) for part in found.group(1).split(",")]
    sides = {
        name: float(number) / (100 if sign else 1) for name, number, sign in SIDES.findall(words.lower())
    }
    area = [sides.get(name, -1) for name in ("left", "top", "right", "bottom")]
    return area if all(0 <= value <= 1 for value in area) else None


def _tidy(facts: Json, words: str) -> None:
    seen = VIEW.search(words.lower())
    if facts.get("view") not in ("front", "back", "side", "detail"):
        facts["view"] = next((part for part in seen.groups() if part), "front") if seen else "front"
    if facts.get("category") not in CATEGORIES:
        facts["category"] = next((name for name in CATEGORIES if f"category {name}" in words), "OTHER")
    if not isinstance(facts.get("area"), list):
        facts["area"] = _area(words)
    if "mirror" in words.lower():
        facts.setdefault("basis", "mirror")
    for key in ("dimension", "analysis", "corrections"):
        if not isinstance(facts.get(key), dict):
            facts.pop(key, None)
    if not all(isinstance(entry, dict) for entry in facts.get("views") or []):
        facts.pop("views")
    for key in ("name", "notes", "title", "subcategory", "basis", "kind"):
        if not isinstance(facts.get(key, ""), str):
            facts.pop(key)
