"""How long a whole tech pack takes with an engine of fixed latency, against the critical path of
that latency: category, base views, then plan and close-ups beside sketches and callouts, so four
latencies one after another.

    python bench/pipeline.py [--latency 2.0] [--photos 2]

Polling alone carries it (no webhooks): the ratio says what the engine, the queue and the polling
add. Everything runs on a throwaway embedded database, with one real worker.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
STAGES = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--latency", type=float, default=2.0, help="seconds a call takes")
    parser.add_argument("--photos", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="selvedge-bench-") as folder:
        Path(folder).chmod(0o755)  # the user PostgreSQL runs as must get in
        prepare(folder)
        measure(asked.latency, asked.photos)


def prepare(folder: str) -> None:
    os.environ |= {
        "DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GENERATION_PROVIDER": "generation.providers.fake.FakeProvider",
    }
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(latency: float, photos: int) -> None:
    from tests import making

    making.write_fake("answers.json", making.ANSWERS)
    making.script(latency=latency)
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker"], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        run_once(photos)  # warms the worker
        seconds, calls = run_once(photos)
    finally:
        worker.terminate()
        worker.wait(30)
    ideal = STAGES * latency
    print(f"latency of a call     {latency:6.2f} s")
    print(f"critical path         {ideal:6.2f} s  ({STAGES} latencies)")
    print(f"whole tech pack       {seconds:6.2f} s  ({calls} predictions)")
    print(f"ratio                 {seconds / ideal:6.3f}")
    print(json.dumps({"bench": "pipeline", "latency": latency, "seconds": seconds, "ratio": seconds / ideal}))


def run_once(photos: int) -> tuple[float, int]:
    """One run from Generate to its end: seconds, and predictions made."""
    from generation.models import Prediction
    from techpack import services
    from tests import making

    user = making.make_user(balance=9)
    product = making.make_product(user, *["front", "back", "side"][:photos])
    begun = time.perf_counter()
    run = services.start_run(product=product)
    while run.is_going:
        time.sleep(0.02)
        run.refresh_from_db()
    seconds = time.perf_counter() - begun
    assert run.status == "complete", run.status
    return seconds, Prediction.objects.filter(subject=run.subject).count()


if __name__ == "__main__":
    main()
