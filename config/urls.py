from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from generation import webhooks
from generation.storage import media


def mark(request: HttpRequest) -> HttpResponseRedirect:
    """Browsers ask for it of their own accord where no page names it: beside a picture, or the API."""
    return HttpResponseRedirect(static("img/favicon.svg"))


handler500 = "config.errors.server_error"

urlpatterns = [
    path("favicon.ico", mark),
    path("", RedirectView.as_view(pattern_name="techpack:products")),
    path("admin/", admin.site.urls),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="account-sessions")),  # allauth has one, too
    path("accounts/", include("allauth.urls")),
    path("account/", include("accounts.urls")),
    path("techpacks/", include("techpack.urls")),
    path("blueprint/", include("blueprint.urls")),
    path("api/", include("config.api")),
    path("media/<uuid:asset_id>/<slug:variant>", media.serve, name="media"),
    path("webhooks/replicate/", webhooks.replicate, name="replicate-webhook"),
]
