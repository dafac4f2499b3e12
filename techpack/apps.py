from django.apps import AppConfig


class TechpackConfig(AppConfig):
    name = "techpack"

    def ready(self) -> None:
        from accounts import deletion
        from credits.signals import granted
        from techpack import handlers, leaving, meanings, polling, waiting

        handlers.register()
        polling.register()
        meanings.register()
        deletion.register(leaving.TechPacks())
        granted.connect(waiting.carry_on_runs_of, dispatch_uid="techpack.waiting")
