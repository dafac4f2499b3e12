"""The sheets of a product: cells, rows, undo, what is missing, comments, import, the next style."""

import json

from django.http import HttpResponse
from ninja import Router

from core.attachments import as_download
from techpack.api import openapi
from techpack.api import sheet_shapes as shapes
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import not_found
from techpack.api.idempotent_post import once, posted, read
from techpack.api.lookups import own_product
from techpack.models import Product, RowComment, SheetChange
from techpack.presenters import exports
from techpack.presenters.grids import Grids
from techpack.presenters.lint import findings
from techpack.presenters.passport import passport_json
from techpack.presenters.readiness import Facts, missing_of, tape_list
from techpack.presenters.specification import Specification
from techpack.services import sheets
from techpack.services.spreadsheet import comments, duplicates, table_import, tables, writes
from techpack.services.spreadsheet.writes import CellWrite, Writer

router = Router(tags=["Sheets"], by_alias=True, auth=AUTH)

GRIDS = (*sheets.SHEETS, "colours", "measures", "grading", "equivalents")


def _writer(request: CallingRequest, product: Product) -> Writer:
    unit = sheets.header_of(product).unit or request.auth.user.units
    return Writer(request.auth.user, way=SheetChange.Way.API, unit=unit)


@router.get("products/{int:product_id}/readiness", **openapi.read(shapes.Readiness, "What is missing"))
@read
def readiness(request: CallingRequest, product_id: int) -> shapes.Readiness:
    """What a factory still needs, what contradicts itself, and what to measure with a tape."""
    product = own_product(request, product_id)
    shown = Specification(product, request.auth.user)
    missing, wrong = missing_of(product, shown), findings(Facts(product, shown))
    return shapes.Readiness(
        ready=not any(one.blocks_issue for one in missing) and not any(one.blocks for one in wrong),
        missing=[
            shapes.Lacking(field=one.field, reason=one.reason, blocks_issue=one.blocks_issue)
            for one in missing
        ],
        contradictions=[
            shapes.Contradiction(
                rule=one.rule, text=one.text, sheet=one.sheet, row=one.row, column=one.column,
                blocks_issue=one.blocks,
            )
            for one in wrong
        ],
        tape=[row.code for row in tape_list(shown)],
    )  # fmt: skip


@router.get("products/{int:product_id}/passport", **openapi.file("Digital passport", "application/ld+json"))
def passport(request: CallingRequest, product_id: int) -> HttpResponse:
    """The digital product passport as JSON-LD."""
    product = own_product(request, product_id)
    made = json.dumps(passport_json(product), ensure_ascii=False, indent=2).encode()
    return as_download(made, "application/ld+json", f"{product.code}-passport.jsonld")


@router.post("products/{int:product_id}/sheets/undo", **openapi.posted(shapes.CellsChanged, "Undo"))
@posted
def undo(request: CallingRequest, product_id: int) -> shapes.CellsChanged:
    """Take back your last change, with all that was changed together with it."""
    product = own_product(request, product_id)
    return _told(writes.undo_last(product=product, writer=_writer(request, product)))


@router.get("products/{int:product_id}/sheets/history", **openapi.read(shapes.CellsChanged, "History"))
@read
def history(
    request: CallingRequest, product_id: int, sheet: str = "", row: str = "", column: str = ""
) -> shapes.CellsChanged:
    """Changes of the sheets, the newest first, at most 500; of one sheet, row or column if asked."""
    product = own_product(request, product_id)
    rows = SheetChange.objects.filter(product=product).select_related("by").order_by("-pk")
    asked = {"sheet": sheet, "row": row, "column": column}
    rows = rows.filter(**{name: text.replace("\x00", "") for name, text in asked.items() if text})
    return _told(list(rows[:500]))


IMPORTED = ("text/csv", exports.CONTENT_TYPES["xlsx"], "application/octet-stream")


@router.post(
    "products/{int:product_id}/sheets/import",
    **openapi.sent_as_file(shapes.Imported, "Import an edited sheet", *IMPORTED),
)
@posted
def import_sheet(request: CallingRequest, product_id: int, apply: bool = False) -> shapes.Imported:
    """The body is the file itself: XLSX, or CSV with comma, semicolon or tab. Without `apply` nothing is
    written: the answer says what would change."""
    product = own_product(request, product_id)
    writer = _writer(request, product)
    made = table_import.preview(product=product, data=request.body, unit=writer.unit)
    if apply:
        cells = [one.cell for table in made for one in table.differences]
        rows = [(table.sheet, values) for table in made for values in table.new_rows]
        importer = Writer(writer.by, way=SheetChange.Way.IMPORT, unit=writer.unit)
        table_import.apply(product=product, cells=cells, rows=rows, writer=importer)
    return shapes.Imported(applied=apply, tables=[_table(one) for one in made])


def _table(made: table_import.Preview) -> shapes.ImportedTable:
    cells = [
        shapes.ImportedCell(row=one.cell.row, column=one.cell.column, before=one.before, after=one.after)
        for one in made.differences
    ]
    return shapes.ImportedTable(
        sheet=made.sheet, title=made.title, cells=cells, new_rows=made.new_rows, left=made.left,
        problems=made.problems,
    )  # fmt: skip


NO_SHEET = frozenset({405})  # `undo`, `import` and `history` are no sheets


@router.get(
    "products/{int:product_id}/sheets/{slug:sheet}", **openapi.read(shapes.Sheet, "One sheet", NO_SHEET)
)
@read
def show(request: CallingRequest, product_id: int, sheet: str) -> shapes.Sheet:
    """`materials`, `construction`, `colourways`, `colours` (BOM x colourway), `labels`, `packaging`, `costs`,
    `measures`, `grading`, or of one row `header`, `care`, `passport`, `costing`."""
    product = own_product(request, product_id)
    if sheet in tables.SINGLE:
        row = tables.open_row(product, sheet, tables.THE_ROW)
        columns = tables.columns_of(sheet)
        values = {column: row.text(column) for column in columns}
        only = shapes.SheetRow(row=tables.THE_ROW, source="entered", values=values)
        return shapes.Sheet(name=sheet, columns=columns, rows=[only])
    if sheet not in GRIDS:
        raise not_found("There is no such sheet.")
    grid = Grids(product, sheets.header_of(product).unit or request.auth.user.units).of(sheet)
    rows = [
        shapes.SheetRow(
            row=line.key, source=line.source,
            values={
                head.column: cell.text
                for head, cell in zip(grid.heads, line.cells, strict=True)
                if head.column
            },
        )
        for line in grid.lines
    ]  # fmt: skip
    columns = {head.column: head.label for head in grid.heads if head.column}
    return shapes.Sheet(name=sheet, columns=columns, rows=rows)


@router.patch(
    "products/{int:product_id}/sheets/{slug:sheet}",
    **openapi.changed(shapes.CellsChanged, "Write cells", NO_SHEET),
)
@read
def write(
    request: CallingRequest, product_id: int, sheet: str, body: shapes.CellChanges
) -> shapes.CellsChanged:
    """All of them, or none when one is refused. Lengths are text as people write it; without a unit they are
    in the product's."""
    product = own_product(request, product_id)
    cells = [CellWrite(sheet, one.row, one.column, one.value, one.expected) for one in body.cells]
    writer = _writer(request, product)
    return _told(writes.write_cells(product=product, cells=cells, writer=writer, force=body.force))


@router.post(
    "products/{int:product_id}/sheets/{slug:sheet}/rows", **openapi.posted(shapes.RowMade, "Add a row")
)
@posted
def add_row(request: CallingRequest, product_id: int, sheet: str, body: shapes.NewRow) -> shapes.RowMade:
    """At the end of the sheet."""
    product = own_product(request, product_id)

    def make() -> int:
        writer = _writer(request, product)
        return writes.add_row(product=product, sheet=sheet, writer=writer, values=body.values).pk

    return shapes.RowMade(sheet=sheet, row=str(once(request, make)))


@router.delete(
    "products/{int:product_id}/sheets/{slug:sheet}/rows/{slug:row}",
    **openapi.changed(shapes.RowMade, "Delete a row"),
)
@read
def delete_row(request: CallingRequest, product_id: int, sheet: str, row: str) -> shapes.RowMade:
    """`undo` brings it back."""
    product = own_product(request, product_id)
    writes.delete_row(product=product, sheet=sheet, row=row, writer=_writer(request, product))
    return shapes.RowMade(sheet=sheet, row=row)


def _told(changes: list[SheetChange]) -> shapes.CellsChanged:
    return shapes.CellsChanged(
        changes=[
            shapes.CellChanged(
                sheet=one.sheet, row=one.row, column=one.column, action=one.action,  # type: ignore[arg-type]
                before=one.before, after=one.after, way=one.way, by=one.by.email if one.by else None,
                at=one.made_at,
            )
            for one in changes
        ]
    )  # fmt: skip


# --- comments, and the next style ------------------------------------------------------------------


@router.get("products/{int:product_id}/comments", **openapi.read(shapes.Comments, "Comments"))
@read
def list_comments(request: CallingRequest, product_id: int) -> shapes.Comments:
    """Internal and shared ones."""
    product = own_product(request, product_id)
    rows = product.row_comments.select_related("by")
    return shapes.Comments(comments=[_comment(row) for row in rows])


@router.post("products/{int:product_id}/comments", **openapi.posted(shapes.Comment, "Write a comment"))
@posted
def add_comment(request: CallingRequest, product_id: int, body: shapes.NewComment) -> shapes.Comment:
    """About a row, a point of measure or a place on a flat; internal unless `shared`."""
    product = own_product(request, product_id)

    def make() -> int:
        told = body.model_dump(exclude={"shared"})
        return comments.add(product=product, by=request.auth.user, is_shared=body.shared, **told).pk

    return _comment(RowComment.objects.select_related("by").get(pk=once(request, make)))


def _comment(row: RowComment) -> shapes.Comment:
    return shapes.Comment(
        comment_id=row.pk, text=row.text, tag=row.tag, sheet=row.sheet, row=row.row, view=row.view, x=row.x,
        y=row.y, shared=row.is_shared, resolved=row.resolved_at is not None,
        by=row.by.email if row.by else None, at=row.created_at,
    )  # fmt: skip


@router.post(
    "products/{int:product_id}/duplicate", **openapi.posted(shapes.Duplicated, "Start the next style")
)
@posted
def duplicate(request: CallingRequest, product_id: int, body: shapes.Duplicate) -> shapes.Duplicated:
    """A product with the same sheets, tolerances and grade rules. Measures come along as suggested."""
    product = own_product(request, product_id)

    def make() -> int:
        return duplicates.duplicate(product=product, name=body.name, with_measures=body.with_measures).pk

    return shapes.Duplicated(product_id=once(request, make))
