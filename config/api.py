"""The JSON APIs of all products in one document, at `/api/`."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.generic import RedirectView

from blueprint.api import described
from techpack.api.app import Api, nothing_here
from techpack.api.docs import page

api = Api(also=described.PATHS)


@cache
def _page() -> object:
    return page(api.get_openapi_schema())


def docs(request: HttpRequest) -> HttpResponse:
    return _page()(request)  # type: ignore[operator]


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api-docs")),
    path("docs", docs, name="api-docs"),
    path("", api.urls),
    path("<path:rest>", nothing_here),
]
