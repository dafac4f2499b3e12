"""`manage.py restore FOLDER`: a backup into an empty database and its store."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import backups


class Command(BaseCommand):
    help = "Restore a backup into an empty database and its store. --check only reads it through."
    requires_system_checks: list[str] = []  # noqa: RUF012 - there are no tables yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="only say whether the backup is whole")

    def handle(self, *args: Any, **options: Any) -> None:
        do, done = (backups.check, "whole") if options["check"] else (backups.restore, "restored")
        try:
            manifest = do(options["folder"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The backup of {manifest['made_at']} is {done}: {len(manifest['files'])} files.")
