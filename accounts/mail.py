"""The mail that confirms that an account was deleted, and invitations to teams."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import teams
from accounts.models import Invitation
from generation import jobs

log = logging.getLogger(__name__)

WAITS = (60, 600, 3600, 6 * 3600)  # seconds between the tries


def send_erased(email: str, *, tried: int) -> None:
    """Sent by a job that carries the address, for no row does any more. So a try that fails ends well and
    defers the next one: a job that failed would be kept, and the address with it. Killed between the mail
    and the end of the job, it is sent twice, which harms nobody."""
    context = {"site": settings.SITE_URL}
    try:
        send_mail(
            "Your account is deleted",
            render_to_string("emails/account_erased.txt", context),
            None,
            [email],
            html_message=render_to_string("emails/account_erased.html", context),
        )
    except (SMTPException, OSError) as error:
        if tried < len(WAITS):
            jobs.defer("accounts.mail_erased", delay=WAITS[tried], email=email, tried=tried + 1)
        else:
            log.warning("the mail that confirms a deletion was given up: %s", type(error).__name__)


def send_invitation(invitation_id: int) -> None:
    """Nothing is sent when the invitation was accepted or withdrawn meanwhile."""
    invitation = Invitation.objects.filter(pk=invitation_id).select_related("team", "by").first()
    if invitation is None:
        return
    address = reverse("account-join", args=[teams.link_of(invitation)])
    context = {
        "by": invitation.by.email if invitation.by else "Somebody",
        "team": invitation.team.name,
        "role": invitation.get_role_display().lower(),
        "link": f"{settings.SITE_URL}{address}",
        "site": settings.SITE_URL,
    }
    subject = f"Join {invitation.team.name} at Selvedge"
    send_mail(subject, render_to_string("emails/invitation.txt", context), None, [invitation.email])
