"""What becomes a worker when it is forked: see `tests.support.workers.Worker`.

Where it is forked from this module is imported before the settings are, and brings them and all apps with it.
"""

import os
import sys

if "django.conf" not in sys.modules:  # in the process that is forked; the tests have their own set-up
    import django

    django.setup()


def run(variables: dict[str, str]) -> None:
    """`manage.py procrastinate worker`, until it is killed."""
    from django.core.management import execute_from_command_line

    os.environ.update(variables)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    execute_from_command_line(["manage.py", "procrastinate", "worker"])
