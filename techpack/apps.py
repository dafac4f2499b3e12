from django.apps import AppConfig


class TechpackConfig(AppConfig):
    name = "techpack"

    def ready(self) -> None:
        from credits.signals import granted
        from techpack import handlers, meanings, polling, waiting

        handlers.register()
        polling.register()
        meanings.register()
        granted.connect(waiting.carry_on_runs_of, dispatch_uid="techpack.waiting")
