"""The table of points of measure: where each number comes from, and what changes it."""

import io
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from techpack.editing import specification
from techpack.library import plausible_ranges, product_types
from techpack.library.lengths import LengthError
from techpack.models import Measurement, PhotoReading, Product, Revision, TechPack
from techpack.presenters import review
from techpack.presenters.specification import Row
from techpack.services import measurements, photo_check, photo_readings, products
from techpack.services import specification as choices
from techpack.services.errors import NotPossible
from tests.support.factories import cm, make_draft, make_product, make_user

Source = Measurement.Source


def row(product: Product, code: str) -> Measurement:
    return product.measurements.get(code=code)


def test_every_point_of_the_type_has_one_row(tee: Product) -> None:
    codes = [row.code for row in tee.measurements.in_order()]
    assert codes[: len(product_types()["t-shirt"].codes)] == list(product_types()["t-shirt"].codes)
    assert len(codes) == len(set(codes))


def test_the_known_dimension_is_entered_and_never_measured(tee: Product) -> None:
    length = row(tee, "BL1")
    assert (length.value_cm, length.source) == (Decimal(70), Source.ENTERED)


def test_a_photo_gives_widths_that_such_a_product_can_have(tee: Product) -> None:
    chest = row(tee, "CH1")
    low, high = plausible_ranges("t-shirt")["CH1"]
    assert chest.source in (Source.MEASURED, Source.ESTIMATED)
    assert low <= chest.value_cm <= high
    assert chest.evidence[0]["line"]


def test_another_known_length_rescales_everything_at_once(tee: Product) -> None:
    before = row(tee, "CH1").value_cm
    products.set_known_dimension(product=tee, dimension=cm("77"))
    after = row(tee, "CH1").value_cm
    assert after == pytest.approx(before * Decimal("1.1"), rel=Decimal("0.01"))
    assert row(tee, "BL1").value_cm == Decimal(77)


def test_without_a_scale_nothing_is_in_centimetres(tee: Product) -> None:
    products.set_known_dimension(product=tee, dimension=None)
    assert row(tee, "CH1").value_cm is None
    assert row(tee, "CH1").ratio == pytest.approx(0.7, abs=0.15)
    rows = list(tee.measurements.all())
    readings = specification.readings_of(tee)
    reasons = specification.review_reasons(tee, readings, rows, spec=None)
    assert "no_scale" in [reason.code for reason in reasons]


def test_an_entered_main_length_gives_the_scale_where_no_dimension_does(tee: Product) -> None:
    products.set_known_dimension(product=tee, dimension=None)
    measurements.set_value(product=tee, code="BL1", text="70")
    assert row(tee, "CH1").value_cm is not None


def test_a_value_typed_in_inches_is_kept_exactly(tee: Product) -> None:
    entered = measurements.set_value(product=tee, code="SL1", text="7 1/2 in")
    assert entered.value_cm == Decimal("19.05")
    assert entered.as_typed == "7 1/2 in"
    assert entered.source == Source.ENTERED


def test_each_unit_shows_its_own_number_whatever_was_typed(tee: Product) -> None:
    measurements.set_value(product=tee, code="SL1", text="8 1/2 in")
    measurements.set_value(product=tee, code="CH1", text="48,5")
    shown = {
        code: (Row(row(tee, code), "cm").value, Row(row(tee, code), "in").value) for code in ("SL1", "CH1")
    }
    assert shown["SL1"] == ("21.6", "8 1/2 in")
    assert shown["CH1"] == ("48,5", "19 1/8")


def test_a_row_to_be_specified_is_filled_in_and_leaves_the_list(tee: Product) -> None:
    before = {one.code for one in measurements.open_rows(tee.measurements.all())}
    assert row(tee, "NK2").source == Source.UNSPECIFIED
    measurements.set_value(product=tee, code="NK2", text="9")
    assert {one.code for one in measurements.open_rows(tee.measurements.all())} == before - {"NK2"}
    assert Row(row(tee, "NK2"), "cm").point.name == "Front neck drop"


def test_an_impossible_number_is_no_number_and_the_run_is_not_simply_complete(tee: Product) -> None:
    products.set_known_dimension(product=tee, dimension=cm("300"))
    ranges = plausible_ranges("t-shirt")
    for one in tee.measurements.filter(source=Source.MEASURED):
        low, high = ranges.get(one.code, (0, 999))
        assert low <= one.value_cm <= high, one.code
    hem = row(tee, "HE1")
    assert hem.value_cm is None
    assert "such a product has 32 to 85 cm" in hem.reason
    done = TechPack.objects.create(
        product=tee, number=1, asked=[], engine="fake", status="complete", started_at=timezone.now()
    )
    product = Product.objects.get(pk=tee.pk)
    facts = review.facts_of(product, product.photos_in_use())
    assert facts.reasons
    assert review.status_of(tee, done, facts.reasons) == "needs_review"
    assert review.status_of(tee, done, []) == "complete"


def test_what_the_designer_entered_outlives_a_new_reading(tee: Product) -> None:
    measurements.set_value(product=tee, code="CH1", text="51,5")
    photo_check.measure_photos(tee.pk)
    assert (row(tee, "CH1").value_cm, row(tee, "CH1").source) == (Decimal("51.5"), Source.ENTERED)


def test_an_implausible_value_is_refused_unless_forced(tee: Product) -> None:
    with pytest.raises(measurements.ImplausibleValueError, match="33 to 80 cm"):
        measurements.set_value(product=tee, code="CH1", text="199")
    kept = measurements.set_value(product=tee, code="CH1", text="199", force=True)
    assert kept.is_implausible


@pytest.mark.parametrize("text", ["9999", "abc", "-4", "1/0", "50 kg"])
def test_what_is_no_length_of_a_product_is_refused(tee: Product, text: str) -> None:
    with pytest.raises(LengthError):
        measurements.set_value(product=tee, code="CH1", text=text, force=True)


def test_several_values_are_entered_together_or_not_at_all(tee: Product) -> None:
    before = row(tee, "SL1").value_cm
    with pytest.raises(LengthError):
        measurements.set_values(product=tee, typed={"SL1": "20", "SO1": "wide"})
    assert row(tee, "SL1").value_cm == before
    measurements.set_values(product=tee, typed={"SL1": "20", "SO1": "16,5"})
    assert row(tee, "SO1").value_cm == Decimal("16.5")


def test_an_empty_value_is_to_be_specified_and_measured_again(tee: Product) -> None:
    measurements.set_value(product=tee, code="NK4", text="31")
    assert row(tee, "NK4").value_cm == Decimal(31)
    measurements.set_value(product=tee, code="NK4", text="")
    assert (row(tee, "NK4").value_cm, row(tee, "NK4").source) == (None, Source.UNSPECIFIED)


def test_confirming_keeps_the_value(tee: Product) -> None:
    before = row(tee, "CH1").value_cm
    confirmed = measurements.confirm(product=tee, code="CH1")
    assert (confirmed.value_cm, confirmed.source) == (before, Source.CONFIRMED)


def test_nothing_can_be_confirmed_where_there_is_nothing(tee: Product) -> None:
    with pytest.raises(NotPossible, match="no value"):
        measurements.confirm(product=tee, code="NK4")


def test_a_critical_point_that_no_photo_shows_is_never_suggested(tee: Product) -> None:
    assert row(tee, "NK4").source == Source.UNSPECIFIED
    assert row(tee, "NB1").source == Source.SUGGESTED


def test_a_moved_landmark_changes_what_hangs_on_it_and_nothing_else(tee: Product) -> None:
    reading = PhotoReading.objects.select_related("revision").get(revision__product=tee)
    before = {one.code: one.value_cm for one in tee.measurements.all()}
    x, y = reading.landmarks["hps_right"]
    photo_readings.move_landmark(reading=reading, name="hps_right", point=[x + 0.03, y])
    measurements.refresh(product=tee)
    after = {one.code: one.value_cm for one in tee.measurements.all()}
    assert after["NK1"] > before["NK1"]
    assert abs(after["SO1"] - before["SO1"]) < Decimal("0.3")  # only by the scale, which hangs on HPS


def test_a_landmark_that_is_not_there_cannot_be_moved(tee: Product) -> None:
    reading = PhotoReading.objects.get(revision__product=tee)
    with pytest.raises(KeyError):
        photo_readings.move_landmark(reading=reading, name="elbow_of_a_fish", point=[0.5, 0.5])


def test_another_type_is_measured_as_that_type(tee: Product, settings: object) -> None:
    choices.choose_type(product=tee, product_type="dress")
    photo_check.measure_photos(tee.pk)
    tee.refresh_from_db()
    assert tee.subcategory == "Dress"
    codes = {one.code for one in tee.measurements.all()}
    assert set(product_types()["dress"].codes) - codes <= {"ZI1", "ST1"}  # no zip and no straps were seen


def test_only_points_that_the_product_has_are_asked_for(tee: Product) -> None:
    """No sleeve length without sleeves; the hood's height with a hood. What the designer wrote stays."""
    measurements.set_values(product=tee, typed={"SO1": "17"}, unit="cm")
    measurements.set_tolerance(product=tee, code="BI1", plus=Decimal("0.9"), minus=Decimal("0.9"))
    choices.choose_features(product=tee, features={"sleeve": "none", "neck": "hood", "closure": "half zip"})
    photo_check.measure_photos(tee.pk)
    codes = [one.code for one in tee.measurements.in_order()]
    assert not {"SL1", "NK1", "NB1", "BU1"} & set(codes)
    assert {"CH1", "AH1", "HO1", "HO2", "ZI1"} <= set(codes)
    assert {"SO1", "BI1"} <= set(codes)
    choices.choose_features(product=tee, features={"sleeve": "short", "neck": "crew", "closure": "none"})
    photo_check.measure_photos(tee.pk)
    codes = [one.code for one in tee.measurements.in_order()]
    assert {"SL1", "NK1", "NB1"} <= set(codes)
    assert not {"HO1", "HO2", "ZI1"} & set(codes)
    assert (row(tee, "SO1").value_cm, row(tee, "BI1").tolerance_plus_cm) == (17, Decimal("0.9"))


def test_a_photo_of_the_front_says_nothing_of_the_back_hem(tee: Product) -> None:
    """A back drawn longer than its front needs a photo of the back, or somebody who says so."""
    readings = specification.readings_of(tee)
    rows = list(tee.measurements.in_order())
    back = row(tee, "BL2")
    assert (back.value_cm, back.ratio, back.source) == (None, None, Measurement.Source.UNSPECIFIED)
    assert "photo of the back" in back.reason
    spec = specification.flat_specification(tee, readings, rows)
    assert spec is not None
    assert not spec.has("BL2")
    measurements.set_values(product=tee, typed={"BL2": "68"}, unit="cm")
    spec = specification.flat_specification(tee, readings, list(tee.measurements.in_order()))
    assert spec is not None
    assert spec.measures["BL2"] == 68


def test_an_unknown_type_or_feature_is_refused(tee: Product) -> None:
    with pytest.raises(NotPossible):
        choices.choose_type(product=tee, product_type="submarine")
    with pytest.raises(NotPossible):
        choices.choose_features(product=tee, features={"neck": "sharp"})
    with pytest.raises(NotPossible):
        choices.choose_features(product=tee, features={"wings": "two"})


def test_a_chosen_feature_is_drawn(tee: Product) -> None:
    from techpack import flats

    def drawn() -> str:
        fresh = Product.objects.get(pk=tee.pk)
        spec = specification.flat_specification(
            fresh, specification.readings_of(fresh), list(fresh.measurements.all())
        )
        assert spec is not None
        return flats.draw(spec).svg()

    before = drawn()
    choices.choose_features(product=tee, features={"neck": "v"})
    assert drawn() != before
    choices.choose_features(product=tee, features={"neck": ""})
    assert drawn() == before


def test_every_change_counts_the_version_up(tee: Product) -> None:
    before = Product.objects.get(pk=tee.pk).specification_version
    measurements.set_value(product=tee, code="SL1", text="20")
    assert Product.objects.get(pk=tee.pk).specification_version > before


def test_a_settled_reason_is_not_asked_again(tee: Product) -> None:
    products.set_known_dimension(product=tee, dimension=None)
    choices.settle(product=tee, key="no_scale")
    fresh = Product.objects.get(pk=tee.pk)
    rows = list(fresh.measurements.all())
    reasons = specification.review_reasons(fresh, specification.readings_of(fresh), rows, spec=None)
    assert "no_scale" not in [reason.code for reason in reasons]


def test_a_photo_that_shows_nothing_is_refused_before_a_credit_is_charged(fake: None, db: None) -> None:
    from credits import services as ledger
    from techpack.services import runs
    from techpack.services.errors import PhotoProblem

    user = make_user(balance=20)
    stream = io.BytesIO()
    Image.new("RGB", (600, 800), "#e8e4dc").save(stream, "PNG")
    draft = make_draft(user, stream.getvalue())
    product = products.create_product(owner=user, name="A wall", photos=[(draft, "front")])
    photo_check.check_photo(product.revisions.get().pk)
    with pytest.raises(PhotoProblem, match="Nothing was charged"):
        runs.start_run(product=product)
    assert ledger.balance(user) == 20
    reading = PhotoReading.objects.get(revision__product=product)
    choices.settle(product=product, key=f"{reading.problems[0]['code']}:{reading.revision_id}")
    assert runs.start_run(product=Product.objects.get(pk=product.pk)).is_going


def test_front_and_back_that_are_not_the_same_product_are_said(tee: Product) -> None:
    front = PhotoReading.objects.get(revision__product=tee)
    back = Revision.objects.create(product=tee, asset=front.revision.asset, view="back", order=1)
    other = PhotoReading.objects.create(
        revision=back, status="done", colour=front.colour, product_type="t-shirt", is_sure=True
    )

    def codes() -> set[str]:
        readings = specification.readings_of(tee)
        return {one.code for one in specification.review_reasons(tee, readings, [], spec=None)}

    assert "different_products" not in codes()
    PhotoReading.objects.filter(pk=other.pk).update(colour=[5.0, 60.0, -60.0])
    assert "different_products" in codes()


def test_a_photo_is_looked_at_as_soon_as_it_is_there(fake: None, db: None, settings: object) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    settings.PHOTO_CHECK = True  # type: ignore[attr-defined]
    product = make_product(make_user())
    revision = product.revisions.get()
    assert PhotoReading.objects.get(revision=revision).is_pending
    assert ProcrastinateJob.objects.filter(task_name="techpack.check_photo").exists()


def test_sketches_wait_for_photos_that_are_being_looked_at(fake: None, db: None) -> None:
    from techpack.models import StepName, TechPack
    from techpack.pipeline import steps

    product = make_product(make_user())
    run = TechPack(product=product)
    assert steps.ALL[StepName.SKETCHES].is_ready(run)
    PhotoReading.objects.create(revision=product.revisions.get())
    assert not steps.ALL[StepName.SKETCHES].is_ready(run)


def test_notes_stand_on_the_page_and_in_the_document(tee: Product, client: Client) -> None:
    from techpack.presenters.document import document_of

    products.rename_product(product=tee, notes="Heavy jersey & no <b>shine</b>")
    client.force_login(tee.owner)
    page = client.get(tee.get_absolute_url()).content.decode()
    assert "Heavy jersey &amp; no &lt;b&gt;shine" in page
    assert document_of(Product.objects.get(pk=tee.pk)).notes.startswith("Heavy jersey")


def test_the_page_shows_flats_and_the_table(tee: Product, client: Client) -> None:
    client.force_login(tee.owner)
    page = client.get(tee.get_absolute_url()).content.decode()
    assert 'id="measure-CH1"' in page
    assert page.count('class="layer-outline"') >= 2
    assert "Download PDF" in page


def test_a_value_is_entered_on_the_page_and_an_unusual_one_only_with_force(
    tee: Product, client: Client
) -> None:
    client.force_login(tee.owner)
    address = f"/techpacks/{tee.pk}/measures/CH1/"
    headers = {"hx-request": "true"}
    assert client.post(address, {"value": "199"}, headers=headers).status_code == 422
    assert client.post(address, {"value": "199", "force": "1"}, headers=headers).status_code == 200
    assert row(tee, "CH1").value_cm == Decimal(199)
    assert client.post(address, {"value": "wide"}, headers=headers).status_code == 422


def test_the_scale_card_is_a_pdf_of_true_size(client: Client) -> None:
    import pypdf

    answer = client.get("/techpacks/scale-card.pdf")
    page = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    assert client.get("/techpacks/scale-card.pdf?paper=letter").status_code == 200


def test_a_photo_over_which_the_engine_stumbles_holds_nobody_up(
    fake: None, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from techpack.models import StepName, TechPack
    from techpack.pipeline import steps

    product = make_product(make_user())
    revision = product.revisions.get()
    PhotoReading.objects.create(revision=revision)
    monkeypatch.setattr(photo_readings, "see", lambda image: 1 / 0)
    photo_check.check_photo(revision.pk)
    assert PhotoReading.objects.get(revision=revision).status == PhotoReading.Status.FAILED
    assert steps.ALL[StepName.SKETCHES].is_ready(TechPack(product=product))


def test_a_check_that_died_with_its_worker_is_made_again(fake: None, db: None) -> None:
    from datetime import timedelta

    from django.utils import timezone
    from procrastinate.contrib.django.models import ProcrastinateJob

    product = make_product(make_user())
    PhotoReading.objects.create(revision=product.revisions.get())
    assert photo_check.look_again() == 0
    product.revisions.update(created_at=timezone.now() - timedelta(minutes=5))
    assert photo_check.look_again() == 1
    assert ProcrastinateJob.objects.filter(task_name="techpack.check_photo").exists()
    assert photo_check.look_again() == 0
