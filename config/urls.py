from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from generation import webhooks
from generation.storage import media
from techpack.views import shared


def mark(request: HttpRequest) -> HttpResponseRedirect:
    """Browsers ask for it of their own accord where no page names it: beside a picture, or the API."""
    return HttpResponseRedirect(static("img/favicon.svg"))


urlpatterns = [
    path("favicon.ico", mark),
    path("", RedirectView.as_view(pattern_name="techpack:products")),
    path("admin/", admin.site.urls),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="account-sessions")),  # allauth has one, too
    path("accounts/", include("allauth.urls")),
    path("account/", include("accounts.urls")),
    path("techpacks/", include("techpack.urls")),
    path("revision/<uuid:public_id>/", shared.revision_status, name="revision-status"),
    path("shared/<str:token>/", shared.shared, name="shared"),
    path("shared/<str:token>/<slug:kind>.file", shared.shared_file, name="shared-file"),
    path("shared/<str:token>/flats/<int:place>.svg", shared.shared_flat, name="shared-flat"),
    path("blueprint/", include("blueprint.urls")),
    path("api/", include("config.api")),
    path("media/<uuid:asset_id>/<slug:variant>", media.serve, name="media"),
    path("webhooks/replicate/", webhooks.replicate, name="replicate-webhook"),
]
