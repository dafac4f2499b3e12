"""Every setting that is missing or does not fit is told with an id and with what to type."""

import os
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from accounts import demo
from accounts.models import User
from blueprint import demo as blueprint_demo
from blueprint.models import Subscriber

ROOT = Path(__file__).resolve().parents[2]

KEY = string.ascii_letters + string.digits
PRODUCTION = {"SECRET_KEY": KEY, "ALLOWED_HOSTS": ["selvedge.example"], "DEBUG": False}


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
        ({"SECRET_KEY": "changeme"}, "selvedge.E010", "export SECRET_KEY="),
        ({"SECRET_KEY": "x" * 60}, "selvedge.E010", "export SECRET_KEY="),
        ({"SECRET_KEY": f"django-insecure-{KEY}"}, "selvedge.E010", "export SECRET_KEY="),
        ({"DEBUG": True}, "selvedge.E011", "export DEBUG=0"),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["*"]}, "selvedge.E011", "export DEBUG=0"),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["9.9.9.9"]}, "selvedge.E011", "export DEBUG=0"),
        (
            {"DEBUG": True, "ALLOWED_HOSTS": [], "PUBLIC_URL": "https://selvedge.example"},
            "selvedge.E011",
            "export DEBUG=0",
        ),
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


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "192.168.1.7", "web", "site.localhost", "mac.local"]
)
def test_debugging_is_for_hosts_that_strangers_do_not_reach(settings: Any, host: str) -> None:
    assert told(settings, ALLOWED_HOSTS=[host], DEBUG=True) == {}


def test_a_weak_key_does_while_debugging(settings: Any) -> None:
    assert told(settings, SECRET_KEY="x", ALLOWED_HOSTS=["localhost"], DEBUG=True) == {}


@pytest.mark.django_db
def test_demo_accounts_are_refused_where_the_database_is_a_real_one(settings: Any) -> None:
    def said() -> list[str]:
        return [str(message.id) for message in run_checks(databases=["default"]) if message.is_serious()]

    assert said() == []
    demo.make_designer()
    blueprint_demo.make_subscriber()
    assert said() == [], "on the embedded database they are meant"
    settings.EMBEDDED = False
    assert said() == ["selvedge.E012"]
    call_command("remove_demo")
    assert said() == []
    assert not User.objects.exists()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("given", "check"),
    [({"SECRET_KEY": "changeme"}, "E010"), ({"DEBUG": "1"}, "E011"), ({"STAFF_MFA": "perhaps"}, "E009")],
)
def test_a_web_process_does_not_start_on_what_is_refused(given: dict[str, str], check: str) -> None:
    started = start_web_process(**given)
    assert started.returncode != 0
    assert f"selvedge.{check}" in started.stderr


def test_a_web_process_starts_on_what_fits() -> None:
    assert start_web_process().returncode == 0


def start_web_process(**given: str) -> subprocess.CompletedProcess[str]:
    production = {
        "DATABASE_URL": "postgres://nobody@localhost/nothing",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "selvedge.example",
    }
    return subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT, env=os.environ | production | given, check=False, capture_output=True, text=True,
    )  # fmt: skip
