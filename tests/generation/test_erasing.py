"""What was asked for an account is forgotten, however it is interrupted, and what it cost is kept."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from generation.models import Asset, Attempt, Erasure, Prediction
from generation.storage import assets, deletion
from tests.support.factories import make_asset
from tests.support.job_queue import drain

pytestmark = pytest.mark.django_db

WHO, OTHER = "subscriber:7", "subscriber:8"
PHOTO = "data:image/jpeg;base64,AAAA"


def make_call(account: str = WHO, *, status: str = "succeeded", slot: str = "grid:1", **more: Any) -> Attempt:
    """A prediction in this state with one attempt, as full of personal data as they get."""
    facts: dict[str, Any] = {
        "kind": "blueprint.grid", "subject": "blueprint:7", "slot": slot, "account": account,
        "provider": "replicate", "status": status, "message": "Noa's photo", "result": {"who": "Noa"},
        "request": {
            "operation": "render", "purpose": "grid", "prompt": "Noa in Paris",
            "parameters": {"vibe": "luxury"},
            "images": [{"asset_id": None, "url": "https://example.com/noa.jpg", "role": "selfie"}],
            "resolution": "2K",
        },
    }  # fmt: skip
    return Attempt.objects.create(
        prediction=Prediction.objects.create(**facts), number=1, provider="replicate", model="a/model",
        **{
            "payload": {"input": {"prompt": "Noa in Paris", "image_input": [PHOTO]}}, "outcome": "succeeded",
            "output": {"asset": "1"}, "cost_usd": Decimal("0.15"), "predict_seconds": 9.0, "message": "Noa",
            **more,
        },
    )  # fmt: skip


def forget(account: str = WHO, *, images_only: bool = False) -> Erasure:
    with transaction.atomic():
        return deletion.forget_images(account) if images_only else deletion.forget(account)


def sent(attempt: Attempt) -> Any:
    """What the row says now that was sent."""
    return Attempt.objects.values_list("payload", flat=True).get(pk=attempt.pk)


def let_hours_pass(hours: float = 3) -> None:
    shift = dt.timedelta(hours=hours)
    Erasure.objects.update(requested_at=F("requested_at") - shift)
    Prediction.objects.update(finished_at=F("finished_at") - shift)
    Attempt.objects.update(created_at=F("created_at") - shift, ended_at=F("ended_at") - shift)


def test_of_a_call_only_the_accounting_stays() -> None:
    attempt = make_call()
    forget()
    drain()
    attempt.refresh_from_db()
    prediction = attempt.prediction
    assert (attempt.payload, attempt.output, attempt.message) == ({"erased": True}, None, "")
    assert (attempt.cost_usd, attempt.predict_seconds, attempt.model) == (Decimal("0.15"), 9.0, "a/model")
    assert prediction.request == {"operation": "render", "purpose": "grid", "resolution": "2K"}
    assert (prediction.result, prediction.message, prediction.status) == (None, "", "succeeded")
    assert prediction.asked.prompt == ""  # it can still be read as what it is


def test_a_call_that_was_never_sent_still_says_so() -> None:
    attempt = make_call(payload=None, output=None)
    forget()
    drain()
    attempt.refresh_from_db()
    assert attempt.payload is None


def test_nobody_elses_is_touched() -> None:
    attempt, picture = make_call(OTHER), make_asset(OTHER)
    forget()
    drain()
    attempt.refresh_from_db()
    picture.refresh_from_db()
    assert sent(attempt)["input"]["prompt"] == "Noa in Paris"
    assert picture.released_at is None


def test_its_images_are_released_and_then_purged() -> None:
    picture = make_asset(WHO)
    forget()
    drain()
    assets.purge(limit=10)
    assert not Asset.objects.filter(pk=picture.pk).exists()


def test_what_is_under_way_is_scrubbed_when_it_ends() -> None:
    attempt = make_call(status="running", outcome="accepted")
    erasure = forget()
    drain()
    assert sent(attempt)["input"]  # it may still have to be found by it
    Prediction.objects.update(status="succeeded")
    late = make_asset(WHO)
    let_hours_pass()
    assert deletion.sweep() == 1
    attempt.refresh_from_db()
    erasure.refresh_from_db()
    late.refresh_from_db()
    assert attempt.payload == {"erased": True}
    assert late.released_at
    assert erasure.done_at


def test_a_lost_job_loses_nothing() -> None:
    attempt = make_call()
    erasure = forget()
    let_hours_pass()
    deletion.sweep()
    attempt.refresh_from_db()
    erasure.refresh_from_db()
    assert attempt.payload == {"erased": True}
    assert erasure.done_at


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_kill_after_any_statement_is_made_good_by_the_sweep(steps: int) -> None:
    """Each statement of a pass commits by itself; the first few of them were all that was done."""
    attempt, picture = make_call(), make_asset(WHO)
    forget()
    deletion.images_of(WHO).update(released_at=dt.datetime.now(dt.UTC))
    if steps > 1:
        deletion.sent_for(WHO).update(payload=deletion.ERASED)
    if steps > 2:
        Attempt.objects.update(output=None)
    let_hours_pass()
    assert deletion.sweep() == 1
    attempt.refresh_from_db()
    picture.refresh_from_db()
    assert attempt.payload == deletion.ERASED
    assert attempt.output is None
    assert "prompt" not in attempt.prediction.request
    assert picture.released_at


def test_it_is_not_done_while_something_could_still_come() -> None:
    make_call()
    erasure = forget()
    deletion.sweep()
    erasure.refresh_from_db()
    assert erasure.done_at is None


def test_nor_right_after_the_last_call_has_ended_however_long_ago_it_was_asked_for() -> None:
    make_call()
    erasure = forget()
    let_hours_pass()
    Prediction.objects.update(finished_at=dt.datetime.now(dt.UTC))
    assert deletion.sweep() == 0
    let_hours_pass()
    assert deletion.sweep() == 1
    erasure.refresh_from_db()
    assert erasure.done_at


def test_a_lost_call_that_may_be_heard_of_keeps_what_it_is_told_by_for_a_while() -> None:
    now = dt.datetime.now(dt.UTC)
    attempt = make_call(status="failed", outcome="lost", external_id=None, ended_at=now)
    forget()
    drain()
    assert sent(attempt)["input"]
    let_hours_pass()
    deletion.sweep()
    attempt.refresh_from_db()
    assert attempt.payload == {"erased": True}


def test_images_inside_of_calls_go_and_the_words_stay() -> None:
    attempt = make_call()
    erasure = forget(images_only=True)
    drain()
    assert sent(attempt)["input"] == {"prompt": "Noa in Paris", "image_input": ["data:erased"]}
    let_hours_pass()
    deletion.sweep()
    erasure.refresh_from_db()
    assert erasure.done_at


def test_images_of_a_later_call_stay() -> None:
    forget(images_only=True)
    attempt = make_call()
    Attempt.objects.update(created_at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    drain()
    assert sent(attempt)["input"]["image_input"] == [PHOTO]


def test_forgetting_outside_of_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        deletion.forget(WHO)
