"""What operations is given fits what the site does, although no Docker runs here."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client

OPS = Path(settings.BASE_DIR) / "ops"


@pytest.fixture
def compose() -> dict:
    return yaml.safe_load((OPS / "compose.yaml").read_text())["services"]


def test_containers_run_without_privileges_and_write_nowhere_else(compose) -> None:
    for name in ("web", "worker", "migrate"):
        service = compose[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    assert re.search(r"^USER selvedge$", (OPS / "Dockerfile").read_text(), re.MULTILINE)


def test_web_and_workers_wait_for_tables_and_bucket(compose) -> None:
    for name in ("web", "worker"):
        assert compose[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "healthcheck" in compose["database"]
    assert "/readyz" in (OPS / "Dockerfile").read_text()


def test_every_variable_of_compose_is_one_the_site_reads(compose) -> None:
    known = (Path(settings.BASE_DIR) / ".env.example").read_text()
    for name in compose["web"]["environment"]:
        assert re.search(rf"#{name}=", known), name


@pytest.mark.django_db
def test_alerts_and_dashboard_name_metrics_that_exist(settings) -> None:
    settings.METRICS_TOKEN = "given"
    Client().get("/accounts/login/")
    page = Client().get("/metrics", headers={"Authorization": "Bearer given"}).text
    exported = set(re.findall(r"^# TYPE (selvedge_\w+)", page, re.MULTILINE))
    named = set(re.findall(r"selvedge_\w+", (OPS / "alerts.yml").read_text()))
    dashboard = json.loads((OPS / "grafana.json").read_text())
    for panel in dashboard["panels"]:
        named |= {name for target in panel["targets"] for name in re.findall(r"selvedge_\w+", target["expr"])}
    assert named <= exported
    assert [rule["alert"] for rule in yaml.safe_load((OPS / "alerts.yml").read_text())["groups"][0]["rules"]]
