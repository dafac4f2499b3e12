"""`manage.py backup FOLDER`: the database and every stored file, in a new folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import backups


class Command(BaseCommand):
    help = "Back up the database and every stored file into a new folder; the site may go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backups.back_up(options["folder"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Backed up the database and {len(manifest['files'])} files to {options['folder']}."
        )
        for key in manifest["missing"]:
            self.stderr.write(f"Missing in the store: {key}")
