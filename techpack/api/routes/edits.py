"""Changing a value in words: asked, looked at, accepted or not."""

from ninja import Router

from core.text import plain_line
from generation.providers.base import ImageRef
from generation.storage import downloads
from techpack.api import (
    errors,
    inputs,
    lookups,
    openapi,
    outputs,
    serializers,
)
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import Refused, not_found
from techpack.api.idempotent_post import (
    StillWorking,
    ended,
    once,
    posted,
    read,
)
from techpack.api.images import named_by, own_pictures
from techpack.editing import values
from techpack.models import EditedPiece, Proposal
from techpack.services import proposals

router = Router(tags=["Changing"], by_alias=True, auth=AUTH)


@router.post("edit", **openapi.step(outputs.Edited, "Change a value in words"))
@posted
def edit(request: CallingRequest, body: inputs.EditAsked) -> outputs.Edited:
    """1 credit, given back when nothing comes of it. Applied at once, unless `apply` is false: then the
    answer is a proposal. The same words asked again while it is on its way, or while the proposal waits,
    are that one, uncharged. An unknown `fieldPath` is refused with the names known beside it."""
    user = request.auth.user
    piece = lookups.with_values(request, body)
    reference = _reference(request, body.reference_image_url)

    def make() -> int:
        proposal = _that_waits(piece, body) or proposals.ask(
            piece=piece, path=body.field_path, prompt=body.edit_prompt, by=user, reference=reference,
            at_once=body.apply,
        )  # fmt: skip
        return proposal.pk

    return _proposed(request, once(request, make))


def _that_waits(piece: EditedPiece, body: inputs.EditAsked) -> Proposal | None:
    """To the same words, of the value as it is: a program that lost the answer does not pay again."""
    if body.apply or body.reference_image_url is not None:
        return None
    path = values.read(piece=piece, path=body.field_path).path
    ready = Proposal.objects.of(piece).filter(path=path, status=Proposal.Status.READY, at_once=False)
    same = ready.filter(prompt=plain_line(body.edit_prompt).replace("\x00", "")).last()
    return same if same is not None and proposals.still_fits(same) else None


def _reference(request: CallingRequest, url: str | None) -> ImageRef | None:
    """A picture of the caller's own, or one elsewhere, which the engine takes over under its rules."""
    if url is None:
        return None
    asset_id = named_by(request, url)
    if asset_id is None:
        if problem := downloads.public_url_problem(url):
            raise Refused(422, "invalid_image_url", problem)
        return ImageRef(url=url, role="reference")
    if not own_pictures(request.auth.user).filter(pk=asset_id).exists():
        raise not_found("There is no such picture of yours.")
    return ImageRef(asset_id=asset_id, role="reference")


def _proposed(request: CallingRequest, proposal_id: int) -> outputs.Edited:
    proposal = ended(request, Proposal.objects.filter(pk=proposal_id), Proposal.Status.ASKED)
    if proposal.is_asked:
        raise StillWorking(proposal.tech_pack, f"edit/{proposal.pk}", proposalId=proposal.pk)
    if proposal.has_failed:
        raise errors.failed(proposal.failure, proposal.message)
    if proposal.is_ready and proposal.at_once:
        words = proposal.message or "The value was changed meanwhile. Nothing was overwritten."
        raise Refused(409, "changed_meanwhile", words, told=True, proposalId=proposal.pk)
    return _edited(proposal)


def _edited(proposal: Proposal) -> outputs.Edited:
    return outputs.Edited(
        updated_value=proposal.value,
        field_path=proposal.path,
        credits_used=-proposal.charge.amount if proposal.charge else 0,
        proposal_id=proposal.pk,
        status=proposal.status,
        reason=proposal.reason,
    )


@router.get("edit/{int:proposal_id}", **openapi.read(outputs.Proposal, "Look at an edit"))
@read
def show_edit(request: CallingRequest, proposal_id: int) -> outputs.Proposal:
    """On its way, waiting, accepted, discarded, or failed and why. What a 202 of `edit` points at."""
    found = _own(request, proposal_id)
    return serializers.proposal(found, found.piece)


@router.post("edit/{int:proposal_id}/accept", **openapi.posted(outputs.Edited, "Accept a proposal"))
@posted
def accept(request: CallingRequest, proposal_id: int) -> outputs.Edited:
    """Free. Accepted twice is accepted once; a value that was changed meanwhile is not overwritten."""
    return _edited(proposals.accept(proposal=_own(request, proposal_id), by=request.auth.user))


@router.post("edit/{int:proposal_id}/discard", **openapi.posted(outputs.Edited, "Discard a proposal"))
@posted
def discard(request: CallingRequest, proposal_id: int) -> outputs.Edited:
    """The value stays as it is; what was paid was the proposal."""
    return _edited(proposals.discard(proposal=_own(request, proposal_id)))


def _own(request: CallingRequest, proposal_id: int) -> Proposal:
    rows = Proposal.objects.filter(pk=proposal_id, tech_pack__product__in=lookups.products(request))
    proposal = rows.select_related("charge__refund", "base_view", "sketch").first()
    if proposal is None:
        raise not_found("There is no such proposal of yours.")
    lookups.may_change(request, proposal.tech_pack.product)
    return proposal
