"""Delete the tech packs of an account: see `accounts.deletion`."""

from typing import Any

from accounts import deletion
from accounts.deletion import Interrupted
from accounts.models import Team, User
from techpack.models import DraftPhoto, LibraryEntry, Product, Revision, TechPack
from techpack.services.runs import cancel_run

AND = {"run": ", with all that was found and made", "uploaded photo": ", of no product yet"}


class TechPacks:
    def holdings(self, user: User) -> list[str]:
        counts = (
            ("product", Product.objects.filter(owner=user)),
            ("photo", Revision.objects.filter(product__owner=user)),
            ("run", TechPack.objects.filter(product__owner=user)),
            ("uploaded photo", DraftPhoto.objects.filter(owner=user)),
        )
        return [_counted(number, what) for what, rows in counts if (number := rows.count())]

    def stop(self, user: User) -> None:
        """Runs before products, as everywhere. One that began between the two is not locked by us."""
        own = TechPack.objects.filter(product__owner=user)
        runs = list(own.select_for_update(of=("self",)).order_by("pk"))
        list(Product.objects.select_for_update().filter(owner=user).order_by("pk"))
        if own.exclude(pk__in=[run.pk for run in runs]).exists():
            raise Interrupted
        for run in runs:
            cancel_run(tech_pack=run)

    def erase(self, user: User) -> None:
        products = list(Product.objects.filter(owner=user).values_list("pk", flat=True))
        deletion.unname_in_the_log(Product, products)
        TechPack.objects.filter(product__in=products).delete()
        Revision.objects.filter(product__in=products).delete()
        Product.objects.filter(pk__in=products).delete()
        DraftPhoto.objects.filter(owner=user).delete()


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}{AND.get(what, '')}"


def give_work_to_heir(sender: Any, *, team: Team, user: User, heir: User, **kwargs: Any) -> None:
    """What somebody made for a team stays there when they leave."""
    Product.objects.filter(team=team, owner=user).update(owner=heir)
    LibraryEntry.objects.filter(team=team, owner=user).update(owner=heir)
