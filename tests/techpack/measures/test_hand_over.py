"""Sheets, issued revisions, exports and links: what a factory gets, and what stays locked."""

import datetime as dt
import gzip
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from techpack import hand_over
from techpack.exports import comparison, tables
from techpack.exports.choices import choose
from techpack.hand_over import export_jobs, sharing
from techpack.library.compositions import adds_up
from techpack.models import Header, Product, Release, ReleaseIsIssuedError, Share
from techpack.presenters import exports
from techpack.presenters.document import document_of
from techpack.services import measurements, sheets
from tests.support.pdf import page_texts


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
    text = "\n".join(page_texts(made.content))
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
    kept = {"tech-pack.pdf", "tech-pack.xlsx", "tables/bom.csv", "flats/front.svg", "photos/01-front.jpg"}
    assert kept <= set(names)


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


def test_an_issued_product_is_released_until_something_changes(tee: Product, client: Client) -> None:
    client.force_login(tee.owner)
    address = f"/api/tech-pack-v2/products/{tee.pk}"
    hand_over.issue(product=tee, by=tee.owner, force=True)
    assert client.get(address).json()["data"]["status"] == "released"
    assert tee.name in client.get("/techpacks/?status=issued").content.decode()
    measurements.set_value(product=tee, code="CH1", text="52.4")
    assert client.get(address).json()["data"]["status"] != "released"
    assert "None is in this state" in client.get("/techpacks/?status=issued").content.decode()


def test_the_next_revision_says_what_changed(tee: Product) -> None:
    hand_over.issue(product=tee, by=tee.owner, force=True)
    measurements.set_value(product=tee, code="CH1", text="55")
    second = hand_over.issue(product=tee, by=tee.owner, note="Wider chest", force=True)
    (changed,) = [one for one in second.changes if one["row"].startswith("CH1") and "Value" in one["what"]]
    assert second.number == 2
    assert (changed["section"], changed["after"]) == ("Points of measure", "55")
    page = page_texts(bytes(second.files.get(name="pdf").content))[-1]
    assert "Changes" in page
    assert "Wider chest" in page


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
    for address in (f"/shared/{token}/", f"/shared/{token}/pdf.file"):
        answer = Client().get(address)
        assert answer.status_code == 404
        assert "Ask whoever sent it to you for a new one." in answer.content.decode()


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
    assert "Received by Linh" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_link_that_was_opened_very_often_still_opens_and_takes_questions(
    tee: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    monkeypatch.setattr(sharing, "MOST_EVENTS", 2)
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


# --- every way of writing to an issued revision ---------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda release: Release.objects.filter(pk=release.pk).update(note="changed"),
        lambda release: Release.objects.filter(pk=release.pk).update(data={}),
        lambda release: release.files.update(content=b"%PDF-other"),
        lambda release: release.files.filter(name="pdf").update(name="xlsx-2"),
    ],
)
def test_the_database_refuses_every_write_to_an_issued_revision(tee: Product, write: Any) -> None:
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        write(release)


def test_staff_can_look_at_an_issued_revision_and_change_nothing(tee: Product, admin_client: Client) -> None:
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    address = f"/admin/techpack/release/{release.pk}/change/"
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"note": "changed"}).status_code == 403
    assert Release.objects.get(pk=release.pk).note == ""


def test_who_issued_a_revision_may_leave(tee: Product) -> None:
    from tests.support.factories import make_user

    other = make_user("former@example.com")
    release = hand_over.issue(product=tee, by=other, force=True)
    other.delete()
    assert Release.objects.get(pk=release.pk).issued_by is None


# --- choices, and files made from what was kept ---------------------------------------------------


def test_an_issued_revision_is_printed_in_another_language_from_what_was_kept(tee: Product) -> None:
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    measurements.set_value(product=tee, code="CH1", text="55")
    made = export_jobs.file_of_release(release, "pdf", choose(languages="en,zh", sections="pom"))
    text = "".join(page_texts(made.content))
    assert "测量部位" in text
    assert "Bill of materials" not in text
    assert "55.0" not in text
    assert release.exports.filter(kind="pdf", status="done").count() == 1, "kept by revision and choices"


def test_the_api_makes_a_file_in_the_background(tee: Product, client: Client) -> None:
    client.force_login(tee.owner)
    address = f"/api/tech-pack-v2/products/{tee.pk}/exports/csv?sections=bom"
    asked = client.get(address, headers={"prefer": "respond-async"})
    assert asked.status_code == 202
    status = asked.json()["data"]["statusUrl"]
    assert client.get(status).json()["data"]["status"] == "processing"
    hand_over.make_file(asked.json()["data"]["exportId"])
    done = client.get(status).json()["data"]
    assert done["status"] == "completed"
    assert b"body fabric" in client.get(done["fileUrl"]).content
    assert client.get(f"{address}&languages=xx").status_code == 400


# --- compare and restore --------------------------------------------------------------------------


def test_two_states_compare_value_by_value_and_flat_over_flat(tee: Product, client: Client) -> None:
    hand_over.issue(product=tee, by=tee.owner, force=True)
    measurements.set_value(product=tee, code="HE1", text="60")
    client.force_login(tee.owner)
    page = client.get(f"/techpacks/{tee.pk}/compare/?from=revision-1&to=now").content.decode()
    assert "HE1 Hem width" in page
    assert page.count("before in red, after in black") == 2
    assert client.get(f"/techpacks/{tee.pk}/compare/?from=revision-9").status_code == 404


def test_restoring_a_revision_brings_back_sheets_and_measures_and_keeps_what_was_there(tee: Product) -> None:
    sheets.header_of(tee)
    Header.objects.filter(product=tee).update(sizes=["S", "M", "L"], base_size="M", brand="Ada")
    measurements.set_value(product=tee, code="CH1", text="51.5")
    tee.measurements.filter(code="CH1").update(by_size={"L": "60"})
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    measurements.set_value(product=tee, code="CH1", text="55")
    Header.objects.filter(product=tee).update(sizes=["M"], brand="Bob")
    line = tee.material_lines.first()
    line.delete()
    hand_over.restore(product=tee, data=release.data, by=tee.owner, name="revision 1")
    row = tee.measurements.get(code="CH1")
    assert (row.value_cm, row.source, row.by_size) == (Decimal("51.5"), "entered", {"L": "60"})
    assert Header.objects.get(product=tee).brand == "Ada"
    assert tee.material_lines.filter(part=line.part).exists()
    assert tee.snapshots.get().data["brand"] == "Bob"
    left = comparison.compare(release.data, tables.as_json(document_of(tee)))
    assert [one for one in left if one.section != "Header"] == []


# --- the supplier's side --------------------------------------------------------------------------


def test_an_answer_stands_below_its_question_and_internal_notes_stay_inside(
    tee: Product, client: Client
) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    address = f"/shared/{made.token}/"
    place = {"flat": "Front", "x": "0.25", "y": "0.5"}
    Client().post(address, {"text": "Which thread here?", "name": "Linh", **place})
    question = made.share.events.get(kind="comment")
    assert (question.flat, question.x, question.y) == ("Front", 0.25, 0.5)
    client.force_login(tee.owner)
    answer = f"/techpacks/{tee.pk}/shares/{made.share.pk}/answer/"
    client.post(answer, {"text": "Tkt 120", "to": question.pk})
    client.post(answer, {"text": "They are slow", "internal": "1"})
    page = Client().get(address).content.decode()
    assert "Tkt 120" in page
    assert "<circle" in page
    assert "They are slow" not in page
    assert "They are slow" in client.get(f"/techpacks/{tee.pk}/hand-over/").content.decode()


def test_an_old_link_shows_the_newer_revision_only_when_the_designer_lets_it(
    tee: Product, client: Client
) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    measurements.set_value(product=tee, code="CH1", text="55.5")
    hand_over.issue(product=tee, by=tee.owner, force=True)
    address = f"/shared/{made.token}/?revision=2"
    assert "55.5" not in Client().get(address).content.decode()
    client.force_login(tee.owner)
    client.post(f"/techpacks/{tee.pk}/shares/{made.share.pk}/newest/")
    assert "Open revision 2" in Client().get(f"/shared/{made.token}/").content.decode()
    assert "55.5" in Client().get(address).content.decode()


def test_the_shared_page_is_light(tee: Product) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    page = Client().get(f"/shared/{made.token}/").content
    styles = [Path(settings.BASE_DIR, "static", name).read_bytes() for name in (
        "css/base.css", "css/shared.css", "js/shared.js",
    )]  # fmt: skip
    flats = [bytes(file.content) for file in made.share.release.files.filter(name__startswith="flat-")]
    weight = sum(len(gzip.compress(one)) for one in (page, *styles, *flats))
    assert weight < 40_000, "two seconds on a line of 400 kbit/s with 0.4 s to the server"


def test_loading_the_page_of_a_new_link_again_makes_no_second_one(tee: Product) -> None:
    hand_over.issue(product=tee, by=tee.owner, force=True)
    client = Client()
    client.force_login(tee.owner)
    page = client.get(f"/techpacks/{tee.pk}/hand-over/").content.decode()
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found, page
    sent = {"form": found[1]}
    address = f"/techpacks/{tee.pk}/issued/1/share/"
    assert "/shared/" in client.post(address, sent).content.decode()
    assert client.post(address, sent).status_code == 303
    assert "This link was made already" in client.get(f"/techpacks/{tee.pk}/hand-over/").content.decode()
    assert Share.objects.count() == 1
    client.post(address, {"form": f"{found[1]}-another"})
    assert Share.objects.count() == 2
