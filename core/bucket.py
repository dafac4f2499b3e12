"""Files in an S3-compatible bucket, each read and written by one request.

django-storages asks for the head of a file before it reads it, and leaves both ways to s3transfer, whose
pieces and threads pictures of 40 MB at most do not need: that is two thirds of the processor time of a read
and half of a write's.
"""

import shutil
from tempfile import SpooledTemporaryFile
from typing import Any

from botocore.exceptions import ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

SPOOL_BYTES = 4 * 1024 * 1024  # in memory, of each file that is open
PIECE = 256 * 1024


class OneRequestStorage(S3Storage):
    def _open(self, name: str, mode: str = "rb") -> File:
        """Fetched whole, a large one into a file. Raises FileNotFoundError, and what `core.storage` names."""
        key = self._normalize_name(clean_name(name))
        try:
            answer = self._client.get_object(Bucket=self.bucket_name, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(f"File does not exist: {name}") from error
            raise
        spool = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - closed with the File
        shutil.copyfileobj(answer["Body"], spool, PIECE)
        spool.seek(0)
        return File(spool, name)

    def _save(self, name: str, content: File) -> str:
        cleaned = clean_name(name)
        key = self._normalize_name(cleaned)
        parameters = self._get_write_parameters(key, content)
        content.seek(0)
        self._client.put_object(Bucket=self.bucket_name, Key=key, Body=content.read(), **parameters)
        return str(cleaned)

    @property
    def _client(self) -> Any:
        return self.bucket.meta.client
