"""The jobs of accounts, thin."""

from procrastinate.contrib.django import app

from accounts import idempotency, mail, rate_limits, sessions
from core.outages import RETRY, RETRY_MAIL


@app.periodic(cron="29 4 * * *")
@app.task(name="accounts.forget_ended_sessions", retry=RETRY)
def forget_ended_sessions(timestamp: int) -> None:
    sessions.forget_ended()


@app.periodic(cron="33 4 * * *")
@app.task(name="accounts.forget_calls", retry=RETRY)
def forget_calls(timestamp: int) -> None:
    idempotency.forget()


@app.periodic(cron="*/30 * * * *")
@app.task(name="accounts.forget_rate_counts", retry=RETRY)
def forget_rate_counts(timestamp: int) -> None:
    rate_limits.forget()


@app.task(name="accounts.mail_erased", retry=RETRY_MAIL)
def mail_erased(email: str, tried: int = 0) -> None:
    mail.send_erased(email, tried=tried)


@app.task(name="accounts.mail_team_deleted", retry=RETRY_MAIL)
def mail_team_deleted(email: str, team: str, by: str) -> None:
    mail.send_team_deleted(email, team=team, by=by)


@app.task(name="accounts.mail_invitation", retry=RETRY_MAIL)
def mail_invitation(invitation_id: int) -> None:
    mail.send_invitation(invitation_id)
