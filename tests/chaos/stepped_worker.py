"""A worker whose wall clock can be stepped: it goes forward or back by the seconds that the file named by
CHAOS_CLOCK says, each time they change. Its monotonic clock is left alone, as a real step leaves it."""

import contextlib
import datetime as dt
import os
import sys
import threading
import time
from pathlib import Path

import time_machine


def main() -> None:
    clock = Path(os.environ["CHAOS_CLOCK"])
    traveller = time_machine.travel(dt.datetime.now(dt.UTC), tick=True).start()
    threading.Thread(target=_follow, args=(clock, traveller), daemon=True).start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "procrastinate", "worker"])


def _follow(clock: Path, traveller: time_machine.Traveller) -> None:
    stepped = 0.0
    while True:
        with contextlib.suppress(OSError, ValueError):
            wanted = float(clock.read_text())
            if wanted != stepped:
                traveller.shift(wanted - stepped)
                stepped = wanted
        time.sleep(0.2)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()
