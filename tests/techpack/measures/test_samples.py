"""Sample rounds: what was asked for, what was measured, by how much it is off, and what was decided."""

import dataclasses
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from techpack import hand_over
from techpack.exports.choices import Choices
from techpack.exports.document import SizeSystem
from techpack.exports.pdf.sample_round import round_pdf
from techpack.exports.samples import SampleRow, deviation_words
from techpack.exports.xlsx.samples import round_xlsx
from techpack.models import Header, Product, SamplePhoto, SampleRound
from techpack.presenters.samples import report_of
from techpack.services import measurements, sample_photos, samples, sheets
from techpack.services.errors import NotPossible
from tests.support.pdf import page_texts

PHOTO = Path(__file__).parents[2] / "vision" / "photos" / "t-shirt.jpg"


@pytest.fixture
def fit(tee: Product) -> SampleRound:
    """A fit sample in M and L against revision 1: chest 51.5 cm in M, 54 in L, 1 cm either way."""
    sheets.header_of(tee)
    Header.objects.filter(product=tee).update(sizes=["S", "M", "L"], base_size="M")
    measurements.set_value(product=tee, code="CH1", text="51.5")
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    return samples.begin_round(product=tee, kind="fit", by=tee.owner, release=release, sizes=["M", "L"])


def measure(sample: SampleRound, text: str, *, size: str = "M", column: str = "own", unit: str = "cm") -> Any:
    return samples.set_measure(sample=sample, code="CH1", size=size, column=column, text=text, unit=unit)


def test_a_round_asks_for_what_its_revision_says_in_every_size(fit: SampleRound) -> None:
    measurements.set_value(product=fit.product, code="CH1", text="60")
    asked = {row.size: row.requested_cm for row in fit.measures.filter(code="CH1")}
    assert asked == {"M": Decimal("51.5"), "L": Decimal("54.0")}
    assert fit.title == "Fit 1"


@pytest.mark.parametrize(
    ("own", "within", "words"),
    [("52.5", True, "+1.0, within"), ("52.6", False, "+1.1, 0.1 too large"),
     ("50.5", True, "−1.0, within"), ("50", False, "−1.5, 0.5 too small"), ("51.5", True, "0.0, within")],
)  # fmt: skip
def test_a_deviation_is_told_in_words_against_its_tolerance(own: str, within: bool, words: str) -> None:
    deviation = Decimal(own) - Decimal("51.5")
    one = Decimal(1)
    row = SampleRow(
        "CH1", "Chest", "M", Decimal("51.5"), one, one, None, Decimal(own), None, deviation, within
    )
    assert deviation_words(row, "cm") == words


def test_the_own_measure_counts_over_the_suppliers(fit: SampleRound) -> None:
    row = measure(fit, "20 1/2", column="supplier", unit="in")
    assert (row.supplier_cm, row.is_within) == (Decimal("52.07"), True)
    row = measure(fit, "53,5")
    assert (row.deviation_cm, row.is_within) == (Decimal("2.0"), False)
    row = measure(fit, "")
    assert row.deviation_cm == Decimal("0.57")


def test_a_decided_round_refuses_every_change_until_it_is_reopened(fit: SampleRound) -> None:
    samples.decide(sample=fit, decision="rejected", note="Too narrow")
    for change in (
        lambda: measure(fit, "52"),
        lambda: samples.decide_measure(sample=fit, code="CH1", size="M", decision="accept"),
        lambda: samples.accept_proposals(sample=fit),
    ):
        with pytest.raises(NotPossible, match="decided"):
            change()
    samples.decide(sample=fit, decision="open")
    assert measure(fit, "52").own_cm == Decimal(52)
    again = samples.begin_round(product=fit.product, kind="fit", by=None)
    assert again.title == "Fit 2"


def test_a_photo_without_a_scale_card_says_so_and_proposes_nothing(fit: SampleRound) -> None:
    upload = SimpleUploadedFile("sample.jpg", PHOTO.read_bytes(), "image/jpeg")
    photo = samples.add_photo(sample=fit, user=fit.product.owner, upload=upload, view="front", size="M")
    sample_photos.measure_photo(photo.pk)
    photo.refresh_from_db()
    assert photo.status == SamplePhoto.Status.FAILED
    assert "scale card" in photo.message
    assert not fit.measures.filter(proposed_cm__isnull=False).exists()


def test_what_a_photo_proposes_is_taken_only_where_nobody_measured(fit: SampleRound) -> None:
    fit.measures.filter(size="M", code__in=["CH1", "HE1"]).update(
        proposed_cm=Decimal("51.0"), proposed_error_cm=Decimal("0.4")
    )
    measure(fit, "52")
    assert samples.accept_proposals(sample=fit) == 1
    taken = fit.measures.get(size="M", code="HE1")
    assert (taken.own_cm, taken.own_source, taken.own_error_cm) == (Decimal(51), "measured", Decimal("0.4"))
    assert fit.measures.get(size="M", code="CH1").own_cm == Decimal(52)


def test_the_report_and_the_sheet_to_fill_in_say_what_the_round_says(fit: SampleRound) -> None:
    measure(fit, "53.5")
    report = report_of(fit, "cm")
    said = text_of(round_pdf(report))
    assert "+2.0, 1.0 too large" in said
    assert "Fit 1, Size L" in said
    blank = text_of(round_pdf(report, is_blank=True))
    assert "Measured by" in blank
    assert "53.5" not in blank


def test_a_sheet_says_what_its_size_is_called_in_the_systems_of_its_revision(fit: SampleRound) -> None:
    report = dataclasses.replace(report_of(fit, "cm"), size_systems=[SizeSystem("EU", "EU", {"M": "40-42"})])
    said = text_of(round_pdf(report))
    assert "Size M (EU 40-42)" in said
    assert "Size L" in said
    Header.objects.filter(product=fit.product).update(shown_systems=["EU"], gender="women")
    assert fit.release is not None
    assert report_of(fit, "cm").size_systems == [], "the revision was issued without"


def test_the_report_says_it_in_the_language_of_the_factory(fit: SampleRound) -> None:
    measure(fit, "53.5")
    fit.decision, fit.received_on = SampleRound.Decision.CORRECT, dt.date(2026, 11, 27)
    fit.save()
    said = text_of(round_pdf(report_of(fit, "cm"), Choices(languages=("zh",))))
    for words in ("1.0 偏大", "修改后批准", "收到日期", "2026-11-27", "超出公差"):
        assert words in said
    for words in ("too large", "Approved", "Received", "Nov", "checked"):
        assert words not in said


def text_of(pdf: bytes) -> str:
    return "\n".join(page_texts(pdf))


def test_the_workbook_of_a_round_has_numbers_and_formulas(fit: SampleRound) -> None:
    measure(fit, "53.5")
    sheet = openpyxl.load_workbook(io.BytesIO(round_xlsx(report_of(fit, "cm"))))["Fit 1"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (row,) = [row for row in rows if row[0] == "CH1" and row[2] == "M"]
    assert row[3:8] == [51.5, 1, 1, None, 53.5]
    assert str(row[8]).startswith("=IF(")


def test_the_pages_write_a_cell_and_answer_with_its_row(fit: SampleRound, client: Client) -> None:
    client.force_login(fit.product.owner)
    address = f"/techpacks/{fit.product_id}/samples/"
    assert "Fit 1" in client.get(address).content.decode()
    cell = {"code": "CH1", "size": "M", "column": "own", "value": "53.5"}
    answer = client.post(f"{address}{fit.pk}/measure/", cell, headers={"hx-request": "true"})
    assert "1.0 too large" in answer.content.decode()
    refused = client.post(
        f"{address}{fit.pk}/measure/", cell | {"value": "wide"}, headers={"hx-request": "true"}
    )
    assert refused.status_code == 422
    assert "53.5" in client.get(f"{address}{fit.pk}/").content.decode()
    for kind in ("report", "sheet", "xlsx"):
        assert client.get(f"{address}{fit.pk}/file/?kind={kind}").status_code == 200
    client.post(address, {"kind": "pp", "release": "1"})
    assert SampleRound.objects.filter(kind="pp", sizes=["M"]).exists()


def test_a_program_begins_a_round_measures_and_decides(fit: SampleRound, client: Client) -> None:
    client.force_login(fit.product.owner)
    api, json = "/api/tech-pack-v2", "application/json"
    asked = {"kind": "pp", "release": 1, "sizes": ["L"], "receivedOn": "2026-11-28"}
    begun = client.post(f"{api}/products/{fit.product_id}/samples", asked, json)
    made = begun.json()["data"]
    at = f"{api}/samples/{made['sampleId']}"
    row = client.patch(f"{at}/measures/CH1", {"size": "L", "own": 55.5, "decision": "correct"}, json).json()
    assert row["data"]["deviation"] == "+1.5, 0.5 too large"
    assert client.get(f"{at}/file?languages=en,pt").content[:4] == b"%PDF"
    assert client.patch(at, {"decision": "rejected", "note": "Again"}, json).status_code == 200
    assert client.patch(f"{at}/measures/CH1", {"size": "L", "own": 54}, json).status_code == 409
