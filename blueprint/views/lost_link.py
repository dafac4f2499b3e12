"""A private link that is lost: its mail once more, to the address it belongs to."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from blueprint.forms import LostLinkForm
from blueprint.services import free_blueprint

SENT_TO = "lost_link_sent_to"  # in the session: so that a mistyped address is seen
TOO_OFTEN = "Too many links were asked for from your network. Try again in an hour."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Everybody reads the same answer: only the mail knows whether the address has a blueprint."""
    form, status = LostLinkForm(), HTTPStatus.OK
    if request.method == "POST":
        form = LostLinkForm(request.POST)
        status = _asked(request, form)
        if status == HTTPStatus.CREATED:
            return redirect("blueprint:lost-link")
    context = {"form": form, "sent_to": request.session.pop(SENT_TO, "")}
    response = render(request, "blueprint/lost_link.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _asked(request: HttpRequest, form: LostLinkForm) -> HTTPStatus:
    """CREATED, or what stands in the way, which is among the errors of the form then."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if not ratelimit.consume(request, action="blueprint_link"):
        form.add_error(None, TOO_OFTEN)
        return HTTPStatus.TOO_MANY_REQUESTS
    free_blueprint.send_link(form.cleaned_data["email"])
    request.session[SENT_TO] = form.cleaned_data["email"]
    return HTTPStatus.CREATED
