"""Products and library of a team that is deleted: see `accounts.team_deletion`."""

from django.db.models import F

from accounts.models import Team, User
from accounts.teams import NotAllowed
from techpack.models import LibraryEntry, Product, Release, Share, TechPack
from techpack.services.errors import RunInProgress
from techpack.services.product_moves import lock_at_rest

NAME_MAX = 120


class TechPacks:
    def holdings(self, team: Team) -> list[str]:
        of_team = {"product__team": team}
        counts = (
            ("product", ", with photos, runs, sheets and samples", Product.objects.filter(team=team)),
            ("issued revision", "", Release.objects.filter(**of_team)),
            ("share link", " to factories", Share.objects.live().filter(release__product__team=team)),
            ("list", " of the library", LibraryEntry.objects.filter(team=team)),
        )  # fmt: skip
        return [
            f"{number} {what}{'' if number == 1 else 's'}{more}"
            for what, more, rows in counts
            if (number := rows.count())
        ]

    def hand_over(self, team: Team, owner: User) -> None:
        """The pictures follow by their account. Raises NotAllowed."""
        try:
            products = lock_at_rest(Product.objects.filter(team=team).values_list("pk", flat=True))
        except RunInProgress as error:
            raise NotAllowed(
                "Something is being made for a product of this team. Wait until it is done, or cancel it."
            ) from error
        ids = [product.pk for product in products]
        Product.objects.filter(pk__in=ids).update(team=None, owner=owner)
        TechPack.objects.filter(product__in=ids).update(version=F("version") + 1)  # for open pages
        _hand_over_library(team, owner)

    def has_any(self, team: Team) -> bool:
        entries = LibraryEntry.objects.filter(team=team)
        return Product.objects.filter(team=team).exists() or entries.exists()


def _hand_over_library(team: Team, owner: User) -> None:
    """A list that is called like one of the owner's own says where it comes from."""
    own = LibraryEntry.objects.filter(team=None, owner=owner)
    taken = set(own.values_list("brand", "kind", "name"))
    for entry in LibraryEntry.objects.select_for_update().filter(team=team).order_by("pk"):
        name, number = entry.name, 1
        while (entry.brand, entry.kind, name) in taken:
            ending = f" ({team.name})" if number == 1 else f" ({team.name}, {number})"
            name, number = f"{entry.name[: NAME_MAX - len(ending)]}{ending}", number + 1
        taken.add((entry.brand, entry.kind, name))
        LibraryEntry.objects.filter(pk=entry.pk).update(team=None, owner=owner, name=name)
