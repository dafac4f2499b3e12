"""What an engine that repeats itself has answered before, and would answer again."""

from dataclasses import dataclass

from django.db.models import Q

from generation import providers
from generation.models import Attempt, Prediction
from generation.providers.base import ImageRef, Json, Provider, Request
from techpack.models import AnyPiece, BaseView, CloseUp, Sketch, Take, TechPack
from techpack.pipeline import requests
from techpack.pipeline.steps import base_views, sketches


def request(run: TechPack, piece: AnyPiece, wish: str = "") -> Request:
    """For a base view or a picture, as it would be asked for now."""
    match piece:
        case BaseView():
            return requests.base_view_request(run, piece, wish=wish)
        case CloseUp():
            return requests.close_up_request(run, piece, wish=wish)
        case Sketch():
            return requests.sketch_request(run, piece, wish=wish)
    raise TypeError(piece)


def key_of(run: TechPack, view: BaseView) -> str:
    """Under which the cache would know the view if it were read now."""
    return base_views.cache_key(run.product, run.engine, view.revision, run.dimension, view.view)


def would_repeat(run: TechPack, piece: AnyPiece) -> bool:
    """`Answers.would_repeat` for one."""
    return Answers(run).would_repeat(piece)


def written(run: TechPack, piece: BaseView | Sketch) -> Json | None:
    """What the engine wrote for the take that is shown, before anybody changed it. None when it did not
    write it in this run."""
    current = Take.objects.of(piece).filter(is_current=True).first()
    slot = _slots(piece, None if current is None or current.is_first else current.pk)[-1]
    made = Prediction.objects.of(run.subject, slot).filter(status=Prediction.Status.SUCCEEDED)
    return made.order_by("-queued_at").values_list("result", flat=True).first()


@dataclass(frozen=True)
class Known:
    """A take that tells what was asked for: the one that is shown, or one that came out the same as it."""

    pk: int
    same_as: int | None

    def tells_of(self, piece: AnyPiece) -> bool:
        return self.same_as is None or self.same_as == piece.take


class Answers:
    """All that a run's engine has answered: two queries, however many pieces are asked about, and none for
    an engine that does not repeat itself."""

    def __init__(self, run: TechPack):
        self.run = run
        self.provider: Provider = providers.get(run.engine)
        self.takes: dict[str, list[Known]] = {}
        self.made: dict[str, Prediction] = {}
        if self.provider.repeats:
            self._load()

    def would_repeat(self, piece: AnyPiece) -> bool:
        """Whether the engine would answer what it has answered before, whatever was wished: nothing that
        it works from has changed since."""
        if not self.provider.repeats:
            return False
        if isinstance(piece, BaseView) and piece.cache_key == key_of(self.run, piece):
            return True
        now = [request(self.run, piece)]
        if isinstance(piece, Sketch):
            analysis = sketches.analysis_of(self.run, piece)
            now.append(requests.callouts_request(self.run, piece, analysis))
        return any(
            all(self._is_same(slot, asked) for slot, asked in zip(slots, now, strict=True))
            for slots in self._asked_as(piece)
        )

    def _load(self) -> None:
        known = Q(is_current=True) | Q(status=Take.Status.FAILED, kept__same_as__isnull=False)
        columns = ("pk", "number", "is_current", "kept__same_as", *_PIECES)
        for row in Take.objects.filter(known, tech_pack=self.run).values(*columns):
            slot = next(f"{prefix}:{row[name]}" for name, prefix in _PIECES.items() if row[name])
            if not (row["is_current"] and row["number"] == 1):
                same_as = None if row["is_current"] else row["kept__same_as"]
                self.takes.setdefault(slot, []).append(Known(row["pk"], same_as))
        made = Prediction.objects.filter(
            subject=self.run.subject, status=Prediction.Status.SUCCEEDED,
            attempts__outcome=Attempt.Outcome.SUCCEEDED, attempts__model=self.provider.repeats,
        )  # fmt: skip
        self.made = {one.slot: one for one in made.defer("result").order_by("queued_at")}

    def _asked_as(self, piece: AnyPiece) -> list[list[str]]:
        """The slots of the take that is shown, and of those that came out the same."""
        known = [take for take in self.takes.get(piece.slot, []) if take.tells_of(piece)]
        current = [] if any(take.same_as is None for take in known) else [_slots(piece, None)]
        return current + [_slots(piece, take.pk) for take in known]

    def _is_same(self, slot: str, now: Request) -> bool:
        if slot not in self.made:
            return False
        then = self.made[slot].asked
        return _photos(then) == _photos(now) and self._facts(then) == self._facts(now)

    def _facts(self, asked: Request) -> Json:
        return self.provider.works_from(asked)


_PIECES = {"base_view_id": BaseView.prefix, "close_up_id": CloseUp.prefix, "sketch_id": Sketch.prefix}


def _slots(piece: AnyPiece, take_id: int | None) -> list[str]:
    """What the engine knows a take by; None is what the run made. Of a sketch, drawing and callouts."""
    drawing = piece.slot if take_id is None else f"take:{take_id}"
    if not isinstance(piece, Sketch):
        return [drawing]
    return [drawing, f"callouts:{piece.pk}" if take_id is None else f"callouts-of-{drawing}"]


def _photos(asked: Request) -> list[ImageRef]:
    """A drawing among them follows from the others."""
    return [image for image in asked.images if image.role != "drawing"]


def words_of_repeat(run: TechPack, wish: str) -> str:
    label = providers.get(run.engine).label
    ignored = " It measures the photo and cannot follow words." if wish else ""
    return (
        f"The {label} would only make the same again from this photo.{ignored} Nothing was charged."
        " Correct the category first, or start a new run with another photo."
    )
