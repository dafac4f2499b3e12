"""Every profile against every step: schemas that a model can enforce, and answers however they come."""

import json
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from config.checks import replicate_models
from generation.providers.base import Json
from generation.providers.replicate import reading
from generation.providers.replicate.models import PROFILES, Unreadable, object_in
from generation.providers.replicate.strict_schema import strict
from techpack import prompts, schemas
from tests.support.factories import ANSWERS, asked
from tests.support.replicate_server.validation import NOT_PERMITTED, check_call

SHAPES: dict[str, type[schemas.Shape]] = {
    "category": schemas.Category,
    "base_view": schemas.BaseViewAnalysis,
    "close_up_plan": schemas.CloseUpPlan,
    "callouts": schemas.Annotations,
}
VISION = [name for name, profile in PROFILES.items() if not profile.renders]


def body(model: str, purpose: str, problem: str = "") -> Json:
    request = asked(
        "render" if PROFILES[model].renders else "analyse", purpose,
        prompt=prompts.text(purpose, {"view": "front", "category": "APPAREL"}),
        output_schema=SHAPES[purpose].model_json_schema() if purpose in SHAPES else None, problem=problem,
    )  # fmt: skip
    return PROFILES[model].body(request, ["https://example.com/a.png"])


@pytest.mark.parametrize("purpose", SHAPES)
@pytest.mark.parametrize("model", VISION)
def test_the_api_takes_every_analysis(model: str, purpose: str) -> None:
    check_call(model, {"input": body(model, purpose)})


@pytest.mark.parametrize("purpose", ["close_up", "sketch"])
def test_the_api_takes_every_render(purpose: str) -> None:
    check_call("google/nano-banana-pro", {"input": body("google/nano-banana-pro", purpose)})


@pytest.mark.parametrize("shape", SHAPES.values())
def test_a_strict_schema_has_no_references_and_no_alternatives(shape: type[BaseModel]) -> None:
    keys: set[str] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            for name, entry in part.items():
                if name != "properties":
                    keys.add(name)
                look(entry)
                if name == "properties":
                    keys.difference_update(entry)
        elif isinstance(part, list):
            for entry in part:
                look(entry)

    look(strict(shape.model_json_schema()))
    assert not keys & set(NOT_PERMITTED)


def test_or_nothing_becomes_a_list_of_types() -> None:
    class Inner(BaseModel):
        a: int = 1

    class Shape(BaseModel):
        title: str
        maybe: Inner | None
        word: Literal["x", "y"] | None

    made = strict(Shape.model_json_schema())
    assert made["required"] == ["title", "maybe", "word"]
    assert made["properties"]["maybe"]["type"] == ["object", "null"]
    assert made["properties"]["maybe"]["additionalProperties"] is False
    assert made["properties"]["word"] == {"enum": ["x", "y", None], "type": ["string", "null"]}


def test_what_cannot_be_enforced_is_said_at_once() -> None:
    class Shape(BaseModel):
        either: int | str

    with pytest.raises(ValueError, match="alternatives"):
        strict(Shape.model_json_schema())


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '```json\n{"a": 1}\n```',
        'Sure:\n\n```\n{"a": 1}\n```\nAnything else?',
        'Here it is: {"a": 1} - enjoy.',
        '  \n{"a": 1}\n',
    ],
)
def test_json_is_found_in_whatever_stands_around_it(text: str) -> None:
    assert object_in(text) == {"a": 1}


@pytest.mark.parametrize("text", ["", "I cannot see a product.", '{"a": ', "[1, 2]", "null"])
def test_what_holds_no_object_says_so(text: str) -> None:
    with pytest.raises(Unreadable):
        object_in(text)


ANSWER = ANSWERS["category"]
TEXT = json.dumps(ANSWER)


@pytest.mark.parametrize(
    ("model", "output"),
    [
        ("openai/gpt-5-structured", {"json_output": ANSWER, "text": TEXT}),
        ("openai/gpt-5-structured", {"text": TEXT}),
        ("openai/gpt-5-structured", {"json_output": None, "text": TEXT}),
        ("openai/gpt-5-structured", {"json_output": TEXT}),
        ("openai/gpt-5-structured", ANSWER),
        ("openai/gpt-5-structured", TEXT),
        ("google/gemini-2.5-flash", [f"```json\n{TEXT[:9]}", TEXT[9:20], f"{TEXT[20:]}\n```"]),
        ("google/gemini-2.5-flash", TEXT),
        ("openai/gpt-4.1-mini", list(TEXT)),
    ],
)
def test_an_answer_is_read_however_it_comes(model: str, output: Any) -> None:
    report = reading.report({"status": "succeeded", "model": model, "output": output})
    assert report.output is not None
    assert report.output.data == ANSWER


@pytest.mark.parametrize("model", VISION)
def test_a_repair_tells_the_model_what_was_wrong(model: str) -> None:
    told = json.dumps(body(model, "category", problem="- confidence: must be at most 1"))
    assert "confidence: must be at most 1" in told
    assert "could not be used" in told
    assert "could not be used" not in json.dumps(body(model, "category"))


@pytest.mark.parametrize(
    ("text", "failure", "transient"),
    [
        ("The input or output was flagged as sensitive. (E005)", "content_refused", False),
        ("NSFW content detected", "content_refused", False),
        ("finish reason: IMAGE_SAFETY", "content_refused", False),
        ("finish reason: PROHIBITED_CONTENT", "content_refused", False),
        ("cannot identify image file", "invalid_input", False),
        ("Connection refused by upstream", "provider_error", True),
        ("CUDA out of memory", "provider_error", True),
        (None, "provider_error", True),
        ({"code": 5}, "provider_error", True),
    ],
)
def test_why_a_prediction_failed(text: Any, failure: str, transient: bool) -> None:
    report = reading.report({"status": "failed", "error": text, "model": "google/nano-banana-pro"})
    assert (report.failure, report.transient) == (failure, transient)


@pytest.mark.parametrize(
    "loose",
    [
        {},
        {"status": "starting"},
        {"status": "processing", "output": "https://replicate.delivery/x.png"},
        {"status": "queued"},
        {"status": None},
    ],
)
def test_whatever_is_no_end_still_runs(loose: Json) -> None:
    assert reading.report(loose).state == "running"


@pytest.mark.parametrize(
    ("output", "address"),
    [("https://x/a.png", "https://x/a.png"), (["https://x/b.png", "https://x/c.png"], "https://x/b.png")],
)
def test_a_picture_is_one_address_or_the_first(output: Any, address: str) -> None:
    report = reading.report({"status": "succeeded", "model": "google/nano-banana-pro", "output": output})
    assert report.output is not None
    assert report.output.image_url == address


@pytest.mark.parametrize("output", [None, [], {}, 5, "", "data:image/png;base64,?"])
def test_no_picture_is_an_invalid_output(output: Any) -> None:
    report = reading.report({"status": "succeeded", "model": "google/nano-banana-pro", "output": output})
    assert (report.failure, report.transient) == ("output_invalid", True)


@pytest.mark.parametrize(
    ("more", "cost"),
    [
        ({"input": {"resolution": "2K"}}, 0.15),
        ({"input": {"resolution": "4K"}}, 0.30),
        ({"input": {}, "data_removed": True}, 0.30),
        ({"status": "aborted"}, 0.0),
        ({"status": "failed"}, 0.0),
        ({"status": "failed", "started_at": "2026-11-01T00:00:00Z", "input": {"resolution": "1K"}}, 0.15),
        ({"model": "some/thing"}, None),
        (
            {
                "model": "google/gemini-2.5-flash",
                "metrics": {"input_token_count": 1000, "output_token_count": 1000},
            },
            0.0028,
        ),
        ({"model": "google/gemini-2.5-flash"}, 0.005),
    ],
)
def test_what_it_cost(more: Json, cost: float | None) -> None:
    found = reading.cost({"status": "succeeded", "model": "google/nano-banana-pro", **more})
    assert found == (None if cost is None else pytest.approx(cost))


def test_a_deadline_that_came_while_it_ran_is_a_time_out() -> None:
    ended = {
        "status": "canceled",
        "completed_at": "2026-11-01T00:10:00.2Z",
        "deadline": "2026-11-01T00:10:00Z",
    }
    assert reading.report(ended).failure == "timed_out"
    assert reading.report({**ended, "deadline": "2026-11-01T00:20:00Z"}).state == "canceled"


def test_an_analysis_names_who_has_looked() -> None:
    output = json.dumps(ANSWERS["base_view"])
    report = reading.report({"status": "succeeded", "model": "google/gemini-2.5-flash", "output": output})
    assert report.output is not None
    assert report.output.data is not None
    assert report.output.data["engine"] == "google/gemini-2.5-flash on Replicate"


def test_a_model_nobody_described_is_told_by_the_checks(settings: Any) -> None:
    settings.GENERATION_PROVIDER = "replicate"
    assert replicate_models(None) == []
    settings.VISION_MODEL = "google/nano-banana-pro"  # renders, and does not analyse
    settings.RENDER_MODEL = "some/thing"
    assert [error.id for error in replicate_models(None)] == ["selvedge.E007"] * 2
    settings.GENERATION_PROVIDER = "local"
    assert replicate_models(None) == []
