"""Hand a product over to a factory: issue revisions, share them, make their files.

The one room that writes releases, links and what is said about them.
"""

from techpack.hand_over.export_jobs import ask_for_file, make_file
from techpack.hand_over.issuing import NotReadyError, delete_snapshot, issue, take_snapshot
from techpack.hand_over.restoring import restore
from techpack.hand_over.sharing import (
    Said,
    acknowledge,
    answer,
    comment,
    opened_by,
    password_fits,
    record_opening,
    revoke,
    share,
    show_newest,
)

__all__ = [
    "NotReadyError",
    "Said",
    "acknowledge",
    "answer",
    "ask_for_file",
    "comment",
    "delete_snapshot",
    "issue",
    "make_file",
    "opened_by",
    "password_fits",
    "record_opening",
    "restore",
    "revoke",
    "share",
    "show_newest",
    "take_snapshot",
]
