"""Database connection settings."""

from typing import Any

IDLE_IN_TRANSACTION = "60s"  # then the server ends it: a worker that hangs keeps no locks for ever
KEEPALIVES = {"idle": 30, "interval": 10, "count": 3}  # a peer that is gone is noticed within a minute


def options(given: dict[str, Any], *, pool_size: int) -> dict[str, Any]:
    """OPTIONS of the database. What its URL says goes first."""
    return {
        "connect_timeout": 5,
        "keepalives": 1,
        **{f"keepalives_{name}": value for name, value in KEEPALIVES.items()},
        "tcp_user_timeout": 30_000,  # milliseconds
        **given,
        "options": f"{_server_options()} {given.get('options', '')}".strip(),
        "pool": {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 10,
            "reconnect_timeout": 5,  # else the last pauses between two tries are minutes
        },
    }


def _server_options() -> str:
    """The server's own look-out for a client that is gone, beside the time a transaction may idle. Queries
    are not compiled (jit): that pays for seconds of counting, and ours take milliseconds."""
    keepalives = " ".join(f"-c tcp_keepalives_{name}={value}" for name, value in KEEPALIVES.items())
    return f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION} -c jit=off {keepalives}"
