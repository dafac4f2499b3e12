"""The sketch editor: its dialog, and the one address every change of it goes to."""

import json
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from accounts.http import SignedInRequest
from accounts.models import User
from techpack import schemas
from techpack.editing import annotations
from techpack.editing.errors import ChangedMeanwhile, EditError, NotEditable, NothingToUndo
from techpack.models import Sketch
from techpack.views.products import own

CATEGORIES = ("dimension", "material", "construction", "hardware", "finishing")
MEANWHILE = (annotations.ChangedUnderneath, ChangedMeanwhile, NothingToUndo, NotEditable)

type Category = Literal["dimension", "material", "construction", "hardware", "finishing"]
type Seal = Annotated[str, Field(max_length=40)]
type Text = Annotated[str, Field(max_length=2000)]


class Action(BaseModel):
    """What somebody did, and how it is done. `do` answers the seal of what it concerns, if it is there."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    def apply(self, sketch: Sketch, by: User) -> str | None:
        raise NotImplementedError


class Move(Action):
    do: Literal["move"]
    seal: Seal
    to: schemas.Point

    def apply(self, sketch: Sketch, by: User) -> str | None:
        return annotations.move_callout(sketch=sketch, seal=self.seal, to=self.to, by=by)


class Write(Action):
    do: Literal["write"]
    seal: Seal
    text: Text | None = None
    category: Category | None = None

    def apply(self, sketch: Sketch, by: User) -> str | None:
        return annotations.write_callout(
            sketch=sketch, seal=self.seal, text=self.text, category=self.category, by=by
        )


class Add(Action):
    do: Literal["add"]
    to: schemas.Point
    text: Text
    category: Category

    def apply(self, sketch: Sketch, by: User) -> str | None:
        return annotations.add_callout(
            sketch=sketch, to=self.to, text=self.text, category=self.category, by=by
        )


class Delete(Action):
    do: Literal["delete"]
    seal: Seal

    def apply(self, sketch: Sketch, by: User) -> str | None:
        annotations.delete_callout(sketch=sketch, seal=self.seal, by=by)
        return None


class Renumber(Action):
    do: Literal["renumber"]
    seal: Seal
    number: int

    def apply(self, sketch: Sketch, by: User) -> str | None:
        return annotations.renumber_callout(sketch=sketch, seal=self.seal, number=self.number, by=by)


class MoveLine(Action):
    do: Literal["line"]
    seal: Seal
    line: schemas.Line

    def apply(self, sketch: Sketch, by: User) -> str | None:
        return annotations.move_line(sketch=sketch, seal=self.seal, line=self.line, by=by)


class Undo(Action):
    do: Literal["undo"]
    change: int

    def apply(self, sketch: Sketch, by: User) -> str | None:
        annotations.undo(sketch=sketch, change=self.change, by=by)
        return None


ACTIONS: TypeAdapter[Action] = TypeAdapter(
    Annotated[Move | Write | Add | Delete | Renumber | MoveLine | Undo, Field(discriminator="do")]
)


def _sketch(request: SignedInRequest, product_id: int, sketch_id: int) -> Sketch:
    rows = Sketch.objects.filter(tech_pack__product=own(request, product_id), asset__isnull=False)
    return get_object_or_404(rows.select_related("tech_pack__product", "asset"), pk=sketch_id)


@require_safe
@login_required
@never_cache
def editor(request: SignedInRequest, product_id: int, sketch_id: int) -> HttpResponse:
    """As a dialog of the page, or a page of its own."""
    sketch = _sketch(request, product_id, sketch_id)
    context = {
        "product": sketch.tech_pack.product,
        "run": sketch.tech_pack,
        "sketch": sketch,
        "name": sketch.name,
        "state": json.dumps(annotations.state(sketch)),
        "categories": CATEGORIES,
        "longest": annotations.LONGEST_TEXT,
    }
    return render(request, f"techpack/sketch_editor.html{'#dialog' if request.htmx else ''}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: HttpRequest, product_id: int, sketch_id: int) -> JsonResponse:
    """The state of the drawing; posted an action (JSON), that is done first, and `at` is the seal of what
    it concerned. Refused: `error` says why, beside the state as it is. 401, 409, 422."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "You were signed out. Sign in again to go on."}, status=401)
    sketch = _sketch(request, product_id, sketch_id)  # type: ignore[arg-type]
    if request.method != "POST":
        return JsonResponse({"state": annotations.state(sketch)})
    try:
        at = ACTIONS.validate_json(request.body).apply(sketch, request.user)
    except ValidationError:
        return _answer(sketch, HTTPStatus.UNPROCESSABLE_ENTITY, error="The editor cannot do this.")
    except MEANWHILE as error:
        return _answer(sketch, HTTPStatus.CONFLICT, error=str(error))
    except EditError as error:
        return _answer(sketch, HTTPStatus.UNPROCESSABLE_ENTITY, error=str(error))
    return _answer(sketch, HTTPStatus.OK, at=at)


def _answer(sketch: Sketch, status: HTTPStatus, **more: Any) -> JsonResponse:
    now = Sketch.objects.select_related("asset").filter(pk=sketch.pk).first()
    return JsonResponse({"state": annotations.state(now) if now else None, **more}, status=status)
