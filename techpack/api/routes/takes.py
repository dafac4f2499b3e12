"""Pictures and analyses made again, their takes, and making again all that is out of date."""

from ninja import Query, Router

from techpack.api import (
    errors,
    inputs,
    lookups,
    openapi,
    outputs,
    serializers,
)
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import not_found
from techpack.api.idempotent_post import (
    StillWorking,
    ended,
    once,
    posted,
    read,
)
from techpack.api.images import address
from techpack.api.lookups import own_product
from techpack.models import AnyPiece, BaseView, CloseUp, Sketch, Take
from techpack.services import redo, takes

router = Router(tags=["Changing"], by_alias=True, auth=AUTH)


@router.post("regenerate", **openapi.step(outputs.Regenerated, "Make one thing again"))
@posted
def regenerate(request: CallingRequest, body: inputs.RegenerateAsked) -> outputs.Regenerated:
    """1 credit, given back when it fails; nothing where the engine could only repeat itself, and the
    `message` says so. What was there stays as an earlier take."""
    piece, said = lookups.with_takes(request, body), ["Nothing was made again."]

    def make() -> int:
        begun = takes.regenerate(piece=piece, by=request.auth.user, instruction=body.regenerate_prompt)
        said[0] = begun.words
        return begun.take.pk if begun.take else 0

    take_id = once(request, make)
    if not take_id:
        return _answer(request, piece, credits_used=0, message=said[0])
    return _taken(request, take_id, piece)


def _taken(request: CallingRequest, take_id: int, piece: AnyPiece) -> outputs.Regenerated:
    take = ended(request, Take.objects.filter(pk=take_id), Take.Status.MAKING)
    if take.is_making:
        raise StillWorking(take.tech_pack, f"regenerate/{take.pk}", takeId=take.pk)
    if not take.is_ready and take.failure:
        raise errors.failed(take.failure, take.message)
    piece.refresh_from_db()
    if not take.is_ready:  # the engine made the same again, and it was refunded
        return _answer(request, piece, credits_used=0, message=take.message)
    paid = -take.charge.amount if take.charge else 0
    return _answer(request, piece, credits_used=paid, message="")


def _answer(
    request: CallingRequest, piece: AnyPiece, *, credits_used: int, message: str
) -> outputs.Regenerated:
    view = piece if isinstance(piece, BaseView) else None
    asset = piece.revision.asset if isinstance(piece, BaseView) else piece.asset
    return outputs.Regenerated(
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


# --- takes ---------------------------------------------------------------------------------------


@router.get("regenerate/{int:take_id}", **openapi.read(outputs.Take, "Look at a take"))
@read
def show_take(request: CallingRequest, take_id: int) -> outputs.Take:
    """On its way, there, or failed and why. What a 202 of `regenerate` points at."""
    rows = Take.objects.filter(pk=take_id, tech_pack__product__in=lookups.products(request))
    take = rows.select_related("asset", "charge__refund", "base_view__revision__asset").first()
    if take is None:
        raise not_found("There is no such take of yours.")
    return serializers.take(request, take, take.piece)


@router.get("takes", **openapi.read(outputs.Takes, "List the takes of one thing"))
@read
def list_takes(request: CallingRequest, which: Query[inputs.OfPicture]) -> outputs.Takes:
    """The oldest first, those that failed too; none while there is only what the run made."""
    piece = lookups.with_takes(request, which)
    rows = Take.objects.of(piece).select_related("asset", "charge__refund")
    return outputs.Takes(takes=[serializers.take(request, take, piece) for take in rows])


@router.post("takes/restore", **openapi.posted(outputs.Regenerated, "Show an earlier take again"))
@posted
def restore_take(request: CallingRequest, body: inputs.TakeAsked) -> outputs.Regenerated:
    """Free, with all that had been changed on it; the one that was shown stays among the takes."""
    piece = lookups.with_takes(request, body)
    takes.restore(piece=piece, number=body.number)
    again = lookups.with_takes(request, body)
    return _answer(request, again, credits_used=0, message=f"Version {body.number} is shown.")


# --- what is out of date -------------------------------------------------------------------------


@router.post(
    "products/{int:product_id}/redo", **openapi.at_a_price(outputs.Redone, "Make again what is out of date")
)
@posted
def redo_product(request: CallingRequest, product_id: int) -> outputs.Redone:
    """All that `outOfDate` of the product lists, at the price it names. Answered as soon as it is asked
    for: `takes` are on their way, and `isGenerating` of the product is true until the last has come."""
    run = own_product(request, product_id).latest_run
    if run is None:
        raise errors.nothing_made()
    said = ["Asked for already."]

    def make() -> int:
        redone = redo.redo(run=run, by=request.auth.user)
        said[0] = redone.words
        return redone.charged

    paid = once(request, make)
    making = Take.objects.filter(tech_pack=run).making().order_by("pk")
    return outputs.Redone(credits_used=paid, message=said[0], takes=[take.pk for take in making])
