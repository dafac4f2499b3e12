"""The site's own addresses and two more, behind all middleware like any other: an empty view, and a JSON of
thirty items that is rebuilt for each poll, as Healthchecks answers those of its pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import include, path

from blueprint.models import Grid


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@login_required
def checks(request: HttpRequest, shoot_id: int) -> HttpResponse:
    rows = Grid.objects.filter(shoot=shoot_id).select_related("prediction", "shoot").order_by("number")
    details = [
        {
            "code": row.pk,
            "status": row.prediction.status if row.prediction else "new",
            "since": row.filled_at.isoformat() if row.filled_at else "",
            "details": render_to_string("components/toast.html", {"text": row.title, "tone": "plain"}),
        }
        for row in rows
    ]
    return JsonResponse({"details": details, "title": f"{len(details)} up"})


urlpatterns = [
    path("empty/", empty),
    path("checks/<int:shoot_id>/", checks),
    path("", include("config.urls")),
]
