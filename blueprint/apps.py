from django.apps import AppConfig


class BlueprintConfig(AppConfig):
    name = "blueprint"

    def ready(self) -> None:
        from billing import goods
        from billing.models import Item
        from blueprint import access, handlers
        from blueprint.models import Mail
        from blueprint.presenters import polling
        from blueprint.services import purchases
        from core import set_back_clock
        from generation.storage import media

        handlers.register()
        goods.register(Item.BLUEPRINT, purchases.GOODS)
        polling.register()
        media.register_viewer(access.viewer)
        set_back_clock.register(Mail, "lease_until")
