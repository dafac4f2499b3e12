"""Pages, polls, admin lists and backfills on a large database against a small one.

    python bench/large.py [--small 0.001] [--large 0.1] [--rounds 7] [--explain]

Makes up a small site (`manage.py generate_load_data`), asks for every address with Django's own test client,
makes a large one beside it, and asks for the same addresses of the large one. A figure is the fastest of the
rounds, which others on the machine disturb least; the ratio is large over small, from one run. `--explain`
prints the plan of the slowest query of whatever takes more than a tenth of a second. Backfills run dry, in
processes of their own, whose peak memory is compared.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench._serving import throwaway_data  # noqa: E402

PAGE_RATIO, LIST_MS = 1.2, 300.0  # to reach
BACKFILLS = ("recount_blueprints", "backfill_frames", "backfill_thumbnails", "migrate_external_urls")
SLOW_MS = 100.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=float, default=0.001, help="scale of the small database")
    parser.add_argument("--large", type=float, default=0.1, help="scale of the large one")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--no-backfills", action="store_true")
    asked = parser.parse_args()
    with throwaway_data():
        from config import load_data

        _fill(load_data, seed=1, scale=asked.small)
        small, small_memory = _measured(1, asked)
        _fill(load_data, seed=2, scale=asked.large)
        large, large_memory = _measured(2, asked)
    report(asked, small, large, small_memory, large_memory)


def _fill(load_data: Any, *, seed: int, scale: float) -> None:
    began = time.monotonic()
    rows = sum(count for _, count in load_data.make(seed=seed, scale=scale))
    print(f"{rows:,} rows at scale {scale:g} in {time.monotonic() - began:.0f} s", flush=True)


def _measured(seed: int, asked: argparse.Namespace) -> tuple[dict[str, Any], dict[str, float]]:
    found = {name: _fastest(client, address, asked) for name, (client, address) in addresses(seed).items()}
    memory = {} if asked.no_backfills else {name: _peak_mb(name) for name in BACKFILLS}
    return found, memory


def addresses(seed: int) -> dict[str, tuple[Any, str]]:
    """Who asks for what, by name: of the subscriber and the designer in the middle of those of the seed."""
    from django.contrib import admin
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from blueprint.models import Subscriber
    from blueprint.presenters import polling as gallery_polling
    from techpack.models import TechPack
    from techpack.presenters import polling

    designer = User.objects.filter(email__startswith=f"designer-{seed}-").order_by("pk").first()
    done = Subscriber.objects.filter(access_token__startswith=f"load-{seed}-", paid_blueprint_generated=True)
    subscriber = done.order_by("pk")[done.count() // 2]
    run = TechPack.objects.filter(product__owner=designer).select_related("product").order_by("pk")[100]
    host = {"host": "127.0.0.1"}
    creator, maker, staff = Client(headers=host), Client(headers=host), Client(headers=host)
    maker.force_login(designer)
    boss, _ = User.objects.get_or_create(email="staff@example.com", is_staff=True, is_superuser=True)
    staff.force_login(boss)
    unchanged = polling.address(run, user_id=designer.pk)
    gallery = gallery_polling.address(subscriber, None)
    access = f"?access={subscriber.access_token}"
    creator.get(f"/blueprint/paid/{access}")  # its cookie
    pages = {
        "product list": (maker, "/techpacks/"),
        "product list, searched": (maker, "/techpacks/?q=coat"),
        "product": (maker, run.product.get_absolute_url()),
        "product poll": (maker, unchanged),
        "product poll, changed": (maker, unchanged.replace("version=40", "version=20")),
        "product state": (maker, f"/api/tech-pack-v2/products/{run.product_id}"),
        "sheets": (maker, reverse("techpack:sheets", args=[run.product_id])),
        "credits": (maker, reverse("account-credits")),
        "gallery": (creator, "/blueprint/paid/"),
        "gallery poll": (creator, gallery),
        "gallery poll, changed": (creator, gallery.replace("version=60", "version=29")),
        "paid status": (creator, f"/api/blueprint/get-paid-status{access}"),
        "export": (maker, f"/api/tech-pack-v2/products/{run.product_id}/exports/json"),
    }
    lists = {}
    for model in admin.site._registry:
        name = f"admin {model._meta.app_label}.{model._meta.model_name}"
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        lists[name] = (staff, address)
        if model._meta.model_name in ("subscriber", "prediction", "product", "user"):
            lists[f"{name}, searched"] = (staff, f"{address}?q=creator-{seed}-77")
    lists["admin overview"] = (staff, reverse("admin:index"))
    return pages | lists


def _fastest(client: Any, address: str, asked: argparse.Namespace) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    status = client.get(address).status_code  # warms up
    times = []
    for _ in range(asked.rounds):
        began = time.perf_counter()
        client.get(address)
        times.append(1000 * (time.perf_counter() - began))
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    slowest = max(captured.captured_queries, key=lambda query: float(query["time"]), default=None)
    ms = min(times)
    if asked.explain and slowest and ms > SLOW_MS:
        _explain(address, slowest["sql"])
    sql_ms = 1000 * float(slowest["time"]) if slowest else 0.0
    return {"ms": ms, "queries": len(captured), "slowest_ms": sql_ms, "status": status}


def _explain(address: str, sql: str) -> None:
    from django.db import DatabaseError, connection

    print(f"--- {address}\n{sql[:600]}")
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF, COSTS OFF) {sql}".replace("%", "%%"), [])
            print("\n".join(row[0] for row in cursor.fetchall()[:25]), flush=True)
    except DatabaseError as error:
        print(f"(no plan: {error})")


def _peak_mb(command: str) -> float:
    """Peak memory of a backfill that runs dry, in a process of its own."""
    script = (
        "import sys; from django.core.management import execute_from_command_line as run\n"
        f"try: run(['manage.py', {command!r}])\n"
        "except SystemExit: pass\n"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(peak.split()[1], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    return int(done.stderr.split()[-1]) / 1024


def report(
    asked: argparse.Namespace,
    small: dict[str, Any],
    large: dict[str, Any],
    small_memory: dict[str, float],
    large_memory: dict[str, float],
) -> None:
    print(f"{'':42} {'small':>8} {'large':>8}        queries  slowest query")
    missed = []
    for name, there in large.items():
        before = small[name]
        ratio = there["ms"] / before["ms"]
        is_list = name.startswith("admin")
        if (there["ms"] > LIST_MS) if is_list else (ratio > PAGE_RATIO):
            missed.append(name)
        bad = "" if there["status"] in (200, 204) else f"  status {there['status']}"
        print(
            f"{name:42} {before['ms']:6.1f}ms {there['ms']:6.1f}ms {ratio:6.2f} {there['queries']:7}"
            f" {there['slowest_ms']:10.1f}ms{bad}"
        )
    for name, mb in large_memory.items():
        print(f"{name:42} {small_memory[name]:6.0f}MB {mb:6.0f}MB {mb / small_memory[name]:6.2f}")
    print(
        f"Missed (pages {PAGE_RATIO} of the small one, lists {LIST_MS:.0f} ms): {', '.join(missed) or 'none'}"
    )
    figures = {
        "bench": "large", "scales": [asked.small, asked.large], "missed": missed,
        "ms": {name: [round(small[name]["ms"], 1), round(there["ms"], 1)] for name, there in large.items()},
        "queries": {name: there["queries"] for name, there in large.items()},
        "backfills_mb": {name: [round(small_memory[name]), round(mb)] for name, mb in large_memory.items()},
    }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
