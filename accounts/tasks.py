"""The jobs of accounts, thin."""

from procrastinate.contrib.django import app

from accounts import sessions


@app.periodic(cron="29 4 * * *")
@app.task(name="accounts.forget_ended_sessions")
def forget_ended_sessions(timestamp: int) -> None:
    sessions.forget_ended()
