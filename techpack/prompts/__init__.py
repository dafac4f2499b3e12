"""Prompts, one module a step. Reviewed as product: a change of words is a change of result.

Each module has a VERSION, which goes up with every change of its words, and `prompt`, which takes the
step's facts (`techpack.pipeline.requests`, the same that the local engine works from) and answers the text.

A designer's words are data: `quoting` bounds and quotes them. A correction the designer made comes
first and is binding. The shape of the answer is `techpack.schemas`, which the engine hands over beside
the prompt; the words say what to look for, the shape how to write it down.
"""

from typing import Any

from techpack.prompts import base_view, callouts, category, close_up, close_up_plan, edit, sketch, wish

STEPS = {
    "category": category.prompt,
    "base_view": base_view.prompt,
    "close_up_plan": close_up_plan.prompt,
    "close_up": close_up.prompt,
    "sketch": sketch.prompt,
    "callouts": callouts.prompt,
    "edit": edit.prompt,
}


def text(purpose: str, facts: dict[str, Any]) -> str:
    """The words for one step, and for the wish with which it is made again. Raises KeyError for a
    purpose without any."""
    return STEPS[purpose](facts) + wish.paragraph(facts)
