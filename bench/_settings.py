"""The site's own settings, with the addresses of `bench._urls`, and without limits for one caller."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench._urls"
RATE_LIMITS = False
