"""Whatever is sent to the pages of measures, sheets and links: a sentence or a 404, never a failure."""

import json
import re
from html import unescape
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from techpack import hand_over
from techpack.models import Product, Share
from techpack.services import measurements

ODD = ("", "-5", "9" * 5000, "\ud800", "a\x00b", "²", "1/0", "٣")
FORM = "application/x-www-form-urlencoded"
HUGE = 10**30
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(tee: Product) -> Client:
    client = Client()
    client.force_login(tee.owner)
    return client


def encoded(sent: dict[str, str]) -> str:
    return urlencode({name: text.encode("utf-8", "surrogatepass") for name, text in sent.items()})


def address(name: str, *args: object) -> str:
    return reverse(f"techpack:{name}", args=args)


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_are_answered_with_a_sentence(tee: Product, owner: Client, odd: str) -> None:
    photo = tee.revisions.get().pk
    posts = [
        (address("set-measure", tee.pk, "CH1"), {"value": odd}),
        (address("set-measure", tee.pk, "HC1"), {"value": odd}),
        (address("set-measure", tee.pk, "CH1"), {"value": odd, "force": "1"}),
        (address("set-measure", tee.pk, "XX9"), {"value": odd}),
        (address("set-measures", tee.pk), {"values": odd}),
        (address("set-measures", tee.pk), {"values": json.dumps({odd: odd})}),
        (address("set-measures", tee.pk), {"values": json.dumps({"CH1": odd, "BL2": [odd]})}),
        (address("set-measures", tee.pk), {"values": json.dumps([odd])}),
        (address("confirm-measure", tee.pk, "XX9"), {}),
        (address("set-tolerance", tee.pk, "CH1"), {"tolerance": odd}),
        (address("choose-type", tee.pk), {"type": odd}),
        (address("choose-features", tee.pk), {"neck": odd}),
        (address("settle-reason", tee.pk), {"key": odd}),
        (address("move-landmark", tee.pk, photo), {"name": odd, "x": "0.5", "y": "0.5"}),
        (address("move-landmark", tee.pk, photo), {"name": "hps_right", "x": odd, "y": odd}),
    ]
    for where, sent in posts:
        with_htmx = owner.post(where, encoded(sent), FORM, headers=HTMX)
        assert with_htmx.status_code in (200, 404, 422), (where, sent)
        without = owner.post(where, encoded(sent), FORM)
        assert without.status_code in (303, 404), (where, sent)
    assert owner.get(address("product", tee.pk)).status_code == 200
    assert owner.get(address("hand-over", tee.pk)).status_code == 200
    assert owner.get(address("download", tee.pk, "pdf")).status_code == 200


@pytest.mark.parametrize("odd", ODD)
def test_odd_links_and_comments_are_answered_too(tee: Product, owner: Client, odd: str) -> None:
    def post(client: Client, where: str, **sent: str) -> int:
        return client.post(where, encoded(sent), FORM).status_code

    assert post(owner, address("issue", tee.pk), note=odd, force="1") == 303
    number = tee.releases.get().number
    for days in odd, str(HUGE):
        assert post(owner, address("share", tee.pk, number), days=days, password=odd) in (200, 303)
    assert owner.post(address("share", tee.pk, HUGE)).status_code == 404
    assert owner.post(address("revoke-share", tee.pk, HUGE)).status_code == 404
    link = hand_over.share(release=tee.releases.get())
    assert post(owner, address("answer-share", tee.pk, link.share.pk), text=odd) == 303
    for width in ("²", "9" * 5000, "-1", "0"):
        assert owner.get(address("flat", tee.pk, "front"), {"width": width}).status_code == 400
    for release in ("²", "9" * 9, "-1"):
        assert owner.get(address("download", tee.pk, "pdf"), {"release": release}).status_code == 404
    supplier = Client()
    page = f"/shared/{link.token}/"
    assert post(supplier, page, text=odd, name=odd, about=odd) == 303
    assert post(supplier, page, acknowledge="1", name=odd) == 303
    assert supplier.get(page).status_code == 200
    guarded = hand_over.share(release=tee.releases.get(), password="right")
    assert post(supplier, f"/shared/{guarded.token}/", password=odd) == 403


def test_a_link_is_never_open_longer_than_was_meant(tee: Product, owner: Client) -> None:
    owner.post(address("issue", tee.pk), {"force": "1"})
    for days in "90 days", "0", "-1", "9999", "²":
        owner.post(address("share", tee.pk, 1), {"days": days})
        assert "No link was made" in owner.get(address("hand-over", tee.pk)).content.decode()
    assert not Share.objects.exists()


def test_without_javascript_a_refusal_is_said_on_the_page(tee: Product, owner: Client) -> None:
    owner.post(address("set-measure", tee.pk, "CH1"), {"value": "wide"})
    assert "Type a length" in owner.get(address("product", tee.pk)).content.decode()


def test_a_measure_that_contradicts_the_others_can_be_said_to_be_right(tee: Product, owner: Client) -> None:
    measurements.set_value(product=tee, code="AH1", text="60", force=True)
    page = owner.get(address("specification", tee.pk), headers=HTMX).content.decode()
    asked = re.findall(r'name="key" value="(contradiction:[^"]+)"', page)
    assert asked
    for key in asked:
        page = owner.post(address("settle-reason", tee.pk), {"key": key}, headers=HTMX).content.decode()
    assert "contradiction:" not in page


def test_every_form_works_without_javascript(tee: Product, owner: Client) -> None:
    for name in ("specification", "hand-over"):
        page = owner.get(address(name, tee.pk), headers=HTMX).content.decode()
        forms = re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL)
        assert forms
        for form in forms:
            start = form[: form.index(">")]
            if "dialog" in start or "search" in start:
                continue
            (target,) = re.findall(r'action="([^"]+)"', start)
            if 'method="get"' in start:  # asks for something: it answers, and no token goes into its address
                assert "csrfmiddlewaretoken" not in form
                assert owner.get(unescape(target)).status_code == HTTPStatus.OK
            else:
                assert 'method="post"' in start
                assert "csrfmiddlewaretoken" in form
