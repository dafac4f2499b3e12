"""Edited tables taken back in: what would change is shown first, and a round trip changes nothing."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client

from techpack.exports import tables
from techpack.exports.choices import Choices
from techpack.library.table_files import TableFileError, read_tables
from techpack.models import Product
from techpack.presenters import exports
from techpack.presenters.document import document_of
from techpack.services.errors import NotPossible
from techpack.services.spreadsheet import table_import, writes
from techpack.services.spreadsheet.errors import CellsChangedError
from techpack.services.spreadsheet.table_import import Preview
from techpack.services.spreadsheet.writes import CellWrite, Writer
from tests.support.sheets import add, put


@pytest.fixture
def graded(tee: Product) -> Product:
    """With sizes in two systems, odd inches, an override, and rows of the BOM that look like formulas."""
    put(tee, "header", 1, sizes="S, M, L", base_size="M", size_system="alpha", gender="women")
    put(tee, "equivalents", "EU", shown="yes")
    put(tee, "measures", "CH1", unit="in", value="20 1/16", tolerance="+3/8 -1/4")
    put(tee, "grading", "CH1", unit="in", step="3/16", size_at_L="20 1/2")
    add(tee, "materials", section="trim", part="=SUM(A1)", supplier='Mill "A"; Porto', loss_percent="2,5")
    return Product.objects.get(pk=tee.pk)


def previews(product: Product, data: bytes, unit: str = "cm") -> dict[str, Preview]:
    found = table_import.preview(product=product, data=data, unit=unit)
    return {f"{one.sheet} {one.title}": one for one in found}


def apply(product: Product, data: bytes, unit: str = "cm") -> None:
    made = table_import.preview(product=product, data=data, unit=unit)
    cells = [one.cell for table in made for one in table.differences]
    rows = [(table.sheet, values) for table in made for values in table.new_rows]
    table_import.apply(product=product, cells=cells, rows=rows, writer=Writer(product.owner, unit=unit))


@pytest.mark.parametrize("unit", ["cm", "in"])
@pytest.mark.parametrize("kind", ["xlsx", "pom.csv", "bom.csv"])
def test_a_round_trip_changes_nothing(graded: Product, kind: str, unit: str) -> None:
    document = document_of(graded, unit=unit)
    if kind == "xlsx":
        data = exports.export(document, "xlsx").content
    else:
        data = tables.csv_files(document)[kind].encode("utf-8-sig")
    found = previews(graded, data, unit)
    assert found
    assert [
        (one.label, one.column, one.before, one.after) for t in found.values() for one in t.differences
    ] == []
    assert all(not one.new_rows and not one.problems for one in found.values())


def _with_commas(text: str, delimiter: str) -> str:
    """As a German or French Excel saves it: decimal commas, another delimiter."""
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    rows = [[cell.replace(".", ",") if _is_number(cell) else cell for cell in row] for row in rows]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdecimal()


@pytest.mark.parametrize("languages", [("en", "zh"), ("zh",), ("tr", "en"), ("vi", "it")])
def test_a_workbook_in_other_languages_comes_back_unchanged(
    graded: Product, languages: tuple[str, ...]
) -> None:
    add(graded, "construction", area="Collar", operation="Attach collar")
    add(graded, "labels", type="main label", placement="center back neck")
    data = exports.export(document_of(graded), "xlsx", Choices(languages=languages)).content
    found = previews(graded, data)
    sheets = {"measures", "materials", "construction", "labels"}
    assert sheets <= {one.sheet for one in found.values()}
    for one in found.values():
        told = [(each.label, each.column, each.before, each.after) for each in one.differences]
        assert (told, one.new_rows, one.left, one.problems) == ([], [], [], []), one.title


@pytest.mark.parametrize("encode", [
    lambda text: text.encode(), lambda text: text.encode("utf-8-sig"), lambda text: text.encode("utf-16"),
    lambda text: _with_commas(text, ";").encode(), lambda text: _with_commas(text, "\t").encode("utf-8-sig"),
])  # fmt: skip
def test_every_csv_a_spreadsheet_saves_is_read_to_the_cent(
    graded: Product, encode: Callable[[str], bytes]
) -> None:
    text = tables.csv_files(document_of(graded, unit="cm"))["pom.csv"]
    assert not next(iter(previews(graded, encode(text)).values())).differences
    rows = list(csv.DictReader(io.StringIO(text)))
    body = next(row for row in rows if row["code"] == "BL1")
    edited = text.replace(f"BL1,{body['name']}", f"BL1,{body['name']}")
    lines = [
        line.replace(f",{body['value_cm']},", ",71.37,", 1) if line.startswith("BL1,") else line
        for line in edited.splitlines(keepends=True)
    ]
    apply(graded, encode("".join(lines)))
    assert graded.measurements.get(code="BL1").value_cm == Decimal("71.37")


def test_an_edited_workbook_is_shown_then_written(graded: Product) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exports.export(document_of(graded), "xlsx").content))
    sheet = book["BOM"]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("Supplier") + 1, "Tessile Conti")
    sheet.append(["trim", "eyelets"])
    stream = io.BytesIO()
    book.save(stream)
    made = next(one for one in previews(graded, stream.getvalue()).values() if one.sheet == "materials")
    assert [(one.before, one.after) for one in made.differences] == [("", "Tessile Conti")]
    assert [row["part"] for row in made.new_rows] == ["eyelets"]
    assert not graded.material_lines.filter(supplier="Tessile Conti").exists()
    apply(graded, stream.getvalue())
    assert graded.material_lines.filter(supplier="Tessile Conti").count() == 1
    assert graded.material_lines.filter(part="eyelets").exists()


def test_a_size_is_known_by_its_first_name(graded: Product) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exports.export(document_of(graded), "xlsx").content))
    sheet = book["Graded"]
    heads, codes = [cell.value for cell in sheet[1]], [row[0].value for row in sheet.iter_rows()]
    assert "S (cm)\nEU 36-38" in heads
    sheet.cell(codes.index("CH1") + 1, heads.index("S (cm)\nEU 36-38") + 1, 48)
    stream = io.BytesIO()
    book.save(stream)
    changes = [one for made in previews(graded, stream.getvalue()).values() for one in made.differences]
    assert ("Size S", "48") in [(one.column, one.after.split()[0]) for one in changes]


def test_what_changed_after_the_preview_is_not_overwritten(graded: Product) -> None:
    line = graded.material_lines.all()[0]
    text = tables.csv_files(document_of(graded))["bom.csv"].replace("fabric,", "Fabric A,", 1)
    made = table_import.preview(product=graded, data=text.encode(), unit="cm")
    put(graded, "materials", line.pk, section="main fabric")
    cells = [one.cell for table in made for one in table.differences]
    with pytest.raises(CellsChangedError):
        table_import.apply(product=graded, cells=cells, rows=[], writer=Writer(graded.owner))
    assert graded.material_lines.get(pk=line.pk).section == "main fabric"


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04nothing", b"\x89PNG\r\n\x1a\n\x00\x00", b"only one line", b"a;b\n1;2\n"]
)
def test_a_file_that_is_no_table_of_ours_is_refused(tee: Product, data: bytes) -> None:
    with pytest.raises((TableFileError, NotPossible)):
        table_import.preview(product=tee, data=data, unit="cm")


def test_a_sheet_of_many_lines_is_refused() -> None:
    with pytest.raises(TableFileError, match="lines"):
        read_tables(b"code;value\n" + b"CH1;50\n" * 4000)


def test_the_page_shows_a_preview_and_imports_it(graded: Product) -> None:
    client = Client()
    client.force_login(graded.owner)
    file = io.BytesIO(b"Code;Value (cm);Tolerance + (cm);Tolerance - (cm)\nCH1;52,25;0,5;0,5\nZZ9;;;\n")
    file.name = "pom.csv"
    page = client.post(f"/techpacks/{graded.pk}/sheets/import/", {"file": file})
    assert b"2 changes in" in page.content
    assert b"52,25 cm" in page.content
    client.post(f"/techpacks/{graded.pk}/sheets/import/apply/", {"sent": page.context["sent"]})
    assert graded.measurements.get(code="CH1").value_cm == Decimal("52.25")
    odd = client.post(f"/techpacks/{graded.pk}/sheets/import/apply/", {"sent": json.dumps([1])})
    assert odd.status_code == 400


def test_an_import_is_one_change_that_an_undo_takes_back(graded: Product) -> None:
    before = graded.measurements.get(code="CH1").value_cm
    cells = [CellWrite("measures", "CH1", "value", "52 cm"), CellWrite("measures", "BL1", "value", "71 cm")]
    writer = Writer(graded.owner, way="import")
    table_import.apply(product=graded, cells=cells, rows=[], writer=writer)
    writes.undo_last(product=graded, writer=writer)
    assert graded.measurements.get(code="CH1").value_cm == before
