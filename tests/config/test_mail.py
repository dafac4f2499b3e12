"""Mails on the console."""

import io

from django.core.mail import EmailMessage

from config.mail import ReadableConsole, mailer


def test_a_long_link_stays_in_one_piece() -> None:
    link = "http://127.0.0.1:8000/accounts/password/reset/key/" + "a" * 120
    stream = io.StringIO()
    mail = EmailMessage("Reset", f"Follow this:\n{link}\n", "us@example.com", ["you@example.com"])
    ReadableConsole(stream=stream).send_messages([mail])
    assert link in stream.getvalue()


def test_the_console_is_the_readable_one() -> None:
    assert mailer("console://") == {"BACKEND": "config.mail.ReadableConsole"}
