"""The document as PDF, set with Typst."""

import json
import re
import shutil
import tempfile
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from techpack.exports import tables, wording
from techpack.exports.choices import Choices
from techpack.exports.document import Document
from techpack.exports.pdf import sheets
from techpack.exports.pdf.folder import Folder
from techpack.exports.pdf.paper import PAPERS

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_FONTS = _HERE / "fonts"
USUAL = Choices()
_VIETNAMESE = re.compile("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")  # letters that Instrument lacks


def pdf(document: Document, choices: Choices = USUAL, *, workbook: bytes = b"") -> bytes:
    """Return the document as a tagged PDF/A-3, landscape, with its data as JSON attached.

    The same document gives the same bytes. `workbook` is the document as XLSX, to be attached as well.
    A text with a character that no font here has makes it a plain PDF: PDF/A refuses such a text.
    """
    document = wording.cleaned(document)
    with tempfile.TemporaryDirectory(prefix="techpack-pdf-") as name:
        root = Path(name)
        data = sheets.sheets(document, Folder(root), PAPERS[choices.paper], choices)
        data["hasWorkbook"] = bool(workbook)
        attached = json.dumps(tables.as_json(document), ensure_ascii=False, indent=2)
        (root / "techpack.json").write_text(attached, encoding="utf-8")
        (root / "techpack.xlsx").write_bytes(workbook)
        return typeset("techpack.typ", data, root, document.date)


def typeset(template: str, data: dict[str, Any], root: Path, day: date) -> bytes:
    """Set one of the templates. Everything it reads stands in `root`; it can read nothing else."""
    shutil.copytree(_TEMPLATES, root, dirs_exist_ok=True)
    written = json.dumps(data, ensure_ascii=False)
    data = data | {"hasVietnamese": bool(_VIETNAMESE.search(written))}
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    compiler = typst.Compiler(input=root / template, root=root, font_paths=_fonts(), ignore_system_fonts=True)
    made_at = datetime.combine(day, time(), UTC)
    try:
        return _only(compiler.compile(format="pdf", timestamp=made_at, pdf_standards=["a-3a"]))
    except typst.TypstError:
        return _only(compiler.compile(format="pdf", timestamp=made_at))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


def _only(made: bytes | list[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("Typst returned no single file")
    return made
