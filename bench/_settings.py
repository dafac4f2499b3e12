"""The site's own settings, with the addresses of `bench._urls`."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench._urls"
