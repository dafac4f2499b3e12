from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import receivers, viewers  # noqa: F401 - receivers connect on import
        from generation import media

        media.register_viewer(viewers.signed_in)
