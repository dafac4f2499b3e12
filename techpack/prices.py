"""Prices in credits, and refunds."""

import math

from django.conf import settings
from django.template.defaultfilters import pluralize

from billing import prices as sale
from credits.services import InsufficientCredits
from techpack.models import StepName

STEP = {
    StepName.CATEGORY: 0,
    StepName.BASE_VIEWS: 3,
    StepName.CLOSE_UPS: 3,
    StepName.SKETCHES: 3,
}
REGENERATION = 1
EDIT = 1  # by AI, of one value; by hand it is free
RUN = sum(STEP.values())


def more_credits() -> str:
    """A sentence on how somebody gets more."""
    if sale.credit_packs():
        return "Buy more on your credits page."
    if settings.CREDITS_CONTACT:
        return f"To get more: {settings.CREDITS_CONTACT.rstrip('.')}."
    return "To get more, ask whoever runs this site."


def share(step: StepName, *, wanted: int, of: int) -> int:
    """The price of a step when only `wanted` of its pieces must be made: rounded up, nothing for
    nothing. An unknown number of pieces (0) costs the whole step."""
    return math.ceil(STEP[step] * wanted / of) if of else STEP[step]


def refund(*, charged: int, undelivered: int, planned: int) -> int:
    """What is given back for pieces that were charged and did not come: rounded up."""
    return math.ceil(charged * undelivered / planned) if planned else charged


def shortage(short: InsufficientCredits) -> str:
    """Say what is needed, what is there, and how to get more."""
    needed = f"{short.needed} credit{pluralize(short.needed)}"
    spared = "Nothing was started and nothing was charged."
    return f"This needs {needed}. You have {short.available}. {spared} {more_credits()}"
