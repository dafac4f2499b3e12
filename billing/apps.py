from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from accounts import team_deletion
        from billing import credit_packs, goods, team_orders
        from billing.models import CREDIT_PACKS, Order
        from core import set_back_clock

        for item in CREDIT_PACKS:
            goods.register(item, credit_packs.GOODS)
        team_deletion.register(team_orders.Orders())
        set_back_clock.register(Order, "next_check_at")
