"""A designer repaints the outline of a photo: mask, landmarks and values follow, and can be undone."""

import json
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from credits import services as ledger
from techpack.models import PhotoReading, Product
from techpack.services import outlines, photo_check, photo_readings
from techpack.services.errors import NotPossible

HTMX = {"HX-Request": "true"}
EVERYWHERE = [[x / 9, y / 9] for x in range(10) for y in range(10)]


def reading_of(product: Product) -> PhotoReading:
    return PhotoReading.objects.select_related("revision__product").get(revision__product=product)


def hem_stroke(product: Product) -> dict[str, Any]:
    """Along the hem of the T-shirt, as background."""
    y = max(y for _, y in reading_of(product).outline)
    xs = [x for x, at in reading_of(product).outline if at > y - 0.05]
    return {"adds": False, "width": 0.05, "points": [[min(xs), y], [max(xs), y]]}


def balance(product: Product) -> int:
    return ledger.balance(product.owner)


def mask_of(product: Product) -> np.ndarray:
    mask = photo_readings.decode_mask(reading_of(product))
    assert mask is not None
    return mask


def test_a_stroke_changes_the_outline_and_all_that_follows_free(tee: Product) -> None:
    before, area = balance(tee), mask_of(tee).sum()
    ratio = tee.measurements.get(code="CH1").ratio
    outlines.add_stroke(reading=reading_of(tee), stroke=hem_stroke(tee))
    assert mask_of(tee).sum() < 0.99 * area
    assert reading_of(tee).fitted_type == ""
    photo_check.check_photo(tee.revisions.get().pk)
    assert reading_of(tee).fitted_type == "t-shirt"
    assert tee.measurements.get(code="CH1").ratio > 1.005 * ratio  # a shorter shirt is wider for its length
    assert balance(tee) == before


def test_undo_gives_back_what_the_photo_check_saw(tee: Product) -> None:
    found, outline = mask_of(tee), reading_of(tee).outline
    outlines.add_stroke(reading=reading_of(tee), stroke=hem_stroke(tee))
    outlines.add_stroke(reading=reading_of(tee), stroke={**hem_stroke(tee), "adds": True})
    outlines.undo_stroke(reading=reading_of(tee))
    assert len(reading_of(tee).strokes) == 1
    outlines.undo_stroke(reading=reading_of(tee))
    assert np.array_equal(mask_of(tee), found)
    assert (reading_of(tee).outline, reading_of(tee).seen) == (outline, None)
    outlines.add_stroke(reading=reading_of(tee), stroke=hem_stroke(tee))
    outlines.start_over(reading=reading_of(tee))
    assert np.array_equal(mask_of(tee), found)
    with pytest.raises(NotPossible):
        outlines.undo_stroke(reading=reading_of(tee))


def test_a_product_that_was_not_found_can_be_painted(tee: Product) -> None:
    nothing = [{"code": "nothing_there", "text": "No product was found.", "blocks": True}]
    PhotoReading.objects.update(mask=None, outline=[], problems=nothing)
    cross = [[0.3, 0.3], [0.7, 0.7], [0.3, 0.7], [0.7, 0.3]]
    outlines.add_stroke(reading=reading_of(tee), stroke={"adds": True, "width": 0.1, "points": cross})
    assert mask_of(tee).mean() > 0.02
    assert not reading_of(tee).blocks


def test_a_check_that_ends_late_leaves_strokes_alone(tee: Product) -> None:
    outlines.add_stroke(reading=reading_of(tee), stroke=hem_stroke(tee))
    painted = mask_of(tee)
    photo_check.check_photo(tee.revisions.get().pk)
    assert np.array_equal(mask_of(tee), painted)


def test_two_windows_do_not_paint_over_each_other(tee: Product) -> None:
    here, there = reading_of(tee), reading_of(tee)
    outlines.add_stroke(reading=here, stroke=hem_stroke(tee))
    with pytest.raises(NotPossible, match="another window"):
        outlines.add_stroke(reading=there, stroke=hem_stroke(tee))


@pytest.mark.parametrize(
    "odd",
    [
        "", "[]", "{}", "[" * 3000, json.dumps({"adds": True, "width": 9, "points": [[0.5, 0.5]]}),
        json.dumps({"adds": True, "width": 0.05, "points": []}),
        json.dumps({"adds": True, "width": 0.05, "points": [[1.5, 0.5]]}),
        json.dumps({"adds": True, "width": 0.05, "points": [[0.5]] * 9000}),
        '{"adds": true, "width": 0.05, "points": [[NaN, 0.5]]}',
        json.dumps({"adds": False, "width": 0.2, "points": EVERYWHERE}),
    ],
)  # fmt: skip
def test_what_is_no_stroke_is_refused_in_a_sentence(tee: Product, odd: str) -> None:
    client = Client()
    client.force_login(tee.owner)
    address = reverse("techpack:outline", args=[tee.pk, tee.revisions.get().pk])
    answer = client.post(address, {"stroke": odd}, headers=HTMX)
    assert answer.status_code == 422
    assert "." in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert client.post(address, {"stroke": odd}).status_code == 303
    assert reading_of(tee).strokes == []


def test_the_page_shows_the_outline_and_follows_a_stroke(tee: Product) -> None:
    client = Client()
    client.force_login(tee.owner)
    address = reverse("techpack:outline", args=[tee.pk, tee.revisions.get().pk])
    page = client.get(address).content.decode()
    assert 'class="edge" d="M' in page
    assert "disabled>Undo" in page
    painted = client.post(address, {"stroke": json.dumps(hem_stroke(tee))}, headers=HTMX)
    assert painted.status_code == 200
    assert "1 stroke" in painted.content.decode()
    assert "disabled>Undo" not in painted.content.decode()
    assert client.post(address, {"undo": "1"}, headers=HTMX).status_code == 200
    assert reading_of(tee).strokes == []
