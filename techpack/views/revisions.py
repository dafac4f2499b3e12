"""Files made in the background, snapshots, comparing and restoring."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from core.attachments import as_download
from techpack import hand_over
from techpack.models import ExportJob, Snapshot
from techpack.presenters import exports
from techpack.presenters.revisions import changes, overlays, state, states_of
from techpack.services import errors
from techpack.views.asked_files import asked_file
from techpack.views.decorators import product_post
from techpack.views.products import own


def _to(name: str, *ids: object) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(f"techpack:{name}", args=ids)})


@product_post
def make_file(request: SignedInRequest, product_id: int, kind: str) -> HttpResponse:
    """Have a long file made in the background; leads to the page that shows how far it is."""
    product = own(request, product_id)
    try:
        row = asked_file(request, product, kind).in_background()
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
        return _to("hand-over", product.pk)
    return _to("made-file", product.pk, row.pk)


@require_safe
@login_required
@never_cache
def made_file(request: SignedInRequest, product_id: int, export_id: int) -> HttpResponse:
    """How far a file is; with `?save=1` the file itself."""
    product = own(request, product_id)
    row = get_object_or_404(ExportJob, pk=export_id, product=product)
    if "save" not in request.GET:
        return render(request, "techpack/made_file.html", {"product": product, "row": row})
    if row.status != ExportJob.Status.DONE or row.content is None:
        raise Http404("This file is not made yet.")
    return as_download(bytes(row.content), exports.CONTENT_TYPES[row.kind], row.name)


@product_post
def take_snapshot(request: SignedInRequest, product_id: int) -> HttpResponse:
    product = own(request, product_id)
    try:
        hand_over.take_snapshot(product=product, by=request.user, note=request.POST.get("note", ""))
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "A snapshot is kept. Compare with it or go back to it any time.")
    return _to("hand-over", product.pk)


@product_post
def delete_snapshot(request: SignedInRequest, product_id: int, snapshot_id: int) -> HttpResponse:
    product = own(request, product_id)
    hand_over.delete_snapshot(snapshot=get_object_or_404(Snapshot, pk=snapshot_id, product=product))
    messages.success(request, "The snapshot is deleted.")
    return _to("hand-over", product.pk)


@require_safe
@login_required
@never_cache
def compare(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Two states of the product, value by value and flat over flat."""
    product = own(request, product_id)
    known = states_of(product)
    first = known[1][0] if len(known) > 1 else "now"
    before = state(product, request.GET.get("from", first))
    after = state(product, request.GET.get("to", "now"))
    context = {
        "product": product, "states": known, "before": before, "after": after,
        "changes": changes(before, after), "overlays": overlays(before, after),
    }  # fmt: skip
    return render(request, "techpack/compare_revisions.html", context)


@product_post
def restore(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Put sheets, measures and features back to a revision or a snapshot."""
    product = own(request, product_id)
    wanted = state(product, request.POST.get("state", ""))
    try:
        hand_over.restore(product=product, data=wanted.data, by=request.user, name=wanted.label)
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(
            request, f"Sheets and measures are as in {wanted.label}. What was there is kept as a snapshot."
        )
    return _to("hand-over", product.pk)
