"""A product as a document for a factory: `techpack.exports.document.Document` from its rows."""

import io
import logging
import re
import uuid
from decimal import Decimal
from typing import cast

from django.utils import timezone
from PIL import Image

from core.addresses import site_address
from core.storage import STORAGE_ERRORS
from generation.models import Asset
from generation.storage import assets
from techpack import flats
from techpack.editing import flat_drawing
from techpack.editing.specification import features_for_reading
from techpack.exports import document as documents
from techpack.library import points_of_measure, requirements_of
from techpack.models import BaseView, CloseUp, Measurement, Piece, Product, View
from techpack.presenters.specification import Specification
from techpack.services import measurements, sheets

log = logging.getLogger(__name__)

PICTURE_SIDE = 1500
Source = Measurement.Source


def document_of(
    product: Product, *, revision: str = "Draft", current_url: str = "", unit: str = ""
) -> documents.Document:
    """The document as the product stands now. Reads rows and pictures; writes nothing."""
    shown = Specification(product, product.owner)
    header = sheets.header_of(product)
    run = product.latest_run
    views = list(run.base_views.filter(status=Piece.Status.LOADED)) if run else []
    drawn = _flats(product, shown)
    photos = [
        _picture(reading.revision.asset, reading.revision.get_view_display()) for reading in shown.readings
    ]
    there = [photo for photo in photos if photo is not None]
    if not shown.readings:
        rows = product.revisions.in_use().select_related("asset")
        there = [one for photo in rows if (one := _picture(photo.asset, photo.get_view_display()))]
    chosen = unit or shown.unit
    return documents.Document(
        style_number=header.number,
        name=product.name,
        brand=header.brand,
        product_type=shown.type_label or product.category_words,
        season=header.season,
        base_size=header.base_size,
        sizes=header.sizes,
        unit="in" if chosen == "in" else "cm",
        revision=revision,
        date=timezone.localdate(),
        status="Issued" if revision.isdigit() else "Draft, not issued",
        scale=shown.scale_words,
        notes=product.notes,
        cover=there[0] if there else None,
        photos=there,
        flats=drawn,
        measures=[_measure(row, sheets.graded(row, header)) for row in shown.measurements],
        details=_details(product),
        materials=_materials(product),
        colours=_colours(product, views),
        construction=_construction(product),
        missing=missing_of(product, shown),
        features=[(one.label, one.words or "to be specified") for one in shown.features],
        contact=header.contact or product.owner.email,
        current_url=current_url,
    )


def _measure(row: Measurement, by_size: dict[str, Decimal]) -> documents.Measure:
    point = points_of_measure()[row.code]
    return documents.Measure(
        code=row.code, name=point.name, how_to_measure=point.how_to_measure, value_cm=row.value_cm,
        error_cm=row.error_cm, source=row.source,  # type: ignore[arg-type]
        tolerance_plus_cm=row.tolerance_plus_cm, tolerance_minus_cm=row.tolerance_minus_cm,
        grade_cm=sheets.step_of(row), is_critical=point.criticality == "critical", conflict=row.conflict,
        by_size_cm=by_size,
    )  # fmt: skip


def _flats(product: Product, shown: Specification) -> list[documents.Flat]:
    """Every view that has a flat, with its callouts; none where the type has no flat."""
    if shown.spec is None:
        return []
    known = set(features_for_reading(product, shown.readings))
    found = []
    for view in flats.views_of(shown.spec.product_type):
        drawing = flats.draw(shown.spec, view)
        note = "" if shown.is_photographed(view) else "Not photographed"
        label = View(view).label
        plain = documents.Picture(drawing.svg(title=label).encode(), "svg", label, note)
        dimensioned = documents.Picture(
            drawing.svg(dimensions=True, title=label).encode(), "svg", label, note
        )
        callouts = [
            documents.Callout(one["number"], one["text"], one["category"], *one["position"])
            for one in flat_drawing.callouts_on(drawing, shown.spec, view, known=known)
        ]
        found.append(documents.Flat(label, plain, dimensioned, callouts))
    return found


def _picture(asset: Asset, caption: str) -> documents.Picture | None:
    """A JPEG of the picture; None when its file is lost."""
    try:
        with Image.open(io.BytesIO(assets.read_large(asset))) as opened:
            picture = opened.convert("RGB")
            picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    except (*STORAGE_ERRORS, OSError, ValueError) as error:
        log.warning("Picture %s is missing in a document: %s", asset.pk, error)
        return None
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return documents.Picture(stream.getvalue(), "jpeg", caption)


def _details(product: Product) -> list[documents.Picture]:
    run = product.latest_run
    if run is None:
        return []
    rows = CloseUp.objects.filter(tech_pack=run, status=Piece.Status.LOADED).select_related("asset")
    made = [_picture(row.asset, row.plan.title) for row in rows.order_by("order") if row.asset]
    return [picture for picture in made if picture is not None]


def _materials(product: Product) -> list[documents.Material]:
    return [
        documents.Material(
            section=row.section, part=row.part, placement=row.placement, material=row.material,
            composition=row.composition, weight=row.weight, colour=row.colour, supplier=row.supplier,
            quantity=row.quantity, comment=row.comment, source=_source(row.origin),
        )
        for row in product.material_lines.all()
    ]  # fmt: skip


def _source(origin: str) -> documents.Source:
    return cast(documents.Source, origin)


def _construction(product: Product) -> list[documents.Construction]:
    return [
        documents.Construction(
            area=row.area, operation=row.operation, seam_class=row.seam_class, stitch_class=row.stitch_class,
            stitches_per_inch=row.stitches_per_inch, allowance_cm=row.allowance_cm, thread=row.thread,
            note=row.note, source=_source(row.origin),
        )
        for row in product.construction_rows.all()
    ]  # fmt: skip


def _colours(product: Product, views: list[BaseView]) -> list[documents.Colour]:
    """The designer's colourways; until there are any, what was seen on the front."""
    own = [
        documents.Colour(row.name, row.hex, _source(row.origin), row.system, row.code)
        for row in product.colourways.all()
    ]
    if own or not views:
        return own
    facts = views[0].facts
    seen = facts.colours.items if facts else []
    return [documents.Colour(one.name, one.hex, "suggested") for one in seen]


def missing_of(product: Product, shown: Specification) -> list[documents.Missing]:
    """What a factory still needs, by the trade's checklist; what blocks issuing comes first."""
    header = sheets.header_of(product)
    found = [
        documents.Missing(one.field, one.reason, one.blocks_issue)
        for one in requirements_of(shown.product_type)
        if not _is_there(one.field, product, header, shown)
    ]
    for row in measurements.open_rows(shown.measurements):
        if row.source == Source.UNSPECIFIED and points_of_measure()[row.code].criticality != "critical":
            name = points_of_measure()[row.code].name
            found.append(documents.Missing(f"{row.code} {name}", "measure it with a tape"))
    return sorted(found, key=lambda one: not one.blocks_issue)


def _is_there(field: str, product: Product, header: sheets.Header, shown: Specification) -> bool:
    """Whether a line of the checklist is met, as far as the rows can tell."""
    fabric = product.material_lines.filter(section="fabric").first()
    critical = [row for row in shown.measurements if points_of_measure()[row.code].criticality == "critical"]
    construction = list(product.construction_rows.all())
    checks = {
        "style number and revision": bool(header.style_number),
        "base size and size range": bool(header.base_size and header.sizes),
        "one unit": True,
        "front and back flat": bool(shown.flats),
        "every critical point of measure with tolerance": bool(critical)
        and all(row.value_cm is not None and row.tolerance_plus_cm is not None for row in critical),
        "main material: composition adding to 100 %": bool(fabric and adds_up(fabric.composition)),
        "main material: weight (g/m2) or thickness": bool(fabric and fabric.weight),
        "colour with system and code": any(row.system and row.code for row in product.colourways.all()),
        "seam and stitch type with SPI per area": bool(construction)
        and all(
            row.stitch_class and row.stitches_per_inch for row in construction if row.origin != "suggested"
        )
        and any(row.origin != "suggested" for row in construction),
        "grading for all sizes": bool(header.sizes and header.base_size),
        "thread and needle": any(row.thread for row in construction),
    }
    if field in checks:
        return checks[field]
    section = {
        "packaging": "packaging",
        "care label content": "label",
        "main label and size label placement": "label",
    }
    wanted = section.get(field)
    if wanted is None:
        return False
    lines = product.material_lines.filter(section=wanted)
    return bool(lines) and all(line.material for line in lines)


def adds_up(composition: str) -> bool:
    """Whether the shares of a composition such as "95 % cotton, 5 % elastane" are 100 %."""
    shares = [Decimal(part.replace(",", ".")) for part in re.findall(r"(\d+(?:[.,]\d+)?)\s*%", composition)]
    return bool(shares) and sum(shares) == 100


def status_url(public_id: uuid.UUID) -> str:
    """Where the QR code of an issued revision leads: is this the current one?"""
    return site_address("revision-status", public_id)
