"""The report of a sample round, and the sheet to fill in on paper."""

import tempfile
from pathlib import Path
from typing import Any

from techpack.exports import grading, lengths, wording
from techpack.exports.choices import Choices
from techpack.exports.pdf import cover, picture_pages, typeset
from techpack.exports.pdf.folder import Folder
from techpack.exports.pdf.paper import PAPERS
from techpack.exports.pdf.words import Words
from techpack.exports.samples import SampleReport, SampleRow, deviation_words

USUAL = Choices()


def round_pdf(report: SampleReport, choices: Choices = USUAL, *, is_blank: bool = False) -> bytes:
    """Return the round as PDF: its measures and decision, or with `is_blank` boxes to write them into."""
    report = wording.cleaned(report)
    words = Words(choices)
    with tempfile.TemporaryDirectory(prefix="techpack-round-") as name:
        root = Path(name)
        paper = PAPERS[choices.paper]
        photos = [] if is_blank else picture_pages.pages(report.photos, paper.content, Folder(root), words)
        data = {
            "paper": paper.name, "unit": report.unit, "language": words.language, "words": words.labels(),
            "band": cover.band(report, words), "cover": {"qr": ""},
            "isBlank": is_blank, "facts": [] if is_blank else _facts(report, words), "title": report.title,
            "note": wording.breakable(report.note), "photos": photos,
            "sizes": [
                {
                    "size": _called(size, report),
                    "rows": [_row(row, report, words) for row in report.of_size(size)],
                }
                for size in report.sizes
            ],
        }  # fmt: skip
        return typeset("round.typ", data, root, report.date)


def _called(size: str, report: SampleReport) -> str:
    """ "M (EU 40-42, UK 12-14)"."""
    others = ", ".join(grading.also_called(report.size_systems, size))
    return f"{size} ({others})" if others else size


def _facts(report: SampleReport, words: Words) -> list[dict[str, str]]:
    revision = words.revision(report.revision)
    checked, outside = words.caption("checked"), words.caption("outside tolerance")
    facts = [
        ("Sample", report.title), ("Supplier", report.supplier),
        ("Received", words.date(report.received) if report.received else ""),
        ("Checked against", f"{words.first('Revision')} {revision}" if revision.isdigit() else revision),
        ("Measures", f"{report.checked} {checked}, {report.outside} {outside}"),
        ("Decision", words.caption(report.decision)),
    ]  # fmt: skip
    return [{"label": label, "value": wording.breakable(value)} for label, value in facts if value]


def _row(row: SampleRow, report: SampleReport, words: Words) -> dict[str, Any]:
    def written(value: Any) -> str:
        return "" if value is None else lengths.written(value, report.unit)

    return {
        "code": row.code,
        "name": words.both(row.name),
        "requested": written(row.requested_cm),
        "tolerance": lengths.tolerance(row.tolerance_plus_cm, row.tolerance_minus_cm, report.unit),
        "supplier": written(row.supplier_cm),
        "own": written(row.own_cm),
        "error": "" if row.own_error_cm is None else lengths.allowed(row.own_error_cm, report.unit),
        "deviation": deviation_words(row, report.unit, say=words.caption),
        "isOutside": row.is_within is False,
        "decision": row.decision,
        "note": wording.breakable(row.note),
    }
