"""The networks are kept while photos are looked at, and not for ever."""

import time

import numpy as np
import pytest

from vision import networks

pytestmark = pytest.mark.usefixtures("looking_anew")


@pytest.fixture(autouse=True)
def none_kept() -> None:
    """What an earlier test used is not waited for."""
    if networks._letting_go is not None:
        networks._letting_go.cancel()
    networks._letting_go = None
    networks._network.cache_clear()


def picture() -> networks.Rgb:
    return np.random.default_rng(7).integers(0, 255, (240, 320, 3), np.uint8)


def kept() -> int:
    return networks._network.cache_info().currsize


def test_a_network_is_read_once_for_several_pictures() -> None:
    networks.describe(picture())
    read = networks._network.cache_info().misses
    networks.describe(picture())
    assert networks._network.cache_info().misses == read


def test_one_that_nobody_uses_is_let_go_and_sees_the_same_when_it_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(networks, "KEPT_FOR", 0.05)
    first = networks.describe(picture())
    deadline = time.monotonic() + 60
    while kept():
        assert time.monotonic() < deadline, "it is kept"
        time.sleep(0.02)
    again = networks.describe(picture())
    for name, values in first.items():
        np.testing.assert_array_equal(values, again[name])
