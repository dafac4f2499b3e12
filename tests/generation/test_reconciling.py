"""Our attempts held against the provider's own list."""

import datetime as dt
import io
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from generation import providers
from generation.execution import reconcile
from generation.models import Attempt, Prediction, UnknownCall
from generation.providers.base import Listed
from generation.providers.local import LocalProvider
from generation.tasks import reconcile_predictions as daily
from tests.generation.test_life import Listener, ask
from tests.generation.test_life import listener as fake_listener  # noqa: F401
from tests.generation.test_replicate_life import finished, listener, render  # noqa: F401
from tests.support.factories import FAKE, script
from tests.support.job_queue import (
    drain,
    forget_jobs,
    job_names,
    pass_time,
)
from tests.support.replicate_server.running import StandIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "SETTLED_AFTER", dt.timedelta(0))


def stranger(prompt: str = "A picture of somebody else's") -> str:
    """A call with our key that the engine never made."""
    api = providers.get("replicate").api  # type: ignore[attr-defined]
    return str(api.create("google/nano-banana-pro", {"prompt": prompt, "resolution": "2K"})["id"])


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("reconcile_predictions", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


# --- with the stand-in ----------------------------------------------------------------------------


def test_what_we_made_is_known(listener: Listener, stand_in: StandIn) -> None:  # noqa: F811
    finished(stand_in, render())
    assert "1 calls listed, 0 findings" in run("--apply")
    assert not UnknownCall.objects.exists()


def test_a_call_nobody_of_us_knows_is_written_down_with_its_cost(
    listener: Listener,  # noqa: F811
    stand_in: StandIn,
) -> None:
    finished(stand_in, render())
    unknown = stranger()
    stand_in.until(lambda: unknown in stand_in.paid())
    said = run("--apply")
    assert "2 calls listed, 1 findings, 1 settled" in said
    assert unknown in said
    row = UnknownCall.objects.get()
    assert (row.provider, row.external_id, row.model) == ("replicate", unknown, "google/nano-banana-pro")
    assert row.cost_usd == Decimal("0.15")
    assert timezone.now() - row.created_at < dt.timedelta(minutes=5)
    assert len(stand_in.accepted()) == 2, "nothing is made again"


def test_a_dry_run_says_the_same_and_writes_nothing(listener: Listener, stand_in: StandIn) -> None:  # noqa: F811
    unknown = stranger()
    said = run()
    assert unknown in said
    assert "1 findings, nothing changed" in said
    assert not UnknownCall.objects.exists()


def test_running_it_again_finds_what_is_left(listener: Listener, stand_in: StandIn) -> None:  # noqa: F811
    made = {stranger(f"Picture {number}") for number in range(3)}
    stand_in.until(lambda: stand_in.paid() == made)
    assert "2 findings, 2 settled" in run("--apply", "--limit", "2", "--batch-size", "1")
    assert "1 findings, 1 settled" in run("--apply")
    assert "0 findings" in run("--apply")
    assert UnknownCall.objects.count() == 3


def test_a_listing_of_many_pages_is_read_to_its_end(listener: Listener, stand_in: StandIn) -> None:  # noqa: F811
    stand_in.settings(page=2)
    made = {stranger(f"Picture {number}") for number in range(5)}
    daily(0)
    assert set(UnknownCall.objects.values_list("external_id", flat=True)) == made


def test_what_is_older_than_asked_for_is_left_out(listener: Listener, stand_in: StandIn) -> None:  # noqa: F811
    stranger()
    assert "0 calls listed" in run("--apply", "--days", "0")


def test_the_cost_of_a_running_one_is_filled_in_when_it_is_known(
    listener: Listener,  # noqa: F811
    stand_in: StandIn,
) -> None:
    stand_in.latency(1.5)
    unknown = stranger()
    daily(0)
    assert UnknownCall.objects.get().cost_usd is None
    stand_in.until(lambda: unknown in stand_in.paid())
    daily(0)
    assert UnknownCall.objects.get().cost_usd == Decimal("0.15")


def test_a_listing_that_breaks_off_is_told_and_the_command_fails(
    listener: Listener,  # noqa: F811
    stand_in: StandIn,
) -> None:
    stand_in.script("list", "unavailable", forever=True)
    with pytest.raises(CommandError, match="1 could not be settled or listed"):
        run("--apply")


def test_an_unknown_call_that_an_attempt_turns_out_to_have_is_resolved(
    listener: Listener,  # noqa: F811
    stand_in: StandIn,
) -> None:
    prediction = finished(stand_in, render())
    attempt = prediction.attempts.get()
    call = UnknownCall.objects.create(
        provider="replicate", external_id=attempt.external_id, created_at=timezone.now()
    )
    daily(0)
    call.refresh_from_db()
    assert call.resolved_at is not None
    assert "attempt of ours" in call.note


def test_a_call_just_made_is_not_looked_at_yet(
    listener: Listener,  # noqa: F811
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its answer may still be on the way to our rows."""
    monkeypatch.setattr(reconcile, "SETTLED_AFTER", dt.timedelta(minutes=15))
    stranger()
    assert "1 calls listed, 0 findings" in run("--apply")


# --- with the fake ----------------------------------------------------------------------------------


@pytest.fixture
def running(fake_listener: Listener, fake: Any) -> Prediction:  # noqa: F811
    """One that has ended at the engine, and of which nobody here has heard."""
    script(any=["ok"], latency=30)
    prediction = ask()
    drain()
    forget_jobs()
    pass_time(40)
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.RUNNING
    return prediction


def test_a_call_that_ended_unnoticed_is_looked_at(running: Prediction, fake: Any) -> None:
    daily(0)
    assert job_names() == ["generation.check"]
    drain()
    running.refresh_from_db()
    assert running.status == Prediction.Status.SUCCEEDED
    assert len(fake.calls()) == 1
    assert not UnknownCall.objects.exists()


def test_a_dry_run_looks_at_nothing(running: Prediction) -> None:
    assert "1 findings, nothing changed" in run()
    assert job_names() == []


def test_one_that_still_runs_is_left_alone(fake_listener: Listener, fake: Any) -> None:  # noqa: F811
    script(any=["hang"])
    ask()
    drain()
    forget_jobs()
    assert "1 calls listed, 0 findings" in run("--apply")
    assert job_names() == []


def test_the_fake_lists_its_calls_with_their_ends(fake_listener: Listener, fake: Any) -> None:  # noqa: F811
    script(any=["ok", "late-fail", "hang"])
    for number in range(3):
        ask(f"slot:{number}")
        drain()
    listed = list(fake.recent(timezone.now() - dt.timedelta(hours=1)))
    assert {(call.state, call.cost) for call in listed} >= {("answered", 0.01), ("failed", 0.01)}
    assert [call.created_at for call in listed] == sorted((c.created_at for c in listed), reverse=True)
    assert list(fake.recent(timezone.now() + dt.timedelta(hours=1))) == []


def test_an_engine_that_forgets_lists_nothing() -> None:
    assert list(LocalProvider().recent(timezone.now() - dt.timedelta(days=2))) == []


def test_one_that_cannot_be_settled_does_not_stop_the_rest(
    fake_listener: Listener,  # noqa: F811
    fake: Any,
) -> None:
    for external_id in (uuid.uuid4().hex, "x" * 101):  # longer than any column of ours
        fake._write({
            "id": external_id, "created": timezone.now().timestamp() - 60, "behaviour": "ok", "latency": 0,
            "body": {}, "purpose": "test", "operation": "render",
        })  # fmt: skip
    with pytest.raises(CommandError, match="1 could not be settled"):
        run("--apply")
    assert UnknownCall.objects.count() == 1


def test_engines_asked_in_that_time_are_compared_too_and_one_that_is_gone_is_left_out(
    fake_listener: Listener,  # noqa: F811
    fake: Any,
    settings: Any,
) -> None:
    ask()
    drain()
    settings.GENERATION_PROVIDER = "local"
    Attempt.objects.create(prediction=Prediction.objects.get(), number=9, provider="gone.away.Provider")
    assert "1 calls listed" in run()


# --- what staff see ---------------------------------------------------------------------------------


def test_staff_mark_unknown_calls_as_explained_once(client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    rows = [
        UnknownCall.objects.create(provider=FAKE, external_id=name, created_at=timezone.now())
        for name in ("one", "two")
    ]
    reconcile.explain(UnknownCall.objects.filter(pk=rows[0].pk), note="A try by hand")
    data = {"action": "mark_as_explained", "_selected_action": [row.pk for row in rows]}
    page = client.post("/admin/generation/unknowncall/", data, follow=True).content.decode()
    assert "1 explained, 1 skipped" in page
    notes = dict(UnknownCall.objects.values_list("external_id", "note"))
    assert notes == {"one": "A try by hand", "two": "Explained, says staff@example.com."}
    assert not UnknownCall.objects.filter(resolved_at=None).exists()
    assert client.get(f"/admin/generation/unknowncall/{rows[0].pk}/change/").status_code == 200
    assert client.post(f"/admin/generation/unknowncall/{rows[0].pk}/change/", {}).status_code == 403


def test_a_finding_is_told_in_one_line() -> None:
    made = dt.datetime(2026, 11, 21, 6, 30, tzinfo=dt.UTC)
    call = Listed("abc", "google/nano-banana-pro", made, "running", None)
    told = str(reconcile.Finding("unknown", call))
    assert told == "unknown  abc  google/nano-banana-pro  2026-11-21 06:30  running  cost unknown"
