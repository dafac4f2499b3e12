"""Values set by hand, confirmed, taken back, added and removed: free, each with its history."""

from collections.abc import Callable, Sequence

from ninja import Query, Router

from techpack.api import (
    inputs,
    lookups,
    openapi,
    outputs,
    serializers,
)
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import Refused, not_found
from techpack.api.idempotent_post import once, posted, read
from techpack.editing import history, paths, values
from techpack.editing.errors import EditError, NothingToUndo
from techpack.models import Change, EditedPiece

router = Router(tags=["Changing"], by_alias=True, auth=AUTH)

MOST_CHANGES = 500  # of a history
NEEDLESS = ("source", "confidence", "share")  # what an entry made by hand need not say


@router.get("values", **openapi.read(outputs.Values, "List the values of one thing"))
@read
def list_values(request: CallingRequest, which: Query[inputs.OfValues]) -> outputs.Values:
    """All that may be changed, each by its `fieldPath`."""
    piece = lookups.with_values(request, which)
    found = values.all_values(piece=piece)
    return outputs.Values(values=[serializers.value(one) for one in found])


@router.post("values", **openapi.posted(outputs.Changed, "Set a value"))
@posted
def set_value(request: CallingRequest, body: inputs.ValueSet) -> outputs.Changed:
    """Free. With `expected`, a value that is another by now is not overwritten (409, and `now` is what it
    is). A length takes its `unit` along; a unit that is set by its own path converts the number."""
    piece = lookups.with_values(request, body)

    def make() -> Sequence[Change]:
        edits = [values.Edit(body.field_path, body.value, _expected(body))]
        if body.unit is not None:
            place = values.read(piece=piece, path=body.field_path).place
            edits.append(values.Edit(place.beside("unit"), body.unit))
        return values.set_values(piece=piece, edits=edits, by=request.auth.user)

    return _changed(request, piece, body.field_path, make)


@router.post("values/confirm", **openapi.posted(outputs.Changed, "Confirm a value"))
@posted
def confirm_value(request: CallingRequest, body: inputs.ValueSeen) -> outputs.Changed:
    """You have looked at it and keep it: from now on it is yours, and as sure as if you had entered it."""
    piece = lookups.with_values(request, body)

    def make() -> Sequence[Change]:
        made = values.confirm(
            piece=piece, path=body.field_path, by=request.auth.user, expected=_expected(body)
        )
        return [made] if made else []

    return _changed(request, piece, body.field_path, make)


@router.post("values/undo", **openapi.posted(outputs.Changed, "Take a change back"))
@posted
def undo_change(request: CallingRequest, body: inputs.UndoAsked) -> outputs.Changed:
    """The last of a value, or one from the history, or, with neither, the last of all; and all that was
    changed together with it. The way back for entries and callouts that were deleted, too."""
    user, piece = request.auth.user, lookups.with_values(request, body)
    path = body.field_path

    def make() -> Sequence[Change]:
        if path is not None:
            return history.undo(piece=piece, path=path, by=user)
        return history.undo_change(change=_change(piece, body.change_id), by=user)

    return _changed(request, piece, path or "", make)


def _change(piece: EditedPiece, change_id: int | None) -> Change:
    rows = Change.objects.of(piece)
    if change_id is None:
        last = rows.standing().last()
        if last is None:
            raise NothingToUndo
        return last
    named = rows.filter(pk=change_id).first()
    if named is None:
        raise not_found("There is no such change of it.")
    return named


@router.get("values/history", **openapi.read(outputs.History, "What became of a value"))
@read
def show_history(request: CallingRequest, which: Query[inputs.HistoryOf]) -> outputs.History:
    """Every change, the newest first: who, when, from what to what, and whether it was taken back."""
    piece = lookups.with_values(request, which)
    if which.field_path is not None:
        found = history.of(piece=piece, path=which.field_path)[:MOST_CHANGES]
    else:
        rows = Change.objects.of(piece).select_related("by", "undone_by")
        found = list(rows.order_by("-pk")[:MOST_CHANGES])
    return outputs.History(changes=[serializers.change(one) for one in found])


# --- entries of lists ----------------------------------------------------------------------------


@router.post("values/add", **openapi.posted(outputs.Changed, "Add an entry to a list"))
@posted
def add_item(request: CallingRequest, body: inputs.ItemAdded) -> outputs.Changed:
    """To `materials`, `colours`, `construction`, `to_be_specified`, or `measurements` of a sketch. What the
    entry needs is said when it lacks something."""
    piece = lookups.with_values(request, body)

    def make() -> Sequence[Change]:
        _require_whole(piece, body)
        at = body.at
        return [
            values.add_item(piece=piece, path=body.field_path, item=body.item, by=request.auth.user, at=at)
        ]

    return _changed(request, piece, "", make)


def _require_whole(piece: EditedPiece, body: inputs.ItemAdded) -> None:
    """Raises Refused with the names that are missing, or that no entry of this list has."""
    if piece.document is None:
        return
    fields = paths.find_list(piece.document, body.field_path)[2].model_fields
    needed = {name for name, field in fields.items() if field.is_required()}.difference(NEEDLESS)
    wrong = sorted(needed - body.item.keys()) or sorted(body.item.keys() - fields.keys())
    if wrong:
        names = ", ".join(name for name in fields if name in needed)
        raise Refused(422, "value_misfit", f"An entry of this list has {names}. Look at: {', '.join(wrong)}.")


@router.post("values/remove", **openapi.posted(outputs.Changed, "Remove an entry of a list"))
@posted
def remove_item(request: CallingRequest, body: inputs.ValueSeen) -> outputs.Changed:
    """`fieldPath` is the entry's, as `materials.0`; `expected` is the whole entry as you saw it."""
    piece = lookups.with_values(request, body)

    def make() -> Sequence[Change]:
        path, by = body.field_path, request.auth.user
        return [values.remove_item(piece=piece, path=path, by=by, expected=_expected(body))]

    return _changed(request, piece, "", make)


# --- what came of it -----------------------------------------------------------------------------


def _expected(body: inputs.ValueSeen) -> object:
    return body.expected if body.is_seen else values.UNCHECKED


def _changed(
    request: CallingRequest, piece: EditedPiece, path: str, make: Callable[[], Sequence[Change]]
) -> outputs.Changed:
    """Done once for an Idempotency-Key. The value is that at `path`, else that of the last change."""

    def do() -> int:
        made = make()
        return made[-1].pk if made else 0

    last = Change.objects.filter(pk=once(request, do)).first()
    rows = Change.objects.of(piece).filter(version=last.version) if last else Change.objects.none()
    made = list(rows.select_related("by", "undone_by"))
    piece.refresh_from_db()
    return outputs.Changed(
        value=_value(piece, path or (made[-1].path if made else "")),
        changes=[serializers.change(one) for one in made],
    )


def _value(piece: EditedPiece, path: str) -> outputs.Value | None:
    """None where there is none, or not any more."""
    try:
        return serializers.value(values.read(piece=piece, path=path))
    except EditError:
        return None
