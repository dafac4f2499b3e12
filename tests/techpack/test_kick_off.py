"""Pressing Generate: answered at once, whatever the work costs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.factories import (
    make_product,
    make_run,
    make_user,
    script,
)
from tests.support.job_queue import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def test_a_kick_off_costs_nine_queries_beyond_signing_in(client: Client) -> None:
    user = make_user(balance=100)
    product = make_product(user, "front", "back", "side")
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(f"/techpacks/{product.pk}/generate/")
    assert answer.status_code == 303
    own = [query for query in queries.captured_queries if not _is_bookkeeping(query)]
    assert len(own) <= 9, "\n".join(query["sql"][:120] for query in own)


def _is_bookkeeping(query: dict[str, Any]) -> bool:
    sql = query["sql"]
    return "SAVEPOINT" in sql or "django_session" in sql or 'FROM "accounts_user" WHERE' in sql


def test_a_failed_picture_offers_a_try_and_a_failed_step_does_not(client: Client) -> None:
    user = make_user(balance=100)
    client.force_login(user)
    script(close_up=["refuse", "ok"], sketch=["refuse"])
    run = make_run(user)
    work()
    page = client.get(run.product.get_absolute_url()).content.decode()
    assert page.count("Try again (1 credit)") == 1
    assert "Resume run" in page
