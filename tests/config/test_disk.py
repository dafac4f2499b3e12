"""With a disk that is nearly full the site does not begin, and says what to do."""

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from config.management.commands import serve


def test_a_nearly_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve._require_room(tmp_path / "data")
    monkeypatch.setattr(serve, "LEAST_ROOM", 10**18)
    with pytest.raises(CommandError, match=r"MB are free where .* choose another folder: make run DATA_DIR="):
        serve._require_room(tmp_path / "data")
