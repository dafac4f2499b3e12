"""A free blueprint: nothing is made before the address is confirmed, once an address, within what a day may
cost; and nobody learns from the form who has one."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from blueprint import access
from blueprint.models import Grid, Mail, Shoot, Subscriber
from blueprint.services import free_blueprint, free_grids, grids
from generation.models import Asset, Attempt, Prediction
from tests.blueprint.asking_free import ask, confirm_path, face, fields, link_in, sent, upload
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import script
from tests.support.job_queue import work
from tests.support.pictures import picture

pytestmark = pytest.mark.django_db

PRICE = 0.15


@pytest.fixture(autouse=True)
def _no_limits_of_other_tests() -> None:
    cache.clear()


def live_assets() -> int:
    return Asset.objects.stored().count()


# --- asking ---------------------------------------------------------------------------------------------


def test_asking_brings_a_mail_and_makes_nothing(client: Client) -> None:
    answer = ask(client)
    assert answer.status_code == 302
    assert answer["Location"] == "/blueprint/sent/"
    assert "noa@example.com" in client.get("/blueprint/sent/").content.decode()
    (message,) = sent()
    assert message.to == ["noa@example.com"]
    assert link_in(message).startswith("/blueprint/confirm/")
    assert not Prediction.objects.exists()
    assert not Shoot.objects.exists()


def test_a_request_keeps_what_was_chosen_and_opens_nothing(client: Client) -> None:
    ask(client)
    subscriber = Subscriber.objects.get()
    assert (subscriber.category, subscriber.mood) == ("luxury", "beige")
    assert len(subscriber.selfie_entries) == 1
    assert subscriber.consented_at is not None
    assert subscriber.access_token is None
    assert subscriber.email_confirmed_at is None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"email": "noa"}, "Type your email address"),
        ({"vibe": ""}, "Choose a vibe."),
        ({"feed_style": ""}, "Choose a feed style."),
        ({"selfies": []}, "Add at least one photo of you."),
        ({"consent": ""}, "Tick the box"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    client: Client, more: dict[str, Any], sentence: str
) -> None:
    answer = ask(client, **more)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    kept = fields(**more)
    assert f'value="{kept["email"]}"' in page
    assert ('<option value="luxury" selected>' in page) == bool(kept["vibe"])
    assert not Subscriber.objects.exists()


def test_four_photos_are_too_many(client: Client) -> None:
    answer = ask(client, selfies=[upload(face(190 + step)) for step in range(4)])
    assert "at most 3 photos" in answer.content.decode()


def test_each_photo_that_will_not_do_is_told_beside_it(client: Client) -> None:
    garment = picture(size=(600, 800))
    sent_photos = [upload(), upload(garment, "tee.png"), upload(b"nothing", "broken.jpg")]
    answer = client.post("/blueprint/", fields(selfies=sent_photos), headers={"Accept": "application/json"})
    told = answer.json()
    assert answer.status_code == 422
    assert told["photos"][0] == []
    assert "no face" in told["photos"][1][0]
    assert "broken.jpg" in told["photos"][2][0]
    assert told["errors"]["selfies"] == ["A photo cannot be used. The reason is beside it, above."]


def test_without_javascript_the_sentence_names_the_photo(client: Client) -> None:
    answer = ask(client, selfies=[upload(picture(size=(600, 800)), "tee.png")])
    assert "“tee.png”: There is no face in this photo." in answer.content.decode()


def test_a_photo_is_looked_at_as_soon_as_it_is_chosen_and_nothing_of_it_is_kept(client: Client) -> None:
    fine = client.post("/blueprint/photo/", {"photo": upload()}).json()
    poor = client.post("/blueprint/photo/", {"photo": upload(picture(size=(600, 800)), "tee.png")}).json()
    assert fine["refused"] == []
    assert "no face" in poor["refused"][0]
    assert not Asset.objects.exists()


def test_the_same_photo_twice_is_taken_once(client: Client) -> None:
    ask(client, selfies=[upload(), upload(name="copy.jpg")])
    assert len(Subscriber.objects.get().selfie_entries) == 1


def test_the_same_form_sent_twice_is_one_request_and_one_mail(client: Client) -> None:
    for _ in range(2):
        assert ask(client, form="the-same").status_code == 302
    assert Subscriber.objects.count() == 1
    assert len(sent()) == 1
    assert live_assets() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_many_at_once_is_one_request() -> None:
    together = threading.Barrier(3)
    at_once(3, lambda: (together.wait(), ask(Client(), form="the-same")))
    assert Subscriber.objects.count() == 1
    assert Mail.objects.count() == 1


def at_once(count: int, what: Callable[[], object]) -> None:
    def run() -> None:
        try:
            what()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- who has one already ----------------------------------------------------------------------------------


def test_an_address_that_has_a_blueprint_gets_its_link_and_the_form_says_the_same(client: Client) -> None:
    known = make_subscriber(email="Noa@Example.com")
    kept = live_assets()
    answer = ask(client, email=" noa@example.COM ")
    assert (answer.status_code, answer["Location"]) == (302, "/blueprint/sent/")
    (message,) = sent()
    assert message.to == ["Noa@Example.com"]
    assert (known.access_token or "") in message.body
    assert "already" in message.subject
    assert Subscriber.objects.count() == 1
    assert live_assets() == kept


def test_somebody_elses_photos_never_come_to_an_address_that_has_a_blueprint(client: Client) -> None:
    known = make_subscriber(email="noa@example.com", selfies=0)
    ask(client)
    known.refresh_from_db()
    assert known.selfie_entries == []


def test_an_address_whose_link_was_revoked_gets_none(client: Client) -> None:
    known = make_subscriber(email="noa@example.com")
    access.revoke(subscriber_id=known.pk)
    assert ask(client).status_code == 302
    assert sent() == []
    assert Subscriber.objects.count() == 1


def test_three_mails_a_day_go_to_one_address(client: Client) -> None:
    for number in range(5):
        assert ask(client, email="NOA@example.com" if number % 2 else "noa@example.com").status_code == 302
    assert len(sent()) == 3
    assert live_assets() == 3


def test_three_links_a_day_go_to_an_address_that_has_a_blueprint(client: Client) -> None:
    make_subscriber(email="noa@example.com")
    for _ in range(5):
        ask(client)
    assert len(sent()) == 3


def test_a_network_address_may_ask_only_so_often(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"free_blueprint": "2/d/ip"}
    answers = [ask(client, email=f"noa{number}@example.com") for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "from your network today" in answers[2].content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert ask(elsewhere, email="noa3@example.com").status_code == 302


def test_behind_a_proxy_of_ours_the_visitor_counts_and_not_the_proxy(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"free_blueprint": "1/d/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    codes = [
        client.post(
            "/blueprint/", fields(email=f"noa{number}@example.com"), headers={"X-Forwarded-For": seen}
        ).status_code
        for number, seen in enumerate(("198.51.100.1", "198.51.100.2", "6.6.6.6, 198.51.100.2"))
    ]
    assert codes == [302, 302, 429]


def test_a_network_that_sends_photos_without_end_has_no_more_looked_at(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"free_blueprint": "9/d/ip", "free_blueprint_photo": "1/h/ip"}
    assert ask(client, email="").status_code == 422
    answer = ask(client)
    assert answer.status_code == 422
    assert "Try again in an hour" in answer.content.decode()
    told = client.post("/blueprint/photo/", {"photo": upload()})
    assert told.status_code == 429


def test_of_rows_that_share_an_address_the_one_with_a_link_is_told(client: Client) -> None:
    make_subscriber(email="noa@example.com", access_token=None)
    holder = make_subscriber(email="NOA@example.com", bought=False)
    ask(client)
    (message,) = sent()
    assert (holder.access_token or "") in message.body


# --- confirming -------------------------------------------------------------------------------------------


def test_opening_the_link_asks_and_the_button_opens_the_gallery_and_begins(client: Client, fake: Any) -> None:
    path = confirm_path(client)
    assert "Confirm and begin" in client.get(path).content.decode()
    assert not Prediction.objects.exists()
    answer = client.post(path)
    assert (answer.status_code, answer["Location"]) == (302, "/blueprint/free/")
    subscriber = Subscriber.objects.get()
    assert client.cookies[access.COOKIE].value == subscriber.access_token
    assert subscriber.email_confirmed_at is not None
    work()
    grid = Grid.objects.select_related("shoot").get()
    assert (grid.shoot.kind, grid.shoot.planned, grid.number) == (Shoot.Kind.FREE, 1, 1)
    assert grid.frames.count() == 9
    assert client.get("/blueprint/free/").status_code == 200


def test_the_private_link_comes_by_mail_when_the_address_is_confirmed(client: Client, fake: Any) -> None:
    client.post(confirm_path(client))
    message = sent()[-1]
    assert message.subject == "Your free blueprint is being made"
    opened = Client().get(link_in(message))
    assert opened["Location"] == "/blueprint/free/"


def test_the_grid_is_asked_for_with_the_photos_that_came_with_the_request(client: Client, fake: Any) -> None:
    client.post(confirm_path(client, selfies=[upload(), upload(face(230), "two.jpg")]))
    prediction = Prediction.objects.get()
    assert len(prediction.asked.images) == 2
    assert (prediction.slot, prediction.asked.parameters["number"]) == ("free:1", 1)
    assert (prediction.asked.parameters["category"], prediction.asked.parameters["mood"]) == (
        "luxury",
        "beige",
    )


def test_confirming_twice_is_confirming_once(client: Client, fake: Any) -> None:
    path = confirm_path(client)
    codes = [client.post(path).status_code for _ in range(2)]  # two tabs of one browser
    assert codes == [302, 302]
    assert Prediction.objects.count() == 1
    assert len(sent()) == 2


def test_a_used_link_opens_nothing_in_another_browser(client: Client, fake: Any) -> None:
    path = confirm_path(client)
    client.post(path)
    other = Client()
    for answer in (other.get(path), other.post(path)):
        assert answer.status_code == 410
        assert "confirmed already" in answer.content.decode()
    assert access.COOKIE not in other.cookies


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_begin_one_grid(fake: Any) -> None:
    path = confirm_path(Client())
    together = threading.Barrier(3)
    at_once(3, lambda: (together.wait(), Client().post(path)))
    assert Prediction.objects.count() == 1
    assert Mail.objects.filter(kind=Mail.Kind.WELCOME).count() == 1


def test_an_expired_link_opens_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = confirm_path(client)
    later = timezone.now().timestamp() + timedelta(days=2, minutes=1).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    answer = client.post(path)
    assert answer.status_code == 410
    assert "older than two days" in answer.content.decode()
    assert Subscriber.objects.get().email_confirmed_at is None


def test_a_forged_link_opens_nothing(client: Client) -> None:
    path = confirm_path(client)
    subscriber = Subscriber.objects.get()
    from blueprint.emails import delivery

    other_purpose = (
        delivery.unsubscribe_link(subscriber).replace("unsubscribe", "confirm").partition("8000")[2]
    )
    for forged in (f"{path[:-3]}x/", "/blueprint/confirm/1/", other_purpose):
        assert client.post(forged).status_code == 410
    assert Subscriber.objects.get().email_confirmed_at is None


def test_of_two_requests_for_an_address_the_first_that_is_confirmed_has_it(client: Client, fake: Any) -> None:
    first, second = confirm_path(client), confirm_path(client)
    client.post(second)
    answer = Client().post(first)
    assert answer.status_code == 410
    assert Subscriber.objects.count() == 1
    assert Prediction.objects.count() == 1
    assert "already" in sent()[-1].subject


def test_a_request_for_an_address_that_bought_meanwhile_ends_when_it_is_confirmed(
    client: Client, fake: Any
) -> None:
    path = confirm_path(client)
    bought = make_subscriber(email="noa@example.com")
    client.post(path)
    assert Subscriber.objects.get() == bought
    assert not Prediction.objects.exists()
    assert (bought.access_token or "") in sent()[-1].body


# --- requests nobody confirmed ----------------------------------------------------------------------------


def age_requests(days: float) -> None:
    for subscriber in Subscriber.objects.all():
        created = subscriber.created_at - timedelta(days=days)
        Subscriber.objects.filter(pk=subscriber.pk).update(created_at=created)


def test_a_request_nobody_confirms_is_deleted_after_two_days_with_its_photos(client: Client) -> None:
    ask(client)
    age_requests(1.9)
    assert free_blueprint.forget_abandoned() == 0
    age_requests(0.2)
    assert free_blueprint.forget_abandoned() == 1
    assert not Subscriber.objects.exists()
    assert live_assets() == 0


def test_nobody_else_is_taken_for_a_request(client: Client, fake: Any) -> None:
    client.post(confirm_path(client))
    revoked = make_subscriber(bought=False)
    access.revoke(subscriber_id=revoked.pk)
    age_requests(9)
    assert free_blueprint.forget_abandoned() == 0


def test_a_request_that_was_cut_off_while_its_photos_were_stored_leaves_nothing(client: Client) -> None:
    def away(*given: Any, **more: Any) -> None:
        raise OSError("no space left")

    with pytest.MonkeyPatch.context() as patch:  # the storage, after the first of two files
        stored: list[Any] = []
        keep = free_blueprint.assets.store
        patch.setattr(
            free_blueprint.assets,
            "store",
            lambda **more: away() if stored else stored.append(keep(**more)) or stored[0],
        )
        answer = ask(client, selfies=[upload(), upload(face(230), "two.jpg")])
    assert answer.status_code == 503
    assert "Nothing was sent" in answer.content.decode()
    assert live_assets() == 0
    assert not Subscriber.objects.exists()


# --- what a day may cost ------------------------------------------------------------------------------------


def confirmed(**more: Any) -> Subscriber:
    return make_subscriber(bought=False, email_confirmed_at=timezone.now(), **more)


def start(subscriber: Subscriber) -> grids.Start:
    return free_grids.start(subscriber_id=subscriber.pk)


def test_who_comes_when_the_day_is_spent_keeps_a_place_and_begins_the_next_day(
    fake: Any, settings: Any
) -> None:
    settings.FREE_SPEND_PER_DAY_USD = 2 * PRICE
    people = [confirmed() for _ in range(3)]
    outcomes = [free_grids.start_or_wait(subscriber_id=one.pk) for one in people]
    assert outcomes[2] == free_grids.SPENT
    assert [shoot.subscriber for shoot in free_grids.waiting()] == [people[2]]
    assert free_grids.start_waiting() == 0
    Prediction.objects.update(queued_at=timezone.now() - timedelta(days=1))
    assert free_grids.start_waiting() == 1
    assert free_grids.start_waiting() == 0
    work()
    assert Grid.objects.filter(shoot__subscriber=people[2], asset__isnull=False).count() == 1
    assert sent()[-1].subject == "Your free blueprint has begun"
    assert sent()[-1].to == [people[2].email]


def test_who_confirms_on_a_spent_day_is_told_by_mail_that_it_begins_tomorrow(
    client: Client, fake: Any, settings: Any
) -> None:
    settings.FREE_SPEND_PER_DAY_USD = 0
    client.post(confirm_path(client))
    assert sent()[-1].subject == "Your free blueprint begins tomorrow"
    assert "Your place is kept" in client.get("/blueprint/free/").content.decode()
    assert not Prediction.objects.exists()


def test_on_the_local_engine_no_day_is_ever_spent(settings: Any) -> None:
    settings.FREE_SPEND_PER_DAY_USD = 0
    settings.GENERATION_PROVIDER = "local"
    assert start(confirmed()).is_new


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_do_not_spend_more_than_the_day_has(fake: Any, settings: Any) -> None:
    settings.FREE_SPEND_PER_DAY_USD = 2 * PRICE
    people = [confirmed() for _ in range(5)]
    together = threading.Barrier(5)
    waiting = iter(people)
    at_once(5, lambda: (together.wait(), free_grids.start_or_wait(subscriber_id=next(waiting).pk)))
    assert Prediction.objects.count() == 2
    assert free_grids.waiting().count() == 3


def test_the_recorded_cost_counts_and_the_price_where_there_is_none(fake: Any) -> None:
    people = [confirmed() for _ in range(3)]
    for one in people:
        start(one)
    assert float(free_grids.spent_today()) == pytest.approx(3 * PRICE)
    first, second, _ = Prediction.objects.order_by("queued_at")
    Attempt.objects.create(prediction=first, number=1, provider="x", cost_usd="0.04")
    Prediction.objects.filter(pk=first.pk).update(status="succeeded")
    Prediction.objects.filter(pk=second.pk).update(status="canceled")  # before any call
    assert float(free_grids.spent_today()) == pytest.approx(0.04 + PRICE)


def test_what_paid_grids_cost_does_not_count(fake: Any) -> None:
    grids.start_missing_grids(subscriber_id=make_subscriber().pk)
    assert free_grids.spent_today() == 0


def test_a_failed_free_grid_is_asked_for_again_with_the_button(client: Client, fake: Any) -> None:
    script(grid=["refuse", "ok"])
    client.post(confirm_path(client))
    work()
    assert "Try again" in client.get("/blueprint/free/").content.decode()
    client.post("/blueprint/free/start/")
    work()
    assert Grid.objects.get().asset is not None


def test_a_free_grid_that_is_there_is_never_made_again(client: Client, fake: Any) -> None:
    client.post(confirm_path(client))
    work()
    for _ in range(2):
        client.post("/blueprint/free/start/")
    assert Prediction.objects.count() == 1


def test_the_gallery_of_the_free_grid_invites_to_the_thirty(client: Client, fake: Any, settings: Any) -> None:
    client.post(confirm_path(client))
    page = client.get("/blueprint/free/").content.decode()
    assert "See the thirty scenes" in page
    assert "$47" not in page
    settings.BLUEPRINT_PRICE = "$47"
    assert "for $47" in client.get("/blueprint/free/").content.decode()


def test_a_price_is_named_only_where_one_is_set(client: Client, settings: Any) -> None:
    assert "$" not in client.get("/blueprint/").content.decode()
    settings.BLUEPRINT_PRICE = "$47"
    assert "for $47" in client.get("/blueprint/").content.decode()
