"""Sheets, issued revisions, exports and links: what a factory gets, and what stays locked."""

import datetime as dt
import io
import json
import zipfile

import openpyxl
import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from techpack import hand_over
from techpack.library.compositions import adds_up
from techpack.models import Product, Release, ReleaseIsIssuedError, Share
from techpack.presenters import exports
from techpack.presenters.document import document_of
from techpack.services import measurements


def test_the_library_fills_the_sheets_once_marked_as_suggested(tee: Product) -> None:
    lines = list(tee.material_lines.all())
    assert {line.origin for line in lines} == {"suggested"}
    assert any(line.part == "body fabric" for line in lines)
    assert tee.construction_rows.exists()
    measurements.refresh(product=tee)
    assert tee.material_lines.count() == len(lines)


@pytest.mark.parametrize(
    ("words", "right"),
    [("95 % cotton, 5 % elastane", True), ("100% wool", True), ("60 % cotton", False), ("cotton", False)],
)
def test_a_composition_adds_up_to_100(words: str, right: bool) -> None:
    assert adds_up(words) is right


def test_the_pdf_says_what_the_table_says(tee: Product) -> None:
    measurements.set_value(product=tee, code="CH1", text="51.5")
    made = exports.export(document_of(tee), "pdf")
    reader = pypdf.PdfReader(io.BytesIO(made.content))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "Yellow T-shirt" in text
    assert "51.5" in text
    attached = json.loads(reader.attachments["techpack.json"][0])
    assert {row["code"]: row["valueCm"] for row in attached["measures"]}["CH1"].startswith("51.5")


def test_the_workbook_has_numbers_as_numbers(tee: Product) -> None:
    measurements.set_value(product=tee, code="CH1", text="51.5")
    book = openpyxl.load_workbook(io.BytesIO(exports.export(document_of(tee), "xlsx").content))
    cells = [cell.value for line in book["POM"].iter_rows() for cell in line]
    assert 51.5 in cells


def test_the_zip_holds_document_flats_and_photos(tee: Product) -> None:
    archive = zipfile.ZipFile(io.BytesIO(exports.export(document_of(tee), "zip").content))
    names = archive.namelist()
    assert {"tech-pack.pdf", "tech-pack.xlsx", "flats/front.svg"} <= set(names)
    assert any(name.startswith("pictures/") for name in names)


def test_what_a_factory_cannot_do_without_keeps_a_revision_from_being_issued(tee: Product) -> None:
    with pytest.raises(hand_over.NotReadyError) as refused:
        hand_over.issue(product=tee, by=tee.owner)
    assert "colour with system and code" in [one["field"] for one in refused.value.blocked]
    assert not tee.releases.exists()


def test_an_issued_revision_never_changes(tee: Product) -> None:
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    before = bytes(release.files.get(name="pdf").content)
    measurements.set_value(product=tee, code="CH1", text="55")
    release.note = "changed"
    with pytest.raises(ReleaseIsIssuedError):
        release.save()
    assert bytes(release.files.get(name="pdf").content) == before
    kept = {row["code"]: row["valueCm"] for row in Release.objects.get(pk=release.pk).data["measures"]}
    assert not kept["CH1"].startswith("55")


def test_the_next_revision_says_what_changed(tee: Product) -> None:
    hand_over.issue(product=tee, by=tee.owner, force=True)
    measurements.set_value(product=tee, code="CH1", text="55")
    second = hand_over.issue(product=tee, by=tee.owner, note="Wider chest", force=True)
    changed = [one for one in second.changes if "CH1" in one["what"] and "valueCm" in one["what"]]
    assert second.number == 2
    assert changed[0]["after"].startswith("55")


def test_a_link_opens_its_revision_without_an_account(tee: Product) -> None:
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    made = hand_over.share(release=release)
    page = Client().get(f"/shared/{made.token}/")
    assert page.status_code == 200
    assert "Yellow T-shirt" in page.content.decode()
    assert "This is the current revision" in page.content.decode()
    assert Client().get(f"/shared/{made.token}/pdf.file").content[:4] == b"%PDF"
    assert made.share.events.filter(kind="opened").count() == 1
    assert not Share.objects.filter(token_hash__contains=made.token).exists()


def test_an_old_link_says_that_there_is_a_newer_revision(tee: Product) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    hand_over.issue(product=tee, by=tee.owner, force=True)
    assert "Superseded" in Client().get(f"/shared/{made.token}/").content.decode()


@pytest.mark.parametrize("end", ["revoked", "expired", "guessed"])
def test_a_link_that_is_over_opens_nothing(tee: Product, end: str) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    token = made.token
    if end == "revoked":
        hand_over.revoke(share=made.share)
    elif end == "expired":
        Share.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    else:
        token = Share.new_token()
    assert Client().get(f"/shared/{token}/").status_code == 404
    assert Client().get(f"/shared/{token}/pdf.file").status_code == 404


def test_a_password_is_asked_for_and_tries_are_limited(tee: Product) -> None:
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    made = hand_over.share(release=release, password="hem and cuff")
    client = Client()
    assert client.get(f"/shared/{made.token}/").status_code == 403
    assert client.get(f"/shared/{made.token}/pdf.file").status_code == 404
    client.post(f"/shared/{made.token}/", {"password": "wrong"})
    assert client.get(f"/shared/{made.token}/").status_code == 403
    client.post(f"/shared/{made.token}/", {"password": "hem and cuff"})
    assert client.get(f"/shared/{made.token}/").status_code == 200
    for _ in range(12):
        Client().post(f"/shared/{made.token}/", {"password": "wrong"})
    other = Client()
    other.post(f"/shared/{made.token}/", {"password": "hem and cuff"})
    assert other.get(f"/shared/{made.token}/").status_code == 403


def test_a_supplier_acknowledges_and_asks_in_plain_text(tee: Product) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    client = Client()
    client.post(f"/shared/{made.token}/", {"acknowledge": "1", "name": "Linh"})
    client.post(
        f"/shared/{made.token}/", {"text": "<script>alert(1)</script>", "about": "CH1", "name": "Linh"}
    )
    page = client.get(f"/shared/{made.token}/").content.decode()
    assert "Received</b> by Linh" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_link_that_was_opened_very_often_still_opens_and_takes_questions(
    tee: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    monkeypatch.setattr(hand_over, "MOST_EVENTS", 2)
    for _ in range(4):
        assert Client().get(f"/shared/{made.token}/").status_code == 200
    assert Client().post(f"/shared/{made.token}/", {"text": "Which thread?"}).status_code == 303


def test_receiving_a_revision_twice_is_written_down_once(tee: Product) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    for _ in range(2):
        Client().post(f"/shared/{made.token}/", {"acknowledge": "1", "name": "Linh"})
    assert made.share.events.filter(kind="acknowledged").count() == 1


def test_the_page_of_a_printed_revision_says_whether_it_is_current(tee: Product) -> None:
    first = hand_over.issue(product=tee, by=tee.owner, force=True)
    assert "is current" in Client().get(f"/revision/{first.public_id}/").content.decode()
    hand_over.issue(product=tee, by=tee.owner, force=True)
    page = Client().get(f"/revision/{first.public_id}/").content.decode()
    assert "Superseded by revision 2" in page
    assert "Yellow T-shirt" not in page


def test_somebody_else_gets_none_of_it(tee: Product, client: Client) -> None:
    from tests.support.factories import make_user

    hand_over.issue(product=tee, by=tee.owner, force=True)
    client.force_login(make_user())
    for path in (
        "hand-over/",
        "download/pdf/",
        "download/pdf/?release=1",
        "specification/",
        "flats/front.svg",
    ):
        assert client.get(f"/techpacks/{tee.pk}/{path}").status_code == 404
    for path in ("issue/", "measures/CH1/", "type/", "features/"):
        assert client.post(f"/techpacks/{tee.pk}/{path}", {"value": "50"}).status_code == 404
