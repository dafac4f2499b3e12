"""What must be true afterwards, looked at from outside: SQL, HTTP, the provider's own ledger, the bucket.

Nothing of the product is imported. Each check answers sentences about what is broken.
"""

import io
import math
import random
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import boto3
import psycopg
import requests
from PIL import Image

from tests.chaos.customers import Customers
from tests.chaos.plant import Plant

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
OPENED = 150  # pictures read back whole and decoded
FAILURES = {
    "invalid_input", "content_refused", "provider_error", "rate_limited", "timed_out", "output_expired",
    "output_invalid", "storage_error", "internal_error", "canceled",
}  # fmt: skip
SPOILED = re.compile(r"output-|answer-(broken|wrong)")
HARMLESS = {"output-data-url", "output-list", "output-error", "output-slow"}


class Audit:
    """All rows are of one moment, and the lists of the provider and of the bucket are read before it and after
    it. What was there before must be in the rows (a row is written before its call is made and its file
    written), and what the rows name must be there after: so it holds while work goes on, too."""

    def __init__(self, plant: Plant, customers: Customers):
        self.plant, self.customers = plant, customers
        self.figures: dict[str, Any] = {}
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        self.s3 = session.client("s3", endpoint_url=plant.s3.endpoint)

    def broken(self) -> list[str]:
        checks: tuple[Callable[[], list[str]], ...] = (
            self.answers, self.ends, self.payments, self.slots, self.grids, self.steps, self.ledger,
            self.files, self.references, self.pages, self.jobs, self.mails,
        )  # fmt: skip
        calls_before, self.files_before = self.plant.stand_in.ledger(), self._sizes()
        with psycopg.connect(self.plant.database_url, connect_timeout=5) as self.rows:
            self.rows.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            self.query("SELECT 1")
            self.calls, self.files_after = self.plant.stand_in.ledger(), self._sizes()
            self.paid_before = {call["id"] for call in calls_before if call["paid"]}
            return [f"{check.__name__}: {sentence}" for check in checks for sentence in check()]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.rows.execute(sql).fetchall()  # type: ignore[call-overload]

    def _sizes(self) -> dict[str, int]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.plant.s3.name)
        return {one["Key"]: one["Size"] for page in pages for one in page.get("Contents", ())}

    # --- what customers saw

    def answers(self) -> list[str]:
        wanted = len(self.customers.products)
        there = self.query("SELECT count(*) FROM techpack_product")[0][0]
        self.figures["packs"] = wanted
        wrong = [f"{count}x {words}" for words, count in Counter(self.customers.wrong).items()]
        return wrong + ([f"{there} products of {wanted} asked for"] if there != wanted else [])

    # --- every run and prediction has ended, and says why

    def ends(self) -> list[str]:
        rows = self.query("SELECT id, status, failure, message, stuck_at FROM generation_prediction")
        self.figures["predictions"] = dict(Counter(row[1] for row in rows))
        self.figures["failures"] = dict(Counter(row[2] for row in rows if row[1] == "failed"))
        broken = [f"prediction {id_} is {status}, stuck: {stuck}" for id_, status, _, _, stuck in rows
                  if status not in ("succeeded", "failed", "canceled")]  # fmt: skip
        broken += [f"prediction {id_} failed without a reason" for id_, status, failure, message, _ in rows
                   if status == "failed" and (failure not in FAILURES or not message)]  # fmt: skip
        runs = self.query("SELECT id, status FROM techpack_techpack")
        self.figures["runs"] = dict(Counter(status for _, status in runs))
        return broken + [f"run {id_} is {status}" for id_, status in runs if status in ("running", "waiting")]

    # --- paid at the provider = attempts in our rows

    def payments(self) -> list[str]:
        attempts = dict(self.query(
            "SELECT external_id, outcome FROM generation_attempt WHERE external_id IS NOT NULL"
        ))  # fmt: skip
        searched = {id_ for (id_,) in self.query(
            "SELECT id FROM generation_attempt WHERE outcome = 'claimed'"  # nobody has heard the answer yet
        )}  # fmt: skip
        accepted = {call["id"]: call for call in self.calls}
        paid = {call["id"] for call in self.calls if call["paid"]}
        self.figures["paid"] = len(paid)
        broken = [f"call {id_} ({accepted[id_]['step']}, {accepted[id_]['faults']}) was paid, and is no attempt"
                  for id_ in self.paid_before - attempts.keys() if _attempt(accepted[id_]) not in searched]  # fmt: skip
        broken += [
            f"attempt with call {id_} that the provider does not know"
            for id_ in attempts.keys() - accepted.keys()
        ]
        for id_, outcome in attempts.items():
            if outcome in ("superseded", "lost") and id_ in paid:
                broken.append(f"call {id_} was paid and made again ({outcome})")
            if outcome == "succeeded" and id_ in accepted and accepted[id_]["status"] != "succeeded":
                broken.append(f"attempt {id_} succeeded, its call {accepted[id_]['status']}")
        unknown = self.query(
            "SELECT external_id FROM generation_unknowncall u WHERE resolved_at IS NULL AND NOT EXISTS"
            " (SELECT FROM generation_attempt a WHERE a.external_id = u.external_id)"
        )
        return broken + [f"call {id_} is on the list of unknown ones" for (id_,) in unknown]

    # --- no slot paid twice for one request

    def slots(self) -> list[str]:
        rows = self.query(
            "SELECT id, prediction_id, outcome, message, created_at::text, searched_at::text, ended_at::text"
            " FROM generation_attempt"
        )
        owner, ends = {row[0]: row[1] for row in rows}, {row[0]: row[2:] for row in rows}
        good: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        for call in self.calls:
            attempt = _attempt(call)
            spoiled = any(SPOILED.match(name) and name not in HARMLESS for name in call["faults"])
            if call["status"] == "succeeded" and not spoiled:
                told = (call["id"], call["step"], call["faults"], call["created"], *ends.get(attempt, ()))
                good[owner.get(attempt, attempt)].append(told)
        broken = [f"prediction {id_} was paid {len(ids)} times with a good result: {ids}"
                  for id_, ids in good.items() if len(ids) > 1]  # fmt: skip
        twice = self.query(
            "SELECT prediction_id FROM generation_attempt WHERE outcome = 'succeeded' GROUP BY 1 HAVING count(*) > 1"
        )
        return broken + [f"prediction {id_} has two attempts that succeeded" for (id_,) in twice]

    # --- grids

    def grids(self) -> list[str]:
        filled = self.query(
            "SELECT g.id, g.number, g.asset_id, p.status, p.asset_id, count(f.id) FROM blueprint_grid g"
            " LEFT JOIN generation_prediction p ON p.id = g.prediction_id"
            " LEFT JOIN blueprint_frame f ON f.grid_id = g.id WHERE g.asset_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5"
        )
        self.figures["grids"] = len(filled)
        broken = [f"grid {row[0]} has {row[5]} frames" for row in filled if row[5] != 9]
        broken += [f"grid {row[0]} does not show what was made for it" for row in filled
                   if row[3] != "succeeded" or row[2] != row[4]]  # fmt: skip
        succeeded = self.query(
            "SELECT count(*) FROM generation_prediction WHERE subject LIKE 'blueprint:%' AND status = 'succeeded'"
        )[0][0]
        paid = self.query(
            "SELECT a.external_id FROM generation_attempt a JOIN generation_prediction p ON p.id = a.prediction_id"
            " WHERE p.subject LIKE 'blueprint:%' AND a.outcome = 'succeeded'"
        )
        at_provider = {call["id"] for call in self.calls if call["paid"] and call["status"] == "succeeded"}
        if not len(filled) == succeeded == len({id_ for (id_,) in paid} & at_provider):
            broken.append(f"{len(filled)} grids filled, {succeeded} predictions, {len(paid)} paid")
        return broken + self._columns()

    def _columns(self) -> list[str]:
        rows = self.query(
            "SELECT s.id, s.paid_blueprint_photo_urls, s.paid_blueprint_generated, count(g.asset_id)"
            " FROM blueprint_subscribers s LEFT JOIN blueprint_shoot h ON h.subscriber_id = s.id"
            " LEFT JOIN blueprint_grid g ON g.shoot_id = h.id GROUP BY 1, 2, 3"
        )
        broken = []
        for id_, urls, generated, count in rows:
            slots = sum(1 for url in urls or [] if url)
            if slots != count or generated != (count == 30):
                broken.append(f"subscriber {id_}: {slots} slots, {count} grids, generated {generated}")
        return broken

    # --- every charge matches what was delivered

    def steps(self) -> list[str]:
        steps = self.query(
            "SELECT s.id, s.tech_pack_id, s.name, s.status, s.planned, -c.amount, coalesce(r.amount, 0)"
            " FROM techpack_step s LEFT JOIN credits_entry c ON c.id = s.charge_id"
            " LEFT JOIN credits_entry r ON r.charge_id = c.id"
        )
        tables = {"base-views": "baseview", "close-ups": "closeup", "sketches": "sketch"}
        pieces: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for name, table in tables.items():
            counted = self.query(f"SELECT tech_pack_id, status, count(*) FROM techpack_{table} GROUP BY 1, 2")
            for run, status, count in counted:
                pieces[name, run][status] += count
        broken = []
        for id_, run, name, status, planned, charged, refunded in steps:
            there = pieces[name, run]
            if there["loading"]:
                broken.append(f"step {id_} ({name}) is {status} with pieces that load")
            if charged is None:
                continue
            lacking = there["failed"] + there["canceled"]
            whole = max(planned, lacking)
            due = math.ceil(charged * lacking / whole) if there else charged
            if due != refunded:
                broken.append(
                    f"step {id_} ({name}, {status}): {charged} charged, {refunded} returned, {due} due: {there}"
                )
        return broken

    def ledger(self) -> list[str]:
        off = self.query(
            "SELECT a.id, a.balance, sum(e.amount) FROM credits_account a JOIN credits_entry e ON e.account_id = a.id"
            " GROUP BY 1, 2 HAVING a.balance <> sum(e.amount) OR a.balance < 0"
        )
        refunds = self.query(
            "SELECT c.id FROM credits_entry c JOIN credits_entry r ON r.charge_id = c.id GROUP BY c.id, c.amount"
            " HAVING count(*) > 1 OR sum(r.amount) > -c.amount"
        )
        unowned = self.query(
            "SELECT e.reference FROM credits_entry e WHERE e.kind = 'charge' AND NOT EXISTS"
            " (SELECT FROM techpack_step s WHERE s.charge_id = e.id)"
        )
        return [f"account {row}" for row in off] + [f"refunds of charge {row[0]}" for row in refunds] + [
            f"charge {row[0]} belongs to no step" for row in unowned]  # fmt: skip

    # --- files

    def files(self) -> list[str]:
        sizes = self.files_after
        rows = self.query(
            "SELECT id, stem, content_type, size, width, height, has_vector, stored_at IS NOT NULL AND released_at"
            " IS NULL FROM generation_asset"
        )
        broken, known, kept = [], set(), []
        still_kept = {row[0] for row in self.plant.query(
            "SELECT id FROM generation_asset WHERE stored_at IS NOT NULL AND released_at IS NULL"
        )}  # fmt: skip
        for id_, stem, kind, size, width, height, has_vector, is_kept in rows:
            key = _keys(id_, stem, kind)
            known |= set(key.values())
            if not is_kept or id_ not in still_kept:
                continue
            kept.append((key["original"], width, height))
            if sizes.get(key["original"]) != size:
                broken.append(f"asset {id_}: {sizes.get(key['original'])} bytes of {size}")
            if has_vector and key["vector"] not in sizes:
                broken.append(f"asset {id_} has no drawing")
        self.figures["files"] = len(sizes)
        both = self.files_before.keys() & sizes.keys()
        broken += [f"file {key} belongs to no row" for key in both - known]
        for key, width, height in random.Random(1).sample(kept, min(OPENED, len(kept))):
            body = self.s3.get_object(Bucket=self.plant.s3.name, Key=key)["Body"].read()
            with Image.open(io.BytesIO(body)) as picture:
                picture.load()
                if picture.size != (width, height):
                    broken.append(f"{key} is {picture.size}, not {(width, height)}")
        return broken

    def references(self) -> list[str]:
        """Rows that name a picture which is not kept."""
        naming = self.query(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE contype = 'f' AND confrelid = 'generation_asset'::regclass"
        )
        broken = []
        for table, column in naming:
            if table == "techpack_draftphoto":
                continue
            count = self.query(
                f"SELECT count(*) FROM {table} t JOIN generation_asset a ON a.id = t.{column}"
                " WHERE a.stored_at IS NULL OR a.released_at IS NOT NULL"
            )[0][0]
            if count:
                broken.append(f"{count} rows of {table} name pictures that are not kept")
        return broken

    # --- what a customer is shown

    def pages(self) -> list[str]:
        broken = []
        address = self.plant.addresses[0]
        for product, token in self.customers.products.items():
            state = requests.get(
                f"{address}/api/tech-pack-v2/products/{product}",
                headers={"Authorization": f"Bearer {token}"}, timeout=30,
            )  # fmt: skip
            data = state.json()["data"]
            if data["isGenerating"]:
                broken.append(f"product {product} still says that it is generating")
            for piece in (*data["closeUps"], *data["sketches"]):
                if piece["loadingState"] == "loaded" and not self._opens(piece["imageUrl"], token):
                    broken.append(f"{piece['imageUrl']} does not open")
        for access in self.plant.prepared["subscribers"]:
            status = requests.get(
                f"{address}/api/blueprint/get-paid-status", params={"access": access}, timeout=30
            ).json()
            for url in status["photoUrls"][:3]:
                if not self._opens(url, ""):
                    broken.append(f"{url} does not open")
        return broken

    def _opens(self, url: str, token: str) -> bool:
        path = url.partition("/media/")[2]
        target = f"{self.plant.addresses[0]}/media/{path}" if path else url
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.get(target, headers=headers, timeout=30)
        return answer.ok and answer.headers["content-type"].startswith("image/")

    # --- jobs and mails

    def jobs(self) -> list[str]:
        failed = self.query(
            "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed'"
            " AND NOT args ? 'timestamp' GROUP BY 1"  # of what runs by the clock the next one does it
        )
        stuck = self.query(
            "SELECT task_name, status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            " AND coalesce(scheduled_at, now()) < now() - interval '60 s' GROUP BY 1, 2"
        )
        return [f"{count} {name} failed" for name, count in failed] + [
            f"{count} {name} are {status}" for name, status, count in stuck]  # fmt: skip

    def mails(self) -> list[str]:
        whole = {row[0] for row in self.query(
            "SELECT email FROM blueprint_subscribers WHERE paid_blueprint_generated"
        )}  # fmt: skip
        rows = self.query("SELECT m.to, kind, status, count(*) FROM blueprint_mail m GROUP BY 1, 2, 3")
        broken = [f"mail {kind} to {to} is {status}" for to, kind, status, _ in rows if status != "sent"]
        delivered = {to for to, kind, _, _ in rows if kind == "delivery"}
        arrived = {to for to, _ in self.plant.mail.mails}
        self.figures["mails"] = len(self.plant.mail.mails)
        broken += [f"no delivery mail for {to}" for to in whole - delivered]
        broken += [f"the mails to {to} never arrived" for to in {row[0] for row in rows} - arrived]
        return broken


def _attempt(call: dict[str, Any]) -> uuid.UUID:
    return uuid.UUID(call["webhook"].partition("attempt=")[2])


def _keys(id_: uuid.UUID, stem: str, kind: str) -> dict[str, str]:
    """Where the files of a picture lie, as docs/architecture.md says it."""
    names = {
        "original": ENDINGS.get(kind, ""),
        "small": "small.webp",
        "large": "large.webp",
        "vector": "vector.svg",
    }
    if stem:
        return {variant: f"{stem}-{id_.hex}.{name}" for variant, name in names.items()}
    names["original"] = f"original.{names['original']}"
    return {variant: f"assets/{str(id_)[:2]}/{id_}/{name}" for variant, name in names.items()}
