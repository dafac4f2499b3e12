"""What goes when a designer deletes the account: `accounts.erasing`."""

from accounts import erasing
from accounts.erasing import Interrupted
from accounts.models import User
from techpack import services
from techpack.models import DraftPhoto, Product, Revision, TechPack


class TechPacks:
    def holdings(self, user: User) -> list[str]:
        products = Product.objects.of(user).count()
        photos = Revision.objects.filter(product__owner=user).count()
        runs = TechPack.objects.filter(product__owner=user).count()
        drafts = DraftPhoto.objects.filter(owner=user).count()
        return [
            words
            for number, words in (
                (products, _counted(products, "product")),
                (photos, _counted(photos, "photo")),
                (runs, _counted(runs, "run") + " with all they found and made"),
                (drafts, _counted(drafts, "photo") + " of no product yet"),
            )
            if number
        ]

    def stop(self, user: User) -> None:
        """Runs before products, as everywhere. One that began between the two is not locked by us."""
        own = TechPack.objects.filter(product__owner=user)
        runs = list(own.select_for_update(of=("self",)).order_by("pk"))
        list(Product.objects.select_for_update().filter(owner=user).order_by("pk"))
        if own.exclude(pk__in=[run.pk for run in runs]).exists():
            raise Interrupted
        for run in runs:
            services.cancel_run(tech_pack=run)

    def erase(self, user: User) -> None:
        products = list(Product.objects.filter(owner=user).values_list("pk", flat=True))
        erasing.unname_in_the_log(Product, products)
        TechPack.objects.filter(product__in=products).delete()
        Revision.objects.filter(product__in=products).delete()
        Product.objects.filter(pk__in=products).delete()
        DraftPhoto.objects.filter(owner=user).delete()


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
