"""Settings for an S3-compatible bucket, when the environment names one.

Objects are private, and handed out by addresses that are signed for minutes. Who holds the
credentials needs s3:GetObject, PutObject and DeleteObject, and ListBucket: without that a missing
object looks like a forbidden one.
"""

from typing import Any
from urllib.parse import urlsplit


def options(bucket: str, endpoint: str | None, *, connections: int) -> dict[str, Any]:
    """OPTIONS of `core.bucket.OneRequestStorage`. `connections`: threads that use it at once."""
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": _addressing(bucket, endpoint)},
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=connections,
        # boto3 asks for checksums by itself that several S3-compatible services do not know.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return {
        "bucket_name": bucket,
        "endpoint_url": endpoint,
        "client_config": config,
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": True,
    }


def origins(bucket: str, endpoint: str | None) -> list[str]:
    """Where pictures come from once `/media/` has redirected: the Content Security Policy must
    name it, or a browser does not show them."""
    if endpoint:
        parts = urlsplit(endpoint)
        return [f"{parts.scheme}://{parts.netloc}"] if parts.scheme and parts.netloc else []
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    unsigned = Config(signature_version=UNSIGNED, s3={"addressing_style": _addressing(bucket, endpoint)})
    client = boto3.Session().client("s3", config=unsigned)  # its region comes from boto3's own variables
    parts = urlsplit(client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "any"}))
    return [f"{parts.scheme}://{parts.netloc}"]


def _addressing(bucket: str, endpoint: str | None) -> str:
    """A path is what every other service knows, and what TLS needs for a bucket with dots. Amazon's
    own buckets are hosts: otherwise an address signed for another region is redirected, and refused."""
    return "path" if endpoint or "." in bucket else "virtual"
