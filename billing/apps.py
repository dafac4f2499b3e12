from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import credit_packs, goods
        from billing.models import CREDIT_PACKS

        for item in CREDIT_PACKS:
            goods.register(item, credit_packs.GOODS)
