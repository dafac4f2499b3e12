"""Profiles of models: how each takes a request, and where its answer is.

To add a model: a subclass of `Profile` here that names it and fills in `body`, and `data` where the
answer is not a text with JSON in it; a line in `PROFILES`; its prices in `REPLICATE_PRICES`
(config/settings.py). Its inputs are listed on its page at replicate.com under "API", "Schema". Then set
RENDER_MODEL or VISION_MODEL to it and run tests/generation/test_replicate_models.py, which tries every
profile; the stand-in (tests/support/replicate_server/validation.py) needs its inputs, too.
"""

import json
import re
from typing import Any, ClassVar

from django.conf import settings

from generation.providers.base import Json, PermanentError, Request

from .strict_schema import strict

MOST_DRAFT = 12_000  # characters of an answer that did not fit, shown to the model once more
FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)


class Unreadable(Exception):
    """The answer holds no JSON object. The text says why, and goes into the repair."""


class Profile:
    """One model. `most_images` is what it takes at most; further ones are left out, last first."""

    name: ClassVar[str]
    most_images: ClassVar[int] = 10
    renders: ClassVar[bool] = False

    def body(self, request: Request, images: list[str]) -> Json:
        """Its `input`."""
        raise NotImplementedError

    def data(self, output: Any) -> Json:
        """The object in the answer to an analysis. Raises Unreadable."""
        return object_in(text_of(output))


class NanoBananaPro(Profile):
    """google/nano-banana-pro: renders up to 4K from a prompt and up to 14 images."""

    name = "google/nano-banana-pro"
    most_images = 14
    renders = True

    def body(self, request: Request, images: list[str]) -> Json:
        return {
            "prompt": request.prompt,
            "image_input": images,
            "aspect_ratio": request.aspect_ratio,
            "resolution": request.resolution,
            "output_format": "png",
            "safety_filter_level": "block_only_high",
        }


class Gpt5Structured(Profile):
    """openai/gpt-5-structured: enforces the schema, and answers an object."""

    name = "openai/gpt-5-structured"

    def body(self, request: Request, images: list[str]) -> Json:
        values: Json = {
            "prompt": repaired(request.prompt, request.problem),
            "image_input": images,
        }
        if request.output_schema:
            form = {
                "type": "json_schema", "name": request.purpose or "answer",
                "schema": strict(request.output_schema),
            }  # fmt: skip
            values["json_schema"] = {"format": form}
        return values

    def data(self, output: Any) -> Json:
        """Under `json_output`, and once more as `text`; where that is missing, the text is read."""
        if isinstance(output, dict):
            found = output.get("json_output")
            if isinstance(found, dict):
                return found
            return object_in(text_of(found if found is not None else output.get("text", output)))
        return super().data(output)


class Gemini25Flash(Profile):
    """google/gemini-2.5-flash: answers text, in chunks; the schema is quoted in the prompt."""

    name = "google/gemini-2.5-flash"
    instruction = (
        "You answer with exactly one JSON object that validates against the JSON schema in the prompt. No"
        " prose before or after it, no code fence, no comments."
    )

    def body(self, request: Request, images: list[str]) -> Json:
        return {
            "prompt": repaired(with_schema(request), request.problem),
            "images": images,
            "system_instruction": self.instruction,
            "temperature": 0.2,
        }


class Gpt41Mini(Profile):
    """openai/gpt-4.1-mini: as the one before, with other names for its inputs."""

    name = "openai/gpt-4.1-mini"

    def body(self, request: Request, images: list[str]) -> Json:
        return {
            "prompt": repaired(with_schema(request), request.problem),
            "image_input": images,
            "system_prompt": Gemini25Flash.instruction,
            "temperature": 0.2,
        }


PROFILES: dict[str, Profile] = {
    profile.name: profile for profile in (NanoBananaPro(), Gpt5Structured(), Gemini25Flash(), Gpt41Mini())
}


def profile_for(request: Request) -> Profile:
    """By the settings. Raises PermanentError for a model nobody has described."""
    name = settings.RENDER_MODEL if request.operation == "render" else settings.VISION_MODEL
    if name not in PROFILES:
        raise PermanentError("provider_error", f"This site does not know how to use the model {name}.")
    return PROFILES[name]


def with_schema(request: Request) -> str:
    if not request.output_schema:
        return request.prompt
    schema = json.dumps(strict(request.output_schema), ensure_ascii=False)
    return (
        f"{request.prompt}\n\nAnswer with one JSON object that validates against this JSON schema:\n{schema}"
    )


def repaired(prompt: str, problem: str) -> str:
    """The one repair: the engine's second attempt, told what was wrong with the first answer."""
    if not problem:
        return prompt
    return (
        f"{prompt}\n\nYour last answer to this could not be used. Look at the images again, give the whole"
        f" answer anew, and mind what was wrong:\n{problem[:MOST_DRAFT]}"
    )


def text_of(output: Any) -> str:
    """A text, or the chunks of one."""
    if isinstance(output, list):
        return "".join(str(piece) for piece in output)
    if isinstance(output, dict):
        return json.dumps(output)
    return "" if output is None else str(output)


def object_in(text: str) -> Json:
    """The JSON object in a text: bare, in a fence, or with words around it. Raises Unreadable."""
    problem = "It was empty."
    for candidate in _candidates(text):
        try:
            found = json.loads(candidate)
        except ValueError as error:
            problem = f"It was not JSON: {error}."
            continue
        if isinstance(found, dict):
            return found
        problem = "It was JSON, but no object."
    raise Unreadable(problem)


def _candidates(text: str) -> list[str]:
    """From the least to the most likely one to say what is wrong; the whole text comes first."""
    text = text.strip()
    if not text:
        return []
    between = text[text.find("{") : text.rfind("}") + 1]
    return [text, *FENCE.findall(text), *([between] if between else [])]
