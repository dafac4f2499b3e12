"""Every write that a designer, a program or staff can ask for.

Lock order: the run, then its product (as the handlers do), then what the engine and the ledger lock.
"""

from decimal import Decimal
from typing import Any, TypedDict

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from credits import services as ledger
from generation import jobs
from generation import services as engine
from generation.models import Asset
from generation.storage import assets
from techpack import changes, photos, pipeline, prices, steps
from techpack.editing import stale
from techpack.models import (
    AnyPiece,
    Category,
    CloseUp,
    DraftPhoto,
    Piece,
    Product,
    Revision,
    Sketch,
    Step,
    StepName,
    Take,
    TechPack,
)
from techpack.photos import MAX_PHOTOS, discard_draft, keep_draft
from techpack.schemas import Source
from techpack.steps import base_views

ALL_STEPS = tuple(StepName)


class KnownDimension(TypedDict):
    """A `models.Dimension`, its length, and a `models.LengthUnit`."""

    name: str
    value: Decimal
    unit: str


class NotPossible(Exception):
    """Not in this state. The message is a sentence for the designer."""


class RunInProgress(NotPossible):
    def __init__(self) -> None:
        super().__init__("A run is going. Cancel it or wait until it has ended.")


class NoPhotos(NotPossible):
    def __init__(self) -> None:
        super().__init__("There is no photo yet. Add one, and generate then.")


class TooManyPhotos(NotPossible):
    def __init__(self) -> None:
        super().__init__(f"A product has up to {MAX_PHOTOS} photos.")


# --- products --------------------------------------------------------------------------------


@transaction.atomic
def create_product(
    *, owner: User, name: str, notes: str = "", dimension: KnownDimension | None = None,
    photos: list[tuple[DraftPhoto, str]],
) -> Product:  # fmt: skip
    """A product with its photos, each with its view; the drafts are used up."""
    product = Product(owner=owner, name=name, notes=notes)
    _set_dimension(product, dimension)
    product.save()
    add_photos(product=product, photos=photos)
    return product


@transaction.atomic
def update_product(*, product: Product, name: str, notes: str, dimension: KnownDimension | None) -> None:
    run = product.runs.select_for_update().order_by("-number").first()
    product = Product.objects.select_for_update().get(pk=product.pk)
    product.name = name
    product.notes = notes
    _set_dimension(product, dimension)
    product.save()
    if run is not None:
        changes.bump(run)  # open pages show the name and the dimension


@transaction.atomic
def rename_product(*, product: Product, name: str | None = None, notes: str | None = None) -> None:
    """What is None stays as it is."""
    run = product.runs.select_for_update().order_by("-number").first()
    product = Product.objects.select_for_update().get(pk=product.pk)
    product.name = product.name if name is None else name
    product.notes = product.notes if notes is None else notes
    product.save(update_fields=["name", "notes", "updated_at"])
    if run is not None:
        changes.bump(run)


def _set_dimension(product: Product, dimension: KnownDimension | None) -> None:
    product.dimension = dimension["name"] if dimension else ""
    product.dimension_value = dimension["value"] if dimension else None
    product.dimension_unit = dimension["unit"] if dimension else ""


def archive_product(*, product: Product) -> None:
    Product.objects.filter(pk=product.pk, archived_at__isnull=True).update(archived_at=timezone.now())


def restore_product(*, product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(archived_at=None)


@transaction.atomic
def delete_product(*, product: Product) -> None:
    """The product with its photos, runs, pictures and files. The ledger stays. Raises RunInProgress."""
    runs = list(product.runs.select_for_update().order_by("pk"))
    product = _locked(product)
    begun_meanwhile = product.runs.exclude(pk__in=[run.pk for run in runs]).exists()
    if begun_meanwhile or any(run.is_working for run in runs):
        raise RunInProgress
    named = list(_assets_of(product))
    TechPack.objects.filter(product=product).delete()
    product.revisions.all().delete()
    product.delete()
    assets.release(named)


def _assets_of(product: Product) -> Any:
    ids = set(product.revisions.values_list("asset", flat=True))
    for model in (CloseUp, Sketch, Take):
        rows = model._default_manager.filter(tech_pack__product=product, asset__isnull=False)
        ids |= set(rows.values_list("asset", flat=True))
    return Asset.objects.filter(pk__in=ids)


# --- photos ----------------------------------------------------------------------------------


@transaction.atomic
def add_photos(*, product: Product, photos: list[tuple[DraftPhoto, str]]) -> None:
    """The drafts are used up. Raises TooManyPhotos, and NotPossible when another form took them."""
    Product.objects.select_for_update().get(pk=product.pk)
    ids = {draft.pk for draft, _ in photos}
    if len(DraftPhoto.objects.select_for_update().filter(pk__in=ids).order_by("pk")) < len(ids):
        raise NotPossible("These photos are part of a product already. Look at your list of products.")
    there = product.revisions.in_use()
    if there.count() + len(photos) > MAX_PHOTOS:
        raise TooManyPhotos
    last = there.aggregate(last=Max("order"))["last"]
    first = 0 if last is None else last + 1
    for order, (draft, view) in enumerate(photos, start=first):
        Revision.objects.create(product=product, asset=draft.asset, view=view, order=order)
        draft.delete()


def change_view(*, revision: Revision, view: str) -> None:
    Revision.objects.filter(pk=revision.pk).update(view=view)


@transaction.atomic
def remove_photo(*, revision: Revision) -> None:
    """Runs that used it keep it; new ones do not. Raises NotPossible for the last one."""
    Product.objects.select_for_update().get(pk=revision.product_id)
    others = Revision.objects.in_use().filter(product=revision.product_id).exclude(pk=revision.pk)
    if not others.exists():
        raise NotPossible("A product keeps at least one photo. Add another one first.")
    Revision.objects.filter(pk=revision.pk).update(removed_at=timezone.now())


@transaction.atomic
def move_photo(*, revision: Revision, order: int) -> None:
    """To place `order` (0 is first) among the photos in use."""
    Product.objects.select_for_update().get(pk=revision.product_id)
    others = list(Revision.objects.in_use().filter(product=revision.product_id).exclude(pk=revision.pk))
    others.insert(max(0, order), revision)
    for place, photo in enumerate(others):
        Revision.objects.filter(pk=photo.pk).update(order=place)


# --- category --------------------------------------------------------------------------------


@transaction.atomic
def correct_category(*, product: Product, category: str, subcategory: str = "") -> None:
    """The designer knows better: binding for every later step and run."""
    run = product.runs.select_for_update().order_by("-number").first()
    before = stale.marks(run) if run else {}
    Product.objects.filter(pk=product.pk).update(
        category=Category(category),
        subcategory=subcategory,
        category_confidence=None,
        category_source=Source.ENTERED,
        category_evidence="Entered by the designer.",
        category_at=timezone.now(),
        updated_at=timezone.now(),
    )
    if run is not None:
        product.refresh_from_db()
        run.product = product
        stale.touch_changed(run, before, stale.marks(run))
        changes.say(run, f"Category set to {product.category_words}")


# --- runs ------------------------------------------------------------------------------------


def price_of_run(product: Product, wanted: tuple[StepName, ...] = ALL_STEPS) -> int:
    """What a new run would cost now, views in the cache taken off."""
    return _price(product, photos.in_use(product), wanted)


def _price(product: Product, there: list[Revision], wanted: tuple[StepName, ...]) -> int:
    price = sum(prices.STEP[name] for name in wanted)
    if StepName.BASE_VIEWS in wanted:
        full = prices.STEP[StepName.BASE_VIEWS]
        price += base_views.price_of(product, settings.GENERATION_PROVIDER, there) - full
    return price


@transaction.atomic
def start_run(*, product: Product, wanted: tuple[StepName, ...] = ALL_STEPS) -> TechPack:
    """Begin a run; one that is going already is the answer, uncharged.

    Raises NoPhotos, and credits.services.InsufficientCredits with nothing written.
    """
    product = _locked(product)
    last = product.runs.order_by("-number").first()
    if last is not None and last.is_going:
        return last
    there = photos.in_use(product)
    if not there:
        raise NoPhotos
    ledger.require(user=product.owner, amount=_price(product, there, wanted))
    run = TechPack.objects.create(
        product=product,
        number=last.number + 1 if last else 1,
        asked=[name for name in steps.ALL if name in wanted],
        engine=settings.GENERATION_PROVIDER,
        dimension=product.known_dimension,
        started_at=timezone.now(),
    )
    Step.objects.bulk_create([Step(tech_pack=run, name=name) for name in run.asked])
    jobs.defer("techpack.advance", tech_pack_id=run.pk)  # the rest is not for a request to wait for
    return run


def _locked(product: Product) -> Product:
    rows = Product.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=product.pk)


@transaction.atomic
def cancel_run(*, tech_pack: TechPack) -> None:
    """What has not begun never will; what is under way ends as its engine allows; what arrives is
    kept, and what does not is refunded. Harmless when the run is over."""
    run = changes.locked(tech_pack.pk)
    if run is None or not run.is_going or run.cancel_requested_at:
        return
    run.cancel_requested_at = timezone.now()
    run.save(update_fields=["cancel_requested_at"])
    changes.say(run, "Canceling...")
    engine.cancel_all(subject=run.subject)
    pipeline.advance(run.pk)


@transaction.atomic
def resume_run(*, tech_pack: TechPack) -> TechPack:
    """Take up a failed or canceled run from where it stands: what is there stays, the rest is
    charged anew as each step begins.

    Raises NotPossible, and credits.services.InsufficientCredits with nothing written.
    """
    run = changes.locked(tech_pack.pk)
    product = _locked(tech_pack.product)
    if product.runs.going().exists() or (run is not None and run.is_working):
        raise RunInProgress
    if run is None or not run.can_resume or product.runs.filter(number__gt=run.number).exists():
        raise NotPossible("This run cannot be resumed.")
    _take_up(run, product.owner)
    jobs.defer("techpack.advance", tech_pack_id=run.pk)
    return run


def _take_up(run: TechPack, owner: User) -> None:
    unfinished = [step for step in run.steps.all() if not step.delivered]
    price = sum(steps.ALL[StepName(step.name)].need(run).price for step in unfinished)
    ledger.require(user=owner, amount=price)
    for step in unfinished:
        renew(step)
    run.status = TechPack.Status.RUNNING
    run.cancel_requested_at = run.finished_at = run.mailed_at = None
    run.started_at = timezone.now()
    run.save()
    changes.say(run, "Resumed")


def renew(step: Step) -> None:
    """Once more from the beginning, in a round with a charge of its own. Under the run's lock."""
    step.status = Step.Status.PENDING
    step.round += 1
    step.charge = None
    step.refunded = step.planned = 0
    step.failure = step.message = ""
    step.started_at = step.finished_at = None
    step.save()


@transaction.atomic
def try_again(*, piece: AnyPiece) -> None:
    """Make a failed picture once more, at a regeneration's price; refunded if it fails again.

    Raises NotPossible, and credits.services.InsufficientCredits with nothing written.
    """
    run = changes.locked(piece.tech_pack_id)
    if run is None or not type(piece)._default_manager.filter(pk=piece.pk).exists():
        raise NotPossible("This is not there any more.")
    piece.refresh_from_db()
    if not piece.has_failed or (run.cancel_requested_at and run.is_going):
        raise NotPossible("There is nothing to try again here.")
    step = run.steps.get(name=piece.step)
    if not step.is_over:
        raise NotPossible("The step is still at work. Try again when it has ended.")
    if not step.delivered:
        raise NotPossible("All of this step was refunded. Resume the run to make it again.")
    piece.tries += 1
    piece.charge = ledger.charge(
        user=run.product.owner,
        amount=prices.REGENERATION,
        reference=f"try:{piece.slot}:{piece.tries}",
        description=f"{step.get_name_display()} of {run.product.code}: tried again",
    )
    piece.status = Piece.Status.LOADING
    piece.failure = piece.message = ""
    changes.touch(run, piece)
    steps.ALL[piece.step].ask(run, piece)
    changes.say(run, f"Trying again. {pipeline.counted(prices.REGENERATION)} used.")


__all__ = [
    "ALL_STEPS", "MAX_PHOTOS", "KnownDimension", "NoPhotos", "NotPossible", "RunInProgress",
    "TooManyPhotos", "add_photos", "archive_product", "cancel_run", "change_view", "correct_category",
    "create_product", "delete_product", "discard_draft", "keep_draft", "move_photo", "price_of_run",
    "remove_photo", "rename_product", "renew", "restore_product", "resume_run", "start_run", "try_again",
    "update_product",
]  # fmt: skip
