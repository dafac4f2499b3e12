"""What a page reads in one query is what the tables say."""

from typing import Any

import pytest
from django.db import models

from credits.models import Entry
from techpack.models import FlatMark, FlatState, Measurement, Product, TechPack
from techpack.presenters import whole
from techpack.presenters.flat_states import history_of
from tests.support.factories import make_run, make_user
from tests.support.job_queue import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def columns(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in row.get_deferred_fields()
    }


def assert_same(found: Any, expected: Any) -> None:
    there, should = list(found), list(expected)
    assert [columns(row) for row in there] == [columns(row) for row in should]
    assert [type(row) for row in there] == [type(row) for row in should]


@pytest.fixture
def run() -> TechPack:
    run = make_run(make_user(balance=20), "front", "back")
    Measurement.objects.create(
        product=run.product, code="BL1", position=1, value_cm="70.5000000", error_cm="0.30", ratio=0.5
    )
    points = [{"landmark": "hem_left", "dx": 1.5, "dy": 0}]
    FlatMark.objects.create(product=run.product, view="front", kind="seam", points=points)
    for words in ("Front photo measured", "BL1 entered"):
        FlatState.objects.create(product=run.product, drawn={}, entered={"marks": []}, words=words)
    work()
    return TechPack.objects.get(pk=run.pk)


def test_every_row_is_the_same_as_read_one_by_one(run: TechPack, django_assert_num_queries: Any) -> None:
    product = run.product
    with django_assert_num_queries(1):
        found = whole.of(product)
    assert found.run is not None
    with django_assert_num_queries(0):
        loaded = found.run
        pieces = [*loaded.base_views.all(), *loaded.close_ups.all(), *loaded.sketches.all()]
        assets = [photo.asset for photo in found.photos] + [piece.revision.asset for piece in pieces]
        assert all(piece.tech_pack is loaded for piece in pieces)
        refunds = [getattr(charge, "refund", None) for charge in found.charges]
    assert_same([loaded], [run])
    for name in ("steps", "base_views", "close_ups", "sketches"):
        assert_same(getattr(loaded, name).all(), getattr(run, name).order_by("pk"))
    assert_same(found.activities, run.activities.order_by("pk"))
    assert_same(found.charges, Entry.objects.filter(kind="charge").order_by("pk"))
    assert_same(found.measurements, run.product.measurements.in_order())
    assert_same(found.photos, run.product.photos_in_use())
    assert_same(found.marks, run.product.flat_marks.all())
    assert_same(found.flat_history, history_of(run.product))
    assert [state.words for state in found.flat_history] == ["BL1 entered", "Front photo measured"]
    assert (found.numbers, found.balance, refunds) == ([1], 11, [None] * 3)
    assert {asset.account for asset in assets} == {run.product.account}


def test_another_run_may_be_asked_for_and_there_may_be_none(run: TechPack) -> None:
    product = run.product
    assert whole.of(product, 7).run is None
    assert whole.of(product, 1).run == run
    shown = whole.with_run(Product.objects.filter(pk=product.pk), 1).get()
    assert whole.of(shown, 1).run == run
