"""Results that were made from values which have changed since.

A request says what it stands on (`basis`, among its parameters), and the piece keeps that when the result
arrives (`Piece.made_from`). Whether it is out of date is then only ever computed: the mark comes with the
edit and goes when the value is put back or the picture made again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from generation import providers
from generation.providers.base import Json
from techpack import schemas, versions
from techpack.models import AnyPiece, BaseView, Category, CloseUp, Product, TechPack


@dataclass(frozen=True)
class Reason:
    """One thing that has changed: what it was and is now, where the two differ. `about` tells the colours
    of one base view from those of another."""

    thing: str
    about: str
    was: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"{self.thing} was {_listed(self.was)}, now {_listed(self.now)}."


@dataclass(frozen=True)
class Mark:
    """A piece that is out of date, and why: "Colour was Pine, now Navy."."""

    piece: AnyPiece
    reasons: tuple[Reason, ...]

    @property
    def words(self) -> str:
        return " ".join(reason.words for reason in self.reasons)


def words_of(marks: Iterable[Mark]) -> str:
    """One sentence for each thing that changed, however many pieces were made from what it was before."""
    together: dict[tuple[str, str], Reason] = {}
    for reason in (reason for mark in marks for reason in mark.reasons):
        known = together.get((reason.thing, reason.about))
        was, now = (known.was, known.now) if known else ((), ())
        together[reason.thing, reason.about] = Reason(
            reason.thing, reason.about, _joined(was, reason.was), _joined(now, reason.now)
        )
    return " ".join(dict.fromkeys(reason.words for reason in together.values()))


def basis(run: TechPack, piece: AnyPiece) -> Json:
    """What the piece is made from when it is asked for now (schemas.MadeFrom).

    Materials and colours are a result of a base view. An engine that keeps live flats as its drawings draws
    no materials, and cuts its close-ups out of the photos.
    """
    if isinstance(piece, BaseView):
        return _kind(run.product).model_dump(mode="json")
    found = _basis(run.product, in_order(run))
    if providers.get(run.engine).draws_from_specification:
        found.materials = {}
        found.colours = {} if isinstance(piece, CloseUp) else found.colours
    return found.model_dump(mode="json")


def in_order(run: TechPack) -> list[BaseView]:
    """No query when the run was loaded with its pieces."""
    return sorted(run.base_views.all(), key=lambda view: view.order)


def marks(run: TechPack) -> dict[str, Mark]:
    """By slot, the pieces of the run that are there and out of date. No query when the run was loaded
    with its pieces."""
    now = _basis(run.product, run.base_views.all())
    pieces: list[AnyPiece] = []
    for kind in (run.base_views.all(), run.close_ups.all(), run.sketches.all()):
        pieces += sorted(kind, key=lambda piece: piece.order)
    found = {piece.slot: _compare(piece, now) for piece in pieces if piece.is_loaded}
    return {slot: mark for slot, mark in found.items() if mark}


def touch_changed(run: TechPack, before: dict[str, Mark], after: dict[str, Mark]) -> None:
    """Open pages learn of marks that came, went or say something else."""
    reasons_before = {slot: mark.reasons for slot, mark in before.items()}
    reasons_after = {slot: mark.reasons for slot, mark in after.items()}
    differing = {slot for slot in before | after if reasons_before.get(slot) != reasons_after.get(slot)}
    pieces = [mark.piece for slot, mark in (before | after).items() if slot in differing]
    if not pieces:
        return
    version = versions.bump(run)
    for piece in pieces:
        piece.version = version
        piece.save(update_fields=["version"])


# --- comparing -------------------------------------------------------------------------------


def _kind(product: Product) -> schemas.MadeFrom:
    return schemas.MadeFrom(category=product.category, subcategory=product.subcategory)


def _basis(product: Product, views: Iterable[BaseView]) -> schemas.MadeFrom:
    made_from = _kind(product)
    for view in views:
        if facts := view.facts:
            made_from.materials[str(view.pk)] = [
                [item.name, item.placement] for item in facts.materials.items
            ]
            made_from.colours[str(view.pk)] = [[item.name, item.hex] for item in facts.colours.items]
    return made_from


def _compare(piece: AnyPiece, now: schemas.MadeFrom) -> Mark | None:
    then = piece.ground
    if then is None:
        return None
    reasons = (*_category_reasons(then, now), *_reasons("Material", then.materials, now.materials),
               *_reasons("Colour", then.colours, now.colours))  # fmt: skip
    return Mark(piece, reasons) if reasons else None


def _category_reasons(then: schemas.MadeFrom, now: schemas.MadeFrom) -> list[Reason]:
    if (then.category, then.subcategory) == (now.category, now.subcategory):
        return []
    return [Reason("Category", "", (_category_words(then),), (_category_words(now),))]


def _category_words(made_from: schemas.MadeFrom) -> str:
    label = Category(made_from.category).label if made_from.category else "not known"
    return f"{label} - {made_from.subcategory}" if made_from.subcategory else label


type ByView = dict[str, list[list[str]]]


def _reasons(thing: str, then: ByView, now: ByView) -> list[Reason]:
    """A view that came, or went, since is no edit."""
    return [
        Reason(thing, view, _only(then[view], now[view]), _only(now[view], then[view]))
        for view in then
        if view in now and then[view] != now[view]
    ]


def _only(these: list[list[str]], others: list[list[str]]) -> tuple[str, ...]:
    """What of these the others have not."""
    return tuple(" ".join(filter(None, item)) for item in these if item not in others)


def _joined(these: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*these, *more)))


def _listed(these: tuple[str, ...]) -> str:
    return ", ".join(these) or "none"
