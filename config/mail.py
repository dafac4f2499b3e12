"""From EMAIL_URL to an entry of Django's MAILERS."""

from typing import Any

import dj_email_url
from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class ReadableConsole(ConsoleBackend):
    """Mails on the console as a person reads them: a link that is wrapped for the wire cannot be clicked."""

    def write_message(self, message: EmailMessage) -> None:
        head = f"From: {message.from_email}\nTo: {', '.join(message.to)}\nSubject: {message.subject}"
        self.stream.write(f"{'-' * 79}\n{head}\n\n{message.body}\n")


def mailer(url: str) -> dict[str, Any]:
    """`url` as dj-email-url reads it: "console://", "smtp://user:password@host:587/?tls=True"."""
    parsed = dj_email_url.parse(url)
    if parsed["EMAIL_BACKEND"].endswith("console.EmailBackend"):
        return {"BACKEND": "config.mail.ReadableConsole"}
    if not parsed["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        return {"BACKEND": parsed["EMAIL_BACKEND"]}
    options = {
        "host": parsed["EMAIL_HOST"],
        "port": parsed["EMAIL_PORT"],
        "username": parsed["EMAIL_HOST_USER"],
        "password": parsed["EMAIL_HOST_PASSWORD"],
        "use_tls": parsed["EMAIL_USE_TLS"],
        "use_ssl": parsed["EMAIL_USE_SSL"],
        "timeout": parsed["EMAIL_TIMEOUT"] or 20,  # a mail server that hangs does not hold a job for ever
    }
    return {"BACKEND": parsed["EMAIL_BACKEND"], "OPTIONS": options}
