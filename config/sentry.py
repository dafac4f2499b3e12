"""Reports of errors, when SENTRY_DSN is set: where it went wrong, and nothing that opens anything.

Addresses carry private links, signatures and keys for a new password; bodies carry tokens, and so do the
variables of a function. The report names the route, the method and the lines, which is enough to find it.
"""

from typing import Any


def options(dsn: str) -> dict[str, Any]:
    return {
        "dsn": dsn,
        "include_local_variables": False,
        "max_request_body_size": "never",
        "before_send": without_secrets,
        "before_breadcrumb": without_query,
    }


def without_secrets(event: Any, hint: Any) -> Any:
    if "request" in event:
        event["request"] = {"method": event["request"].get("method", "")}
    return event


def without_query(crumb: Any, hint: Any) -> Any:
    """Of a call to somebody else: the address of a file may be the key to it."""
    data = crumb.get("data") or {}
    crumb["data"] = {name: value for name, value in data.items() if not name.startswith("http.")}
    return crumb
