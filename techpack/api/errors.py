"""Why a call is refused: `{"success": false, "error", "code"}` with the fitting status."""

from collections.abc import Callable
from typing import Any

from credits.services import InsufficientCredits
from generation.models import Failure
from generation.storage import downloads
from generation.storage.images import InvalidImage
from techpack import prices
from techpack.editing import annotations, errors
from techpack.hand_over import NotReadyError
from techpack.library.lengths import LengthError
from techpack.library.table_files import TableFileError
from techpack.models import Step
from techpack.services import errors as service_errors
from techpack.services import measurements, proposals, single_steps
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.errors import CellsChangedError, NothingToUndoError


class Refused(Exception):
    """`told` says that the work was done and ended so: the same Idempotency-Key hears the same again."""

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        *,
        headers: dict[str, str] | None = None,
        told: bool = False,
        **more: Any,
    ):
        super().__init__(sentence)
        self.status = status
        self.headers = headers or {}
        self.told = told
        self.body = {"success": False, "error": sentence, "code": code, **more}


def unauthorized() -> Refused:
    sentence = "Sign in, or send a live personal token: Authorization: Bearer slv_..."
    return Refused(401, "unauthorized", sentence, headers={"WWW-Authenticate": 'Bearer realm="Selvedge"'})


def not_found(what: str = "There is nothing at this address.") -> Refused:
    return Refused(404, "not_found", what)


def nothing_made() -> Refused:
    return Refused(409, "not_possible", "Nothing was made of this product yet.")


def invalid(sentence: str) -> Refused:
    return Refused(400, "invalid_request", sentence)


REASONS: tuple[tuple[type[Exception], int, str], ...] = (  # the more particular first
    (errors.NothingToUndo, 409, "nothing_to_undo"),
    (annotations.ChangedUnderneath, 409, "changed_meanwhile"),
    (service_errors.NoPhotos, 409, "no_photos"),
    (service_errors.TooManyPhotos, 409, "too_many_photos"),
    (service_errors.RunInProgress, 409, "run_in_progress"),
    (single_steps.BaseViewsMissing, 409, "base_views_missing"),
    (measurements.ImplausibleValueError, 422, "implausible_value"),
    (CellError, 422, "value_misfit"),
    (TableFileError, 422, "value_misfit"),
    (NothingToUndoError, 409, "nothing_to_undo"),
    (LengthError, 422, "value_misfit"),
    (service_errors.PhotoProblem, 422, "photo_problem"),
    (service_errors.NotPossible, 409, "not_possible"),
    (errors.NotEditable, 409, "not_editable"),
    (errors.NotReady, 409, "not_ready"),
    (errors.ValueMisfit, 422, "value_misfit"),
    (InvalidImage, 422, "invalid_image"),
    (downloads.Gone, 422, "image_not_there"),
    (downloads.Refused, 422, "invalid_image_url"),
    (downloads.Interrupted, 502, "image_not_reached"),
)


def of(error: Exception) -> Refused | None:
    """What a service's refusal is called here; None for what is no refusal."""
    if isinstance(error, Refused):
        return error
    for special, refused in WITH_MORE:
        if isinstance(error, special):
            return refused(error)
    for kind, status, code in REASONS:
        if isinstance(error, kind):
            return Refused(status, code, str(error) or "This cannot be done now.")
    return None


def _unknown_path(error: errors.UnknownPath) -> Refused:
    """Where a list is empty no name would have been right, but an entry can be added."""
    words = str(error)
    if error.empty:
        words += f" Add an entry: POST values/add with the fieldPath “{error.empty}” and an item."
    return Refused(400, "unknown_path", words, known=error.known)


def _cells_changed(error: CellsChangedError) -> Refused:
    now = [
        {"sheet": one.sheet, "row": one.row, "column": one.column, "value": one.now} for one in error.cells
    ]
    return Refused(409, "changed_meanwhile", str(error), now=now)


def short(error: InsufficientCredits) -> Refused:
    return Refused(
        402, "insufficient_credits", prices.shortage(error), needed=error.needed, available=error.available
    )


# Refusals that say more than a sentence.
WITH_MORE: tuple[tuple[type[Exception], Callable[[Any], Refused]], ...] = (
    (InsufficientCredits, short),
    (errors.UnknownPath, _unknown_path),
    (CellsChangedError, _cells_changed),
    (errors.ChangedMeanwhile, lambda error: Refused(409, "changed_meanwhile", str(error), now=error.now)),
    (NotReadyError, lambda error: Refused(409, "not_ready", str(error), blocked=error.blocked)),
)


def of_step(step: Step) -> Refused:
    """A step that ended without anything to show. What was charged is given back by then."""
    if step.is_canceled:
        return Refused(409, "canceled", step.message or "The step was canceled.", told=True)
    return failed(step.failure or "step_failed", step.message)


def failed(failure: str, message: str) -> Refused:
    """Work that was done and came to nothing; what it had been charged is given back by then."""
    if failure == Failure.CANCELED:
        return Refused(409, "canceled", message or "This was canceled.", told=True)
    on_them = failure in (Failure.CONTENT_REFUSED, Failure.INVALID_INPUT, proposals.NO_CHANGE)
    sentence = message or "This failed. What was charged is given back."
    return Refused(422 if on_them else 502, failure or "failed", sentence, told=True)
