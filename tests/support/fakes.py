"""The fake engine, for tests of what stands on it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def fake(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """The fake engine, with a memory of its own, answering as `tests.support.factories.ANSWERS` says."""
    yield from _engine(settings, tmp_path / "fake")


@pytest.fixture
def shared_fake(settings: Any) -> Iterator[Any]:
    """The fake engine, and the files, in the places where another process looks for them, too."""
    folder = Path(settings.DATA_DIR) / "fake-provider"
    shutil.rmtree(folder, ignore_errors=True)
    settings.MEDIA_ROOT = Path(settings.DATA_DIR) / "media"
    yield from _engine(settings, folder)


def _engine(settings: Any, folder: Path) -> Iterator[Any]:
    from generation import providers
    from generation.providers.fake import FakeProvider
    from tests.support import factories

    settings.GENERATION_PROVIDER = factories.FAKE
    settings.FAKE_PROVIDER_DIR = folder
    factories.write_fake("answers.json", factories.ANSWERS)
    providers.get.cache_clear()
    yield FakeProvider()
    providers.get.cache_clear()
