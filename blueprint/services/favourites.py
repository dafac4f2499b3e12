"""Frames that a subscriber marked."""

from django.db import transaction

from blueprint import versions
from blueprint.models import Frame


@transaction.atomic
def mark(*, subscriber_id: int, frame_id: int, favourite: bool) -> Frame | None:
    """Said as what it shall be, so that a second click in a hurry changes nothing. None when it is
    not theirs, or not there any more."""
    versions.locked(subscriber_id)
    frames = Frame.objects.filter(pk=frame_id, grid__shoot__subscriber_id=subscriber_id)
    frame = frames.select_related("grid__shoot", "asset").first()
    if frame is None:
        return None
    if frame.favourite != favourite:
        frame.favourite = favourite
        frame.save(update_fields=["favourite"])
        versions.touch(subscriber_id, frame.grid)
    return frame
