"""An S3 in a process of its own, over HTTP, and the storages that a test of files runs on.

`python -m tests.support.s3` is that process: it prints its port and lives until its stdin is closed, so
that it never outlives the tests.
"""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


class Bucket:
    """A bucket of its own, and what a test looks at behind the site's back."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.endpoint = endpoint
        self.name = name

    def create(self) -> None:
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        signed = Config(signature_version="s3v4")
        session.client("s3", endpoint_url=self.endpoint, config=signed).create_bucket(Bucket=self.name)

    def away(self) -> "Bucket":
        """The same at an address where nobody listens."""
        return Bucket("http://127.0.0.1:9", self.name)

    def url(self, key: str) -> str:
        """The plain address of an object, signed by nobody."""
        return f"{self.endpoint}/{self.name}/{key}"

    def environment(self) -> dict[str, str]:
        """What a process of the site needs to use it."""
        return {**KEYS, "AWS_STORAGE_BUCKET_NAME": self.name, "AWS_S3_ENDPOINT_URL": self.endpoint}

    def use(self, settings: Any) -> None:
        from config import s3

        options = s3.options(self.name, self.endpoint, connections=10)
        settings.AWS_STORAGE_BUCKET_NAME = self.name
        settings.AWS_S3_ENDPOINT_URL = self.endpoint
        settings.STORAGES = settings.STORAGES | {
            "default": {"BACKEND": "core.bucket.OneRequestStorage", "OPTIONS": options}
        }


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.s3"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    port = process.stdout.readline().strip()
    assert port, f"the S3 of the tests did not start: exit code {process.wait(5)}"
    yield f"http://127.0.0.1:{port}"
    process.stdin.close()
    process.wait(20)
    process.stdout.close()


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Bucket:
    """The files of this test go to a bucket of its own."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    made = Bucket(s3_endpoint, f"files-{uuid.uuid4().hex[:12]}")
    made.create()
    made.use(settings)
    return made


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest) -> Bucket | None:
    """The same test on the file system, and on S3 (then: the bucket)."""
    return request.getfixturevalue("bucket") if request.param == "bucket" else None


def _serve() -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    _serve()
