"""Whether everything is at rest: runs, predictions, frames, mails, photo checks and jobs."""

import time
from typing import Any

import psycopg

from tests.chaos.plant import Plant

# what runs by the clock comes and goes for ever
OURS = "NOT args ? 'timestamp' AND task_name <> 'generation.dispatch'"
UNREST = {
    "predictions": "FROM generation_prediction"
    " WHERE status IN ('queued', 'submitting', 'running', 'collecting')",
    "runs": "FROM techpack_techpack WHERE status IN ('running', 'waiting')",
    "grids without frames": "FROM blueprint_grid g WHERE g.asset_id IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM blueprint_frame f WHERE f.grid_id = g.id)",
    "mails": "FROM blueprint_mail WHERE status IN ('queued', 'sending')",
    "photo checks": "FROM techpack_photoreading WHERE status = 'pending'",
    "jobs": f"FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND {OURS}",
    "calls of superseded attempts": "FROM generation_attempt"
    " WHERE outcome = 'superseded' AND ended_at IS NULL",
}
COUNTED = " UNION ALL ".join(f"SELECT '{name}', count(*) {rows}" for name, rows in UNREST.items())


def unrest(plant: Plant) -> dict[str, int]:
    """What still goes on, by its name; what cannot be asked for counts as going on."""
    try:
        return {name: count for name, count in plant.query(COUNTED) if count}
    except psycopg.Error as error:
        return {str(error): 1}


def wait(plant: Plant, *, since: float, within: float) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds after `since` (monotonic) at which each came to rest, and what never did."""
    rested: dict[str, float] = dict.fromkeys(UNREST, 0.0)
    quiet = 0
    while time.monotonic() - since < within:
        left = unrest(plant)
        for name in left:
            rested[name] = time.monotonic() - since
        quiet = 0 if left else quiet + 1
        if quiet >= 3:  # between the end of a step and the job that begins the next there is a moment
            return rested, {}
        time.sleep(1.0)
    return rested, unrest(plant)


def queue(plant: Plant) -> dict[str, Any]:
    """The jobs that wait or run, and how old (s) the oldest is that may run; predictions that are under way."""
    jobs = plant.query(
        "SELECT task_name || ' ' || j.status::text, count(*), round(max(extract(epoch FROM now() -"
        " coalesce(scheduled_at, (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id))))::numeric)"
        f" FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing') AND {OURS} GROUP BY 1 ORDER BY 2 DESC"
    )
    predictions = plant.query(
        "SELECT split_part(subject, ':', 1) || ' ' || status || CASE WHEN failure = '' THEN '' ELSE ' after '"
        " || failure END, count(*) FROM generation_prediction"
        " WHERE status IN ('queued', 'submitting', 'running', 'collecting') GROUP BY 1 ORDER BY 2 DESC"
    )
    return {
        "jobs": {name: (count, float(age or 0)) for name, count, age in jobs},
        "predictions": dict(predictions),
    }
