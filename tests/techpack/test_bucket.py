"""A tech pack whose files lie in a bucket."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from config.health import storage_answers
from credits import services as ledger
from generation.models import Asset, Prediction
from generation.storage import assets
from techpack.models import TechPack
from techpack.services.photos import keep_draft
from tests.generation.test_assets import lose
from tests.support.factories import make_run, make_user
from tests.support.job_queue import drain, work
from tests.support.s3 import Bucket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("fake")
def test_a_whole_run_is_made_and_shown_from_a_bucket(client: Client, bucket: Bucket, settings: Any) -> None:
    user = make_user(balance=9)
    run = make_run(user, "front", "back")
    work()
    run.refresh_from_db()
    assert run.status == TechPack.Status.COMPLETE
    assert ledger.balance(user) == 0
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*")), "nothing lies on this machine"
    client.force_login(user)
    assert client.get(run.product.get_absolute_url()).status_code == 200
    made = Asset.objects.stored()
    assert made.count() > 6
    for asset in made:
        assert assets.missing_variants(asset) == []
        answer = requests.get(client.get(asset.original)["Location"], timeout=10)
        assert hashlib.sha256(answer.content).hexdigest() == asset.sha256


@pytest.mark.usefixtures("storage")
def test_a_run_whose_photo_is_lost_says_so_and_costs_nothing(client: Client) -> None:
    user = make_user(balance=9)
    run = make_run(user)  # on the local engine, which reads the photo
    lose(run.product.revisions.get().asset, *assets.VARIANTS)
    work()
    run.refresh_from_db()
    failed = Prediction.objects.get()
    assert (run.status, failed.failure, failed.tries) == (TechPack.Status.FAILED, "invalid_input", 1)
    assert "upload the photo again" in failed.message
    assert ledger.balance(user) == 9
    client.force_login(user)
    assert "upload the photo again" in client.get(run.product.get_absolute_url()).content.decode()


def test_a_run_waits_for_a_bucket_that_is_away_for_a_moment(bucket: Bucket, settings: Any) -> None:
    run = make_run(make_user(balance=9))
    bucket.away().use(settings)
    drain()
    assert Prediction.objects.get().is_live
    bucket.use(settings)
    work()
    run.refresh_from_db()
    assert run.status == TechPack.Status.COMPLETE


@pytest.mark.usefixtures("storage")
def test_a_photo_near_the_limit_is_taken() -> None:
    file = io.BytesIO()
    Image.frombytes("RGB", (2800, 2800), os.urandom(2800 * 2800 * 3)).save(file, "PNG", compress_level=0)
    assert file.tell() > 22 * 1024 * 1024
    draft = keep_draft(user=make_user(), upload=SimpleUploadedFile("large.png", file.getvalue()))
    assert default_storage.size(assets.key(draft.asset, "original")) == draft.asset.size > 20 * 1024 * 1024


@pytest.mark.usefixtures("storage")
def test_the_probe_of_a_load_balancer_writes_reads_and_deletes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.health._storage_seen", (0.0, False))
    assert storage_answers()
    assert default_storage.listdir("probes")[1] == []
