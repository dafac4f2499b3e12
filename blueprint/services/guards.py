"""The checks before a paid grid is made, in the order in which they are reported."""

from collections.abc import Sequence
from dataclasses import dataclass

import waffle

from blueprint.models import Subscriber
from blueprint.services import selfies
from generation.providers.base import ImageRef

SWITCH = "paid_blueprint_enabled"


@dataclass(frozen=True)
class NotAllowed(Exception):
    """Not now, or not like this. `code` and `status` go to programs, `sentence` to people."""

    code: str
    status: int
    sentence: str


UNKNOWN_ACCESS = NotAllowed("unknown_access", 404, "This link is not valid. Ask for a new one.")
DISABLED = NotAllowed("disabled", 503, "New grids are paused at the moment. What is under way goes on.")
NOT_PURCHASED = NotAllowed("not_purchased", 403, "The paid blueprint has not been bought yet.")
MISSING_SELFIES = NotAllowed(
    "missing_selfies", 400, "There is no selfie yet. Add one to three photos of you."
)
MISSING_FORM_DATA = NotAllowed("missing_form_data", 400, "Choose a vibe and a feed style first.")


def is_enabled() -> bool:
    return waffle.switch_is_active(SWITCH)


def has_selfies(subscriber: Subscriber) -> bool:
    return bool(selfies.usable(subscriber))


def refusal(subscriber: Subscriber, photos: Sequence[ImageRef] | None = None) -> NotAllowed | None:
    """The first thing that stands in the way of a new paid grid. `photos` are the usable selfies, for
    who has looked them up already."""
    if not is_enabled():
        return DISABLED
    if not subscriber.paid_blueprint_purchased:
        return NOT_PURCHASED
    if not (has_selfies(subscriber) if photos is None else photos):
        return MISSING_SELFIES
    if not subscriber.has_form_data:
        return MISSING_FORM_DATA
    return None
