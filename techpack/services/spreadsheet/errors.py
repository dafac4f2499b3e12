"""Why cells were not written. The text of each is a sentence for people."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from techpack.library.lengths import LengthError
from techpack.services.errors import NotPossible
from techpack.services.spreadsheet.cell_text import CellError


@dataclass(frozen=True)
class ChangedCell:
    """A cell that somebody else has written meanwhile, and what it says now."""

    sheet: str
    row: str
    column: str
    now: str


class CellsChangedError(NotPossible):
    """Somebody changed cells after they were seen. Nothing was written."""

    def __init__(self, cells: list[ChangedCell]):
        first = f"“{cells[0].now[:60]}”" if cells[0].now else "empty"
        more = f" {len(cells) - 1} other cells changed too." if len(cells) > 1 else ""
        super().__init__(f"Somebody else changed this cell: it is {first} now. Nothing was written.{more}")
        self.cells = cells


class NothingToUndoError(NotPossible):
    def __init__(self) -> None:
        super().__init__("There is no change of yours to take back.")


def at_cell[**P, T](write: Callable[P, T]) -> Callable[P, T]:
    """A length that cannot be read is the cell's error."""

    @wraps(write)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return write(*args, **kwargs)
        except LengthError as error:
            raise CellError(str(error)) from error

    return inner
