"""Change a product on its flat: move landmarks, draw on it, undo, and go back to an earlier state.

Everything here is free and takes no run.
"""

from collections.abc import Sequence

from django.db import transaction

from techpack import flats
from techpack.editing import specification
from techpack.models import FlatMark, FlatState, Product
from techpack.services import flat_states, measurements, specification_changes
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product

FARTHEST = 400.0  # cm from the middle of the top: nothing is drawn beyond
MOST_POINTS, MOST_MARKS = 40, 100
CORNERS = (FlatMark.Kind.POCKET, FlatMark.Kind.LABEL)  # two opposite corners; other kinds are paths
LEAST = 0.3  # cm: how far apart two points must lie


def _specification(product: Product, view: str) -> flats.Specification:
    """Raises NotPossible where there is no such flat."""
    rows = list(product.measurements.all())
    spec = specification.flat_specification(product, specification.readings_of(product), rows)
    if spec is None or view not in flats.views_of(spec.product_type):
        raise NotPossible("There is no such flat. Choose the type of the product first.")
    return spec


def _inside(point: complex) -> complex:
    if not (abs(point.real) <= FARTHEST and abs(point.imag) <= FARTHEST):  # false for what is no number
        raise NotPossible("That point lies outside the drawing.")
    return point


@transaction.atomic
def move_landmark(*, product: Product, view: str, landmark: str, to: complex, force: bool = False) -> None:
    """Move a landmark of the flat to a point (cm from the middle, right and down). The measures it hangs on
    follow and are entered. Raises NotPossible, and ImplausibleValueError unless `force`."""
    locked = lock_product(product)
    spec = _specification(locked, view)
    try:
        found = flats.moved(spec, view, landmark, _inside(to))
    except KeyError as missing:
        raise NotPossible("This landmark cannot be moved. Type the measure instead.") from missing
    drawn = flats.draw(spec, view).drawn_cm()
    typed = {
        code: f"{cm:.1f} cm"
        for code, cm in found.items()
        if abs(cm - (spec.measures.get(code) or drawn.get(code) or 0)) >= 0.06
    }
    if typed:
        measurements.set_values(product=locked, typed=typed, force=force)


@transaction.atomic
def add_mark(
    *, product: Product, view: str, kind: str, points: Sequence[complex], is_mirrored: bool = False
) -> FlatMark:
    """Draw a seam, topstitch, pocket or label: points in cm from the middle, right and down. They hang on the
    landmarks that are nearest now. Raises NotPossible."""
    if kind not in FlatMark.Kind.values:
        raise NotPossible("Draw a seam, a topstitch, a pocket or a label.")
    most = 2 if kind in CORNERS else MOST_POINTS
    if not 2 <= len(points) <= most:
        raise NotPossible(f"A {kind} needs 2 {'corners' if kind in CORNERS else f'to {most} points'}.")
    placed = [_inside(point) for point in points]
    if max(abs(point - placed[0]) for point in placed) < LEAST:
        raise NotPossible("The points lie on one another.")
    locked = lock_product(product)
    drawing = flats.draw(_specification(locked, view), view)
    if locked.flat_marks.count() >= MOST_MARKS:
        raise NotPossible(f"A product has up to {MOST_MARKS} things drawn by hand. Delete one first.")
    anchors = [flats.anchored(drawing, point) for point in placed]
    mark = FlatMark.objects.create(
        product=locked, view=view, kind=kind, is_mirrored=is_mirrored,
        points=[
            {"landmark": one.landmark, "dx": round(one.offset.real, 2), "dy": round(one.offset.imag, 2)}
            for one in anchors
        ],
    )  # fmt: skip
    specification_changes.note(locked)
    return mark


@transaction.atomic
def delete_mark(*, product: Product, mark_id: int) -> None:
    """Delete what was drawn by hand. Harmless when it is gone."""
    locked = lock_product(product)
    if locked.flat_marks.filter(pk=mark_id).delete()[0]:
        specification_changes.note(locked)


@transaction.atomic
def undo(*, product: Product, state_id: int) -> None:
    """Take back the last change of the flat. `state_id` is the state that was seen: when somebody changed
    the flat since, nothing is taken back. Raises NotPossible."""
    locked = lock_product(product)
    last = locked.flat_states.order_by("-pk").first()
    if last is None or last.before is None:
        raise NotPossible("There is nothing to undo.")
    if last.pk != state_id:
        raise NotPossible("The flat was changed meanwhile. Look at it again, then undo.")
    _go_to(locked, last, last.before, before=last.before.before, words=f"Undid: {last.words}")


@transaction.atomic
def restore(*, product: Product, state_id: int) -> None:
    """Make the flat what it was after an earlier change. Nothing is lost: this can be undone as well.
    Raises NotPossible."""
    locked = lock_product(product)
    last = locked.flat_states.order_by("-pk").first()
    state = locked.flat_states.filter(pk=state_id).first()
    if last is None or state is None:
        raise NotPossible("There is no such earlier flat.")
    _go_to(locked, last, state, before=last, words=f"Went back to: {state.words}")


def _go_to(
    product: Product, last: FlatState, state: FlatState, *, before: FlatState | None, words: str
) -> None:
    flat_states.say_again(product, state)
    measurements.refresh(product=product)
    made = FlatState.objects.filter(product=product, pk__gt=last.pk).order_by("pk")
    newest = made.last()
    if newest is None:  # it looks the same
        newest = FlatState.objects.create(
            product=product, drawn=last.drawn, entered=last.entered, words="", before=before
        )
    made.exclude(pk=newest.pk).delete()
    FlatState.objects.filter(pk=newest.pk).update(before=before, words=words[: flat_states.MOST_WORDS])
