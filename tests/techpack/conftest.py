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
    from tests.making import ANSWERS, analysis, make_run, make_user, write_fake
    from tests.working import work

    suggested = [
        {"name": name, "placement": placement, "source": "suggested", "confidence": 0.6}
        for name, placement in zip(materials, ("Body", "Sleeves"), strict=False)
    ]
    answer = analysis(materials={"items": suggested, "confidence": 0.6})
    write_fake("answers.json", {**ANSWERS, "base_view": answer})
    run = make_run(make_user("ann@example.com", balance=40))
    work()
    run.refresh_from_db()
    return run


@pytest.fixture
def view(run: "TechPack") -> "BaseView":
    return run.base_views.get()
