from typing import Any

from django.apps import AppConfig


class TechpackConfig(AppConfig):
    name = "techpack"

    def ready(self) -> None:
        from allauth.account.signals import user_signed_up

        from accounts import deletion, teams
        from accounts import team_deletion as teams_end
        from credits.signals import granted
        from techpack import handlers
        from techpack.presenters import ledger_labels, polling
        from techpack.services import account_deletion, stalled_runs, team_deletion

        handlers.register()
        polling.register()
        ledger_labels.register()
        deletion.register(account_deletion.TechPacks())
        teams_end.register(team_deletion.TechPacks())
        user_signed_up.connect(_defer_sample, dispatch_uid="techpack.sample")
        teams.left.connect(account_deletion.give_work_to_heir, dispatch_uid="techpack.heir")
        granted.connect(stalled_runs.carry_on_runs_of, dispatch_uid="techpack.services.stalled_runs")


def _defer_sample(user: Any, **kwargs: Any) -> None:
    from generation import jobs

    jobs.defer("techpack.make_sample", user_id=user.pk)
