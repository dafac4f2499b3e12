"""What somebody sees of their account: entries newest first with what came back of each, and all of them
as a file for the books."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from credits import reference_labels
from credits.models import Entry
from credits.reference_labels import Meaning
from credits.services import Holder, accounts_of

PAGE_SIZE = 25
AT_ONCE = 500
COLUMNS = (
    "When (UTC)", "Kind", "Credits", "Balance after", "What", "Paid for", "Address", "Reference", "Refund of",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Line:
    """A grant or a charge, with what of it was given back."""

    entry: Entry
    refund: Entry | None
    meaning: Meaning | None


@dataclass(frozen=True)
class Page:
    """`newer` and `older` are the entries from which the pages beside it go on; None where there is none."""

    lines: list[Line]
    newer: int | None
    older: int | None


def page(holder: Holder, *, before: int | None = None, after: int | None = None) -> Page:
    """Two queries and one for each kind of thing paid for. Entries are found by their number, so a page
    costs the same however far back it lies, and new entries push nothing from one page to the next."""
    entries = _of(holder).exclude(kind=Entry.Kind.REFUND).select_related("refund")
    if after is not None:
        found = list(entries.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE][::-1]
        has_newer, has_older = len(found) > PAGE_SIZE, bool(shown)
    else:
        known = entries if before is None else entries.filter(pk__lt=before)
        found = list(known.order_by("-pk")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        has_newer, has_older = before is not None and bool(shown), len(found) > PAGE_SIZE
    return Page(
        lines=_explained(holder, shown),
        newer=shown[0].pk if has_newer else None,
        older=shown[-1].pk if has_older else None,
    )


def _of(holder: Holder) -> QuerySet[Entry]:
    return Entry.objects.filter(account__in=accounts_of(holder))


def _explained(holder: Holder, entries: list[Entry]) -> list[Line]:
    known = reference_labels.of((entry.reference for entry in entries), account=holder.account)
    return [Line(entry, getattr(entry, "refund", None), known.get(entry.reference)) for entry in entries]


# --- the file --------------------------------------------------------------------------------------


def as_csv(holder: Holder, *, site: str) -> Iterator[str]:
    """Every entry, oldest first, some hundred at a time. `site` comes before what is an address here."""
    yield "\ufeff" + _written([COLUMNS])  # the mark tells a spreadsheet that it is UTF-8
    balance, last = 0, 0
    while chunk := list(_of(holder).filter(pk__gt=last).select_related("charge").order_by("pk")[:AT_ONCE]):
        known = reference_labels.of((_paid_for(entry) for entry in chunk), account=holder.account)
        rows = []
        for entry in chunk:
            balance += entry.amount
            rows.append(_row(entry, balance, known.get(_paid_for(entry)), site))
        yield _written(rows)
        last = chunk[-1].pk


def _paid_for(entry: Entry) -> str:
    """A refund is about what its charge paid for."""
    return entry.charge.reference if entry.charge else entry.reference


def _row(entry: Entry, balance: int, meaning: Meaning | None, site: str) -> list[Any]:
    return [
        f"{entry.created_at:%Y-%m-%d %H:%M:%S}",
        entry.get_kind_display(),
        entry.amount,
        balance,
        plain_cell(entry.description),
        plain_cell(meaning.words) if meaning else "",
        f"{site}{meaning.url}" if meaning else "",
        plain_cell(entry.reference),
        plain_cell(_paid_for(entry)) if entry.charge else "",
    ]


def plain_cell(text: str) -> str:
    """Words a spreadsheet takes for words: what would begin a formula is quoted."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _written(rows: Iterable[Iterable[Any]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    return sheet.getvalue()
