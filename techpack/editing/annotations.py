"""The sketch editor: what is written over a drawing, moved, written and counted by hand, free.

Each change is one call under the run's lock, goes to the history of `techpack.editing` and moves the run's
version. What is changed is named by its `seal`, which stands for everything it says: whoever has seen
something else changes nothing. Lines are [[x, y], [x, y]], places [x, y], fractions of the drawing.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import hypot
from statistics import median
from typing import Any

from accounts.models import User
from core.text import plain_line
from techpack import schemas
from techpack.editing import history
from techpack.editing.document import Desk, opened
from techpack.editing.errors import EditError, NotEditable, NothingToUndo, ValueMisfit
from techpack.length_formatting import amount, measure
from techpack.models import Change, Sketch
from techpack.schemas import Source

MOST_CALLOUTS = 40
LONGEST_TEXT = 200  # characters
DECIMALS = {"cm": 1, "in": 2, "ratio": 3}
NEAR = 0.02  # a value within this share of what its line says follows the line
OF_THE_ENGINE = ("number", "source", "confidence")  # no part of what a thing says

type Item = schemas.Callout | schemas.Measurement


class ChangedUnderneath(EditError):
    """Somebody else was faster. Nothing was overwritten."""

    def __init__(self, what: str):
        super().__init__(
            f"This {what} was changed meanwhile. Nothing was overwritten; here it is as it is now."
        )


def seal(item: Item) -> str:
    """What stands for all that it says, wherever in the list it is and whatever its number."""
    said = {name: value for name, value in item.model_dump(mode="json").items() if name not in OF_THE_ENGINE}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


# --- callouts --------------------------------------------------------------------------------


def move_callout(*, sketch: Sketch, seal: str, to: schemas.Point, by: User) -> str:
    """Its seal after that, here and below. Raises ChangedUnderneath, ValueMisfit, NotEditable."""
    with _at(sketch, by, seal, "callouts") as (desk, path):
        _change(desk, f"{path}.position", _tidy(to))
    return _sealed(desk, path)


def write_callout(
    *, sketch: Sketch, seal: str, by: User, text: str | None = None, category: str | None = None
) -> str:
    """What is None stays as it is."""
    with _at(sketch, by, seal, "callouts") as (desk, path):
        if text is not None:
            _change(desk, f"{path}.text", _line(text))
        if category is not None:
            _change(desk, f"{path}.category", category)
    return _sealed(desk, path)


def add_callout(*, sketch: Sketch, to: schemas.Point, text: str, category: str, by: User) -> str:
    """With the next number."""
    with opened(sketch, by) as desk:
        callouts = _writing(desk).callouts
        if len(callouts) >= MOST_CALLOUTS:
            raise ValueMisfit(f"A sketch has at most {MOST_CALLOUTS} callouts.")
        item = {
            "number": max((callout.number for callout in callouts), default=0) + 1,
            "text": _line(text), "category": category, "position": _tidy(to),
            "source": Source.ENTERED.value, "confidence": 1.0,
        }  # fmt: skip
        path = f"callouts.{len(callouts)}"
        desk.insert(path, item)
        desk.note(path=path, action=Change.Action.ADD, after=item, source_after=Source.ENTERED)
    return _sealed(desk, path)


def delete_callout(*, sketch: Sketch, seal: str, by: User) -> None:
    """Those after it move up by one."""
    with _at(sketch, by, seal, "callouts") as (desk, path):
        gone = _writing(desk).callouts[_index(path)]
        # First the entry, then the numbers: undoing goes the other way, and finds each at its place.
        desk.take_out(path)
        desk.note(
            path=path, action=Change.Action.REMOVE, before=gone.model_dump(mode="json"),
            source_before=gone.source,
        )  # fmt: skip
        _number(desk, lambda number: number - 1 if number > gone.number else number)


def renumber_callout(*, sketch: Sketch, seal: str, number: int, by: User) -> str:
    """Those between its old and its new number move by one."""
    with _at(sketch, by, seal, "callouts") as (desk, path):
        callouts = _writing(desk).callouts
        if not 1 <= number <= max(callout.number for callout in callouts):
            raise ValueMisfit("There is no such number.")
        old = callouts[_index(path)].number
        _number(desk, lambda other: _moved(other, old, number))
    return _sealed(desk, path)


def _moved(other: int, old: int, new: int) -> int:
    if other == old:
        return new
    if old < other <= new:
        return other - 1
    return other + 1 if new <= other < old else other


def _number(desk: Desk, new: Callable[[int], int]) -> None:
    """A number says nothing of where its callout comes from."""
    for index, callout in enumerate(_writing(desk).callouts):
        number = new(callout.number)
        if number == callout.number:
            continue
        path = f"callouts.{index}.number"
        source = desk.source_of(desk.place(path)) or ""
        desk.put(path, number)
        desk.note(
            path=path, action=Change.Action.SET, before=callout.number, after=number,
            source_before=source, source_after=source,
        )  # fmt: skip


# --- dimension lines -------------------------------------------------------------------------


def move_line(*, sketch: Sketch, seal: str, line: schemas.Line, by: User) -> str:
    """The value follows where the drawing has a scale and the value is what its line says; the length
    that was given, one that was typed, and one nobody knows a scale for stay as they are."""
    with _at(sketch, by, seal, "measurements") as (desk, path):
        before = _writing(desk).measurements[_index(path)]
        value = _following(desk, sketch, before, [_tidy(end) for end in line])
        _change(desk, f"{path}.line", [_tidy(end) for end in line])
        if value is not None:
            _change(desk, f"{path}.value", value)
    return _sealed(desk, path)


def _following(desk: Desk, sketch: Sketch, item: schemas.Measurement, line: schemas.Line) -> float | None:
    """The value by the new line; None where it stays as it is."""
    scale = scale_of(_writing(desk), sketch, item.unit)
    if scale is None or _is_given(desk, item):
        return None
    if item.value is not None:
        said = scale * _length(sketch, item.line) if item.line else None
        if said is None or abs(item.value - said) > max(NEAR * said, 0.6 * 10 ** -DECIMALS[item.unit]):
            return None
    return round(scale * _length(sketch, line), DECIMALS[item.unit])


def scale_of(writing: schemas.Annotations, sketch: Sketch, unit: str) -> float | None:
    """Units a pixel of the drawing, by what is measured on it; None where nothing is."""
    lines = [item for item in writing.measurements if item.line and item.value and item.unit == unit]
    read = [item for item in lines if item.source in (Source.MEASURED, Source.SUGGESTED)] or lines
    lengths = [(item.value, _length(sketch, item.line)) for item in read if item.value and item.line]
    scales = [value / length for value, length in lengths if length]
    return median(scales) if scales else None


def _is_given(desk: Desk, item: schemas.Measurement) -> bool:
    """The length from which all others come: what the designer gave, or of ratios the whole."""
    given = desk.run.dimension
    if item.unit == "ratio":
        return item.value == 1
    return given is not None and (item.value, item.unit) == (given["value"], given["unit"])


def _length(sketch: Sketch, line: schemas.Line) -> float:
    """In pixels."""
    assert sketch.asset is not None
    (x1, y1), (x2, y2) = line
    return hypot((x2 - x1) * sketch.asset.width, (y2 - y1) * sketch.asset.height)


# --- taking back -----------------------------------------------------------------------------


def last_change(sketch: Sketch) -> Change | None:
    """Which an undo would take back."""
    standing = Change.objects.of(sketch).standing()
    found: Change | None = standing.select_related("by").order_by("-pk").first()
    return found


def undo(*, sketch: Sketch, change: int, by: User) -> None:
    """Take back the last change, with all that was made together with it; `change` is which one the
    editor takes for the last. Raises ChangedUnderneath, NothingToUndo."""
    last = last_change(sketch)
    if last is None:
        raise NothingToUndo
    if last.pk != change:
        raise ChangedUnderneath("sketch")
    history.undo_change(change=last, by=by)


def words_of(change: Change) -> str:
    """ "callout moved": what an undo names."""
    what = "callout" if change.path.startswith("callouts") else "measurement"
    if change.action != Change.Action.SET:
        verbs = {
            Change.Action.ADD: "added",
            Change.Action.REMOVE: "deleted",
            Change.Action.CONFIRM: "confirmed",
        }
        return f"{what} {verbs[Change.Action(change.action)]}"
    did = {"position": "moved", "line": "moved", "number": "numbered"}
    return f"{what} {did.get(change.path.rpartition('.')[2], 'changed')}"


# --- what the editor shows -------------------------------------------------------------------


def state(sketch: Sketch) -> dict[str, Any]:
    """All that an editor needs, in the order of the numbers: {callouts, measurements, last, image}."""
    writing, last = sketch.writing, last_change(sketch)
    callouts = sorted(writing.callouts, key=lambda callout: callout.number) if writing else []
    return {
        "callouts": [
            {"seal": seal(item), **item.model_dump(mode="json", exclude={"confidence"})} for item in callouts
        ],
        "measurements": [_measurement(item) for item in (writing.measurements if writing else [])],
        "last": {"id": last.pk, "words": words_of(_first_of(last))} if last else None,
        "image": _image(sketch),
    }


def _measurement(item: schemas.Measurement) -> dict[str, Any]:
    value, label = "to be specified", item.code
    if item.value is not None:
        value, label = measure(item.value, item.unit), f"{item.code} {amount(item.value, item.unit)}"
    return {
        "seal": seal(item), "code": item.code, "name": item.name, "line": item.line, "value": value,
        "label": label, "source": item.source or "",
    }  # fmt: skip


def _image(sketch: Sketch) -> str:
    if sketch.asset is None:
        return ""
    return str(sketch.asset.vector if sketch.asset.has_vector else sketch.asset.large)


def _first_of(change: Change) -> Change:
    """Of what was made together, the one that names it."""
    together = Change.objects.filter(sketch=change.sketch_id, version=change.version).order_by("pk")
    return together.first() or change


# --- the inside ------------------------------------------------------------------------------


@contextmanager
def _at(sketch: Sketch, by: User, wanted: str, group: str) -> Iterator[tuple[Desk, str]]:
    """The desk, and the path of what has this seal."""
    with opened(sketch, by) as desk:
        items = getattr(_writing(desk), group)
        index = next((index for index, item in enumerate(items) if seal(item) == wanted), None)
        if index is None:
            raise ChangedUnderneath(group.removesuffix("s"))
        yield desk, f"{group}.{index}"


def _writing(desk: Desk) -> schemas.Annotations:
    if not isinstance(desk.document, schemas.Annotations):
        raise NotEditable("There is nothing written over this.")
    return desk.document


def _change(desk: Desk, path: str, value: Any) -> None:
    place = desk.place(path)
    before, was = place.value, desk.source_of(place)
    if before == value:
        return
    desk.put(place.path, value)
    desk.set_source(desk.place(place.path), Source.ENTERED)
    desk.note(
        path=place.path, action=Change.Action.SET, before=before, after=value,
        source_before=was or "", source_after=Source.ENTERED,
    )  # fmt: skip


def _sealed(desk: Desk, path: str) -> str:
    group, _, index = path.partition(".")
    return seal(getattr(_writing(desk), group)[int(index)])


def _index(path: str) -> int:
    return int(path.rpartition(".")[2])


def _tidy(point: schemas.Point) -> schemas.Point:
    return [round(float(part), 4) for part in point]


def _line(text: str) -> str:
    words = plain_line(text).replace("\x00", "").strip()
    if not words:
        raise ValueMisfit("A callout needs words.")
    if len(words) > LONGEST_TEXT:
        raise ValueMisfit(f"At most {LONGEST_TEXT} characters.")
    return words
