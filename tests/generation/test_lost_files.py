"""What staff do about files that are gone."""

import html
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from generation import admin
from generation.models import Asset
from generation.storage import assets
from tests.generation.test_assets import DRAWING, lose
from tests.support.factories import make_asset, picture
from tests.support.s3 import Bucket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    return client


def look(staff: Client, *rows: Asset) -> str:
    data = {"action": "look_for_missing_files", "_selected_action": [row.pk for row in rows]}
    answer = staff.post("/admin/generation/asset/", data, follow=True)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


@pytest.mark.usefixtures("storage")
def test_thumbnails_are_made_again_and_what_is_lost_is_named(staff: Client) -> None:
    whole, thin, lost = (make_asset("user:1") for _ in range(3))
    undrawn = assets.store(account="user:1", data=picture(), svg=DRAWING)
    lose(thin, "small")
    lose(lost, "original")
    lose(undrawn, "vector")
    said = look(staff, whole, thin, lost, undrawn)
    assert "4 looked at, 0 skipped." in said
    assert "1 whole." in said
    assert "1 with thumbnails made anew." in said
    named = said.partition("2 without a file that only a back-up has: ")[2].partition(".")[0]
    assert set(named.split(", ")) == {str(lost.pk), str(undrawn.pk)}
    assert assets.missing_variants(thin) == []
    assert "2 whole." in look(staff, whole, thin)


@pytest.mark.usefixtures("storage")
def test_what_is_being_deleted_is_left_alone(staff: Client) -> None:
    asset = make_asset("user:1")
    assets.release([asset])
    lose(asset, "small")
    assert "0 looked at, 1 skipped." in look(staff, asset)
    assert assets.missing_variants(asset) == ["small"]


def test_one_press_looks_for_a_bounded_number(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "MOST_LOOKED_AT", 2)
    assert "2 looked at, 1 skipped." in look(staff, *(make_asset("user:1") for _ in range(3)))


def test_a_bucket_that_does_not_answer_is_told(staff: Client, bucket: Bucket, settings: Any) -> None:
    asset = make_asset("user:1")
    bucket.away().use(settings)
    assert f"1 not known, for the storage did not answer: {asset.pk}." in look(staff, asset)
