"""Issue revisions to a factory and share them: the one place that writes releases and links.

A document is built from rows first and outside any transaction; the revision is written only when nothing
changed meanwhile, so that what is issued is what was there.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.text import plain, plain_line, without_nul
from techpack.exports import tables
from techpack.models import Product, Release, ReleaseFile, Share, ShareEvent
from techpack.presenters import exports
from techpack.presenters.document import document_of, status_url
from techpack.presenters.lint import findings
from techpack.presenters.readiness import Facts
from techpack.presenters.specification import Specification
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product

TRIES = 3
MOST_EVENTS = 2000  # of one link
KEPT_FORMATS = ("pdf", "xlsx", "json", "zip")


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
    public_id = uuid.uuid4()
    document = document_of(fresh, revision=str(number), current_url=status_url(public_id))
    blocked = [{"field": one.field, "reason": one.reason} for one in document.missing if one.blocks_issue]
    blocked += contradictions(fresh)
    if blocked and not force:
        raise NotReadyError(blocked)
    data = tables.as_json(document)
    files = {kind: exports.export(document, kind) for kind in KEPT_FORMATS}
    with transaction.atomic():
        locked = lock_product(fresh)
        if locked.specification_version != fresh.specification_version:
            return None
        if locked.releases.filter(number=number).exists():
            return None
        release = Release(
            product=locked,
            public_id=public_id, number=number, note=note, issued_at=timezone.now(), issued_by=by, data=data,
            changes=changes(last.data if last else None, data),
        )  # fmt: skip
        release.save(force_insert=True)
        ReleaseFile.objects.bulk_create([
            ReleaseFile(release=release, name=kind, content_type=made.content_type, content=made.content)
            for kind, made in files.items()
        ])  # fmt: skip
        ReleaseFile.objects.bulk_create([
            ReleaseFile(release=release, name=f"flat-{place}.svg", content_type="image/svg+xml",
                        content=flat.dimensioned.data)
            for place, flat in enumerate(document.flats, start=1)
        ])  # fmt: skip
        return release


def contradictions(product: Product) -> list[dict[str, str]]:
    """What contradicts itself so that a factory would go wrong: it keeps a revision from being issued."""
    facts = Facts(product, Specification(product, product.owner))
    return [{"field": one.text.rstrip("."), "reason": "consistency"} for one in findings(facts) if one.blocks]


def changes(before: dict[str, Any] | None, after: dict[str, Any]) -> list[dict[str, str]]:
    """What changed from one revision to the next, value by value."""
    if before is None:
        return []
    old, new = _flat(before), _flat(after)
    names = [
        name for name in {**old, **new} if not name.startswith(("revision", "date", "status", "currentUrl"))
    ]
    return [
        {"what": name, "before": old.get(name, ""), "after": new.get(name, "")}
        for name in names
        if old.get(name, "") != new.get(name, "")
    ][:500]


def _flat(data: Any, at: str = "") -> dict[str, str]:
    """Every value by its address; rows of tables by their code or name instead of their number."""
    if isinstance(data, dict):
        parts = [_flat(value, f"{at}.{name}" if at else name) for name, value in data.items()]
    elif isinstance(data, list):
        parts = [_flat(value, f"{at} {_key(value, place)}") for place, value in enumerate(data)]
    else:
        return {at: "" if data is None else str(data)}
    return {name: value for part in parts for name, value in part.items()}


def _key(value: Any, place: int) -> str:
    if isinstance(value, dict):
        named = [
            str(value[name])
            for name in ("code", "view", "section", "part", "area", "operation")
            if value.get(name)
        ]
        if named:
            return " ".join(named)
    return str(place + 1)


# --- links ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewShare:
    """A link as it is told once: only a hash of its token is kept."""

    share: Share
    token: str


def share(
    *, release: Release, expires_in_days: int | None = None, with_costs: bool = False, password: str = ""
) -> NewShare:  # fmt: skip
    """Make a link to one revision."""
    token = Share.new_token()
    until = timezone.now() + dt.timedelta(days=expires_in_days) if expires_in_days else None
    made = Share.objects.create(
        release=release, token_hash=Share.hash_of(token), hint=token[-4:], with_costs=with_costs,
        expires_at=until, password=make_password(password) if password else "",
    )  # fmt: skip
    return NewShare(made, token)


def revoke(*, share: Share) -> None:
    """The link stops working at once."""
    Share.objects.filter(pk=share.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())


def opened_by(token: str) -> Share | None:
    """The live link that this token opens; None for a wrong, expired or revoked one."""
    rows = Share.objects.live().filter(token_hash=Share.hash_of(token))
    return rows.select_related("release__product__owner").first()


def password_fits(share: Share, password: str) -> bool:
    return not share.password or check_password(password, share.password)


def record(*, share: Share, kind: str, name: str = "", about: str = "", text: str = "") -> ShareEvent:
    """Write down what somebody did with a link. Raises NotPossible when a link has had too much of it."""
    alike = share.events.filter(kind=ShareEvent.Kind.OPENED)
    if kind != ShareEvent.Kind.OPENED:  # whoever opens a link a thousand times keeps nobody from writing
        alike = share.events.exclude(kind=ShareEvent.Kind.OPENED)
    if alike.count() >= MOST_EVENTS:
        raise NotPossible("This link has been used very often. Ask for a new one.")
    return ShareEvent.objects.create(
        share=share,
        kind=kind,
        name=plain_line(without_nul(name))[:120],
        about=plain_line(without_nul(about))[:60],
        text=plain(without_nul(text))[:2000],
    )
