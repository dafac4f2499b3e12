"""Why an edit was refused. The text of each is a sentence for the designer."""

from collections.abc import Iterable
from typing import Any


class EditError(Exception):
    """Nothing was written."""


class UnknownPath(EditError):
    """`known` are the names that would have been right where the path went wrong; `empty` is the list
    that has no entry yet, if that is why there are none."""

    def __init__(self, path: str, known: Iterable[str], *, empty: str = ""):
        self.path = path
        self.known = list(known)
        self.empty = empty
        beside = f"Known there: {', '.join(self.known)}." if self.known else "There is nothing there yet."
        super().__init__(f"There is no value “{path[:200]}”. {beside}")


class NotEditable(EditError):
    """This value, or this piece now, is not for changing."""


class ValueMisfit(EditError):
    """Not a value of this kind."""


class NoChange(ValueMisfit):
    """The answer is the value that is there."""


class ChangedMeanwhile(EditError):
    """The value is not what the editor saw. `now` is what it is."""

    def __init__(self, now: Any, shown: str, by: str = ""):
        self.now = now
        who = f"{by} has" if by else "Somebody has"
        super().__init__(f"{who} changed this meanwhile: it is {shown} now. Nothing was overwritten.")


class NothingToUndo(EditError):
    def __init__(self) -> None:
        super().__init__("There is nothing to undo.")


class NotReady(EditError):
    """A proposal that cannot be accepted or discarded now."""
