"""Files that a browser saves instead of showing."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def as_download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Answer with a file to save under `name`, whatever letters it is written in."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
