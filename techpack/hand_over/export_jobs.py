"""Files that take a while: asked for, made in a job, kept by revision and choices."""

import dataclasses
import datetime as dt
import logging

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from generation import jobs
from techpack.exports.choices import Choices, choose
from techpack.exports.document import Document
from techpack.models import ExportJob, Product, Release, ReleaseFile
from techpack.presenters import exports
from techpack.presenters.document import document_of
from techpack.services.errors import NotPossible

log = logging.getLogger(__name__)

DRAFTS_KEPT = dt.timedelta(days=1)
LONG = 6000  # cells
MOST_WAITING = 20  # of one product


def is_long(product: Product, kind: str) -> bool:
    """Whether making it takes more than a few seconds, so that it is made in the background."""
    if kind not in ("pdf", "zip", "xlsx"):
        return False
    sizes = len(product.header.sizes) if hasattr(product, "header") else 1
    rows = product.measurements.count() * (sizes + 4)
    return rows + 10 * product.material_lines.count() > LONG


def file_of_release(release: Release, kind: str, choices: Choices) -> exports.ExportFile:
    """A file of an issued revision: as it was kept, or made anew from what was kept.

    Raises NotPossible when the revision has no such file.
    """
    name = exports.file_name(release.data["styleNumber"], release.data["revision"], kind)
    if not choices.key:
        there = ReleaseFile.objects.filter(release=release, name=kind).first()
        if there is not None:
            return exports.ExportFile(bytes(there.content), there.content_type, name)
    made = release.exports.filter(kind=kind, choices_key=choices.key, status=ExportJob.Status.DONE).first()
    if made is not None:
        return exports.ExportFile(bytes(made.content or b""), exports.CONTENT_TYPES[kind], name)
    made_now = exports.export(document_as_issued(release, choices), kind, choices)
    if choices.key:
        _keep(release, kind, choices, made_now)
    return made_now


def _keep(release: Release, kind: str, choices: Choices, made: exports.ExportFile) -> None:
    """So that a file of an issued revision is made once for the same choices."""
    ExportJob.objects.create(
        product_id=release.product_id, release=release, kind=kind, choices_key=choices.key,
        choices=_as_json(choices), status=ExportJob.Status.DONE, name=made.name[:120], content=made.content,
        finished_at=timezone.now(),
    )  # fmt: skip


def _as_json(choices: Choices) -> dict[str, object]:
    return {
        "paper": choices.paper,
        "sections": ",".join(choices.sections),
        "languages": ",".join(choices.languages),
        "with_costs": choices.with_costs,
    }


def document_as_issued(release: Release, choices: Choices) -> Document:
    """The document as it was issued; its costs only where they were chosen.

    Raises NotPossible for a revision that kept no ZIP.
    """
    archive = ReleaseFile.objects.filter(release=release, name="zip").first()
    if archive is None:
        raise NotPossible("This revision has only the files it was issued with.")
    document = exports.document_of_release(release.data, bytes(archive.content))
    return document if choices.with_costs else dataclasses.replace(document, costs=None)


def file_of_product(product: Product, kind: str, choices: Choices, unit: str = "") -> exports.ExportFile:
    """A file of the product as it stands."""
    document = document_of(product, unit=unit, with_originals=kind == "zip", with_costs=choices.with_costs)
    return exports.export(document, kind, choices)


@transaction.atomic
def ask_for_file(
    *, product: Product, release: Release | None, kind: str, choices: Choices, unit: str = ""
) -> ExportJob:
    """Have a file made in the background; one of an issued revision is made once. Raises NotPossible."""
    going = ExportJob.objects.filter(product=product, status=ExportJob.Status.PENDING)
    alike = ExportJob.objects.filter(product=product, release=release, kind=kind, choices_key=choices.key)
    if release is None:
        alike = alike.filter(status=ExportJob.Status.PENDING, unit=unit)
    there = alike.exclude(status=ExportJob.Status.FAILED).first()
    if there is not None:
        return there
    if going.count() >= MOST_WAITING:
        raise NotPossible("Many files of this product are being made. Try again in a minute.")
    row = ExportJob.objects.create(
        product=product, release=release, kind=kind, unit=unit, choices_key=choices.key,
        choices=_as_json(choices),
    )  # fmt: skip
    jobs.defer("techpack.make_export", export_id=row.pk)
    return row


def make_file(export_id: int) -> None:
    """The job. It may run twice: a file that is there is not made again."""
    row = ExportJob.objects.select_related("product", "release").filter(pk=export_id).first()
    if row is None or row.status != ExportJob.Status.PENDING:
        return
    try:
        made = _made(row)
    except NotPossible as reason:
        _finish(row, status=ExportJob.Status.FAILED, message=str(reason)[:200])
        return
    except Exception:
        log.exception("Export %s could not be made", row.pk)
        _finish(row, status=ExportJob.Status.FAILED, message="The file could not be made. Try again.")
        return
    _finish(row, status=ExportJob.Status.DONE, content=made.content, name=made.name[:120])


def _made(row: ExportJob) -> exports.ExportFile:
    choices = choose(**row.choices)
    _tell(row, "Reading the product")
    if row.release is None:
        is_zip = row.kind == "zip"
        document = document_of(
            row.product, unit=row.unit, with_originals=is_zip, with_costs=choices.with_costs
        )
    else:
        document = document_as_issued(row.release, choices)
    _tell(row, "Setting the pages" if row.kind in ("pdf", "zip") else "Writing the file")
    return exports.export(document, row.kind, choices)


def _tell(row: ExportJob, stage: str) -> None:
    ExportJob.objects.filter(pk=row.pk).update(stage=stage)


def _finish(row: ExportJob, **facts: object) -> None:
    pending = ExportJob.objects.filter(pk=row.pk, status=ExportJob.Status.PENDING)
    pending.update(finished_at=timezone.now(), stage="", **facts)


def forget_old_files() -> int:
    """Delete files of drafts after a day: the product has moved on."""
    old = ExportJob.objects.filter(release__isnull=True, created_at__lt=Now() - DRAFTS_KEPT)
    return old.delete()[0]
