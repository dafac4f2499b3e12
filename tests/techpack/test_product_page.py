"""The tech pack page in every state, as a browser without JavaScript gets it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from credits import services as ledger
from techpack.models import CloseUp, Piece, Product, Revision, Sketch, TechPack
from techpack.services import products, runs
from tests.support.factories import (
    analysis,
    make_designer,
    make_product,
    make_run,
    make_user,
    plan,
    script,
)
from tests.support.job_queue import drain, pass_time, work
from tests.support.snapshots import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

HTMX = {"HX-Request": "true"}
REGIONS = ("Progress", "Base views", "Close-ups", "Sketches", "Credits")
POSTS = ("generate/", "cancel/", "resume/", "category/", "close-up/1/again/")


@pytest.fixture
def designer() -> User:
    return make_designer()


@pytest.fixture
def browser(designer: User) -> Client:
    client = Client()
    client.force_login(designer)
    return client


def page(client: Client, product: Product, tail: str = "") -> str:
    response = client.get(f"/techpacks/{product.pk}/{tail}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def region(html: str, name: str) -> str:
    """The words of one region."""
    found = re.search(rf'<section[^>]*aria-label="{name}"[^>]*>(.*?)</section>', html)
    assert found, f"no region {name}"
    return words(found.group(1))


def bar(html: str) -> int:
    found = re.findall(r'role="progressbar"[^>]*aria-valuenow="(\d+)"', html)
    assert len(found) == 1
    return int(found[0])


def generate_button(html: str) -> str:
    found = re.findall(r'<button[^>]*id="generate"[^>]*>[^<]*</button>', html)
    assert len(found) == 1
    return found[0]


# --- a run in every state -----------------------------------------------------------------------


BEHAVIOURS: dict[str, Any] = {
    "complete": {},
    "beginning": {"latency": 20},
    "running": {"latency": 20},
    "canceling": {"sketch": ["hang"]},
    "canceled": {"sketch": ["hang"]},
    "partial": {"close_up": ["refuse", "ok"]},
    "failed": {"sketch": ["refuse"]},
    "category failed": {"category": ["refuse"]},
    "trying": {"close_up": ["refuse", "ok"]},
}


def in_state(state: str, designer: User) -> Product:
    """A product whose latest run, if any, is in this state."""
    return Product.objects.get(pk=remembered(f"product: {state}", lambda: bring_into(state, designer).pk))


def bring_into(state: str, designer: User) -> Product:
    if state == "no run":
        return make_product(designer, "front", "back")
    if state == "no photo":
        return Product.objects.create(owner=designer, name="Nothing yet")
    if state == "waiting":
        return _waiting(designer)
    script(**BEHAVIOURS[state])
    run = make_run(designer, "front", "back")
    if state in ("complete", "partial", "failed", "category failed"):
        work()
    elif state == "trying":
        work()
        runs.try_again(piece=run.close_ups.get(status=Piece.Status.FAILED))
    elif state != "beginning":
        for _ in range(3):
            drain()
            pass_time(22)
        drain()
    if state in ("canceled", "canceling"):
        runs.cancel_run(tech_pack=run)
    if state == "canceled":
        work()
    return run.product


def _waiting(designer: User) -> Product:
    run = make_run(designer, "front", "back")
    ledger.charge(holder=designer, amount=96, reference="elsewhere", description="Elsewhere")
    work()
    assert TechPack.objects.get(pk=run.pk).status == TechPack.Status.WAITING
    return run.product


STATES = {
    "no photo": ["There are no photos yet.", "Generate tech pack", "draft"],
    "no run": ["Generate tech pack", "draft", "Category not known yet", "credits in all", "2 photos"],
    "beginning": ["Generating...", "Category: looking", "Cancel run"],
    "running": ["Generating...", "Apparel - T-shirt", "Cancel run", "of 9 credits"],
    "waiting": ["Waiting for credits at close-ups.", "It needs 3 credits, you have 1.", "Cancel run"],
    "canceling": ["Canceling...", "Generating..."],
    "canceled": ["The run was canceled.", "Refunded 3 credits", "Resume run", "Generate tech pack"],
    "failed": ["Sketches failed.", "The engine refused this photo.", "Refunded 3 credits", "Resume run"],
    "category failed": ["Category failed.", "0 credits used", "Resume run"],
    "partial": ["Partly complete", "Try again (1 credit)", "1 refunded", "Generate tech pack"],
    "trying": ["on its way", "Generate tech pack"],
    "complete": ["Complete", "2 base views, 4 close-ups, 3 sketches", "9 credits used", "Generate tech pack"],
}  # fmt: skip


BAR: dict[str, Any] = {
    "no photo": [0],
    "no run": [0],
    "beginning": [0],
    "running": range(41, 100),
    "waiting": [40],
    "canceling": range(41, 100),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_shown_by_the_names_scripts_look_for(
    designer: User, browser: Client, state: str
) -> None:
    html = page(browser, in_state(state, designer))
    for name in REGIONS:
        assert region(html, name)
    for said in STATES[state]:
        assert said in words(html)
    going = "Generating..." in STATES[state] or state == "waiting"
    assert ("Generating..." in generate_button(html)) == going
    assert ("disabled" in generate_button(html)) == going
    assert bar(html) in BAR.get(state, [100])
    assert bool(re.search(r'id="poller"[^>]* hx-get=', html)) == (going or state == "trying")


@pytest.mark.parametrize("state", STATES)
def test_no_page_needs_what_the_content_policy_forbids(designer: User, browser: Client, state: str) -> None:
    product = in_state(state, designer)
    for response in (
        browser.get(product.get_absolute_url()),
        browser.get(f"{product.get_absolute_url()}changes/?version=0", headers=HTMX),
    ):
        html = response.content.decode()
        assert not re.findall(r"<[^>]*\sstyle=", html)
        assert "<style" not in html
        assert not re.findall(r"<[^>]*\son[a-z]+=", html)
        assert not re.findall(r"hx-on|javascript:|hx-vals=.js|hx-vars", html)
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", html))
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy


@pytest.mark.parametrize("state", STATES)
def test_a_page_is_kept_by_nobody_on_the_way(designer: User, browser: Client, state: str) -> None:
    response = browser.get(in_state(state, designer).get_absolute_url())
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_ids_are_there_once(designer: User, browser: Client) -> None:
    html = page(browser, in_state("complete", designer))
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    ids.append("workbench-title")  # comes with what the dialog is opened for
    for reference in re.findall(r'aria-(?:labelledby|describedby)="([^"]*)"', html):
        assert set(reference.split()) <= set(ids)


def test_the_steps_say_what_they_cost_and_how_long_they_take(designer: User, browser: Client) -> None:
    progress = region(page(browser, make_product(designer)), "Progress")
    assert "Category FREE" in progress
    for name in ("Base views", "Close-ups", "Sketches"):
        assert f"{name} 3 credits" in progress
    assert progress.count("usually") == 4


def test_what_a_canceled_run_did_not_make_is_said_in_a_line_each(designer: User, browser: Client) -> None:
    product = in_state("canceled", designer)
    CloseUp.objects.all().delete()  # as if there had been no plan
    TechPack.objects.get().steps.filter(name="close-ups").update(status="canceled")
    html = page(browser, product)
    assert "No close-ups were made: the run was canceled." in region(html, "Close-ups")
    assert region(html, "Sketches").count("Not drawn: canceled.") == 3
    assert 'class="plate"' not in html


def test_half_done_is_not_shown_as_done(designer: User, browser: Client) -> None:
    html = page(browser, in_state("partial", designer))
    assert 'class="overall part"' in html


def test_what_is_cached_is_said_to_be_free(designer: User, browser: Client) -> None:
    product = make_product(designer, "front", "back")
    for _ in range(2):
        runs.start_run(product=product)
        work()
    html = page(browser, product)
    assert "0 credits" in region(html, "Progress")
    assert region(html, "Base views").count("from cache, 0 credits") == 2
    assert "6 credits used" in region(html, "Progress")


def test_the_ledger_of_the_run_adds_up(designer: User, browser: Client) -> None:
    shown = region(page(browser, in_state("partial", designer)), "Credits")
    assert "92 credits left" in shown
    assert re.search(r"This run \+1 8", shown)
    assert "The engine refused this photo." in shown


def test_an_earlier_run_stays_readable_and_offers_nothing(designer: User, browser: Client) -> None:
    script(close_up=["refuse", "ok"])
    product = make_product(designer)
    for _ in range(2):
        runs.start_run(product=product)
        work()
    html = page(browser, product, "runs/1/")
    assert "This is run 1 of 2" in words(html)
    assert "Latest run" in html
    assert 'id="generate"' not in html
    assert "Try again" not in html
    assert "Resume run" not in html
    assert 'id="correct-category"' not in html
    assert "run 2 of 2" in words(page(browser, product))
    assert 'id="generate"' in page(browser, product, "runs/2/")


@pytest.mark.parametrize("number", ["0", "3", "99999999999", "9" * 40])
def test_a_run_that_never_was_is_not_there(designer: User, browser: Client, number: str) -> None:
    product = in_state("complete", designer)
    assert browser.get(f"/techpacks/{product.pk}/runs/{number}/").status_code == 404


def test_what_a_designer_and_an_engine_wrote_is_shown_as_text(designer: User, browser: Client) -> None:
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    product = make_product(designer, name=bad[:100])
    run = runs.start_run(product=product)
    work()
    view, shot, sketch = run.base_views.get(), run.close_ups.first(), run.sketches.first()
    view.analysis = analysis(summary=bad)
    view.save()
    shot.shot |= {"title": bad[:60], "reason": bad}
    shot.save()
    sketch.message = bad
    sketch.save()
    run.activities.update(text=bad)
    products.correct_category(product=product, category="BAG", subcategory=bad[:60])
    html = page(browser, product)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html


# --- pressing things -----------------------------------------------------------------------------


def test_too_few_credits_are_said_and_nothing_is_charged(browser: Client, designer: User) -> None:
    product = make_product(designer)
    ledger.charge(holder=designer, amount=92, reference="elsewhere", description="Elsewhere")
    response = browser.post(f"/techpacks/{product.pk}/generate/")
    assert response.status_code == 402
    assert "This needs 9 credits. You have 8. Nothing was started" in words(response.content.decode())
    assert not TechPack.objects.exists()
    assert ledger.balance(designer) == 8


def test_too_few_credits_are_a_toast_on_an_open_page(browser: Client, designer: User) -> None:
    product = in_state("partial", designer)
    ledger.charge(holder=designer, amount=ledger.balance(designer), reference="elsewhere", description="Else")
    piece = CloseUp.objects.get(status=Piece.Status.FAILED)
    response = browser.post(f"/techpacks/{product.pk}/close-up/{piece.pk}/again/", headers=HTMX)
    assert response.status_code == 402
    assert "This needs 1 credit. You have 0." in response["HX-Trigger"]
    piece.refresh_from_db()
    assert piece.has_failed


def test_how_to_get_more_is_said(browser: Client, designer: User, settings: Any) -> None:
    settings.CREDITS_CONTACT = "write to studio@example.com"
    product = make_product(designer)
    ledger.charge(holder=designer, amount=100, reference="elsewhere", description="Elsewhere")
    assert "To get more: write to studio@example.com." in words(page(browser, product))
    response = browser.post(f"/techpacks/{product.pk}/generate/")
    assert "To get more: write to studio@example.com." in words(response.content.decode())


def test_without_a_contact_it_is_said_whom_to_ask(browser: Client, designer: User, settings: Any) -> None:
    settings.CREDITS_CONTACT = ""
    product = make_product(designer)
    ledger.charge(holder=designer, amount=100, reference="elsewhere", description="Elsewhere")
    assert "To get more, ask whoever runs this site." in words(page(browser, product))
    response = browser.post(f"/techpacks/{product.pk}/generate/")
    assert "To get more, ask whoever runs this site." in words(response.content.decode())
    assert "ask whoever runs this site" in words(browser.get("/account/credits/").content.decode())


def test_what_the_cache_depends_on_is_said(browser: Client, designer: User) -> None:
    said = words(region(page(browser, make_product(designer)), "Credits"))
    assert "the same photo with the same view, category and dimension" in said


def test_a_canceled_run_does_not_call_it_a_failure(browser: Client, designer: User) -> None:
    said = words(region(page(browser, in_state("canceled", designer)), "Progress"))
    assert re.search(r"The run was canceled\. \d base views?, [^.]*\. Refunded 3 credits", said)
    assert "3 canceled" in said
    assert "failed" not in said


def test_how_long_a_resumed_run_took_is_not_said(browser: Client, designer: User) -> None:
    product = in_state("complete", designer)
    assert ", took " in words(page(browser, product))
    product = bring_into("canceled", designer)
    script()
    runs.resume_run(tech_pack=product.runs.get())
    work()
    html = words(page(browser, product))
    assert "Complete" in html
    assert ", took " not in html


def test_generate_posted_twice_is_one_run(browser: Client, designer: User) -> None:
    product = make_product(designer)
    for _ in range(2):
        response = browser.post(f"/techpacks/{product.pk}/generate/")
        assert response.status_code == 303
        assert response["Location"] == product.get_absolute_url()
    work()
    assert TechPack.objects.count() == 1
    assert ledger.balance(designer) == 91


def test_trying_again_posted_twice_is_one_try(browser: Client, designer: User) -> None:
    product = in_state("partial", designer)
    address = f"/techpacks/{product.pk}/close-up/{CloseUp.objects.get(status='failed').pk}/again/"
    before = ledger.balance(designer)
    assert browser.post(address).status_code == 303
    assert browser.post(address).status_code == 409
    assert ledger.balance(designer) == before - 1


def test_canceling_and_resuming_twice_is_once(browser: Client, designer: User) -> None:
    product = in_state("running", designer)
    for _ in range(2):
        assert browser.post(f"/techpacks/{product.pk}/cancel/").status_code == 303
    work()
    before = ledger.balance(designer)
    script()
    answers = [browser.post(f"/techpacks/{product.pk}/resume/").status_code for _ in range(2)]
    assert answers == [303, 409]
    work()
    assert ledger.balance(designer) == 91
    assert before >= 91


def test_generating_without_a_photo_says_so(browser: Client, designer: User) -> None:
    product = in_state("no photo", designer)
    response = browser.post(f"/techpacks/{product.pk}/generate/")
    assert response.status_code == 409
    assert "There is no photo yet." in words(response.content.decode())


def test_a_correction_is_shown_at_once(browser: Client, designer: User) -> None:
    product = in_state("complete", designer)
    response = browser.post(
        f"/techpacks/{product.pk}/category/", {"category": "BAG", "subcategory": " Tote "}
    )
    assert response.status_code == 303
    assert "Bag - Tote entered" in words(page(browser, product))


@pytest.mark.parametrize(
    "data",
    [
        {}, {"category": "HOUSE"}, {"category": ""}, {"category": "BAG", "subcategory": "x" * 61},
        {"category": "BAG", "subcategory": "a\x00b"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_correction_that_is_none_is_refused(
    browser: Client, designer: User, data: Any, headers: Any
) -> None:
    product = make_product(designer)
    response = browser.post(f"/techpacks/{product.pk}/category/", data, headers=headers)
    assert response.status_code == 422
    assert "toast" in response["HX-Trigger"] if headers else "note bad" in response.content.decode()
    product.refresh_from_db()
    assert product.category == ""


@pytest.mark.parametrize("tail", [
    "close-up/999999/again/", "closeup/1/again/", "sketch/999999/again/", "base-view/999999/again/",
    "sketch/99999999999999999999/again/", "revision/1/again/", "close-up/x/again/",
])  # fmt: skip
def test_a_piece_that_never_was_is_not_there(browser: Client, designer: User, tail: str) -> None:
    product = in_state("partial", designer)
    before = ledger.balance(designer)
    assert browser.post(f"/techpacks/{product.pk}/{tail}").status_code == 404
    assert ledger.balance(designer) == before


def test_a_piece_of_another_product_is_not_there(browser: Client, designer: User) -> None:
    in_state("partial", designer)
    piece = CloseUp.objects.get(status=Piece.Status.FAILED)
    other = make_product(designer)
    assert browser.post(f"/techpacks/{other.pk}/close-up/{piece.pk}/again/").status_code == 404


@pytest.mark.parametrize("tail", ["cancel/", "resume/"])
def test_without_a_run_there_is_nothing_to_stop_or_resume(browser: Client, designer: User, tail: str) -> None:
    assert browser.post(f"/techpacks/{make_product(designer).pk}/{tail}").status_code == 404


@pytest.mark.parametrize("tail", POSTS)
def test_what_changes_something_is_not_done_by_looking(browser: Client, designer: User, tail: str) -> None:
    product = make_product(designer)
    answer = browser.get(f"/techpacks/{product.pk}/{tail}")
    assert (answer.status_code, answer["Location"]) == (303, product.get_absolute_url())
    assert not TechPack.objects.exists()


@pytest.mark.parametrize("tail", POSTS)
def test_what_changes_something_needs_our_own_form(designer: User, tail: str) -> None:
    product = make_product(designer)
    client = Client(enforce_csrf_checks=True)
    client.force_login(designer)
    assert client.post(f"/techpacks/{product.pk}/{tail}").status_code == 403
    assert not TechPack.objects.exists()


@pytest.mark.parametrize("tail", ["", "runs/1/", *POSTS])
def test_somebody_elses_product_is_not_there(designer: User, tail: str) -> None:
    product = in_state("complete", designer)
    stranger = Client()
    stranger.force_login(make_user(balance=100))
    ask = stranger.post if tail in POSTS else stranger.get
    assert ask(f"/techpacks/{product.pk}/{tail}", {"category": "BAG"}).status_code == 404
    assert TechPack.objects.count() == 1
    product.refresh_from_db()
    assert product.category == "APPAREL"


@pytest.mark.parametrize("tail", ["", "runs/1/", *POSTS])
def test_a_visitor_is_asked_to_sign_in(designer: User, tail: str) -> None:
    product = make_product(designer)
    visitor = Client()
    ask = visitor.post if tail in POSTS else visitor.get
    response = ask(f"/techpacks/{product.pk}/{tail}", follow=True)
    address, _ = response.redirect_chain[-1]
    assert address.startswith("/accounts/login/?next=/techpacks/")
    assert not any(tail in address for tail in POSTS)  # what only takes a POST is no place to come back to


# --- queries -------------------------------------------------------------------------------------


def queries_of(client: Client, product: Product) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, product)
    return len(queries)


def test_many_pieces_take_as_many_queries_as_few(designer: User, browser: Client) -> None:
    product = in_state("complete", designer)
    run = product.latest_run
    assert run is not None
    page(browser, product)  # estimates are read once a process
    few = queries_of(browser, product)
    photo, drawing = Revision.objects.filter(product=product).first(), run.sketches.first()
    assert photo is not None
    assert drawing is not None
    for order, shot in enumerate(plan(6)["shots"] * 5, start=10):
        CloseUp.objects.create(
            tech_pack=run, revision=photo, order=order, status="loaded", shot=shot, asset=drawing.asset
        )
    for order in range(10, 20):
        Sketch.objects.create(
            tech_pack=run, revision=photo, order=order, status="loaded", view="front", asset=drawing.asset
        )
    assert few <= 18  # two of them say what a new run would cost, two are the measures
    assert queries_of(browser, product) == few


def test_many_runs_and_lines_take_as_many_queries_as_few(designer: User, browser: Client) -> None:
    product = in_state("complete", designer)
    page(browser, product)
    few = queries_of(browser, product)
    for _ in range(2):
        runs.start_run(product=product)
        work()
    assert queries_of(browser, product) == few
