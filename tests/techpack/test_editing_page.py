"""Editing over plain HTTP: the page's own answers, without scripts and with, and nobody else's values."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from credits import services as ledger
from techpack.editing import history, values
from techpack.models import BaseView, Proposal, TechPack
from techpack.services import proposals, runs
from tests.support.factories import make_run, make_user
from tests.support.job_queue import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

NAME = "materials.items.0.name"


@pytest.fixture
def owner(run: TechPack) -> User:
    return run.product.owner


@pytest.fixture
def ann(owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client


def address(view: BaseView, tail: str = "") -> str:
    return f"/techpacks/{view.tech_pack.product_id}/base-view/{view.pk}/value/{tail}"


def post(client: Client, view: BaseView, *, htmx: bool = True, tail: str = "", **data: Any) -> Any:
    view.tech_pack.refresh_from_db()
    headers = {"HX-Request": "true"} if htmx else {}
    sent = {"path": NAME, "version": view.tech_pack.version, **data}
    return client.post(address(view, tail), sent, headers=headers)


def value(view: BaseView, path: str = NAME) -> Any:
    view.refresh_from_db()
    return values.read(piece=view, path=path).value


def toast(response: Any) -> str:
    return json.loads(response["HX-Trigger"])["toast"]["text"]


# --- the page --------------------------------------------------------------------------------


def test_every_value_on_the_page_leads_to_the_place_where_it_is_changed(
    ann: Client, run: TechPack, view: BaseView
) -> None:
    page = ann.get(run.product.get_absolute_url()).content.decode()
    cells = re.findall(r'<a class="val" id="([^"]+)" href="([^"]+)"', page)
    assert len(cells) > 12
    assert len({one for one, _ in cells}) == len(cells)
    shown = ann.get(next(link for _, link in cells if NAME in link).replace("&amp;", "&"))
    assert shown.status_code == 200
    assert b"rib knit" in shown.content


def test_an_earlier_run_is_read_and_not_changed(ann: Client, run: TechPack) -> None:
    runs.start_run(product=run.product)
    work()
    assert b'class="val"' not in ann.get(run.get_absolute_url()).content


def test_the_page_makes_as_many_queries_with_a_hundred_changes_as_with_one(
    ann: Client, run: TechPack, view: BaseView
) -> None:
    ann.get(run.product.get_absolute_url())  # what is looked up once
    counts = []
    for rounds in (1, 20):
        for turn in range(rounds):
            values.set_value(piece=view, path=NAME, value=f"twill {rounds} {turn}", by=None)
        with CaptureQueriesContext(connection) as seen:
            ann.get(run.product.get_absolute_url())
        counts.append(len(seen))
    assert abs(counts[0] - counts[1]) <= 1  # the estimates of the steps are looked up once in a while


# --- by hand ---------------------------------------------------------------------------------


def test_a_value_saved_brings_its_card_and_what_else_changed(ann: Client, view: BaseView) -> None:
    answer = post(ann, view, value="twill", expected='"rib knit"')
    assert answer.status_code == 200
    assert toast(answer) == "Field updated"
    assert f'id="{view.html_id}"' in answer.content.decode()
    assert "out of date" in answer.content.decode()
    assert value(view) == "twill"


def test_without_scripts_it_is_a_form_that_leads_back(ann: Client, view: BaseView) -> None:
    answer = post(ann, view, htmx=False, act="set", value="twill", expected='"rib knit"')
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"#{view.html_id}")
    assert value(view) == "twill"


def test_what_does_not_fit_is_refused_with_the_reason(ann: Client, view: BaseView) -> None:
    answer = post(ann, view, path="colours.items.0.hex", value="green")
    assert answer.status_code == 422
    assert "#38574D" in toast(answer)
    plain = post(ann, view, htmx=False, path="colours.items.0.hex", value="green")
    assert plain.status_code == 422
    assert b"Enter a colour" in plain.content


def test_whoever_is_second_is_told_and_gets_the_value_as_it_is(ann: Client, view: BaseView) -> None:
    view.tech_pack.refresh_from_db()
    before = view.tech_pack.version
    values.set_value(piece=view, path=NAME, value="mesh", by=make_user("ben@example.com"))
    answer = post(ann, view, value="twill", expected='"rib knit"', version=before)
    assert answer.status_code == 409
    assert "ben@example.com has changed this" in toast(answer)
    assert "mesh" in answer.content.decode()
    assert value(view) == "mesh"


def test_whoever_is_second_in_the_dialog_sees_both_values_and_may_save_again(
    ann: Client, view: BaseView
) -> None:
    values.set_value(piece=view, path=NAME, value="mesh", by=make_user("ben@example.com"))
    answer = post(ann, view, value="twill", expected='"rib knit"', dialog=1)
    assert answer.status_code == 409
    assert answer["X-Dialog"] == "1"
    page = answer.content.decode()
    assert "it is “mesh” now" in page
    assert "Yours: “twill”. Save again to replace it" in page
    assert 'value="twill"' in page
    assert 'name="expected" value="&quot;mesh&quot;"' in page
    post(ann, view, value="twill", expected='"mesh"', dialog=1)
    assert value(view) == "twill"


def test_what_does_not_fit_stays_in_the_dialog(ann: Client, view: BaseView) -> None:
    answer = post(ann, view, path="colours.items.0.hex", value="green", dialog=1)
    assert answer.status_code == 422
    assert answer["X-Dialog"] == "1"
    assert 'value="green"' in answer.content.decode()


def test_an_entry_is_removed_in_the_dialog_unless_somebody_has_changed_it(
    ann: Client, view: BaseView
) -> None:
    page = ann.get(f"{address(view)}?path={NAME}").content.decode()
    assert "Remove this material" in page
    seen = unescape(re.findall(r'name="entry"[^>]*>\s*<input[^>]*name="expected" value="([^"]+)"', page)[0])
    values.set_value(piece=view, path="materials.0.placement", value="Cuffs", by=None)
    sent: dict[str, Any] = {"act": "remove", "entry": "materials.items.0", "dialog": 1}
    assert post(ann, view, expected=seen, **sent).status_code == 409
    assert value(view) == "rib knit"
    view.refresh_from_db()
    assert view.facts is not None
    now = view.facts.materials.items[0].model_dump_json()
    assert toast(post(ann, view, expected=now, **sent)) == "Removed"
    view.refresh_from_db()
    assert view.facts is not None
    assert view.facts.materials.items == []


def test_what_was_added_says_where_it_stands(ann: Client, view: BaseView) -> None:
    answer = post(ann, view, act="add", path="materials", name="zip", placement="Front")
    at = json.loads(answer["HX-Trigger-After-Swap"])["edited"]["at"]
    assert f'id="{at}name"' in answer.content.decode()
    assert re.search(r'<dt>Placement</dt>\s*<dd><a class="val"', answer.content.decode())


def test_the_dialog_begins_where_an_ai_edit_is_asked_for(ann: Client, view: BaseView) -> None:
    page = ann.get(f"{address(view)}?path={NAME}", headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'<\w+ [^>]*id="([^"]+)"[^>]* autofocus', page) == ["edit-prompt"]


def test_another_unit_alone_takes_the_number_with_it(ann: Client, view: BaseView) -> None:
    path = "proportions.items.0.value"
    post(ann, view, path=path, value="70.0", unit="in", expected="70.0")
    assert value(view, path) == 27.56
    post(ann, view, path=path, value="60", unit="cm", expected="27.56")
    assert value(view, path) == 60.0
    assert value(view, "proportions.0.unit") == "cm"


def test_confirm_undo_add_and_remove_are_each_one_post(ann: Client, run: TechPack, view: BaseView) -> None:
    post(ann, view, act="confirm", expected='"rib knit"')
    view.refresh_from_db()
    assert values.read(piece=view, path=NAME).source == "confirmed"
    post(ann, view, act="undo")
    view.refresh_from_db()
    assert values.read(piece=view, path=NAME).source == "suggested"
    post(ann, view, act="add", path="materials", name="zip", placement="Front")
    assert value(view, "materials.1.name") == "zip"
    post(ann, view, act="remove", path="materials.1")
    assert len(history.of(piece=view, path="materials.0")) == 2
    answer = ann.post(f"/techpacks/{run.product_id}/undo/", {"version": 1}, headers={"HX-Request": "true"})
    assert toast(answer) == "Undone."
    assert value(view, "materials.1.name") == "zip"


def test_nothing_left_to_undo_is_said(ann: Client, run: TechPack) -> None:
    answer = ann.post(f"/techpacks/{run.product_id}/undo/", {"version": 1}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert toast(answer) == "There is nothing to undo."


# --- in words --------------------------------------------------------------------------------


def test_asked_waiting_ready_accepted(ann: Client, owner: User, view: BaseView) -> None:
    dialog = post(ann, view, tail="ask/", prompt="band collar")
    assert dialog["X-Dialog"] == "1"
    assert b"Looking at the photo" in dialog.content
    work()
    made = Proposal.objects.get()
    place = f"/techpacks/{view.tech_pack.product_id}/edits/{made.pk}/"
    shown = ann.get(place, headers={"HX-Request": "true"}).content.decode()
    assert "Band collar" in shown
    assert "Accept" in shown
    answer = ann.post(f"{place}accept/", {"version": 1}, headers={"HX-Request": "true"})
    assert toast(answer) == "Field updated"
    assert value(view) == "Band collar"
    assert ledger.balance(owner) == 40 - 9 - 1
    assert "AI edit of" in answer.content.decode()  # in the region of credits


def test_without_scripts_the_proposal_is_a_page(ann: Client, view: BaseView) -> None:
    answer = post(ann, view, htmx=False, tail="ask/", prompt="band collar")
    assert answer.status_code == 303
    assert b'http-equiv="refresh"' in ann.get(answer["Location"]).content
    work()
    assert b"Band collar" in ann.get(answer["Location"]).content
    assert ann.post(f"{answer['Location']}discard/").status_code == 303
    assert value(view) == "rib knit"


def test_out_of_credits_the_dialog_says_what_is_needed(ann: Client, owner: User, view: BaseView) -> None:
    ledger.charge(holder=owner, amount=ledger.balance(owner), reference="test:all", description="Spent")
    answer = post(ann, view, tail="ask/", prompt="band collar")
    assert answer.status_code == 402
    assert b"This needs 1 credit" in answer.content
    assert not Proposal.objects.exists()


def test_a_proposal_overtaken_by_an_edit_cannot_be_accepted(ann: Client, owner: User, view: BaseView) -> None:
    made = proposals.ask(piece=view, path=NAME, prompt="x", by=owner)
    work()
    values.set_value(piece=view, path=NAME, value="twill", by=owner)
    place = f"/techpacks/{view.tech_pack.product_id}/edits/{made.pk}/"
    assert b"changed since this was asked for" in ann.get(place).content
    assert ann.post(f"{place}accept/", {"version": 1}, headers={"HX-Request": "true"}).status_code == 409
    assert value(view) == "twill"


# --- out of date -----------------------------------------------------------------------------


def test_the_button_says_what_redoing_costs_and_does_it(ann: Client, run: TechPack, view: BaseView) -> None:
    values.set_value(piece=view, path=NAME, value="twill", by=None)
    page = ann.get(run.product.get_absolute_url()).content.decode()
    price = run.close_ups.count() + run.sketches.filter(status="loaded").count()
    assert f"Make again ({price} credits)" in page
    assert "Material was rib knit Body, now twill Body." in page
    answer = ann.post(f"/techpacks/{run.product_id}/redo/", {"version": 1}, headers={"HX-Request": "true"})
    assert f"{price} credits used" in toast(answer)
    work()
    assert "out of date" not in ann.get(run.product.get_absolute_url()).content.decode()


# --- who may ---------------------------------------------------------------------------------


def test_somebody_elses_values_are_not_there(client: Client, owner: User, view: BaseView) -> None:
    made = proposals.ask(piece=view, path=NAME, prompt="x", by=owner)
    client.force_login(make_user("mallory@example.com", balance=9))
    product = view.tech_pack.product_id
    assert client.get(f"{address(view)}?path={NAME}").status_code == 404
    assert post(client, view, value="mine").status_code == 404
    assert post(client, view, tail="ask/", prompt="x").status_code == 404
    assert client.get(f"/techpacks/{product}/edits/{made.pk}/").status_code == 404
    for tail in (f"edits/{made.pk}/accept/", f"edits/{made.pk}/discard/", "undo/", "redo/"):
        assert client.post(f"/techpacks/{product}/{tail}").status_code == 404
    own = make_run(User.objects.get(email="mallory@example.com"))
    assert client.get(f"/techpacks/{own.product_id}/edits/{made.pk}/").status_code == 404
    assert (
        client.get(f"/techpacks/{own.product_id}/base-view/{view.pk}/value/?path={NAME}").status_code == 404
    )


def test_what_is_no_value_is_not_found(ann: Client, run: TechPack, view: BaseView) -> None:
    assert ann.get(f"{address(view)}?path=nothing.at.all").status_code == 404
    assert post(ann, view, path="nothing", value="x").status_code == 404
    assert post(ann, view, act="explode").status_code == 400
    close_up = run.close_ups.first()
    assert ann.get(f"/techpacks/{run.product_id}/close-up/{close_up.pk}/value/?path=shot").status_code == 404


def test_who_has_signed_out_changes_nothing(client: Client, view: BaseView) -> None:
    assert post(client, view, value="x").status_code == 302
    assert value(view) == "rib knit"
