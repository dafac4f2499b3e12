"""Personal API tokens: made once, kept as a hash, revoked for good."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db


def made(*arguments: str) -> str:
    out = StringIO()
    call_command("create_api_token", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_token_once_and_only_its_hash_is_kept() -> None:
    user = make_user("ada@example.com")
    token = made("Ada@example.com", "--name", "Night job")
    row = ApiToken.objects.get()
    assert tokens.holder(token) == row
    assert (row.user, row.name, row.scope, row.ending) == (user, "Night job", "write", token[-4:])
    assert token not in str(ApiToken.objects.values().get())


def test_the_command_makes_tokens_that_only_read() -> None:
    make_user("ada@example.com")
    made("ada@example.com", "--name", "Reader", "--scope", "read")
    assert not ApiToken.objects.get().may_write


@pytest.mark.parametrize(
    "arguments", [("nobody@example.com", "--name", "x"), ("ada@example.com", "--name", " ")]
)
def test_the_command_says_what_is_wrong(arguments: tuple[str, ...]) -> None:
    make_user("ada@example.com")
    with pytest.raises(CommandError):
        made(*arguments)
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing() -> None:
    row, token = tokens.issue(user=make_user(), name="Program")
    tokens.revoke(token=row)
    assert tokens.holder(token) is None
    assert not tokens.is_live(row)


def test_a_token_of_somebody_who_was_shut_out_opens_nothing() -> None:
    user = make_user()
    _, token = tokens.issue(user=user, name="Program")
    user.is_active = False
    user.save()
    assert tokens.holder(token) is None


@pytest.mark.parametrize("text", ["", "slv_", "x" * 10_000, "\udc80", "\x00"])
def test_what_is_no_token_opens_nothing(text: str) -> None:
    tokens.issue(user=make_user(), name="Program")
    assert tokens.holder(text) is None


def test_use_is_written_at_most_once_an_hour() -> None:
    row, _ = tokens.issue(user=make_user(), name="Program")
    tokens.used(row)
    row.refresh_from_db()
    first = row.last_used_at
    assert first is not None
    tokens.used(row)
    row.refresh_from_db()
    assert row.last_used_at == first
    ApiToken.objects.update(last_used_at=timezone.now() - dt.timedelta(hours=2))
    row.refresh_from_db()
    tokens.used(row)
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert timezone.now() - row.last_used_at < dt.timedelta(minutes=1)
