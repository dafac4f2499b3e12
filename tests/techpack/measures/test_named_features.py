"""The cloud engine names type and features by schema; flats, scale and gate stay the same code."""

from typing import Any

import pytest
from pydantic import ValidationError

from techpack import schemas
from techpack.editing import specification
from techpack.models import PhotoReading, Product
from techpack.services import specification as specifications
from tests.support.factories import ANSWERS, analysis, make_run, make_user, write_fake
from tests.support.job_queue import work

NAMED = [
    {"name": "neck", "value": "mock", "confidence": 0.9},
    {"name": "pockets", "value": "kangaroo", "confidence": 0.3},  # not sure enough to be drawn
    {"name": "cuff", "value": "velvet", "confidence": 0.9},  # nothing we can draw
]


def features_of(product: Product) -> dict[str, str]:
    return specification.seen_features(specification.readings_of(product))


def test_a_run_takes_over_the_type_and_the_features_that_the_engine_names(fake: Any, db: None) -> None:
    category = {**ANSWERS["category"], "subcategory": "Crewneck", "product_type": "sweatshirt"}
    write_fake("answers.json", ANSWERS | {"category": category, "base_view": analysis(features=NAMED)})
    run = make_run(make_user(balance=9))
    PhotoReading.objects.create(revision=run.product.revisions.get(), status="done")
    work()
    product = Product.objects.get(pk=run.product_id)
    readings = specification.readings_of(product)
    assert specification.product_type_of(product, readings) == "sweatshirt"
    assert features_of(product) == {"neck": "mock"}


def test_features_that_change_the_outline_have_it_fitted_anew(tee: Product) -> None:
    named = [schemas.NamedFeature(name="neck", value="v", confidence=0.99)]
    specifications.name_features(revision_id=tee.revisions.get().pk, features=named)
    assert features_of(tee)["neck"] == "v"
    assert specification.readings_of(tee)[0].fitted_type == ""
    specifications.choose_features(product=tee, features={"neck": "crew"})
    tee.refresh_from_db()
    chosen = specification.features_for_reading(tee, specification.readings_of(tee))
    assert chosen["neck"] == "crew"


def test_a_type_that_the_library_does_not_have_is_no_answer() -> None:
    with pytest.raises(ValidationError, match="no type of the library"):
        schemas.Category.model_validate({**ANSWERS["category"], "product_type": "spaceship"})


def test_a_likely_neck_is_drawn_and_stays_to_be_specified(tee: Product) -> None:
    PhotoReading.objects.filter(revision__product=tee).update(features={}, likely_neck="v")
    readings = specification.readings_of(tee)
    drawn = specification.flat_specification(tee, readings, [])
    assert drawn is not None
    assert drawn.likely_neck == "v"
    assert "neck" not in drawn.features
    assert "neck" not in features_of(tee)
