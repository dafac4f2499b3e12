"""One row of the old `pro_photoshoot_grids`: a grid of a staff shoot, with its picture and its prediction.

The old rows name a session, the session a user, the user an email; whose shoot it is with us is looked up
by that, or said by whoever imports. A session becomes one shoot, known again by its title.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils import timezone

from blueprint.backfills import Skip
from blueprint.importer import columns, pictures
from blueprint.importer.sources import Row, Source
from blueprint.models import SLOTS, Grid, Shoot, Subscriber
from blueprint.services import grid_requests, grids, slot_filling
from generation.models import Attempt, Failure, Prediction
from generation.providers.base import Request

TABLE, SESSIONS, USERS = "pro_photoshoot_grids", "pro_photoshoot_sessions", "users"
PROVIDER = "replicate"
COLUMNS = (
    "id", "session_id", "grid_number", "prediction_id", "grid_url", "prompt", "created_at", "completed_at",
    "generation_status", "updated_at", "subscriber_id", "email",
)  # fmt: skip
MOST_OF_A_SCENE = 1000
LOST = "Its result was not fetched in time by the system it came from."


@dataclass(frozen=True)
class Old:
    """A row in our types."""

    subscriber: Subscriber
    session: str
    number: int
    url: str
    scene: str
    external_id: str
    created_at: Any

    @property
    def title(self) -> str:
        return f"Photo shoot {self.session}, taken over"

    @property
    def known(self) -> Grid | None:
        rows = Grid.objects.filter(
            shoot__subscriber=self.subscriber, shoot__title=self.title, number=self.number
        )
        return rows.select_related("shoot", "prediction").first()


class Reader:
    def __init__(self, source: Source, subscriber: Subscriber | None):
        self.source, self.subscriber = source, subscriber

    def read(self, row: Row) -> Old:
        """Raises Skip, and ValueError with a sentence."""
        number = columns.whole(row.get("grid_number"), "grid_number") or 0
        if not 1 <= number <= SLOTS:
            raise ValueError(f"grid_number is not from 1 to {SLOTS}: {number}")
        if row.get("session_id") is None:
            raise ValueError("there is no session_id")
        return Old(
            subscriber=self._owner(row),
            session=str(row["session_id"])[:80],
            number=number,
            url=columns.text(row.get("grid_url"), "grid_url") or "",
            scene=(columns.text(row.get("prompt"), "prompt") or "")[:MOST_OF_A_SCENE],
            external_id=columns.text(row.get("prediction_id"), "prediction_id") or "",
            created_at=columns.moment(row.get("created_at"), "created_at") or timezone.now(),
        )

    def _owner(self, row: Row) -> Subscriber:
        pk = columns.whole(row.get("subscriber_id"), "subscriber_id")
        email = row.get("email") or self._emails.get(str(row.get("session_id")), "")
        found = Subscriber.objects.filter(pk=pk) if pk else Subscriber.objects.filter(email__iexact=email)
        owner = found.order_by("pk").first() or (None if pk else self.subscriber)
        if owner is None:
            raise Skip("it names no subscriber of ours: say --shoots-for EMAIL_OR_ID")
        return owner

    @cached_property
    def _emails(self) -> dict[str, str]:
        """By session."""
        users = {str(row["id"]): str(row["user_id"]) for row in _rows(self.source, SESSIONS, "id", "user_id")}
        wanted = set(users.values())
        emails = {
            str(row["id"]): str(row["email"])
            for row in _rows(self.source, USERS, "id", "email")
            if str(row["id"]) in wanted
        }
        return {session: emails[user] for session, user in users.items() if user in emails}


def _rows(source: Source, table: str, *columns: str) -> list[Row]:
    return [
        {name: row[name] for name in columns}
        for row in source.rows(table)
        if isinstance(row, dict) and all(row.get(name) is not None for name in columns)
    ]


def look(old: Old) -> str:
    """What `take` would do, in words; "" when it is all here."""
    grid = old.known
    if grid is None:
        return f"grid {old.number} of a shoot of {old.subscriber.email}"
    if grid.is_live:
        raise Skip("this grid is being made")
    return "its picture" if old.url and grid.asset_id is None else ""


def take(old: Old) -> None:
    """Raises Skip, ValueError, and what the storage raises: the rows then stay, and the next run goes on
    with the picture."""
    grid = _rows_of(old)
    if old.url and grid.asset_id is None:
        stem = grid.shoot.stem(grid.number)
        _fill(old, grid, pictures.fetched(old.subscriber, old.url, stem))


@transaction.atomic
def _rows_of(old: Old) -> Grid:
    subscriber = grids.locked(old.subscriber.pk)
    shoot, _ = Shoot.objects.get_or_create(
        subscriber=subscriber,
        kind=Shoot.Kind.STAFF,
        title=old.title,
        defaults={"planned": old.number, "created_at": old.created_at},
    )
    if shoot.planned < old.number:
        shoot.planned = old.number
        shoot.save(update_fields=["planned"])
    grid, is_new = Grid.objects.get_or_create(
        shoot=shoot, number=old.number, defaults={"scene": old.scene or f"Grid {old.number}"}
    )
    if is_new and old.external_id and not old.url:
        grid.prediction = _prediction(old, grid, status=Prediction.Status.FAILED,
                                      failure=Failure.OUTPUT_EXPIRED, message=LOST)  # fmt: skip
        grid.save(update_fields=["prediction"])
    return grid


@transaction.atomic
def _fill(old: Old, grid: Grid, asset: Any) -> None:
    subscriber = grids.locked(old.subscriber.pk)
    current = Grid.objects.select_related("shoot", "prediction").filter(pk=grid.pk, asset=None).first()
    if current is None or current.is_live:
        raise Skip("this grid was made meanwhile")
    if old.external_id:
        current.prediction = _prediction(old, current, status=Prediction.Status.SUCCEEDED, asset=asset)
    pictures.keep(asset, subscriber, old.url)
    slot_filling.put(current, asset)


def _prediction(old: Old, grid: Grid, **end: Any) -> Prediction:
    """What was asked of the provider then, over when we first hear of it; its one attempt keeps the
    provider's id, by which the provider's bill and a late webhook are known again."""
    request = Request(
        operation="render",
        purpose="grid",
        prompt=old.scene,
        parameters={"number": old.number, "taken_over": True},
    )
    prediction = Prediction.objects.create(
        kind=grid_requests.KIND,
        subject=old.subscriber.subject,
        slot=grid.shoot.slot(grid.number),
        account=old.subscriber.account,
        provider=PROVIDER,
        request=request.model_dump(mode="json"),
        tries=1,
        queued_at=old.created_at,
        finished_at=timezone.now(),
        **end,
    )
    if not Attempt.objects.filter(external_id=old.external_id).exists():
        _attempt(old, prediction)
    return prediction


def _attempt(old: Old, prediction: Prediction) -> None:
    has_come = prediction.status == Prediction.Status.SUCCEEDED
    Attempt.objects.create(
        prediction=prediction,
        number=1,
        provider=PROVIDER,
        external_id=old.external_id,
        outcome=Attempt.Outcome.SUCCEEDED if has_come else Attempt.Outcome.FAILED,
        failure=prediction.failure,
        message=prediction.message,
        created_at=old.created_at,
        ended_at=prediction.finished_at,
    )
