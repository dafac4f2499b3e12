"""What every test stands on: a data folder of its own, and the fake engine where it is asked for."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATA = tempfile.mkdtemp(prefix="selvedge-test-")
os.environ.update(DATA_DIR=DATA, DJANGO_SETTINGS_MODULE="config.settings")
for name in ("DATABASE_URL", "GENERATION_PROVIDER", "REPLICATE_API_TOKEN"):
    os.environ.pop(name, None)


def pytest_configure() -> None:
    import django

    django.setup()


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def fake(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """The fake engine, with a memory of its own, answering as `tests.making.ANSWERS` says."""
    from generation import providers
    from generation.providers.fake import FakeProvider
    from tests import making

    settings.GENERATION_PROVIDER = making.FAKE
    settings.FAKE_PROVIDER_DIR = tmp_path / "fake"
    making.write_fake("answers.json", making.ANSWERS)
    providers.get.cache_clear()
    yield FakeProvider()
    providers.get.cache_clear()
