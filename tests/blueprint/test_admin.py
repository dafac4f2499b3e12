"""What staff see and do of blueprints in the admin."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from blueprint.admin.forms import split
from blueprint.emails import delivery
from blueprint.models import Grid, Mail, Shoot, Subscriber
from blueprint.services import grids, shoots
from generation.models import Asset, Prediction
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user, script
from tests.support.job_queue import drain, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]
LIST = "/admin/blueprint/subscriber/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    return client


CONFIRMED = {"confirmed": "1", "reason": "She asked for it."}


def act(staff: Client, page: str, action: str, *rows: Any, **more: Any) -> str:
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return staff.post(f"/admin/blueprint/{page}/", data, follow=True).content.decode()


def shown(staff: Client, page: str, row: Any) -> str:
    return staff.get(f"/admin/blueprint/{page}/{row.pk}/change/").content.decode()


def made(numbers: int = 2, **more: Any) -> Subscriber:
    subscriber = make_subscriber(**more)
    for number in range(1, numbers + 1):
        grids.start_paid_grid(subscriber_id=subscriber.pk, number=number)
    work()
    return subscriber


# --- the list ------------------------------------------------------------------------------------


def test_a_list_costs_the_same_for_one_and_for_many(
    staff: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    made()
    staff.get(LIST)
    with django_assert_max_num_queries(9) as one:
        staff.get(LIST)
    for _ in range(3):
        made(1)
    with django_assert_num_queries(len(one)):
        page = staff.get(LIST).content.decode()
    assert page.count('class="bp-strip"') == 4
    assert page.count("bp-cell bp-done") == 5
    assert page.count("bp-cell ") == 120


def test_a_row_tells_progress_failures_spend_and_the_fallback(staff: Client) -> None:
    script(grid=["refuse", "ok"])
    subscriber = made(2, form_data={"vibe": "neon"})
    page = staff.get(LIST).content.decode()
    assert "1/30" in page
    assert '<td class="field-failures">1</td>' in page
    assert '<td class="field-spend">$ ' in page
    assert '<td class="field-bought">bought, fallback</td>' in page
    told = "professional, minimal (for an unknown vibe or feed style)"
    assert told in shown(staff, "subscriber", subscriber)


def test_the_private_link_is_in_no_list_and_no_form(staff: Client) -> None:
    subscriber = made(1)
    token = subscriber.access_token or ""
    for page in (staff.get(LIST).content.decode(), shown(staff, "subscriber", subscriber)):
        assert token not in page
    assert f"...{token[-4:]}" in page


@pytest.mark.parametrize(
    ("form_data", "feed_style"),
    [({"vibe": "Luxury "}, "MINIMAL"), ({"vibe": "neon"}, ""), ({"vibe": ""}, "loud"), ({}, ""), (None, None),
     ({"feed_style": "be ige"}, None), ({"feed_style": "x"}, ""), ({"feed_style": "x"}, "beige"), ([], ""),
     ({"vibe": 5}, "")],
)  # fmt: skip
def test_the_filter_finds_whom_the_property_flags(staff: Client, form_data: Any, feed_style: Any) -> None:
    subscriber = make_subscriber(selfies=0, form_data=form_data, feed_style=feed_style)
    listed = subscriber.email in staff.get(LIST, {"fallback": "yes"}).content.decode()
    assert listed == subscriber.took_fallback
    assert (subscriber.email in staff.get(LIST, {"fallback": "no"}).content.decode()) != listed


def test_those_with_failures_are_found_and_somebody_by_email_name_or_id(staff: Client) -> None:
    script(grid=["refuse", "ok"])
    failed, fine = made(1, email="fail@example.com", name="Zoe"), made(1, email="fine@example.com")
    page = staff.get(LIST, {"failed": "yes"}).content.decode()
    assert failed.email in page
    assert fine.email not in page
    for query in ("fail@", "zoe", str(failed.pk)):
        page = staff.get(LIST, {"q": query}).content.decode()
        assert failed.email in page
        assert fine.email not in page


# --- one of them ---------------------------------------------------------------------------------


def test_the_page_of_one_tells_each_grid_with_its_failure_and_where_to_look(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    script(grid=["refuse", "ok"])
    subscriber = made(2)
    with django_assert_max_num_queries(30):
        page = shown(staff, "subscriber", subscriber)
    failed = Prediction.objects.get(status="failed")
    assert f"/admin/generation/prediction/{failed.pk}/change/" in page
    assert failed.message
    assert failed.message in page
    tries = f"/admin/generation/prediction/?subject=blueprint%3A{subscriber.pk}&amp;slot=grid%3A1"
    assert tries in page
    assert staff.get(tries.replace("&amp;", "&")).context["cl"].result_count == 1
    assert "Some grids need you" in page
    assert "What stands in the way of new grids: nothing." in page


def test_what_staff_write_is_written_and_told_to_open_pages_and_the_rest_is_read_only(staff: Client) -> None:
    subscriber = make_subscriber(form_data={"vibe": "luxury", "goal": "more"})
    data = {
        "email": "new@example.com", "name": "New", "vibe": "warm", "feed_style": "beige",
        "paid_blueprint_generated": "on", "access_token": "mine", "resolution_4k": "on",
        "mails-TOTAL_FORMS": 0, "mails-INITIAL_FORMS": 0,
    }  # fmt: skip
    staff.post(f"{LIST}{subscriber.pk}/change/", data)
    now = Subscriber.objects.get()
    assert (now.email, now.name, now.mood) == ("new@example.com", "New", "beige")
    assert now.form_data == {"vibe": "warm", "goal": "more"}
    assert now.version == subscriber.version + 1
    assert now.access_token == subscriber.access_token
    assert not now.paid_blueprint_generated
    assert not now.resolution_4k


def test_a_subscriber_is_added_and_an_address_only_once(staff: Client) -> None:
    data = {"email": "new@example.com", "vibe": "warm", "mails-TOTAL_FORMS": 0, "mails-INITIAL_FORMS": 0}
    staff.post(f"{LIST}add/", data)
    assert Subscriber.objects.get().category == "warm"
    page = staff.post(f"{LIST}add/", {**data, "email": "NEW@example.com"}).content.decode()
    assert "There is a subscriber with this address already." in page


def test_4k_is_given_only_where_it_is_switched_on_and_to_who_has_bought(staff: Client, settings: Any) -> None:
    settings.BLUEPRINT_4K = True
    buyer, guest = make_subscriber(), make_subscriber(bought=False)
    for one in (buyer, guest):
        data = {"email": one.email, "resolution_4k": "on", "mails-TOTAL_FORMS": 0, "mails-INITIAL_FORMS": 0}
        staff.post(f"{LIST}{one.pk}/change/", data)
        one.refresh_from_db()
    assert (buyer.resolution, guest.resolution) == ("4K", "2K")
    settings.BLUEPRINT_4K = False
    assert buyer.resolution == "2K"
    assert 'name="resolution_4k"' not in shown(staff, "subscriber", buyer)


# --- actions -------------------------------------------------------------------------------------


def test_what_is_missing_is_started_and_who_is_skipped_is_told_why(staff: Client) -> None:
    page = act(
        staff, "subscriber", "generate_missing",
        make_subscriber(), make_subscriber(bought=False), make_subscriber(selfies=0),
    )  # fmt: skip
    assert "1 started, 2 skipped: " in page
    assert "1 × The paid blueprint has not been bought yet." in page
    assert "1 × There is no selfie yet." in page
    assert Prediction.objects.count() == 30


def test_failed_ones_are_retried_and_running_ones_canceled(staff: Client) -> None:
    script(grid=["refuse", "ok"])
    subscriber = made(1)
    assert "1 started again, 0 skipped" in act(staff, "subscriber", "retry_failed", subscriber)
    assert "1 × nothing failed." in act(staff, "subscriber", "retry_failed", subscriber)
    assert "1 asked to end, 0 skipped" in act(staff, "subscriber", "cancel", subscriber)
    drain()
    assert "1 × nothing is under way." in act(staff, "subscriber", "cancel", subscriber)


def test_an_action_from_the_page_of_one_leads_back_to_it(staff: Client) -> None:
    subscriber = make_subscriber()
    data = {"action": "generate_missing", "_selected_action": [subscriber.pk], "from_page": 1}
    assert staff.post(LIST, data).headers["Location"] == f"{LIST}{subscriber.pk}/change/"
    assert 'name="action" value="generate_missing"' in shown(staff, "subscriber", subscriber)


def test_a_purchase_is_marked_and_the_welcome_mail_sent_again(staff: Client) -> None:
    subscriber = make_subscriber(bought=False)
    assert "1 marked as bought" in act(staff, "subscriber", "mark_purchased", subscriber, **CONFIRMED)
    assert "on its way already" in act(staff, "subscriber", "send_welcome", subscriber)
    drain()
    assert "1 mailed again" in act(staff, "subscriber", "send_welcome", subscriber)
    assert "There was no mail" in act(staff, "subscriber", "send_delivery", subscriber)
    assert Mail.objects.filter(kind=Mail.Kind.WELCOME).count() == 2


def test_a_new_link_is_shown_once_and_mailed_and_a_revoked_one_is_gone(staff: Client) -> None:
    subscriber = make_subscriber()
    old = subscriber.access_token
    reissue = {"action": "reissue", "_selected_action": [subscriber.pk], **CONFIRMED}
    response = staff.post(LIST, reissue)
    subscriber.refresh_from_db()
    assert subscriber.access_token != old
    assert delivery.link(subscriber) in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies.get("messages")
    assert Mail.objects.get().kind == Mail.Kind.NEW_LINK
    assert "1 revoked" in act(staff, "subscriber", "revoke", subscriber, **CONFIRMED)
    assert "revoked already" in act(staff, "subscriber", "revoke", subscriber, **CONFIRMED)
    subscriber.refresh_from_db()
    assert subscriber.access_token is None


@pytest.mark.parametrize("action", ["reissue", "revoke"])
def test_no_link_ends_before_that_was_confirmed(staff: Client, action: str) -> None:
    one, other = make_subscriber(), make_subscriber()
    page = act(staff, "subscriber", action, one, other)
    assert "End the private links of these subscribers?" in page
    assert one.email in page
    assert other.email in page
    for subscriber in (one, other):
        token = subscriber.access_token
        subscriber.refresh_from_db()
        assert subscriber.access_token == token


def test_what_staff_did_and_to_whom_is_in_the_log(staff: Client) -> None:
    one, other = make_subscriber(bought=False), make_subscriber()
    shoot = shoots.create_shoot(subscriber_id=one.pk, title="", scenes=["A beach."], by=None)
    act(staff, "subscriber", "mark_purchased", one, other, **CONFIRMED)  # the other had bought already
    act(staff, "subscriber", "reissue", one, **CONFIRMED)
    act(staff, "shoot", "delete", shoot, **CONFIRMED)
    act(staff, "subscriber", "erase", other, **CONFIRMED)
    assert list(
        LogEntry.objects.order_by("pk").values_list(
            "action_flag", "object_id", "object_repr", "change_message"
        )
    ) == [
        (CHANGE, str(one.pk), f"subscriber {one.pk}", "Mark as bought, and mail the link: marked as bought."),
        (CHANGE, str(one.pk), f"subscriber {one.pk}", "Issue a new link (the old one ends): issued."),
        (DELETION, str(shoot.pk), f"shoot {shoot.pk}", "Delete shoots of staff: deleted."),
        (DELETION, str(other.pk), f"subscriber {other.pk}", "Erase: erased."),
    ]


def test_nobody_is_erased_before_it_was_said_what_goes(staff: Client) -> None:
    subscriber = made(1)
    page = act(staff, "subscriber", "erase", subscriber)
    assert "Nobody can bring them back." in page
    assert f"{subscriber.email} (id {subscriber.pk}): 1 grids, 9 frames, 1 selfies" in page
    assert Subscriber.objects.exists()
    assert "1 erased" in act(staff, "subscriber", "erase", subscriber, **CONFIRMED)
    assert not Subscriber.objects.exists()


def test_staff_who_may_only_look_are_offered_no_action(client: Client) -> None:
    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client.force_login(viewer)
    subscriber = make_subscriber()
    page = shown(client, "subscriber", subscriber)
    assert subscriber.email in page
    assert "Generate what is missing" not in page
    act(client, "subscriber", "generate_missing", subscriber)
    act(client, "subscriber", "erase", subscriber, **CONFIRMED)
    assert Subscriber.objects.exists()
    assert not Prediction.objects.exists()


def test_a_mail_is_sent_again_by_staff(staff: Client) -> None:
    subscriber = make_subscriber()
    delivery.queue(subscriber, delivery.Kind.WELCOME, once="welcome")
    mail = Mail.objects.get()
    assert "on its way already" in act(staff, "mail", "send_again", mail)
    drain()
    page = act(staff, "mail", "send_again", mail)
    assert "1 sent again, 0 skipped" in page
    assert subscriber.email in page
    assert Mail.objects.count() == 2


def test_the_switch_says_in_words_what_it_pauses(staff: Client) -> None:
    migration = import_module("blueprint.migrations.0002_switch")
    migration.make_switch(apps, None)  # a test that commits empties the table
    page = staff.get("/admin/waffle/switch/").content.decode()
    assert "paid_blueprint_enabled" in page
    assert "no new paid grid is begun" in page


# --- shoots --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "scenes"),
    [("One\r\nTwo\n", ["One", "Two"]), ("One\nmore\n\n  \nTwo", ["One more", "Two"]), (" One ", ["One"])],
)
def test_scenes_are_lines_or_paragraphs(text: str, scenes: list[str]) -> None:
    assert split(text) == scenes


def test_a_shoot_is_written_started_extended_and_deleted_by_staff(staff: Client) -> None:
    subscriber = make_subscriber(bought=False)
    data = {"subscriber": subscriber.pk, "title": "Spring", "scenes": "A walk by the sea\nA bar\n"}
    page = staff.post("/admin/blueprint/shoot/add/", data, follow=True).content.decode()
    assert "The shoot has 2 grids." in page
    shoot = Shoot.objects.get()
    assert (shoot.title, shoot.created_by and shoot.created_by.email) == ("Spring", "staff@example.com")
    assert "1 started, 0 skipped" in act(staff, "shoot", "start", shoot, from_page=1)
    assert "cancel it first" in act(staff, "shoot", "delete", shoot, **CONFIRMED)
    work()
    assert "2 of 2 are there" in shown(staff, "shoot", shoot)
    more = staff.post(f"/admin/blueprint/shoot/{shoot.pk}/scenes/", {"scenes": "A garden"}, follow=True)
    assert "the shoot has 3 grids" in more.content.decode()
    assert "all their pictures" in act(staff, "shoot", "delete", shoot)
    assert "1 deleted" in act(staff, "shoot", "delete", shoot, **CONFIRMED)
    assert not Shoot.objects.exists()
    assert not Asset.objects.filter(stem__startswith="shoots/", released_at=None).exists()


def test_scenes_that_do_not_fit_are_told_in_the_form(staff: Client) -> None:
    subscriber = make_subscriber()
    data = {"subscriber": subscriber.pk, "title": "", "scenes": "x\n" * 31}
    page = staff.post("/admin/blueprint/shoot/add/", data).content.decode()
    assert "at most 30 grids" in page
    shoot = shoots.create_shoot(subscriber_id=subscriber.pk, title="", scenes=["x"] * 29)
    address = f"/admin/blueprint/shoot/{shoot.pk}/scenes/"
    assert "room for 1" in staff.post(address, {"scenes": "y\nz"}, follow=True).content.decode()
    assert Grid.objects.count() == 29


def test_the_thirty_are_listed_and_not_run_as_a_shoot(staff: Client) -> None:
    subscriber = made(1)
    shoot = Shoot.objects.get()
    page = shown(staff, "shoot", shoot)
    assert "1 of 30 are there" in page
    assert 'value="delete"' not in page
    assert "0 deleted, 1 skipped" in act(staff, "shoot", "delete", shoot, **CONFIRMED)
    assert subscriber.email in staff.get("/admin/blueprint/shoot/").content.decode()


def test_a_list_of_shoots_costs_the_same_for_one_and_for_many(
    staff: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    first = make_subscriber()
    shoots.create_shoot(subscriber_id=first.pk, title="A", scenes=["x"])
    staff.get("/admin/blueprint/shoot/")
    with django_assert_max_num_queries(9) as one:
        staff.get("/admin/blueprint/shoot/")
    for title in "BCD":
        shoots.create_shoot(subscriber_id=make_subscriber().pk, title=title, scenes=["x", "y"])
    with django_assert_num_queries(len(one)):
        staff.get("/admin/blueprint/shoot/")
