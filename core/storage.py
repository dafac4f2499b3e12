"""The errors a file storage (a folder or a bucket) raises when it cannot be reached."""

from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.exceptions import RetriesExceededError

STORAGE_ERRORS = (OSError, BotoCoreError, ClientError, RetriesExceededError)
