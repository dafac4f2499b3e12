"""A program posts the steps one after another, and each is made and charged once."""

from typing import Any

import pytest

from accounts.models import User
from credits.models import Entry
from techpack.models import Product, StepName, TechPack
from techpack.services import runs
from tests.support import factories
from tests.support.job_queue import drain, work
from tests.techpack.api.calling import STEPS, Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


@pytest.fixture
def program() -> Program:
    return Program()


def charges(user: User) -> list[int]:
    entries = Entry.objects.filter(account__user=user, kind=Entry.Kind.CHARGE).order_by("pk")
    return list(entries.values_list("amount", flat=True))


def test_the_steps_one_after_another_make_a_tech_pack(program: Program) -> None:
    product_id = program.make_product("front", "back")
    found = program.made("category/detect", product_id)
    assert (found["category"], found["subcategory"]) == ("APPAREL", "T-shirt")
    state = program.get(f"products/{product_id}").json()["data"]
    revisions = [photo["revisionId"] for photo in state["revisions"]]
    views = program.made("base-views/analyze", product_id, revisionIds=revisions, category=found["category"])
    assert [view["viewType"] for view in views["analyses"]] == ["front", "back"]
    assert views["analyses"][0]["analysisData"]["summary"] == "Solid green, short sleeves"
    images = program.made("close-ups/generate", product_id, baseViewAnalyses=views["analyses"])
    assert [image["loadingState"] for image in images["generatedImages"]] == ["loaded"] * 4
    flats = program.made("sketches/generate", product_id, productAnalysis=views)["sketches"]
    assert {flat["viewType"] for flat in flats} >= {"front", "back"}
    assert flats[0]["measurements"] == {"Total length": "70.0 cm"}
    assert flats[0]["callouts"][0]["position"] == {"x": 0.5, "y": 0.1}
    state = program.get(f"products/{product_id}").json()["data"]
    assert (state["currentStep"], state["isGenerating"], state["progress"]) == ("complete", False, 100)
    assert state["credits"]["total"] == 9 == 20 - program.balance
    assert TechPack.objects.count() == 1


def test_a_step_posted_again_answers_what_is_there(program: Program) -> None:
    product_id = program.make_product()
    program.made("base-views/analyze", product_id)
    program.made("close-ups/generate", product_id)
    before = program.balance
    first = program.data("close-ups/generate", {"productId": product_id})
    assert program.data("close-ups/generate", {"productId": product_id}) == first
    assert drain() == []
    assert program.balance == before


def test_again_makes_it_anew_at_its_price_in_a_run_of_its_own(program: Program) -> None:
    product_id = program.make_product()
    program.made("base-views/analyze", product_id)
    first = program.made("close-ups/generate", product_id)["generatedImages"]
    second = program.made("close-ups/generate", product_id, again=True)["generatedImages"]
    assert {image["id"] for image in first}.isdisjoint(image["id"] for image in second)
    assert charges(program.user) == [-3, -3, -3]  # the base views came from the cache


def test_the_category_again_is_asked_of_the_engine_and_keeps_the_run(program: Program, fake: Any) -> None:
    product_id = program.make_product()
    program.made("category/detect", product_id)
    program.made("category/detect", product_id, again=True)
    assert len(fake.calls()) == 2
    assert TechPack.objects.count() == 1


def test_posting_several_steps_at_once_makes_them_in_their_order(program: Program) -> None:
    product_id = program.make_product()
    for path in STEPS:
        assert program.post(path, {"productId": product_id}).status_code == 202
    work()
    run = TechPack.objects.get()
    assert all(step.delivered for step in run.steps.all())
    assert charges(program.user) == [-3, -3, -3]


@pytest.mark.parametrize("path", ["close-ups/generate", "sketches/generate"])
def test_what_stands_on_base_views_is_refused_without_them(program: Program, path: str) -> None:
    answer = program.post(path, {"productId": program.make_product()})
    assert (answer.status_code, answer.json()["code"]) == (409, "base_views_missing")
    assert not TechPack.objects.exists()


def test_a_photo_that_came_later_is_analysed_at_its_share(program: Program) -> None:
    product_id = program.make_product("front")
    program.made("base-views/analyze", product_id)
    back = program.upload(product_id, factories.picture(size=(310, 400)), viewType="back").json()["data"]
    views = program.made("base-views/analyze", product_id, revisionIds=[back["revisionId"]])["analyses"]
    assert [view["viewType"] for view in views] == ["back"]
    assert charges(program.user) == [-3, -2]


def test_without_photos_nothing_is_begun(program: Program) -> None:
    product_id = program.data("products", {"name": "Nothing to see"})["productId"]
    answer = program.post("category/detect", {"productId": product_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_photos")


def test_too_few_credits_say_what_is_needed_and_what_is_there() -> None:
    program = Program(balance=2)
    product_id = program.make_product()
    answer = program.post("base-views/analyze", {"productId": product_id})
    assert answer.status_code == 402
    told = answer.json()
    assert (told["code"], told["needed"], told["available"]) == ("insufficient_credits", 3, 2)
    assert "3 credits" in told["error"]
    assert not TechPack.objects.exists()


def test_a_later_step_counts_those_that_have_not_begun() -> None:
    poor = Program(balance=5)
    product_id = poor.make_product()
    assert poor.post("base-views/analyze", {"productId": product_id}).status_code == 202
    answer = poor.post("close-ups/generate", {"productId": product_id})
    assert (answer.status_code, answer.json()["needed"]) == (402, 6)


def test_a_step_that_failed_says_why_and_may_be_posted_again(program: Program) -> None:
    product_id = program.make_product()
    program.made("base-views/analyze", product_id)
    factories.script(close_up_plan=["refuse", "ok"])
    assert program.post("close-ups/generate", {"productId": product_id}).status_code == 202
    work()
    state = program.get(f"products/{product_id}").json()["data"]
    assert state["error"]
    assert not state["isGenerating"]
    assert state["credits"]["closeUps"] == 0
    program.made("close-ups/generate", product_id)
    assert program.balance == 20 - 6


def test_a_step_that_was_canceled_may_be_posted_again(program: Program) -> None:
    product_id = program.make_product()
    program.post("base-views/analyze", {"productId": product_id})
    runs.cancel_run(tech_pack=TechPack.objects.get())
    work()
    assert program.balance == 20
    assert program.made("base-views/analyze", product_id)["analyses"]
    assert program.balance == 17


def test_a_corrected_category_stays_and_is_what_is_answered(program: Program) -> None:
    product_id = program.make_product()
    changed = program.call("PATCH", f"products/{product_id}", {"category": "BAG", "subcategory": "Tote"})
    assert changed.status_code == 200
    found = program.data("category/detect", {"productId": product_id, "again": False})
    assert (found["category"], found["subcategory"], found["source"]) == ("BAG", "Tote", "entered")
    program.made("category/detect", product_id, again=True)
    assert Product.objects.get().category == "BAG"


def test_what_is_sent_back_is_never_believed(program: Program) -> None:
    product_id = program.make_product()
    lie = [{"revisionId": 1, "analysisData": "rubbish"}, None, {"category": ["x"]}]
    program.made("base-views/analyze", product_id, category="FURNITURE")
    program.made("close-ups/generate", product_id, category={"a": 1}, baseViewAnalyses=lie)
    assert Product.objects.get().category == "APPAREL"


def test_a_run_begun_on_the_page_is_the_same_run(program: Program) -> None:
    product_id = program.make_product()
    runs.start_run(product=Product.objects.get(pk=product_id))
    answer = program.post("sketches/generate", {"productId": product_id}, prefer="respond-async")
    assert answer.status_code == 202
    assert answer.json()["data"]["techPackId"] == TechPack.objects.get().pk
    work()
    assert program.data("sketches/generate", {"productId": product_id})["sketches"]
    assert charges(program.user) == [-3, -3, -3]


def test_a_step_that_waits_for_credits_answers_402_until_they_come() -> None:
    program = Program(balance=9)
    product_id = program.make_product()
    runs.start_run(product=Product.objects.get(pk=product_id))
    factories.ledger.charge(holder=program.user, amount=6, reference="test:other", description="Elsewhere")
    work()
    answer = program.post("close-ups/generate", {"productId": product_id})
    assert (answer.status_code, answer.json()["needed"]) == (402, 3)
    factories.ledger.grant(holder=program.user, amount=6, reference="test:more", description="More")
    program.made("close-ups/generate", product_id)
    assert all(step.delivered for step in TechPack.objects.get().steps.exclude(name=StepName.SKETCHES))


def test_views_that_were_not_analysed_anew_say_cached(program: Program) -> None:
    product_id = program.make_product()
    assert program.post("base-views/analyze", {"productId": product_id}).status_code == 202
    work()
    again = program.data("base-views/analyze", {"productId": product_id})
    assert {view["cached"] for view in again["analyses"]} == {True}
    anew = program.made("base-views/analyze", program.make_product())
    assert anew["analyses"]
