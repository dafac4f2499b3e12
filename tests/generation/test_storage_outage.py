"""Our storage is away: before a call that shows a photo, or while a paid result is to be stored."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from generation import services
from generation.models import Asset, Prediction
from generation.providers.base import ImageRef, Payload
from generation.providers.fake import FakeProvider
from generation.storage import assets
from tests.generation.flaky import FlakyStorage
from tests.generation.test_life import Listener, ask, flaky, listener  # noqa: F401
from tests.support.factories import asked, make_asset, script
from tests.support.job_queue import drain, pass_time, work
from tests.support.s3 import Bucket

pytestmark = pytest.mark.django_db


def passes(seconds: int) -> None:
    for _ in range(seconds // 5):
        pass_time(5)
        drain()


@pytest.mark.parametrize("seconds", [60, 120])
def test_a_storage_that_is_away_for_minutes_costs_neither_a_call_nor_the_picture(
    listener: Listener,  # noqa: F811
    fake: Any,
    flaky: type[FlakyStorage],  # noqa: F811
    seconds: int,
) -> None:
    flaky.failures = 10_000
    prediction = ask()
    drain()
    passes(seconds)
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.COLLECTING
    flaky.failures = 0
    passes(90)
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED
    assert len(fake.calls()) == 1
    assert listener.ends() == [("succeeded", "one")]
    Asset.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assets.purge(100)
    assert list(Asset.objects.all()) == [prediction.asset], "what was begun in vain is gone"


def test_a_bucket_that_does_not_answer_is_waited_for(
    listener: Listener,  # noqa: F811
    fake: Any,
    bucket: Bucket,
    settings: Any,
) -> None:
    bucket.away().use(settings)
    prediction = ask()
    drain()
    pass_time(10)
    drain()
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.COLLECTING
    bucket.use(settings)
    work()
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED
    assert prediction.asset is not None
    assert assets.missing_variants(prediction.asset) == []
    assert len(fake.calls()) == 1


# --- before a call: nothing was paid -------------------------------------------------------------


@pytest.fixture
def reading(fake: Any, monkeypatch: pytest.MonkeyPatch, flaky: type[FlakyStorage]) -> Iterator[Any]:  # noqa: F811
    """An engine that reads the photos it is shown, or is told their addresses, as the cloud engine."""
    prepare = FakeProvider.prepare

    def read_and_prepare(self: FakeProvider, request: Any, images: list[Any], attempt_id: Any) -> Payload:
        for image in images:
            image.address() or image.read()
        return prepare(self, request, images, attempt_id)

    monkeypatch.setattr(FakeProvider, "prepare", read_and_prepare)
    yield fake
    flaky.reads_fail = False


def ask_with_a_photo() -> Prediction:
    photo = ImageRef(asset_id=make_asset("user:1").pk)
    with transaction.atomic():
        return services.ask(
            kind="test", subject="test:1", slot="one", account="user:1",
            request=asked("render", images=(photo,)),
        )  # fmt: skip


@pytest.mark.parametrize("public_url", ["", "https://selvedge.example"])
@pytest.mark.parametrize("seconds", [15, 1200])
def test_a_call_waits_for_the_photos_it_shows(
    listener: Listener,  # noqa: F811
    reading: Any,
    flaky: type[FlakyStorage],  # noqa: F811
    settings: Any,
    seconds: int,
    public_url: str,
) -> None:
    """Also where the engine fetches them by their addresses: it would fail on them, and be paid."""
    settings.PUBLIC_URL = public_url
    prediction = ask_with_a_photo()
    flaky.reads_fail = True
    drain()
    passes(seconds)
    prediction.refresh_from_db()
    assert (prediction.status, prediction.tries) == (Prediction.Status.QUEUED, 0)
    assert prediction.attempts.count() == 1, "the waits of one outage are one row"
    flaky.reads_fail = False
    passes(40)
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED
    assert len(reading.calls()) == 1
    assert listener.ends() == [("succeeded", "one")]


def test_an_outage_before_a_call_takes_no_tries(
    listener: Listener,  # noqa: F811
    reading: Any,
    flaky: type[FlakyStorage],  # noqa: F811
) -> None:
    script(any=["transient", "transient", "ok"])
    prediction = ask_with_a_photo()
    flaky.reads_fail = True
    drain()
    passes(60)
    flaky.reads_fail = False
    work()
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED


def test_after_an_hour_without_storage_a_call_fails_and_says_why(
    listener: Listener,  # noqa: F811
    reading: Any,
    flaky: type[FlakyStorage],  # noqa: F811
) -> None:
    prediction = ask_with_a_photo()
    flaky.reads_fail = True
    drain()
    passes(3700)
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Prediction.Status.FAILED, "storage_error")
    assert listener.ends() == [("failed", "storage_error")]
    assert reading.calls() == []


def test_an_engine_that_forgets_waits_for_the_storage_too(
    listener: Listener,  # noqa: F811
    fake: Any,
    flaky: type[FlakyStorage],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakeProvider, "remembers", False)
    script(any=["instant"])
    flaky.failures = 10_000
    prediction = ask()
    drain()
    passes(180)
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.QUEUED
    flaky.failures = 0
    passes(40)
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED
