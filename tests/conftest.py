"""What all tests share.

The tests have a data folder and an embedded PostgreSQL of their own in the system's temporary
folder, so they never touch the developer's, and several runs at once do not meet. It has to be
arranged before the settings are read, which is why it happens on import.
"""

import atexit
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import test_database

pytest_plugins = [
    "tests.support.fakes", "tests.support.networks", "tests.support.replicate_server.fixtures",
    "tests.support.s3",
]  # fmt: skip

OUTSIDE = (  # what a developer's shell or .env may set, and no test is to see
    "DATABASE_URL", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "PUBLIC_URL", "HTTPS", "TRUSTED_PROXIES",
    "REPLICATE_API_TOKEN", "REPLICATE_BASE_URL", "REPLICATE_WEBHOOK_SECRET", "REPLICATE_OUTPUT_HOSTS",
    "GENERATION_PROVIDER", "RENDER_MODEL", "VISION_MODEL", "AWS_STORAGE_BUCKET_NAME", "AWS_S3_ENDPOINT_URL",
    "EMAIL_URL", "SENTRY_DSN", "SIGNUP_CREDITS", "CONFIRM_BEFORE_CREDITS", "CREDITS_CONTACT",
    "DB_POOL_SIZE", "WORKER_CONCURRENCY", "HSTS_SECONDS", "DEFAULT_FROM_EMAIL", "REPLICATE_IN_FLIGHT",
    "REPLICATE_IN_FLIGHT_PER_ACCOUNT",
    "REPLICATE_CREATIONS_PER_SECOND", "PORT", "HOST", "LOG_LEVEL", "ACCESS_LOG", "_SELVEDGE_EMBEDDED",
    "SELFIE_DAYS", "FREE_REDOS", "PICTURE_LOOK", "OPERATOR_GRANT_LIMIT", "FREE_SPEND_PER_DAY_USD",
    "FREE_PER_ADDRESS_PER_DAY", "BLUEPRINT_PRICE", "API_MAX_WAIT",
    "STAFF_MFA", "STRIPE_SECRET_KEY", "STRIPE_BASE_URL", "STRIPE_WEBHOOK_SECRET", "STRIPE_CHECKOUT_HOSTS",
    "STRIPE_PRICE_BLUEPRINT", "STRIPE_PRICE_CREDITS_30", "STRIPE_PRICE_CREDITS_100",
    "STRIPE_PRICE_CREDITS_300", "STRIPE_TAX",
)  # fmt: skip


def _make_data_dir() -> Path:
    folder = test_database.make_data_dir()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server, which registers later
    return folder


os.environ.update(dict.fromkeys(OUTSIDE, ""))  # set to nothing, so that .env does not set them either
test_database.use_memory()
test_database.forget_killed_runs()
os.environ["DATA_DIR"] = str(_make_data_dir())
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Run by several processes (`-n 2`), each arranges a folder and a database of its own, as above:
    settings that it found in the environment would be read too early for that."""
    for name in ("DJANGO_SETTINGS_MODULE", "DATA_DIR", "_SELVEDGE_EMBEDDED"):
        os.environ.pop(name, None)
    test_database.prepare()


# Each of these starts sites, browsers or processes of its own, or makes many whole runs: half a minute or
# more of two cores. `make test` runs them, `make test-quick` does not, nor does a run with CI set, so that a
# submission stays under twelve minutes.
LONG = (
    "browser/test_tech_pack_page.py", "browser/test_workbench.py", "browser/test_editing.py",
    "browser/test_account.py", "browser/test_free_blueprint.py", "browser/test_selfies.py",
    "browser/test_bucket.py", "browser/test_cloud.py", "config/test_outage.py",
    "techpack/api/test_a_hundred.py", "chaos/test_chaos.py", "browser/test_products.py",
    "browser/test_blueprint.py", "browser/test_passkeys.py", "config/test_serve.py",
    "browser/test_flat_editor.py",
    "blueprint/test_on_replicate.py", "blueprint/test_hard_cases.py", "techpack/test_killed_workers.py",
    "techpack/test_races.py", "techpack/api/test_document.py", "generation/test_outage_proof_worker.py",
    "generation/local/test_grid_previews.py", "generation/test_replicate_techpack.py",
    "generation/local/test_local_engine.py", "generation/test_storage_outage.py", "techpack/test_bucket.py",
    "techpack/test_progress.py", "techpack/test_regenerating.py", "techpack/test_redoing.py",
    "techpack/flats/test_drawing_rules.py", "browser/test_main_path.py", "config/test_checks.py",
    "config/test_doctor.py", "accounts/test_credits_page.py",
)  # fmt: skip


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if os.environ.get("CI") and collection_path.as_posix().endswith(LONG) else None


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from django.test import TransactionTestCase

    settings.STORAGES = {
        **settings.STORAGES,  # static files need no collectstatic
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    if test_database.is_prepared():
        settings.DATABASES["default"]["TEST"] = {"TEMPLATE": test_database.TEMPLATE, "MIGRATE": False}
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # WhiteNoise warns when it is not there
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # made to be fast
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.RATE_LIMITS = False  # each limit has its own test
    settings.PICTURE_LOOK = False  # drawn grids show no face
    TransactionTestCase._fixture_teardown = lambda self: test_database.empty_tables()
    settings.PHOTO_CHECK = False  # takes a second a photo: tests of measures switch it on


# They take longest of the everyday tests: begun first, no process waits for another at the end.
FIRST = ("vision/test_photo_check.py", "techpack/test_run.py", "security/test_object_access.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.path.as_posix().endswith(FIRST))


def pytest_collection_finish() -> None:
    """What is imported stays: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Nothing in this database has to outlive a power cut, or to be tidied up after."""
    import psycopg
    from django.conf import settings

    from config.server import embedded_postgres

    with psycopg.connect(embedded_postgres.address(settings.DATA_DIR), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(autouse=True)
def _empty_storage(tmp_path_factory: pytest.TempPathFactory, settings) -> Iterator[None]:
    """Each test's files go to a folder of its own, and go with it."""
    folder = tmp_path_factory.mktemp("media")
    settings.MEDIA_ROOT = folder
    yield
    shutil.rmtree(folder, ignore_errors=True)
