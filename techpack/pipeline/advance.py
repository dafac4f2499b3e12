"""Carrying a run on: whatever is due is begun, whatever is finished is settled.

`advance` may be called at any time, any number of times: it looks at the rows under the run's
lock and does what they ask for. Every handler ends by calling it, and so does the sweep.
"""

from django.db import transaction
from django.utils import timezone

from credits import services as ledger
from credits.services import InsufficientCredits
from generation import jobs
from generation.models import Failure
from techpack import prices, versions
from techpack.models import Activity, Piece, Step, StepName, TechPack
from techpack.pipeline import steps
from techpack.pipeline.steps.base import StepWork

MAIL_AFTER = 120  # seconds a run must have taken for a mail when it ends

BEGINNING = {
    StepName.CATEGORY: "Detecting product category...",
    StepName.BASE_VIEWS: "Analyzing base views...",
    StepName.CLOSE_UPS: "Planning close-ups...",
    StepName.SKETCHES: "Drawing sketches...",
}


@transaction.atomic
def advance(tech_pack_id: int) -> None:
    run = versions.locked(tech_pack_id)
    if run is None or not run.is_going:
        return
    by_name = {step.name: step for step in run.steps.select_related("charge")}
    for name, work in steps.ALL.items():
        if name in by_name:
            _carry_on(run, by_name[name], work, by_name)
    _conclude(run, list(by_name.values()))


def _carry_on(run: TechPack, step: Step, work: StepWork, by_name: dict[str, Step]) -> None:
    if step.is_pending or step.is_waiting_for_credits:
        if run.cancel_requested_at:
            _close(run, step, Step.Status.CANCELED, message="Not begun.")
            return
        before = by_name.get(work.after) if work.after else None
        if before is not None and before.is_over and not before.delivered:
            _close(run, step, Step.Status.CANCELED, message=f"Not begun: {before.get_name_display()} failed.")
        elif (before is None or before.is_over) and work.is_ready(run):
            _begin(run, step, work)
    if step.is_running:
        _settle(run, step, work)


# --- beginning -------------------------------------------------------------------------------


def _begin(run: TechPack, step: Step, work: StepWork) -> None:
    need = work.need(run)
    try:
        if need.price:
            step.charge = ledger.charge(
                holder=run.product.payer,
                amount=need.price,
                reference=f"step:{step.pk}:{step.round}",
                description=f"{step.get_name_display()} of {run.product.code}, run {run.number}",
            )
    except InsufficientCredits as error:
        _wait(run, step, error)
        return
    step.status = Step.Status.RUNNING
    step.started_at = timezone.now()
    step.planned = need.planned
    step.message = ""
    step.save()
    if need.planned or need.price:
        versions.say(run, BEGINNING[StepName(step.name)])
    else:
        versions.bump(run)
    work.begin(run)
    step.refresh_from_db()


def _wait(run: TechPack, step: Step, error: InsufficientCredits) -> None:
    """An empty balance is no failure: the step begins when credits come."""
    if step.is_waiting_for_credits:
        return
    step.status = Step.Status.WAITING
    step.message = f"{error.needed} credits are needed, {error.available} are left."
    step.save()
    text = f"{step.get_name_display()} waits: {step.message}"
    versions.say(run, text, tone=Activity.Tone.BAD, toast=True)


# --- settling --------------------------------------------------------------------------------


def _settle(run: TechPack, step: Step, work: StepWork) -> None:
    """Close a running step once nothing of it is on its way, and give back what did not come."""
    if work.is_busy(run):
        return
    pieces = work.pieces(run)
    lacking = [piece for piece in pieces if not piece.is_loaded]
    if step.failure:  # the plan itself failed, said by its handler
        status = Step.Status.CANCELED if step.failure == Failure.CANCELED else Step.Status.FAILED
        amount = -step.charge.amount if step.charge else 0
        _give_back(run, step, amount=amount, reason=_reason(run, step.message))
    elif not lacking:
        status = Step.Status.DONE
    else:
        status = _status_of_incomplete(run, pieces, lacking)
        amount = _amount_to_return(step, lacking)
        _give_back(run, step, amount=amount, reason=_reason(run, lacking[0].message))
        step.message = lacking[0].message
        step.failure = lacking[0].failure
    _close(run, step, status, message=step.message)
    if step.delivered and lacking:
        versions.show_again(run, lacking)


def _status_of_incomplete(run: TechPack, pieces: list[Piece], lacking: list[Piece]) -> Step.Status:
    if run.cancel_requested_at:
        return Step.Status.CANCELED
    return Step.Status.FAILED if len(lacking) == len(pieces) else Step.Status.PARTIAL


def _amount_to_return(step: Step, lacking: list[Piece]) -> int:
    charged = -step.charge.amount if step.charge else 0
    return prices.refund(charged=charged, undelivered=len(lacking), planned=max(step.planned, len(lacking)))


def _reason(run: TechPack, message: str) -> str:
    """Of all steps of a canceled run the same."""
    return "the run was canceled." if run.cancel_requested_at else message


def _give_back(run: TechPack, step: Step, *, amount: int, reason: str) -> None:
    if not amount or step.charge is None:
        return
    words = f"Refunded {counted(amount)}: {reason}"
    if ledger.refund(charge=step.charge, amount=amount, description=words[:200]):
        step.refunded = amount
        versions.say(run, words, tone=Activity.Tone.BAD, toast=True)


def _close(run: TechPack, step: Step, status: Step.Status, *, message: str) -> None:
    step.status = status
    step.message = message
    step.finished_at = timezone.now()
    step.save()
    versions.bump(run)


# --- the end ---------------------------------------------------------------------------------


def _conclude(run: TechPack, all_steps: list[Step]) -> None:
    if all(step.is_over for step in all_steps):
        _finish(run, all_steps)
        return
    stalled = any(step.is_waiting_for_credits for step in all_steps)
    working = any(step.is_running for step in all_steps)
    status = TechPack.Status.WAITING if stalled and not working else TechPack.Status.RUNNING
    if run.status != status:
        run.status = status
        run.save(update_fields=["status"])
        versions.bump(run)


def _finish(run: TechPack, all_steps: list[Step]) -> None:
    run.status = verdict(run, all_steps)
    run.finished_at = timezone.now()
    run.save(update_fields=["status", "finished_at"])
    tone = Activity.Tone.GOOD if run.status == TechPack.Status.COMPLETE else Activity.Tone.PLAIN
    versions.say(run, _closing_words(run, all_steps), tone=tone, toast=True)
    if (run.finished_at - run.started_at).total_seconds() > MAIL_AFTER:
        jobs.defer("techpack.mail_run_ended", tech_pack_id=run.pk)


def verdict(run: TechPack, all_steps: list[Step]) -> TechPack.Status:
    """What the run has come to, from its steps."""
    states = {Step.Status(step.status) for step in all_steps}
    if states == {Step.Status.DONE}:
        return TechPack.Status.COMPLETE
    if run.cancel_requested_at:
        return TechPack.Status.CANCELED
    if states & {Step.Status.FAILED, Step.Status.CANCELED}:
        return TechPack.Status.FAILED
    return TechPack.Status.PARTIAL


def _closing_words(run: TechPack, all_steps: list[Step]) -> str:
    used = sum(-step.charge.amount - step.refunded for step in all_steps if step.charge)
    left = ledger.balance(run.product.payer)
    words = {
        TechPack.Status.COMPLETE: "Tech pack complete.",
        TechPack.Status.PARTIAL: "Tech pack finished; some images failed.",
        TechPack.Status.CANCELED: "Run canceled.",
        TechPack.Status.FAILED: "The run stopped. It can be resumed from where it stands.",
    }[TechPack.Status(run.status)]
    return f"{words} {counted(used)} used, {left} left."


def counted(amount: int) -> str:
    return "1 credit" if amount == 1 else f"{amount} credits"
