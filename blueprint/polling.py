"""The poll of a gallery: which version the page has, of which shoot."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from blueprint.models import Shoot, Subscriber
from config import polling

SALT = "blueprint.poll"
ADDRESS = r"/blueprint/(paid|free|shoots/\d{1,19})/changes/"
STANDS_AT = "SELECT 1 FROM blueprint_subscribers WHERE id = %s AND version = %s"


@dataclass(frozen=True)
class Poll:
    version: int
    capability: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Poll":
        """Raises PollError for what is not a number."""
        return cls(polling.number(request.GET.get("version")) or 0, request.GET.get("cap", ""))


def is_unchanged(request: HttpRequest, address: "re.Match[str]") -> bool:
    """One look-up by primary key, and none without a capability. A revoked link counts as a change."""
    poll = Poll.of(request)
    subscriber_id = polling.row_of(SALT, poll.capability)
    return subscriber_id is not None and polling.exists(STANDS_AT, subscriber_id, poll.version)


def gallery_address(name: str, shoot: Shoot | None) -> str:
    """Of a page of the gallery of a shoot; the paid one when None."""
    kind = Shoot.Kind.PAID if shoot is None else Shoot.Kind(shoot.kind)
    if kind == Shoot.Kind.STAFF and shoot is not None:
        return reverse(f"blueprint:shoot{name}", args=[shoot.pk])
    return reverse(f"blueprint:{kind.value}{name}")


def address(subscriber: Subscriber, shoot: Shoot | None) -> str:
    """What an open page polls from now on."""
    capability = polling.capability(SALT, subscriber.pk, "gallery")
    asked = urlencode({"version": subscriber.version, "cap": capability})
    return f"{gallery_address('-changes', shoot)}?{asked}"


def register() -> None:
    polling.register(ADDRESS, is_unchanged)
