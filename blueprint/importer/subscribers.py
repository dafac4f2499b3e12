"""One row of the old `blueprint_subscribers`: taken over as it is, or what we do not know yet.

Somebody nobody has touched here (version 0) follows the old row. Somebody who has been active here keeps
what is ours, and gets what is still empty. Nobody's filled slot is overwritten, and a token, once here,
is never changed: it may have been revoked. Whoever was erased here is not brought back.
"""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connection, transaction

from blueprint import versions
from blueprint.backfills import Skip
from blueprint.importer import columns
from blueprint.models import SLOTS, Grid, Shoot, Subscriber
from generation.models import Prediction
from generation.storage import deletion

TABLE = "blueprint_subscribers"
SLOT_COLUMN = "paid_blueprint_photo_urls"
READERS: dict[str, Callable[[Any, str], Any]] = {
    "id": columns.whole,
    "email": columns.address,
    "name": columns.text,
    "access_token": columns.text,
    "form_data": columns.record,
    "feed_style": columns.text,
    "selfie_image_urls": columns.entries,
    "paid_blueprint_purchased": columns.truth,
    "paid_blueprint_purchased_at": columns.moment,
    SLOT_COLUMN: columns.entries,
    "paid_blueprint_generated": columns.truth,
    "paid_blueprint_generated_at": columns.moment,
    "created_at": columns.moment,
    "updated_at": columns.moment,
}
FOLLOWS = (
    "email", "name", "form_data", "feed_style", "selfie_image_urls", "paid_blueprint_purchased",
    "paid_blueprint_purchased_at", "paid_blueprint_generated", "paid_blueprint_generated_at",
)  # fmt: skip
# of somebody who has been active here; selfies not, for they may have been deleted on request
FILLS = ("name", "form_data", "feed_style", "paid_blueprint_purchased", "paid_blueprint_purchased_at")


def read(row: dict[str, Any]) -> dict[str, Any]:
    """The columns we know, in our types. Raises ValueError with a sentence."""
    facts = {column: reader(row[column], column) for column, reader in READERS.items() if column in row}
    if not facts.get("id"):
        raise ValueError("there is no id")
    if not (facts.get("email") or "").strip():
        raise ValueError("there is no email")
    if "access_token" in facts:
        facts["access_token"] = facts["access_token"] or None
    if any((facts.get(SLOT_COLUMN) or [])[SLOTS:]):
        raise ValueError(f"{SLOT_COLUMN} has more than {SLOTS} pictures")
    return {column: value for column, value in facts.items() if value is not None or column == "access_token"}


def look(facts: dict[str, Any]) -> str:
    """What `take` would do, in words; "" when it is all here. Raises Skip, ValueError with a sentence."""
    ours = Subscriber.objects.filter(pk=facts["id"]).first()
    if ours is None:
        _skip_erased(facts["id"])
        return "taken over"
    _be_sure(ours, facts)
    news = _news(ours, facts)
    return f"{', '.join(news)} taken over" if news else ""


@transaction.atomic
def take(facts: dict[str, Any]) -> None:
    """Raises Skip, ValueError with a sentence."""
    ours = versions.locked(facts["id"])
    if ours is None:
        _skip_erased(facts["id"])
        _insert(facts)
        return
    _be_sure(ours, facts)
    was_touched = ours.version > 0
    news = _news(ours, facts)
    Subscriber.objects.filter(pk=ours.pk).update(**news)
    if was_touched and news:  # on open pages, too; who is untouched stays so, and has none that polls
        grids = Grid.objects.filter(shoot__subscriber=ours, shoot__kind=Shoot.Kind.PAID)
        versions.touch(ours.pk, *grids)


def _skip_erased(pk: int) -> None:
    """Theirs would be forgotten again, too, for it goes by the id."""
    if deletion.is_forgotten(Subscriber(pk=pk).account):
        raise Skip("they were erased here")


def _be_sure(ours: Subscriber, facts: dict[str, Any]) -> None:
    """An id alone is nobody: it may have been given to somebody who signed up here."""
    same_token = ours.access_token is not None and ours.access_token == facts.get("access_token")
    if not same_token and ours.email.lower() != facts["email"].lower():
        raise ValueError(f"id {ours.pk} is somebody else here: {ours.email}")


def _insert(facts: dict[str, Any]) -> None:
    made = Subscriber(**facts)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            # what auto_now would not leave as it was
            Subscriber.objects.filter(pk=made.pk).update(
                **{name: facts[name] for name in ("updated_at",) if name in facts}
            )
    except IntegrityError as error:
        raise ValueError("somebody else has this access token") from error
    _advance_sequence()


def _advance_sequence() -> None:
    """With each row, so that whoever signs up meanwhile, or after a crash, gets an id of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{TABLE}', 'id'), max(id)) FROM {TABLE}"  # noqa: S608
            " HAVING max(id) > (SELECT coalesce(pg_sequence_last_value("
            f"pg_get_serial_sequence('{TABLE}', 'id')::regclass), 0))"
        )


def _news(ours: Subscriber, facts: dict[str, Any]) -> dict[str, Any]:
    """Which columns of ours change, to what."""
    if ours.version:
        news = {name: facts[name] for name in FILLS if facts.get(name) and not getattr(ours, name)}
    else:
        news = {name: facts[name] for name in FOLLOWS if name in facts and facts[name] != getattr(ours, name)}
    slots = _merged(ours, facts.get(SLOT_COLUMN) or [])
    if slots != ours.slots:
        news[SLOT_COLUMN] = slots
    return news


def _merged(ours: Subscriber, theirs: list[str | None]) -> list[str | None]:
    """Ours first; theirs where ours is empty and nothing is under way."""
    live = Grid.objects.filter(
        shoot__subscriber=ours, shoot__kind=Shoot.Kind.PAID, prediction__status__in=Prediction.LIVE
    )
    busy = set(live.values_list("number", flat=True)) if any(theirs) else set()
    padded = [*theirs, *[None] * SLOTS][:SLOTS]
    return [
        own or (None if number in busy else other)
        for number, (own, other) in enumerate(zip(ours.slots, padded, strict=True), start=1)
    ]
