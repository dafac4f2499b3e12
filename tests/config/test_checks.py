"""Every setting that is missing or does not fit is told with an id and with what to type."""

from typing import Any

import pytest
from django.core.checks import run_checks

PRODUCTION = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": ["selvedge.example"], "DEBUG": False}


def told(settings: Any, **given: Any) -> dict[str, str]:
    """Our messages under these settings: hint by id."""
    for name, value in (PRODUCTION | given).items():
        setattr(settings, name, value)
    messages = [message for message in run_checks(tags=["selvedge"]) if message.id]
    return {str(message.id): str(message.hint) for message in messages}


def test_settings_that_fit_are_passed_in_silence(settings: Any) -> None:
    assert told(settings) == {}
    assert told(settings, PUBLIC_URL="https://selvedge.example") == {}
    assert told(settings, GENERATION_PROVIDER="replicate", REPLICATE_API_TOKEN="r8_x") == {}


@pytest.mark.parametrize(
    ("given", "check", "hint"),
    [
        ({"SECRET_KEY": ""}, "selvedge.E001", "export SECRET_KEY="),
        ({"ALLOWED_HOSTS": []}, "selvedge.E002", "export ALLOWED_HOSTS="),
        ({"GENERATION_PROVIDER": "nobody"}, "selvedge.E003", "local, replicate"),
        ({"GENERATION_PROVIDER": "no.such.module.Provider"}, "selvedge.E003", "dotted path"),
        ({"GENERATION_PROVIDER": "replicate"}, "selvedge.E004", "export REPLICATE_API_TOKEN=r8_"),
        ({"PUBLIC_URL": "selvedge.example"}, "selvedge.E005", "export PUBLIC_URL=https://"),
        ({"PUBLIC_URL": "ftp://selvedge.example"}, "selvedge.E005", "export PUBLIC_URL=https://"),
        ({"AWS_S3_ENDPOINT_URL": "s3.example.com"}, "selvedge.E008", "export AWS_S3_ENDPOINT_URL=https://"),
        ({"STAFF_MFA": "perhaps"}, "selvedge.E009", "export STAFF_MFA=required"),
        ({"DB_POOL_SIZE": 1}, "selvedge.E006", "export DB_POOL_SIZE=2"),
        ({"WORKER_CONCURRENCY": 0}, "selvedge.E006", "export WORKER_CONCURRENCY=1"),
        ({"REPLICATE_IN_FLIGHT": 0}, "selvedge.E006", "export REPLICATE_IN_FLIGHT=1"),
        ({"REPLICATE_IN_FLIGHT_PER_ACCOUNT": 0}, "selvedge.E006", "PER_ACCOUNT=1"),
        ({"REPLICATE_CREATIONS_PER_SECOND": 0}, "selvedge.E006", "PER_SECOND=1"),
    ],
)
def test_what_does_not_fit_is_told_with_what_to_type(
    settings: Any, given: dict[str, Any], check: str, hint: str
) -> None:
    found = told(settings, **given)
    assert list(found) == [check]
    assert hint in found[check]


@pytest.mark.parametrize("setting", ["RENDER_MODEL", "VISION_MODEL"])
@pytest.mark.parametrize("wrong", ["nobody/nothing", "the other's"])
def test_a_model_must_be_described_for_its_purpose(settings: Any, setting: str, wrong: str) -> None:
    other = {"RENDER_MODEL": settings.VISION_MODEL, "VISION_MODEL": settings.RENDER_MODEL}
    given = {setting: other[setting] if wrong == "the other's" else wrong}
    found = told(settings, GENERATION_PROVIDER="replicate", REPLICATE_API_TOKEN="r8_x", **given)
    assert list(found) == ["selvedge.E007"]
    assert f"export {setting}=" in found["selvedge.E007"]
    assert told(settings, GENERATION_PROVIDER="local", **given) == {}, "nobody uses it there"


def test_an_engine_by_its_dotted_path_is_one(settings: Any) -> None:
    assert told(settings, GENERATION_PROVIDER="generation.providers.fake.FakeProvider") == {}


def test_hosts_are_not_asked_for_while_debugging(settings: Any) -> None:
    assert told(settings, ALLOWED_HOSTS=[], DEBUG=True) == {}
