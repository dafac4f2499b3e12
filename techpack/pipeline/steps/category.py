"""Step 1: what is it? Free, and not asked again once it is known."""

from generation import services as engine
from generation.models import Prediction
from techpack.models import Piece, StepName, TechPack
from techpack.pipeline import requests
from techpack.pipeline.steps.base import Need


class DetectCategory:
    name = StepName.CATEGORY
    after: StepName | None = None

    def need(self, run: TechPack) -> Need:
        return Need(price=0, planned=0 if run.product.category else 1)

    def is_ready(self, run: TechPack) -> bool:
        return True

    def begin(self, run: TechPack) -> None:
        primary = run.product.primary_photo()
        if not run.product.category and primary is not None:
            requests.category(run, primary)

    def wish(self, run: TechPack, piece: Piece) -> engine.Wish:
        raise TypeError("the category has no pieces")

    def pieces(self, run: TechPack) -> list[Piece]:
        return []

    def is_busy(self, run: TechPack) -> bool:
        return Prediction.objects.live().of(run.subject, "category").exists()
