"""The base of all backfills: one selection, one loop, dry unless --apply.

A backfill selects the rows that still need work, so that running it again goes on where it stopped. One
bad row does not stop the rest; when any failed, the command does not end with 0.
"""

import logging
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction
from tqdm import tqdm

from blueprint.models import Subscriber

log = logging.getLogger(__name__)

MOST_REASONS = 20


class Skip(Exception):
    """This row is left alone. The message says why."""


class Backfill(BaseCommand):
    """`rows` selects, `look` says in words what is to be done to a row ("" when nothing is), `mend` does
    it. Both modes come by the same rows and look at each; only --apply mends."""

    requires_migrations_checks = True
    # `mend` writes rows and nothing else: a dry run does all of it, too, and takes it back at the end, so
    # that the two never say different things
    rehearses: ClassVar[bool] = False
    batch_size: ClassVar[int] = 100
    limit_help: ClassVar[str] = "do at most N rows"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it; without this nothing is changed")
        parser.add_argument("--limit", type=int, metavar="N", help=self.limit_help)
        parser.add_argument("--batch-size", type=int, default=self.batch_size, metavar="N",
                            help="rows to read at once (%(default)s)")  # fmt: skip

    def rows(self, **options: Any) -> Iterable[Any]:
        raise NotImplementedError

    def look(self, row: Any) -> str:
        """Raises Skip."""
        raise NotImplementedError

    def mend(self, row: Any) -> str | None:
        """May say what was done, where that differs from `look`. Raises Skip, ValueError with a sentence,
        and whatever else goes wrong."""
        raise NotImplementedError

    def name(self, row: Any) -> str:
        return f"{row._meta.verbose_name} {row.pk}"

    def handle(self, **options: Any) -> None:
        self.tally: Counter[str] = Counter()
        self.options = options
        rows = self.rows(**options)
        total = rows.count() if isinstance(rows, models.QuerySet) else None
        if isinstance(rows, models.QuerySet):
            rows = in_batches(rows, max(1, options["batch_size"]))
        with self._rehearsal() if self.rehearses and not options["apply"] else nullcontext():
            for row in tqdm(rows, total=total, disable=None):  # None: no bar where nobody watches
                if self._has_done(options["limit"]):
                    break
                self._come_by(row)
        self._sum_up()

    @contextmanager
    def _rehearsal(self) -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def _has_done(self, limit: int | None) -> bool:
        """What needed nothing, or cannot be helped now, does not count: it is there in the next run, too."""
        return limit is not None and self.tally["done"] + self.tally["failed"] >= limit

    def _come_by(self, row: Any) -> None:
        try:
            todo = self.look(row)
            if todo and (self.options["apply"] or self.rehearses):
                todo = self._mended(row) or todo
        except Skip as skip:
            self._count("skipped", row, str(skip))
        except ValueError as error:
            self._count("failed", row, str(error))
        except Exception as error:
            log.warning("%s", self.name(row), exc_info=True)
            self._count("failed", row, f"{type(error).__name__}: {error}")
        else:
            self._count("done" if todo else "fine", row, todo)

    def _mended(self, row: Any) -> str | None:
        if self.options["apply"]:
            return self.mend(row)
        with transaction.atomic():  # a row that fails takes back its own writes only
            return self.mend(row)

    def _count(self, outcome: str, row: Any, words: str) -> None:
        self.tally[outcome] += 1
        if outcome == "fine":
            return
        word = {"done": "" if self.options["apply"] else "would be: "}.get(outcome, f"{outcome}: ")
        self.say(f"{self.name(row)}: {word}{words}")

    def say(self, line: str) -> None:
        with tqdm.external_write_mode():
            self.stdout.write(line)

    def _sum_up(self) -> None:
        done, fine = self.tally["done"], self.tally["fine"]
        verb = "done" if self.options["apply"] else "to do"
        fine_words = f", {fine} in order" if fine else ""
        self.say(
            f"{done} {verb}, {self.tally['skipped']} skipped, {self.tally['failed']} failed{fine_words}."
        )
        if not self.options["apply"]:
            self.say("Nothing was changed. Say --apply to do it.")
        if self.tally["failed"]:
            raise CommandError(f"{self.tally['failed']} failed; the rest is done. Run it again for these.")


def in_batches(rows: models.QuerySet[Any], size: int) -> Iterator[Any]:
    """All of them in the order of their keys, a batch a query: none is held open while they are worked
    on, and what was mended meanwhile does not shift the rest."""
    last: Any = None
    ordered = rows.order_by("pk")
    while batch := list((ordered if last is None else ordered.filter(pk__gt=last))[:size]):
        yield from batch
        last = batch[-1].pk


def subscriber_named(name: str) -> Subscriber:
    """By email or id. Raises CommandError when there is none, or more than one."""
    by = {"pk": int(name)} if name.isdecimal() else {"email__iexact": name.strip()}
    found = list(Subscriber.objects.filter(**by).order_by("pk")[:MOST_REASONS])
    if not found:
        raise CommandError(f"There is no subscriber {name}.")
    if len(found) > 1:
        ids = ", ".join(str(one.pk) for one in found)
        raise CommandError(f"{len(found)} subscribers have the address {name}: say one of the ids {ids}.")
    return found[0]
