"""The shapes of the sheets: what comes in, and what goes out."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from techpack.api.inputs import Line, Lines, OnlyAsked, without_nul
from techpack.api.outputs import Shape

Text = Annotated[str, Field(max_length=10_000), AfterValidator(without_nul)]
Key = Annotated[str, Field(max_length=40), AfterValidator(without_nul)]


class CellChange(OnlyAsked):
    """`expected` is the value you saw: if it is another one now, nothing is written (409)."""

    row: Annotated[
        Key, Field(description="Its id, or the code of a point of measure; 1 of a sheet of one row.")
    ]
    column: Key
    value: Text
    expected: Text | None = None


class CellChanges(OnlyAsked):
    cells: Annotated[list[CellChange], Field(min_length=1, max_length=20_000)]
    force: Annotated[bool, Field(description="Keep a measure that such products do not have.")] = False


class NewRow(OnlyAsked):
    values: Annotated[dict[str, Text], Field(default_factory=dict, description="Columns by name.")]


class NewComment(OnlyAsked):
    text: Annotated[Lines, Field(min_length=1, max_length=10_000)]
    tag: Literal["fit", "grading", "workmanship", "material", "other"] = "other"
    sheet: Key = ""
    row: Key = ""
    view: Literal["", "front", "back", "side", "detail"] = ""
    x: Annotated[float | None, Field(ge=0, le=1, allow_inf_nan=False)] = None
    y: Annotated[float | None, Field(ge=0, le=1, allow_inf_nan=False)] = None
    shared: Annotated[bool, Field(description="The factory sees it.")] = False


class Duplicate(OnlyAsked):
    name: Annotated[Line, Field(max_length=120)]
    with_measures: bool = True


class SheetRow(Shape):
    """`source`: suggested, entered, confirmed; of points of measure also measured, estimated, unspecified."""

    row: str
    source: str
    values: dict[str, str]


class Sheet(Shape):
    name: str
    columns: dict[str, str]
    rows: list[SheetRow]


class CellChanged(Shape):
    sheet: str
    row: str
    column: str
    action: Literal["set", "add", "delete"]
    before: str
    after: str
    way: str
    by: str | None
    at: dt.datetime


class CellsChanged(Shape):
    changes: list[CellChanged]


class RowMade(Shape):
    sheet: str
    row: str


class Lacking(Shape):
    field: str
    reason: str
    blocks_issue: bool


class Contradiction(Shape):
    rule: str
    text: str
    sheet: str
    row: str
    column: str
    blocks_issue: bool


class Readiness(Shape):
    """`tape` are the points to measure with a tape: empty, estimated, suggested, or not exact enough."""

    ready: bool
    missing: list[Lacking]
    contradictions: list[Contradiction]
    tape: list[str]


class Comment(Shape):
    comment_id: int
    text: str
    tag: str
    sheet: str
    row: str
    view: str
    x: float | None
    y: float | None
    shared: bool
    resolved: bool
    by: str | None
    at: dt.datetime


class Comments(Shape):
    comments: list[Comment]


class ImportedCell(Shape):
    row: str
    column: str
    before: str
    after: str


class ImportedTable(Shape):
    sheet: str
    title: str
    cells: list[ImportedCell]
    new_rows: list[dict[str, str]]
    left: Annotated[list[str], Field(description="Rows the file does not have. They stay.")]
    problems: list[str]


class Imported(Shape):
    applied: bool
    tables: list[ImportedTable]


class Duplicated(Shape):
    product_id: int
