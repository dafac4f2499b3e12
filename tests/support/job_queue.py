"""Doing the queue's work in a test, and letting time pass without waiting."""

import json
from datetime import timedelta
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from generation.models import Attempt, Prediction, ProviderGate
from generation.providers.fake import FakeProvider


def due_jobs() -> list[tuple[int, str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= clock_timestamp()) ORDER BY priority DESC, id"
        )
        return [(job_id, name, json.loads(args)) for job_id, name, args in cursor.fetchall()]


def job_names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def forget_jobs() -> None:
    """As if every job had been lost with the process that held it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def drain(most: int = 1000) -> list[str]:
    """Run all that is due, in this thread, in order; what it defers for now, too. Returns the names."""
    done: list[str] = []
    while jobs := due_jobs():
        for job_id, name, arguments in jobs:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
            app.tasks[name].func(**arguments)
            done.append(name)
            assert len(done) < most, f"the queue does not empty: {done[-20:]}"
    return done


def let_leases_run_out(seconds: float = 60) -> None:
    """As if that much time had gone by for whoever holds a lease or waits for its turn."""
    shift = timedelta(seconds=seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE generation_prediction SET due_at = due_at - %s, not_before = not_before - %s", [shift] * 2
        )
        cursor.execute(
            "UPDATE generation_attempt SET lease_until = lease_until - %s, searched_at = searched_at - %s",
            [shift] * 2,
        )


def let_searches_be_long_ago(seconds: float = 60) -> None:
    """As if that much time had gone by for whoever searches the provider's listing for a lost call."""
    shift = timedelta(seconds=seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE generation_prediction SET due_at = due_at - %s WHERE id IN (SELECT prediction_id"
            " FROM generation_attempt WHERE outcome = 'claimed' AND searched_at IS NOT NULL)",
            [shift],
        )
        cursor.execute("UPDATE generation_attempt SET searched_at = searched_at - %s", [shift])


def pass_time(seconds: float) -> None:
    """As if that much time had gone by: everything on record lies that much further back."""
    shift = timedelta(seconds=seconds)
    for model, fields in (
        (Prediction, ("not_before", "due_at", "queued_at", "submitting_at", "running_at", "collecting_at")),
        (Attempt, ("lease_until", "searched_at", "accepted_at", "created_at", "ended_at")),
        (ProviderGate, ("next_creation_at", "blocked_until", "reads_held_until")),
    ):
        assignments = ", ".join(f"{field} = {field} - %s" for field in fields)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {model._meta.db_table} SET {assignments}", [shift] * len(fields))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - %s", [shift])
    FakeProvider().age(seconds)


def work(rounds: int = 30) -> list[str]:
    """Drain, let a minute pass, and again, until nothing is left to do."""
    done: list[str] = []
    for _ in range(rounds):
        done += drain()
        if not job_names():
            return done
        pass_time(60)
    raise AssertionError(f"still waiting after {rounds} minutes: {job_names()}")
