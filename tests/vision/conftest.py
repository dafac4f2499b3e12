"""Tests of a package that knows no Django: no storage to empty."""

import pytest


@pytest.fixture(autouse=True)
def _empty_storage() -> None:
    """Stand in for the fixture of the same name, which needs Django's settings."""
