"""Pictures and analyses made again, their takes, and making again all that is out of date."""

from ninja import Query, Router

from techpack import regenerating
from techpack.api import answers, asked, documented, pieces, refusals, shapes
from techpack.api.callers import CallingRequest
from techpack.api.pictures import address
from techpack.api.posting import StillWorking, ended, once, posted, read
from techpack.api.products import own
from techpack.api.refusals import not_found
from techpack.editing import redoing
from techpack.models import AnyPiece, BaseView, CloseUp, Sketch, Take

router = Router(tags=["Changing"], by_alias=True)


@router.post("regenerate", **documented.step(shapes.Regenerated, "Make one thing again"))
@posted
def regenerate(request: CallingRequest, body: asked.RegenerateAsked) -> shapes.Regenerated:
    """1 credit, given back when it fails; nothing where the engine could only repeat itself, and the
    `message` says so. What was there stays as an earlier take."""
    piece, said = pieces.with_takes(request.auth.user, body), ["Nothing was made again."]

    def make() -> int:
        begun = regenerating.regenerate(piece=piece, by=request.auth.user, instruction=body.regenerate_prompt)
        said[0] = begun.words
        return begun.take.pk if begun.take else 0

    take_id = once(request, make)
    if not take_id:
        return _answer(request, piece, credits_used=0, message=said[0])
    return _taken(request, take_id, piece)


def _taken(request: CallingRequest, take_id: int, piece: AnyPiece) -> shapes.Regenerated:
    take = ended(request, Take.objects.filter(pk=take_id), Take.Status.MAKING)
    if take.is_making:
        raise StillWorking(take.tech_pack, f"regenerate/{take.pk}", takeId=take.pk)
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


# --- takes ---------------------------------------------------------------------------------------


@router.get("regenerate/{int:take_id}", **documented.read(shapes.Take, "Look at a take"))
@read
def show_take(request: CallingRequest, take_id: int) -> shapes.Take:
    """On its way, there, or failed and why. What a 202 of `regenerate` points at."""
    rows = Take.objects.filter(pk=take_id, tech_pack__product__owner=request.auth.user)
    take = rows.select_related("asset", "charge__refund", "base_view__revision__asset").first()
    if take is None:
        raise not_found("There is no such take of yours.")
    return answers.take(request, take, take.piece)


@router.get("takes", **documented.read(shapes.Takes, "List the takes of one thing"))
@read
def list_takes(request: CallingRequest, which: Query[asked.OfPicture]) -> shapes.Takes:
    """The oldest first, those that failed too; none while there is only what the run made."""
    piece = pieces.with_takes(request.auth.user, which)
    rows = Take.objects.of(piece).select_related("asset", "charge__refund")
    return shapes.Takes(takes=[answers.take(request, take, piece) for take in rows])


@router.post("takes/restore", **documented.posted(shapes.Regenerated, "Show an earlier take again"))
@posted
def restore_take(request: CallingRequest, body: asked.TakeAsked) -> shapes.Regenerated:
    """Free, with all that had been changed on it; the one that was shown stays among the takes."""
    piece = pieces.with_takes(request.auth.user, body)
    regenerating.restore(piece=piece, number=body.number)
    again = pieces.with_takes(request.auth.user, body)
    return _answer(request, again, credits_used=0, message=f"Take {body.number} is shown.")


# --- what is out of date -------------------------------------------------------------------------


@router.post(
    "products/{int:product_id}/redo", **documented.at_a_price(shapes.Redone, "Make again what is out of date")
)
@posted
def redo(request: CallingRequest, product_id: int) -> shapes.Redone:
    """All that `outOfDate` of the product lists, at the price it names. Answered as soon as it is asked
    for: `takes` are on their way, and `isGenerating` of the product is true until the last has come."""
    run = own(request.auth.user, product_id).latest_run
    if run is None:
        raise refusals.nothing_made()
    said = ["Asked for already."]

    def make() -> int:
        redone = redoing.redo(run=run, by=request.auth.user)
        said[0] = redone.words
        return redone.charged

    paid = once(request, make)
    making = Take.objects.filter(tech_pack=run).making().order_by("pk")
    return shapes.Redone(credits_used=paid, message=said[0], takes=[take.pk for take in making])
