"""The form for style: the vibe sets the world, the feed style the light."""

from django import forms
from django.db import transaction

from blueprint import scenes, versions
from blueprint.models import Subscriber
from blueprint.services import guards
from blueprint.services.grids import NotPossible

WORLDS = {
    "luxury": "Luxury - marble, evening, fine cloth",
    "minimal": "Minimal - clear rooms, few things",
    "beige": "Beige - linen, sand, soft shade",
    "warm": "Warm - home, wood, late sun",
    "edgy": "Edgy - concrete, night, contrast",
    "professional": "Professional - studio, desk, stage",
}
MOODS = {
    "luxury": "Luxury - deep and dark, with gold",
    "minimal": "Minimal - cool, bright and plain",
    "beige": "Beige - warm, pale and soft",
}


def _choices(names: tuple[str, ...], words: dict[str, str]) -> list[tuple[str, str]]:
    return [("", "Choose one"), *((name, words.get(name, name.capitalize())) for name in names)]


class WishesForm(forms.Form):
    vibe = forms.ChoiceField(
        label="Vibe",
        choices=_choices(scenes.CATEGORIES, WORLDS),
        error_messages={"required": "Choose a vibe."},
    )
    feed_style = forms.ChoiceField(
        label="Feed style",
        choices=_choices(scenes.MOODS, MOODS),
        error_messages={"required": "Choose a feed style."},
    )


@transaction.atomic
def set_wishes(*, subscriber_id: int, vibe: str, feed_style: str) -> Subscriber:
    """Once, before anything is made: all thirty are of one world and one light. Raises NotPossible."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None:
        raise guards.UNKNOWN_ACCESS
    if subscriber.has_form_data:
        raise NotPossible("Vibe and feed style have been chosen already.")
    subscriber.form_data = {**subscriber.form, "vibe": vibe, "feed_style": feed_style}
    subscriber.feed_style = feed_style
    subscriber.save(update_fields=["form_data", "feed_style", "updated_at"])
    versions.bump(subscriber.pk)
    return subscriber
