"""What the tech pack page shows: one context for the full page and for the poll, so that both
render the same partials from the same facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from credits.models import Entry
from generation import providers
from techpack import prices
from techpack.editing import staleness
from techpack.models import Activity, Category, Product, Revision
from techpack.pipeline.estimates import estimates
from techpack.pipeline.progress import (
    Progress,
    outlook,
    progress,
    refunded_of,
    spent,
)
from techpack.presenters import cards, polling, whole
from techpack.presenters.specification import Row, Specification
from techpack.services import redo, runs

FRESH = timedelta(seconds=6)


@dataclass(frozen=True)
class LedgerRow:
    """A charge of this run with what came back of it."""

    charge: Entry

    @property
    def charged(self) -> int:
        return -self.charge.amount

    @property
    def refunded(self) -> int:
        return refunded_of(self.charge)

    @property
    def reason(self) -> str:
        return self.charge.refund.description if self.refunded else ""

    @property
    def net(self) -> int:
        return spent(self.charge)


class Page:
    """One product and one run of it, as `user` sees them. `number` asks for an earlier run.

    The run's row, and with it its version, is read together with its pieces: what changes later is
    newer than the version the page carries, and comes with the next poll.
    """

    def __init__(self, product: Product, user: User, *, number: int | None = None, fixed: bool = False):
        self.product = product
        self.user = user
        self.whole = whole.of(product, number)
        self.run = self.whole.run
        self.is_fixed = fixed

    @cached_property
    def delivered_steps(self) -> set[str]:
        """Whose failed pieces may be tried again one by one; other steps are resumed as a whole."""
        return {step.name for step in self.run.steps.all() if step.delivered} if self.run else set()

    @property
    def run_numbers(self) -> list[int]:
        return self.whole.numbers

    @property
    def is_latest(self) -> bool:
        return self.run is None or self.run.number == max(self.run_numbers, default=self.run.number)

    @property
    def photos(self) -> list[Revision]:
        return self.whole.photos

    @cached_property
    def specification(self) -> Specification:
        return Specification(self.product, self.user, read=self.whole)

    @property
    def activities(self) -> list[Activity]:
        return self.whole.activities

    @property
    def fresh_toasts(self) -> list[Activity]:
        """What happened between the press of a button and this page, which no poll will bring."""
        return [line for line in self.activities if line.toast and timezone.now() - line.created_at < FRESH]

    @property
    def charges(self) -> list[Entry]:
        return self.whole.charges

    @cached_property
    def ledger(self) -> list[LedgerRow]:
        return [LedgerRow(charge) for charge in self.charges]

    @cached_property
    def progress(self) -> Progress:
        told = estimates(self.engine)
        if self.run is None:
            return outlook(told)
        return progress(self.run, charges=self.charges, activities=self.activities, estimates=told)

    @property
    def balance(self) -> int:
        return self.whole.balance

    @cached_property
    def price(self) -> int:
        """What Generate would cost now."""
        return runs.price_of_run(self.product, self.photos)

    @property
    def missing(self) -> int:
        """Credits that Generate, or the step that waits, lacks."""
        waiting = self.progress.waiting
        return max((waiting.price if waiting else self.price) - self.balance, 0)

    @property
    def dimension_words(self) -> str:
        """What this run measures by; for the next one, what the product says now."""
        fixed = self.run is not None and (self.is_fixed or self.run.is_going)
        return self.run.dimension_words if self.run and fixed else self.product.dimension_words

    @property
    def engine(self) -> str:
        return self.run.engine if self.run else settings.GENERATION_PROVIDER

    @property
    def engine_label(self) -> str:
        label = providers.get(self.engine).label
        return label[:1].upper() + label[1:]

    @property
    def seconds(self) -> int:
        """Since the run began."""
        return int((timezone.now() - self.run.started_at).total_seconds()) if self.run else 0

    @property
    def started_ago(self) -> str:
        """ "00:31": what the page says until its own clock takes over."""
        return f"{self.seconds // 60:02d}:{self.seconds % 60:02d}"

    @property
    def lasted(self) -> timedelta | None:
        """None of a run that was resumed, too: only its last stretch is on record."""
        run = self.run
        if run is None or run.finished_at is None or any(step.round > 1 for step in run.steps.all()):
            return None
        return run.finished_at - run.started_at

    @property
    def lasted_words(self) -> str:
        if self.lasted is None:
            return ""
        seconds = self.lasted.total_seconds()
        return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"

    @property
    def poll_address(self) -> str:
        """Empty while nothing can change by itself."""
        if self.run is None or not self.run.is_working:
            return ""
        return polling.address(self.run, user_id=self.user.pk, fixed=self.is_fixed)

    @cached_property
    def base_views(self) -> list[cards.BaseViewCard]:
        return self._marked(cards.base_view_cards(list(self.run.base_views.all()))) if self.run else []

    @cached_property
    def close_ups(self) -> list[cards.CloseUpCard]:
        return (
            self._marked([cards.CloseUpCard(piece) for piece in self.run.close_ups.all()]) if self.run else []
        )

    @cached_property
    def sketches(self) -> list[cards.SketchCard]:
        return (
            self._marked([cards.SketchCard(piece, self._rows) for piece in self.run.sketches.all()])
            if self.run
            else []
        )

    def _rows(self) -> list[Row]:
        """Of the latest run; an earlier one shows what stood on it."""
        return self.specification.rows if self.is_latest else []

    def _marked[C: cards.Card](self, shown: list[C]) -> list[C]:
        """The cards, each with what it says of being out of date."""
        assert self.run is not None
        for card in shown:
            card.piece.tech_pack = self.run
            card.stale = self.out_of_date.get(card.piece.slot)
        return shown

    @cached_property
    def out_of_date(self) -> dict[str, staleness.Mark]:
        """By slot; of the latest run only, for nothing is made again in an earlier one."""
        return staleness.marks(self.run) if self.run and self.is_latest else {}

    @property
    def stale_words(self) -> str:
        return staleness.words_of(self.out_of_date.values())

    @cached_property
    def offer(self) -> redo.Offer:
        assert self.run is not None
        return redo.offer(self.run, self.out_of_date)

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "page": self,
            "product": self.product,
            "run": self.run,
            "more_credits": prices.more_credits(),
            "categories": Category.choices,
            **more,
        }


class Changes:
    """What a page that has `since` does not have yet."""

    def __init__(self, page: Page, since: int):
        self.page = page
        self.since = since

    @property
    def lists(self) -> dict[str, dict[str, list[cards.Card]]]:
        """For each list of the page: the new cards, to be appended, and the changed ones."""
        return {
            "base_views": self._of(self.page.base_views),
            "close_ups": self._of(self.page.close_ups),
            "sketches": self._of(self.page.sketches),
        }

    @property
    def toasts(self) -> list[dict[str, str]]:
        return [
            {"text": line.text, "tone": line.tone, "id": line.toast_id}
            for line in self.page.activities
            if line.toast and line.version > self.since
        ]

    def _of(self, shown: Sequence[cards.Card]) -> dict[str, list[cards.Card]]:
        return {
            "new": [card for card in shown if self.since < card.piece.created_version],
            "changed": [
                card for card in shown if card.piece.created_version <= self.since < card.piece.version
            ],
        }
