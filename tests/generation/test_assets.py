"""Keeping images: the same on the file system and on S3."""

import hashlib
import io
import os
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from generation.models import Asset
from generation.storage import assets
from tests.support.factories import (
    make_asset,
    make_draft,
    make_user,
    picture,
)
from tests.support.s3 import Bucket

pytestmark = pytest.mark.django_db(transaction=True)

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0L9 9"/></svg>'
MB = 1024 * 1024


def lose(asset: Asset, *variants: str) -> None:
    for variant in variants:
        default_storage.delete(assets.key(asset, variant))


def there(asset: Asset) -> list[str]:
    return [variant for variant in assets.VARIANTS if default_storage.exists(assets.key(asset, variant))]


def content(asset: Asset, variant: str) -> bytes:
    with default_storage.open(assets.key(asset, variant)) as file:
        return file.read()


def files() -> assets.Files:
    return assets.files_of(Image.new("RGB", (400, 300), "teal"), picture(), "image/png")


def big_picture(side: int = 2600) -> bytes:
    """About 20 MB, since noise cannot be compressed."""
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(file, "PNG", compress_level=0)
    return file.getvalue()


@pytest.mark.usefixtures("storage")
def test_an_original_comes_back_to_the_byte() -> None:
    data = picture()
    asset = make_asset("user:1", data)
    assert assets.read(asset) == data
    assert (asset.size, asset.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (asset.width, asset.height, asset.content_type) == (300, 400, "image/png")
    assert asset.stored_at is not None


@pytest.mark.usefixtures("storage")
def test_thumbnails_are_webp_in_two_widths_and_the_placeholder_is_the_mean_colour() -> None:
    asset = make_asset("user:1", picture(size=(1500, 2000)))
    for variant, width in (("small", 480), ("large", 1200)):
        thumbnail = Image.open(io.BytesIO(content(asset, variant)))
        assert (thumbnail.format, thumbnail.width, thumbnail.height) == ("WEBP", width, width * 4 // 3)
    assert asset.placeholder != "#DEDAD2"
    assert len(bytes.fromhex(asset.placeholder[1:])) == 3


@pytest.mark.usefixtures("storage")
def test_a_small_picture_is_not_blown_up() -> None:
    asset = make_asset("user:1", picture(size=(300, 400)))
    assert Image.open(io.BytesIO(content(asset, "large"))).size == (300, 400)


@pytest.mark.usefixtures("storage")
def test_a_drawing_lies_beside_its_picture_cleaned() -> None:
    asset = assets.store(account="user:1", data=picture(), svg=DRAWING.replace("<path", "<script/><path"))
    assert asset.has_vector
    assert b"M0 0L9 9" in content(asset, "vector")
    assert b"script" not in content(asset, "vector")


@pytest.mark.usefixtures("storage")
def test_what_is_released_goes_with_all_its_files() -> None:
    asset, kept = assets.store(account="user:1", data=picture(), svg=DRAWING), make_asset("user:1")
    assert there(asset) == list(assets.VARIANTS)
    assets.release([asset])
    assert assets.purge(10) == 1
    assert there(asset) == []
    assert not Asset.objects.filter(pk=asset.pk).exists()
    assert there(kept) == ["original", "small", "large"]


@pytest.mark.usefixtures("storage")
def test_what_was_begun_and_never_kept_goes_after_an_hour() -> None:
    asset = assets.store(account="user:1", data=picture(), keep=False)
    assert assets.purge(10) == 0
    Asset.objects.filter(pk=asset.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert assets.purge(10) == 1
    assert there(asset) == []


@pytest.mark.usefixtures("storage")
def test_all_of_several_images_have_a_row_before_the_first_file_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pictures = [(f"frames/1-{number}", files()) for number in range(1, 4)]
    write, rows = assets._write, []

    def fill_up(name: str, content: bytes) -> None:
        rows.append(Asset.objects.count())
        if len(rows) == 4:
            raise OSError("the disk is full")
        write(name, content)

    monkeypatch.setattr(assets, "_write", fill_up)
    with pytest.raises(OSError, match="full"):
        assets.store_together(account="user:1", pictures=pictures)
    assert rows == [3] * 4
    assert not Asset.objects.stored().exists()
    Asset.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert assets.purge(limit=10) == 3
    assert not Asset.objects.exists()


@pytest.mark.usefixtures("storage")
def test_what_a_row_still_names_is_kept() -> None:
    draft = make_draft(make_user())
    assets.release([draft.asset])
    assert assets.purge(10) == 0
    assert "original" in there(draft.asset)


@pytest.mark.usefixtures("storage")
def test_files_that_are_gone_already_do_not_hold_up_the_purge() -> None:
    asset = make_asset("user:1")
    lose(asset, *assets.VARIANTS)
    assets.release([asset])
    assert assets.purge(10) == 1


@pytest.mark.usefixtures("storage")
def test_an_original_that_is_not_there_is_told_as_such() -> None:
    asset = make_asset("user:1")
    lose(asset, "original")
    with pytest.raises(FileNotFoundError):
        assets.read(asset)


# --- large files, and many at once ------------------------------------------------------------


@pytest.mark.usefixtures("storage")
def test_a_large_original_is_written_without_a_second_copy() -> None:
    data = big_picture()
    tracemalloc.start()
    asset = make_asset("user:1", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert assets.read(asset) == data
    assert peak < 0.85 * len(data)


@pytest.mark.usefixtures("storage")
def test_a_large_original_is_read_as_a_stream() -> None:
    data = big_picture()
    asset = make_asset("user:1", data)
    seen = hashlib.sha256()
    tracemalloc.start()
    with assets.open_original(asset) as file:
        while chunk := file.read(64 * 1024):
            seen.update(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen.hexdigest() == asset.sha256
    assert peak < 6 * MB


@pytest.mark.usefixtures("storage")
def test_many_threads_may_use_the_storage_at_once() -> None:
    names = [f"many/{number}" for number in range(60)]

    def there_and_back(name: str) -> bytes:
        default_storage.save(name, io.BytesIO(name.encode() * 1000))
        with default_storage.open(name) as file:
            return file.read()

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(there_and_back, names)) == [name.encode() * 1000 for name in names]


# --- files that are missing ---------------------------------------------------------------------


@pytest.mark.usefixtures("storage")
def test_nothing_is_missing_of_what_was_stored() -> None:
    asset = assets.store(account="user:1", data=picture(), svg=DRAWING)
    assert assets.missing_variants(asset) == []
    assert assets.missing_variants(make_asset("user:1")) == [], "it never had a drawing"
    assert assets.repair(asset) == assets.Condition.WHOLE


@pytest.mark.usefixtures("storage")
def test_what_is_missing_is_named() -> None:
    asset = assets.store(account="user:1", data=picture(), svg=DRAWING)
    lose(asset, "original", "large", "vector")
    assert assets.missing_variants(asset) == ["original", "large", "vector"]


@pytest.mark.usefixtures("storage")
def test_thumbnails_are_made_again_as_they_were_and_the_original_is_left_alone() -> None:
    asset = make_asset("user:1", picture(size=(1500, 2000)))
    before = {variant: content(asset, variant) for variant in there(asset)}
    lose(asset, "small", "large")
    assert assets.repair(asset) == assets.Condition.REMADE
    assert {variant: content(asset, variant) for variant in there(asset)} == before


@pytest.mark.usefixtures("storage")
def test_thumbnails_of_an_engines_picture_are_made_again_on_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (200, 200), (255, 0, 0, 0)).save(file, "PNG")
    asset = assets.store(account="user:1", data=file.getvalue())
    before = content(asset, "small")
    lose(asset, "small")
    assets.remake_thumbnails(asset)
    assert content(asset, "small") == before


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize("gone", [("original",), ("original", "small"), ("vector",), ("vector", "large")])
def test_what_cannot_be_made_again_is_told(gone: tuple[str, ...]) -> None:
    asset = assets.store(account="user:1", data=picture(), svg=DRAWING)
    lose(asset, *gone)
    assert assets.repair(asset) == assets.Condition.LOST
    assert set(gone).intersection(("original", "vector")) <= set(assets.missing_variants(asset))


@pytest.mark.usefixtures("storage")
def test_a_damaged_original_gives_no_thumbnails() -> None:
    asset = make_asset("user:1")
    lose(asset, "original", "small")
    default_storage.save(assets.key(asset, "original"), io.BytesIO(b"\x89PNG nothing"))
    assert assets.repair(asset) == assets.Condition.LOST


@pytest.mark.usefixtures("storage")
def test_thumbnails_made_for_what_is_released_meanwhile_leave_nothing_behind() -> None:
    asset = make_asset("user:1")
    lose(asset, "small", "large")
    assets.release([asset])
    assets.remake_thumbnails(asset)
    assert there(asset) == ["original"]


def test_a_bucket_that_does_not_answer_is_not_taken_for_a_loss(bucket: Bucket, settings: Any) -> None:
    asset = make_asset("user:1")
    bucket.away().use(settings)
    assert assets.repair(asset) == assets.Condition.UNKNOWN
