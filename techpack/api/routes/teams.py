"""The caller's teams."""

from ninja import Router

from accounts import teams
from accounts.models import Role
from credits import services as ledger
from techpack.api import openapi, outputs
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.idempotent_post import read

router = Router(tags=["Teams"], by_alias=True, auth=AUTH)


@router.get("teams", **openapi.read(outputs.Teams, "Your teams"))
@read
def list_teams(request: CallingRequest) -> outputs.Teams:
    """With your role in each: owners and editors change its products and move others into it, viewers look,
    guests see what was issued. A product names its `teamId`."""
    return outputs.Teams(
        teams=[
            outputs.Team(
                team_id=one.team_id, name=one.team.name,
                role=one.role,  # type: ignore[arg-type]
                credits=0 if one.role == Role.GUEST else ledger.balance(one.team),
            )
            for one in teams.of(request.auth.user)
        ]
    )  # fmt: skip
