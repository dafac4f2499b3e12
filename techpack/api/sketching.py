"""What stands on a sketch: callouts and the lines of measurements, as the sketch editor changes them."""

from ninja import Body, Router

from accounts.models import User
from techpack import drawing
from techpack.api import answers, asked, documented, pieces, shapes
from techpack.api.callers import CallingRequest
from techpack.api.posting import once, posted
from techpack.models import Sketch

router = Router(tags=["Changing"], by_alias=True)


@router.post(
    "sketches/{int:sketch_id}/annotations",
    **documented.posted(shapes.Drawn, "Change what stands on a sketch"),
)
@posted
def annotate(request: CallingRequest, sketch_id: int, body: Body[asked.Drawn]) -> shapes.Drawn:
    """Free. `do` says what: `add`, `move`, `write`, `renumber` or `delete` a callout, or move the `line` of a
    measurement. A callout and a measurement are named by their `seal`, which stands for all that they say: if
    somebody has changed it meanwhile, nothing is written (409). `POST values/undo` takes it back."""
    sketch = pieces.piece_of(request.auth.user, Sketch, sketch_id)
    seal: list[str | None] = [None]

    def make() -> int:
        seal[0] = _done(body, sketch, request.auth.user)
        return sketch.pk

    once(request, make)
    again = pieces.piece_of(request.auth.user, Sketch, sketch_id)
    return shapes.Drawn(seal=seal[0], sketch=answers.sketch(request, again, answers.missed(again.tech_pack)))


def _done(body: asked.Drawn, sketch: Sketch, by: User) -> str | None:
    """The seal of what it was done to; None of what is gone. Raises drawing.ChangedUnderneath, EditError."""
    match body:
        case asked.AddCallout():
            to, words = body.position.point, body.text
            return drawing.add_callout(sketch=sketch, to=to, text=words, category=body.category, by=by)
        case asked.MoveCallout():
            return drawing.move_callout(sketch=sketch, seal=body.seal, to=body.position.point, by=by)
        case asked.WriteCallout():
            return drawing.write_callout(
                sketch=sketch, seal=body.seal, text=body.text, category=body.category, by=by
            )
        case asked.RenumberCallout():
            return drawing.renumber_callout(sketch=sketch, seal=body.seal, number=body.number, by=by)
        case asked.MoveLine():
            line = [end.point for end in body.line]
            return drawing.move_line(sketch=sketch, seal=body.seal, line=line, by=by)
        case asked.DeleteCallout():
            drawing.delete_callout(sketch=sketch, seal=body.seal, by=by)
            return None
