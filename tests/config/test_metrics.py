"""/metrics, and logs that say which request they belong to."""

import json
import logging

import pytest
import structlog
from django.test import Client

from core import logs
from generation import jobs
from generation.models import Prediction
from tests.support.factories import make_run, make_user
from tests.support.job_queue import due_jobs

pytestmark = pytest.mark.django_db


def test_metrics_are_for_whom_the_token_was_given_to(settings) -> None:
    assert Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "given-to-prometheus"
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"Authorization": "Bearer guessed"}).status_code == 401


@pytest.mark.usefixtures("fake")
def test_metrics_say_what_waits_and_what_runs(settings) -> None:
    settings.METRICS_TOKEN = "given-to-prometheus"
    make_run(make_user(balance=9))
    Client().get("/accounts/login/")
    page = Client().get("/metrics", headers={"Authorization": "Bearer given-to-prometheus"}).text
    assert 'selvedge_jobs{status="todo"}' in page
    assert "selvedge_queue_age_seconds" in page
    assert "selvedge_cost_today_usd 0.0" in page
    assert 'selvedge_answers_total{kind="page",status="2xx"}' in page


def test_a_request_id_comes_back_and_goes_along_with_its_jobs() -> None:
    answer = Client().get("/accounts/login/", headers={"X-Request-ID": "abc-12345"})
    assert answer["X-Request-ID"] == "abc-12345"
    assert len(Client().get("/healthz", headers={"X-Request-ID": "bad id\n"})["X-Request-ID"]) == 32
    with structlog.contextvars.bound_contextvars(request_id="abc-12345"):
        jobs.defer("generation.hear", external_id="p1")
    assert due_jobs()[-1][2] == {"external_id": "p1", "_request": "abc-12345"}


def test_lines_of_a_job_say_which_request_and_prediction_they_are_about() -> None:
    lines = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(self.format(record)))

    handler, log = Keep(), logging.getLogger("selvedge.test")
    handler.setFormatter(logs.formatter(as_json=True))
    log.addHandler(handler)
    function = logs.carry("generation.submit", lambda prediction_id: log.warning("sent %s", "it"))
    function(prediction_id="p1", _request="abc-12345")
    log.removeHandler(handler)
    told = lines[0]
    assert (told["event"], told["request_id"], told["prediction_id"], told["job"]) == (
        "sent it", "abc-12345", "p1", "generation.submit"
    )  # fmt: skip
    assert not Prediction.objects.exists()
