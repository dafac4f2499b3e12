"""The accounts whose images a signed-in user may see."""

from django.http import HttpRequest

from accounts.models import Membership, User


def signed_in(request: HttpRequest) -> set[str]:
    return accounts_of(request.user) if isinstance(request.user, User) else set()


def accounts_of(user: User) -> set[str]:
    """Whose pictures they may open: their own, and those of their teams."""
    teams = Membership.objects.filter(user=user).without_guests().values_list("team", flat=True)
    return {user.account, *(f"team:{number}" for number in teams)}
