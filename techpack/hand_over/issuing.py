"""Issue revisions to a factory, and keep snapshots between them.

A document is built from rows first and outside any transaction; the revision is written only when nothing
changed meanwhile, so that what is issued is what was there.
"""

import dataclasses
import json
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.text import plain_line, without_nul
from techpack.exports import comparison, tables
from techpack.exports.document import Document, RevisionNote
from techpack.models import Product, Release, ReleaseFile, Snapshot
from techpack.presenters import exports
from techpack.presenters.document import document_of, status_url
from techpack.presenters.lint import findings
from techpack.presenters.readiness import Facts
from techpack.presenters.specification import Specification
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product

TRIES = 3
KEPT_FORMATS = ("pdf", "xlsx", "json", "zip")
MOST_SNAPSHOTS = 100  # of one product


class NotReadyError(NotPossible):
    """Something that a factory cannot do without is missing. `blocked` says what, and why."""

    def __init__(self, blocked: list[dict[str, str]]):
        names = ", ".join(one["field"] for one in blocked[:4])
        more = f" and {len(blocked) - 4} more" if len(blocked) > 4 else ""
        super().__init__(f"A factory cannot begin yet. Missing: {names}{more}.")
        self.blocked = blocked


def issue(*, product: Product, by: User | None, note: str = "", force: bool = False) -> Release:
    """Number, date and lock a revision. Raises NotReadyError, unless `force`."""
    for _ in range(TRIES):
        release = _try_to_issue(product, by, plain_line(without_nul(note))[:500], force=force)
        if release is not None:
            return release
    raise NotPossible("Somebody is changing this product. Try again in a moment.")


def _try_to_issue(product: Product, by: User | None, note: str, *, force: bool) -> Release | None:
    fresh = Product.objects.get(pk=product.pk)
    last = fresh.releases.first()
    number = last.number + 1 if last else 1
    release = Release(
        product=fresh,
        public_id=uuid.uuid4(),
        number=number,
        note=note,
        issued_at=timezone.now(),
        issued_by=by,
    )
    document = document_of(
        fresh, revision=str(number), current_url=status_url(release.public_id), with_originals=True,
        with_costs=True,
    )  # fmt: skip
    blocked = [{"field": one.field, "reason": one.reason} for one in document.missing if one.blocks_issue]
    blocked += contradictions(fresh)
    if blocked and not force:
        raise NotReadyError(blocked)
    document = _with_its_changes(document, release, last)
    release.data = tables.as_json(document)
    without_costs = dataclasses.replace(document, costs=None)  # those are given out only where chosen
    files = {kind: exports.export(without_costs, kind) for kind in KEPT_FORMATS}
    with transaction.atomic():
        locked = lock_product(fresh)
        if locked.specification_version != fresh.specification_version:
            return None
        if locked.releases.filter(number=number).exists():
            return None
        release.save(force_insert=True)
        _keep_files(release, document, files)
        Product.objects.filter(pk=fresh.pk).update(issued_version=fresh.specification_version)
        return release


def contradictions(product: Product) -> list[dict[str, str]]:
    """What contradicts itself so that a factory would go wrong: it keeps a revision from being issued."""
    facts = Facts(product, Specification(product, product.owner))
    return [{"field": one.text.rstrip("."), "reason": "consistency"} for one in findings(facts) if one.blocks]


def _with_its_changes(document: Document, release: Release, last: Release | None) -> Document:
    """The document with what changed since the last revision on its page of changes."""
    by = release.issued_by
    found = comparison.compare(last.data, tables.as_json(document)) if last else []
    release.changes = [dataclasses.asdict(one) for one in found]
    name = (by.get_full_name() or by.email) if by else ""
    note = RevisionNote(str(release.number), document.date, name, release.note, found)
    return dataclasses.replace(document, revisions=[note, *document.revisions])


def _keep_files(release: Release, document: Document, files: dict[str, exports.ExportFile]) -> None:
    ReleaseFile.objects.bulk_create([
        ReleaseFile(release=release, name=kind, content_type=made.content_type, content=made.content)
        for kind, made in files.items()
    ])  # fmt: skip
    drawings = json.dumps(flats_of(document)).encode()
    ReleaseFile.objects.create(
        release=release, name="flats", content_type="application/json", content=drawings
    )
    ReleaseFile.objects.bulk_create([
        ReleaseFile(release=release, name=f"{kind}-{place}.svg", content_type="image/svg+xml",
                    content=flat.dimensioned.data)
        for kind, drawn in (("flat", document.flats), ("labels", document.label_flats))
        for place, flat in enumerate(drawn, start=1)
    ])  # fmt: skip


def take_snapshot(*, product: Product, by: User | None, note: str = "") -> Snapshot:
    """Keep the product's data and flats as they are, without issuing them. Raises NotPossible."""
    if product.snapshots.count() >= MOST_SNAPSHOTS:
        raise NotPossible(f"{MOST_SNAPSHOTS} snapshots are kept. Delete one first.")
    document = document_of(Product.objects.get(pk=product.pk))
    return Snapshot.objects.create(
        product=product, note=plain_line(without_nul(note))[:200], created_by=by,
        data=tables.as_json(document), flats=flats_of(document),
    )  # fmt: skip


def flats_of(document: Document) -> dict[str, str]:
    """The drawings by their views, as SVG."""
    return {flat.view: flat.picture.data.decode() for flat in document.flats}


def delete_snapshot(*, snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).delete()
