"""A large site made up of rows: subscribers with their grids and predictions, tech packs with their measures.

PostgreSQL makes the rows itself (INSERT ... SELECT generate_series), a batch a transaction. The same seed and
scale give the same rows. There are no files behind the pictures: this is for queries, plans and lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from accounts.models import User
from blueprint.models import SLOTS, Frame, Grid, Shoot, Subscriber
from credits.models import Account, Entry
from generation.models import Asset, Attempt, Prediction
from techpack.library import points_of_measure
from techpack.models import (
    Activity,
    BaseView,
    CloseUp,
    Measurement,
    Product,
    Revision,
    Sketch,
    Step,
    StepName,
    TechPack,
)

SUBSCRIBERS, PRODUCTS, MEASURES = 100_000, 200_000, 40
DONE = 3  # of so many subscribers one has all of their grids
WITH_FRAMES = 300  # of so many one has all frames of them, too
PRODUCTS_EACH = 200  # of a designer
DAYS = 90  # over which everything was made
BATCH = 20_000

REQUEST = (
    '{"purpose": "grid", "operation": "render", "prompt": "Create a 3x3 grid of nine photographs of the'
    " person shown, one coherent feed in warm daylight, natural skin, no text. Row one: portrait, hands and a"
    " cup, wide street. Row two: detail of a coat, seated in a window, back view walking. Row three: books,"
    ' laughing, skyline.", "images": [], "parameters": {"resolution": "2K", "aspect_ratio": "1:1"}}'
)


@dataclass(frozen=True)
class Size:
    """How many of each, at a scale of the full size."""

    subscribers: int
    products: int

    @classmethod
    def at(cls, scale: float) -> "Size":
        return cls(max(DONE, round(SUBSCRIBERS * scale)), max(1, round(PRODUCTS * scale)))

    @property
    def designers(self) -> int:
        return -(-self.products // PRODUCTS_EACH)


def exists(seed: int) -> bool:
    return Subscriber.objects.filter(access_token=f"load-{seed}-1").exists()


def make(*, seed: int, scale: float) -> Iterator[tuple[str, int]]:
    """Make all of it; yields the table and the number of rows of each batch as it is committed."""
    size = Size.at(scale)
    yield from _blueprints(seed, size)
    yield from _tech_packs(seed, size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# --- blueprints ----------------------------------------------------------------------------------


def _blueprints(seed: int, size: Size) -> Iterator[tuple[str, int]]:
    first = _next(Subscriber)
    shoot = _next(Shoot)
    grid = _next(Grid)
    done = size.subscribers // DONE
    age = f"now() - make_interval(secs => ({DAYS * 86400} * {_chance('n', seed)})::int)"
    yield from _insert(Subscriber, size.subscribers, {
        "id": f"{first} + n - 1", "email": f"'creator-{seed}-' || n || '@example.com'",
        "name": "'Creator ' || n",
        "access_token": f"'load-{seed}-' || n",
        "form_data": "jsonb_build_object('vibe', (ARRAY['luxury', 'minimal', 'beige', 'warm'])[1 + n % 4])",
        "feed_style": "(ARRAY['luxury', 'minimal', 'beige'])[1 + n % 3]",
        "selfie_image_urls": "'[\"https://example.com/selfie.jpg\"]'::jsonb",
        "paid_blueprint_purchased": "true", "paid_blueprint_purchased_at": age, "created_at": age,
        "paid_blueprint_generated": f"n % {DONE} = 0", "version": "60",
        "paid_blueprint_photo_urls": f"""CASE WHEN n % {DONE} = 0 THEN (SELECT jsonb_agg(
            'paid-blueprint/grids/' || ({first} + n - 1) || '-' || k || '-'
            || md5('{seed} grid ' || (n / {DONE} - 1) * {SLOTS} + k) || '.png' ORDER BY k)
            FROM generate_series(1, {SLOTS}) k) ELSE '[]'::jsonb END""",  # noqa: S608 - no input in it
    })  # fmt: skip
    yield from _insert(
        Shoot,
        size.subscribers,
        {"id": f"{shoot} + n - 1", "subscriber_id": f"{first} + n - 1", "kind": "'paid'"},
    )
    # n counts the filled grids: k of the thirty, of the subscriber at `s`.
    s, k = f"(((n - 1) / {SLOTS} + 1) * {DONE})", f"((n - 1) % {SLOTS} + 1)"
    made = f"now() - make_interval(secs => ({DAYS * 86400} * {_chance('n', seed)})::int)"
    account = f"'subscriber:' || {first} + {s} - 1"
    yield from _assets(
        f"{seed} grid ", done * SLOTS, account, f"'paid-blueprint/grids/' || {first} + {s} - 1 || '-' || {k}"
    )
    yield from _insert(Prediction, done * SLOTS, {
        "id": _uuid("prediction", seed), "kind": "'blueprint.grid'",
        "subject": f"'blueprint:' || {first} + {s} - 1", "slot": f"'grid:' || {k}", "account": account,
        "provider": "'replicate'", "request": f"'{REQUEST}'::jsonb",
        "status": "'succeeded'", "asset_id": _uuid("grid", seed), "tries": "1", "queued_at": made,
        "submitting_at": made, "running_at": made, "collecting_at": made, "finished_at": made, "due_at": made,
        "not_before": made,
    })  # fmt: skip
    yield from _insert(Attempt, done * SLOTS, {
        "id": _uuid("attempt", seed), "prediction_id": _uuid("prediction", seed), "number": "1",
        "provider": "'replicate'", "model": "'google/nano-banana-pro'", "payload": f"'{REQUEST}'::jsonb",
        "payload_hash": f"md5('{seed} payload ' || n) || md5('{seed} hash ' || n)",
        "external_id": f"'load' || md5('{seed} call ' || n)", "outcome": "'succeeded'",
        "predict_seconds": f"30 + 60 * {_chance('n', seed)}", "cost_usd": "0.15",
        "created_at": made, "accepted_at": made, "webhook_at": made, "ended_at": made,
    })  # fmt: skip
    # Here n counts all slots: k of the thirty, of the subscriber at `s`; `f` is the number among the filled.
    s = f"((n - 1) / {SLOTS} + 1)"
    f = f"(({s} / {DONE} - 1) * {SLOTS} + {k})"
    filled = f"{s} % {DONE} = 0"
    yield from _insert(Grid, size.subscribers * SLOTS, {
        "id": f"{grid} + n - 1", "shoot_id": f"{shoot} + {s} - 1", "number": k, "version": k,
        "asset_id": f"CASE WHEN {filled} THEN {_uuid('grid', seed, f)} END",
        "prediction_id": f"CASE WHEN {filled} THEN {_uuid('prediction', seed, f)} END",
        "filled_at": f"CASE WHEN {filled} THEN {made} END",
    })  # fmt: skip
    yield from _frames(seed, size, first, grid)


def _frames(seed: int, size: Size, first: int, grid: int) -> Iterator[tuple[str, int]]:
    """n counts frames of the few subscribers whose thirty grids have been cut."""
    each = SLOTS * 9
    s = f"(((n - 1) / {each} + 1) * {WITH_FRAMES})"
    k, position = f"((n - 1) % {each} / 9 + 1)", "((n - 1) % 9 + 1)"
    count = size.subscribers // WITH_FRAMES * each
    account = f"'subscriber:' || {first} + {s} - 1"
    stem = f"'paid-blueprint/frames/' || {first} + {s} - 1 || '-' || {k} || '-' || {position}"
    yield from _assets(f"{seed} frame ", count, account, stem, side=682)
    yield from _insert(Frame, count, {
        "grid_id": f"{grid} + ({s} - 1) * {SLOTS} + {k} - 1", "position": position,
        "asset_id": _uuid("frame", seed),
    })  # fmt: skip


# --- tech packs ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _First:
    """The first ids that are free: rows are numbered on from them, so that one can name another."""

    user: int
    account: int
    entry: int
    product: int
    photo: int
    run: int
    step: int

    @classmethod
    def free(cls) -> "_First":
        return cls(*map(_next, (User, Account, Entry, Product, Revision, TechPack, Step)))


def _tech_packs(seed: int, size: Size) -> Iterator[tuple[str, int]]:
    first = _First.free()
    made = f"now() - make_interval(secs => ({DAYS * 86400} * {_chance('n', seed)})::int)"
    yield from _designers(seed, size, first)
    yield from _products(seed, size, first, made)
    yield from _runs(seed, size, first, made)
    yield from _pieces(seed, size, first, made)
    yield from _measurements(seed, size, first)


def _designers(seed: int, size: Size, first: _First) -> Iterator[tuple[str, int]]:
    yield from _insert(User, size.designers, {
        "id": f"{first.user} + n - 1", "email": f"'designer-{seed}-' || n || '@example.com'",
        "password": f"'{make_password(None)}'", "is_active": "true",
    })  # fmt: skip
    yield from _insert(Account, size.designers, {
        "id": f"{first.account} + n - 1", "user_id": f"{first.user} + n - 1", "balance": "9",
    })  # fmt: skip
    yield from _insert(Entry, size.designers, {
        "id": f"{first.entry} + n - 1", "account_id": f"{first.account} + n - 1", "kind": "'grant'",
        "amount": f"9 + 9 * least({PRODUCTS_EACH}, {size.products} - (n - 1) * {PRODUCTS_EACH})",
        "reference": f"'load {seed} ' || n", "description": "'Credits bought'",
    })  # fmt: skip


def _products(seed: int, size: Size, first: _First, made: str) -> Iterator[tuple[str, int]]:
    owner = f"((n - 1) / {PRODUCTS_EACH})"
    yield from _insert(Product, size.products, {
        "id": f"{first.product} + n - 1", "owner_id": f"{first.user} + {owner}",
        "name": "(ARRAY['Field jacket', 'Yellow T-shirt', 'Linen trousers', 'Wool coat', 'Tote'])[1 + n % 5]"
        " || ' ' || n",
        "category": "'APPAREL'", "subcategory": "'T-shirt'", "product_type": "'t-shirt'",
        "created_at": made, "updated_at": made,
    })  # fmt: skip
    yield from _assets(f"{seed} photo ", size.products, f"'user:' || {first.user} + {owner}", "''")
    yield from _insert(Revision, size.products, {
        "id": f"{first.photo} + n - 1", "product_id": f"{first.product} + n - 1",
        "asset_id": _uuid("photo", seed), "view": "'front'", "created_at": made,
    })  # fmt: skip


def _runs(seed: int, size: Size, first: _First, made: str) -> Iterator[tuple[str, int]]:
    """A run of each product, of four steps: the first of them is free."""
    names = ", ".join(f"'{name}'" for name in StepName.values)
    yield from _insert(TechPack, size.products, {
        "id": f"{first.run} + n - 1", "product_id": f"{first.product} + n - 1", "number": "1",
        "asked": f"ARRAY[{names}]", "engine": "'local'",
        "status": "'complete'", "version": "40", "created_at": made, "started_at": made,
        "finished_at": f"{made} + interval '1 minute'",
    })  # fmt: skip
    # Here n counts steps: `step` of the run `t`.
    t, step = "((n - 1) / 4 + 1)", "((n - 1) % 4)"
    charge = f"{first.entry} + {size.designers} + ({t} - 1) * 3 + {step} - 1"
    yield from _insert(Entry, size.products * 4, {
        "id": charge, "account_id": f"{first.account} + ({t} - 1) / {PRODUCTS_EACH}", "kind": "'charge'",
        "amount": "-3",
        "reference": f"'step:' || {first.step} + n - 1 || ':1'", "description": "'Step of a tech pack'",
    }, where=f"{step} > 0")  # fmt: skip
    yield from _insert(Step, size.products * 4, {
        "id": f"{first.step} + n - 1", "tech_pack_id": f"{first.run} + {t} - 1",
        "name": f"(ARRAY[{names}])[1 + {step}]",
        "status": "'done'", "planned": "1", "started_at": made, "finished_at": made,
        "charge_id": f"CASE WHEN {step} > 0 THEN {charge} END",
    })  # fmt: skip


def _pieces(seed: int, size: Size, first: _First, made: str) -> Iterator[tuple[str, int]]:
    run = {"tech_pack_id": f"{first.run} + n - 1"}
    piece = {
        **run, "status": "'loaded'", "version": "30", "created_version": "10",
        "revision_id": f"{first.photo} + n - 1", "view": "'front'",
    }  # fmt: skip
    picture = {"asset_id": _uuid("photo", seed)}
    shot = (
        """'{"title": "Collar", "kind": "collar", "image": 0, "area": [0.2, 0.2, 0.6, 0.6],"""
        """ "reason": "How it is sewn"}'::jsonb"""
    )
    yield from _insert(BaseView, size.products, {**piece, "cache_key": f"md5('{seed} view ' || n)"})
    yield from _insert(CloseUp, size.products, {**piece, **picture, "shot": shot})
    yield from _insert(Sketch, size.products, {**piece, **picture})
    yield from _insert(
        Activity, size.products, {**run, "version": "40", "text": "'Tech pack finished'", "created_at": made}
    )


def _measurements(seed: int, size: Size, first: _First) -> Iterator[tuple[str, int]]:
    codes = list(points_of_measure())[:MEASURES]
    listed = ", ".join(f"'{code}'" for code in codes)
    at = f"((n - 1) % {len(codes)})"
    yield from _insert(Measurement, size.products * len(codes), {
        "product_id": f"{first.product} + (n - 1) / {len(codes)}", "code": f"(ARRAY[{listed}])[1 + {at}]",
        "position": at,
        "value_cm": f"round((20 + 60 * {_chance('n', seed)})::numeric, 1)", "error_cm": "0.8",
        "source": "(ARRAY['measured', 'estimated', 'entered', 'suggested'])[1 + n % 4]",
    })  # fmt: skip


# --- rows ----------------------------------------------------------------------------------------


def _assets(
    words: str, count: int, account: str, stem: str, *, side: int = 2048
) -> Iterator[tuple[str, int]]:
    yield from _insert(Asset, count, {
        "id": f"md5('{words}' || n)::uuid", "account": account, "stem": stem, "content_type": "'image/png'",
        "sha256": f"md5('{words}a' || n) || md5('{words}b' || n)", "size": "3000000", "width": str(side),
        "height": str(side), "stored_at": "now()", "created_at": "now() - interval '1 day'",
    })  # fmt: skip


def _insert(
    model: type[models.Model], count: int, values: dict[str, str], where: str = "true"
) -> Iterator[tuple[str, int]]:
    """`count` rows in batches; `values` are expressions by column in which n counts from 1. What is not named
    has the default of its field."""
    defaults = {
        field.column: _default(field)
        for field in model._meta.concrete_fields
        if field.column not in values and not field.null and not field.primary_key and not _in_database(field)
    }
    columns = ", ".join(f'"{name}"' for name in (*values, *defaults))
    given_ones = (expression.replace("%", "%%") for expression in values.values())
    expressions = ", ".join((*given_ones, *(sql for sql, _ in defaults.values())))
    given = [value for _, each in defaults.values() for value in each]
    statement = f"""INSERT INTO {model._meta.db_table} ({columns}) SELECT {expressions}
        FROM generate_series(%s::bigint, %s::bigint) n WHERE {where.replace("%", "%%")}"""  # noqa: S608 - no input in it
    for first in range(1, count + 1, BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [*given, first, min(first + BATCH - 1, count)])
            made = cursor.rowcount
        yield model._meta.db_table, made
    _set_sequence(model)


def _in_database(field: Any) -> bool:
    return field.db_default is not models.NOT_PROVIDED


def _default(field: Any) -> tuple[str, list[Any]]:
    if isinstance(field, models.DateTimeField):
        return "now()", []
    return "%s", [field.get_db_prep_save(field.get_default(), connection)]


def _next(model: type[models.Model]) -> int:
    """The first id that is free."""
    return (model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def _set_sequence(model: type[models.Model]) -> None:
    if not isinstance(model._meta.pk, models.AutoField | models.BigAutoField):
        return
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"  # noqa: S608
        )


def _uuid(words: str, seed: int, number: str = "n") -> str:
    return f"md5('{seed} {words} ' || {number})::uuid"


def _chance(number: str, seed: int) -> str:
    """0 to 1, the same for the same number and seed."""
    return f"(abs(hashint8extended({number}, {seed})::numeric) / 9223372036854775808)::float8"
