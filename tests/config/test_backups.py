"""A backup restored into an empty database finds everything again."""

import json
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections

from accounts.models import User
from blueprint.models import Subscriber
from config import backups
from generation.models import Asset
from generation.storage import assets
from techpack.models import Product
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_product, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty_database():
    """Connects to a new database for the length of a test."""
    name, old = f"restored_{uuid.uuid4().hex[:8]}", connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')

    def use(wanted: str) -> None:
        connections.close_all()
        connection.close_pool()
        connection.settings_dict["NAME"] = wanted

    yield lambda: use(name)
    use(old)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_everything_is_found_again(tmp_path: Path, settings, empty_database) -> None:
    designer, subscriber = make_user("ana@example.com"), make_subscriber(selfies=2)
    make_product(designer, "front", "back")
    call_command("backup", tmp_path / "backup", verbosity=0)
    stored = Asset.objects.stored().count()

    settings.MEDIA_ROOT = tmp_path / "new media"
    empty_database()
    call_command("restore", tmp_path / "backup", verbosity=0)

    assert User.objects.get().email == "ana@example.com"
    assert Product.objects.get().revisions.count() == 2
    assert Subscriber.objects.get().access_token == subscriber.access_token
    assert Asset.objects.stored().count() == stored == 4
    for asset in Asset.objects.all():
        assert default_storage.exists(assets.key(asset, "original"))
        assert assets.read(asset)


def test_a_damaged_backup_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    make_product(make_user())
    folder = tmp_path / "backup"
    backups.back_up(folder)
    key = next(iter(json.loads((folder / "manifest.json").read_text())["files"]))
    (folder / "media" / key).write_bytes(b"something else")
    with pytest.raises(CommandError, match="missing or damaged"):
        call_command("restore", folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(CommandError, match="no complete backup"):
        call_command("restore", folder, "--check")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backups.back_up(folder)
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", folder)
    with pytest.raises(CommandError, match="has tables already"):
        call_command("restore", folder)
