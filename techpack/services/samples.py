"""Sample rounds: begin one, write measures into it, decide. A decided round does not change any more."""

import datetime as dt
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from core.text import plain, plain_line, without_nul
from generation import jobs
from generation.storage import assets, images
from techpack.exports import issued_document
from techpack.exports.document import Measure
from techpack.library import points_of_measure
from techpack.library.lengths import LengthError, read_length
from techpack.models import Product, Release, SampleMeasure, SamplePhoto, SampleRound, View
from techpack.services import sheets
from techpack.services.errors import NotPossible
from techpack.services.photos import move_to_account
from techpack.services.runs import lock_product

MOST_ROUNDS = 60
MOST_PHOTOS = 20
LONGEST_CM = Decimal(1000)
COLUMNS = ("supplier", "own")


@transaction.atomic
def begin_round(
    *, product: Product, kind: str, by: User | None, release: Release | None = None,
    sizes: list[str] | None = None, supplier: str = "", received_on: dt.date | None = None,
) -> SampleRound:  # fmt: skip
    """Begin a round with what the revision asks for, else what the product's table says now.

    No sizes means the base size. Raises NotPossible for a kind or size there is not, or without measures.
    """
    locked = lock_product(product)
    if kind not in SampleRound.Kind.values:
        raise NotPossible("Choose which kind of sample it is.")
    if locked.sample_rounds.count() >= MOST_ROUNDS:
        raise NotPossible(f"A product has up to {MOST_ROUNDS} sample rounds.")
    known, base, requested = _requested(locked, release)
    chosen = [size for size in known if size in sizes] if sizes else [base]
    if sizes and len(chosen) < len(set(sizes)):
        raise NotPossible("Choose sizes of the product's size range.")
    if not requested:
        raise NotPossible("There are no points of measure to check a sample against yet.")
    last = locked.sample_rounds.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    made = SampleRound.objects.create(
        product=locked, release=release, kind=kind, number=last + 1, supplier=_line(supplier, 120),
        received_on=received_on, sizes=chosen, created_by=by,
    )  # fmt: skip
    SampleMeasure.objects.bulk_create([
        SampleMeasure(
            round=made, position=place, code=row.code, size=size,
            requested_cm=row.by_size_cm.get(size, row.value_cm if size == base else None),
            tolerance_plus_cm=row.tolerance_plus_cm, tolerance_minus_cm=row.tolerance_minus_cm,
        )
        for size in chosen
        for place, row in enumerate(requested)
    ])  # fmt: skip
    return made


def _requested(product: Product, release: Release | None) -> tuple[list[str], str, list[Measure]]:
    """Sizes, base size and rows with their values."""
    if release is not None:
        document = issued_document.document_from(release.data, {})
        return document.sizes or [document.base_size], document.base_size, document.measures
    header = sheets.header_of(product)
    rows = [
        Measure(
            code=row.code, name=points_of_measure()[row.code].name, how_to_measure="", value_cm=row.value_cm,
            error_cm=None, source="entered", tolerance_plus_cm=row.tolerance_plus_cm,
            tolerance_minus_cm=row.tolerance_minus_cm, by_size_cm=sheets.graded(row, header),
        )
        for row in product.measurements.in_order()
    ]  # fmt: skip
    return header.sizes or [header.base_size], header.base_size, rows


def _line(text: str, most: int) -> str:
    return plain_line(without_nul(text))[:most]


def lock_round(round_id: int) -> SampleRound:
    """The round for a change. Raises NotPossible when it is decided."""
    locked = SampleRound.objects.select_for_update().get(pk=round_id)
    if not locked.is_open:
        raise NotPossible("This round is decided. Reopen it to change it, or begin the next one.")
    return locked


@transaction.atomic
def set_measure(
    *, sample: SampleRound, code: str, size: str, column: str, text: str, unit: str
) -> SampleMeasure:
    """Write the supplier's or the own measure as typed; empty text takes it out again.

    Raises LengthError, and NotPossible for a row or column there is not or a decided round.
    """
    row = _row(lock_round(sample.pk), code, size)
    if column not in COLUMNS:
        raise NotPossible("There is no such column.")
    setattr(row, f"{column}_cm", _length(text, unit))
    if column == "own":
        row.own_source = SampleMeasure.Source.ENTERED if row.own_cm is not None else ""
        row.own_error_cm = None
    row.save()
    return row


def _length(text: str, unit: str) -> Decimal | None:
    if not text.strip():
        return None
    length = read_length(text, unit="in" if unit == "in" else "cm")
    if not 0 < length.cm <= LONGEST_CM:
        raise LengthError(f"“{length.as_typed}” cannot be right.")
    return length.cm.quantize(Decimal("0.0001"))


def _row(locked: SampleRound, code: str, size: str) -> SampleMeasure:
    row = locked.measures.filter(code=code, size=size).first()
    if row is None:
        raise NotPossible("There is no such row in this round.")
    return row


@transaction.atomic
def decide_measure(*, sample: SampleRound, code: str, size: str, decision: str, note: str = "") -> None:
    row = _row(lock_round(sample.pk), code, size)
    if decision not in SampleMeasure.Decision.values:
        raise NotPossible("Choose accept or correct.")
    row.decision, row.note = decision, _line(note, 200) or row.note
    row.save()


@transaction.atomic
def accept_proposals(*, sample: SampleRound) -> int:
    """Take what photos of the sample show as own measures, where nobody wrote one. Returns how many."""
    locked = lock_round(sample.pk)
    rows = locked.measures.filter(proposed_cm__isnull=False, own_cm__isnull=True)
    return rows.update(
        own_cm=F("proposed_cm"), own_error_cm=F("proposed_error_cm"), own_source=SampleMeasure.Source.MEASURED
    )


@transaction.atomic
def decide(*, sample: SampleRound, decision: str, note: str = "") -> None:
    """End the round, or reopen it with "open". Raises NotPossible for another word."""
    if decision not in SampleRound.Decision.values:
        raise NotPossible("Choose one of the decisions.")
    locked = SampleRound.objects.select_for_update().get(pk=sample.pk)
    locked.decision = decision
    locked.decided_at = None if locked.is_open else timezone.now()
    locked.note = plain(without_nul(note))[:2000] or locked.note
    locked.save()


# --- photos ---------------------------------------------------------------------------------------


def add_photo(*, sample: SampleRound, user: User, upload: UploadedFile, view: str, size: str) -> SamplePhoto:
    """Keep a photo of the sample and have it measured.

    Raises generation.storage.images.InvalidImage, and NotPossible for a view or size there is not.
    """
    if view not in (View.FRONT, View.BACK, View.SIDE) or size not in sample.sizes:
        raise NotPossible("Choose the view and one of the sizes of this round.")
    if sample.photos.count() >= MOST_PHOTOS:
        raise NotPossible(f"A round has up to {MOST_PHOTOS} photos.")
    clean = images.read_photo(upload, name=plain_line(without_nul(upload.name or "")) or "photo")
    asset = assets.store(account=user.account, data=clean.data, content_type=clean.content_type, keep=False)
    with transaction.atomic():
        product = lock_product(sample.product)
        locked = lock_round(sample.pk)
        assets.mark_kept(asset)
        made = SamplePhoto.objects.create(round=locked, asset=asset, view=view, size=size)
        move_to_account(asset, product.account)
        jobs.defer("techpack.measure_sample", photo_id=made.pk)
    return made


@transaction.atomic
def remove_photo(*, photo: SamplePhoto) -> None:
    lock_round(photo.round_id)
    deleted, _ = SamplePhoto.objects.filter(pk=photo.pk).delete()
    if deleted:
        assets.release([photo.asset])
