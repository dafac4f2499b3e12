"""Delete an account with everything in it, and keep what the books need.

One transaction takes the rows and defers what follows: what the engine remembers, the files
(`generation.storage.deletion`) and the mail that confirms. A process that is killed has done all of it or
nothing. The user's row goes too; what names it goes with it, or is a table of the books, which then names
nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Model, Sum

from accounts import teams
from accounts.models import ApiToken, Membership, Team, User
from credits.models import Account
from generation import jobs
from generation import services as engine
from generation.models import Asset
from generation.storage import deletion as engine_memory

TRIES = 3


class Part(Protocol):
    """What a product keeps of somebody. Registered when its app is ready."""

    def holdings(self, user: User) -> list[str]:
        """In words, for the page that asks: "3 products with 5 photos"."""

    def stop(self, user: User) -> None:
        """Lock what is theirs, in the order of locks, and see to it that nothing new begins there. May
        raise Interrupted."""

    def erase(self, user: User) -> None:
        """Delete their rows. Files are released by the account they belong to."""


class NotPossible(Exception):
    """The message is a sentence for whoever asked."""


class Interrupted(Exception):
    """Something of theirs was begun while the locks were taken: from the beginning."""


@dataclass(frozen=True)
class Holdings:
    words: list[str]
    images: int
    image_bytes: int
    tokens: int
    credits: int


_parts: list[Part] = []


def register(part: Part) -> None:
    _parts.append(part)


def holdings(user: User) -> Holdings:
    images = Asset.objects.filter(account=user.account, released_at=None)
    account = Account.objects.filter(user=user).first()
    return Holdings(
        words=[words for part in _parts for words in part.holdings(user)],
        images=images.count(),
        image_bytes=images.aggregate(total=Sum("size"))["total"] or 0,
        tokens=ApiToken.objects.filter(user=user, revoked_at=None).count(),
        credits=account.balance if account else 0,
    )


def refuse(user: User) -> None:
    """Raises NotPossible for those who work or worked here: what staff did is on record under their name."""
    for team in teams.owned_with_others(user):
        raise NotPossible(
            f"You are the only owner of {team.name}. Hand it over before you delete your account."
        )
    if user.is_staff or user.is_superuser or LogEntry.objects.filter(user=user).exists():
        raise NotPossible(
            "This account works or worked for the staff of this site, and what it did there is kept under its"
            " name. It can be switched off by staff, but not deleted."
        )


def erase(*, user_id: int) -> bool:
    """Everything but the books; False when they are not there any more.

    Raises NotPossible, with nothing done: for staff, and when something of theirs was just being written
    (tried some times before).
    """
    for _ in range(TRIES):
        try:
            return _erase(user_id)
        except (Interrupted, IntegrityError, OperationalError):  # a row came in between, or a deadlock
            continue
    raise NotPossible("Something of this account was just being written. Nothing was deleted. Try again.")


@transaction.atomic
def _erase(user_id: int) -> bool:
    """The user's row is locked against a second deletion only: rows that name it can still be written, and
    whoever writes one may wait for a lock that we take below."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        return False
    refuse(user)
    accounts = [user.account, *_leave_teams(user)]
    for part in _parts:
        part.stop(user)
    for account in accounts:
        engine.cancel_account(account)
    for part in _parts:
        part.erase(user)
    for account in accounts:
        engine_memory.forget(account)
    _unname(user)
    for session in UserSession.objects.filter(user=user):
        session.end()
    jobs.defer("accounts.mail_erased", email=user.email)
    Team.objects.filter(memberships__user=user).delete()
    user.delete()
    return True


def _leave_teams(user: User) -> list[str]:
    """The accounts of teams that have nobody else, which go too."""
    gone = []
    for member in teams.of(user):
        if Membership.objects.filter(team=member.team).count() > 1:
            teams.remove(member=member)
        else:
            gone.append(member.team.account)
    return gone


def _unname(user: User) -> None:
    addresses = EmailAddress.objects.filter(user=user).values_list("pk", flat=True)
    unname_in_the_log(User, [user.pk])
    unname_in_the_log(EmailAddress, addresses)
    unname_in_the_log(Account, Account.objects.filter(user=user).values_list("pk", flat=True))


def unname_in_the_log(model: type[Model], ids: Iterable[int]) -> None:
    """The admin's log keeps what was done, by whom, but names its objects by their address or title."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(pk) for pk in ids]
    )
    entries.update(object_repr="of a deleted account", change_message="")
