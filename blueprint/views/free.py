"""The free blueprint: its page, the confirmation of the address, and the end of reminders."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blueprint import access, scenes
from blueprint.emails import delivery, follow_up
from blueprint.forms import TOO_MANY_CHECKS, FreeForm, check_photo
from blueprint.models import Shoot, Subscriber
from blueprint.services import free_blueprint, free_grids
from blueprint.services.grids import Start
from blueprint.services.guards import NotAllowed
from blueprint.views.access import private
from core.storage import STORAGE_ERRORS
from generation.storage import images

get_and_post = require_http_methods(["GET", "HEAD", "POST"])

SENT_TO = "free_blueprint_sent_to"  # in the session: so that a mistyped address is seen
TOO_OFTEN = "Too many free blueprints were asked for from your network today. Try again tomorrow."
STORAGE_AWAY = "Your photos could not be stored just now. Nothing was sent; try again in a minute."


# --- asking -----------------------------------------------------------------------------------------


@get_and_post
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    form, status = FreeForm(), HTTPStatus.OK
    if request.method == "POST":
        form = FreeForm(request.POST, request.FILES)
        status = _asked(request, form)
        if status == HTTPStatus.CREATED:
            return _next(request, reverse("blueprint:free-sent"))
    if _wants_json(request):
        return JsonResponse({"errors": form.sentences, "photos": form.photo_problems}, status=status)
    return render(request, "blueprint/free.html", _about(request, form), status=status)


def _asked(request: HttpRequest, form: FreeForm) -> HTTPStatus:
    """CREATED, or what stands in the way, which is among the errors of the form then."""
    form.may_look = ratelimit.consume(request, action="free_blueprint_photo")
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if not ratelimit.consume(request, action="free_blueprint"):
        form.add_error(None, TOO_OFTEN)
        return HTTPStatus.TOO_MANY_REQUESTS
    given = form.cleaned_data
    asked = free_blueprint.Request(
        given["email"], given["vibe"], given["feed_style"], form.photos, given["form"]
    )
    try:
        free_blueprint.ask(asked)
    except STORAGE_ERRORS:
        form.add_error(None, STORAGE_AWAY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    request.session[SENT_TO] = asked.email
    return HTTPStatus.CREATED


def _about(request: HttpRequest, form: FreeForm) -> dict[str, Any]:
    return {
        "form": form,
        "known": access.subscriber_of(request),
        "titles": [(number, scenes.title(number)) for number in range(1, scenes.GRIDS + 1)],
        "days": settings.SELFIE_DAYS,
        "most_bytes": images.MOST_BYTES,
    }


def _wants_json(request: HttpRequest) -> bool:
    return request.method == "POST" and request.headers.get("Accept") == "application/json"


def _next(request: HttpRequest, address: str) -> HttpResponse:
    return JsonResponse({"next": address}) if _wants_json(request) else redirect(address)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong, and what is good, about one photo, as soon as it is chosen. Nothing of it is kept."""
    upload = request.FILES.get("photo")
    if upload is None:
        return JsonResponse({"refused": ["No photo came."], "warnings": []}, status=HTTPStatus.BAD_REQUEST)
    if not ratelimit.consume(request, action="free_blueprint_photo"):
        said: dict[str, Sequence[str]] = {"refused": [], "warnings": [TOO_MANY_CHECKS]}
        return JsonResponse(said, status=HTTPStatus.TOO_MANY_REQUESTS)
    checked = check_photo(upload)
    said = {"refused": checked.refused, "warnings": checked.warnings, "good": checked.good}
    return JsonResponse({key: list(sentences) for key, sentences in said.items()})


@require_safe
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """The address is said once: a session that kept it would outlive whoever is erased."""
    return render(request, "blueprint/free_sent.html", {"email": request.session.pop(SENT_TO, None)})


# --- confirming ---------------------------------------------------------------------------------------


@get_and_post
@never_cache
def confirm(request: HttpRequest, signed: str) -> HttpResponse:
    """A GET only shows a button: programs that look at mail follow every link in it."""
    subscriber = free_blueprint.requested_by(signed)
    if subscriber is not None and free_blueprint.is_open(subscriber) and request.method == "POST":
        opened = free_blueprint.confirm(subscriber_id=subscriber.pk)
        if opened is not None:
            return access.remember(redirect("blueprint:free"), opened.access_token or "")
        subscriber = free_blueprint.requested_by(signed)
    response = _unconfirmed(request, subscriber)
    response["X-Robots-Tag"] = "noindex"
    return response


def _unconfirmed(request: HttpRequest, subscriber: Subscriber | None) -> HttpResponse:
    """The button; or, once the link was used, the gallery for whoever is in already. The link opens
    nothing a second time: a mail may lie around for long."""
    is_open = subscriber is not None and free_blueprint.is_open(subscriber)
    if subscriber is not None and not is_open and access.subscriber_of(request) == subscriber:
        return redirect("blueprint:free")
    context = {
        "is_open": is_open,
        "was_used": subscriber is not None and not is_open,
        "email": subscriber.email if subscriber is not None else "",
    }
    status = HTTPStatus.OK if is_open else HTTPStatus.GONE
    return render(request, "blueprint/free_confirm.html", context, status=status)


# --- what the gallery of the free grid offers -----------------------------------------------------------


@require_POST
@private
def start(request: HttpRequest, subscriber: Subscriber) -> HttpResponseBase:
    """Ask for the free grid again after it failed, or for the first time with a link of one's own."""
    outcome = free_grids.start_or_wait(subscriber_id=subscriber.pk)
    has_place = Shoot.objects.filter(subscriber=subscriber, kind=Shoot.Kind.FREE).exists()
    if isinstance(outcome, Start) or has_place:
        return redirect("blueprint:free")
    return _refused(request, outcome)


def _refused(request: HttpRequest, refused: NotAllowed) -> HttpResponse:
    return render(request, "blueprint/free_refused.html", {"refused": refused}, status=refused.status)


# --- no reminders ---------------------------------------------------------------------------------------


@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signature is the credential
@get_and_post
@never_cache
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    try:
        subscriber_id = signing.loads(signed, salt=delivery.UNSUBSCRIBE_SALT)
    except signing.BadSignature:
        return render(
            request, "blueprint/unsubscribed.html", {"is_broken": True}, status=HTTPStatus.NOT_FOUND
        )
    if request.method == "POST":
        follow_up.unsubscribe(subscriber_id=subscriber_id)
    return render(request, "blueprint/unsubscribed.html", {"is_done": request.method == "POST"})
