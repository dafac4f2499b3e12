"""Sample rounds: begin one, write measures, decide, and save its report and sheets."""

from django.http import HttpResponse
from ninja import Query, Router

from core.attachments import as_download
from techpack.api import inputs, lookups, openapi, outputs
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import invalid, not_found
from techpack.api.idempotent_post import once, posted, read
from techpack.api.lookups import own_product
from techpack.exports.choices import ChoiceError, choose
from techpack.exports.document import Unit
from techpack.exports.pdf.sample_round import round_pdf
from techpack.exports.samples import deviation_words
from techpack.exports.xlsx.samples import round_xlsx
from techpack.models import SampleMeasure, SampleRound
from techpack.presenters import exports
from techpack.presenters.samples import as_row, report_of
from techpack.services import samples

router = Router(tags=["Samples"], by_alias=True, auth=AUTH)

FILES = {"report": "pdf", "sheet": "pdf", "xlsx": "xlsx"}


@router.post("products/{int:product_id}/samples", **openapi.posted(outputs.Sample, "Begin a sample round"))
@posted
def begin(request: CallingRequest, product_id: int, body: inputs.SampleAsked) -> outputs.Sample:
    """`kind` is proto, fit, size_set, sms, pp or top. What is requested comes from the issued `release`, else
    from the draft; no `sizes` means the base size."""
    product = own_product(request, product_id)
    release = product.releases.filter(number=body.release).first() if body.release else None
    if body.release and release is None:
        raise not_found("There is no such revision.")

    def make() -> int:
        return samples.begin_round(
            product=product, kind=body.kind, by=request.auth.user, release=release, sizes=body.sizes,
            supplier=body.supplier or "", received_on=body.received_on,
        ).pk  # fmt: skip

    return _shown(SampleRound.objects.get(pk=once(request, make)))


@router.get("products/{int:product_id}/samples", **openapi.read(outputs.Samples, "The sample rounds"))
@read
def list_rounds(request: CallingRequest, product_id: int) -> outputs.Samples:
    """The newest first."""
    product = own_product(request, product_id)
    rounds = product.sample_rounds.select_related("release").prefetch_related("measures")
    return outputs.Samples(rounds=[_shown(one) for one in rounds])


@router.get("samples/{int:round_id}", **openapi.read(outputs.Sample, "One sample round"))
@read
def show(request: CallingRequest, round_id: int) -> outputs.Sample:
    return _shown(_own(request, round_id))


@router.patch("samples/{int:round_id}", **openapi.changed(outputs.Sample, "Decide a round"))
@read
def decide(request: CallingRequest, round_id: int, body: inputs.SampleDecision) -> outputs.Sample:
    """`approved`, `correct` or `rejected`; `open` reopens it. A decided round refuses measures (409)."""
    samples.decide(sample=_own(request, round_id), decision=body.decision, note=body.note or "")
    return _shown(_own(request, round_id))


@router.patch(
    "samples/{int:round_id}/measures/{slug:code}",
    **openapi.changed(outputs.SampleRow, "Write a measure of a sample"),
)
@read
def change(
    request: CallingRequest, round_id: int, code: str, body: inputs.SampleMeasureChange
) -> outputs.SampleRow:
    """A number is in centimetres; text is read as people write it. An empty text takes it out again."""
    sample, size = _own(request, round_id), body.size
    for column, value in (("supplier", body.supplier), ("own", body.own)):
        if value is not None:
            samples.set_measure(
                sample=sample, code=code, size=size, column=column, text=str(value), unit="cm"
            )
    if body.decision is not None:
        samples.decide_measure(
            sample=sample, code=code, size=size, decision=body.decision, note=body.note or ""
        )
    row = sample.measures.filter(code=code, size=size).first()
    if row is None:
        raise not_found("There is no such row in this round.")
    return _row(row)


@router.get(
    "samples/{int:round_id}/file",
    **openapi.file(
        "Report or sheets of a sample round", *(exports.CONTENT_TYPES[ending] for ending in ("pdf", "xlsx"))
    ),
)
def save(request: CallingRequest, round_id: int, asked: Query[inputs.SampleFileAsked]) -> HttpResponse:
    """`kind` is `report` (PDF), `sheet` (PDF, to fill in on paper) or `xlsx`."""
    sample, kind = _own(request, round_id), asked.kind
    if kind not in FILES:
        raise invalid(f"There is no such file. Ask for {', '.join(FILES)}.")
    try:
        choices = choose(paper=asked.paper, languages=asked.languages)
    except ChoiceError as reason:
        raise invalid(str(reason)) from reason
    unit: Unit = "in" if request.auth.user.units == "in" else "cm"
    report, ending = report_of(sample, unit, with_photos=kind == "report"), FILES[kind]
    if ending == "xlsx":
        content = round_xlsx(report, choices)
    else:
        content = round_pdf(report, choices, is_blank=kind == "sheet")
    saved_as = exports.file_name(report.style_number, f"{sample.title} {kind}", ending)
    return as_download(content, exports.CONTENT_TYPES[ending], saved_as)


def _own(request: CallingRequest, round_id: int) -> SampleRound:
    rows = SampleRound.objects.select_related("product__team", "release")
    found = rows.filter(pk=round_id, product__in=lookups.products(request)).first()
    if found is None:
        raise not_found("There is no such sample round of yours.")
    lookups.may_change(request, found.product)
    return found


def _shown(one: SampleRound) -> outputs.Sample:
    return outputs.Sample(
        sample_id=one.pk, kind=one.kind, number=one.number,
        release=one.release.number if one.release else None,
        supplier=one.supplier, received_on=one.received_on, sizes=one.sizes, decision=one.decision,
        note=one.note, measures=[_row(row) for row in one.measures.all()],
    )  # fmt: skip


def _row(row: SampleMeasure) -> outputs.SampleRow:
    return outputs.SampleRow(
        code=row.code, size=row.size, requested_cm=_cm(row.requested_cm), supplier_cm=_cm(row.supplier_cm),
        own_cm=_cm(row.own_cm), own_source=row.own_source or None, proposed_cm=_cm(row.proposed_cm),
        deviation_cm=_cm(row.deviation_cm), is_within=row.is_within,
        deviation=deviation_words(as_row(row), "cm"), decision=row.decision or None, note=row.note,
    )  # fmt: skip


def _cm(value: object) -> str | None:
    return None if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
