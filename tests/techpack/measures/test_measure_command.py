"""Flats that `manage.py measure --flats` writes."""

import re
from pathlib import Path
from typing import Any

from techpack.management.commands.measure import write_flats

SEEN: dict[str, Any] = {
    "productType": "t-shirt",
    "likelyNeck": "",
    "features": {"neck": {"value": "crew", "confidence": 0.9}},
    "measurements": [
        {"code": "BL1", "valueCm": None, "ratio": 1.0},
        {"code": "CH1", "valueCm": None, "ratio": 0.75},
        {"code": "BL2", "valueCm": None, "ratio": 1.06},
    ],
}


def _written(folder: Path, *, without: str = "") -> str:
    measured = [row for row in SEEN["measurements"] if row["code"] != without]
    write_flats(folder, Path("tee.jpg"), SEEN | {"measurements": measured})
    return re.sub("<title>.*</title>", "", (folder / "tee-back.svg").read_text(encoding="utf-8"))


def test_both_views_are_drawn_from_what_was_read(tmp_path: Path) -> None:
    with_its_length = _written(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"tee-front.svg", "tee-back.svg"}
    assert _written(tmp_path, without="BL2") != with_its_length
