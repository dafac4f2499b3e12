"""Cells and rows of the sheets: written at once, recorded, taken back, and never over somebody else's."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import teams
from accounts.models import Membership, Role, User
from techpack import hand_over
from techpack.exports.comparison import compare
from techpack.hand_over.restoring import restore
from techpack.models import (
    Colourway,
    Header,
    LibraryEntry,
    LineColour,
    Measurement,
    Origin,
    Product,
    SheetChange,
)
from techpack.presenters.costs import cost_sheet
from techpack.presenters.document import document_of
from techpack.presenters.lint import findings
from techpack.presenters.readiness import Facts
from techpack.presenters.specification import Specification
from techpack.services import measurements, sheets
from techpack.services.errors import NotPossible
from techpack.services.spreadsheet import brand_library, comments, duplicates, writes
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.errors import CellsChangedError, NothingToUndoError
from techpack.services.spreadsheet.writes import CellWrite, Writer
from tests.support.factories import make_user
from tests.support.sheets import add, put


def undo(product: Product) -> list[SheetChange]:
    return writes.undo_last(product=product, writer=Writer(product.owner))


def graded(product: Product, code: str) -> dict[str, Decimal]:
    return sheets.graded(product.measurements.get(code=code), Header.objects.get(product=product))


# --- cells -----------------------------------------------------------------------------------------


def test_a_written_cell_is_entered_recorded_and_outlives_another_type(tee: Product) -> None:
    line = tee.material_lines.all()[0]
    changes = put(tee, "materials", line.pk, composition="100 % cotton")
    assert [(one.before, one.after, one.origin_before) for one in changes] == [
        ("", "100 % cotton", "suggested")
    ]
    sheets.suggest(product=tee, product_type="hoodie")
    assert tee.material_lines.get(composition="100 % cotton").origin == Origin.ENTERED


@pytest.mark.parametrize(
    ("sheet", "row", "column", "text"),
    [
        ("materials", "line", "product_id", "7"), ("materials", "line", "part", "x" * 500),
        ("materials", "line", "loss_percent", "101"), ("materials", "line", "loss_percent", "much"),
        ("materials", "line", "country", "Atlantis"), ("materials", "9" * 30, "part", "x"),
        ("secrets", "1", "part", "x"), ("header", "1", "base_size", "XXL"), ("header", "1", "owner", "x"),
        ("header", "1", "sample_due", "soon"), ("care", "1", "wash", "boil"),
        ("passport", "1", "gtin", "123"),
        ("passport", "1", "hs_code", "12"), ("costing", "1", "currency", "euros"),
        ("grading", "CH1", "mode", "sideways"), ("grading", "CH1", "size:XXXL", "60"),
        ("grading", "CH1", "step", "wide"), ("measures", "no code!", "value", "50"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_hold_it_is_refused_with_its_place(
    tee: Product, sheet: str, row: str, column: str, text: str
) -> None:
    put(tee, "header", 1, sizes="S, M, L")
    row = str(tee.material_lines.all()[0].pk) if row == "line" else row
    cell = CellWrite(sheet, row, column, text)
    with pytest.raises(NotPossible):
        writes.write_cells(product=tee, cells=[cell], writer=Writer(tee.owner))
    assert not SheetChange.objects.filter(sheet=sheet, column=column).exists()


def test_a_block_is_written_whole_or_not_at_all(tee: Product) -> None:
    first, second = tee.material_lines.all()[:2]
    cells = [
        CellWrite("materials", str(first.pk), "supplier", "Mill A"),
        CellWrite("materials", str(second.pk), "loss_percent", "many"),
    ]
    with pytest.raises(CellError) as refused:
        writes.write_cells(product=tee, cells=cells, writer=Writer(tee.owner))
    assert refused.value.where == ("materials", str(second.pk), "loss_percent")
    assert not tee.material_lines.filter(supplier="Mill A").exists()


def test_the_second_of_two_writers_is_told_and_overwrites_nothing(tee: Product) -> None:
    line = tee.material_lines.all()[0]
    put(tee, "materials", line.pk, supplier="Mill A")
    late = CellWrite("materials", str(line.pk), "supplier", "Mill B", expected="")
    with pytest.raises(CellsChangedError) as told:
        writes.write_cells(product=tee, cells=[late], writer=Writer(make_user()))
    assert told.value.cells[0].now == "Mill A"
    assert tee.material_lines.get(pk=line.pk).supplier == "Mill A"


def test_an_undo_takes_a_whole_block_back_with_its_source(tee: Product) -> None:
    line = tee.material_lines.all()[0]
    put(tee, "materials", line.pk, supplier="Mill A", weight="180 g/m2")
    put(tee, "header", 1, season="AW27")
    undo(tee)
    assert Header.objects.get(product=tee).season == ""
    undo(tee)
    line.refresh_from_db()
    assert (line.supplier, line.weight, line.origin) == ("", "", Origin.SUGGESTED)
    with pytest.raises(NothingToUndoError):
        undo(tee)


def test_an_undo_never_takes_back_what_somebody_else_wrote_since(tee: Product) -> None:
    line = tee.material_lines.all()[0]
    put(tee, "materials", line.pk, supplier="Mill A")
    other = CellWrite("materials", str(line.pk), "supplier", "Mill B")
    writes.write_cells(product=tee, cells=[other], writer=Writer(make_user()))
    with pytest.raises(CellsChangedError):
        undo(tee)
    assert tee.material_lines.get(pk=line.pk).supplier == "Mill B"


def test_a_deleted_row_comes_back_with_its_colours(tee: Product) -> None:
    colourway = add(tee, "colourways", name="Navy")
    line = tee.material_lines.all()[0]
    put(tee, "colours", line.pk, **{str(colourway.pk): "Navy, Pantone TCX 19-4010, art. 4711"})
    writes.delete_row(product=tee, sheet="materials", row=str(line.pk), writer=Writer(tee.owner))
    assert not LineColour.objects.exists()
    undo(tee)
    cell = LineColour.objects.get(line_id=line.pk, colourway=colourway)
    assert (cell.colour, cell.system, cell.code, cell.article) == ("Navy", "Pantone TCX", "19-4010", "4711")


def test_an_added_row_goes_with_an_undo(tee: Product) -> None:
    add(tee, "packaging", item="carton")
    count = tee.packaging_rows.count()
    undo(tee)
    assert tee.packaging_rows.count() == count - 1


# --- grading, worked by hand -----------------------------------------------------------------------


def sized(tee: Product, sizes: str, base: str, value: str, unit: str = "cm") -> None:
    put(tee, "header", 1, sizes=sizes, base_size=base)
    put(tee, "measures", "CH1", unit=unit, value=value)


def test_incremental_steps_with_breaks_hold_from_their_size_outwards(tee: Product) -> None:
    sized(tee, "XS, S, M, L, XL, XXL", "M", "50")
    put(tee, "grading", "CH1", step="2", step_at_XL="3", step_at_XS="1.5")
    assert [f"{value.normalize():f}" for value in graded(tee, "CH1").values()] == [
        "46.5", "48", "50", "52", "55", "58",
    ]  # fmt: skip


def test_differences_from_the_base(tee: Product) -> None:
    sized(tee, "34, 36, 38, 40", "36", "45")
    put(tee, "grading", "CH1", mode="From the base size", step="2", step_at_34="-1.5", step_at_40="5")
    assert [float(value) for value in graded(tee, "CH1").values()] == [43.5, 45, 47, 50]


def test_an_override_says_so_and_goes_when_it_is_emptied(tee: Product) -> None:
    sized(tee, "S, M, L", "M", "50")
    put(tee, "grading", "CH1", step="2", size_at_L="53")
    row = tee.measurements.get(code="CH1")
    assert (float(graded(tee, "CH1")["L"]), list(row.by_size)) == (53, ["L"])
    put(tee, "grading", "CH1", size_at_L="")
    assert float(graded(tee, "CH1")["L"]) == 52


def test_inches_do_not_drift_over_twenty_sizes(tee: Product) -> None:
    sized(tee, ", ".join(str(size) for size in range(20)), "0", "20 1/16", unit="in")
    put(tee, "grading", "CH1", unit="in", step="3/16")
    last = graded(tee, "CH1")["19"]
    assert last / Decimal("2.54") == Decimal("20.0625") + 19 * Decimal("0.1875")


# --- what is worked out ----------------------------------------------------------------------------


def test_costs_add_up_in_decimals(tee: Product) -> None:
    add(tee, "costs", section="Fabric", item="jersey", quantity="1,35", unit_cost="4.20", waste_percent="3")
    add(tee, "costs", section="cut and make", item="making", quantity="1", unit_cost="3.10")
    add(tee, "costs", section="freight", item="sea", quantity="1", unit_cost="0.4")
    put(tee, "costing", 1, currency="eur", wholesale="24")
    costs = cost_sheet(tee)
    assert costs.currency == "EUR"
    assert costs.lines[0].total == Decimal("5.8401")
    assert (costs.first_cost, costs.landed_cost) == (Decimal("8.94"), Decimal("9.34"))
    assert (costs.margin_percent, costs.markup_percent) == (Decimal("61.1"), Decimal("157.0"))


def test_costs_are_in_the_document_only_when_somebody_asks(tee: Product) -> None:
    add(tee, "costs", section="fabric", item="jersey", quantity="1", unit_cost="4.20")
    assert document_of(tee).costs is None
    costs = document_of(tee, with_costs=True).costs
    assert costs is not None
    assert costs.landed_cost == Decimal("4.20")


def test_the_document_has_care_labels_colours_and_shared_comments_only(tee: Product) -> None:
    line = tee.material_lines.filter(section="fabric")[0]
    put(tee, "materials", line.pk, composition="60 % cotton, 39 % polyester")
    colourway = add(tee, "colourways", name="Navy", system="Pantone TCX", code="19-4010")
    put(tee, "colours", line.pk, **{str(colourway.pk): "Navy, Pantone TCX 19-4010"})
    put(tee, "care", 1, iron="Do not iron", wash="wash-30-mild")
    comments.add(product=tee, by=tee.owner, text="Only for us")
    comments.add(product=tee, by=tee.owner, text="Please check", is_shared=True)
    document = document_of(tee)
    assert [one.code for one in document.care] == ["wash-30-mild", "iron-no"]
    assert document.care[0].svg.startswith("<svg")
    assert document.line_colours[0].cells[0].code == "19-4010"
    first = document.compositions[0]
    assert (first.component, first.is_whole) == (line.part, False)
    assert [one.text for one in document.comments] == ["Please check"]
    assert {one.type for one in document.labels} >= {"main label", "size label"}


# --- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def owner(tee: Product) -> Client:
    client = Client()
    client.force_login(tee.owner)
    return client


def send(client: Client, product: Product, cells: Any, **more: Any) -> Any:
    body = json.dumps({"page": "materials", "cells": cells} | more)
    return client.post(f"/techpacks/{product.pk}/sheets/cells/", body, "application/json")


PAGES = (
    "", "measures/", "grading/", "materials/", "colours/", "construction/", "labels/", "packaging/", "costs/",
    "passport/", "comments/",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_sheet_opens_even_of_a_product_with_nothing(owner: Client, tee: Product, page: str) -> None:
    bare = Product.objects.create(owner=tee.owner, name="Bare")
    for product in (tee, bare):
        assert owner.get(f"/techpacks/{product.pk}/sheets/{page}").status_code == 200


def test_a_cell_is_saved_from_the_page_and_its_row_comes_back(owner: Client, tee: Product) -> None:
    line = tee.material_lines.all()[0]
    cell = {"sheet": "materials", "row": str(line.pk), "column": "supplier", "text": "供应商 مورد"}
    told = send(owner, tee, [{**cell, "expected": ""}]).json()
    assert "供应商 مورد" in told["rows"][0]["html"]
    assert told["canUndo"]
    late = send(owner, tee, [{**cell, "text": "Mill B", "expected": ""}])
    assert (late.status_code, late.json()["cells"][0]["now"]) == (409, "供应商 مورد")


def test_an_unusual_measure_is_kept_only_when_somebody_says_so(owner: Client, tee: Product) -> None:
    cell = {"sheet": "measures", "row": "CH1", "column": "value", "text": "300"}
    refused = send(owner, tee, [cell])
    assert (refused.status_code, refused.json()["implausible"]) == (422, "CH1")
    assert send(owner, tee, [cell], force=True).status_code == 200
    assert tee.measurements.get(code="CH1").value_cm == 300


@pytest.mark.parametrize("odd", [None, [], "x", [1], [{"sheet": "materials"}], [{"text": 5}], [None]])
def test_a_body_that_is_no_cells_is_refused(owner: Client, tee: Product, odd: Any) -> None:
    assert send(owner, tee, odd).status_code == 400


@pytest.mark.parametrize("odd", ["a\x00b", "²", "٣", "1/0", "9" * 5000, "\ud800"])
def test_odd_text_in_any_kind_of_cell_is_answered(owner: Client, tee: Product, odd: str) -> None:
    line = str(tee.material_lines.all()[0].pk)
    for sheet, row, column in (
        ("materials", line, "part"), ("materials", odd, "part"), ("materials", line, odd), (odd, "1", "x"),
        ("measures", odd, "value"), ("measures", "CH1", "tolerance"), ("grading", "CH1", "step"),
        ("grading", "CH1", f"size:{odd}"), ("header", "1", "sizes"), ("header", "1", "sample_due"),
        ("colours", line, odd), ("care", "1", "wash"), ("passport", "1", "mass_g"),
    ):  # fmt: skip
        told = send(owner, tee, [{"sheet": sheet, "row": row, "column": column, "text": odd}])
        assert told.status_code in (200, 400, 422), (sheet, row, column, told.content)
    assert owner.get(f"/techpacks/{tee.pk}/sheets/").status_code == 200


def test_rows_and_comments_from_the_page(owner: Client, tee: Product) -> None:
    base = f"/techpacks/{tee.pk}"
    owner.post(f"{base}/sheets/colourways/add/", {"page": "colours"})
    colourway = Colourway.objects.get(product=tee)
    owner.post(f"{base}/sheets/colourways/{colourway.pk}/", {"delete": "1", "page": "colours"})
    assert not tee.colourways.exists()
    owner.post(f"{base}/sheets/undo/", {"page": "colours"})
    assert tee.colourways.get().pk == colourway.pk
    owner.post(f"{base}/sheets/measures/add/", {"code": "X1", "name": "Loop to hem", "page": "measures"})
    assert tee.measurements.get(code="X1").point.name == "Loop to hem"
    owner.post(f"{base}/comments/", {"text": "word " * 2000, "shared": "1"})
    comment = tee.row_comments.get()
    assert len(comment.text) > 9000
    owner.post(f"{base}/comments/{comment.pk}/", {"unshare": "1"})
    owner.post(f"{base}/comments/{comment.pk}/", {"resolve": "1"})
    comment.refresh_from_db()
    assert not comment.is_shared
    assert comment.resolved_at


WRITES: dict[str, Any] = {
    "page": lambda owner, tee: send(
        owner, tee, [{"sheet": "header", "row": "1", "column": "season", "text": "S"}]
    ),
    "API": lambda owner, tee: owner.patch(
        f"/api/tech-pack-v2/products/{tee.pk}/sheets/header",
        json.dumps({"cells": [{"row": "1", "column": "season", "value": "S"}]}),
        "application/json",
    ),
    "import": lambda owner, tee: owner.post(
        f"/api/tech-pack-v2/products/{tee.pk}/sheets/import?apply=true",
        b"Code;Value (cm)\nCH1;52,25\n", "text/csv",
    ),
    "undo": lambda owner, tee: owner.post(f"/techpacks/{tee.pk}/sheets/undo/"),
    "row": lambda owner, tee: owner.post(f"/techpacks/{tee.pk}/sheets/labels/add/"),
}  # fmt: skip


@pytest.mark.parametrize("way", WRITES)
def test_no_way_of_writing_changes_what_was_issued(owner: Client, tee: Product, way: str) -> None:
    put(tee, "header", 1, brand="Rosa")
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    before, pdf = release.data, bytes(release.files.get(name="pdf").content)
    version = Product.objects.get(pk=tee.pk).specification_version
    assert WRITES[way](owner, tee).status_code in (200, 303)
    assert Product.objects.get(pk=tee.pk).specification_version > version, "the draft has changed"
    release.refresh_from_db()
    assert release.data == before
    assert bytes(release.files.get(name="pdf").content) == pdf


def test_the_database_itself_refuses_to_change_an_issued_revision(tee: Product) -> None:
    release = hand_over.issue(product=tee, by=tee.owner, force=True)
    for change in (
        lambda: tee.releases.update(data={}), lambda: tee.releases.update(number=7),
        lambda: release.files.update(content=b"other"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    tee.releases.update(issued_by=None)  # an account that goes leaves its revisions


# --- own libraries, the next style, passport -------------------------------------------------------


def test_the_next_style_starts_from_the_last_with_measures_as_suggested(tee: Product) -> None:
    put(tee, "header", 1, style_number="AW27-1", brand="Rosa", sizes="S, M, L", base_size="M")
    put(tee, "measures", "CH1", value="51.5", tolerance="0.8")
    put(tee, "grading", "CH1", step="2", step_at_L="3")
    colourway = add(tee, "colourways", name="Navy")
    line = tee.material_lines.all()[0]
    put(tee, "colours", line.pk, **{str(colourway.pk): "Navy"})
    made = duplicates.duplicate(product=tee, name="Next", with_measures=True)
    header, row = Header.objects.get(product=made), made.measurements.get(code="CH1")
    assert (header.style_number, header.brand, header.sizes) == ("", "Rosa", ["S", "M", "L"])
    assert (float(row.value_cm), row.source, row.reason) == (51.5, "suggested", "from AW27-1")
    assert (float(row.tolerance_plus_cm), row.grade_steps) == (0.8, {"L": "3"})
    assert LineColour.objects.get(line__product=made).colour == "Navy"
    assert made.label_rows.count() == tee.label_rows.count()
    bare = duplicates.duplicate(product=tee, name="Bare", with_measures=False)
    assert bare.measurements.get(code="CH1").value_cm is None


@pytest.mark.parametrize("kind", ["points", "sizes", "grades", "labels", "packaging"])
def test_a_list_of_the_own_library_goes_from_one_style_into_another(tee: Product, kind: str) -> None:
    put(tee, "header", 1, sizes="S, M, L", base_size="M", size_system="alpha")
    put(tee, "measures", "X1", name="Loop to hem", value="20")
    put(tee, "grading", "CH1", step="1.7")
    add(tee, "labels", type="flag", placement="left hem")
    add(tee, "packaging", item="tissue", specification="one sheet")
    entry = brand_library.keep(by=tee.owner, product=tee, kind=kind, name="Tops")
    other = Product.objects.create(owner=tee.owner, name="Other tee", product_type="t-shirt")
    measurements.refresh(product=other)
    if kind == "grades":
        put(other, "header", 1, sizes="S, M, L", base_size="M")
    brand_library.use(entry=entry, product=other, by=tee.owner)
    found = {
        "points": other.measurements.filter(code="X1", own_name="Loop to hem"),
        "sizes": Header.objects.filter(product=other, sizes=["S", "M", "L"], base_size="M"),
        "grades": other.measurements.filter(code="CH1", grade_cm=Decimal("1.7")),
        "labels": other.label_rows.filter(type="flag", origin="suggested"),
        "packaging": other.packaging_rows.filter(item="tissue"),
    }
    assert found[kind].exists()


def test_a_library_of_a_team_is_shared_and_one_of_your_own_is_not(tee: Product) -> None:
    mate, stranger = make_user("mate"), make_user("stranger")
    mine = brand_library.keep(by=tee.owner, product=tee, kind="points", name="Mine")
    team = teams.create(user=tee.owner, name="Studio")
    Membership.objects.create(team=team, user=mate, role=Role.EDITOR)
    Product.objects.filter(pk=tee.pk).update(team=team)
    of_team = Product.objects.get(pk=tee.pk)
    shared = brand_library.keep(by=mate, product=of_team, kind="points", name="Ours")
    again = brand_library.keep(by=tee.owner, product=of_team, kind="points", name="Ours")
    assert shared == again

    def seen(product: Product, user: User) -> set[LibraryEntry]:
        return set(LibraryEntry.objects.for_product(product, user))

    assert seen(of_team, tee.owner) == {mine, shared}
    assert seen(of_team, mate) == {shared}
    alone = Product.objects.create(owner=mate, name="Alone", product_type="t-shirt")
    assert seen(alone, mate) == set()
    assert seen(alone, stranger) == set()
    teams.remove(member=Membership.objects.get(user=mate))
    assert LibraryEntry.objects.get(pk=shared.pk).owner == tee.owner  # what was kept for the team stays there


def test_the_passport_says_fibres_countries_and_care(owner: Client, tee: Product) -> None:
    line = tee.material_lines.filter(section="fabric")[0]
    fibres = "95 % cotton, 5 % elastane"
    put(tee, "materials", line.pk, composition=fibres, recycled_percent="30", country="PT")
    put(tee, "passport", 1, gtin="4006381333931", hs_code="6109.10", mass_g="182,5")
    put(tee, "passport", 1, assembly_country="Turkey")
    put(tee, "care", 1, wash="wash-30-mild")
    told = json.loads(owner.get(f"/techpacks/{tee.pk}/passport.jsonld").content)
    assert (told["gtin"], told["countryOfAssembly"]) == ("4006381333931", "TR")
    assert told["weight"]["value"] == "182.5"
    material = told["gs1:textileMaterial"][0]
    assert material["gs1:textileMaterialContent"][0] == {"gs1:fibre": "cotton", "gs1:percentage": "95"}
    assert (material["gs1:recycledPercentage"], material["countryOfOrigin"]) == ("30", "PT")
    assert told["gs1:consumerHandlingInstructions"] == ["Wash at most 30 °C, mild"]


# --- consistency -----------------------------------------------------------------------------------


def found(tee: Product, rule: str) -> set[str]:
    told = findings(Facts(tee, Specification(tee, tee.owner)))
    return {one.text for one in told if one.rule == rule}


def _line(tee: Product) -> Any:
    return tee.material_lines.filter(section="fabric")[0]


BROKEN: dict[str, Any] = {
    "composition": lambda t: put(t, "materials", _line(t).pk, composition="60 % cotton, 30 % wool"),
    "unit": lambda t: put(t, "materials", _line(t).pk, width="60 in"),
    "stitch": lambda t: put(t, "construction", t.construction_rows.all()[0].pk, stitch_class="999"),
    "seam": lambda t: put(t, "construction", t.construction_rows.all()[0].pk, seam_class="9.99"),
    "spi": lambda t: put(t, "construction", t.construction_rows.all()[0].pk, stitches_per_inch="400"),
    "plausible": lambda t: measurements.set_value(product=t, code="CH1", text="150", force=True),
    "each other": lambda t: measurements.set_value(product=t, code="NK1", text="70", force=True),
    "photo": lambda t: measurements.set_value(product=t, code="CH1", text="75", force=True),
    "known dimension": lambda t: measurements.set_value(product=t, code="BL1", text="72", force=True),
    "flat": lambda t: measurements.set_value(product=t, code="AH1", text="60", force=True),
    "tolerance": lambda t: (
        put(t, "header", 1, sizes="S, M, L", base_size="M"), put(t, "measures", "CH1", tolerance="3")
    ),
    "colour code": lambda t: add(t, "colourways", name="Navy", hex="#1F2A44"),
    "callout": lambda t: (t.construction_rows.all().delete(), t.material_lines.all().delete()),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_each_contradiction_is_found(tee: Product, rule: str) -> None:
    before = found(tee, rule)
    BROKEN[rule](tee)
    assert found(Product.objects.get(pk=tee.pk), rule) - before


def test_a_confirmed_value_is_no_longer_held_against_the_photo(tee: Product) -> None:
    measurements.set_value(product=tee, code="CH1", text="75", force=True)
    measurements.confirm(product=tee, code="CH1")
    assert not found(Product.objects.get(pk=tee.pk), "photo")


def test_a_contradiction_that_blocks_keeps_a_revision_from_being_issued(tee: Product) -> None:
    put(tee, "materials", _line(tee).pk, composition="60 % cotton")
    with pytest.raises(hand_over.NotReadyError) as refused:
        hand_over.issue(product=tee, by=tee.owner)
    assert any("adds up to 60 %" in one["field"] for one in refused.value.blocked)


# --- size ------------------------------------------------------------------------------------------


def test_four_hundred_points_of_twenty_sizes_and_three_hundred_lines(owner: Client, tee: Product) -> None:
    put(tee, "header", 1, sizes=", ".join(str(size) for size in range(20)), base_size="10")
    Measurement.objects.bulk_create(
        Measurement(
            product=tee, code=f"X{number}", position=300, value_cm=20, source="entered", as_typed="20",
            grade_cm=1, tolerance_plus_cm=1, tolerance_minus_cm=1,
        )
        for number in range(400)
    )  # fmt: skip
    writes.add_rows(
        product=tee, sheet="materials", writer=Writer(tee.owner),
        rows=[{"section": "trim", "part": f"button {number}"} for number in range(290)],
    )  # fmt: skip
    page = owner.get(f"/techpacks/{tee.pk}/sheets/grading/")
    assert page.content.count(b"gridcell") > 400 * 40
    assert owner.get(f"/techpacks/{tee.pk}/sheets/materials/").status_code == 200
    cell = {"sheet": "grading", "row": "X399", "column": "size:19", "text": "33"}
    told = send(owner, tee, [cell], page="grading").json()
    assert {one["grid"] for one in told["rows"]} == {"grading", "graded"}


# --- sizes in other systems --------------------------------------------------------------------------


def test_sizes_in_other_systems_are_suggested_typed_over_printed_and_taken_back(tee: Product) -> None:
    put(tee, "header", 1, sizes="S, M", base_size="M", size_system="alpha", gender="women")
    put(tee, "equivalents", "EU", shown="yes")
    put(tee, "equivalents", "US", shown="Yes", size_at_M="10")

    def printed() -> list[tuple[str, dict[str, str], list[str]]]:
        document = document_of(Product.objects.get(pk=tee.pk))
        return [(one.label, one.sizes, one.own) for one in document.size_systems]

    both = [("EU", {"S": "36-38", "M": "40-42"}, []), ("US", {"S": "4-6", "M": "10"}, ["M"])]
    assert printed() == both
    undo(tee)
    assert printed() == both[:1]
    put(tee, "equivalents", "EU", size_at_M="40")
    put(tee, "equivalents", "EU", size_at_M="")
    assert printed() == both[:1], "emptied, the chart's is back"
    with pytest.raises(CellError, match="no such size system"):
        put(tee, "equivalents", "JP", shown="yes")
    with pytest.raises(CellError, match="Type yes"):
        put(tee, "equivalents", "EU", shown="perhaps")
    with pytest.raises(CellError, match="no longer in the header"):
        put(tee, "equivalents", "EU", size_at_XXL="50")


def test_without_an_agreed_equivalent_the_page_says_so_and_takes_your_own(tee: Product) -> None:
    put(tee, "header", 1, sizes="S, M", base_size="M", size_system="alpha", gender="unisex")
    client = Client()
    client.force_login(tee.owner)
    page = f"/techpacks/{tee.pk}/sheets/grading/"
    assert "say in the header whom it is for" in client.get(page).text
    assert document_of(tee).size_sources == []
    put(tee, "equivalents", "EU", shown="yes", size_at_M="40")
    (system,) = document_of(Product.objects.get(pk=tee.pk)).size_systems
    assert system.sizes == {"S": "", "M": "40"}
    put(tee, "header", 1, gender="men")
    assert "ASOS" in client.get(page).text


def test_names_of_sizes_go_into_the_library_revisions_and_changes(tee: Product) -> None:
    put(tee, "header", 1, sizes="S, M", base_size="M", size_system="alpha", gender="women")
    put(tee, "equivalents", "UK", shown="yes", size_at_M="14")
    entry = brand_library.keep(by=tee.owner, product=tee, kind="sizes", name="Women")
    other = Product.objects.create(owner=tee.owner, name="Other tee", product_type="t-shirt")
    brand_library.use(entry=entry, product=other, by=tee.owner)
    header = Header.objects.get(product=other)
    assert (header.sizes, header.shown_systems, header.size_names) == (
        ["S", "M"],
        ["UK"],
        {"UK": {"M": "14"}},
    )
    undo(other)
    header.refresh_from_db()
    assert (header.sizes, header.shown_systems) == ([], []), "taken back together"

    put(tee, "measures", "CH1", value="50")
    first = hand_over.issue(product=tee, by=tee.owner, force=True)
    page = Client().get(f"/shared/{hand_over.share(release=first).token}/").text
    assert "UK 8-10" in page, "the factory sees it"
    put(tee, "equivalents", "UK", size_at_M="12-14")
    second = hand_over.issue(product=tee, by=tee.owner, force=True)
    changes = compare(first.data, second.data)
    assert ("Sizes, UK", "S = 8-10, M = 14", "S = 8-10, M = 12-14") in [
        (c.what, c.before, c.after) for c in changes
    ]
    restore(product=tee, data=first.data, by=tee.owner, name="revision 1")
    assert Header.objects.get(product=tee).size_names == {"UK": {"M": "14"}}
