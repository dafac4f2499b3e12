from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import second_step, signals, viewers  # noqa: F401 - receivers connect on import
        from generation.storage import media

        media.register_viewer(viewers.signed_in)
        media.let_staff_see_all(second_step.may_work_as_staff)
