"""Routes for annotations: callouts and dimension lines, as the sketch editor changes them."""

from ninja import Body, Router

from accounts.models import User
from techpack.api import (
    inputs,
    lookups,
    openapi,
    outputs,
    serializers,
)
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.idempotent_post import once, posted
from techpack.editing import annotations
from techpack.models import Sketch

router = Router(tags=["Changing"], by_alias=True, auth=AUTH)


@router.post(
    "sketches/{int:sketch_id}/annotations",
    **openapi.posted(outputs.Drawn, "Change what stands on a sketch"),
)
@posted
def annotate(request: CallingRequest, sketch_id: int, body: Body[inputs.Drawn]) -> outputs.Drawn:
    """Free. `do` says what: `add`, `move`, `write`, `renumber` or `delete` a callout, or move the `line` of a
    measurement. A callout and a measurement are named by their `seal`, which stands for all that they say: if
    somebody has changed it meanwhile, nothing is written (409). `POST values/undo` takes it back."""
    sketch = lookups.piece_of(request, Sketch, sketch_id)
    seal: list[str | None] = [None]

    def make() -> int:
        seal[0] = _done(body, sketch, request.auth.user)
        return sketch.pk

    once(request, make)
    again = lookups.piece_of(request, Sketch, sketch_id)
    return outputs.Drawn(
        seal=seal[0], sketch=serializers.sketch(request, again, serializers.missed(again.tech_pack))
    )


def _done(body: inputs.Drawn, sketch: Sketch, by: User) -> str | None:
    """The seal of what it was done to; None of what is gone. Raises drawing.ChangedUnderneath, EditError."""
    match body:
        case inputs.AddCallout():
            to, words = body.position.point, body.text
            return annotations.add_callout(sketch=sketch, to=to, text=words, category=body.category, by=by)
        case inputs.MoveCallout():
            return annotations.move_callout(sketch=sketch, seal=body.seal, to=body.position.point, by=by)
        case inputs.WriteCallout():
            return annotations.write_callout(
                sketch=sketch, seal=body.seal, text=body.text, category=body.category, by=by
            )
        case inputs.RenumberCallout():
            return annotations.renumber_callout(sketch=sketch, seal=body.seal, number=body.number, by=by)
        case inputs.MoveLine():
            line = [end.point for end in body.line]
            return annotations.move_line(sketch=sketch, seal=body.seal, line=line, by=by)
        case inputs.DeleteCallout():
            annotations.delete_callout(sketch=sketch, seal=body.seal, by=by)
            return None
