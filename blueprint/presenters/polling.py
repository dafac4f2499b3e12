"""The poll of a gallery: which version the page has, of which shoot."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from blueprint.models import Shoot, Subscriber
from core import polling

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
        asked = request.GET if request.method == "GET" else request.POST
        return cls(polling.number(asked.get("version")) or 0, asked.get("cap", ""))

    def is_of_another(self, subscriber: Subscriber) -> bool:
        """The page shows somebody else: another private link was opened in this browser meanwhile."""
        shown = polling.row_of(SALT, self.capability)
        return shown is not None and shown != subscriber.pk


def comes_from_another(request: HttpRequest, subscriber: Subscriber) -> bool:
    """A form of a page that shows somebody else, which says so by its capability."""
    shown = polling.row_of(SALT, request.POST.get("cap", "")) if request.method == "POST" else None
    return shown is not None and shown != subscriber.pk


def is_unchanged(request: HttpRequest, address: "re.Match[str]") -> bool:
    """One look-up by primary key, and none without a capability. A revoked link counts as a change."""
    poll = Poll.of(request)
    subscriber_id = polling.row_of(SALT, poll.capability)
    return subscriber_id is not None and polling.exists(STANDS_AT, subscriber_id, poll.version)


def gallery_address(name: str, shoot: Shoot | None, *more: int) -> str:
    """Of a page of the gallery of a shoot ("", "-changes", "-grid"); the paid one when None."""
    kind = Shoot.Kind.PAID if shoot is None else Shoot.Kind(shoot.kind)
    if kind == Shoot.Kind.STAFF and shoot is not None:
        return reverse(f"blueprint:shoot{name}", args=[shoot.pk, *more])
    return reverse(f"blueprint:{kind.value}{name}", args=more)


def capability_of(subscriber: Subscriber) -> str:
    return polling.capability(SALT, subscriber.pk, "gallery")


def address(subscriber: Subscriber, shoot: Shoot | None) -> str:
    """What an open page polls from now on."""
    asked = urlencode({"version": subscriber.version, "cap": capability_of(subscriber)})
    return f"{gallery_address('-changes', shoot)}?{asked}"


def register() -> None:
    polling.register(ADDRESS, is_unchanged)
