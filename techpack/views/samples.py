"""Sample rounds: begin one, write measures, add photos, decide, save report and sheets."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from accounts.http import SignedInRequest
from core.attachments import as_download
from generation.storage.images import InvalidImage
from techpack.exports.choices import ChoiceError, choose
from techpack.exports.pdf.sample_round import round_pdf
from techpack.exports.xlsx.samples import round_xlsx
from techpack.library.lengths import LengthError
from techpack.models import Product, Release, SampleRound
from techpack.presenters import exports
from techpack.presenters.samples import Line, RoundPage, report_of
from techpack.services import errors, samples, sheets
from techpack.views.decorators import product_post
from techpack.views.products import own


def _round(product: Product, round_id: int) -> SampleRound:
    return get_object_or_404(SampleRound.objects.select_related("product"), pk=round_id, product=product)


def _to_round(product: Product, sample: SampleRound) -> HttpResponse:
    address = reverse("techpack:sample", args=[product.pk, sample.pk])
    return HttpResponse(status=303, headers={"Location": address})


@login_required
@never_cache
def rounds(request: SignedInRequest, product_id: int) -> HttpResponse:
    """All rounds of a product; a POST begins one."""
    product = own(request, product_id)
    if request.method == "POST":
        return _begin(request, product)
    found = product.sample_rounds.select_related("release").prefetch_related("measures")
    context = {
        "product": product, "rounds": found, "kinds": SampleRound.Kind.choices,
        "sizes": sheets.header_of(product).sizes, "releases": product.releases.defer("data"),
    }  # fmt: skip
    return render(request, "techpack/samples.html", context)


def _begin(request: SignedInRequest, product: Product) -> HttpResponse:
    post = request.POST
    number = post.get("release", "")
    release = None
    if number:
        if not number.isdecimal() or len(number) > 9:
            raise Http404("There is no such revision.")
        release = get_object_or_404(Release, product=product, number=int(number))
    try:
        made = samples.begin_round(
            product=product, kind=post.get("kind", ""), by=request.user, release=release,
            sizes=post.getlist("sizes"), supplier=post.get("supplier", ""),
            received_on=_day(post.get("received_on", "")),
        )  # fmt: skip
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
        address = reverse("techpack:samples", args=[product.pk])
        return HttpResponse(status=303, headers={"Location": address})
    return _to_round(product, made)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
@login_required
@never_cache
def show(request: SignedInRequest, product_id: int, round_id: int) -> HttpResponse:
    product = own(request, product_id)
    return render(request, "techpack/sample.html", _context(request, product, _round(product, round_id)))


def _context(request: SignedInRequest, product: Product, sample: SampleRound) -> dict[str, Any]:
    return {
        "product": product, "sample": sample, "page": RoundPage(sample, request.user),
        "decisions": SampleRound.Decision.choices,
    }  # fmt: skip


@product_post
def set_measure(request: SignedInRequest, product_id: int, round_id: int) -> HttpResponse:
    """One cell: `column` supplier or own with its `value`, or the `decision` of a row."""
    product = own(request, product_id)
    sample, post = _round(product, round_id), request.POST
    code, size = post.get("code", ""), post.get("size", "")
    try:
        if "decision" in post:
            samples.decide_measure(
                sample=sample, code=code, size=size, decision=post["decision"], note=post.get("note", "")
            )
        else:
            samples.set_measure(
                sample=sample, code=code, size=size, column=post.get("column", ""),
                text=post.get("value", "")[:40], unit=request.user.units,
            )  # fmt: skip
    except (LengthError, errors.NotPossible) as reason:
        if request.htmx:
            told = {"text": str(reason), "tone": "bad"}
            return trigger_client_event(HttpResponse(status=422), "toast", told)
        messages.error(request, str(reason))
    if not request.htmx:
        return _to_round(product, sample)
    row = get_object_or_404(sample.measures, code=code, size=size)
    context = {"product": product, "sample": sample, "line": Line(row, RoundPage(sample, request.user).unit)}
    return render(request, "techpack/sample.html#row", context)


@product_post
def add_photo(request: SignedInRequest, product_id: int, round_id: int) -> HttpResponse:
    product = own(request, product_id)
    sample, upload = _round(product, round_id), request.FILES.get("photo")
    try:
        if upload is None:
            raise errors.NotPossible("Choose a photo first.")
        samples.add_photo(
            sample=sample, user=request.user, upload=upload, view=request.POST.get("view", ""),
            size=request.POST.get("size", ""),
        )  # fmt: skip
    except (InvalidImage, errors.NotPossible) as reason:
        messages.error(request, str(reason))
    return _to_round(product, sample)


@product_post
def accept(request: SignedInRequest, product_id: int, round_id: int) -> HttpResponse:
    """Take what photos show as own measures."""
    product = own(request, product_id)
    sample = _round(product, round_id)
    try:
        count = samples.accept_proposals(sample=sample)
        messages.success(request, f"{count} measures taken from the photos.")
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    return _to_round(product, sample)


@product_post
def decide(request: SignedInRequest, product_id: int, round_id: int) -> HttpResponse:
    product = own(request, product_id)
    sample = _round(product, round_id)
    try:
        samples.decide(
            sample=sample, decision=request.POST.get("decision", ""), note=request.POST.get("note", "")
        )
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    return _to_round(product, sample)


@require_safe
@login_required
@never_cache
def file(request: SignedInRequest, product_id: int, round_id: int) -> HttpResponse:
    """`?kind=report`, `sheet` to fill in on paper (both PDF), or everything as `xlsx`."""
    product, kind = own(request, product_id), request.GET.get("kind", "report")
    sample = _round(product, round_id)
    try:
        choices = choose(languages=request.GET.get("languages", ""), paper=request.GET.get("paper", "a4"))
    except ChoiceError as reason:
        raise Http404(str(reason)) from reason
    unit = RoundPage(sample, request.user).unit
    report = report_of(sample, unit, with_photos=kind == "report")
    if kind == "xlsx":
        content, ending = round_xlsx(report, choices), "xlsx"
    elif kind in ("report", "sheet"):
        content, ending = round_pdf(report, choices, is_blank=kind == "sheet"), "pdf"
    else:
        raise Http404("There is no such file.")
    name = exports.file_name(report.style_number, f"{sample.title} {kind}", ending)
    return as_download(content, exports.CONTENT_TYPES[ending], name)
