"""Changing a product on its flat: points are moved, things drawn on, and every change can be taken back."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from techpack import flats
from techpack.editing import specification
from techpack.editing.flat_drawing import draw_flat
from techpack.models import FlatState, Measurement, Product
from techpack.services import flat_editing, measurements
from techpack.services import specification as choices
from techpack.services.errors import NotPossible
from tests.techpack.measures.test_measurements import row
from tests.techpack.test_races import at_once

Source = Measurement.Source


def spec_of(product: Product) -> flats.Specification:
    fresh = Product.objects.get(pk=product.pk)
    rows = list(fresh.measurements.all())
    spec = specification.flat_specification(fresh, specification.readings_of(fresh), rows)
    assert spec is not None
    return spec


def newest(product: Product) -> FlatState:
    state = product.flat_states.order_by("-pk").first()
    assert state is not None
    return state


def test_a_moved_landmark_enters_the_measures_it_hangs_on(tee: Product) -> None:
    at = flats.draw(spec_of(tee)).landmarks["hem_side_right"]
    width = row(tee, "HE1").value_cm
    assert width is not None
    flat_editing.move_landmark(product=tee, view="front", landmark="hem_side_right", to=at + 2)
    changed = row(tee, "HE1")
    assert changed.source == Source.ENTERED
    assert changed.value_cm == pytest.approx(width + 4, abs=Decimal("0.2"))
    assert flats.draw(spec_of(tee)).landmarks["hem_side_right"] == pytest.approx(at + 2, abs=0.1)


@pytest.mark.parametrize(
    ("landmark", "to"), [("nose", 1 + 1j), ("hps_right", complex("nan")), ("hps_right", 9e9)]
)
def test_what_cannot_be_moved_is_refused(tee: Product, landmark: str, to: complex) -> None:
    with pytest.raises(NotPossible):
        flat_editing.move_landmark(product=tee, view="front", landmark=landmark, to=to)


@pytest.mark.parametrize("kind", ["seam", "topstitch", "pocket", "label"])
def test_what_is_drawn_by_hand_moves_with_its_landmark(tee: Product, kind: str) -> None:
    hem = flats.draw(spec_of(tee)).landmarks["hem_side_right"]
    mark = flat_editing.add_mark(product=tee, view="front", kind=kind, points=[hem - 4 - 6j, hem - 10 - 16j])
    assert mark.points[0]["landmark"] == "hem_side_right"

    def corner() -> complex:
        drawn = [stroke for _, stroke in flats.draw(spec_of(tee)).strokes if stroke.name == str(mark.pk)]
        points = [point for stroke in drawn for point in stroke.path.points(1)]
        return max(points, key=lambda point: point.real + point.imag)

    before = corner()
    measurements.set_value(product=tee, code="HE1", text="62", unit="cm")
    moved_by = flats.draw(spec_of(tee)).landmarks["hem_side_right"] - hem
    assert abs(moved_by) > 1
    assert corner() - before == pytest.approx(moved_by, abs=0.05)


def test_what_is_drawn_by_hand_stands_in_every_export(tee: Product) -> None:
    plain = draw_flat(tee, "front")
    mark = flat_editing.add_mark(product=tee, view="front", kind="pocket", points=[5 + 20j, 15 + 32j])
    drawn = draw_flat(tee, "front")
    assert plain is not None
    assert drawn is not None
    assert f'data-mark="{mark.pk}"' in drawn.svg
    assert f'data-mark="{mark.pk}"' not in plain.svg
    back = draw_flat(tee, "back")
    assert back is not None
    assert "data-mark" not in back.svg


@pytest.mark.parametrize(
    ("kind", "points"),
    [("zip", [0j, 1j]), ("seam", [0j]), ("pocket", [0j, 1j, 2j]), ("seam", [1j, 1j]), ("seam", [0j, 9e9j])],
)
def test_what_cannot_be_drawn_is_refused(tee: Product, kind: str, points: list[complex]) -> None:
    with pytest.raises(NotPossible):
        flat_editing.add_mark(product=tee, view="front", kind=kind, points=points)
    assert not tee.flat_marks.exists()


def test_every_change_of_the_flat_can_be_taken_back_one_after_the_other(tee: Product) -> None:
    first = newest(tee).drawn
    measurements.set_value(product=tee, code="CH1", text="58", unit="cm")
    choices.choose_features(product=tee, features={"pockets": "patch"})
    mark = flat_editing.add_mark(product=tee, view="front", kind="seam", points=[-10 + 30j, 10 + 30j])
    flat_editing.delete_mark(product=tee, mark_id=mark.pk)
    for _ in range(4):
        flat_editing.undo(product=tee, state_id=newest(tee).pk)
    assert newest(tee).drawn == first
    assert row(tee, "CH1").source != Source.ENTERED
    assert Product.objects.get(pk=tee.pk).features == {}


def test_a_deleted_pocket_comes_back_as_it_was(tee: Product) -> None:
    mark = flat_editing.add_mark(product=tee, view="front", kind="pocket", points=[5 + 20j, 15 + 32j])
    flat_editing.delete_mark(product=tee, mark_id=mark.pk)
    flat_editing.undo(product=tee, state_id=newest(tee).pk)
    assert tee.flat_marks.get().points == mark.points


def test_an_earlier_flat_is_restored_and_that_can_be_taken_back(tee: Product) -> None:
    then = newest(tee)
    measurements.set_value(product=tee, code="CH1", text="58", unit="cm")
    now = newest(tee).drawn
    flat_editing.restore(product=tee, state_id=then.pk)
    assert newest(tee).drawn == then.drawn
    flat_editing.undo(product=tee, state_id=newest(tee).pk)
    assert newest(tee).drawn == now


def test_an_undo_never_takes_back_what_somebody_else_did_meanwhile(tee: Product) -> None:
    measurements.set_value(product=tee, code="CH1", text="58", unit="cm")
    seen = newest(tee).pk
    measurements.set_value(product=tee, code="HE1", text="57", unit="cm")
    with pytest.raises(NotPossible, match="meanwhile"):
        flat_editing.undo(product=tee, state_id=seen)
    assert row(tee, "HE1").value_cm == 57


@pytest.mark.django_db(transaction=True)
def test_two_people_who_draw_at_the_same_time_lose_nothing(tee: Product) -> None:
    def draw(y: int) -> object:
        return flat_editing.add_mark(product=tee, view="front", kind="seam", points=[-9 + y * 1j, 9 + y * 1j])

    at_once(
        lambda: draw(30),
        lambda: draw(36),
        lambda: measurements.set_value(product=tee, code="CH1", text="58", unit="cm"),
    )
    assert tee.flat_marks.count() == 2
    assert row(tee, "CH1").value_cm == 58
    assert len(newest(tee).drawn["marks"]) == 2
    assert newest(tee).drawn["measures"]["CH1"] == 58


def test_the_page_moves_draws_compares_and_undoes(tee: Product, client: Client) -> None:
    client.force_login(tee.owner)
    headers = {"hx-request": "true"}
    home = f"/techpacks/{tee.pk}/flats"
    moved = client.post(
        f"{home}/front/landmark/", {"name": "cf_neck", "x": "0", "y": "12.5"}, headers=headers
    )
    assert moved.status_code == 200
    assert row(tee, "NK2").value_cm == Decimal("12.5")
    points = json.dumps([[5, 20], [15, 32]])
    page = client.post(
        f"{home}/front/draw/", {"kind": "pocket", "points": points}, headers=headers
    ).content.decode()
    mark = tee.flat_marks.get()
    assert f'data-mark="{mark.pk}"' in page
    assert f'id="delete-mark-{mark.pk}"' in page
    first = tee.flat_states.order_by("pk").first()
    assert first is not None
    compared = client.get(f"{home}/earlier/{first.pk}/", headers=headers).content.decode()
    assert "NK2 Front neck drop" in compared
    assert compared.count("<svg") >= 2
    assert client.post(f"{home}/undo/", {"state": newest(tee).pk}, headers=headers).status_code == 200
    assert not tee.flat_marks.exists()
    for sent in ({"kind": "seam", "points": "[[1]]"}, {"kind": "seam", "points": "x"}, {"kind": "seam"}):
        assert client.post(f"{home}/front/draw/", sent, headers=headers).status_code == 422
    assert (
        client.post(f"{home}/front/landmark/", {"name": "cf_neck", "x": "a"}, headers=headers).status_code
        == 422
    )
    assert client.post(f"{home}/undo/", {"state": "x"}, headers=headers).status_code == 422


def test_staff_find_what_was_drawn_and_every_earlier_flat_from_the_product(
    tee: Product, admin_client: Client
) -> None:
    mark = flat_editing.add_mark(product=tee, view="front", kind="pocket", points=[-10 + 20j, -4 + 27j])
    page = admin_client.get(f"/admin/techpack/product/{tee.pk}/change/").content.decode()
    kept = f"/admin/techpack/flatstate/?product__id__exact={tee.pk}"
    assert f'href="{kept}"' in page
    assert f'href="/admin/techpack/flatmark/{mark.pk}/change/' in page
    assert newest(tee).words in admin_client.get(kept).content.decode()
