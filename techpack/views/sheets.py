"""The sheets of a product: their pages, and every write of a cell or row."""

import json
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from pydantic import TypeAdapter, ValidationError

from accounts.http import SignedInRequest
from techpack.library.lengths import LengthError
from techpack.models import Product, RowComment
from techpack.presenters.grids import TITLES, Grid, Line
from techpack.presenters.sheets import PAGES, Sheets
from techpack.services import errors
from techpack.services.measurements import ImplausibleValueError
from techpack.services.spreadsheet import comments, writes
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.errors import CellsChangedError
from techpack.services.spreadsheet.writes import CellWrite, Writer
from techpack.views.decorators import product_post
from techpack.views.products import own

# Which sheets the rows of a grid follow, where it is not its own alone.
FOLLOWS = {"graded": ("grading", "measures"), "colours": ("colours", "materials")}
# What is worked out on a page beside its grids, sent again after a write.
PARTS = {
    "overview": ("ready",),
    "costs": ("totals",),
    "labels": ("composition", "places"),
    "grading": ("nested",),
}


@require_safe
@login_required
@never_cache
def show(request: SignedInRequest, product_id: int, name: str = "overview") -> HttpResponse:
    """The overview, or one sheet."""
    product = own(request, product_id)
    if name not in PAGES:
        raise Http404("There is no such sheet.")
    context = {"product": product, "sheets": Sheets(product, request.user, name)}
    return render(request, "techpack/sheets.html", context)


def _writer(request: SignedInRequest, product: Product) -> Writer:
    header = getattr(product, "header", None)
    return Writer(request.user, unit=(header.unit if header else "") or request.user.units)


@product_post
def write(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Write cells, all or none: {page, cells: [{sheet, row, column, text, expected}], force}."""
    product = own(request, product_id)
    sent = _body(request)
    cells = _cells(sent.get("cells"))
    if not cells:
        return _refused("There is nothing to write.", HTTPStatus.BAD_REQUEST)
    writer, force = _writer(request, product), sent.get("force") is True
    try:
        changes = writes.write_cells(product=product, cells=cells, writer=writer, force=force)
    except CellsChangedError as error:
        now = [{"sheet": c.sheet, "row": c.row, "column": c.column, "now": c.now} for c in error.cells]
        return _refused(str(error), HTTPStatus.CONFLICT, cells=now)
    except ImplausibleValueError as error:
        return _refused(str(error), HTTPStatus.UNPROCESSABLE_ENTITY, implausible=error.code)
    except (errors.NotPossible, LengthError) as error:
        where = error.where if isinstance(error, CellError) else ("", "", "")
        return _refused(str(error), HTTPStatus.UNPROCESSABLE_ENTITY, where=where)
    touched = {(change.sheet, change.row) for change in changes} | {(c.sheet, c.row) for c in cells}
    return _answer(request, product.pk, str(sent.get("page", "")), touched)


def _body(request: SignedInRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


class SentCell(TypedDict):
    """A cell as the page sends it."""

    sheet: str
    row: str
    column: str
    text: str
    expected: NotRequired[str | None]


_SENT: TypeAdapter[SentCell] = TypeAdapter(SentCell)


def _cells(sent: object) -> list[CellWrite]:
    """Cells as the page sends them; [] when they are anything else."""
    if not isinstance(sent, list):
        return []
    try:
        found = [_SENT.validate_python(one) for one in sent]
    except ValidationError:
        return []
    return [CellWrite(**one) for one in found]


def _refused(sentence: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"error": sentence, **more}, status=status)


def _answer(
    request: SignedInRequest, product_id: int, page: str, touched: set[tuple[str, str]]
) -> HttpResponse:
    """The rows and fields that changed, and what follows from them on this page."""
    product = Product.objects.get(pk=product_id)
    shown = Sheets(product, request.user, page if page in PAGES else "overview")
    if ("header", "1") in touched and shown.page != "overview":
        return JsonResponse({"reload": True})
    rows = [
        {"grid": grid.name, "row": key, "html": _line(grid, line)}
        for grid in shown.grids
        for sheet, key in touched
        if sheet in FOLLOWS.get(grid.name, (grid.sheet,)) and (line := grid.line(key)) is not None
    ]
    told = [*shown.header_fields, *shown.care_fields, *shown.passport_fields, *shown.costing_fields]
    fields = [
        {"key": field.key, "value": field.value, "symbol": field.symbol}
        for field in told
        if (field.sheet, field.row) in touched
    ]
    context = {"sheets": shown, "product": product}
    parts = {
        name: render_to_string(f"techpack/sheets.html#{name}", context, request)
        for name in PARTS.get(shown.page, ())
    }
    return JsonResponse({"rows": rows, "fields": fields, "parts": parts, "canUndo": shown.can_undo})


def _line(grid: Grid, line: Line) -> str:
    return render_to_string("techpack/sheets.html#line", {"grid": grid, "line": line})


# --- rows ------------------------------------------------------------------------------------------


def _back(request: SignedInRequest, product: Product, page: str) -> HttpResponse:
    shown = Sheets(product, request.user, page if page in PAGES else "overview")
    return HttpResponse(status=303, headers={"Location": shown.address(shown.page)})


def _try(request: SignedInRequest, act: Any) -> None:
    try:
        act()
    except (errors.NotPossible, LengthError) as reason:
        messages.error(request, str(reason))


@product_post
def add_row(request: SignedInRequest, product_id: int, name: str) -> HttpResponse:
    """`code` is that of a new point of measure; of other sheets an empty row is added."""
    product, page = own(request, product_id), request.POST.get("page", "")
    writer = _writer(request, product)
    code = request.POST.get("code", "").strip()
    if name == "measures":
        cell = CellWrite("measures", code, "name", request.POST.get("name", "") or code)
        _try(request, lambda: writes.write_cells(product=product, cells=[cell], writer=writer))
    elif name in TITLES:
        _try(request, lambda: writes.add_row(product=product, sheet=name, writer=writer))
    else:
        messages.error(request, "There is no such sheet.")
    return _back(request, product, page)


@product_post
def change_row(request: SignedInRequest, product_id: int, name: str, row: str) -> HttpResponse:
    """`delete` or `confirm` one row."""
    product, page = own(request, product_id), request.POST.get("page", "")
    writer = _writer(request, product)
    if "delete" in request.POST:
        _try(request, lambda: writes.delete_row(product=product, sheet=name, row=row, writer=writer))
    else:
        cells = [CellWrite(name, row, "origin", "confirmed")]
        _try(request, lambda: writes.write_cells(product=product, cells=cells, writer=writer))
    return _back(request, product, page)


@product_post
def undo(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Take back the last change of this person."""
    product, page = own(request, product_id), request.POST.get("page", "")
    try:
        undone = writes.undo_last(product=product, writer=_writer(request, product))
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    else:
        many = f"{len(undone)} cells" if len(undone) > 1 else "One change"
        messages.success(request, f"{many} taken back.")
    return _back(request, product, page)


# --- comments --------------------------------------------------------------------------------------


@product_post
def add_comment(request: SignedInRequest, product_id: int) -> HttpResponse:
    product, post = own(request, product_id), request.POST
    _try(
        request,
        lambda: comments.add(
            product=product, by=request.user, text=post.get("text", ""), tag=post.get("tag", ""),
            sheet=post.get("sheet", ""), row=post.get("row", ""), is_shared="shared" in post,
        ),
    )  # fmt: skip
    return _back(request, product, "comments")


@product_post
def change_comment(request: SignedInRequest, product_id: int, comment_id: int) -> HttpResponse:
    """`resolve`, `reopen`, `share`, `unshare` or `delete` it."""
    product = own(request, product_id)
    comment = get_object_or_404(RowComment, pk=comment_id, product=product)
    act = next((name for name in comments.ACTS if name in request.POST), "")
    _try(request, lambda: comments.change(comment=comment, act=act))
    return _back(request, product, "comments")
