"""Links to issued revisions, and what suppliers and the designer say about them."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import QuerySet
from django.utils import timezone

from core.text import plain, plain_line, without_nul
from techpack.models import Release, Share, ShareEvent
from techpack.services.errors import NotPossible

MOST_EVENTS = 2000  # of one link


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


def show_newest(*, share: Share) -> Release:
    """Let an earlier link show the newest revision as well. Raises NotPossible when it is the newest."""
    newest = share.release.product.releases.defer("data").first()
    if newest is None or newest.pk == share.release_id:
        raise NotPossible("This link shows the newest revision already.")
    Share.objects.filter(pk=share.pk).update(also=newest)
    return newest


def opened_by(token: str) -> Share | None:
    """The live link that this token opens; None for a wrong, expired or revoked one."""
    rows = Share.objects.live().filter(token_hash=Share.hash_of(token))
    return rows.select_related("release__product__owner").first()


def password_fits(share: Share, password: str) -> bool:
    return not share.password or check_password(password, share.password)


@dataclass(frozen=True)
class Said:
    """What somebody wrote, and what it is about: a row, or a place on a flat as fractions (0..1) of it."""

    text: str
    name: str = ""
    about: str = ""
    flat: str = ""
    x: float | None = None
    y: float | None = None


def record_opening(*, share: Share) -> None:
    """Raises NotPossible when the link has been opened very often."""
    _make_room(share.events.filter(kind=ShareEvent.Kind.OPENED))
    ShareEvent.objects.create(share=share, kind=ShareEvent.Kind.OPENED)


def acknowledge(*, share: Share, name: str) -> None:
    """Somebody at the factory has received the revision: written down once."""
    kind = ShareEvent.Kind.ACKNOWLEDGED
    if not share.events.filter(kind=kind).exists():
        ShareEvent.objects.create(share=share, kind=kind, name=_line(name, 120))


def comment(*, share: Share, said: Said) -> ShareEvent:
    """A question or a remark of the supplier. Raises NotPossible when a link has had too much of it."""
    return _write(share, ShareEvent.Kind.COMMENT, said)


def answer(
    *, share: Share, said: Said, to: ShareEvent | None = None, is_internal: bool = False
) -> ShareEvent:
    """What the designer writes: shown behind the link, unless it `is_internal`. Raises NotPossible."""
    kind = ShareEvent.Kind.INTERNAL if is_internal else ShareEvent.Kind.ANSWER
    return _write(share, kind, said, answers=to)


def _write(share: Share, kind: str, said: Said, answers: ShareEvent | None = None) -> ShareEvent:
    """Opening a link a thousand times keeps nobody from writing."""
    text = plain(without_nul(said.text))[:2000].strip()
    if not text:
        raise NotPossible("Write something first.")
    _make_room(share.events.exclude(kind=ShareEvent.Kind.OPENED))
    is_placed = said.x is not None and said.y is not None and 0 <= said.x <= 1 and 0 <= said.y <= 1
    return ShareEvent.objects.create(
        share=share, kind=kind, name=_line(said.name, 120), about=_line(said.about, 60), text=text,
        answers=answers, flat=_line(said.flat, 30) if is_placed else "",
        x=said.x if is_placed else None, y=said.y if is_placed else None,
    )  # fmt: skip


def _make_room(alike: QuerySet[ShareEvent]) -> None:
    if alike.count() >= MOST_EVENTS:
        raise NotPossible("This link has been used very often. Ask for a new one.")


def _line(text: str, most: int) -> str:
    return plain_line(without_nul(text))[:most]
