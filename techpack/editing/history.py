"""What became of a value: every change of it, and taking the last one back.

A row keeps the path as it was called when it was made. Entries that came or went before others in a list
have moved those since; `placed` follows them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from techpack import schemas
from techpack.editing import paths
from techpack.editing.document import (
    UNCHECKED,
    Desk,
    opened,
    shifted,
)
from techpack.editing.errors import ChangedMeanwhile, NothingToUndo
from techpack.models import Change, EditedPiece, TechPack
from techpack.schemas import Source

Action = Change.Action


@dataclass
class Placed:
    """A change and what its path is called now: None when its item is gone."""

    change: Change
    path: str | None
    gone_by: int = 0  # the change that took its item out
    then: str = ""  # ... and what the path was called before that


def of(*, piece: EditedPiece, path: str) -> list[Change]:
    """The changes of the value now at `path` (of any value in it, for an item), newest first."""
    document = piece.document
    canonical = _canonical(document, path) if document else path
    rows = rows_of(piece)
    mine = [row.change for row in placed(rows) if row.path and _within(row.path, canonical)]
    return mine[::-1]


def placed(rows: Iterable[Change]) -> list[Placed]:
    """Changes of one piece, oldest first, with the paths of today."""
    done: list[Placed] = []
    for change in rows:
        if change.action == Action.ADD:
            _make_room(done, change)
        elif change.action == Action.REMOVE:
            _close_up(done, change)
        done.append(Placed(change, None if change.action == Action.REMOVE else change.path))
        if change.action == Action.REMOVE:
            done[-1].gone_by, done[-1].then = change.pk, change.path
    return done


def undo(*, piece: EditedPiece, path: str, by: User | None, expected: Any = UNCHECKED) -> list[Change]:
    """Take back the last standing change of the value at `path`, whoever made it, with all that was
    changed together with it. `expected` is the value as it was seen.

    Raises UnknownPath, NothingToUndo, ChangedMeanwhile.
    """
    with opened(piece, by) as desk:
        canonical = _canonical(desk.document, path)
        if not isinstance(expected, type(UNCHECKED)):
            desk.expect(canonical, desk.place(canonical).value, expected)
        rows = placed(rows_of(desk.piece))
        mine = [row for row in rows if row.path and _within(row.path, canonical) and stands(row.change)]
        if not mine:
            raise NothingToUndo
        return _take_back(desk, rows, mine[-1].change)


def undo_last(*, run: TechPack, by: User) -> list[Change]:
    """Take back the last standing change that `by` made in this run.

    Raises NothingToUndo, and ChangedMeanwhile when somebody has changed the value since.
    """
    standing = Change.objects.standing().filter(tech_pack=run, by=by)
    last = standing.select_related("base_view", "sketch").order_by("-pk").first()
    if last is None:
        raise NothingToUndo
    with opened(last.piece, by) as desk:
        return _take_back(desk, placed(rows_of(desk.piece)), last)


def undo_change(*, change: Change, by: User | None) -> list[Change]:
    """Take back this one. Raises as `undo_last`."""
    with opened(change.piece, by) as desk:
        return _take_back(desk, placed(rows_of(desk.piece)), change)


# --- the inside ------------------------------------------------------------------------------


def rows_of(piece: EditedPiece) -> list[Change]:
    """On the take that is shown, oldest first."""
    rows = Change.objects.of(piece).select_related("by", "undone_by", "undoes")
    return list(rows)


def _canonical(document: schemas.Shape, path: str) -> str:
    """Of a value or an item. Raises UnknownPath."""
    try:
        return paths.find(document, path).path
    except paths.UnknownPath:
        return paths.find_item(document, path)[0]


def _within(path: str, at: str) -> bool:
    return path == at or path.startswith(f"{at}.")


def stands(change: Change) -> bool:
    """Neither undone nor an undoing itself."""
    return change.undoes_id is None and not hasattr(change, "undone_by")


def _make_room(rows: list[Placed], change: Change) -> None:
    """What was gone comes back with the entry it was part of, when that is put back."""
    undone = change.undoes_id
    for row in rows:
        if row.path is not None:
            row.path = shifted(row.path, change.path, 1)
        elif undone and row.gone_by == undone:
            tail = row.then.removeprefix(_removed_at(rows, undone))
            row.path, row.gone_by = f"{change.path}{tail}", 0


def _removed_at(rows: list[Placed], change_id: int) -> str:
    return next(row.change.path for row in rows if row.change.pk == change_id)


def _close_up(rows: list[Placed], change: Change) -> None:
    for row in rows:
        if row.path is None:
            continue
        now = shifted(row.path, change.path, -1)
        if now is None:
            row.gone_by, row.then = change.pk, row.path
        row.path = now


def _take_back(desk: Desk, rows: list[Placed], last: Change) -> list[Change]:
    """All that was made together, newest first."""
    together = [row for row in rows if row.change.version == last.version and stands(row.change)]
    if not any(row.change.pk == last.pk for row in together):
        raise NothingToUndo
    for row in reversed(together):
        _REVERSALS[Action(row.change.action)](desk, row)
    return desk.written


def _reset(desk: Desk, row: Placed) -> None:
    change = row.change
    if row.path is None:
        raise ChangedMeanwhile(None, "gone")
    place = desk.place(row.path)
    desk.expect(place.path, place.value, change.after)
    source = desk.source_of(place)
    desk.put(place.path, change.before)
    desk.set_source(desk.place(place.path), Source(change.source_before) if change.source_before else None)
    desk.note(
        path=place.path, action=Action(change.action), before=change.after, after=change.before,
        source_before=source or "", source_after=change.source_before, undoes=change,
    )  # fmt: skip


def _remove_again(desk: Desk, row: Placed) -> None:
    change = row.change
    if row.path is None:
        raise ChangedMeanwhile(None, "gone")
    now = paths.find_item(desk.document, row.path)[1].model_dump(mode="json")
    desk.expect(row.path, now, change.after)
    desk.take_out(row.path)
    desk.note(path=row.path, action=Action.REMOVE, before=now, source_before=change.source_after,
              undoes=change)  # fmt: skip


def _put_back(desk: Desk, row: Placed) -> None:
    change = row.change
    base, _, place = change.path.rpartition(".")
    entries = paths.find_list(desk.document, base)[1]
    path = f"{base}.{min(int(place), len(entries))}"
    assert change.before is not None
    desk.insert(path, change.before)
    desk.note(path=path, action=Action.ADD, after=change.before, source_after=change.source_before,
              undoes=change)  # fmt: skip


_REVERSALS = {
    Action.SET: _reset,
    Action.CONFIRM: _reset,
    Action.ADD: _remove_again,
    Action.REMOVE: _put_back,
}
