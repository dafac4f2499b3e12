"""The document as PDF, set with Typst."""

import json
import shutil
import tempfile
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import typst

from techpack.exports import sheets, tables, wording
from techpack.exports.document import Document
from techpack.exports.folder import Folder
from techpack.exports.paper import PAPERS, PaperName

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_FONTS = _HERE / "fonts"


def pdf(document: Document, *, paper: PaperName = "a4") -> bytes:
    """Return the document as a tagged PDF, landscape, with its data as JSON attached.

    The same document gives the same bytes.
    """
    with tempfile.TemporaryDirectory(prefix="techpack-pdf-") as root:
        compiler = _compiler(document, Path(root), paper)
        made_at = datetime.combine(document.date, time(), UTC)
        return _only(compiler.compile(format="pdf", timestamp=made_at))


def page_images(document: Document, *, paper: PaperName = "a4", ppi: int = 110) -> list[bytes]:
    """Return every page as PNG, to be looked at."""
    with tempfile.TemporaryDirectory(prefix="techpack-pdf-") as root:
        pages = _compiler(document, Path(root), paper).compile(format="png", ppi=ppi)
        return pages if isinstance(pages, list) else [_only(pages)]


def _compiler(document: Document, root: Path, paper: PaperName) -> typst.Compiler:
    """Everything the template reads stands in `root`; it can read nothing else."""
    document = wording.cleaned(document)
    shutil.copytree(_TEMPLATES, root, dirs_exist_ok=True)
    data = sheets.sheets(document, Folder(root), PAPERS[paper])
    (root / "data.json").write_text(json.dumps(data), encoding="utf-8")
    attached = json.dumps(tables.as_json(document), ensure_ascii=False, indent=2)
    (root / "techpack.json").write_text(attached, encoding="utf-8")
    return typst.Compiler(
        input=root / "techpack.typ", root=root, font_paths=_fonts(), ignore_system_fonts=True
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


def _only(made: bytes | list[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("Typst returned no single file")
    return made
