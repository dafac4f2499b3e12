"""The secret key of a site that was not given one."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept(path: Path) -> str:
    """The key in `path`, readable by its owner only; made there on the first start.

    Two processes that start at once agree: a key is written whole, then put in place, and what
    is in place is what counts.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key())
        try:
            os.link(draft, path)  # fails where another process was faster
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
