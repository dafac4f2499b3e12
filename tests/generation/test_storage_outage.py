"""Our storage is away while a result that was paid for is to be stored."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generation.models import Asset, Prediction
from generation.storage import assets
from tests.generation.flaky import FlakyStorage
from tests.generation.test_life import Listener, ask, flaky, listener  # noqa: F401
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
