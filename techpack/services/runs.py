"""Start, cancel, resume and retry runs, whole or by single steps."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from credits import services as ledger
from generation import jobs
from generation import services as engine
from techpack import prices, versions
from techpack.models import (
    AnyPiece,
    Piece,
    Product,
    Revision,
    Step,
    StepName,
    TechPack,
)
from techpack.pipeline import advance, steps
from techpack.pipeline.steps import base_views
from techpack.pipeline.steps.base import ask
from techpack.services import usable_photos
from techpack.services.errors import NoPhotos, NotPossible, RunInProgress

ALL_STEPS = tuple(StepName)


def price_of_run(product: Product, photos: list[Revision] | None = None) -> int:
    """What a new run would cost now, views in the cache taken off. `photos` are those in use, for who has
    read them."""
    return _price(product, product.photos_in_use() if photos is None else photos, ALL_STEPS)


def _price(product: Product, there: list[Revision], wanted: tuple[StepName, ...]) -> int:
    price = sum(prices.STEP[name] for name in wanted)
    if StepName.BASE_VIEWS in wanted:
        full = prices.STEP[StepName.BASE_VIEWS]
        price += base_views.price_of(product, settings.GENERATION_PROVIDER, there) - full
    return price


@transaction.atomic
def start_run(*, product: Product, wanted: tuple[StepName, ...] = ALL_STEPS) -> TechPack:
    """Begin a run; one that is going already is the answer, uncharged.

    Raises NoPhotos, PhotoProblem, and credits.services.InsufficientCredits with nothing written.
    """
    product = lock_product(product)
    last = product.runs.order_by("-number").first()
    if last is not None and last.is_going:
        return last
    there = product.photos_in_use()
    usable_photos.require_usable(product, there)
    return begin_run(product=product, last=last, photos=there, wanted=wanted)[0]


def begin_run(
    *, product: Product, last: TechPack | None, photos: list[Revision], wanted: tuple[StepName, ...]
) -> tuple[TechPack, list[Step]]:
    """A new run and its steps. The caller holds the product's lock, and has looked at its `last` run under
    it. Raises NoPhotos, and InsufficientCredits with nothing written."""
    if not photos:
        raise NoPhotos
    ledger.require(holder=product.payer, amount=_price(product, photos, wanted))
    run = TechPack.objects.create(
        product=product,
        number=last.number + 1 if last else 1,
        asked=[name for name in steps.ALL if name in wanted],
        engine=settings.GENERATION_PROVIDER,
        dimension=product.known_dimension,
        started_at=timezone.now(),
    )
    made = Step.objects.bulk_create([Step(tech_pack=run, name=name) for name in run.asked])
    jobs.defer("techpack.advance", tech_pack_id=run.pk)  # the rest is not for a request to wait for
    return run, made


def lock_product(product: Product) -> Product:
    rows = Product.objects.select_for_update(of=("self",)).select_related("owner", "team")
    return rows.get(pk=product.pk)


@transaction.atomic
def cancel_run(*, tech_pack: TechPack) -> None:
    """What has not begun never will; what is under way ends as its engine allows; what arrives is
    kept, and what does not is refunded. Harmless when the run is over."""
    run = versions.locked(tech_pack.pk)
    if run is None or not run.is_going or run.cancel_requested_at:
        return
    run.cancel_requested_at = timezone.now()
    run.save(update_fields=["cancel_requested_at"])
    versions.say(run, "Canceling...")
    engine.cancel_all(subject=run.subject)
    advance.advance(run.pk)


@transaction.atomic
def resume_run(*, tech_pack: TechPack) -> TechPack:
    """Take up a failed or canceled run from where it stands: what is there stays, the rest is
    charged anew as each step begins.

    Raises NotPossible, and credits.services.InsufficientCredits with nothing written.
    """
    run = versions.locked(tech_pack.pk)
    product = lock_product(tech_pack.product)
    if product.runs.going().exists() or (run is not None and run.is_working):
        raise RunInProgress
    if run is None or not run.can_resume or product.runs.filter(number__gt=run.number).exists():
        raise NotPossible("This run cannot be resumed.")
    _take_up(run, product.payer)
    jobs.defer("techpack.advance", tech_pack_id=run.pk)
    return run


def _take_up(run: TechPack, payer: User | Team) -> None:
    unfinished = [step for step in run.steps.all() if not step.delivered]
    price = sum(steps.ALL[StepName(step.name)].need(run).price for step in unfinished)
    ledger.require(holder=payer, amount=price)
    for step in unfinished:
        renew(step)
    run.status = TechPack.Status.RUNNING
    run.cancel_requested_at = run.finished_at = run.mailed_at = None
    run.started_at = timezone.now()
    run.save()
    versions.say(run, "Resumed")


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
    run = versions.locked(piece.tech_pack_id)
    if run is None or not type(piece)._default_manager.filter(pk=piece.pk).exists():
        raise NotPossible("This no longer exists.")
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
        holder=run.product.payer,
        amount=prices.REGENERATION,
        reference=f"try:{piece.slot}:{piece.tries}",
        description=f"{step.get_name_display()} of {run.product.code}: tried again",
    )
    piece.status = Piece.Status.LOADING
    piece.failure = piece.message = ""
    versions.touch(run, piece)
    ask(steps.ALL[piece.step], run, [piece])
    versions.say(run, f"Trying again. {advance.counted(prices.REGENERATION)} used.")
