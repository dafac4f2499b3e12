"""Tests of a package that knows no Django: no storage to empty, no jobs to clear."""

import pytest


@pytest.fixture(autouse=True)
def _empty_storage() -> None:
    """Stand in for the fixture of the same name, which needs Django's settings."""


@pytest.fixture(autouse=True)
def _no_jobs_of_other_tests() -> None:
    """Stand in for the fixture of the same name, which needs a database."""
