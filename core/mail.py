"""Make a mail: a subject, and the same words as text and as HTML."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


def write(name: str, subject: str, **context: Any) -> Words:
    """Words out of templates/emails/<name>.txt and .html. `site` is our address in them."""
    facts = {"site": settings.SITE_URL, **context}
    text, html = (render_to_string(f"emails/{name}.{kind}", facts) for kind in ("txt", "html"))
    return Words(" ".join(subject.split()), text, html)


def message(words: Words, *, to: str, headers: dict[str, str] | None = None) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(words.subject, words.text, to=[to], headers=headers)
    mail.attach_alternative(words.html, "text/html")
    return mail
