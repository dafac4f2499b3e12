"""A subscriber takes home one frame, one grid, or everything as a ZIP that is never whole anywhere."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from blueprint import access
from blueprint.exports import zip_archive
from blueprint.exports.zip_archive import Entry
from blueprint.models import Frame, Grid, Shoot, Subscriber
from blueprint.services import grids
from generation.models import Prediction
from generation.storage import assets
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_asset
from tests.support.job_queue import work
from tests.support.s3 import Bucket

pytestmark = pytest.mark.django_db


@pytest.fixture
def noa(fake: Any) -> Subscriber:
    """She has grid 5, with its nine frames; the third she loves."""
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    work()
    Frame.objects.filter(position=3).update(favourite=True)
    return subscriber


@pytest.fixture
def browser(client: Client, noa: Subscriber) -> Client:
    client.cookies[access.COOKIE] = noa.access_token or ""
    return client


def opened(answer: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def slug() -> str:
    return zip_archive.grid_name(5, Grid.objects.get(number=5).title)


# --- one picture --------------------------------------------------------------------------------------


def test_a_grid_is_saved_under_a_name_that_sorts(browser: Client) -> None:
    answer = browser.get(reverse("blueprint:download-grid", args=[Grid.objects.get().pk]), follow=True)
    assert answer["Content-Disposition"] == f'attachment; filename="selvedge-blueprint-{slug()}.png"'


def test_a_preview_says_what_it_is_by_its_name(browser: Client) -> None:
    Prediction.objects.update(provider="local")
    one = browser.get(reverse("blueprint:download-grid", args=[Grid.objects.get().pk]), follow=True)
    assert f'-{slug()}-preview.png"' in one["Content-Disposition"]
    packed = opened(browser.get(reverse("blueprint:download-all"))).namelist()
    assert f"grids/{slug()}-preview.png" in packed
    assert f"favourites/{slug()}-frame-3-preview.jpg" in packed


def test_a_frame_is_saved_with_its_place_in_the_grid(browser: Client) -> None:
    frame = Frame.objects.select_related("asset").get(position=3)
    answer = browser.get(reverse("blueprint:download-frame", args=[frame.pk]), follow=True)
    ending = assets.ENDINGS[frame.asset.content_type]
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="selvedge-blueprint-{slug()}-frame-3.{ending}"'
    )
    assert b"".join(answer.streaming_content) == assets.read(frame.asset)


def test_a_picture_of_somebody_else_is_not_there(client: Client, noa: Subscriber) -> None:
    client.cookies[access.COOKIE] = make_subscriber().access_token or ""
    grid, frame = Grid.objects.get(), Frame.objects.get(position=1)
    assert client.get(reverse("blueprint:download-grid", args=[grid.pk])).status_code == 404
    assert client.get(reverse("blueprint:download-frame", args=[frame.pk])).status_code == 404


def test_a_grid_without_a_picture_is_not_there(browser: Client) -> None:
    Grid.objects.update(asset=None)
    assert browser.get(reverse("blueprint:download-grid", args=[Grid.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("name", ["download-all", "download-grid", "download-frame"])
def test_without_the_link_nothing_is_handed_out(client: Client, noa: Subscriber, name: str) -> None:
    args = [] if name == "download-all" else [1]
    assert client.get(reverse(f"blueprint:{name}", args=args)).status_code == 404


# --- everything -----------------------------------------------------------------------------------------


def test_everything_lies_in_folders_that_sort(browser: Client) -> None:
    packed = opened(browser.get(reverse("blueprint:download-all")))
    frames = [f"frames/{slug()}/{slug()}-frame-{position}.jpg" for position in range(1, 10)]
    assert packed.namelist() == [f"grids/{slug()}.png", *frames, f"favourites/{slug()}-frame-3.jpg"]
    grid = Grid.objects.select_related("asset").get()
    assert grid.asset is not None
    assert packed.read(f"grids/{slug()}.png") == assets.read(grid.asset)
    assert packed.testzip() is None


def test_its_size_is_said_before_to_the_byte(browser: Client) -> None:
    answer = browser.get(reverse("blueprint:download-all"))
    assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content))
    assert answer["Content-Disposition"] == 'attachment; filename="selvedge-blueprint.zip"'
    assert answer["Content-Type"] == "application/zip"


def test_a_look_at_its_head_reads_no_picture(browser: Client) -> None:
    answer = browser.head(reverse("blueprint:download-all"))
    assert int(answer["Content-Length"]) > 1000
    assert not answer.streaming


def test_what_was_made_besides_lies_in_folders_beside(browser: Client, noa: Subscriber) -> None:
    for kind, title in ((Shoot.Kind.FREE, ""), (Shoot.Kind.STAFF, "Summer by the sea")):
        shoot = Shoot.objects.create(subscriber=noa, kind=kind, title=title, planned=1)
        Grid.objects.create(shoot=shoot, number=1, asset=make_asset(noa.account))
    names = opened(browser.get(reverse("blueprint:download-all"))).namelist()
    assert sum(name.startswith("free-blueprint/grids/01-") for name in names) == 1
    assert sum(name.startswith(f"shoot-{shoot.pk}-summer-by-the-sea/grids/01-") for name in names) == 1
    only = browser.get(reverse("blueprint:download-all"), {"shoot": shoot.pk})
    assert only["Content-Disposition"].endswith(f'"selvedge-shoot-{shoot.pk}-summer-by-the-sea.zip"')
    assert len(opened(only).namelist()) == 1


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30, "٣", "4711"])
def test_a_shoot_that_is_none_of_theirs_is_not_there(browser: Client, asked: str) -> None:
    assert browser.get(reverse("blueprint:download-all"), {"shoot": asked}).status_code == 404


def test_a_lost_file_is_named_and_breaks_nothing(browser: Client) -> None:
    frame = Frame.objects.select_related("asset").get(position=4)
    default_storage.delete(assets.key(frame.asset, "original"))
    answer = browser.get(reverse("blueprint:download-all"))
    body = b"".join(answer.streaming_content)
    packed = zipfile.ZipFile(io.BytesIO(body))
    assert len(packed.namelist()) == 11
    assert f"{slug()}-frame-4.jpg: its file is lost" in packed.read("missing.txt").decode()
    assert int(answer["Content-Length"]) == len(body)


def test_a_picture_that_lies_elsewhere_is_named_with_its_address(browser: Client, noa: Subscriber) -> None:
    url = "https://old.example.com/7.png"
    noa.refresh_from_db()
    noa.set_slot(7, url)
    noa.save()
    packed = opened(browser.get(reverse("blueprint:download-all")))
    assert f"it still lies at {url}" in packed.read("missing.txt").decode()


def test_with_nothing_to_pack_the_page_says_so(client: Client) -> None:
    client.cookies[access.COOKIE] = make_subscriber().access_token or ""
    answer = client.get(reverse("blueprint:download-all"))
    assert answer["Location"] == reverse("blueprint:paid")
    assert [str(message) for message in answer.wsgi_request._messages] == [
        "There is nothing to download yet."
    ]


def test_the_list_takes_as_many_queries_however_much_there_is(
    noa: Subscriber, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        assert len(zip_archive.entries(noa)) == 11


# --- how it streams -------------------------------------------------------------------------------------


def big_files(folder: Path, count: int, size: int) -> list[Entry]:
    for number in range(count):
        with open(folder / f"{number}.jpg", "wb") as file:
            file.truncate(size)
    return [Entry(f"grids/{number:03d}.jpg", f"{number}.jpg") for number in range(count)]


def test_memory_does_not_grow_with_the_archive(settings: Any) -> None:
    """400 MB go through, and not even one picture of 4 MB is ever held whole."""
    entries = big_files(Path(settings.MEDIA_ROOT), count=100, size=4 * 1024 * 1024)
    tracemalloc.start()
    through = sum(map(len, zip_archive.packed(entries)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert through > 400 * 1024 * 1024
    assert peak < 2 * 1024 * 1024


class Watched:
    """A storage's file that remembers whether it was closed."""

    def __init__(self, file: Any, open_files: set[Any]):
        self.file, self.open_files = file, open_files
        open_files.add(self)

    def read(self, size: int) -> bytes:
        return self.file.read(size)

    def close(self) -> None:
        self.file.close()
        self.open_files.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def open_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[Any]]:
    """Which files of the storage are open."""
    files: set[Any] = set()
    plain = default_storage.open
    monkeypatch.setattr(default_storage, "open", lambda name: Watched(plain(name), files))
    return files


def test_one_file_is_open_at_a_time_and_none_in_the_end(settings: Any, open_files: set[Any]) -> None:
    entries = big_files(Path(settings.MEDIA_ROOT), count=5, size=300_000)
    assert max(len(open_files) for _ in zip_archive.packed(entries)) == 1
    assert not open_files


def test_who_leaves_in_the_middle_leaves_nothing_open(browser: Client, open_files: set[Any]) -> None:
    answer = browser.get(reverse("blueprint:download-all"))
    pieces = iter(answer.streaming_content)
    next(pieces), next(pieces)
    assert len(open_files) == 1
    answer.close()
    assert not open_files


def test_what_is_lost_after_its_size_was_said_breaks_the_archive_off(settings: Any) -> None:
    entries = zip_archive.measured(big_files(Path(settings.MEDIA_ROOT), count=2, size=1000))
    default_storage.delete("1.jpg")
    with pytest.raises(FileNotFoundError):
        list(zip_archive.packed(entries))


def test_from_a_bucket_what_is_lost_is_found_on_the_way(settings: Any) -> None:
    """There nobody looks before, for that is a request a picture: so no size is said."""
    entries = big_files(Path(settings.MEDIA_ROOT), count=2, size=1000)
    settings.AWS_STORAGE_BUCKET_NAME = "pictures"
    default_storage.delete("0.jpg")
    wanted = zip_archive.measured(entries)
    assert zip_archive.size(wanted) is None
    packed = zipfile.ZipFile(io.BytesIO(b"".join(zip_archive.packed(wanted))))
    assert packed.namelist() == ["grids/001.jpg", "missing.txt"]
    assert "grids/000.jpg: its file is lost" in packed.read("missing.txt").decode()


def test_a_storage_that_does_not_answer_costs_only_what_it_does_not_give(settings: Any) -> None:
    entries = big_files(Path(settings.MEDIA_ROOT), count=2, size=1000)
    (Path(settings.MEDIA_ROOT) / "0.jpg").unlink()
    (Path(settings.MEDIA_ROOT) / "0.jpg").mkdir()  # opening a folder is an OSError
    packed = zipfile.ZipFile(io.BytesIO(b"".join(zip_archive.packed(entries))))
    assert zip_archive.AWAY in packed.read("missing.txt").decode()


def test_a_bucket_is_packed_from_as_a_folder_is(storage: Bucket | None, client: Client, fake: Any) -> None:
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    work()
    frame = Frame.objects.select_related("asset").get(position=4)
    default_storage.delete(assets.key(frame.asset, "original"))
    client.cookies[access.COOKIE] = subscriber.access_token or ""
    packed = opened(client.get(reverse("blueprint:download-all")))
    assert len(packed.namelist()) == 1 + 8 + 1
    assert f"{slug()}-frame-4.jpg: its file is lost" in packed.read("missing.txt").decode()
    assert packed.testzip() is None


def test_a_bucket_that_is_away_is_not_asked_for_each_picture(
    bucket: Bucket, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bucket.away().use(settings)
    entries = [Entry(f"grids/{number}.jpg", f"{number}.jpg") for number in range(30)]
    packed = zipfile.ZipFile(io.BytesIO(b"".join(zip_archive.packed(entries))))
    assert packed.read("missing.txt").decode().count(zip_archive.AWAY) == 30
    assert len(caplog.records) == zip_archive.PATIENCE


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_it_streams(browser: Client) -> None:
    from django.db import connection

    answer = browser.get(reverse("blueprint:download-all"))
    next(iter(answer.streaming_content))
    assert connection.connection is None
    answer.close()
