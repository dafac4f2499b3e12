"""The mail that confirms that an account was deleted, invitations to teams, and their end."""

import logging
from smtplib import SMTPException

from accounts import teams
from accounts.models import Invitation
from core import mail
from core.addresses import site_address
from generation import jobs

log = logging.getLogger(__name__)

WAITS = (60, 600, 3600, 6 * 3600)  # seconds between the tries


def send_erased(email: str, *, tried: int) -> None:
    """Sent by a job that carries the address, for no row does any more. So a try that fails ends well and
    defers the next one: a job that failed would be kept, and the address with it. Killed between the mail
    and the end of the job, it is sent twice, which harms nobody."""
    words = mail.write("account_erased", "Your account is deleted")
    try:
        mail.message(words, to=email).send()
    except (SMTPException, OSError) as error:
        if tried < len(WAITS):
            jobs.defer("accounts.mail_erased", delay=WAITS[tried], email=email, tried=tried + 1)
        else:
            log.warning("the mail that confirms a deletion was given up: %s", type(error).__name__)


def send_team_deleted(email: str, *, team: str, by: str) -> None:
    """To a member; the team is gone, so the job carries the words."""
    words = mail.write("team_deleted", f"{team} was deleted", team=team, by=by)
    mail.message(words, to=email).send()


def send_invitation(invitation_id: int) -> None:
    """Nothing is sent when the invitation was accepted or withdrawn meanwhile."""
    invitation = Invitation.objects.filter(pk=invitation_id).select_related("team", "by").first()
    if invitation is None:
        return
    words = mail.write(
        "invitation",
        f"Join {invitation.team.name} at Selvedge",
        by=invitation.by.email if invitation.by else "Somebody",
        team=invitation.team.name,
        role=invitation.get_role_display().lower(),
        link=site_address("account-join", teams.link_of(invitation)),
    )
    mail.message(words, to=invitation.email).send()
