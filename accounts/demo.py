"""The demo designer of a site on its own embedded database."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from credits import services

EMAIL, PASSWORD, CREDITS = "demo@example.com", "demo", 100


@transaction.atomic
def make_designer() -> bool:
    """Made on the first start only, when there is nobody yet. False when there is somebody."""
    if User.objects.exists():
        return False
    user = User.objects.create_user(EMAIL, PASSWORD)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    services.grant(holder=user, amount=CREDITS, reference="demo", description="Demo credits")
    return True


def designer_id() -> int:
    return User.objects.get(email=EMAIL).pk


def is_there() -> bool:
    return User.objects.filter(email=EMAIL).exists()
