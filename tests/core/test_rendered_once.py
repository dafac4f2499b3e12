"""Parts of pages that are rendered once for the same rows."""

import re

import pytest
from django.test import Client

from core import rendered_once
from techpack.models import Measurement, Product
from techpack.presenters import kept_parts
from techpack.presenters.specification import Specification
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    product = factories.make_product(factories.make_user())
    product.product_type = "t-shirt"
    product.save()
    product.measurements.all().delete()
    Measurement.objects.create(product=product, code="CH1", value_cm=52, source="entered", position=1)
    return product


def html(rf, product):
    request = rf.get("/")
    request.user = product.owner
    fresh = Product.objects.get(pk=product.pk)
    return str(kept_parts.specification_html(request, Specification(fresh, product.owner)))


def test_a_region_is_rendered_once_and_anew_after_any_change(rf, product, monkeypatch):
    rendered = []
    real = rendered_once.render_to_string
    monkeypatch.setattr(
        "core.rendered_once.render_to_string", lambda *told: rendered.append(told) or real(*told)
    )
    first, second = html(rf, product), html(rf, product)
    assert "52" in first
    assert len(rendered) == 1
    assert without_tokens(first) == without_tokens(second)
    Measurement.objects.update(value_cm=54)
    assert 'value="54' in html(rf, product)
    product.features = {"neck": "v"}
    product.save()
    assert "<b>V</b>" in html(rf, product)
    assert len(rendered) == 3


def test_each_visitor_has_a_token_of_their_own(rf, product):
    first, second = tokens(html(rf, product)), tokens(html(rf, product))
    assert len(first) == len(second) == 1
    assert first != second


def test_a_form_of_a_kept_region_is_accepted(product):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(product.owner)
    address = product.get_absolute_url()
    browser.get(address)
    page = browser.get(address).content.decode()  # the region as it was kept
    form = re.search(
        r'action="([^"]+/measures/CH1/)".*?csrfmiddlewaretoken" value="([^"]+)"', page, re.DOTALL
    )
    told = browser.post(form[1], {"value": "50", "csrfmiddlewaretoken": form[2]})
    assert told.status_code == 303
    assert Measurement.objects.get(code="CH1").value_cm == 50


def tokens(text):
    return set(re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', text))


def without_tokens(text):
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", text)
