"""What a slow or absent storage must not do to uploads and photo checks."""

import threading
from typing import Any

import pytest
from django.db import connection

from generation.models import Asset
from techpack.models import PhotoReading, Revision
from techpack.services import photo_check, photo_readings
from tests.generation.flaky import FlakyStorage
from tests.support.factories import make_product, make_user
from tests.techpack.api.calling import Program


@pytest.mark.django_db
@pytest.mark.usefixtures("fake")
def test_an_upload_while_the_storage_is_away_is_asked_to_come_again(settings: Any) -> None:
    program = Program()
    program.client.raise_request_exception = False
    product_id = program.data("products", {"name": "Field jacket"})["productId"]
    default = {"default": {"BACKEND": "tests.generation.flaky.FlakyStorage"}}
    settings.STORAGES = settings.STORAGES | default
    FlakyStorage.failures = 1
    answer = program.upload(product_id)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "unavailable"
    assert program.upload(product_id).status_code == 200
    assert Revision.objects.filter(product=product_id).count() == Asset.objects.stored().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("fake")
def test_no_connection_is_kept_while_a_photo_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty photos may be waiting for a core, and a process has a dozen connections."""
    seen: list[Any] = []
    look = photo_readings.see

    def watched(image: Any) -> Any:
        seen.append(connection.connection)
        return look(image)

    monkeypatch.setattr(photo_readings, "see", watched)
    revision = make_product(make_user()).revisions.get()
    PhotoReading.objects.create(revision=revision)
    photo_check.check_photo(revision.pk)
    assert seen == [None]
    photo_check.check_photo(revision.pk)  # the job's next try, after an outage or a death
    assert seen == [None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("fake")
def test_a_picture_is_stored_while_photos_take_all_cores_of_theirs() -> None:
    taken = 0
    while photo_readings.VISION_CORE.acquire(blocking=False):
        taken += 1

    def store() -> None:
        make_product(make_user())
        connection.close()

    try:
        storing = threading.Thread(target=store, daemon=True)
        storing.start()
        storing.join(20)
        assert not storing.is_alive()
    finally:
        photo_readings.VISION_CORE.release(taken)
