"""The JSON API of both products at `/api/`: one OpenAPI document and its page."""

from django.urls import path
from django.views.generic import RedirectView

from blueprint.api.app import blueprint_api
from core.api import JsonApi
from techpack.api.app import ABOUT, techpack_api

api = JsonApi(techpack_api, blueprint_api, description=ABOUT)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:openapi-view")),
    path("", api.urls),
]
