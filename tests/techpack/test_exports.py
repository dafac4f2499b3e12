"""The document of a product as PDF, XLSX, CSV and JSON: written, and read back."""

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

from techpack.exports import lengths, pictures, tables
from techpack.exports.choices import ChoiceError, choose
from techpack.exports.document import (
    Callout,
    Change,
    Colour,
    Construction,
    Document,
    Flat,
    Label,
    Material,
    Measure,
    Missing,
    Picture,
    RevisionNote,
    SizeSystem,
)
from techpack.exports.issued_document import document_from
from techpack.exports.pdf import callouts, cover, pdf
from techpack.exports.xlsx import xlsx
from techpack.library import points_of_measure
from techpack.library.translations import translated, translated_feature, translated_phrase
from tests.support.pdf import extremes, page_texts

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 376">'
    '<path d="M86 50 L294 50 L294 326 L86 326 Z" fill="#fff" stroke="#111"/>{inside}</svg>'
)
DIMENSION = '<path d="M86 342 H294" stroke="#111"/><text x="178" y="358" font-size="4">HE1</text>'
SIZES = ["S", "M", "L"]


def make_photo(width: int = 60, height: int = 80, **saved: Any) -> Picture:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#C9953B").save(file, "JPEG", **saved)
    return Picture(file.getvalue(), "jpeg", "Photo 1", "Not on a form")


def make_flat(view: str = "Front", remarks: list[Callout] | None = None, *, inside: str = "") -> Flat:
    drawn = Picture(SVG.format(inside=inside).encode(), "svg")
    return Flat(view, drawn, Picture(SVG.format(inside=DIMENSION).encode(), "svg"), remarks or [])


def make_measure(code: str = "CH1", **changes: Any) -> Measure:
    measure = Measure(
        code=code,
        name="Chest width",
        how_to_measure="Edge to edge",
        value_cm=Decimal("52.4"),
        error_cm=Decimal("0.9"),
        source="measured",
        tolerance_plus_cm=Decimal("1.0"),
        tolerance_minus_cm=Decimal("1.0"),
    )
    return replace(measure, **changes)


def make_document(**changes: Any) -> Document:
    document = Document(
        style_number="SV-0142",
        name="White crew T-shirt",
        brand="Example Studio",
        product_type="T-shirt",
        season="SS27",
        base_size="M",
        sizes=["M"],
        unit="cm",
        revision="2",
        date=date(2026, 11, 27),
        status="For sampling",
        scale="From the scale card",
        notes="Keep the shoulder seam to the back.",
        cover=make_photo(),
        photos=[make_photo()],
        flats=[
            make_flat(remarks=[Callout(1, "Rib neckband", "construction", 0.4, 0.2, "NB1")]),
            make_flat("Back"),
        ],
        measures=[
            make_measure(),
            make_measure("NK4", name="Neck stretched", value_cm=None, source="unspecified"),
        ],
        details=[make_photo(80, 60)],
        materials=[Material("fabric", "Body fabric", material="Single jersey")],
        colours=[Colour("Off-white", "#F4F1EA")],
        construction=[Construction("Shoulder", "Join", "1.01", "504", "10-12", "0.7")],
        missing=[Missing("Care label", "law in most markets", blocks_issue=True)],
        features=[("Neck", "Crew")],
        contact="ada@studio.example",
        current_url="https://selvedge.example/r/9f3a1c2b",
        revisions=[
            RevisionNote(
                "2",
                date(2026, 11, 27),
                "Dana",
                "Wider",
                [Change("Points of measure", "CH1 Chest width", "Value, cm", "50", "52.4")],
            )
        ],
    )
    return replace(document, **changes)


def make_empty() -> Document:
    lists = (
        "sizes", "photos", "flats", "measures", "details", "materials", "colours", "construction", "missing",
    )  # fmt: skip
    words = (
        "style_number",
        "name",
        "brand",
        "product_type",
        "season",
        "base_size",
        "status",
        "scale",
        "notes",
    )
    return make_document(
        **{name: [] for name in (*lists, "features", "revisions")},
        **dict.fromkeys((*words, "contact", "current_url"), ""),
        cover=None,
        revision="Draft",
    )


def make_graded(**changes: Any) -> Document:
    by_size = {"S": Decimal("49.9"), "M": Decimal("52.4"), "L": Decimal("54.9")}
    measures = [
        make_measure(grade_cm=Decimal("2.5"), by_size_cm=by_size),
        make_measure("HE1", grade_cm=Decimal("2.5"), by_size_cm=by_size | {"L": Decimal("60.0")}),
    ]
    return make_document(**{"sizes": SIZES, "measures": measures} | changes)


def printed(document: Document, **chosen: str) -> bytes:
    return pdf(document, choose(**chosen), workbook=xlsx(document))


def read(document: Document, **chosen: str) -> PdfReader:
    return PdfReader(io.BytesIO(printed(document, **chosen)))


def pages_of(document: Document, **chosen: str) -> list[str]:
    return page_texts(printed(document, **chosen))


def text_of(document: Document) -> str:
    """All text, without the breaks that lines and invisible break points make."""
    return squeezed("".join(pages_of(document)))


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def page_with(document: Document, words: str) -> str:
    return next(text for text in pages_of(document) if words in text)


def open_workbook(document: Document) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx(document)))


def values_of(document: Document, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in open_workbook(document)[sheet].iter_rows()]


# --- lengths -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("centimetres", "inches"),
    [("67.31", "26 1/2"), ("0", "0"), ("2.54", "1"), ("0.95", "3/8"), ("2.53", "1"), ("-1.27", "−1/2"),
     ("43.02", "16 15/16")],
)  # fmt: skip
def test_inches_are_written_as_fractions_of_a_sixteenth(centimetres: str, inches: str) -> None:
    assert lengths.written(Decimal(centimetres), "in") == inches


@pytest.mark.parametrize(
    ("value", "text"), [("52", "52.0"), ("52.40", "52.4"), ("0.25", "0.25"), ("0.125", "0.13")]
)
def test_centimetres_have_one_decimal_place_or_two(value: str, text: str) -> None:
    assert lengths.written(Decimal(value), "cm") == text


def test_a_tolerance_in_inches_never_becomes_zero() -> None:
    assert lengths.tolerance(Decimal("0.05"), Decimal("0.05"), "in") == "±1/16"
    assert lengths.tolerance(Decimal("1.0"), Decimal("0.5"), "cm") == "+1.0 −0.5"
    assert lengths.tolerance(Decimal("1.0"), None, "cm") == ""


# --- callouts ----------------------------------------------------------------------------------


def test_numbers_of_callouts_keep_apart_and_in_order() -> None:
    crowded = [Callout(number, "Here", "construction", 0.2, 0.5) for number in (3, 1, 2)]
    placed = callouts.bubbles(crowded, width=100, height=100, margin=7)
    assert [bubble.number for bubble in placed] == [1, 2, 3]
    gaps = [after.y - before.y for before, after in pairwise(placed)]
    assert min(gaps) >= callouts.BUBBLE_MM
    assert {bubble.x for bubble in placed} == {-7}


@pytest.mark.parametrize("y", [-5.0, 0.0, 1.0, 5.0])
def test_numbers_of_callouts_stay_beside_the_flat(y: float) -> None:
    remarks = [Callout(number, "Hem", "construction", 0.9, y) for number in range(1, 6)]
    placed = callouts.bubbles(remarks, width=100, height=100, margin=7)
    assert all(0 <= bubble.y <= 100 and 0 <= bubble.point_y <= 100 for bubble in placed)
    assert {bubble.x for bubble in placed} == {107}


# --- PDF ---------------------------------------------------------------------------------------


def test_every_page_says_which_document_and_page_it_is() -> None:
    pages = pages_of(make_document())
    for number, page in enumerate(pages, start=1):
        for words in (
            "Example Studio",
            "White crew T-shirt",
            "SV-0142",
            "SS27",
            "27 Nov 2026",
            f"{number} of {len(pages)}",
        ):
            assert words in page
        assert "Revision\n2" in page


def test_the_pdf_has_a_sheet_for_everything_in_the_document() -> None:
    titles = [item.title for item in read(make_graded()).outline]
    assert titles == [
        "White crew T-shirt", "Flats", "Points of measure", "Graded spec", "Bill of materials",
        "Construction", "Details", "Photos", "Sample measurement sheet", "Changes",
    ]  # fmt: skip


def test_sheets_without_content_are_left_out() -> None:
    (page,) = pages_of(make_empty())
    assert "Untitled" in page


def test_the_graded_spec_marks_the_base_size_and_what_is_not_base_plus_steps() -> None:
    page = page_with(make_graded(), "Graded spec")
    assert "M base" in page
    assert "49.9" in page
    assert "60.0*" in page
    assert "54.9*" not in page


def test_heads_of_sizes_say_what_they_are_called_in_other_systems() -> None:
    systems = [
        SizeSystem("EU", "EU", {"S": "36-38", "M": "40-42", "L": ""}),
        SizeSystem("US", "US", {"S": "4-6"}),
    ]
    document = make_graded(size_systems=systems, size_sources=["EN 13402-3 letters"])
    page = page_with(document, "Graded spec")
    assert all(text in page for text in ("EU 36-38", "US 4-6", "EU 40-42", "EN 13402-3 letters"))
    header = values_of(document, "Graded")[0]
    assert header[5:] == ["S (cm)\nEU 36-38\nUS 4-6", "M (cm)\nEU 40-42", "L (cm)"]
    assert ["Sizes, EU", "S = 36-38, M = 40-42"] in [row[:2] for row in values_of(document, "Cover")]


def test_a_table_of_several_pages_keeps_its_title_header_and_drawings() -> None:
    measures = [make_measure(f"P{index:03}") for index in range(60)]
    first, *others = [page for page in pages_of(make_document(measures=measures)) if "How to measure" in page]
    assert "continued" not in first
    assert len(others) > 0
    for page in others:
        assert "Pointsofmeasurecontinued" in squeezed(page)
        assert "HE1" in page, "the code on the flat"


def test_one_size_has_no_graded_spec() -> None:
    assert "Graded spec" not in "".join(pages_of(make_graded(sizes=["M"])))


def test_the_tape_sheet_has_only_what_was_not_measured() -> None:
    sources = ("measured", "estimated", "suggested", "entered", "confirmed", "unspecified")
    measures = [
        make_measure(f"AA{index}", name=f"Row {source}", source=source)
        for index, source in enumerate(sources)
    ]
    page = page_with(make_document(measures=measures), "Measure with a tape")
    assert [source for source in sources if f"Row {source}" in page] == [
        "estimated",
        "suggested",
        "unspecified",
    ]


def test_inches_stand_in_the_pdf_as_fractions() -> None:
    document = make_document(unit="in", measures=[make_measure(value_cm=Decimal("67.31"))])
    page = page_with(document, "Points of measure")
    assert "26 1/2" in page
    assert "±3/8" in page
    assert "67.3" not in "".join(pages_of(document))


def test_the_cover_counts_what_is_missing_and_a_sheet_lists_the_rest() -> None:
    missing = [Missing(f"Field {index}", f"Reason {index}", blocks_issue=index == 11) for index in range(12)]
    pages = pages_of(make_document(missing=missing))
    assert "5 more on the sheet" in pages[0]
    shown = [index for index in range(12) if f"Field {index} " in pages[0]]
    assert shown == [0, 1, 2, 3, 4, 5, 11], "what blocks issuing comes first"
    assert "To be specified" in pages[1]
    assert all(f"Reason {index}" in pages[1] for index in range(12))


def test_designers_text_is_never_markup() -> None:
    hostile = '#panic("no") $x^2$ *bold* <label> @ref \\ `raw` // #image("/etc/passwd")'
    document = make_document(
        notes=hostile,
        features=[(hostile[:30], hostile[:30])],
        materials=[Material("fabric", hostile, comment=hostile)],
        measures=[make_measure(name=hostile, how_to_measure=hostile)],
        flats=[make_flat(remarks=[Callout(1, hostile, "construction", 0.5, 0.5)])],
    )
    assert text_of(document).count(squeezed(hostile)) >= 5


def test_text_that_no_file_can_carry_is_replaced() -> None:
    document = make_document(name="Half an emoji \ud83d, a null \x00", notes="\x1b\ufffe")
    assert "Half an emoji" in "".join(pages_of(document))
    assert xlsx(document)
    assert json.dumps(tables.as_json(document), ensure_ascii=False).encode()
    assert tables.csv_files(document)["pom.csv"].encode()


def test_the_data_is_attached_as_json() -> None:
    document = make_graded()
    attached = read(document).attachments["techpack.json"]
    assert json.loads(attached[0]) == tables.as_json(document)


def test_all_fonts_are_embedded() -> None:
    document = make_document(name="白色圆领 T 恤", notes="قميص قطني")
    fonts = fonts_of(read(document))
    assert all(fonts.values()), fonts
    for family in ("InstrumentSerif", "InstrumentSans", "IBMPlexMono", "NotoSansSC", "NotoSansArabic"):
        assert any(family in name for name in fonts)


def fonts_of(reader: PdfReader) -> dict[str, bool]:
    """Name of each font of all pages, and whether its outlines are in the file."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            found[str(inner["/BaseFont"])] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    return found


def test_the_pdf_is_tagged_and_says_its_language_and_title() -> None:
    reader = read(make_document())
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert catalogue["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "White crew T-shirt, SV-0142"


def test_chinese_text_can_be_searched() -> None:
    assert "袖口宽度" in text_of(make_document(measures=[make_measure(name="袖口宽度")]))


def test_two_languages_stand_side_by_side_and_what_a_designer_wrote_stays() -> None:
    document = make_graded(notes="Keep the neck soft")
    text = "".join(pages_of(document, languages="en,vi"))
    for words in ("Points of measure", "Các điểm đo", "Chest width", "Rộng ngực", "Keep the neck soft"):
        assert words in text
    chinese = "".join(pages_of(document, languages="zh"))
    assert "胸宽" in chinese
    assert "Points of measure" not in chinese


def test_dates_and_drafts_read_in_any_language() -> None:
    document = make_document(revision="Draft")
    english = "".join(pages_of(document))
    assert "27 Nov 2026" in english
    assert "2026-11-27" not in english
    for languages in ("en,zh", "zh"):
        text = "".join(pages_of(document, languages=languages))
        assert "2026-11-27" in text
        assert "Nov" not in text
        assert "草稿" in text


def test_what_the_library_says_is_said_in_the_second_language_too() -> None:
    remark = Callout(1, "Side seam: seam type and allowance to be specified", "finishing", 0.5, 0.5)
    document = make_document(
        brand="Polo",
        features=[("Neck", "crew"), ("Hem", "to be specified")],
        missing=[
            Missing("care label content", "law in most markets"),
            Missing("BI1 Bicep width", "By hand"),
            *(Missing(f"Field {number}", "Needed") for number in range(cover.MOST_MISSING)),
        ],
        measures=[make_measure(how_to_measure=points_of_measure()["CH1"].how_to_measure)],
        flats=[make_flat(remarks=[remark])],
        labels=[Label("main label", placement="beside the main label")],
    )
    text = squeezed("".join(pages_of(document, languages="en,zh")))
    terms = ("T-shirt", "care label content", "law in most markets", "main label", "beside the main label")
    terms += ("Bicep width", points_of_measure()["CH1"].how_to_measure, remark.category)
    for words in terms:
        assert squeezed(words) in text
        assert squeezed(translated(words, "zh")) in text
    assert translated_feature("crew", "zh") in text
    assert squeezed(translated_phrase(remark.text, "zh")) in text
    alone = "".join(pages_of(document, languages="zh"))
    assert "Polo" in alone, "what a designer wrote is never translated"
    assert "law in most markets" not in alone


@pytest.mark.parametrize("asked", [{"languages": "en,zh,tr"}, {"languages": "xx"}, {"sections": "pom,x"}])
def test_what_there_is_not_cannot_be_chosen(asked: dict[str, str]) -> None:
    with pytest.raises(ChoiceError):
        choose(**asked)


def test_only_chosen_sections_are_printed() -> None:
    titles = [item.title for item in read(make_graded(), sections="pom,changes").outline]
    assert titles == ["Points of measure", "Changes"]


def test_the_pdf_is_pdf_a_3_with_the_workbook_attached() -> None:
    document = make_graded()
    reader = read(document)
    told = reader.trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>3</pdfaid:part>" in told
    assert reader.attachments["techpack.xlsx"][0] == xlsx(document)
    emoji = pages_of(make_document(notes="Soft \U0001f9f5"))
    assert "Soft" in emoji[0], "a character without a font makes it a plain PDF"


def test_flats_are_vectors() -> None:
    page = read(make_document()).pages[1]
    assert "Flats" in pages_of(make_document())[1]
    assert "/XObject" not in page["/Resources"] or not page.images


def test_a_document_comes_back_from_its_data_and_pictures() -> None:
    document = make_graded()
    pictures_of = [document.cover, *document.photos, *document.details]
    pictures_of += [one for flat in document.flats for one in (flat.picture, flat.dimensioned)]
    files = {hashlib.sha256(one.data).hexdigest(): one.data for one in pictures_of if one}
    again = document_from(json.loads(json.dumps(tables.as_json(document))), files)
    assert tables.as_json(again) == tables.as_json(document)
    assert pdf(again) == pdf(document)


@pytest.mark.parametrize(("paper", "size"), [("a4", (842, 595)), ("letter", (792, 612))])
def test_pages_are_landscape(paper: Any, size: tuple[int, int]) -> None:
    pages = read(make_document(), paper=paper).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {size}


def make_full_of(word: str) -> Document:
    return make_document(
        **dict.fromkeys(("name", "brand", "style_number", "season", "notes", "status", "contact"), word),
        features=[(word, word)], materials=[Material(*[word] * 10)], missing=[Missing(word, word)] * 9,
        measures=[make_measure(word, name=word, how_to_measure=word, conflict=word)],
        construction=[Construction(*[word] * 8)], colours=[Colour(word, word, system=word)],
        flats=[make_flat(word, [Callout(1, word, word, 0.5, 0.5, word)])],
    )  # fmt: skip


@pytest.mark.parametrize(("paper", "width"), [("a4", 842), ("letter", 792)])
def test_no_text_is_below_seven_points_or_off_the_paper(paper: str, width: int) -> None:
    for document in (make_graded(), make_full_of("x" * 200)):
        for smallest, rightmost in extremes(printed(document, paper=paper)):
            assert smallest >= 6.99
            assert rightmost < width - 20


@pytest.mark.parametrize(
    "text", ["A very long name " * 588, "x" * 10_000, "白色圆领衫" * 2000, "قميص قطني " * 1000]
)
def test_texts_of_ten_thousand_characters_stand_in_full(text: str) -> None:
    pages = pages_of(make_document(name=text, notes=text + "THEEND"))
    assert 2 <= len(pages) < 30
    assert squeezed(text)[:20] in squeezed(pages[0]) or "قميص" in text
    assert any("THEEND" in squeezed(page) for page in pages[1:])


def test_four_hundred_measures_in_twenty_sizes_and_three_hundred_materials() -> None:
    sizes = [str(size) for size in range(30, 50)]
    measures = [
        make_measure(f"P{index:03}", by_size_cm={size: Decimal(index) + Decimal(size) for size in sizes})
        for index in range(400)
    ]
    materials = [Material("trim", f"Part {index}") for index in range(300)]
    document = make_document(sizes=sizes, base_size="40", measures=measures, materials=materials)
    pages = pages_of(document)
    assert any("448.0" in text and "P399" in text for text in pages)
    assert any("Part 299" in text for text in pages)
    workbook = open_workbook(document)
    assert "Part 299" in str([cell.value for cell in list(workbook["BOM"].rows)[-1]])
    assert list(workbook["Graded"].rows)[-1][-1].value == 448


def test_a_picture_that_cannot_be_read_does_not_stop_the_document() -> None:
    broken = Picture(b"not a picture", "jpeg")
    flat = Flat("Front", Picture(b"<svg", "svg"), Picture(b"", "svg"))
    pages = pages_of(make_document(cover=broken, photos=[broken], flats=[flat]))
    assert "This picture could not be read." in pages[0]
    assert "This drawing could not be read." in pages[0]


def test_a_photo_stands_upright_and_tells_nothing_of_its_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x0110] = "Camera of Ada"
    ready = pictures.photo(make_photo(60, 80, exif=exif))
    assert (ready.width, ready.height) == (80, 60)
    assert b"Camera of Ada" not in ready.data


def test_a_large_photo_is_made_smaller() -> None:
    ready = pictures.photo(make_photo(4000, 3000))
    assert (ready.width, ready.height) == (1500, 1125)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 380 376"', (380, 376)),
        ('viewBox="-1e1,0,3.8e2,376" width="1"', (380, 376)),
        ('width="80mm" height="40mm"', (80, 40)),
        ('viewBox="0 0 1.2.3 x"', (1, 1)),
        ('viewBox="0 0 0 0"', (1, 1)),
        ("", (1, 1)),
    ],
)
def test_a_drawing_says_how_large_it_is(attributes: str, size: tuple[float, float]) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'
    assert pictures.drawing_size(Picture(svg.encode(), "svg")) == size


def test_the_qr_code_needs_an_address() -> None:
    assert "scan the code" in pages_of(make_document())[0]
    assert "scan the code" not in "".join(pages_of(make_document(current_url="")))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf(make_graded()) == pdf(make_graded())


def test_the_pdf_is_dated_as_the_document() -> None:
    metadata = read(make_document()).metadata
    assert metadata is not None
    assert metadata.creation_date is not None
    assert metadata.creation_date.date() == date(2026, 11, 27)


# --- XLSX --------------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_for_each_table() -> None:
    sheets = [
        "Cover", "POM", "Graded", "BOM", "Colourways", "Construction", "Samples", "Changes",
        "To be specified",
    ]  # fmt: skip
    assert open_workbook(make_graded()).sheetnames == sheets
    assert open_workbook(make_document()).sheetnames == [name for name in sheets if name != "Graded"]
    assert open_workbook(make_empty())["Cover"]["A1"].value == "Untitled"


def test_lengths_are_numbers_with_the_unit_in_the_header() -> None:
    header, first, second = values_of(make_document(), "POM")
    assert header[3] == "Value (cm)"
    assert first[3] == 52.4
    assert second[3] is None
    inches = values_of(make_document(unit="in"), "POM")
    assert inches[0][3] == "Value (in)"
    assert inches[1][3] == pytest.approx(20.6299, abs=0.0001)


def test_the_date_is_a_date() -> None:
    rows = {row[0]: row[1] for row in values_of(make_document(), "Cover")}
    assert rows["Date"].date() == date(2026, 11, 27)


def test_sizes_are_formulas_over_base_and_step() -> None:
    _, regular, apart = values_of(make_graded(), "Graded")
    assert regular[5:] == ["=$G2-1*$E2", "=POM!D2", "=$G2+1*$E2"]
    assert apart[5:] == ["=$G3-1*$E3", "=POM!D3", 60]
    cached = openpyxl.load_workbook(io.BytesIO(xlsx(make_graded())), data_only=True)["Graded"]
    assert [cell.value for cell in cached[2]][5:] == [49.9, 52.4, 54.9]


def make_broken(**changes: Any) -> Document:
    """Breaks, differences from the base, and an override, by hand: what every size must be."""
    broken = make_measure(
        "CH1", grade_cm=Decimal("2.5"), grade_steps_cm={"L": Decimal(3), "XS": Decimal(2)},
        by_size_cm=dict(zip(ALL_SIZES, map(Decimal, ("47.9", "49.9", "52.4", "55.4", "58.4")), strict=True)),
    )  # fmt: skip
    from_base = make_measure(
        "HE1", grade_mode="from base", grade_cm=Decimal("2.5"), grade_steps_cm={"L": Decimal("2.8")},
        by_size_cm=dict(zip(ALL_SIZES, map(Decimal, ("47.4", "60", "52.4", "55.2", "57.4")), strict=True)),
    )  # fmt: skip
    return make_document(sizes=ALL_SIZES, measures=[broken, from_base], **changes)


ALL_SIZES = ["XS", "S", "M", "L", "XL"]


def test_breaks_and_differences_from_the_base_are_formulas_and_an_override_is_a_number() -> None:
    _, broken, from_base = values_of(make_broken(), "Graded")
    assert broken[5:] == [
        "=$H2-1*$E2-2", "=$H2-1*$E2", "=POM!D2", "=$H2+3", "=$H2+6",
    ]  # fmt: skip
    assert from_base[5:] == ["=$H3-2*$E3", 60, "=POM!D3", "=$H3+2.8", "=$H3+2*$E3"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("unit", ["cm", "in"])
def test_libreoffice_calculates_what_we_graded(unit: Any, tmp_path: Path) -> None:
    document = make_broken(unit=unit)
    book = tmp_path / "book.xlsx"
    book.write_bytes(without_results(xlsx(document)))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    subprocess.run([*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out", book], check=True)
    sheet = openpyxl.load_workbook(tmp_path / "out" / "book.xlsx", data_only=True)["Graded"]
    rows = [[cell.value for cell in row][5:] for row in sheet.iter_rows(min_row=2)]
    graded = [
        [float(lengths.number(value, unit)) for value in row.by_size_cm.values()] for row in document.measures
    ]
    assert rows == [pytest.approx(row, abs=0.0002) for row in graded]


def without_results(workbook: bytes) -> bytes:
    """The workbook without the results we wrote into it, so that whoever opens it has to calculate."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as read, zipfile.ZipFile(made, "w") as written:
        for name in read.namelist():
            content = read.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            written.writestr(name, content)
    return made.getvalue()


def test_a_base_size_that_is_graded_apart_does_not_refer_to_itself() -> None:
    measure = make_measure(
        grade_cm=Decimal(1), by_size_cm={"S": Decimal(50), "M": Decimal(51), "L": Decimal(52)}
    )
    row = values_of(make_graded(measures=[measure]), "Graded")[1]
    assert row[5:] == ["=$G2-1*$E2", 51, "=$G2+1*$E2"]


def test_a_base_size_outside_the_sizes_gives_numbers() -> None:
    row = values_of(make_graded(base_size="38"), "Graded")[1]
    assert row[5:] == [49.9, 52.4, 54.9]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_text_in_the_workbook_is_never_a_formula(start: str) -> None:
    text = f'{start}HYPERLINK("https://evil.example","x")'
    document = make_document(
        name=text, notes=text, features=[(text, text)], materials=[Material(text, text, text, comment=text)],
        measures=[make_measure(text, name=text)], missing=[Missing(text, text)],
        construction=[Construction(text, text, allowance_cm=text)],
    )  # fmt: skip
    found = [
        cell
        for sheet in open_workbook(document)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == text
    ]
    assert len(found) == 17
    assert {cell.data_type for cell in found} == {"s"}


def test_the_header_stays_in_view_and_is_printed_on_every_page() -> None:
    sheet = open_workbook(make_document())["POM"]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["A"].width


def test_the_front_flat_is_on_the_cover() -> None:
    front = make_flat("Front", inside='<circle cx="190" cy="188" r="40"/>')
    document = make_document(flats=[make_flat("Back"), front])
    (image,) = open_workbook(document)["Cover"]._images
    drawn = Image.open(io.BytesIO(image._data()))
    assert drawn.format == "PNG"
    assert drawn.width == 900
    assert drawn.convert("L").getpixel((450, 445)) == 0, "the circle of the front"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    rows = {row[0]: row[1] for row in values_of(make_document(notes="n" * 40_000), "Cover")}
    assert len(rows["Notes"]) == 32_767


# --- CSV and JSON ------------------------------------------------------------------------------


def rows_of(document: Document, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables.csv_files(document)[name])))


def test_csv_has_lengths_in_the_unit_of_the_document() -> None:
    assert rows_of(make_graded(), "pom.csv")[0]["value_cm"] == "52.4"
    row = rows_of(make_graded(unit="in"), "pom.csv")[0]
    assert (row["value_in"], row["L"]) == ("20.6299", "21.6142")
    assert rows_of(make_document(unit="in"), "construction.csv")[0]["allowance_in"] == "0.2756"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝"])
def test_text_in_csv_is_never_a_formula(start: str) -> None:
    document = make_document(
        materials=[Material("trim", f"{start}1+1")], construction=[Construction(f"{start}1", "")]
    )
    assert rows_of(document, "bom.csv")[0]["part"].startswith("'")
    assert rows_of(document, "construction.csv")[0]["area"].startswith("'")


def test_numbers_and_common_text_in_csv_stay_as_they_are() -> None:
    document = make_document(measures=[make_measure(grade_cm=Decimal("-0.5"), name='Neck "front", low')])
    row = rows_of(document, "pom.csv")[0]
    assert (row["grade_cm"], row["name"]) == ("-0.5", 'Neck "front", low')


def test_json_has_camel_case_keys_and_decimals_as_text() -> None:
    data = tables.as_json(make_graded())
    assert json.loads(json.dumps(data)) == data
    assert data["styleNumber"] == "SV-0142"
    assert data["date"] == "2026-11-27"
    assert data["measures"][0]["tolerancePlusCm"] == "1.0"
    assert data["measures"][0]["bySizeCm"] == {"S": "49.9", "M": "52.4", "L": "54.9"}
    told = {"kind": "jpeg", "caption": "Photo 1", "note": "Not on a form"}
    digest = hashlib.sha256(make_photo().data).hexdigest()
    assert data["photos"] == [told | {"sha256": digest}]
    assert data["features"] == [["Neck", "Crew"]]
