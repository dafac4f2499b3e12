"""What a load balancer asks, and what it is told when something is down."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import OperationalError, connection
from django.test import Client

from config import health


class Broken(InMemoryStorage):
    """Takes nothing."""

    tries = 0

    def _save(self, *_: Any, **__: Any) -> str:
        type(self).tries += 1
        raise OSError("the bucket is gone")


class Forgetful(InMemoryStorage):
    """Gives back something else than it was given."""

    def _open(self, name: str, mode: str = "rb") -> Any:
        file = super()._open(name, "rb+")
        file.truncate(0)
        return file


@pytest.fixture(autouse=True)
def _storage_not_yet_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_storage_seen", (0.0, False))


@pytest.fixture
def _without_database() -> Iterator[None]:
    """As when the server is away: whatever is asked raises."""

    def refuse(execute: Any, sql: str, *_: Any) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


def use_storage(settings: Any, backend: str) -> None:
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"tests.config.test_health.{backend}"}}


def ready(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)["failing"]


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    """Without the mark that lets a test use the database, any query would raise."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
@pytest.mark.usefixtures("_without_database")
def test_alive_while_the_database_is_away(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_when_all_of_it_works(client: Client, settings: Any) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "failing": []})
    assert answer["Cache-Control"] == "no-store"
    left = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert not left, "the probe leaves its file behind"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_any_host_name_will_do_and_no_tls_is_asked_for(client: Client, settings: Any, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"host": "10.0.0.7"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("_without_database")
def test_a_database_that_is_away_is_named_and_so_is_the_queue_in_it(client: Client) -> None:
    assert ready(client) == (503, ["database", "queue"])


@pytest.mark.django_db
def test_a_queue_without_its_tables_is_named_alone(client: Client) -> None:
    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if "procrastinate" in sql:
            raise OperationalError("no such table")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        assert ready(client) == (503, ["queue"])


@pytest.mark.django_db
@pytest.mark.parametrize("backend", ["Broken", "Forgetful"])
def test_a_storage_that_does_not_keep_files_is_named(client: Client, settings: Any, backend: str) -> None:
    use_storage(settings, backend)
    assert ready(client) == (503, ["storage"])


@pytest.mark.django_db
def test_why_it_fails_is_not_for_strangers(client: Client, settings: Any) -> None:
    use_storage(settings, "Broken")
    assert "bucket" not in client.get("/readyz").content.decode()


@pytest.mark.django_db
def test_the_storage_is_tried_at_most_every_thirty_seconds(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_storage(settings, "Broken")
    before = Broken.tries
    for _ in range(3):
        assert ready(client) == (503, ["storage"])
    assert Broken.tries == before + 1
    when, result = health._storage_seen
    monkeypatch.setattr(health, "_storage_seen", (when - health.STORAGE_PROBE_SECONDS, result))
    use_storage(settings, "Working")
    assert ready(client) == (200, [])


class Working(InMemoryStorage):
    """Comes back."""


def test_a_probe_is_put_where_no_picture_lies() -> None:
    """So that whoever looks at the bucket sees what it is."""
    health._write_read_delete()
    assert default_storage.listdir("probes") == ([], [])
