"""Comments on rows, points of measure and places of a flat: internal, or shared with the factory."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.text import plain, plain_line, without_nul
from techpack.models import Product, RowComment
from techpack.models.sheet_records import LONGEST_COMMENT
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product
from techpack.services.spreadsheet.tables import OPENERS

MOST_COMMENTS = 2000
ACTS = ("resolve", "reopen", "share", "unshare", "delete")


@transaction.atomic
def add(
    *, product: Product, by: User, text: str, tag: str = "", sheet: str = "", row: str = "",
    view: str = "", x: float | None = None, y: float | None = None, is_shared: bool = False,
) -> RowComment:  # fmt: skip
    """Write a comment. Raises NotPossible for an empty or too long one."""
    clean = plain(without_nul(text)).strip()
    if not clean:
        raise NotPossible("Write something first.")
    if len(clean) > LONGEST_COMMENT:
        raise NotPossible(f"A comment has up to {LONGEST_COMMENT:,} characters.")
    locked = lock_product(product)
    if locked.row_comments.count() >= MOST_COMMENTS:
        raise NotPossible(f"A product has up to {MOST_COMMENTS:,} comments.")
    return RowComment.objects.create(
        product=locked, by=by, text=clean, tag=tag if tag in RowComment.Tag.values else RowComment.Tag.OTHER,
        sheet=sheet if sheet in OPENERS else "", row=plain_line(without_nul(row))[:40], view=view[:6],
        x=x, y=y, is_shared=is_shared,
    )  # fmt: skip


def change(*, comment: RowComment, act: str) -> None:
    """One of ACTS. Raises NotPossible for anything else."""
    if act not in ACTS:
        raise NotPossible("A comment can be resolved, reopened, shared, kept internal, or deleted.")
    rows = RowComment.objects.filter(pk=comment.pk)
    if act == "delete":
        rows.delete()
    elif act in ("share", "unshare"):
        rows.update(is_shared=act == "share")
    else:
        rows.update(resolved_at=timezone.now() if act == "resolve" else None)
