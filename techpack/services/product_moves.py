"""Move a product between a team and a person, with everything that belongs to it.

What was charged stays where it was charged; from now on the new place pays. Issued revisions, share links,
samples and history go along, since they hang on the product. Lists of a library stay in their library: a
product has copies of what was filled in from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts import teams
from accounts.models import Membership, Team, User
from core import audit
from credits import services as ledger
from generation import services as engine
from generation.models import Prediction
from techpack import versions
from techpack.models import Product, TechPack
from techpack.services.errors import NotPossible, RunInProgress
from techpack.services.products import assets_of


@dataclass(frozen=True)
class Place:
    """Where a product may be: a team, or with `team` None the user's own."""

    team: Team | None
    credits: int
    members: int = 1

    @property
    def number(self) -> int:
        """As a form names it; 0 is the user's own."""
        return self.team.pk if self.team else 0


def places_for(product: Product, user: User) -> list[Place]:
    """Where this user may move it: their own, and teams where they are an owner or editor. None for whoever
    may only look at it."""
    here = teams.membership(user, product.team_id)
    if here is not None and not here.may_edit:
        return []
    found = [Place(None, ledger.balance(user))] if product.team_id else []
    for member in teams.of(user):
        if member.may_edit and member.team_id != product.team_id:
            people = Membership.objects.filter(team=member.team_id).count()
            found.append(Place(member.team, ledger.balance(member.team), people))
    return found


@transaction.atomic
def move_product(*, product: Product, by: User, team: Team | None) -> Product:
    """To `team`, or with None to `by` alone. Nothing is written when it is there already.

    Raises RunInProgress, and NotPossible unless `by` may change the products of both places.
    """
    places = {number for number in (product.team_id, team.pk if team else None) if number}
    locked_teams = {
        row.pk: row
        for row in Team.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk")
    }
    if team is not None and team.pk not in locked_teams:
        raise NotPossible("This team was deleted meanwhile.")
    for row in locked_teams.values():
        _require_editor(by, row)
    moving = lock_at_rest([product.pk])
    if not moving or moving[0].team_id != product.team_id:
        raise NotPossible("The product was moved or deleted meanwhile.")
    if product.team_id is None and product.owner_id != by.pk:
        raise NotPossible("Only its owner moves this product.")
    if moving[0].team_id != (team.pk if team else None):
        put(moving, team=team, owner=by)
        words = f"Moved from {_words(product.team_id)} to {_words(team.pk if team else None)}."
        audit.record(Product, [product.pk], words, by=by)
    return moving[0]


def _words(team_id: int | None) -> str:
    return f"team {team_id}" if team_id else "its owner alone"


def _require_editor(user: User, team: Team) -> None:
    member = teams.membership(user, team.pk)
    if member is None or not member.may_edit:
        raise NotPossible(f"Only owners and editors of {team.name} move products into it or out of it.")


def lock_at_rest(products: Iterable[int]) -> list[Product]:
    """Those of these products that exist, with their runs, locked in the order of locks. Raises RunInProgress
    while anything is made for one of them."""
    ids = sorted(products)
    runs = TechPack.objects.filter(product__in=ids)
    known = list(runs.select_for_update(of=("self",)).order_by("pk"))
    locked = list(
        Product.objects.select_for_update(of=("self",)).select_related("owner", "team")
        .filter(pk__in=ids).order_by("pk")
    )  # fmt: skip
    begun_meanwhile = runs.exclude(pk__in=[run.pk for run in known]).exists()
    asked = Prediction.objects.live().filter(subject__in=[run.subject for run in known])
    if begun_meanwhile or any(run.is_going for run in known) or asked.exists():
        raise RunInProgress
    return locked


def put(products: list[Product], *, team: Team | None, owner: User) -> None:
    """They belong to `team`, or to `owner` alone. `owner` also stands in for an owner who is not in `team`.
    The caller has them locked and at rest."""
    members = Membership.objects.filter(team=team).without_guests() if team else ()
    there = {member.user_id for member in members}
    for product in products:
        product.team = team
        product.owner = product.owner if product.owner_id in there else owner
        product.save(update_fields=["team", "owner", "updated_at"])
        runs = list(product.runs.order_by("number"))
        engine.change_account(
            subjects=[run.subject for run in runs], images=assets_of(product), account=product.account
        )
        if runs:
            place = team.name if team else f"the products of {product.owner.email}"
            versions.say(runs[-1], f"Moved to {place}")  # open pages show whose credits are used
