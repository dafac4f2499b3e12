"""Analyses: what the local engine sees, in the shape that was asked for."""

import json
from collections.abc import Callable
from typing import Any

from generation.providers.local.base_view import base_view
from generation.providers.local.category import NoProductError, categorise, sight
from generation.providers.local.close_ups import plan
from generation.providers.local.edit import edit
from generation.providers.local.flats import annotations
from generation.providers.local.photo import Photo
from techpack.library import all_features
from tests.support.replicate_server.faults import Plan
from tests.support.replicate_server.reading import Task
from tests.support.replicate_server.shapes import fit

Json = dict[str, Any]
ENGINE = "stand-in"
MADE: dict[str, Json] = {}
CHUNK = 23  # characters of an answer that comes in pieces


def _callouts(photos: list[Photo], facts: Json) -> Json:
    """The drawing comes first and its photos after it; what is measured is the photo, if there is one."""
    return annotations(photos[-1], facts)


def _category(photos: list[Photo], facts: Json) -> Json:
    try:
        answer = categorise(photos[0], facts.get("name") or "", facts.get("notes") or "")
    except NoProductError as error:  # a model always answers something
        nothing = {"category": "OTHER", "subcategory": "", "confidence": 0.0}
        answer = {**nothing, "basis": "none", "evidence": str(error)}
    product_type = sight(photos[0]).recognition.product_type or ""
    return answer | {"basis": "model", "product_type": product_type}


def _base_view(photos: list[Photo], facts: Json) -> Json:
    seen = sight(photos[0]).recognition.features
    features = [
        {"name": name, "value": value, "confidence": share}
        for name, (value, share) in seen.items()
        if name in all_features()
    ]
    return base_view(photos[0], facts) | {"features": features}


def _edit(photos: list[Photo], facts: Json) -> Json:
    """What can be computed; where nothing can, the words themselves, as a writing model would."""
    answer = edit(facts)
    if answer["value"] is None and facts.get("kind") == "text":
        return {"value": facts.get("instruction") or "", "reason": "As asked.", "refusal": ""}
    return answer


OPERATIONS: dict[str, Callable[[list[Photo], Json], Json]] = {
    "category": _category,
    "base_view": _base_view,
    "close_up_plan": plan,
    "callouts": _callouts,
    "edit": _edit,
}


def analyse(task: Task, photos: list[Photo], *, plain: bool = False) -> Json:
    """The answer as data; without a photo (a repair) the draft in the prompt, made to fit."""
    operation = OPERATIONS.get(task.step)
    seen: Json = task.draft or {}
    if operation and photos and not plain:
        seen = _seen(operation, photos, task.facts)
    if "engine" in seen:
        seen = seen | {"engine": ENGINE}
    return fit(seen, task.schema) if task.schema else seen or {"answer": ENGINE}


def once(task: Task, look: Callable[[], list[Photo]]) -> Json:
    """As `analyse`, but made once for each step and then repeated."""
    if task.step not in MADE:
        MADE[task.step] = analyse(task, look())
    return fit(MADE[task.step], task.schema) if task.schema else MADE[task.step]


def _seen(operation: Callable[[list[Photo], Json], Json], photos: list[Photo], facts: Json) -> Json:
    """Facts are read from prose: those the engine stumbles over are left out rather than fatal."""
    try:
        return operation(photos, facts)
    except (AttributeError, KeyError, TypeError, ValueError):
        return operation(photos, {key: facts[key] for key in ("view", "category")})


def told(model: str, answer: Json, plan_: Plan) -> Any:
    """The answer as that model's output: an object from the one that enforces a schema, a list of
    chunks, often fenced, from the others."""
    if "answer-wrong" in plan_:
        answer = {"unexpected": list(answer)}
    text = json.dumps(answer, ensure_ascii=False)
    if plan_ & {"answer-broken", "output-half", "output-truncated"}:
        text = text[: len(text) // 2]
    if model == "openai/gpt-5-structured":
        return _structured(answer, text, plan_)
    if "answer-plain" in plan_:
        return text
    if "answer-chatty" in plan_:
        text = f"Sure, here is what I see:\n\n```json\n{text}\n```\n\nTell me if you need anything else!"
    elif "answer-fenced" in plan_ or model.startswith("google/"):
        text = f"```json\n{text}\n```"
    return [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]


def _structured(answer: Json, text: str, plan_: Plan) -> Json:
    """`text` says the same once more; `json_output` is null where the text could not be read."""
    if plan_ & {"answer-broken", "output-half", "output-truncated"}:
        return {"json_output": None, "text": text}
    return {"text": text} if "answer-text-only" in plan_ else {"json_output": answer, "text": text}
