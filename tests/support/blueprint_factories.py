"""Plain helpers that make what a test of blueprints begins with."""

import uuid
from typing import Any

from blueprint.models import Subscriber
from generation.storage import assets
from tests.support.pictures import picture


def make_subscriber(*, selfies: int = 1, bought: bool = True, **more: Any) -> Subscriber:
    """Somebody who bought a blueprint, chose vibe and feed style, and has stored selfies."""
    facts: dict[str, Any] = {
        "email": f"{uuid.uuid4().hex[:8]}@example.com",
        "name": "Noa Example",
        "form_data": {"vibe": "luxury"},
        "feed_style": "minimal",
        "paid_blueprint_purchased": bought,
        **more,
    }
    subscriber = Subscriber.objects.create(**facts)
    if selfies:
        add_selfies(subscriber, selfies)
    return subscriber


HERE_ALREADY = 22  # of the thirty, where fewer show the same in less time


def make_nearly_done() -> Subscriber:
    """With 22 pictures taken over from elsewhere, and 8 to be made."""
    return make_subscriber(
        paid_blueprint_photo_urls=[f"https://old.example/{n}.png" for n in range(1, HERE_ALREADY + 1)]
    )


def add_selfies(subscriber: Subscriber, count: int = 1, *, first: int = 0) -> None:
    """Each of another width, counted from `first`."""
    made = [
        assets.store(
            account=subscriber.account,
            data=picture(size=(600 + first + index, 800)),
            content_type="image/png",
            stem=f"selfies/{subscriber.pk}",
        )
        for index in range(count)
    ]
    subscriber.selfie_image_urls = [assets.key(asset, "original") for asset in made]
    subscriber.save(update_fields=["selfie_image_urls"])
