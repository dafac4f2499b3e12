"""Error answers for failures on our side."""

import sys

from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults

from config.api import api
from core.api import RETRY_AFTER
from core.outages import is_outage, names_what_is_gone


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database or our storage is away, in the form of whoever asks; 404 when what was written
    about was deleted at the same moment; else 500. Called while the exception is being handled."""
    error = sys.exc_info()[1]
    if error is not None and names_what_is_gone(error):
        return defaults.page_not_found(request, Http404())
    if error is None or not is_outage(error):
        return defaults.server_error(request)
    if request.path.startswith("/api/"):
        return api.unavailable(request)
    page = loader.get_template("503.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"})
