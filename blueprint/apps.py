from django.apps import AppConfig


class BlueprintConfig(AppConfig):
    name = "blueprint"

    def ready(self) -> None:
        from blueprint import access, handlers
        from blueprint.presenters import polling
        from generation.storage import media

        handlers.register()
        polling.register()
        media.register_viewer(access.viewer)
