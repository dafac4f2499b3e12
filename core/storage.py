"""The errors a file storage (a folder or a bucket) raises when it cannot be reached."""

from botocore.exceptions import BotoCoreError, ClientError

STORAGE_ERRORS = (OSError, BotoCoreError, ClientError)
