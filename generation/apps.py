from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        from core import set_back_clock
        from generation.models import Attempt, Prediction, ProviderGate

        set_back_clock.register(
            Prediction, "not_before", "due_at", "queued_at", "submitting_at", "running_at", "collecting_at"
        )
        set_back_clock.register(Attempt, "lease_until", "searched_at", "accepted_at", "ended_at")
        set_back_clock.register(ProviderGate, "next_creation_at", "blocked_until", "reads_held_until")
