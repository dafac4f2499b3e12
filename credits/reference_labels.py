"""Turn ledger references into words and links: what was paid for, and where it can be seen.

The ledger knows no product. A product registers what it can say of its own references when its app is
ready; what nobody can explain (any more) is shown with the words of its entry alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    words: str
    url: str


Explain = Callable[[Collection[str]], dict[str, Meaning]]

_explainers: dict[str, Explain] = {}


def register(kind: str, explain: Explain) -> None:
    """`explain` is given the references that begin with "kind:", all of a page at once, and answers for
    those it knows in a number of queries that does not depend on how many they are."""
    _explainers[kind] = explain


def of(references: Iterable[str]) -> dict[str, Meaning]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for reference in references:
        by_kind[reference.partition(":")[0]].append(reference)
    found: dict[str, Meaning] = {}
    for kind, own in by_kind.items():
        if kind in _explainers:
            found |= _explainers[kind](own)
    return found
