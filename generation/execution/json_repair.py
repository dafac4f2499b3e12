"""The one repair of an analysis that did not fit.

There is no call beside the engine's own: `output_invalid` allows a second attempt, and that attempt
tells the model what was wrong with the first. So a repair is on record, paid and counted as any call.
"""

import json

from pydantic import BaseModel, ValidationError

from generation import registry, retry_policy
from generation.models import Attempt, Failure
from generation.providers.base import Request

MOST_PROBLEMS = 20
MOST_DRAFT = 8000  # characters


def with_problem(request: Request, attempt: Attempt) -> Request:
    """The request of an attempt that follows upon an unusable answer, with what was wrong with it."""
    if request.operation != "analyse" or attempt.number == 1:
        return request
    earlier = Attempt.objects.filter(prediction=attempt.prediction_id, number__lt=attempt.number)
    last = earlier.exclude(failure__in=retry_policy.UNPAID).order_by("number").last()
    if last is None or last.failure != Failure.OUTPUT_INVALID:
        return request
    return request.model_copy(update={"problem": _problem(last)})


def _problem(last: Attempt) -> str:
    shape = registry.answer(last.prediction.kind)
    data = (last.output or {}).get("data")
    if shape is None or data is None:
        return last.message
    draft = json.dumps(data, ensure_ascii=False)[:MOST_DRAFT]
    return f"{_what_does_not_fit(shape, data)}\nThe answer was:\n{draft}"


def _what_does_not_fit(shape: type[BaseModel], data: object) -> str:
    try:
        shape.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)[:MOST_PROBLEMS]
        return "\n".join(f"- {_place(problem['loc'])}: {problem['msg']}" for problem in problems)
    return "- It could not be read."


def _place(steps: tuple[int | str, ...]) -> str:
    return ".".join(map(str, steps)) or "answer"
