"""The progress of a run, computed from its rows and never stored.

Nothing here asks the database: hand in a run with its pieces prefetched, and the ledger's
charges where what was spent is to be shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from credits.models import Entry
from techpack import prices
from techpack.models import Activity, CloseUp, Piece, Step, StepName, TechPack
from techpack.pipeline.estimates import Estimate


@dataclass(frozen=True)
class Band:
    """What a step is worth: points of 100 in all, for having started, and for its pieces together.
    Points that neither gives are earned at the step's end."""

    size: int
    started: int
    pieces: int


BANDS = {
    StepName.CATEGORY: Band(10, started=5, pieces=0),
    StepName.BASE_VIEWS: Band(30, started=5, pieces=25),
    StepName.CLOSE_UPS: Band(30, started=5, pieces=25),
    StepName.SKETCHES: Band(30, started=5, pieces=21),
}

ABOUT = {
    StepName.CATEGORY: "What kind of product this is",
    StepName.BASE_VIEWS: "Colours, pattern, proportions and construction of every photo",
    StepName.CLOSE_UPS: "Four to six details a factory wants to see",
    StepName.SKETCHES: "Front, back and side flats with callouts and measurements",
}

ACTIVITY = {
    StepName.CATEGORY: "Detecting product category...",
    StepName.BASE_VIEWS: "Analyzing base views...",
    StepName.CLOSE_UPS: "Choosing close-ups...",
    StepName.SKETCHES: "Drawing sketches...",
}


@dataclass(frozen=True)
class StepProgress:
    """One of the four steps. `row` is None before a run, and where the run was not asked for it.
    `earned` counts in points of 100; `percent` is the step's own track."""

    name: StepName
    row: Step | None = None
    asked: bool = True
    earned: float = 0
    done: int = 0
    failed: int = 0
    planned: int = 0
    found: str = ""
    charged: int = 0
    refunded: int = 0
    estimate: Estimate | None = None

    @property
    def label(self) -> str:
        return str(StepName(self.name).label)

    @property
    def about(self) -> str:
        return ABOUT[self.name]

    @property
    def price(self) -> int:
        return prices.STEP[StepName(self.name)]

    @property
    def percent(self) -> int:
        return int(100 * self.earned / BANDS[self.name].size)

    @property
    def seconds(self) -> int:
        """Since it began."""
        began = self.row.started_at if self.row else None
        return int((timezone.now() - began).total_seconds()) if began else 0

    @property
    def is_late(self) -> bool:
        return self.estimate is not None and self.seconds > self.estimate.late_after

    @property
    def is_free(self) -> bool:
        return self.price == 0

    @property
    def is_running(self) -> bool:
        return self.row is not None and self.row.is_running

    @property
    def is_done(self) -> bool:
        return self.row is not None and self.row.delivered

    @property
    def is_partial(self) -> bool:
        return self.row is not None and self.row.is_partial

    @property
    def made(self) -> str:
        """ "6 close-ups", or "" when there are none."""
        one = {StepName.BASE_VIEWS: "base view", StepName.CLOSE_UPS: "close-up", StepName.SKETCHES: "sketch"}
        return f"{self.done} {_noun(self.done, one[self.name])}" if self.done else ""

    @property
    def is_waiting_for_credits(self) -> bool:
        return self.row is not None and self.row.is_waiting_for_credits

    @property
    def has_failed(self) -> bool:
        return self.row is not None and self.row.has_failed

    @property
    def is_canceled(self) -> bool:
        return self.row is not None and self.row.is_canceled

    @property
    def tone(self) -> str:
        """ "now", "part", "done", "bad", "waits" or "todo": its class on the page."""
        tones = {
            "now": self.is_running, "part": self.is_partial, "done": self.is_done,
            "bad": self.has_failed or self.is_canceled, "waits": self.is_waiting_for_credits,
        }  # fmt: skip
        return next((tone for tone, holds in tones.items() if holds), "todo")

    @property
    def is_to_come(self) -> bool:
        return self.asked and (self.row is None or self.row.is_pending)


@dataclass(frozen=True)
class Progress:
    """The whole run: `percent` is 0..100, `credits_used` what was charged less what came back."""

    percent: int
    steps: list[StepProgress]
    credits_used: int = 0
    credits_total: int = prices.RUN
    activity: str = ""
    charges: Sequence[Entry] = field(default=())

    @property
    def stopped_at(self) -> StepProgress | None:
        """The step that made the run stop."""
        return next((step for step in self.steps if step.has_failed or step.is_canceled), None)

    @property
    def waiting(self) -> StepProgress | None:
        return next((step for step in self.steps if step.is_waiting_for_credits), None)

    @property
    def made(self) -> str:
        """ "2 base views, 6 close-ups, 3 sketches"."""
        return ", ".join(step.made for step in self.steps if step.made) or "Nothing was made"

    @property
    def refunded(self) -> int:
        return sum(refunded_of(charge) for charge in self.charges)


def progress(
    tech_pack: TechPack,
    *,
    charges: Sequence[Entry] = (),
    activities: Sequence[Activity] = (),
    estimates: Mapping[StepName, Estimate] | None = None,
) -> Progress:
    """`charges` come with their refunds, `activities` in the order they happened."""
    rows = {step.name: step for step in tech_pack.steps.all()}
    steps = [
        _step_progress(tech_pack, StepName(name), rows.get(name), charges, estimates or {})
        for name in StepName.values
    ]
    return Progress(
        percent=_percent(tech_pack, steps),
        steps=steps,
        credits_used=sum(spent(charge) for charge in charges),
        credits_total=sum(step.price for step in steps if step.asked),
        activity=_activity(steps, activities),
        charges=charges,
    )


def outlook(estimates: Mapping[StepName, Estimate]) -> Progress:
    """The steps as they will be, before there is a run."""
    steps = [StepProgress(name, estimate=estimates.get(name)) for name in map(StepName, StepName.values)]
    return Progress(percent=0, steps=steps)


def refunded_of(charge: Entry) -> int:
    refund = getattr(charge, "refund", None)  # a missing one raises an AttributeError of its own
    return refund.amount if refund else 0


def spent(charge: Entry) -> int:
    return -charge.amount - refunded_of(charge)


def pieces_of(tech_pack: TechPack, name: StepName) -> Sequence[Piece]:
    match name:
        case StepName.BASE_VIEWS:
            return list(tech_pack.base_views.all())
        case StepName.CLOSE_UPS:
            return list(tech_pack.close_ups.all())
        case StepName.SKETCHES:
            return list(tech_pack.sketches.all())
    return ()


def _step_progress(
    tech_pack: TechPack,
    name: StepName,
    row: Step | None,
    charges: Iterable[Entry],
    estimates: Mapping[StepName, Estimate],
) -> StepProgress:
    planned = [piece for piece in pieces_of(tech_pack, name) if not piece.is_left_out]
    own = [charge for charge in charges if row and charge.reference.startswith(f"step:{row.pk}:")]
    return StepProgress(
        name=name,
        row=row,
        asked=name in tech_pack.asked,
        earned=_earned(name, row, planned) if row else 0,
        done=sum(piece.is_loaded for piece in planned),
        failed=sum(piece.has_failed for piece in planned),
        planned=len(planned),
        found=_found(tech_pack, name, row, planned) if row else "",
        charged=sum(-charge.amount for charge in own),
        refunded=sum(refunded_of(charge) for charge in own),
        estimate=estimates.get(name),
    )


def _earned(name: StepName, row: Step, planned: Sequence[Piece]) -> float:
    """A piece that failed or was canceled is finished too; an over step has all of its band."""
    band = BANDS[name]
    if row.is_over:
        return band.size
    if not row.is_running:
        return 0
    finished = sum(not piece.is_loading for piece in planned)
    return band.started + (band.pieces * finished / len(planned) if planned else 0)


def _percent(tech_pack: TechPack, steps: Iterable[StepProgress]) -> int:
    """The sum of what the steps earned, for close-ups and sketches run at the same time;
    relative to what the run was asked for."""
    if not tech_pack.is_going:
        return 100
    asked = [step for step in steps if step.asked]
    whole = sum(BANDS[step.name].size for step in asked)
    return int(100 * sum(step.earned for step in asked) / whole) if whole else 0


def _activity(steps: Iterable[StepProgress], activities: Sequence[Activity]) -> str:
    if activities:
        return activities[-1].text
    return next((ACTIVITY[step.name] for step in steps if step.is_running), "")


# --- what a step has found so far, in words ----------------------------------------------------


def _found(tech_pack: TechPack, name: StepName, row: Step, planned: Sequence[Piece]) -> str:
    if row.is_pending or row.is_waiting_for_credits:
        return ""
    if name == StepName.CATEGORY:
        return tech_pack.product.category_words if row.is_over else ""
    if not planned:
        return ""
    text = _found_views(row, planned) if name == StepName.BASE_VIEWS else _found_pictures(planned)
    return "; ".join([text, *_missed(planned)])


def _missed(planned: Sequence[Piece]) -> list[str]:
    """ "1 failed", "2 canceled"."""
    canceled = sum(piece.is_canceled for piece in planned)
    failed = sum(piece.has_failed for piece in planned) - canceled
    return [f"{count} {word}" for count, word in ((failed, "failed"), (canceled, "canceled")) if count]


def _found_views(row: Step, planned: Sequence[Piece]) -> str:
    done = sum(piece.is_loaded for piece in planned)
    if row.note and done == len(planned):
        return row.note
    return f"{_counted(done, len(planned))} {_noun(len(planned), 'view')} analysed"


def _found_pictures(planned: Sequence[Piece]) -> str:
    titles = [_title(piece) for piece in planned if piece.is_loaded]
    count = f"{len(titles)} of {len(planned)}"
    return f"{count}: {', '.join(titles)}" if titles else count


def _title(piece: Piece) -> str:
    words = piece.plan.title if isinstance(piece, CloseUp) else piece.get_view_display()  # type: ignore[attr-defined]
    return words[:1].lower() + words[1:]


def _counted(done: int, planned: int) -> str:
    return str(done) if done == planned else f"{done} of {planned}"


def _noun(count: int, word: str) -> str:
    if count == 1:
        return word
    return f"{word}es" if word.endswith("ch") else f"{word}s"
