"""Users, who sign in by email, and what belongs to their account."""

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
        """Its address counts as confirmed, as two-step sign-in asks: whoever has a shell vouches for it."""
        from allauth.account.models import EmailAddress

        user = self.create_user(email, password, is_staff=True, is_superuser=True, **extra)
        EmailAddress.objects.using(self._db).create(user=user, email=user.email, verified=True, primary=True)
        return user

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

    @property
    def account(self) -> str:
        """Whose pictures and limits these are, as the engine calls it."""
        return f"user:{self.pk}"

    def __str__(self) -> str:
        return self.email


class Role(models.TextChoices):
    """What somebody may do in a team, from most to least."""

    OWNER = "owner", "Owner"
    EDITOR = "editor", "Editor"
    VIEWER = "viewer", "Viewer"
    GUEST = "guest", "Guest"

    @property
    def may_edit(self) -> bool:
        return self in (Role.OWNER, Role.EDITOR)


class Team(models.Model):
    """People who share products, a library and credits. Whoever is in none works alone, as before."""

    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def account(self) -> str:
        """Whose pictures and limits these are, as the engine calls it."""
        return f"team:{self.pk}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def without_guests(self) -> "MembershipQuerySet":
        """Whoever sees what the team has; guests see issued files alone."""
        return self.exclude(role=Role.GUEST)


class Membership(models.Model):
    """Somebody's place in a team. Deleting the row ends it at the next request, by page and by token."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "pk"]
        constraints = (models.UniqueConstraint(fields=["user", "team"], name="accounts_member_once"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.team} ({self.get_role_display()})"

    @property
    def may_edit(self) -> bool:
        return Role(self.role).may_edit


class Invitation(models.Model):
    """An address that was asked to join. The link in the mail is signed, and works for that address alone."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=8, choices=Role)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), "team", name="accounts_invited_once"),)

    def __str__(self) -> str:
        return f"{self.email} to {self.team}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self) -> "ApiTokenQuerySet":
        return self.filter(revoked_at__isnull=True, user__is_active=True)


class ApiToken(models.Model):
    """What a program of somebody's signs its calls with. The token itself is shown once and never
    stored: only its SHA-256 is, and its last four characters, by which people tell theirs apart."""

    class Scope(models.TextChoices):
        READ = "read", "Read only"
        WRITE = "write", "Read and write"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.WRITE)
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="Written at most once an hour.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["ApiToken"]] = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} (...{self.ending})"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None

    @property
    def may_write(self) -> bool:
        return self.scope == self.Scope.WRITE


class IdempotentCall(models.Model):
    """A POST that came with an Idempotency-Key, and what it was answered: `accounts.idempotency`.

    `made` is the id of what it made, written in the transaction that made it, so that whoever takes
    the call over from a process that died goes on with that and makes no second one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    target = models.CharField(max_length=300, help_text="Method and path.")
    body_hash = models.CharField(max_length=64)
    made = models.BigIntegerField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty while under way.")
    answer = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(help_text="When somebody last began to work on it.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="accounts_call_once_a_key"),)
        # the purge of those whose day is over
        indexes = (models.Index(fields=["created_at"], name="accounts_call_age"),)

    def __str__(self) -> str:
        return f"{self.target} ({self.status or 'under way'})"


class RateCount(models.Model):
    """How often somebody did something in one period; counted by `accounts.rate_limits`, kept for a day."""

    key = models.CharField(max_length=120)
    period = models.BigIntegerField(help_text="Number of the period since 1970.")
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "period"], name="accounts_rate_once_a_period"),)
        # the purge of those that are over
        indexes = (models.Index(fields=["ends_at"], name="accounts_rate_ends"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
