"""Whether everything is at rest: runs, predictions, frames, mails, photo checks and jobs."""

import time

import psycopg

from tests.chaos.plant import Plant

UNREST = {
    "predictions": "SELECT count(*) FROM generation_prediction"
    " WHERE status IN ('queued', 'submitting', 'running', 'collecting')",
    "runs": "SELECT count(*) FROM techpack_techpack WHERE status IN ('running', 'waiting')",
    "grids without frames": "SELECT count(*) FROM blueprint_grid g WHERE g.asset_id IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM blueprint_frame f WHERE f.grid_id = g.id)",
    "mails": "SELECT count(*) FROM blueprint_mail WHERE status IN ('queued', 'sending')",
    "photo checks": "SELECT count(*) FROM techpack_photoreading WHERE status = 'pending'",
    # what runs by the clock comes and goes for ever
    "jobs": "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND NOT args ? 'timestamp' AND task_name <> 'generation.dispatch'",
    "calls of superseded attempts": "SELECT count(*) FROM generation_attempt"
    " WHERE outcome = 'superseded' AND ended_at IS NULL",
}


def unrest(plant: Plant) -> dict[str, int]:
    """What still goes on, by its name; what cannot be asked for counts as going on."""
    try:
        counts = {name: plant.query(sql)[0][0] for name, sql in UNREST.items()}
    except psycopg.Error as error:
        return {str(error): 1}
    return {name: count for name, count in counts.items() if count}


def wait(plant: Plant, *, since: float, within: float) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds after `since` (monotonic) at which each came to rest, and what never did."""
    rested: dict[str, float] = dict.fromkeys(UNREST, 0.0)
    quiet = 0
    while time.monotonic() - since < within:
        left = unrest(plant)
        for name in left:
            rested[name] = time.monotonic() - since
        quiet = 0 if left else quiet + 1
        if quiet >= 6:  # between the end of a step and the job that begins the next there is a moment
            return rested, {}
        time.sleep(0.5)
    return rested, unrest(plant)
