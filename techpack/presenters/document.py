"""A product as a document for a factory: `techpack.exports.document.Document` from its rows."""

import dataclasses
import io
import logging
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
from techpack.exports.wording import UNSPECIFIED
from techpack.library.units import short
from techpack.models import BaseView, CloseUp, MaterialLine, Measurement, Piece, Product, Release, View
from techpack.presenters import sheet_parts, unspecified_materials
from techpack.presenters.costs import cost_sheet
from techpack.presenters.label_places import label_places_of
from techpack.presenters.readiness import missing_of
from techpack.presenters.specification import Specification
from techpack.services import sheets, size_systems

log = logging.getLogger(__name__)

PICTURE_SIDE = 1500


def document_of(
    product: Product,
    *,
    revision: str = "Draft",
    current_url: str = "",
    unit: str = "",
    with_originals: bool = False,
    with_costs: bool = False,
) -> documents.Document:
    """The document as the product stands now. Reads rows and pictures; writes nothing.

    `with_originals` reads the photos as they were uploaded too, for the ZIP; `with_costs` the cost sheet.
    """
    shown = Specification(product, product.owner)
    header = sheets.header_of(product)
    run = product.latest_run
    views = list(run.base_views.filter(status=Piece.Status.LOADED)) if run else []
    drawn = _flats(product, shown)
    there = _photos(product, shown, with_originals=with_originals)
    chosen = unit or header.unit or shown.unit
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
        features=[(one.label, one.words or UNSPECIFIED) for one in shown.features],
        header=sheet_parts.header_fields(header),
        line_colours=sheet_parts.line_colours(product),
        labels=sheet_parts.labels(product),
        label_flats=_label_flats(product, shown),
        care=sheet_parts.care(product),
        care_words=sheet_parts.care_words(product),
        compositions=sheet_parts.compositions(product),
        packaging=sheet_parts.packaging(product),
        costs=cost_sheet(product) if with_costs else None,
        comments=sheet_parts.shared_comments(product),
        passport=sheet_parts.passport(product),
        contact=header.contact or product.owner.email,
        size_systems=sheet_parts.size_systems(header),
        size_sources=size_systems.sources_of(header),
        nested=_nested(shown, header),
        revisions=revisions_of(product),
        current_url=current_url,
    )


def _measure(row: Measurement, by_size: dict[str, Decimal]) -> documents.Measure:
    point, rule = row.point, sheets.grade_rule(row)
    return documents.Measure(
        code=row.code, name=point.name, how_to_measure=point.how_to_measure, value_cm=short(row.value_cm),
        error_cm=row.error_cm, source=row.source,  # type: ignore[arg-type]
        tolerance_plus_cm=short(row.tolerance_plus_cm), tolerance_minus_cm=short(row.tolerance_minus_cm),
        grade_cm=short(rule.step_cm), is_critical=point.criticality == "critical", conflict=row.conflict,
        by_size_cm={size: short(value) for size, value in by_size.items()},
        grade_mode=rule.mode, grade_steps_cm=rule.steps_cm,
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


def _label_flats(product: Product, shown: Specification) -> list[documents.Flat]:
    found = []
    for one in label_places_of(product, shown).views:
        label = View(one.view).label
        picture = documents.Picture(one.drawing.svg(title=f"Labels, {label}").encode(), "svg", label)
        found.append(documents.Flat(label, picture, picture, one.callouts))
    return found


def _nested(shown: Specification, header: sheets.Header) -> documents.Picture | None:
    """The front in every size; None without sizes or a flat."""
    svg = sheets.nested_sizes(shown.spec, shown.measurements, header)
    return documents.Picture(svg.encode(), "svg", "Front, all sizes") if svg else None


def revisions_of(product: Product) -> list[documents.RevisionNote]:
    """What was issued so far and what changed with it, the newest first."""
    return [note_of(release) for release in product.releases.select_related("issued_by").defer("data")]


def note_of(release: Release) -> documents.RevisionNote:
    by = release.issued_by
    return documents.RevisionNote(
        number=str(release.number),
        date=timezone.localdate(release.issued_at),
        by=(by.get_full_name() or by.email) if by else "",
        note=release.note,
        changes=[documents.Change(**one) for one in release.changes],
    )


def _photos(product: Product, shown: Specification, *, with_originals: bool) -> list[documents.Picture]:
    photos = [reading.revision for reading in shown.readings]
    rows = photos or product.revisions.in_use().select_related("asset")
    made = [
        (picture(photo.asset, photo.get_view_display(), with_original=with_originals), photo.asset)
        for photo in rows
    ]
    # named by the uploaded file, whether that was read or not
    return [dataclasses.replace(photo, sha256=asset.sha256) for photo, asset in made if photo is not None]


def picture(asset: Asset, caption: str, *, with_original: bool = False) -> documents.Picture | None:
    """A JPEG of the picture; None when its file is lost."""
    original = b""
    try:
        if with_original:
            original = assets.read(asset)
        with Image.open(io.BytesIO(assets.read_large(asset))) as opened:
            picture = opened.convert("RGB")
            picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    except (*STORAGE_ERRORS, OSError, ValueError) as error:
        log.warning("Picture %s is missing in a document: %s", asset.pk, error)
        return None
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return documents.Picture(stream.getvalue(), "jpeg", caption, original=original)


def _details(product: Product) -> list[documents.Picture]:
    run = product.latest_run
    if run is None:
        return []
    rows = CloseUp.objects.filter(tech_pack=run, status=Piece.Status.LOADED).select_related("asset")
    made = [picture(row.asset, row.plan.title) for row in rows.order_by("order") if row.asset]
    return [picture for picture in made if picture is not None]


def _materials(product: Product) -> list[documents.Material]:
    coloured = unspecified_materials.coloured_lines(product)
    return [
        documents.Material(
            source=_source(row.origin),
            open=unspecified_materials.open_of(row, is_coloured=row.pk in coloured),
            **{column: getattr(row, column) for column in MaterialLine.columns},
        )
        for row in product.material_lines.all()
    ]


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
        documents.Colour(row.name, row.hex, _source(row.origin), row.system, row.code, row.approval)
        for row in product.colourways.all()
    ]
    if own or not views:
        return own
    facts = views[0].facts
    seen = facts.colours.items if facts else []
    return [documents.Colour(one.name, one.hex, "suggested") for one in seen]


def status_url(public_id: uuid.UUID) -> str:
    """Where the QR code of an issued revision leads: is this the current one?"""
    return site_address("revision-status", public_id)
