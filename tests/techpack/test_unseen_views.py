"""What an engine writes over a drawing of a view that nobody photographed is never measured."""

import pytest
from django.test import Client

from generation.providers.fake import FakeProvider
from techpack import schemas
from techpack.models import Sketch
from techpack.presenters import cards
from techpack.services import takes
from tests.support.factories import (
    ANSWERS,
    annotations,
    make_run,
    make_user,
    write_fake,
)
from tests.support.job_queue import work

pytestmark = pytest.mark.django_db

NOTE = "Rough outline: redraw it."


def claims(sketch: Sketch) -> set[tuple[str | None, bool]]:
    """Sources, and whether they are sure."""
    writing = sketch.writing
    assert writing is not None
    return {(item.source, item.confidence > 0.5) for item in (*writing.callouts, *writing.measurements)}


def test_whatever_the_engine_says_only_a_photo_is_measured(fake: FakeProvider, client: Client) -> None:
    write_fake("answers.json", ANSWERS | {"callouts": annotations() | {"note": NOTE}})
    run = make_run(make_user(balance=20), "front")
    work()
    by_view = {sketch.view: sketch for sketch in run.sketches.all()}
    assert claims(by_view["front"]) == {("measured", True)}
    assert claims(by_view["back"]) == claims(by_view["side"]) == {("suggested", False)}
    client.force_login(run.product.owner)
    assert NOTE in client.get(run.product.get_absolute_url()).text

    takes.regenerate(piece=by_view["back"], by=run.product.owner)
    work()
    again = run.sketches.get(view="back")
    assert again.take == 2
    assert claims(again) == {("suggested", False)}


def test_what_is_to_be_specified_stays_so() -> None:
    said = annotations()
    said["measurements"][0] |= {"value": None, "source": None, "confidence": 0.0}
    assert schemas.Annotations.model_validate(said).suggested().measurements[0].source is None


@pytest.mark.parametrize(
    ("name", "unit", "head"),
    [("Overall height", "ratio", "of overall height"), ("Outseam", "ratio", "of total length"),
     ("Overall height", "cm", "cm")],
)  # fmt: skip
def test_shares_are_said_to_be_of_what_they_are(name: str, unit: str, head: str) -> None:
    said = annotations()["measurements"][0]
    item = schemas.Measurement.model_validate(said | {"name": name, "unit": unit, "value": 1.0})
    other = item.model_copy(update={"name": "Overall width", "value": 0.5})
    assert cards.unit_of([item, other]) == head
