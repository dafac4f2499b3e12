"""The files of a document, by format: for the page, the API, a share link and the command."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from techpack.exports import pdf, tables, xlsx
from techpack.exports.document import Document
from techpack.models import Release, ReleaseFile

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
    "svg": "image/svg+xml",
}
PAPERS = ("a4", "letter")


@dataclass(frozen=True)
class ExportFile:
    """One file: its bytes, type and the name to save it under."""

    content: bytes
    content_type: str
    name: str


def export(document: Document, kind: str, *, paper: str = "a4") -> ExportFile:
    """Make one file. KeyError for a format there is not."""
    make = _MAKERS[kind]
    stem = f"{_safe(document.style_number)}-{_safe(document.revision.lower())}"
    return ExportFile(make(document, paper), CONTENT_TYPES[kind], f"{stem}.{kind}")


def issued_file(release: Release, kind: str) -> ExportFile | None:
    """A file as it was issued, byte for byte; None when the revision has none of this kind."""
    kept = ReleaseFile.objects.filter(release=release, name=kind).first()
    if kept is None:
        return None
    return ExportFile(
        bytes(kept.content), kept.content_type, f"{release.product.code}-{release.number}.{kind}"
    )


def _safe(text: str) -> str:
    kept = "".join(mark if mark.isalnum() or mark in "-_" else "-" for mark in text)
    return kept.strip("-")[:60] or "tech-pack"


def _pdf(document: Document, paper: str) -> bytes:
    return pdf.pdf(document, paper="letter" if paper == "letter" else "a4")


def _xlsx(document: Document, paper: str) -> bytes:
    return xlsx.xlsx(document)


def _json(document: Document, paper: str) -> bytes:
    return json.dumps(tables.as_json(document), ensure_ascii=False, indent=2).encode()


def _csv(document: Document, paper: str) -> bytes:
    """The points of measure; with a byte order mark, so that Excel reads UTF-8."""
    return tables.csv_files(document)["pom.csv"].encode("utf-8-sig")


def _svg(document: Document, paper: str) -> bytes:
    """The first flat."""
    return document.flats[0].picture.data if document.flats else b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def _zip(document: Document, paper: str) -> bytes:
    """Everything, with flats as SVG and photos."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in ("pdf", "xlsx", "json"):
            archive.writestr(f"tech-pack.{kind}", _MAKERS[kind](document, paper))
        for name, text in tables.csv_files(document).items():
            archive.writestr(f"tables/{name}", text.encode("utf-8-sig"))
        for flat in document.flats:
            archive.writestr(f"flats/{flat.view.lower()}.svg", flat.picture.data)
            archive.writestr(f"flats/{flat.view.lower()}-dimensions.svg", flat.dimensioned.data)
        for place, photo in enumerate([*document.photos, *document.details], start=1):
            archive.writestr(f"pictures/{place:02d}-{_safe(photo.caption)}.jpg", photo.data)
    return stream.getvalue()


_MAKERS: dict[str, Callable[[Document, str], bytes]] = {
    "pdf": _pdf,
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
    "zip": _zip,
    "svg": _svg,
}
FORMATS = tuple(_MAKERS)
