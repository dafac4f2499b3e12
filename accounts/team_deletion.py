"""Delete a team: what it has becomes its owner's, and everybody's access ends.

Nothing of work or money is lost by it. Products, lists of the library, credits and purchases move to the
owner who deletes the team; whoever wants products gone deletes those. One transaction does all of it.
Sessions and tokens need no ending of their own: every request looks the membership up.
"""

from dataclasses import dataclass
from typing import Protocol

from django.db import IntegrityError, OperationalError, transaction

from accounts import teams
from accounts.models import Invitation, Membership, Role, Team, User
from accounts.teams import NotAllowed
from core import audit
from credits import services as ledger
from generation import jobs
from generation import services as engine

TRIES = 3


class Part(Protocol):
    """What a product of the site keeps of a team. Registered when its app is ready."""

    def holdings(self, team: Team) -> list[str]:
        """What moves to the owner, in words: "3 products with 5 photos"."""

    def hand_over(self, team: Team, owner: User) -> None:
        """Lock what is the team's and make it the owner's. Raises teams.NotAllowed while something is under
        way."""

    def has_any(self, team: Team) -> bool:
        """Whether something is left, which came after `hand_over`."""


class Interrupted(Exception):
    """Something of the team came while it was handed over: from the beginning."""


@dataclass(frozen=True)
class Holdings:
    """What moves, in words, and whose access ends."""

    words: list[str]
    credits: int
    members: int
    invitations: int


_parts: list[Part] = []


def register(part: Part) -> None:
    _parts.append(part)


def holdings(team: Team) -> Holdings:
    return Holdings(
        words=[words for part in _parts for words in part.holdings(team)],
        credits=ledger.balance(team),
        members=Membership.objects.filter(team=team).count() - 1,
        invitations=Invitation.objects.filter(team=team).count(),
    )


def delete(*, team: Team, by: User) -> Holdings:
    """What it had. Raises NotAllowed, with nothing changed: for whoever is no owner, and while something of
    the team is under way."""
    for _ in range(TRIES):
        try:
            return _delete(team.pk, by)
        except (Interrupted, IntegrityError, OperationalError):  # a row came in between, or a deadlock
            continue
    raise NotAllowed("Something of this team was just being written. Nothing was changed. Try again.")


@transaction.atomic
def _delete(team_id: int, by: User) -> Holdings:
    """The first lock keeps members and moves of products out; rows that name the team can still be written,
    for whoever writes one may hold what we wait for. The second one ends that."""
    team = Team.objects.select_for_update(no_key=True).filter(pk=team_id).first()
    mine = teams.membership(by, team_id)
    if team is None or mine is None or mine.role != Role.OWNER:
        raise NotAllowed("Only an owner of the team deletes it.")
    had = holdings(team)
    for part in _parts:
        part.hand_over(team, by)
    engine.hand_over_account(old=team.account, new=by.account)
    ledger.hand_over(
        source=team, to=by, reference=f"team-deleted:{team.pk}", description=f"From {team.name}, deleted"
    )
    Team.objects.select_for_update().get(pk=team.pk)
    if any(part.has_any(team) for part in _parts):
        raise Interrupted
    for member in Membership.objects.filter(team=team).exclude(user=by).select_related("user"):
        jobs.defer("accounts.mail_team_deleted", email=member.user.email, team=team.name, by=by.email)
    moved = ", ".join([*had.words, f"{had.credits} credits"])
    audit.record(Team, [team.pk], f"Deleted. Moved to its owner: {moved}.", by=by, action=audit.DELETED)
    team.delete()
    return had
