"""Settings that are missing or do not fit, each with what to type."""

import importlib.util
import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".test")
MAKE_A_KEY = "python -c 'import secrets; print(secrets.token_urlsafe(60))'"


@register("selvedge")
def secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        given = bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        given = False
    if given:
        return []
    return [
        Error(
            "SECRET_KEY is not set; with DATABASE_URL nobody makes one for you.",
            hint=f'Type: export SECRET_KEY="$({MAKE_A_KEY})" - the same on every machine.',
            id="selvedge.E001",
        )
    ]


@register("selvedge")
def secret_key_strength(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """As Django's own W009, which only warns, and only under --deploy."""
    key = "" if settings.DEBUG or secret_key(app_configs) else settings.SECRET_KEY
    if not key or (len(key) >= 50 and len(set(key)) >= 5 and not key.startswith("django-insecure-")):
        return []
    return [
        Error(
            "SECRET_KEY is too weak: whoever guesses it signs in as anybody.",
            hint=f'Type: export SECRET_KEY="$({MAKE_A_KEY})" - the same on every machine.',
            id="selvedge.E010",
        )
    ]


@register("selvedge")
def debug(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    hosts = [*settings.ALLOWED_HOSTS, urlsplit(settings.PUBLIC_URL).hostname or "localhost"]
    public = [host for host in hosts if _is_public(host)]
    if not settings.DEBUG or not public:
        return []
    return [
        Error(
            f"DEBUG is on while strangers reach the site as {public[0]}: error pages show them settings.",
            hint="Type: export DEBUG=0, or leave only this machine in ALLOWED_HOSTS and PUBLIC_URL.",
            id="selvedge.E011",
        )
    ]


@register(Tags.database)
def demo_accounts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Run by `migrate` and `check --database default`. A database that was a demo once still has them."""
    from accounts import demo
    from blueprint import demo as blueprint_demo

    if settings.EMBEDDED or settings.DEBUG:
        return []
    try:
        there = demo.is_there() or blueprint_demo.is_there()
    except DatabaseError:  # no tables yet, or no database: not what is asked here
        return []
    if not there:
        return []
    return [
        Error(
            "The demo accounts are in this database, and everybody knows their password.",
            hint="Type: python manage.py remove_demo",
            id="selvedge.E012",
        )
    ]


@register("selvedge")
def allowed_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.ALLOWED_HOSTS or settings.DEBUG:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is empty: every page would be refused.",
            hint="Type the names the site is reached by: export ALLOWED_HOSTS=selvedge.example.com",
            id="selvedge.E002",
        )
    ]


@register("selvedge")
def generation_provider(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    name = settings.GENERATION_PROVIDER
    if name in settings.GENERATION_PROVIDERS or _is_importable(name):
        return []
    known = ", ".join(settings.GENERATION_PROVIDERS)
    return [
        Error(
            f"GENERATION_PROVIDER is {name!r}, which is no engine of ours and no class to import.",
            hint=f"One of: {known}; or the dotted path of a provider class. Unset, it is chosen for you.",
            id="selvedge.E003",
        )
    ]


@register("selvedge")
def replicate_token(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.GENERATION_PROVIDER != "replicate" or settings.REPLICATE_API_TOKEN:
        return []
    return [
        Error(
            "GENERATION_PROVIDER is replicate, and REPLICATE_API_TOKEN is not set.",
            hint="Type: export REPLICATE_API_TOKEN=r8_... (replicate.com/account/api-tokens),"
            " or export GENERATION_PROVIDER=local",
            id="selvedge.E004",
        )
    ]


@register("selvedge")
def public_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.PUBLIC_URL)
    if not settings.PUBLIC_URL or (parts.scheme in ("http", "https") and parts.hostname):
        return []
    return [
        Error(
            f"PUBLIC_URL is {settings.PUBLIC_URL!r}, which is no address.",
            hint="Type it with its scheme: export PUBLIC_URL=https://selvedge.example.com",
            id="selvedge.E005",
        )
    ]


@register("selvedge")
def bucket_endpoint(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.AWS_S3_ENDPOINT_URL or "")
    if not settings.AWS_S3_ENDPOINT_URL or (parts.scheme in ("http", "https") and parts.hostname):
        return []
    return [
        Error(
            f"AWS_S3_ENDPOINT_URL is {settings.AWS_S3_ENDPOINT_URL!r}, which is no address.",
            hint="Type it with its scheme: export AWS_S3_ENDPOINT_URL=https://s3.example.com;"
            " leave it unset for Amazon's own.",
            id="selvedge.E008",
        )
    ]


@register("selvedge")
def staff_mfa(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.STAFF_MFA in ("required", "optional"):
        return []
    return [
        Error(
            f"STAFF_MFA is {settings.STAFF_MFA!r}, which is neither required nor optional.",
            hint="Type: export STAFF_MFA=required, or export STAFF_MFA=optional.",
            id="selvedge.E009",
        )
    ]


@register("selvedge")
def sizes(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    least = {
        "DB_POOL_SIZE": 2,
        "WORKER_CONCURRENCY": 1,
        "REPLICATE_IN_FLIGHT": 1,
        "REPLICATE_IN_FLIGHT_PER_ACCOUNT": 1,
        "REPLICATE_CREATIONS_PER_SECOND": 1,
    }
    return [
        Error(
            f"{name} is {getattr(settings, name)}, which is too few to work with.",
            hint=f"Type: export {name}={number} or more, or leave it unset.",
            id="selvedge.E006",
        )
        for name, number in least.items()
        if getattr(settings, name) < number
    ]


@register("selvedge")
def replicate_models(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Only where they are used: importing the engine takes a while."""
    if settings.GENERATION_PROVIDER != "replicate":
        return []
    from generation.providers.replicate.models import PROFILES

    wrong = [
        (setting, getattr(settings, setting), renders)
        for setting, renders in (("RENDER_MODEL", True), ("VISION_MODEL", False))
        if getattr(PROFILES.get(getattr(settings, setting)), "renders", None) is not renders
    ]
    return [
        Error(
            f"{setting} is {name!r}, which nobody has described for this purpose.",
            hint=f"Type: export {setting}={_choices(PROFILES, renders)};"
            " generation/providers/replicate/models.py says how to add another.",
            id="selvedge.E007",
        )
        for setting, name, renders in wrong
    ]


def _is_public(host: str) -> bool:
    """Whether strangers can reach a site under this name."""
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return host == "*" or ("." in host and not host.endswith(LOCAL_NAMES))


def _choices(profiles: dict[str, Any], renders: bool) -> str:
    return " or ".join(name for name, profile in profiles.items() if profile.renders is renders)


def _is_importable(path: str) -> bool:
    module, _, _ = path.rpartition(".")
    try:
        return bool(module) and importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def unreachable_public_url() -> list[CheckMessage]:
    """Follow PUBLIC_URL once, as `serve` does when the site is up: a provider drops its webhooks where it
    meets a redirect or a certificate that it cannot check, and polling finishes the work in silence."""
    from generation import webhook_health

    problem = webhook_health.address_problem(settings.PUBLIC_URL) if settings.PUBLIC_URL else ""
    if not problem:
        return []
    return [
        Caution(
            f"No webhook will arrive at PUBLIC_URL={settings.PUBLIC_URL}: {problem}. Results are found by"
            " polling, which is slower.",
            hint="Set PUBLIC_URL to the address that answers by itself: the scheme and name visitors end on.",
            id="selvedge.W001",
        )
    ]
