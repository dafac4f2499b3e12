"""Changing what was made: a value in words, a picture made again."""

from django.db.models import F
from ninja import Router

from accounts.models import User
from generation import downloads
from generation.models import Asset
from generation.providers.base import ImageRef
from techpack import regenerating
from techpack.api import asked, documented, refusals, shapes
from techpack.api.callers import CallingRequest
from techpack.api.pictures import address, named_by
from techpack.api.posting import StillWorking, once, posted, wait
from techpack.api.refusals import Refused, not_found
from techpack.editing import proposals
from techpack.models import AnyPiece, BaseView, CloseUp, EditedPiece, Proposal, Sketch, Take

router = Router(tags=["Tech packs"], by_alias=True)


def _view_of(user: User, revision_id: int | None) -> BaseView:
    """What the latest run that has this photo found on it."""
    views = BaseView.objects.filter(revision=revision_id, tech_pack__product__owner=user)
    view: BaseView | None = views.order_by(F("tech_pack__number").desc()).first()
    if view is None:
        raise not_found("There is no such analysed photo of yours.")
    return view


def _piece_of[T: (CloseUp, Sketch)](user: User, model: type[T], piece_id: int) -> T:
    piece: T | None = model.objects.filter(pk=piece_id, tech_pack__product__owner=user).first()
    if piece is None:
        raise not_found("There is no such picture of yours.")
    return piece


# --- a value in words ----------------------------------------------------------------------------


@router.post("edit", **documented.step(shapes.Edited, "Change a value in words"))
@posted
def edit(request: CallingRequest, body: asked.EditAsked) -> shapes.Edited:
    """1 credit, given back when nothing comes of it. Applied at once, unless `apply` is false: then the
    answer is a proposal. An unknown `fieldPath` is refused with the names known beside it."""
    user = request.auth.user
    piece: EditedPiece = (
        _piece_of(user, Sketch, body.sketch_id)
        if body.sketch_id is not None
        else _view_of(user, body.revision_id)
    )
    reference = _reference(request, body.reference_image_url)

    def make() -> int:
        return proposals.ask(
            piece=piece, path=body.field_path, prompt=body.edit_prompt, by=user, reference=reference,
            at_once=body.apply,
        ).pk  # fmt: skip

    return _proposed(request, once(request, make))


def _reference(request: CallingRequest, url: str | None) -> ImageRef | None:
    """A picture of the caller's own, or one elsewhere, which the engine takes over under its rules."""
    if url is None:
        return None
    asset_id = named_by(request, url)
    if asset_id is None:
        if problem := downloads.public_url_problem(url):
            raise Refused(422, "invalid_image_url", problem)
        return ImageRef(url=url, role="reference")
    account = f"user:{request.auth.user.pk}"
    if not Asset.objects.stored().filter(pk=asset_id, account=account).exists():
        raise not_found("There is no such picture of yours.")
    return ImageRef(asset_id=asset_id, role="reference")


def _proposed(request: CallingRequest, proposal_id: int) -> shapes.Edited:
    own = Proposal.objects.filter(pk=proposal_id)
    wait(request, lambda: not own.filter(status=Proposal.Status.ASKED).exists())
    proposal = own.select_related("tech_pack", "charge").first()
    if proposal is None:
        raise not_found("The product was deleted meanwhile.")
    if proposal.is_asked:
        raise StillWorking(proposal.tech_pack, proposalId=proposal.pk)
    if proposal.has_failed:
        raise refusals.failed(proposal.failure, proposal.message)
    if proposal.is_ready and proposal.at_once:
        words = proposal.message or "The value was changed meanwhile. Nothing was overwritten."
        raise Refused(409, "changed_meanwhile", words, told=True, proposalId=proposal.pk)
    return _edited(proposal)


def _edited(proposal: Proposal) -> shapes.Edited:
    return shapes.Edited(
        updated_value=proposal.value,
        field_path=proposal.path,
        credits_used=-proposal.charge.amount if proposal.charge else 0,
        proposal_id=proposal.pk,
        status=proposal.status,
        reason=proposal.reason,
    )


@router.post("edit/{int:proposal_id}/accept", **documented.posted(shapes.Edited, "Accept a proposal"))
@posted
def accept(request: CallingRequest, proposal_id: int) -> shapes.Edited:
    """Free. Accepted twice is accepted once; a value that was changed meanwhile is not overwritten."""
    return _edited(proposals.accept(proposal=_own(request, proposal_id), by=request.auth.user))


@router.post("edit/{int:proposal_id}/discard", **documented.posted(shapes.Edited, "Discard a proposal"))
@posted
def discard(request: CallingRequest, proposal_id: int) -> shapes.Edited:
    """The value stays as it is; what was paid was the proposal."""
    return _edited(proposals.discard(proposal=_own(request, proposal_id)))


def _own(request: CallingRequest, proposal_id: int) -> Proposal:
    rows = Proposal.objects.filter(pk=proposal_id, tech_pack__product__owner=request.auth.user)
    proposal = rows.select_related("charge", "base_view", "sketch").first()
    if proposal is None:
        raise not_found("There is no such proposal of yours.")
    return proposal


# --- a picture made again ------------------------------------------------------------------------


@router.post("regenerate", **documented.step(shapes.Regenerated, "Make one thing again"))
@posted
def regenerate(request: CallingRequest, body: asked.RegenerateAsked) -> shapes.Regenerated:
    """1 credit, given back when it fails; nothing where the engine could only repeat itself, and the
    `message` says so. What was there stays as an earlier take."""
    piece, said = _named(request.auth.user, body), ["Nothing was made again."]

    def make() -> int:
        begun = regenerating.regenerate(piece=piece, by=request.auth.user, instruction=body.regenerate_prompt)
        said[0] = begun.words
        return begun.take.pk if begun.take else 0

    take_id = once(request, make)
    if not take_id:
        return _answer(request, piece, credits_used=0, message=said[0])
    return _taken(request, take_id, piece)


def _named(user: User, body: asked.RegenerateAsked) -> AnyPiece:
    if body.close_up_id is not None:
        return _piece_of(user, CloseUp, body.close_up_id)
    if body.sketch_id is not None:
        return _piece_of(user, Sketch, body.sketch_id)
    return _view_of(user, body.revision_id)


def _taken(request: CallingRequest, take_id: int, piece: AnyPiece) -> shapes.Regenerated:
    own = Take.objects.filter(pk=take_id)
    wait(request, lambda: not own.filter(status=Take.Status.MAKING).exists())
    take = own.select_related("tech_pack", "charge").first()
    if take is None:
        raise not_found("The product was deleted meanwhile.")
    if take.is_making:
        raise StillWorking(take.tech_pack)
    if not take.is_ready and take.failure:
        raise refusals.failed(take.failure, take.message)
    piece.refresh_from_db()
    if not take.is_ready:  # the engine made the same again, and it was refunded
        return _answer(request, piece, credits_used=0, message=take.message)
    paid = -take.charge.amount if take.charge else 0
    return _answer(request, piece, credits_used=paid, message="")


def _answer(
    request: CallingRequest, piece: AnyPiece, *, credits_used: int, message: str
) -> shapes.Regenerated:
    view = piece if isinstance(piece, BaseView) else None
    asset = piece.revision.asset if isinstance(piece, BaseView) else piece.asset
    return shapes.Regenerated(
        new_revision_id=view.revision_id if view else None,
        new_close_up_id=piece.pk if isinstance(piece, CloseUp) else None,
        new_sketch_id=piece.pk if isinstance(piece, Sketch) else None,
        image_url=address(request, asset),
        thumbnail_url=address(request, asset, "small"),
        analysis_data=view.facts if view else None,
        confidence_score=view.confidence if view else None,
        credits_used=credits_used,
        message=message,
    )
