"""The networks look at a picture once a process: a look takes most of a second, and many tests show
the same."""

import hashlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import wraps
from typing import Any

import pytest

LOOKS = ("salience", "describe")


def _once(look: Callable[[Any], Any]) -> Callable[[Any], Any]:
    seen: dict[tuple[Any, bytes], Any] = {}

    @wraps(look)
    def look_once(image: Any) -> Any:
        picture = (image.shape, hashlib.sha256(image.tobytes()).digest())
        if picture not in seen:
            seen[picture] = look(image)
        return deepcopy(seen[picture])

    return look_once


@pytest.fixture(scope="session", autouse=True)
def _looks_once() -> Iterator[None]:
    from vision import networks

    with pytest.MonkeyPatch.context() as patch:
        for name in LOOKS:
            patch.setattr(networks, name, _once(getattr(networks, name)))
        yield


@pytest.fixture
def looking_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of equal answers to equal pictures: each look is a real one."""
    from vision import networks

    for name in LOOKS:
        monkeypatch.setattr(networks, name, getattr(networks, name).__wrapped__)
