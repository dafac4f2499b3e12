"""Two takes beside each other: what was written over a drawing, and in which words lengths are told."""

from typing import Any

import pytest

from techpack.length_formatting import measure
from techpack.models import Sketch, TechPack
from techpack.presenters.comparison import Comparison
from techpack.services import takes
from tests.support.factories import (
    ANSWERS,
    make_run,
    make_user,
    write_fake,
)
from tests.support.job_queue import work
from tests.techpack.test_sketch_editor import LINES, callout


def written(*callouts: dict[str, Any]) -> None:
    said = {"callouts": list(callouts), "measurements": LINES}
    write_fake("answers.json", ANSWERS | {"callouts": said})


@pytest.fixture
def run(fake: Any, db: None) -> TechPack:
    written(callout(1), callout(2))
    run = make_run(make_user(balance=100))
    work()
    return run


@pytest.fixture
def sketch(run: TechPack) -> Sketch:
    """In its second take, with another second callout."""
    sketch = run.sketches.order_by("order")[0]
    written(callout(1), callout(2, 0.7) | {"text": "Flatlock, two needles"})
    takes.regenerate(piece=sketch, by=run.product.owner)
    work()
    sketch.refresh_from_db()
    return sketch


def test_takes_that_differ_in_their_writing_are_seen_to(sketch: Sketch) -> None:
    comparison = Comparison(sketch)
    spots = {side: [(pin.x, pin.y) for pin in card.pins] for side, card in comparison.cards.items()}
    assert spots["then"][0] == spots["now"][0]
    assert spots["then"][1] != spots["now"][1]
    (row,) = comparison.rows
    assert (row.name, row.then, row.now) == (
        "Callout 2", "Seam 2 (construction)", "Flatlock, two needles (construction)",
    )  # fmt: skip


def test_pins_and_dimension_lines_are_drawn_over_both_sides(sketch: Sketch, client: Any) -> None:
    client.force_login(sketch.tech_pack.product.owner)
    place = f"/techpacks/{sketch.tech_pack.product_id}/sketch/{sketch.pk}/takes/"
    page = client.get(place).content.decode()
    assert page.count('<g class="pin">') == 4
    assert page.count('<g class="dims">') == 2
    assert "Flatlock, two needles" in page


def test_a_ratio_has_one_wording(run: TechPack) -> None:
    view = run.base_views.get()
    takes.regenerate(piece=view, by=run.product.owner)
    work()
    view.refresh_from_db()
    facts = view.facts
    assert facts is not None
    for item in facts.proportions.items:
        item.unit = "ratio"
    view.set_facts(facts)
    view.save()
    told = [row.now for row in Comparison(view).rows if row.now.endswith("of total length")]
    assert len(told) == len(facts.proportions.items)
    assert measure(0.5, "ratio") == "0.50 of total length"
