"""An exported flat opens in Inkscape as we draw it: same size in mm, same groups, same picture."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import resvg_py
from PIL import Image, ImageFilter

from techpack.flats import Anchor, Mark, Specification, draw

pytestmark = pytest.mark.skipif(not shutil.which("inkscape"), reason="Inkscape is not installed")
WIDTH = 800  # pixels
PX_PER_MM = 96 / 25.4


def inkscape(*arguments: str, home: Path) -> str:
    """Run it in a home folder of its own."""
    environment = os.environ | {"HOME": str(home), "INKSCAPE_PROFILE_DIR": str(home), "G_MESSAGES_DEBUG": ""}
    run = subprocess.run(
        ["inkscape", *arguments], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    return run.stdout


def test_a_flat_opens_in_inkscape_as_it_is_drawn(tmp_path: Path) -> None:
    mark = Mark(
        "7", "front", "seam", (Anchor("hem_side_right", -30 - 20j), Anchor("hem_side_right", -5 - 20j))
    )
    spec = Specification("shirt", {"CH1": 52.0}, {"pockets": "patch"}, marks=(mark,))
    drawing = draw(spec)
    svg = drawing.svg(dimensions=True, title="Shirt, front")
    file = tmp_path / "shirt.svg"
    file.write_text(svg)

    boxes = {}
    for line in inkscape("--query-all", str(file), home=tmp_path).splitlines():
        name, *numbers = line.split(",")
        boxes[name] = [float(number) for number in numbers]
    assert {"outline", "seams", "stitches", "details", "inside", "annotation"} <= boxes.keys()
    assert drawing.outline is not None
    xs = [point.real for point in drawing.outline.points()]
    width_mm = (max(xs) - min(xs)) * 10 / drawing.scale
    assert boxes["outline"][2] / PX_PER_MM == pytest.approx(width_mm, rel=0.01, abs=0.6)  # with its stroke

    picture = tmp_path / "inkscape.png"
    export = ("--export-type=png", f"--export-width={WIDTH}", "--export-background=white")
    inkscape(*export, f"--export-filename={picture}", str(file), home=tmp_path)
    ours = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=WIDTH, dpi=96, background="white"))
    seen, drawn = _grey(picture.read_bytes()), _grey(ours)
    assert abs(seen.height - drawn.height) <= 1
    assert _missing(drawn, seen) < 0.01, "lines of ours are missing in Inkscape's picture"
    assert _missing(seen, drawn) < 0.01, "Inkscape draws what we do not"


def _grey(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("L")


def _missing(first: Image.Image, second: Image.Image) -> float:
    """The share of dark pixels of one picture without a dark one near them in the other."""
    near = second.filter(ImageFilter.MinFilter(3))
    size = (first.width, min(first.height, second.height))
    dark = np.asarray(first.crop((0, 0, *size))) < 110
    assert dark.sum() > 500
    return float((np.asarray(near.crop((0, 0, *size)))[dark] > 200).mean())
