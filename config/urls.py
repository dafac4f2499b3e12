from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from billing import webhooks as billing_webhooks
from config.staff import find
from generation import webhooks
from generation.storage import media
from techpack.views import landing, shared


def mark(request: HttpRequest) -> HttpResponseRedirect:
    """Browsers ask for it of their own accord where no page names it: beside a picture, or the API."""
    return HttpResponseRedirect(static("img/favicon.svg"))


# Staff sign in on the same page as everybody else, under the same limits on guesses. The admin's own form
# has none, so it takes no POST: not even from staff, who could guess at a colleague's password there.
admin.site.login = secure_admin_login(require_safe(admin.site.login))  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Selvedge"
admin.site.index_title = "What needs a look"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("favicon.ico", mark),
    path("", landing.landing, name="landing"),
    path("robots.txt", landing.robots),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": landing.PublicPages}}, name="sitemap"),
    path(
        "admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")
    ),  # limited, too
    path("admin/find/", admin.site.admin_view(find.find), name="admin-find"),
    path("admin/", admin.site.urls),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="account-sessions")),  # allauth has one, too
    path("accounts/", include("allauth.urls")),
    path("account/", include("accounts.urls")),
    path("techpacks/", include("techpack.urls")),
    path("revision/<uuid:public_id>/", shared.revision_status, name="revision-status"),
    path("shared/<str:token>/", shared.shared, name="shared"),
    path("shared/<str:token>/<slug:kind>.file", shared.shared_file, name="shared-file"),
    path(
        "shared/<str:token>/flats/<int:place>.svg", shared.shared_flat, {"kind": "flat"}, name="shared-flat"
    ),
    path(
        "shared/<str:token>/labels/<int:place>.svg",
        shared.shared_flat,
        {"kind": "labels"},
        name="shared-labels",
    ),
    path("orders/", include("billing.urls")),
    path("blueprint/", include("blueprint.urls")),
    path("api/", include("config.api")),
    path("media/<uuid:asset_id>/<slug:variant>", media.serve, name="media"),
    path("webhooks/replicate/", webhooks.replicate, name="replicate-webhook"),
    path("webhooks/stripe/", billing_webhooks.receive, name="stripe-webhook"),
]
