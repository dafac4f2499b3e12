"""Turn ledger references into words and links: what was paid for, and where it can be seen.

The ledger knows no product. A product registers what it can say of its own references when its app is
ready; what nobody can explain (any more) is shown with the words of its entry alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """`account` ("user:5", "team:3") is whose it is now; nobody else's statement names or links it."""

    words: str
    url: str
    account: str


Explain = Callable[[Collection[str]], dict[str, Meaning]]

_explainers: dict[str, Explain] = {}


def register(kind: str, explain: Explain) -> None:
    """`explain` is given the references that begin with "kind:", all of a page at once, and answers for
    those it knows in a number of queries that does not depend on how many they are."""
    _explainers[kind] = explain


def of(references: Iterable[str], *, account: str) -> dict[str, Meaning]:
    """What the holder of `account` may read. What was paid for and has moved to somebody else is left out."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for reference in references:
        by_kind[reference.partition(":")[0]].append(reference)
    found: dict[str, Meaning] = {}
    for kind, own in by_kind.items():
        if kind in _explainers:
            found |= _explainers[kind](own)
    return {reference: meaning for reference, meaning in found.items() if meaning.account == account}
