"""The sheets of a product as parts of its document: header, matrix of colours, labels, care, packaging."""

from typing import Any, cast

from django.db.models import Model

from techpack.exports import document as documents
from techpack.library import care as symbols
from techpack.library.compositions import components
from techpack.library.standards import countries, country_code
from techpack.library.units import short
from techpack.models import Care, Header, LabelRow, LineColour, PackagingRow, Passport, Product
from techpack.services.size_systems import systems_of

HEADER_LABELS = {
    "collection": "Collection", "gender": "Gender", "fit": "Fit", "designer": "Designer",
    "supplier": "Supplier", "stage": "Stage", "size_system": "Size system", "sample_due": "Sample due",
    "delivery_due": "Delivery due",
}  # fmt: skip
WITH_FIBRES = ("fabric", "lining", "upper")  # sections whose composition stands on the label


def header_fields(header: Header) -> list[tuple[str, str]]:
    """The fields that have no place of their own in the document; empty ones are left out."""
    found = [(label, getattr(header, name)) for name, label in HEADER_LABELS.items()]
    return [(label, str(value)) for label, value in found if value]


def size_systems(header: Header) -> list[documents.SizeSystem]:
    """Those that the designer has printed."""
    return [
        documents.SizeSystem(one.system, one.label, one.sizes, one.own)
        for one in systems_of(header)
        if one.is_shown
    ]


def line_colours(product: Product) -> list[documents.LineColours]:
    """BOM x colourway; [] without colourways. Only lines that have a colour anywhere, and all fabrics."""
    colourways = list(product.colourways.all())
    cells = {
        (cell.line_id, cell.colourway_id): cell for cell in LineColour.objects.filter(line__product=product)
    }
    coloured = {line for line, _ in cells}
    rows = []
    for line in product.material_lines.all() if colourways else ():
        if line.pk not in coloured and line.section not in WITH_FIBRES:
            continue
        there = [cells.get((line.pk, one.pk)) or LineColour() for one in colourways]
        rows.append(
            documents.LineColours(
                section=line.section,
                part=line.part,
                cells=[
                    documents.Colour(c.colour, c.hex, source_of(c), c.system, c.code, c.approval)
                    for c in there
                ],
                articles=[cell.article for cell in there],
            )
        )
    return rows


def labels(product: Product) -> list[documents.Label]:
    return [documents.Label(source=source_of(row), **_columns(row)) for row in product.label_rows.all()]


def packaging(product: Product) -> list[documents.Packaging]:
    rows = product.packaging_rows.all()
    return [documents.Packaging(source=source_of(row), **_columns(row)) for row in rows]


def _columns(row: LabelRow | PackagingRow) -> dict[str, Any]:
    return {column: getattr(row, column) for column in type(row).columns}


def source_of(row: Model) -> documents.Source:
    return cast(documents.Source, getattr(row, "origin", "entered"))


def care(product: Product) -> list[documents.CareInstruction]:
    """What is chosen, in the order of ISO 3758."""
    row = Care.objects.filter(product=product).first()
    codes = [getattr(row, column) for column in symbols.GROUPS] if row else []
    return [
        documents.CareInstruction(code, symbols.words(code), symbols.svg(code))
        for code in codes
        if code in symbols.SYMBOLS
    ]


def care_words(product: Product) -> str:
    row = Care.objects.filter(product=product).first()
    return row.words if row else ""


def compositions(product: Product) -> list[documents.Composition]:
    """Of each fabric and lining of the BOM: the one home of a composition. Empty ones are to be specified."""
    found = []
    for line in product.material_lines.filter(section__in=WITH_FIBRES):
        parts = components(line.composition)
        if not parts:
            found.append(documents.Composition(line.part, line.composition, is_whole=False))
        for part in parts:
            text = ", ".join(f"{fibre.percent:f} % {fibre.name}".strip() for fibre in part.fibres)
            found.append(documents.Composition(part.name or line.part, text, part.is_whole))
    return found


def passport(product: Product) -> list[tuple[str, str]]:
    """Fields of the digital product passport with what they say; [] while none is filled."""
    row = Passport.objects.filter(product=product).first()
    if row is None:
        return []
    found = []
    for column, label in Passport.columns.items():
        value = getattr(row, column)
        if value is None or value == "":
            continue
        code = country_code(str(value)) if column.endswith("_country") else ""
        found.append((label, f"{countries()[code]} ({code})" if code else str(value)))
    if not found:
        return []
    return [*_fibres(product), *found]


def _fibres(product: Product) -> list[tuple[str, str]]:
    rows = [(f"Composition, {one.component}", one.text) for one in compositions(product) if one.text]
    recycled = product.material_lines.exclude(recycled_percent=None)
    return rows + [(f"Recycled, {line.part}", f"{short(line.recycled_percent)} %") for line in recycled]


def shared_comments(product: Product) -> list[documents.Comment]:
    """Comments that the factory may see, open ones."""
    rows = product.row_comments.filter(is_shared=True, resolved_at__isnull=True).select_related("by")
    return [
        documents.Comment(
            about=about(row.sheet, row.row, row.view), tag=row.get_tag_display(), text=row.text,
            by=(row.by.get_full_name() or row.by.email) if row.by else "", date=row.created_at.date(),
        )
        for row in rows
    ]  # fmt: skip


def about(sheet: str, row: str, view: str) -> str:
    """What a comment is about, in words: "CH1", "materials 12", "front"."""
    if sheet == "measures":
        return row
    return " ".join(filter(None, [sheet, row, view]))
