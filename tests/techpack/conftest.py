"""A finished run whose base view names materials, for tests of what a designer does with it."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from techpack.models import BaseView, TechPack


@pytest.fixture
def materials() -> list[str]:
    """What the engine names, the first for the body, the second for the sleeves."""
    return ["rib knit"]


@pytest.fixture
def run(fake: Any, db: None, materials: list[str]) -> "TechPack":
    from techpack.models import TechPack
    from tests.support.factories import (
        ANSWERS,
        analysis,
        make_finished_run,
        make_user,
        write_fake,
    )
    from tests.support.snapshots import remembered

    def make() -> int:
        suggested = [
            {"name": name, "placement": placement, "source": "suggested", "confidence": 0.6}
            for name, placement in zip(materials, ("Body", "Sleeves"), strict=False)
        ]
        answer = analysis(materials={"items": suggested, "confidence": 0.6})
        write_fake("answers.json", {**ANSWERS, "base_view": answer})
        return make_finished_run(make_user("ann@example.com", balance=40))

    return TechPack.objects.get(pk=remembered(f"run with {materials}", make))


@pytest.fixture
def view(run: "TechPack") -> "BaseView":
    return run.base_views.get()
