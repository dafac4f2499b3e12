"""The drawing of the labels sheet: on the page, in the document, and where somebody drew a label."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from techpack import hand_over
from techpack.exports.choices import choose
from techpack.exports.pdf import pdf
from techpack.models import Product, Share
from techpack.presenters.document import document_of
from techpack.presenters.label_places import label_places_of
from techpack.presenters.specification import Specification
from techpack.services import flat_editing
from tests.support.sheets import add, put
from tests.techpack.test_exports import text_of

pytestmark = pytest.mark.django_db


def places(product: Product) -> tuple[dict[str, list[str]], list[str]]:
    """Callouts by view, and what is not drawn."""
    fresh = Product.objects.get(pk=product.pk)
    found = label_places_of(fresh, Specification(fresh, fresh.owner))
    return {one.view: [callout.text for callout in one.callouts] for one in found.views}, found.unplaced


def test_suggested_labels_are_drawn_at_once_and_say_what_is_missing(tee: Product) -> None:
    drawn, unplaced = places(tee)
    assert drawn == {
        "back": ["Main label: inside back neck or waistband", "Size label: beside the main label"],
        "front": ["Care and composition label: left side seam inside; height to be specified"],
    }
    assert unplaced == []


def test_the_drawing_follows_the_words_and_their_row(tee: Product) -> None:
    row = next(one for one in tee.label_rows.all() if one.type.startswith("care"))
    put(tee, "labels", row.pk, placement="right side seam, 12 cm above hem", size="30 x 60 mm")
    add(tee, "labels", type="flag", placement="somewhere nice")
    drawn, unplaced = places(tee)
    assert drawn["front"] == ["Care and composition label: right side seam, 12 cm above hem, 30 x 60 mm"]
    assert unplaced == [], "its words name no place: it is no label that is sewn"
    put(tee, "labels", row.pk, placement="back yoke tongue")
    assert places(tee)[1] == ["Care and composition label: back yoke tongue, 30 x 60 mm"]


def test_a_label_that_somebody_drew_is_named_by_its_number(tee: Product) -> None:
    row = add(tee, "labels", type="flag", placement="as drawn")
    assert places(tee)[1] == ["Flag: as drawn"]
    flat_editing.add_mark(product=tee, view="front", kind="label", points=[5 + 50j, 7 + 52j])
    drawn, unplaced = places(tee)
    assert ("Flag: as drawn" in drawn["front"], unplaced) == (True, [])
    put(tee, "labels", row.pk, placement="as drawn 2")
    assert places(tee)[1] == ["Flag: as drawn 2"]


def test_page_and_pdf_show_each_label_with_its_number(tee: Product) -> None:
    client = Client()
    client.force_login(tee.owner)
    page = client.get(f"/techpacks/{tee.pk}/sheets/labels/").text
    assert "Where labels are sewn" in page
    assert re.search(r'data-mark="label-row-\d+"', page)
    document = document_of(Product.objects.get(pk=tee.pk))
    text = text_of(document)
    assert "Labelplacement" in text
    assert "Sizelabel:besidethemainlabel" in text
    assert pdf(document, choose(sections="labels"))[:4] == b"%PDF"


def test_a_placement_is_text_and_no_markup(tee: Product) -> None:
    row = tee.label_rows.all()[0]
    put(tee, "labels", row.pk, placement='back neck "><script>alert(1)</script>')
    client = Client()
    client.force_login(tee.owner)
    assert "<script>alert" not in client.get(f"/techpacks/{tee.pk}/sheets/labels/").text


def test_a_supplier_sees_where_labels_are_sewn(tee: Product) -> None:
    made = hand_over.share(release=hand_over.issue(product=tee, by=tee.owner, force=True))
    page = Client().get(f"/shared/{made.token}/").content.decode()
    assert "Labels and care" in page
    assert "Main label: inside back neck or waistband" in page
    for place in (1, 2):
        drawing = Client().get(f"/shared/{made.token}/labels/{place}.svg")
        assert drawing["Content-Type"] == "image/svg+xml"
        assert b"label" in drawing.content
    assert Client().get(f"/shared/{made.token}/labels/3.svg").status_code == 404
    Share.objects.update(revoked_at=timezone.now())
    assert Client().get(f"/shared/{made.token}/labels/1.svg").status_code == 404
