"""Where somebody is signed in: listed, ended one by one or all others, forgotten when over."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import sessions
from accounts.models import User
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/26.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def noa() -> User:
    return make_user("noa@example.com")


def sign_in(email: str = "noa@example.com", agent: str = FIREFOX, ip: str = "203.0.113.7") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=ip)
    answer = client.post("/accounts/login/", {"login": email, "password": "secret"})
    assert answer.status_code == 302
    return client


def words(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def end(client: Client, session: UserSession) -> Any:
    return client.post(f"{PAGE}{session.pk}/end/")


def age(**by: float) -> None:
    """As if that much time had gone by since sessions were noted."""
    UserSession.objects.update(last_seen_at=F("last_seen_at") - timedelta(**by))
    for session in Session.objects.all():
        data = session.get_decoded()
        data[sessions.NOTED_AT] -= timedelta(**by).total_seconds()
        Session.objects.filter(pk=session.pk).update(session_data=Session.objects.encode(data))


# --- the list ----------------------------------------------------------------------------------------


def test_every_session_is_listed_by_its_device_and_address(noa: User) -> None:
    here, _ = sign_in(), sign_in(agent=PHONE, ip="198.51.100.9")
    page = words(here)
    assert "Firefox on Windows" in page
    assert "203.0.113.7" in page
    assert "Safari on iPhone" in page
    assert "198.51.100.9" in page
    assert page.index("This one") < page.index("Safari on iPhone")


@pytest.mark.parametrize(
    ("agent", "words"),
    [(FIREFOX, "Firefox on Windows"), (PHONE, "Safari on iPhone"),
     ("curl/8.9", "Unknown device"), ("", "Unknown device"),
     ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
     ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 EdgA/140.0", "Edge on Android"),
     ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15", "Safari on Mac")],
)  # fmt: skip
def test_a_device_is_named_as_far_as_it_tells(agent: str, words: str) -> None:
    assert sessions.device(agent) == words


def test_a_sign_in_to_the_admin_is_listed_too() -> None:
    User.objects.create_superuser("staff@example.com", "secret")
    client = Client(headers={"user-agent": FIREFOX})
    form = {"login": "staff@example.com", "password": "secret", "next": "/admin/"}
    assert client.post("/accounts/login/", form)["Location"] == "/admin/"
    assert row_of(client).user_agent == FIREFOX


def test_a_request_of_unknown_origin_is_no_reason_to_fail(noa: User) -> None:
    client = Client(headers={"user-agent": "x" * 5000})
    client.force_login(noa)
    UserSession.objects.update(ip=sessions.UNKNOWN)
    assert sessions.UNKNOWN not in words(client)


def test_a_session_from_before_sessions_were_noted_comes_onto_the_list(noa: User) -> None:
    client = sign_in()
    UserSession.objects.all().delete()
    age(hours=2)
    client.get("/account/")
    assert "Firefox on Windows" in words(client)


def test_use_is_noted_once_an_hour(noa: User) -> None:
    client = sign_in()
    client.get("/account/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/account/")
    assert not any("UPDATE" in query["sql"] or "INSERT" in query["sql"] for query in queries)
    age(hours=2)
    before = row_of(client).last_seen_at
    client.defaults["REMOTE_ADDR"] = "192.0.2.1"
    client.get("/account/")
    assert row_of(client).last_seen_at > before
    assert row_of(client).ip == "192.0.2.1"


def test_a_session_that_ended_by_itself_is_not_listed(noa: User) -> None:
    here, phone = sign_in(), sign_in(agent=PHONE)
    Session.objects.filter(pk=phone.session.session_key).update(expire_date=timezone.now())
    assert "iPhone" not in words(here)


def test_allauths_own_page_leads_to_ours(noa: User) -> None:
    assert sign_in().get("/accounts/sessions/")["Location"] == PAGE


# --- ending ------------------------------------------------------------------------------------------


def test_one_is_ended_at_once(noa: User) -> None:
    here, phone = sign_in(), sign_in(agent=PHONE)
    session = row_of(phone)
    page = here.post(f"{PAGE}{session.pk}/end/", follow=True).content.decode()
    assert "Signed out: Safari on iPhone." in page
    assert is_signed_in(here)
    assert not is_signed_in(phone)


def test_ending_this_one_is_signing_out(noa: User) -> None:
    here = sign_in()
    assert end(here, row_of(here))["Location"] == "/accounts/login/"
    assert not is_signed_in(here)
    assert not UserSession.objects.exists()


def test_all_others_are_ended(noa: User) -> None:
    here, others = sign_in(), [sign_in(agent=PHONE), sign_in()]
    assert "Signed out everywhere else." in here.post(f"{PAGE}end-others/", follow=True).content.decode()
    assert is_signed_in(here)
    assert not any(map(is_signed_in, others))
    assert UserSession.objects.count() == Session.objects.filter(pk=here.session.session_key).count() == 1


def test_a_new_password_ends_all_others_and_keeps_this_one(noa: User) -> None:
    here, phone = sign_in(), sign_in(agent=PHONE)
    new = "a long enough one 7"
    here.post("/accounts/password/change/", {"oldpassword": "secret", "password1": new, "password2": new})
    assert User.objects.get().check_password(new)
    assert is_signed_in(here)
    assert not is_signed_in(phone)
    assert UserSession.objects.get().session_key == here.session.session_key


def test_what_is_over_is_forgotten(noa: User) -> None:
    here, phone = sign_in(), sign_in(agent=PHONE)
    Session.objects.filter(pk=phone.session.session_key).update(expire_date=timezone.now())
    assert sessions.forget_ended() == 1
    assert UserSession.objects.get() == row_of(here)
    assert Session.objects.count() == 1


# --- other people --------------------------------------------------------------------------------------


def test_nobody_sees_or_ends_the_sessions_of_others(noa: User) -> None:
    theirs = sign_in(ip="198.51.100.9")
    make_user("ada@example.com")
    stranger = sign_in("ada@example.com")
    assert "198.51.100.9" not in words(stranger)
    assert end(stranger, row_of(theirs)).status_code == 404
    stranger.post(f"{PAGE}end-others/")
    assert is_signed_in(theirs)


def test_a_visitor_sees_and_ends_nothing(noa: User) -> None:
    theirs = sign_in()
    for answer in (Client().get(PAGE), end(Client(), row_of(theirs)), Client().post(f"{PAGE}end-others/")):
        assert answer["Location"].startswith("/accounts/login/")
    assert is_signed_in(theirs)


def test_ending_is_a_post(noa: User) -> None:
    here = sign_in()
    for address in (f"{PAGE}{row_of(here).pk}/end/", f"{PAGE}end-others/"):
        assert here.get(address).status_code == 405
