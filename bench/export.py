"""Seconds, MB and memory of the document of a full product: `python bench/export.py [--chromium PATH]`.

Five photos, six close-ups, two flats, 60 points of measure in 8 sizes, 40 materials. With a Chromium the
same tables and pictures are printed by it in the same run; `pdf_per_chromium` is the figure to compare.
The last line is JSON.
"""

import argparse
import base64
import io
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from techpack import flats
from techpack.exports import document as documents
from techpack.exports.pdf import pdf
from techpack.exports.xlsx import xlsx
from techpack.library import points_of_measure

SIZES = ["XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL"]
ROUNDS = 3
PRINT = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]


def photo(seed: int) -> documents.Picture:
    """A photo-like picture of 900 x 1200 px, as documents get them."""
    noise = np.random.default_rng(seed).normal(150, 12, (250, 188, 3))
    picture = Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).resize((900, 1200))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return documents.Picture(stream.getvalue(), "jpeg", f"Photo {seed}")


def full_document(edition: int) -> documents.Document:
    """One of several products that differ in every value, so that no round profits from the one before."""
    points = list(points_of_measure().values())[:60]
    measures = [
        documents.Measure(
            code=point.code, name=point.name, how_to_measure=point.how_to_measure,
            value_cm=Decimal(48 + edition),
            error_cm=Decimal("0.9"), source="measured", tolerance_plus_cm=point.tolerance_cm,
            tolerance_minus_cm=point.tolerance_cm, grade_cm=point.grade_per_size_cm,
            by_size_cm={size: Decimal(48 + edition) + place for place, size in enumerate(SIZES)},
        )
        for point in points
    ]  # fmt: skip
    drawn = []
    for view in ("front", "back"):
        drawing = flats.draw(flats.Specification("shirt"), view)
        plain = documents.Picture(drawing.svg().encode(), "svg", view)
        drawn.append(
            documents.Flat(view, plain, documents.Picture(drawing.svg(dimensions=True).encode(), "svg", view))
        )
    material = documents.Material("fabric", "body", "all panels", "poplin", "100 % cotton", "120 g/m2")
    photos = [photo(100 * edition + number) for number in range(5)]
    return documents.Document(
        style_number="SV-0142", name=f"Full shirt {edition}", brand="Bench", product_type="Shirt",
        season="AW27",
        base_size="M", sizes=SIZES, unit="cm", revision="2", date=date(2026, 11, 27), status="Issued",
        scale="Total length 72 cm", notes="", cover=photos[0], photos=photos, flats=drawn, measures=measures,
        details=[photo(100 * edition + number) for number in range(10, 16)], materials=[material] * 40,
        colours=[],
        construction=[documents.Construction("side", "join", "1.01", "504", "10-12")] * 12, missing=[],
        features=[],
    )  # fmt: skip


def as_html(document: documents.Document) -> str:
    """The same tables and pictures as a page for a browser."""
    rows = "".join(
        f"<tr><td>{row.code}<td>{row.name}<td>{row.how_to_measure}"
        + "".join(f"<td>{cm}" for cm in row.by_size_cm.values())
        for row in document.measures
    )
    pictures = "".join(
        f'<img width="400" src="data:image/jpeg;base64,{base64.b64encode(one.data).decode()}">'
        for one in [*document.photos, *document.details]
    )
    drawn = "".join(flat.dimensioned.data.decode() for flat in document.flats)
    materials = "".join(
        f"<tr><td>{one.part}<td>{one.material}<td>{one.composition}" for one in document.materials
    )
    tables = f"<table>{rows}</table><table>{materials}</table>"
    return f"<meta charset=utf-8><h1>{document.name}</h1>{drawn}{tables}{pictures}"


@dataclass(frozen=True)
class Effort:
    """Medians over the editions. `cpu` is the time of all cores, so that a busy machine does not matter."""

    seconds: float
    cpu: float
    size: int


def timed(make: Callable[[documents.Document], bytes], editions: list[documents.Document]) -> Effort:
    seconds, cpu, made = [], [], b""
    for edition in editions:
        started, worked = time.perf_counter(), _cpu_seconds()
        made = make(edition)
        seconds.append(time.perf_counter() - started)
        cpu.append(_cpu_seconds() - worked)
    return Effort(statistics.median(seconds), statistics.median(cpu), len(made))


def _cpu_seconds() -> float:
    """Of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def print_with(chromium: str, page: Path) -> bytes:
    out = page.with_suffix(".pdf")
    command = [chromium, *PRINT, f"--print-to-pdf={out}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return out.read_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome") or "")
    chromium = parser.parse_args().chromium
    editions = [full_document(number) for number in range(ROUNDS)]
    started = time.perf_counter()
    pdf(full_document(ROUNDS))
    first = time.perf_counter() - started
    of_pdf, of_xlsx = timed(pdf, editions), timed(xlsx, editions)
    figures = {
        "first_pdf_seconds": round(first, 2), "pdf_seconds": round(of_pdf.seconds, 2),
        "pdf_cpu_seconds": round(of_pdf.cpu, 2), "pdf_mb": round(of_pdf.size / 1e6, 2),
        "xlsx_seconds": round(of_xlsx.seconds, 2), "xlsx_mb": round(of_xlsx.size / 1e6, 2),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
    if chromium:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"

            def printed_by_chromium(edition: documents.Document) -> bytes:
                page.write_text(as_html(edition), encoding="utf-8")
                return print_with(chromium, page)

            printed = timed(printed_by_chromium, editions)
        figures |= {
            "chromium_seconds": round(printed.seconds, 2), "chromium_cpu_seconds": round(printed.cpu, 2),
            "pdf_per_chromium": round(of_pdf.seconds / printed.seconds, 2),
            "pdf_cpu_per_chromium": round(of_pdf.cpu / printed.cpu, 2),
        }  # fmt: skip
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
