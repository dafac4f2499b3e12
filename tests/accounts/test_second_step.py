"""Two-step sign-in: set up, asked for, limited, and required of staff."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.support.factories import make_asset, make_user

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
INDEX = "/accounts/2fa/"
APP, CODES, PASSKEYS = f"{INDEX}totp/activate/", f"{INDEX}recovery-codes/", f"{INDEX}webauthn/"


@pytest.fixture(autouse=True)
def _forget_guesses(db: None) -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def noa() -> User:
    return make_user("noa@example.com")


def sign_in(email: str = "noa@example.com") -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": "secret"})
    return client


def confirmed(client: Client) -> Client:
    """Who gave the password a moment ago."""
    client.post("/accounts/reauthenticate/", {"password": "secret"})
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code(secret: str) -> str:
    """The code of this moment; it still counts half a minute later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client) -> str:
    """An authenticator app, by the pages. Returns its key."""
    secret: str = confirmed(client).get(APP).context["form"].secret
    assert client.post(APP, {"code": code(secret)})["Location"] == CODES
    return secret


def with_app(user: User) -> str:
    """An authenticator app and recovery codes without the pages, none of whose codes is used yet."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def give(client: Client, value: str) -> str:
    return client.post(f"{INDEX}authenticate/", {"code": value}).content.decode()


# --- for everybody ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("noa")
def test_it_is_set_up_from_the_account_page() -> None:
    EmailAddress.objects.create(user=User.objects.get(), email="noa@example.com", verified=True, primary=True)
    client = sign_in()
    assert f'href="{INDEX}"' in client.get("/account/").content.decode()
    set_up(client)
    assert "10 of 10 left" in client.get(CODES).content.decode()
    assert '<span class="own-value">On</span>' in client.get("/account/").content.decode()


def test_the_password_alone_lets_nobody_in(noa: User) -> None:
    secret = with_app(noa)
    client = sign_in()
    assert not is_signed_in(client)
    give(client, "000000" if code(secret) != "000000" else "000001")
    assert not is_signed_in(client)
    give(client, code(secret))
    assert is_signed_in(client)


def test_a_code_works_once(noa: User) -> None:
    secret = with_app(noa)
    seen = code(secret)
    first, second = sign_in(), sign_in()
    give(first, seen)
    give(second, seen)
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_a_recovery_code_works_once(noa: User) -> None:
    with_app(noa)
    recovery = Authenticator.objects.get(user=noa, type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = sign_in(), sign_in()
    give(first, recovery)
    give(second, recovery)
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_guesses_at_codes_are_limited(noa: User) -> None:
    secret = with_app(noa)
    client = sign_in()
    for number in range(5):
        give(client, f"guess {number}")
    assert "Too many failed login attempts" in give(client, code(secret))
    assert not is_signed_in(client)


def test_setting_it_up_signs_out_everywhere_else(noa: User, django_capture_on_commit_callbacks: Any) -> None:
    EmailAddress.objects.create(user=noa, email=noa.email, verified=True, primary=True)
    here, elsewhere = sign_in(), sign_in()
    with django_capture_on_commit_callbacks(execute=True):
        set_up(here)
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize("page", [APP, f"{PASSKEYS}add/", f"{CODES}generate/", CODES, f"{CODES}download/"])
def test_an_open_browser_is_not_enough_to_change_it(noa: User, page: str) -> None:
    with_app(noa)
    Authenticator.objects.filter(type="totp").delete() if page == APP else None
    client = Client()
    client.force_login(noa)
    assert client.get(page)["Location"].startswith("/accounts/reauthenticate/")


def test_an_address_that_is_not_confirmed_protects_nothing(noa: User) -> None:
    """Else a stranger could sign up with somebody's address and lock them out."""
    EmailAddress.objects.create(user=noa, email=noa.email, verified=False, primary=True)
    client = confirmed(sign_in())
    assert client.get(APP)["Location"] == INDEX


@pytest.mark.parametrize(
    "page",
    [INDEX, f"{INDEX}totp/deactivate/", CODES, f"{CODES}generate/", PASSKEYS, f"{PASSKEYS}add/"],
)
def test_every_page_looks_like_the_product_and_is_kept_by_no_cache(noa: User, page: str) -> None:
    with_app(noa)
    client = Client()
    client.force_login(noa)
    response = confirmed(client).get(page)
    assert 'class="own-nav"' in response.content.decode()
    assert "style=" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_pages_of_signing_in_look_like_the_product(noa: User) -> None:
    with_app(noa)
    asked = sign_in().get(f"{INDEX}authenticate/").content.decode()
    again = Client()
    again.force_login(noa)
    for page in (asked, again.get(f"{INDEX}reauthenticate/").content.decode()):
        assert 'class="entrance-words"' in page
        assert "style=" not in page


# --- staff --------------------------------------------------------------------------------------------


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("staff@example.com", "secret")


def test_staff_set_it_up_before_the_admin_opens(staff: User, settings: Any) -> None:
    settings.STAFF_MFA = "required"
    client = sign_in(staff.email)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == INDEX
    assert "The admin opens after that." in page.content.decode()
    assert client.post("/admin/accounts/user/add/", {"email": "new@example.com"})["Location"] == INDEX
    set_up(client)
    assert client.get("/admin/").status_code == 200


def test_staff_with_a_password_alone_see_no_pictures_of_others(staff: User, settings: Any) -> None:
    address = make_asset(f"user:{make_user().pk}").address("original")
    client = sign_in(staff.email)
    settings.STAFF_MFA = "required"
    assert client.get(address).status_code == 404
    settings.STAFF_MFA = "optional"
    assert client.get(address).status_code == 200


def test_recovery_codes_alone_are_no_second_step(staff: User, settings: Any) -> None:
    settings.STAFF_MFA = "required"
    RecoveryCodes.activate(staff)
    assert sign_in(staff.email).get("/admin/")["Location"] == INDEX


def test_designers_are_not_asked(noa: User, settings: Any) -> None:
    settings.STAFF_MFA = "required"
    assert sign_in(noa.email).get("/account/").status_code == 200


def test_the_demo_does_not_ask(staff: User, settings: Any) -> None:
    assert settings.STAFF_MFA == "optional"
    assert sign_in(staff.email).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({}, "required"), ({"DEBUG": "1"}, "optional"), ({"STAFF_MFA": "Optional"}, "optional")],
)
def test_production_asks_unless_told_otherwise(given: dict[str, str], wanted: str) -> None:
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@localhost/nothing"} | given
    told = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.STAFF_MFA)"],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert told.stdout.strip() == wanted


def test_the_first_member_of_staff_is_made_by_a_command_and_may_set_it_up(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "secret")
    call_command("createsuperuser", interactive=False, email="first@example.com", verbosity=0)
    settings.STAFF_MFA = "required"
    client = sign_in("first@example.com")
    set_up(client)
    assert client.get("/admin/").status_code == 200


def test_the_admin_shows_no_secret_and_removes_a_step_that_is_lost(staff: User, noa: User) -> None:
    secret = with_app(noa)
    client = sign_in(staff.email)
    row = Authenticator.objects.get(user=noa, type="totp")
    address = f"/admin/mfa/authenticator/{row.pk}/"
    assert secret not in client.get(f"{address}change/").content.decode()
    assert client.get("/admin/mfa/authenticator/add/").status_code == 403
    client.post(f"{address}delete/", {"post": "yes"})
    assert is_signed_in(sign_in())
