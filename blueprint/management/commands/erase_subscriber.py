"""Everything of one person goes; what it cost stays."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import filesizeformat

from blueprint.backfills import subscriber_named
from blueprint.services import privacy
from blueprint.services.privacy import Holdings


class Command(BaseCommand):
    help = "Erase a subscriber with all pictures, selfies and mails, and keep the accounting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subscriber", metavar="EMAIL_OR_ID")
        parser.add_argument("--apply", action="store_true", help="do it; without this nothing is changed")

    def handle(self, *, subscriber: str, **options: Any) -> None:
        found = subscriber_named(subscriber)
        self.stdout.write(f"{found.email} (id {found.pk})")
        self._tell(privacy.holdings(found))
        if not options["apply"]:
            self.stdout.write("Nothing was changed. Say --apply to do it. It cannot be undone.")
            return
        privacy.erase(subscriber_id=found.pk)
        self.stdout.write(
            "Erased. Files go within ten minutes; what was sent to engines, as soon as it has ended there."
        )

    def _tell(self, held: Holdings) -> None:
        size = filesizeformat(held.image_bytes).replace("\xa0", " ")
        rows = (
            counted(held.grids, "grid"), counted(held.frames, "frame"), counted(held.selfies, "selfie"),
            counted(held.mails, "mail"),
        )  # fmt: skip
        for line in (
            f"goes:  {', '.join(rows)}",
            f"goes:  {counted(held.images, 'image')} ({size} without their thumbnails)",
            f"ends:  {held.live} under way",
            f"stays: {counted(held.calls, 'call')}, as numbers: $ {held.cost_usd:.2f}",
        ):
            self.stdout.write(line)


def counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
