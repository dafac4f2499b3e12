"""A run with everything a page shows of it, in one query.

An open page asks for changes every second or two, and each list behind it (steps, pieces with their pictures,
charges, lines of activity, photos, measures) would be a query of its own. Here PostgreSQL writes them as JSON
beside the product's row, and they become model instances again. All of it is one snapshot.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from credits.models import Entry
from generation.models import Asset
from techpack.models import (
    Activity,
    BaseView,
    CloseUp,
    FlatMark,
    FlatState,
    Measurement,
    PhotoReading,
    Product,
    ProductQuerySet,
    Proposal,
    Revision,
    Sketch,
    Step,
    TechPack,
)
from techpack.models.products import MASKS
from techpack.presenters import flat_states

LINES_SHOWN = 60  # of what happened in a run

type Row = dict[str, Any]


@dataclass(frozen=True)
class Whole:
    """`run` is the one asked for, None when there is none; `numbers` are those of all runs of its product,
    newest first. `charges` and `proposals` are the run's, with their refunds; `activities` its last lines in
    the order they happened. `photos` are those in use with their readings, without masks. `flat_history` is
    what `flat_states.history_of` answers."""

    run: TechPack | None
    numbers: list[int]
    charges: list[Entry]
    activities: list[Activity]
    proposals: list[Proposal]
    balance: int
    photos: list[Revision]
    measurements: list[Measurement]
    marks: list[FlatMark]
    flat_history: list[FlatState]


def with_run(products: ProductQuerySet, number: int | None = None) -> ProductQuerySet:
    """Add to each product what `of` answers for it, so that reading the product is the only query."""
    return products.annotate(whole=_expression(number), whole_number=models.Value(number, _NUMBER))


def of(product: Product, number: int | None = None) -> Whole:
    """Its run of that number, else the latest. One query, none for a product read by `with_run`."""
    found = product.__dict__.pop("whole", None)  # once: what is asked for later is read anew
    if found is None or product.__dict__.get("whole_number") != number:
        found = with_run(Product.objects.filter(pk=product.pk), number).get().__dict__["whole"]
    return _whole(product, found)


# --- the query ---------------------------------------------------------------------------------

_NUMBER = models.IntegerField(null=True)


def _expression(number: int | None) -> RawSQL:
    return RawSQL(_sql(is_latest=number is None), [] if number is None else [number], models.JSONField())  # noqa: S611 - fixed text


@lru_cache
def _sql(*, is_latest: bool) -> str:
    photo = "to_jsonb(v) || jsonb_build_object('asset', to_jsonb(va)"
    which = "ORDER BY run.number DESC LIMIT 1" if is_latest else "AND run.number = %s"
    return f"""jsonb_build_object(
        'run', (SELECT {_of_run()} FROM techpack_techpack run
            WHERE run.product_id = techpack_product.id {which}),
        'numbers', ARRAY(SELECT number FROM techpack_techpack r WHERE r.product_id = techpack_product.id
            ORDER BY number DESC),
        'balance', coalesce({_balance()}, 0),
        'photos', ARRAY(SELECT {photo},
                'reading', CASE WHEN g.id IS NOT NULL THEN {_columns(PhotoReading, "g", MASKS)} END)
            FROM techpack_revision v JOIN generation_asset va ON va.id = v.asset_id
            LEFT JOIN techpack_photoreading g ON g.revision_id = v.id
            WHERE v.product_id = techpack_product.id AND v.removed_at IS NULL ORDER BY v."order", v.id),
        'measurements', ARRAY(SELECT to_jsonb(m) FROM techpack_measurement m
            WHERE m.product_id = techpack_product.id ORDER BY m.position, m.code),
        'marks', ARRAY(SELECT to_jsonb(d) FROM techpack_flatmark d
            WHERE d.product_id = techpack_product.id ORDER BY d.id),
        'flat_history', ARRAY(SELECT {_columns(FlatState, "f", flat_states.UNREAD)} FROM techpack_flatstate f
            WHERE f.product_id = techpack_product.id ORDER BY f.id DESC LIMIT {flat_states.SHOWN + 1}))"""  # noqa: S608 - fixed text


def _balance() -> str:
    """Two look-ups by an index each, of which one finds nothing."""
    return (
        "(SELECT balance FROM credits_account a WHERE a.team_id = techpack_product.team_id),"
        " (SELECT balance FROM credits_account a WHERE a.user_id = techpack_product.owner_id"
        " AND techpack_product.team_id IS NULL)"
    )


def _of_run() -> str:
    return f"""jsonb_build_object('row', to_jsonb(run),
        'steps', ARRAY(SELECT to_jsonb(s) FROM techpack_step s WHERE s.tech_pack_id = run.id ORDER BY s.id),
        'base_views', {_pieces(BaseView)}, 'close_ups', {_pieces(CloseUp)}, 'sketches', {_pieces(Sketch)},
        'charges', ARRAY(SELECT to_jsonb(c) || jsonb_build_object('refund', to_jsonb(b))
            FROM credits_entry c LEFT JOIN credits_entry b ON b.charge_id = c.id
            WHERE c.reference = ANY(ARRAY({_references()})) OR c.id = ANY(ARRAY(
                SELECT p.charge_id FROM techpack_proposal p
                WHERE p.tech_pack_id = run.id AND p.charge_id IS NOT NULL))
            ORDER BY c.id),
        'activities', ARRAY(SELECT to_jsonb(l) FROM techpack_activity l WHERE l.tech_pack_id = run.id
            ORDER BY l.id DESC LIMIT {LINES_SHOWN}),
        'proposals', ARRAY(SELECT to_jsonb(p) FROM techpack_proposal p WHERE p.tech_pack_id = run.id
            AND p.status IN ('asked', 'ready') ORDER BY p.id))"""  # noqa: S608 - fixed text


def _pieces(kind: type[models.Model]) -> str:
    takes = {BaseView: "base_view_id", CloseUp: "close_up_id", Sketch: "sketch_id"}[kind]  # type: ignore[index]
    has_asset = kind is not BaseView
    return f"""ARRAY(SELECT to_jsonb(p) || jsonb_build_object(
            'revision', to_jsonb(v) || jsonb_build_object('asset', to_jsonb(va)),
            'asset', {"to_jsonb(pa)" if has_asset else "NULL"},
            'ready_takes', (SELECT count(*) FROM techpack_take k
                WHERE k.{takes} = p.id AND k.status = 'ready'))
        FROM {kind._meta.db_table} p LEFT JOIN techpack_revision v ON v.id = p.revision_id
        LEFT JOIN generation_asset va ON va.id = v.asset_id
        {"LEFT JOIN generation_asset pa ON pa.id = p.asset_id" if has_asset else ""}
        WHERE p.tech_pack_id = run.id ORDER BY p."order", p.id)"""  # noqa: S608 - fixed text


def _references() -> str:
    """What the rounds of its steps, the tries of its pieces and their new takes were charged under."""
    of_steps = """SELECT 'step:' || s.id || ':' || n FROM techpack_step s, generate_series(1, s.round) n
        WHERE s.tech_pack_id = run.id"""
    of_pieces = (
        f"""SELECT '{word}:{kind.prefix}:' || p.id || ':' || n FROM {kind._meta.db_table} p,
            generate_series({first}, p.{last}) n WHERE p.tech_pack_id = run.id"""  # noqa: S608 - fixed text
        for kind in (BaseView, CloseUp, Sketch)
        for word, first, last in (("try", 1, "tries"), ("regenerate", 2, "takes"))
    )
    return " UNION ALL ".join([of_steps, *of_pieces])


def _columns(model: type[models.Model], alias: str, without: Iterable[str]) -> str:
    """Those named, so that what is large and left out is not even read."""
    names = [field.column for field in model._meta.concrete_fields if field.name not in without]
    pairs = (f"'{name}', {alias}.\"{name}\"" for name in names)
    return f"jsonb_build_object({', '.join(pairs)})"


# --- rows again --------------------------------------------------------------------------------


def _whole(product: Product, found: Row) -> Whole:
    of_run = found["run"]
    run = _run(product, of_run) if of_run else None
    charges = [_charge(row) for row in of_run["charges"]] if of_run else []
    return Whole(
        run=run,
        numbers=found["numbers"],
        charges=charges,
        activities=[_made(Activity, row, tech_pack=run) for row in reversed(of_run["activities"])]
        if of_run
        else [],
        proposals=_proposals(run, of_run, charges) if of_run else [],
        balance=found["balance"],
        photos=[_photo(row, product) for row in found["photos"]],
        measurements=[_made(Measurement, row, product=product) for row in found["measurements"]],
        marks=[_made(FlatMark, row, product=product) for row in found["marks"]],
        flat_history=[_made(FlatState, row, product=product) for row in found["flat_history"]],
    )


def _run(product: Product, of_run: Row) -> TechPack:
    run = _made(TechPack, of_run["row"], product=product)
    _prefetched(run, "steps", [_made(Step, row, tech_pack=run) for row in of_run["steps"]])
    for name, kind in (("base_views", BaseView), ("close_ups", CloseUp), ("sketches", Sketch)):
        _prefetched(run, name, [_piece(kind, row, run) for row in of_run[name]])
    return run


def _piece(kind: type[models.Model], row: Row, run: TechPack) -> models.Model:
    related: Row = {"tech_pack": run, "revision": _photo(row["revision"], run.product)}
    if kind is not BaseView:
        related["asset"] = _made(Asset, row["asset"])
    piece = _made(kind, row, **related)
    piece.ready_takes = row["ready_takes"]
    return piece


def _photo(row: Row | None, product: Product) -> Any:
    if row is None or row.get("id") is None:
        return None
    photo = _made(Revision, row, product=product, asset=_made(Asset, row["asset"]))
    if "reading" in row:
        photo._state.fields_cache["reading"] = _made(PhotoReading, row["reading"], revision=photo)
    return photo


def _charge(row: Row) -> Entry:
    charge = _made(Entry, row)
    charge._state.fields_cache["refund"] = _made(Entry, row["refund"], charge=charge)
    return charge


def _proposals(run: TechPack | None, of_run: Row, charges: list[Entry]) -> list[Proposal]:
    by_id = {charge.pk: charge for charge in charges}
    return [
        _made(Proposal, row, tech_pack=run, charge=by_id.get(row["charge_id"])) for row in of_run["proposals"]
    ]


def _prefetched(run: TechPack, name: str, rows: list[Any]) -> None:
    """As `prefetch_related` leaves it."""
    found = getattr(run, name).all()
    found._result_cache, found._prefetch_done = rows, True
    run.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _made(model: type[models.Model], row: Row | None, **related: Any) -> Any:
    if row is None:
        return None
    columns = [column for column in _readers(model) if column[0] in row]
    values = [
        row[name] if read is None or row[name] is None else read(row[name]) for name, _, read in columns
    ]
    made = model.from_db(connection.alias, [attname for _, attname, _ in columns], values)
    made._state.fields_cache.update(related)
    return made


@lru_cache
def _readers(model: type[models.Model]) -> list[tuple[Any, str, Callable[[Any], Any] | None]]:
    """Column, attribute, and what makes a value of what JSON has, which knows no dates, ids or decimals."""
    return [(field.column, field.attname, _reader(field)) for field in model._meta.concrete_fields]


def _reader(field: Any) -> Callable[[Any], Any] | None:
    kind = field.target_field if field.is_relation else field
    if isinstance(kind, models.DateTimeField):
        return dt.datetime.fromisoformat
    if isinstance(kind, models.UUIDField):
        return uuid.UUID
    if isinstance(kind, models.DecimalField):
        places = Decimal(1).scaleb(-kind.decimal_places)
        return lambda value: Decimal(str(value)).quantize(places)
    return None
