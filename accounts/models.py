"""Who signs in: by email, without a user name."""

from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **extra: object) -> "User":
        if not email:
            raise ValueError("a user needs an email address")
        user = self.model(email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A designer, or one of the staff."""

    class Units(models.TextChoices):
        CM = "cm", "Centimetres"
        INCH = "in", "Inches"

    username = None  # type: ignore[assignment]
    email = models.EmailField("email address", unique=True)
    mail_when_run_ends = models.BooleanField(
        default=True, help_text="Write a mail when a run that took over two minutes ends."
    )

    units = models.CharField(
        max_length=2, choices=Units, default=Units.CM, help_text="What lengths are entered in, unless said."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_user_email"),)

    def __str__(self) -> str:
        return self.email
