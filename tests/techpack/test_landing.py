"""The first page for those who have no account, and what search engines ask for."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.support.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_stranger_finds_what_it_does_what_it_costs_and_an_example() -> None:
    page = Client().get("/").text
    assert "From a photo to a factory-ready tech pack" in page
    assert re.search(r'figure">9</span> credits for a whole tech pack', page)
    assert "A step that fails gives its credits back" in page
    for name in re.findall(r'(?:src|href)="/static/([^"]+)"', page):
        assert finders.find(name), name


def test_whoever_is_signed_in_is_led_to_their_products() -> None:
    client = Client()
    client.force_login(make_user())
    assert client.get("/").url == "/techpacks/"


def test_pictures_before_scrolling_are_light() -> None:
    for name in ("img/landing/photo.webp", "img/landing/flat.svg", "img/landing/document.webp"):
        with open(str(finders.find(name)), "rb") as file:
            assert len(file.read()) < 120 * 1024


def test_search_engines_find_public_pages_alone() -> None:
    assert "Disallow: /shared/" in Client().get("/robots.txt").text
    found = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", Client().get("/sitemap.xml").text)
    assert found == ["/", "/blueprint/", "/accounts/signup/", "/api/docs"]
