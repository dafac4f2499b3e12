"""Flats that `manage.py measure --flats` writes."""

import re
from pathlib import Path

from techpack.management.commands.measure import write_flats

SEEN = {
    "productType": "t-shirt",
    "features": {"neck": {"value": "crew", "confidence": 0.9}},
    "measurements": [
        {"code": "BL1", "valueCm": None, "ratio": 1.0},
        {"code": "CH1", "valueCm": None, "ratio": 0.75},
        {"code": "BL2", "valueCm": None, "ratio": 1.06},
    ],
}


def _written(folder: Path, view: str) -> str:
    write_flats(folder, Path("tee.jpg"), SEEN, view=view)
    return re.sub("<title>.*</title>", "", (folder / "tee-back.svg").read_text(encoding="utf-8"))


def test_a_photo_of_the_front_does_not_say_how_long_the_back_is(tmp_path: Path) -> None:
    front = _written(tmp_path, "front")
    assert {path.name for path in tmp_path.iterdir()} == {"tee-front.svg", "tee-back.svg"}
    assert _written(tmp_path, "back") != front
