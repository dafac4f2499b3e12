"""The accounts whose images a signed-in user may see."""

from django.http import HttpRequest

from accounts.models import Membership, Role


def signed_in(request: HttpRequest) -> set[str]:
    if not request.user.is_authenticated:
        return set()
    mine = Membership.objects.filter(user=request.user.pk).exclude(role=Role.GUEST)  # guests see issued files
    teams = mine.values_list("team", flat=True)
    return {f"user:{request.user.pk}", *(f"team:{number}" for number in teams)}
