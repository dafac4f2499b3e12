from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from accounts import team_deletion
        from billing import credit_packs, goods, team_orders
        from billing.models import CREDIT_PACKS

        for item in CREDIT_PACKS:
            goods.register(item, credit_packs.GOODS)
        team_deletion.register(team_orders.Orders())
