"""Teams: who belongs to one, as what, and everything that changes it.

Every request looks the membership up, so whoever is removed is out at the next one, with a page or a token.
A team always has an owner. Products of somebody who goes stay with the team.
"""

import datetime as dt

from django.core import signing
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import Invitation, Membership, Role, Team, User
from generation import jobs

SALT = "accounts.team-invitation"
INVITED_FOR = dt.timedelta(days=14)
MOST_TEAMS = 20
MOST_MEMBERS = 100

left = Signal()  # team, user, heir: inside the transaction; what the user made there goes to the heir


class NotAllowed(Exception):
    """The message is a sentence for whoever asked. Nothing was written."""


def of(user: User) -> list[Membership]:
    return list(Membership.objects.filter(user=user).select_related("team").order_by("team__name", "pk"))


def membership(user: User, team_id: int | None) -> Membership | None:
    if team_id is None:
        return None
    return Membership.objects.filter(user=user, team_id=team_id).select_related("team").first()


@transaction.atomic
def create(*, user: User, name: str) -> Team:
    """Raises NotAllowed past the most teams that somebody may own."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Membership.objects.filter(user=user, role=Role.OWNER).count() >= MOST_TEAMS:
        raise NotAllowed(f"You own {MOST_TEAMS} teams, which is the most.")
    team = Team.objects.create(name=name)
    Membership.objects.create(team=team, user=user, role=Role.OWNER)
    return team


# --- invitations -------------------------------------------------------------------------------------


@transaction.atomic
def invite(*, team: Team, by: User, email: str, role: Role) -> Invitation:
    """Ask an address to join; asked again, it gets a new mail. Raises NotAllowed."""
    _locked(team)
    if role == Role.OWNER:
        raise NotAllowed("Invite them as editor first. Then you can hand over the team.")
    if Membership.objects.filter(team=team, user__email__iexact=email).exists():
        raise NotAllowed(f"{email} is in this team already.")
    taken = Membership.objects.filter(team=team).count() + Invitation.objects.filter(team=team).count()
    if taken >= MOST_MEMBERS:
        raise NotAllowed(f"A team has at most {MOST_MEMBERS} members and invitations.")
    Invitation.objects.filter(team=team, email__iexact=email).delete()
    invitation = Invitation.objects.create(
        team=team, email=email, role=role, by=by, expires_at=timezone.now() + INVITED_FOR
    )
    jobs.defer("accounts.mail_invitation", invitation_id=invitation.pk)
    return invitation


def link_of(invitation: Invitation) -> str:
    """The signed part of the address in the mail."""
    return signing.dumps(invitation.pk, salt=SALT)


def invitation_of(signed: str) -> Invitation | None:
    """None for a link that is not ours, has expired, was used or was withdrawn."""
    try:
        number = signing.loads(signed, salt=SALT, max_age=INVITED_FOR)
    except signing.BadSignature:
        return None
    rows = Invitation.objects.filter(pk=number, expires_at__gt=timezone.now())
    return rows.select_related("team", "by").first()


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """Join the team. Raises NotAllowed when it was meant for another address, or is gone."""
    _locked(invitation.team)
    standing = Invitation.objects.filter(pk=invitation.pk, expires_at__gt=timezone.now()).first()
    if standing is None:
        raise NotAllowed("This invitation is no longer valid. Ask for a new one.")
    if standing.email.lower() != user.email.lower():
        raise NotAllowed(f"This invitation is for {standing.email}. Sign in with that address to accept it.")
    found, _ = Membership.objects.get_or_create(
        team=invitation.team, user=user, defaults={"role": standing.role}
    )
    standing.delete()
    return found


# --- members ------------------------------------------------------------------------------------------


@transaction.atomic
def change_role(*, member: Membership, role: Role) -> None:
    """Raises NotAllowed for the only owner. There may be several owners."""
    _locked(member.team)
    if role != Role.OWNER:
        _keep_an_owner(member)
    Membership.objects.filter(pk=member.pk).update(role=role)


@transaction.atomic
def hand_over(*, member: Membership, to: Membership) -> None:
    """`to` becomes an owner, and `member` an editor."""
    _locked(member.team)
    if to.team_id != member.team_id or member.role != Role.OWNER:
        raise NotAllowed("Only an owner hands over a team, to somebody who is in it.")
    Membership.objects.filter(pk=to.pk).update(role=Role.OWNER)
    Membership.objects.filter(pk=member.pk).update(role=Role.EDITOR)


@transaction.atomic
def remove(*, member: Membership) -> None:
    """Somebody leaves or is removed. Raises NotAllowed for the only owner."""
    _locked(member.team)
    _keep_an_owner(member)
    heirs = Membership.objects.filter(team=member.team_id, role=Role.OWNER).exclude(pk=member.pk)
    heir = heirs.select_related("user").order_by("pk")[0].user
    left.send(Team, team=member.team, user=member.user, heir=heir)
    Membership.objects.filter(pk=member.pk).delete()


def owned_with_others(user: User) -> list[Team]:
    """Teams that would have no owner without this user, and have other members."""
    own = [member.team for member in of(user) if member.role == Role.OWNER]
    others = Membership.objects.exclude(user=user)
    return [
        team
        for team in own
        if others.filter(team=team).exists() and not others.filter(team=team, role=Role.OWNER).exists()
    ]


def _keep_an_owner(member: Membership) -> None:
    if member.role != Role.OWNER:
        return
    others = Membership.objects.filter(team=member.team_id, role=Role.OWNER).exclude(pk=member.pk)
    if not others.exists():
        raise NotAllowed("A team needs an owner. Hand it over to another member first.")


def _locked(team: Team) -> None:
    """Raises NotAllowed for one that was deleted meanwhile."""
    if Team.objects.select_for_update().filter(pk=team.pk).first() is None:
        raise NotAllowed("This team was deleted meanwhile.")
