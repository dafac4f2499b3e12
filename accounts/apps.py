from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from accounts import image_access, roles, second_step, signals  # noqa: F401 - receivers connect on import
        from accounts.models import IdempotentCall
        from core import set_back_clock
        from generation.storage import media

        post_migrate.connect(roles.give_permissions, dispatch_uid="accounts.roles")
        media.register_viewer(image_access.signed_in)
        media.let_staff_see_all(second_step.may_work_as_staff)
        set_back_clock.register(IdempotentCall, "claimed_at")
