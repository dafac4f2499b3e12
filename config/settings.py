"""All settings; whatever differs between machines comes from the environment (or `.env`).

Every variable is listed in `.env.example` with its default, and in the README. What is missing
or does not fit is told by `manage.py check` (`config.checks`) in words that say what to type.
"""

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.csp import CSP
from dotenv import load_dotenv

from config import (
    database,
    mail,
    s3,
    secret_key,
    sentry,
)
from config.env import flag, number, text, words
from config.server import embedded_postgres
from core import logs

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

DATA_DIR = Path(text("DATA_DIR") or BASE_DIR / ".data").resolve()
EMBEDDED = not text("DATABASE_URL")  # our own database: a laptop, a demo
NEEDS_NO_DATABASE = sys.argv[1:2] in (["measure"], ["doctor"])  # commands that start none
NO_DATABASE = "postgres://nobody@localhost/nothing"
DEBUG = flag("DEBUG", False)
PUBLIC_URL = text("PUBLIC_URL").rstrip("/")

# --- secrets, hosts and what a browser is told -------------------------------------------------

HTTPS = flag("HTTPS", not EMBEDDED and not DEBUG)  # the world reaches us through TLS
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0)  # how many of ours stand in front

SECRET_KEY = text("SECRET_KEY") or (secret_key.kept(DATA_DIR / "secret_key") if EMBEDDED else "")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if EMBEDDED else "")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 365 * 24 * 3600 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "style-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}

# --- apps --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django_htmx",
    "ninja",  # the page of the API serves its own files
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "auditlog",
    "waffle",
    "procrastinate.contrib.django",  # before our apps, whose tasks it finds
    "config",
    "accounts",
    "credits",
    "generation",
    "billing",
    "techpack",
    "blueprint",
]

MIDDLEWARE = [
    "core.logs.mark_requests",
    "config.metrics.count_answers",
    "core.security_headers.set_headers",
    "config.health.probes",  # answers whatever host or scheme a load balancer asks with
    "django.middleware.security.SecurityMiddleware",
    "core.polling.unchanged_polls",  # most requests there are: nothing below is needed for them
    "core.compression.compress_answers",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.slow_uploads.bound",  # reads short bodies; what it answers itself says who is signed in
    "config.rate_limits.Limits",
    "accounts.sessions.seen",
    "accounts.second_step.guard",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
            ],
            "builtins": ["core.templatetags.icons", "core.templatetags.paragraphs"],
        },
    }
]

# --- database, jobs and cache ------------------------------------------------------------------

DB_POOL_SIZE = number("DB_POOL_SIZE", 12)  # connections a process holds at most
WORKER_CONCURRENCY = number("WORKER_CONCURRENCY", 30)  # jobs a worker runs at once
WEB_THREADS = 128  # of a web process; a call that waits for a result holds one

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        text("DATABASE_URL") or (NO_DATABASE if NEEDS_NO_DATABASE else embedded_postgres.address(DATA_DIR))
    )
}
DATABASES["default"]["OPTIONS"] = database.options(
    DATABASES["default"].get("OPTIONS", {}), pool_size=DB_POOL_SIZE
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PROCRASTINATE_ON_APP_READY = "generation.worker.configure"

# The limits on sign-in attempts count here, for all web processes of all machines together.
# A switch is looked up in its own row, where it is never out of date: that costs the same query.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # When full, live counters are dropped too. Django's 300 could be filled from a few addresses.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "switches": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
WAFFLE_CACHE_NAME = "switches"

# --- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]  # permissions, too
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "techpack:products"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"  # a designer may begin at once; the address is still asked for
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
FREE_PER_ADDRESS_PER_DAY = number("FREE_PER_ADDRESS_PER_DAY", 10)  # free blueprints asked for
ACCOUNT_RATE_LIMITS = {  # beside allauth's own; "ip" is told by TRUSTED_PROXIES
    "free_blueprint": f"{FREE_PER_ADDRESS_PER_DAY}/d/ip",
    "free_blueprint_photo": "120/h/ip",
    "blueprint_link": "20/h/ip",
    "checkout": "30/h/ip",
    "invite": "60/d/user",
}
RATE_LIMITS = True  # of everything else that costs work, money or mail: config.rate_limits
# "required": staff open the admin, and pictures of others, only with a second step (accounts.second_step)
STAFF_MFA = text("STAFF_MFA", "optional" if EMBEDDED or DEBUG else "required").lower()
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Selvedge"
MFA_TOTP_TOLERANCE = 1  # the code of 30 seconds before or after counts, too: people type, and clocks differ
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True

# --- generation and credits --------------------------------------------------------------------

REPLICATE_API_TOKEN = text("REPLICATE_API_TOKEN")
REPLICATE_BASE_URL = text("REPLICATE_BASE_URL")
REPLICATE_WEBHOOK_SECRET = text("REPLICATE_WEBHOOK_SECRET")
REPLICATE_OUTPUT_HOSTS = words("REPLICATE_OUTPUT_HOSTS", "replicate.delivery")  # and their subdomains
REPLICATE_IN_FLIGHT = number("REPLICATE_IN_FLIGHT", 30)  # calls at once, of all accounts and of one
REPLICATE_IN_FLIGHT_PER_ACCOUNT = number("REPLICATE_IN_FLIGHT_PER_ACCOUNT", 30)
REPLICATE_CREATIONS_PER_SECOND = number("REPLICATE_CREATIONS_PER_SECOND", 8)  # the API allows 10
# US dollars: a picture by resolution, as listed in November 2026; an analysis by its tokens where the
# provider counts them, else by the call. Both of these are estimates, and the bill is the vendor's.
REPLICATE_PRICES: dict[str, dict[str, float]] = {
    "google/nano-banana-pro": {"1K": 0.15, "2K": 0.15, "4K": 0.30},
    "openai/gpt-5-structured": {"input_token": 1.25e-6, "output_token": 10e-6, "call": 0.03},
    "google/gemini-2.5-flash": {"input_token": 0.3e-6, "output_token": 2.5e-6, "call": 0.005},
    "openai/gpt-4.1-mini": {"input_token": 0.4e-6, "output_token": 1.6e-6, "call": 0.005},
}
RENDER_MODEL = text("RENDER_MODEL", "google/nano-banana-pro")
VISION_MODEL = text("VISION_MODEL", "openai/gpt-5-structured")

# A first look at each picture an engine made, where a product has one: what fails is paid for once more.
PICTURE_LOOK = flag("PICTURE_LOOK", False)
PHOTO_CHECK = True  # every photo is looked at and measured as soon as it is there
GENERATION_PROVIDERS = {
    "local": "generation.providers.local.LocalProvider",
    "replicate": "generation.providers.replicate.ReplicateProvider",
}
CLOUD = bool(REPLICATE_API_TOKEN) and "replicate" in GENERATION_PROVIDERS
GENERATION_PROVIDER = text("GENERATION_PROVIDER") or ("replicate" if CLOUD else "local")
FAKE_PROVIDER_DIR = DATA_DIR / "fake-provider"  # the memory of `generation.providers.fake`, for tests

WAFFLE_SWITCH_DEFAULT = True  # a switch pauses something: one that nobody made pauses nothing

SIGNUP_CREDITS = number("SIGNUP_CREDITS", 9)
CONFIRM_BEFORE_CREDITS = flag("CONFIRM_BEFORE_CREDITS", False)  # they come with a confirmed address only
OPERATOR_GRANT_LIMIT = number("OPERATOR_GRANT_LIMIT", 100)  # credits that one operator may give in a day
API_MAX_WAIT = number("API_MAX_WAIT", 180)  # seconds a call of the API waits for a step, at most
SITE_URL = PUBLIC_URL or f"http://127.0.0.1:{text('PORT', '8000')}"  # how mails name pages of ours
BLUEPRINT_4K = flag("BLUEPRINT_4K", False)  # staff may give those who bought one pictures of twice the size
BLUEPRINT_PRICE = text("BLUEPRINT_PRICE")  # of the thirty, in words: "$47"; unset, no page names one
FREE_REDOS = number("FREE_REDOS", 3)  # grids of a paid blueprint made again because a frame is wrong
FREE_SPEND_PER_DAY_USD = number("FREE_SPEND_PER_DAY_USD", 20)  # what free blueprints may cost in a day (UTC)
SELFIE_DAYS = number("SELFIE_DAYS", 30)  # after which the selfies of a finished blueprint are deleted
CREDITS_CONTACT = text("CREDITS_CONTACT")  # how somebody gets more: an address, a sentence

# --- payments: without STRIPE_SECRET_KEY nothing is for sale -----------------------------------

STRIPE_SECRET_KEY = text("STRIPE_SECRET_KEY")
STRIPE_BASE_URL = text("STRIPE_BASE_URL")  # a stand-in; unset: Stripe's own
STRIPE_WEBHOOK_SECRETS = words("STRIPE_WEBHOOK_SECRET")  # two with a comma between while one is replaced
STRIPE_CHECKOUT_HOSTS = words("STRIPE_CHECKOUT_HOSTS", "checkout.stripe.com")
STRIPE_TAX = flag("STRIPE_TAX", False)
STRIPE_PRICES = {  # ids of prices at Stripe, by what is bought (billing.models.Item)
    "blueprint": text("STRIPE_PRICE_BLUEPRINT"),
    "credits-30": text("STRIPE_PRICE_CREDITS_30"),
    "credits-100": text("STRIPE_PRICE_CREDITS_100"),
    "credits-300": text("STRIPE_PRICE_CREDITS_300"),
}
if STRIPE_SECRET_KEY:  # a form that ends at the checkout page is a form that is sent there, to a browser
    scheme = "http" if STRIPE_BASE_URL.startswith("http://") else "https"
    SECURE_CSP["form-action"] += [f"{scheme}://{host}" for host in STRIPE_CHECKOUT_HOSTS]

# --- files -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"

MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600  # the data folder may be open to others (see config.server.embedded_postgres)
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # of what is no file

AWS_STORAGE_BUCKET_NAME = text("AWS_STORAGE_BUCKET_NAME")
AWS_S3_ENDPOINT_URL = text("AWS_S3_ENDPOINT_URL") or None
STORAGES: dict[str, Any] = {
    # Keys follow from the row they belong to, so a store that is repeated writes the same file.
    "default": {
        "BACKEND": "core.bucket.OneRequestStorage",
        "OPTIONS": s3.options(
            AWS_STORAGE_BUCKET_NAME, AWS_S3_ENDPOINT_URL, connections=max(10, WORKER_CONCURRENCY)
        ),
    }
    if AWS_STORAGE_BUCKET_NAME
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"allow_overwrite": True},
    },
    "staticfiles": {"BACKEND": "core.static_files.StaticFilesStorage"},
}
if AWS_STORAGE_BUCKET_NAME:
    SECURE_CSP["img-src"] += s3.origins(AWS_STORAGE_BUCKET_NAME, AWS_S3_ENDPOINT_URL)

# --- mail --------------------------------------------------------------------------------------

# Nobody has a mail server on a laptop, so there mails show in the console.
MAILERS = {"default": mail.mailer(text("EMAIL_URL") or ("console://" if EMBEDDED else "smtp://localhost:25"))}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("DEFAULT_FROM_EMAIL", "Selvedge <selvedge@localhost>")

# --- language, time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# --- logs --------------------------------------------------------------------------------------

LOG_LEVEL = text("LOG_LEVEL", "WARNING" if EMBEDDED else "INFO").upper()
LOG_JSON = flag("LOG_JSON", not EMBEDDED)  # one JSON object a line, for machines
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": logs.formatter, "as_json": LOG_JSON}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # ours is the only handler
        "django.request": {"level": "ERROR"},  # a page that is not there is no news
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # nor is a scanner
        "procrastinate": {"level": "WARNING"},  # a line for each job would be thousands
        "psycopg.pool": {"level": "ERROR"},  # it tells of each attempt to reconnect
    },
}

METRICS_TOKEN = text("METRICS_TOKEN")  # who asks for /metrics sends it; unset, there is no such page
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(DATA_DIR / "metrics"))

ACCESS_LOG = flag("ACCESS_LOG", not EMBEDDED)  # a line for each request, without its query string

SENTRY_DSN = text("SENTRY_DSN")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(**sentry.options(SENTRY_DSN))
