"""The team that somebody works in at the moment, kept in their session; none means on their own."""

from typing import Any

from accounts import teams
from accounts.models import Membership, Team, User

KEY = "team"


def current(request: Any) -> Membership | None:
    """Looked up once a request; a team that was left is forgotten."""
    if not hasattr(request, "_membership"):
        number = request.session.get(KEY) if request.user.is_authenticated else None
        request._membership = teams.membership(request.user, number) if number else None
    return request._membership


def holder(request: Any) -> "User | Team":
    """Whose credits are shown and used."""
    found = current(request)
    return found.team if found else request.user


def choose(request: Any, team_id: int | None) -> Membership | None:
    """Work in this team, or alone. Raises teams.NotAllowed for a team that the user is not in."""
    found = teams.membership(request.user, team_id)
    if team_id is None:
        request.session.pop(KEY, None)
    elif found is None:
        raise teams.NotAllowed("You are not in that team.")
    else:
        request.session[KEY] = team_id
    request._membership = found
    return found
