"""The accounts whose images a signed-in user may see."""

from django.http import HttpRequest


def signed_in(request: HttpRequest) -> set[str]:
    return {f"user:{request.user.pk}"} if request.user.is_authenticated else set()
