"""The multipart body of an upload."""

import json
import re
from typing import Any

BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
FIELD = re.compile(rb'\bname="([^"]*)"')
FILENAME = re.compile(rb'\bfilename="([^"]*)"')
KIND = re.compile(rb"^content-type:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def parse(content_type: str, body: bytes) -> tuple[str, str, bytes, dict[str, Any]]:
    """(file name, content type, content, metadata). Raises ValueError."""
    found = BOUNDARY.search(content_type)
    if not content_type.startswith("multipart/form-data") or not found:
        raise ValueError("Content-Type must be multipart/form-data")
    fields = _fields(body, found.group(1).encode())
    if b"content" not in fields:
        raise ValueError("Missing content")
    head, data = fields[b"content"]
    name, kind = FILENAME.search(head), KIND.search(head)
    metadata = json.loads(fields.get(b"metadata", (b"", b"{}"))[1])
    return (
        name.group(1).decode() if name else "file",
        kind.group(1).decode() if kind else "application/octet-stream",
        data,
        metadata,
    )


def _fields(body: bytes, boundary: bytes) -> dict[bytes, tuple[bytes, bytes]]:
    fields = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        head, _, data = part.partition(b"\r\n\r\n")
        name = FIELD.search(head)
        if name:
            fields[name.group(1)] = head, data
    return fields
