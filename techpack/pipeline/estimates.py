"""How long a step usually takes, in words: what the vendor's models take until twenty runs of
an engine are known, their median from then on."""

import time
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

from django.db.models import Q

from techpack.models import Step, StepName

LOCAL = "local"
ENOUGH = 20  # finished steps
KEPT_FOR = 300  # seconds


@dataclass(frozen=True)
class Estimate:
    """`words` is "usually 15-30 s"; `seconds` the upper end of that."""

    words: str
    seconds: float

    @property
    def late_after(self) -> int:
        """Seconds after which a step is called slow."""
        return max(round(2 * self.seconds), 10)


CLOUD_ESTIMATES = {
    StepName.CATEGORY: Estimate("usually 3 s", 3),
    StepName.BASE_VIEWS: Estimate("usually 15-30 s", 30),
    StepName.CLOSE_UPS: Estimate("usually 45-60 s", 60),
    StepName.SKETCHES: Estimate("usually 30-45 s", 45),
}
LOCAL_ESTIMATES = {
    StepName.CATEGORY: Estimate("usually 1-2 s", 2),
    StepName.BASE_VIEWS: Estimate("usually 2-5 s", 5),
    StepName.CLOSE_UPS: Estimate("usually 2-5 s", 5),
    StepName.SKETCHES: Estimate("usually 3-8 s", 8),
}


def estimates(engine: str) -> dict[StepName, Estimate]:
    """For each step, what to tell about that engine; one query a process, at most every five minutes."""
    known = medians(engine, int(time.monotonic() // KEPT_FOR))
    usual = LOCAL_ESTIMATES if engine == LOCAL else CLOUD_ESTIMATES
    return {name: in_words(known[name]) if name in known else usual[name] for name in usual}


def in_words(seconds: float) -> Estimate:
    if seconds < 1:
        return Estimate("usually under 1 s", 1)
    if seconds < 90:
        return Estimate(f"usually {round(seconds)} s", seconds)
    return Estimate(f"usually {round(seconds / 60)} min", seconds)


@lru_cache(maxsize=8)
def medians(engine: str, _age: int) -> dict[str, float]:
    """Step name -> seconds, of the steps finished often enough. `_age` only makes it forget."""
    lasting: dict[str, list[float]] = {}
    first, *others = [_last_of(engine, name) for name in StepName.values]
    for name, started, finished in first.union(*others, all=True):
        lasting.setdefault(name, []).append((finished - started).total_seconds())
    return {name: median(seconds) for name, seconds in lasting.items() if len(seconds) >= ENOUGH}


def _last_of(engine: str, name: str) -> Any:
    """A paid step that was not charged came out of the cache and says nothing."""
    worked = Q(name=StepName.CATEGORY) | Q(charge__isnull=False)
    steps = Step.objects.filter(
        worked, name=name, tech_pack__engine=engine, status=Step.Status.DONE, started_at__isnull=False
    )
    return steps.order_by("-finished_at").values_list("name", "started_at", "finished_at")[:ENOUGH]
