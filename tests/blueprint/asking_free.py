"""What a test of the free blueprint begins with: the form, filled in, and the links in its mails."""

import io
import re
from functools import cache
from typing import Any

from django.core import mail as outbox_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from tests.blueprint.test_selfie_check import selfie
from tests.support.job_queue import drain


@cache
def face(size: int = 215) -> bytes:
    """A drawn face that will do."""
    file = io.BytesIO()
    Image.fromarray(selfie(size)).save(file, "JPEG", quality=92)
    return file.getvalue()


def upload(data: bytes | None = None, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or face(), "image/jpeg")


def fields(**more: Any) -> dict[str, Any]:
    return {
        "email": "noa@example.com",
        "vibe": "luxury",
        "feed_style": "beige",
        "selfies": [upload()],
        "consent": "on",
        **more,
    }


def ask(client: Client, **more: Any) -> HttpResponse:
    return client.post("/blueprint/", fields(**more))  # type: ignore[return-value]


def sent() -> list[EmailMessage]:
    """Mails that have gone out, after sending what waits."""
    drain()
    return outbox_of.outbox  # type: ignore[attr-defined,no-any-return]


def link_in(message: EmailMessage) -> str:
    """The path of the link a mail brings."""
    found = re.search(r"http://127\.0\.0\.1:\d+(/blueprint/\S+)", str(message.body))
    assert found, message.body
    return found[1]


def confirm_path(client: Client, **more: Any) -> str:
    """Ask, and read the mail."""
    ask(client, **more)
    return link_in(sent()[-1])
