"""Take edited tables back in, start the next style from the last, own libraries, the passport as a file."""

import json
from http import HTTPStatus
from typing import TypedDict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from pydantic import TypeAdapter, ValidationError

from accounts.http import SignedInRequest
from core.attachments import as_download
from techpack.library.lengths import LengthError
from techpack.library.table_files import TableFileError
from techpack.models import LibraryEntry, SheetChange
from techpack.presenters.passport import passport_json
from techpack.services import errors
from techpack.services.spreadsheet import brand_library, duplicates, table_import
from techpack.services.spreadsheet.table_import import Preview
from techpack.services.spreadsheet.writes import CellWrite, Writer
from techpack.views.decorators import product_post
from techpack.views.products import own

JSON_LD = "application/ld+json"


class Sent(TypedDict):
    """What a preview page sends back: [sheet, row, column, text, expected] and [sheet, {column: text}]."""

    cells: list[tuple[str, str, str, str, str | None]]
    rows: list[tuple[str, dict[str, str]]]


_SENT: TypeAdapter[Sent] = TypeAdapter(Sent)


def _unit(request: SignedInRequest, product: object) -> str:
    header = getattr(product, "header", None)
    return (header.unit if header else "") or request.user.units


def _to(product_id: int, name: str = "sheets") -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(f"techpack:{name}", args=[product_id])})


@product_post
def preview(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Show what an edited file would change. Nothing is written."""
    product = own(request, product_id)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, "Choose a file first: XLSX, or CSV.")
        return _to(product_id)
    try:
        made = table_import.preview(product=product, data=upload.read(), unit=_unit(request, product))
    except (TableFileError, errors.NotPossible) as reason:
        messages.error(request, str(reason))
        return _to(product_id)
    context = {
        "product": product, "previews": made, "file": upload.name, "sent": json.dumps(_sent(made)),
        "count": sum(len(one.differences) + len(one.new_rows) for one in made),
    }  # fmt: skip
    return render(request, "techpack/import_preview.html", context)


def _sent(previews: list[Preview]) -> Sent:
    cells = [one.cell for table in previews for one in table.differences]
    return {
        "cells": [(one.sheet, one.row, one.column, one.text, one.expected) for one in cells],
        "rows": [(table.sheet, values) for table in previews for values in table.new_rows],
    }


@product_post
def apply(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Write what the preview showed, unless somebody has changed a cell since."""
    product = own(request, product_id)
    try:
        sent = _SENT.validate_json(request.POST.get("sent", ""))
    except ValidationError:
        return HttpResponse("This is not what the preview showed.", status=HTTPStatus.BAD_REQUEST)
    cells = [CellWrite(*one[:4], expected=one[4]) for one in sent["cells"]]
    writer = Writer(request.user, way=SheetChange.Way.IMPORT, unit=_unit(request, product))
    try:
        table_import.apply(product=product, cells=cells, rows=sent["rows"], writer=writer)
    except (LengthError, errors.NotPossible) as reason:
        messages.error(request, f"Nothing was imported. {reason}")
    else:
        messages.success(request, f"{len(cells) + len(sent['rows'])} changes imported. Undo takes them back.")
    return _to(product_id)


@product_post
def duplicate(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Start the next style from this one."""
    product = own(request, product_id)
    name = request.POST.get("name", "") or f"{product.name} (next)"
    try:
        made = duplicates.duplicate(product=product, name=name, with_measures="measures" in request.POST)
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
        return _to(product_id)
    messages.success(request, f"{made.name} starts from {product.name}.")
    return _to(made.pk)


@product_post
def keep(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Keep one list of this product in the library."""
    product, post = own(request, product_id), request.POST
    brand = "" if "every" in post else None
    try:
        made = brand_library.keep(
            by=request.user, product=product, kind=post.get("kind", ""), name=post.get("name", ""),
            brand=brand,
        )  # fmt: skip
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{made.get_kind_display()} kept as “{made.name}”.")
    return _to(product_id)


@product_post
def use(request: SignedInRequest, product_id: int, entry_id: int) -> HttpResponse:
    """Put a list of the library into this product, `rename` it, or `delete` it."""
    product = own(request, product_id)
    entry = get_object_or_404(LibraryEntry.objects.for_product(product, request.user), pk=entry_id)
    if "rename" in request.POST:
        try:
            made = brand_library.rename(entry=entry, name=request.POST.get("name", ""))
        except errors.NotPossible as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"The list is called “{made.name}” now.")
        return _to(product_id)
    if "delete" in request.POST:
        brand_library.delete(entry=entry)
        messages.success(request, f"“{entry.name}” is deleted from the library.")
        return _to(product_id)
    try:
        brand_library.use(entry=entry, product=product, by=request.user)
    except (LengthError, errors.NotPossible) as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{entry.name}” is in this product. Undo takes it back.")
    return _to(product_id)


@require_safe
@login_required
@never_cache
def passport(request: SignedInRequest, product_id: int) -> HttpResponse:
    """The digital product passport as JSON-LD."""
    product = own(request, product_id)
    made = json.dumps(passport_json(product), ensure_ascii=False, indent=2).encode()
    return as_download(made, JSON_LD, f"{product.code}-passport.jsonld")
