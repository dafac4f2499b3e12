"""Issue revisions ("releases" here), download the document, make and revoke share links."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from core.attachments import as_download
from techpack import hand_over
from techpack.api import inputs, lookups, openapi, outputs
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import not_found
from techpack.api.idempotent_post import once, posted, read
from techpack.api.lookups import own_product
from techpack.models import Product, Release, Share
from techpack.presenters import exports
from techpack.presenters.document import document_of
from techpack.services.errors import NotPossible

router = Router(tags=["Hand-over"], by_alias=True, auth=AUTH)


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
    **openapi.file("application/octet-stream", "The document as a file"),
)
def export(
    request: CallingRequest,
    product_id: int,
    kind: str,
    release: int | None = None,
    paper: Literal["a4", "letter"] = "a4",
    units: Literal["cm", "in"] | None = None,
) -> HttpResponse:
    """`pdf`, `xlsx`, `csv`, `zip`, `json` or `svg`, as it stands; with `release` as it was issued."""
    product = own_product(request, product_id)
    if kind not in exports.FORMATS:
        raise not_found("There is no such format. Ask for pdf, xlsx, csv, zip, json or svg.")
    if release is not None:
        return _kept(product, release, kind)
    made = exports.export(document_of(product, unit=units or ""), kind, paper=paper)
    return as_download(made.content, made.content_type, made.name)


def _kept(product: Product, number: int, kind: str) -> HttpResponse:
    release = product.releases.filter(number=number).first()
    kept = exports.issued_file(release, kind) if release else None
    if kept is None:
        raise not_found("There is no such revision, or it has no such file.")
    return as_download(kept.content, kept.content_type, kept.name)


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
