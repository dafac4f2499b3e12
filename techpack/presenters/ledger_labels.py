"""What the references of the ledger are about, for the credits page: "step:17:1", "try:close-up:3:1",
"regenerate:sketch:5:2", "edit:12"."""

from collections.abc import Collection

from credits import reference_labels
from credits.reference_labels import Meaning
from techpack.models import AnyPiece, BaseView, CloseUp, Proposal, Sketch, Step, TechPack

PIECES: tuple[type[AnyPiece], ...] = (BaseView, CloseUp, Sketch)


def register() -> None:
    reference_labels.register("step", of_steps)
    reference_labels.register("try", of_pieces)
    reference_labels.register("regenerate", of_pieces)
    reference_labels.register("edit", of_proposals)


def of_steps(references: Collection[str]) -> dict[str, Meaning]:
    """Of "step:<id>:<round>"."""
    ids = {reference: _number(reference, 1) for reference in references}
    steps = Step.objects.select_related("tech_pack__product").in_bulk([*set(ids.values())])
    return {reference: _run(steps[pk].tech_pack) for reference, pk in ids.items() if pk in steps}


def of_proposals(references: Collection[str]) -> dict[str, Meaning]:
    """Of "edit:<id>"."""
    ids = {reference: _number(reference, 1) for reference in references}
    asked = Proposal.objects.select_related("tech_pack__product").in_bulk([*set(ids.values())])
    return {reference: _run(asked[pk].tech_pack) for reference, pk in ids.items() if pk in asked}


def of_pieces(references: Collection[str]) -> dict[str, Meaning]:
    """Of "<what>:<kind of piece>:<id>:...": one query for each kind of piece."""
    found: dict[str, Meaning] = {}
    for model in PIECES:
        ids = {ref: _number(ref, 2) for ref in references if ref.split(":")[1:2] == [model.prefix]}
        if ids:
            rows = model._default_manager.select_related("tech_pack__product").in_bulk([*set(ids.values())])
            found |= {ref: _run(rows[pk].tech_pack) for ref, pk in ids.items() if pk in rows}
    return found


def _number(reference: str, place: int) -> int:
    """The id at that place; 0, which nothing has, when there is none."""
    parts = reference.split(":")
    return int(parts[place]) if len(parts) > place and parts[place].isdecimal() else 0


def _run(run: TechPack) -> Meaning:
    return Meaning(
        words=f"{run.product.name}, run {run.number}", url=run.get_absolute_url(), account=run.product.account
    )
