"""Issue revisions ("releases" here), download the document, make and revoke share links."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from core.attachments import as_download
from techpack import hand_over
from techpack.api import inputs, lookups, openapi, outputs
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import invalid, not_found
from techpack.api.idempotent_post import as_json, once, posted, read
from techpack.api.lookups import own_product
from techpack.api.waiting import prefers_async
from techpack.exports.choices import ChoiceError, Choices, choose
from techpack.hand_over import export_jobs
from techpack.models import ExportJob, Release, Share
from techpack.presenters import exports
from techpack.services.errors import NotPossible

router = Router(tags=["Hand-over"], by_alias=True, auth=AUTH)

Kind = Annotated[str, inputs.one_of(*exports.FORMATS)]


@router.post("products/{int:product_id}/releases", **openapi.posted(outputs.Release, "Issue a revision"))
@posted
def issue(request: CallingRequest, product_id: int, body: inputs.ReleaseAsked) -> outputs.Release:
    """Numbered, dated and locked. What a factory cannot do without is refused (409 `not_ready`, `blocked`
    names it), unless `force`."""
    product = own_product(request, product_id)

    def make() -> int:
        note, force = body.note or "", body.force
        return hand_over.issue(product=product, by=request.auth.user, note=note, force=force).pk

    return _release(Release.objects.get(pk=once(request, make)))


@router.get("products/{int:product_id}/releases", **openapi.read(outputs.Releases, "Issued revisions"))
@read
def list_releases(request: CallingRequest, product_id: int) -> outputs.Releases:
    """The newest first."""
    product = own_product(request, product_id)
    return outputs.Releases(releases=[_release(row) for row in product.releases.all()])


def _release(row: Release) -> outputs.Release:
    return outputs.Release(release=row.number, issued_at=row.issued_at, note=row.note, blocked=[])


@router.get(
    "products/{int:product_id}/exports/{slug:kind}",
    **openapi.file("The document as a file", *exports.CONTENT_TYPES.values(), may_take_long=True),
)
def export(
    request: CallingRequest, product_id: int, kind: Path[Kind], asked: Query[inputs.ExportAsked]
) -> HttpResponse:
    """`pdf`, `xlsx`, `csv`, `zip`, `json` or `svg`, as it stands; with `release` as it was issued.

    `sections` and `languages` are lists with commas: `pom,bom`, `en,zh` (one or two of en, zh, tr, pt, it,
    vi). With `Prefer: respond-async` it is made in the background: 202 with `statusUrl`.
    """
    product = own_product(request, product_id)
    if kind not in exports.FORMATS:
        raise not_found("There is no such format. Ask for pdf, xlsx, csv, zip, json or svg.")
    issued = product.releases.filter(number=asked.release).first() if asked.release is not None else None
    if asked.release is not None and issued is None:
        raise not_found("There is no such revision, or it has no such file.")
    choices, unit = _choices(asked), asked.units or ""
    if prefers_async(request):
        return _being_made(request, export_jobs.ask_for_file(
            product=product, release=issued, kind=kind, choices=choices, unit=unit
        ))  # fmt: skip
    if issued is not None:
        made = export_jobs.file_of_release(issued, kind, choices)
    else:
        made = export_jobs.file_of_product(product, kind, choices, unit)
    return as_download(made.content, made.content_type, made.name)


def _choices(asked: inputs.ExportAsked) -> Choices:
    try:
        return choose(
            paper=asked.paper, sections=asked.sections, languages=asked.languages,
            with_costs=asked.with_costs,
        )  # fmt: skip
    except ChoiceError as reason:
        raise invalid(str(reason)) from reason


def _being_made(request: HttpRequest, row: ExportJob) -> HttpResponse:
    data = {"status": "processing", "exportId": row.pk, "statusUrl": _at(request, row)}
    return as_json(202, {"success": True, "data": data})


def _at(request: HttpRequest, row: ExportJob) -> str:
    return request.build_absolute_uri(f"/api/tech-pack-v2/exports/{row.pk}")


@router.get("exports/{int:export_id}", **openapi.read(outputs.Export, "How far a file is"))
@read
def export_status(request: CallingRequest, export_id: int) -> outputs.Export:
    """`processing`, `completed` with `fileUrl`, or `failed` with `error`."""
    row = _own_export(request, export_id)
    if row.status == ExportJob.Status.DONE:
        address = f"{_at(request, row)}/file"
        return outputs.Export(status="completed", stage="", file_url=address, error=None)
    if row.status == ExportJob.Status.FAILED:
        return outputs.Export(status="failed", stage="", file_url=None, error=row.message)
    return outputs.Export(status="processing", stage=row.stage, file_url=None, error=None)


@router.get(
    "exports/{int:export_id}/file",
    **openapi.file("A file that was made in the background", *exports.CONTENT_TYPES.values()),
)
def export_file(request: CallingRequest, export_id: int) -> HttpResponse:
    row = _own_export(request, export_id)
    if row.content is None:
        raise not_found("This file is not made yet.")
    return as_download(bytes(row.content), exports.CONTENT_TYPES[row.kind], row.name)


def _own_export(request: CallingRequest, export_id: int) -> ExportJob:
    rows = ExportJob.objects.filter(pk=export_id, product__in=lookups.products(request))
    row = rows.first()
    if row is None:
        raise not_found("There is no such file of yours.")
    return row


@router.post("products/{int:product_id}/shares", **openapi.posted(outputs.Share, "Share a revision"))
@posted
def share(request: CallingRequest, product_id: int, body: inputs.ShareAsked) -> outputs.Share:
    """A link to one issued revision, for people without an account. Its address is told only now."""
    product = own_product(request, product_id)
    release = product.releases.filter(number=body.release).first()
    if release is None:
        raise not_found("There is no such revision.")
    made = hand_over.share(
        release=release, expires_in_days=body.expires_in_days, with_costs=body.with_costs,
        password=body.password or "",
    )  # fmt: skip
    return outputs.Share(share_id=made.share.pk, url=_address(request, made.token))


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("shared", args=[token]))


@router.delete("shares/{int:share_id}", **openapi.changed(outputs.Revoked, "Revoke a link"))
@read
def revoke(request: CallingRequest, share_id: int) -> outputs.Revoked:
    """It stops working at once."""
    found = Share.objects.filter(pk=share_id, release__product__in=lookups.products(request)).first()
    if found is None:
        raise not_found("There is no such link of yours.")
    lookups.may_change(request, found.release.product)
    if not found.is_live:
        raise NotPossible("This link no longer works.")
    hand_over.revoke(share=found)
    return outputs.Revoked(share_id=found.pk)
