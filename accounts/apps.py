from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import signals, viewers  # noqa: F401 - receivers connect on import
        from generation.storage import media

        media.register_viewer(viewers.signed_in)
