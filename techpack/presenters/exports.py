"""The files of a document, by format: for the page, the API, a share link and the command."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from techpack.exports import issued_document, pdf, tables, xlsx
from techpack.exports.choices import Choices
from techpack.exports.document import Document, Picture

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
    "svg": "image/svg+xml",
}
USUAL = Choices()
_ENDINGS = {b"\x89PNG": "png", b"RIFF": "webp"}
_TABLES = {
    "pom": "pom.csv", "bom": "bom.csv", "construction": "construction.csv", "colours": "colourways.csv",
    "labels": "labels.csv", "packaging": "packaging.csv",
}  # fmt: skip


@dataclass(frozen=True)
class ExportFile:
    """One file: its bytes, type and the name to save it under."""

    content: bytes
    content_type: str
    name: str


def export(document: Document, kind: str, choices: Choices = USUAL) -> ExportFile:
    """Make one file. KeyError for a format there is not."""
    made = _MAKERS[kind](document, choices)
    return ExportFile(made, CONTENT_TYPES[kind], file_name(document.style_number, document.revision, kind))


def file_name(style_number: str, revision: str, kind: str) -> str:
    return f"{_safe(style_number)}-{_safe(revision.lower())}.{kind}"


def document_of_release(data: Mapping[str, Any], archive: bytes) -> Document:
    """The document of an issued revision, from its data and the pictures in its ZIP."""
    with zipfile.ZipFile(io.BytesIO(archive)) as kept_files:
        pictures = [kept_files.read(name) for name in kept_files.namelist() if "/" in name]
    return issued_document.document_from(data, {sha256(content).hexdigest(): content for content in pictures})


def _safe(text: str) -> str:
    kept_marks = "".join(mark if mark.isalnum() or mark in "-_" else "-" for mark in text)
    return kept_marks.strip("-")[:60] or "tech-pack"


def _pdf(document: Document, choices: Choices) -> bytes:
    return pdf.pdf(document, choices, workbook=_xlsx(document, choices))


def _xlsx(document: Document, choices: Choices) -> bytes:
    return xlsx.xlsx(document, choices)


def _json(document: Document, choices: Choices) -> bytes:
    return json.dumps(tables.as_json(document), ensure_ascii=False, indent=2).encode()


def _csv(document: Document, choices: Choices) -> bytes:
    """The table of the first chosen section, else the points of measure.

    With a byte order mark, so that Excel reads UTF-8.
    """
    names = [_TABLES[section] for section in choices.sections if section in _TABLES]
    return tables.csv_files(document)[names[0] if names else "pom.csv"].encode("utf-8-sig")


def _svg(document: Document, choices: Choices) -> bytes:
    """The first flat."""
    return document.flats[0].picture.data if document.flats else b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def _zip(document: Document, choices: Choices) -> bytes:
    """Everything: the document, its tables, flats as SVG, close-ups, and photos as they were uploaded."""
    stream = io.BytesIO()
    workbook = _xlsx(document, choices)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tech-pack.pdf", pdf.pdf(document, choices, workbook=workbook))
        archive.writestr("tech-pack.xlsx", workbook)
        archive.writestr("tech-pack.json", _json(document, choices))
        for name, text in tables.csv_files(document).items():
            archive.writestr(f"tables/{name}", text.encode("utf-8-sig"))
        for name, content in _pictures(document):
            archive.writestr(
                name, content, zipfile.ZIP_DEFLATED if name.endswith("svg") else zipfile.ZIP_STORED
            )
    return stream.getvalue()


def _pictures(document: Document) -> Iterator[tuple[str, bytes]]:
    for flat in document.flats:
        yield f"flats/{_safe(flat.view.lower())}.svg", flat.picture.data
        yield f"flats/{_safe(flat.view.lower())}-dimensions.svg", flat.dimensioned.data
    for flat in document.label_flats:
        yield f"flats/labels-{_safe(flat.view.lower())}.svg", flat.picture.data
    if document.nested:
        yield "flats/all-sizes.svg", document.nested.data
    for folder, pictures in (("photos", document.photos), ("details", document.details)):
        for place, one in enumerate(pictures, start=1):
            content = one.original or one.data
            yield f"{folder}/{place:02d}-{_safe(one.caption.lower())}.{_ending(one, content)}", content


def _ending(picture: Picture, content: bytes) -> str:
    return _ENDINGS.get(content[:4], "svg" if picture.kind == "svg" else "jpg")


_MAKERS: dict[str, Callable[[Document, Choices], bytes]] = {
    "pdf": _pdf,
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
    "zip": _zip,
    "svg": _svg,
}
FORMATS = tuple(_MAKERS)
