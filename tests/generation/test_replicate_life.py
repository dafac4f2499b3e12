"""The engine and Replicate, from being asked for to the end, with every fault on the way.

What matters at the end: it is there, or it failed with a reason; and the stand-in's own list of what
was paid is the list of our rows that cost something.
"""

from typing import Any

import pytest
from django.db import transaction

from generation import registry, services
from generation.execution import submit, sweep
from generation.models import Attempt, Prediction
from generation.requests import address_of
from techpack import prompts, schemas
from tests.generation.test_life import Listener
from tests.support.factories import asked, make_asset
from tests.support.job_queue import drain, pass_time
from tests.support.replicate_server.running import StandIn

pytestmark = pytest.mark.django_db
Status = Prediction.Status
Outcome = Attempt.Outcome


@pytest.fixture
def listener(cloud: StandIn) -> Listener:
    cloud.settings(pictures="plain", throttle_seconds=0.5)
    listener = Listener()
    registry.register("test", listener)
    registry.register("test.category", listener, answer=schemas.Category)
    return listener


def render(slot: str = "one") -> Prediction:
    return ask("test", asked("render", "close_up", prompt="A close-up of the collar"), slot)


def category() -> Prediction:
    request = asked(
        "analyse", "category", prompt=prompts.text("category", {"name": "Tee"}),
        output_schema=schemas.Category.model_json_schema(),
    )  # fmt: skip
    return ask("test.category", request)


def ask(kind: str, request: Any, slot: str = "one") -> Prediction:
    with transaction.atomic():
        return services.ask(kind=kind, subject="test:1", slot=slot, account="user:1", request=request)


def finished(stand_in: StandIn, prediction: Prediction) -> Prediction:
    """Work, and let time pass whenever the stand-in has nothing left to do."""
    for _ in range(60):
        drain()
        prediction.refresh_from_db()
        if prediction.is_terminal:
            drain()
            return prediction
        stand_in.until(lambda: not [row for row in stand_in.predictions() if is_moving(row)])
        pass_time(45)
        stand_in.advance(45)
        sweep.sweep()
    raise AssertionError(f"it never ends: {prediction.status}")


def is_moving(row: dict[str, Any]) -> bool:
    return row["status"] in ("starting", "processing") and not any("stuck" in name for name in row["faults"])


def paid() -> set[str]:
    attempts = Attempt.objects.filter(cost_usd__gt=0)
    return {str(external_id) for external_id in attempts.values_list("external_id", flat=True)}


COMPLETES = [
    "ok", "error-before", "unavailable", "gateway", "error-after", "gateway-after", "cut", "cut-before",
    "cut-body", "throttled", "throttled-bare", "bare-problem", "failed", "failed-transient", "aborted",
    "canceled", "early-output", "output-missing", "output-null", "output-half", "output-not-an-image",
    "output-huge-dimensions", "output-too-large", "output-redirect-private", "output-foreign-host",
    "output-data-url", "output-list", "output-truncated",
    "output-expired", "output-error", "stuck", "stuck-processing",
]  # fmt: skip


@pytest.mark.parametrize("fault", COMPLETES)
def test_after_one_fault_it_is_there_all_the_same(listener: Listener, stand_in: StandIn, fault: str) -> None:
    stand_in.script("*", fault)
    prediction = finished(stand_in, render())
    assert prediction.status == Status.SUCCEEDED, prediction.message
    assert paid() == stand_in.paid()
    assert listener.ends() == [("succeeded", "one")]
    assert stand_in.trapped() == []
    assert not [file for file in stand_in.downloads() if file["token"]]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("refused", "content_refused"),
        ("refused-mildly", "content_refused"),
        ("unauthorized", "provider_error"),
        ("payment", "provider_error"),
        ("unprocessable", "invalid_input"),
        ("failed", "provider_error"),
        ("output-missing", "output_expired"),
        ("output-not-an-image", "output_invalid"),
        ("output-truncated", "output_invalid"),
    ],
)
def test_a_fault_that_stays_ends_with_its_reason(
    listener: Listener, stand_in: StandIn, fault: str, reason: str
) -> None:
    stand_in.script("*", fault, forever=True)
    prediction = finished(stand_in, render())
    assert (prediction.status, prediction.failure) == (Status.FAILED, reason)
    assert prediction.message
    assert paid() == stand_in.paid()
    assert listener.ends() == [("failed", reason)]


@pytest.mark.parametrize("fault", ["error-after", "gateway-after", "cut", "cut-body"])
def test_an_accepted_call_is_adopted_and_never_made_again(
    listener: Listener, stand_in: StandIn, fault: str
) -> None:
    stand_in.script("*", fault)
    finished(stand_in, render())
    assert len(stand_in.accepted()) == 1


def test_a_dozen_at_once_with_faults_are_all_there_and_nothing_is_unknown(
    listener: Listener, stand_in: StandIn, settings: Any
) -> None:
    settings.REPLICATE_CREATIONS_PER_SECOND = 1000
    stand_in.rate(seed=7, cut=0.1, error_after=0.1, failed=0.1, output_missing=0.05, throttled=0.1)
    asked_for = [render(f"slot:{number}") for number in range(12)]
    ends = [finished(stand_in, prediction) for prediction in asked_for]
    assert all(prediction.is_terminal for prediction in ends)
    assert paid() == stand_in.paid()


@pytest.mark.parametrize(
    "model", ["openai/gpt-5-structured", "google/gemini-2.5-flash", "openai/gpt-4.1-mini"]
)
def test_an_analysis_validates_whichever_model_makes_it(
    listener: Listener, stand_in: StandIn, settings: Any, model: str
) -> None:
    settings.VISION_MODEL = model
    prediction = finished(stand_in, category())
    assert prediction.status == Status.SUCCEEDED, prediction.message
    assert schemas.Category.model_validate(prediction.result)
    assert prediction.attempts.get().cost_usd


@pytest.mark.parametrize("fault", ["answer-broken", "answer-wrong"])
def test_an_answer_that_does_not_fit_is_repaired_by_one_more_call(
    listener: Listener, stand_in: StandIn, settings: Any, fault: str
) -> None:
    settings.VISION_MODEL = "google/gemini-2.5-flash"
    stand_in.script("*", fault, "ok")
    prediction = finished(stand_in, category())
    assert prediction.status == Status.SUCCEEDED
    first, second = stand_in.predictions()
    assert "could not be used" not in first["input"]["prompt"]
    assert "could not be used" in second["input"]["prompt"]
    if fault == "answer-wrong":
        assert "Field required" in second["input"]["prompt"]


def test_a_second_answer_that_does_not_fit_is_the_last(
    listener: Listener, stand_in: StandIn, settings: Any
) -> None:
    settings.VISION_MODEL = "google/gemini-2.5-flash"
    stand_in.script("*", "answer-wrong", forever=True)
    prediction = finished(stand_in, category())
    assert (prediction.status, prediction.failure) == (Status.FAILED, "output_invalid")
    assert len(stand_in.accepted()) == 2
    assert paid() == stand_in.paid()


def test_a_call_is_canceled_at_the_provider(listener: Listener, stand_in: StandIn) -> None:
    stand_in.script("*", "stuck-processing")
    prediction = render()
    drain()
    services.cancel(prediction_id=prediction.pk)
    prediction = finished(stand_in, prediction)
    assert prediction.status == Status.CANCELED
    assert [row["status"] for row in stand_in.predictions()] == ["canceled"]
    assert paid() == stand_in.paid()


@pytest.mark.parametrize(
    ("bucket", "endpoint", "public", "expected"),
    [
        ("", None, "", None),
        ("", None, "https://selvedge.example", "https://selvedge.example/media/"),
        ("photos", "http://127.0.0.1:5000", "https://selvedge.example", None),
        ("photos", "http://localhost:5000", "", None),
    ],
)
def test_where_an_engine_outside_can_fetch_a_photo(
    settings: Any, bucket: str, endpoint: str | None, public: str, expected: str | None
) -> None:
    asset = make_asset("user:1")
    settings.AWS_STORAGE_BUCKET_NAME, settings.AWS_S3_ENDPOINT_URL = bucket, endpoint
    settings.PUBLIC_URL = public
    address = address_of(asset)
    assert address is None if expected is None else str(address).startswith(expected)


def test_a_result_that_ends_in_the_middle_is_not_taken_for_a_fault_of_our_storage(
    listener: Listener, stand_in: StandIn
) -> None:
    stand_in.script("*", "output-truncated")
    prediction = finished(stand_in, render())
    first, second = prediction.attempts.order_by("number")
    assert (first.failure, first.stumbles) == ("output_invalid", 3)
    assert second.outcome == Attempt.Outcome.SUCCEEDED


def test_only_downloads_that_end_in_the_middle_count_as_such(listener: Listener, stand_in: StandIn) -> None:
    """One that stumbled over our storage before is not made again at the first of them."""
    stand_in.script("*", "output-truncated")
    prediction = render()
    submit.submit(prediction.pk)
    Attempt.objects.update(stumbles=4)
    finished(stand_in, prediction)
    first = prediction.attempts.earliest("number")
    assert (first.failure, first.stumbles) == ("output_invalid", 7)


def test_a_provider_that_cannot_be_asked_for_long_is_not_paid_again(
    listener: Listener, stand_in: StandIn
) -> None:
    prediction = render()
    submit.submit(prediction.pk)
    stand_in.script("get", "unavailable", forever=True)
    pass_time(900)  # past the time a call may take, and what it is given to end
    for _ in range(3):
        drain()
        pass_time(20)
    prediction.refresh_from_db()
    assert prediction.status == Status.RUNNING
    stand_in.script("get", "ok", forever=True)
    assert finished(stand_in, prediction).status == Status.SUCCEEDED
    assert len(stand_in.accepted()) == 1


def test_a_provider_that_never_answers_again_ends_it_after_an_hour(
    listener: Listener, stand_in: StandIn
) -> None:
    prediction = render()
    submit.submit(prediction.pk)
    stand_in.script("get", "unavailable", forever=True)
    pass_time(5000)
    drain()
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Status.FAILED, "timed_out")
    assert prediction.attempts.count() == 1
