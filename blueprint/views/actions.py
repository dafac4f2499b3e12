"""What a subscriber does. Every address takes a POST, does one thing, and answers with the cells
that changed, or, without scripts, leads back to the page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from blueprint import access, style_form
from blueprint.forms import RedoForm
from blueprint.models import Frame, Redo, Shoot, Subscriber
from blueprint.models.subscribers import SLOTS
from blueprint.presenters.gallery import Gallery
from blueprint.presenters.polling import Poll
from blueprint.services import favourites, grids, redos
from blueprint.services.grids import NotPossible
from blueprint.services.guards import NotAllowed
from blueprint.views.access import Request, no_link, private
from blueprint.views.gallery import render_changes, render_page
from core.polling import PollError

Act = Callable[..., str]


def action(act: Act) -> Callable[..., HttpResponse]:
    """A view that lets `act` do something to the thirty. `act` says what it did in a sentence, and
    raises NotAllowed or NotPossible. Whoever comes with a GET (a reload, a bookmark) is led to the page."""

    @never_cache
    @wraps(act)
    def view(request: Request, **asked: Any) -> HttpResponse:
        subscriber = access.subscriber_of(request)
        if subscriber is None:
            return no_link(request)
        if request.method != "POST":
            return redirect("blueprint:paid")
        try:
            poll = Poll.of(request)
        except PollError:
            return HttpResponseBadRequest("version is a number.")
        if poll.is_of_another(subscriber):
            return HttpResponseClientRefresh()
        done = _done(act, subscriber, asked)
        subscriber.refresh_from_db()
        return _answer(request, Gallery(subscriber), poll, done, asked.get("number"))

    return view


@dataclass(frozen=True)
class Done:
    sentence: str
    status: int = 200

    @property
    def was_refused(self) -> bool:
        return self.status != 200

    @property
    def toast(self) -> dict[str, str]:
        return {"text": self.sentence, "tone": "bad" if self.was_refused else "plain"}


def _done(act: Act, subscriber: Subscriber, asked: dict[str, Any]) -> Done:
    try:
        return Done(act(subscriber, **asked))
    except NotAllowed as refused:
        return Done(refused.sentence, refused.status)
    except NotPossible as reason:
        return Done(str(reason), 409)


def _answer(request: Request, gallery: Gallery, poll: Poll, done: Done, number: int | None) -> HttpResponse:
    """A refusal too brings what changed: the page it came from was not up to date."""
    if request.htmx and "version" not in request.POST:
        return HttpResponseClientRefresh()  # from the page of one grid
    if request.htmx:
        response = render_changes(request, gallery, poll.version)
        return trigger_client_event(response, "toast", done.toast) if done.sentence else response
    if done.was_refused:
        return render_page(request, gallery, status=done.status, notice=done.sentence)
    place = f"#grid-{number}" if number else ""
    return HttpResponseRedirect(f"{gallery.address}{place}", status=303)


def _grids(count: int) -> str:
    return "1 grid is" if count == 1 else f"{count} grids are"


@action
def generate_missing(subscriber: Subscriber) -> str:
    started = grids.start_missing_grids(subscriber_id=subscriber.pk)
    return f"{_grids(len(started))} on the way." if started else "Everything that is missing is under way."


@action
def retry_failed(subscriber: Subscriber) -> str:
    started = grids.retry_failed_grids(subscriber_id=subscriber.pk)
    return f"{_grids(len(started))} tried again." if started else "There is nothing left to try again."


@action
def cancel(subscriber: Subscriber) -> str:
    shoot = Shoot.objects.filter(subscriber=subscriber, kind=Shoot.Kind.PAID).first()
    if shoot is None or not grids.cancel_pending(subscriber_id=subscriber.pk, shoot_id=shoot.pk):
        return "Nothing was under way."
    return "What waited is canceled. What the engine had begun ends as soon as it lets go, or is kept."


@action
def generate(subscriber: Subscriber, number: int) -> str:
    _known(number)
    started = grids.start_paid_grid(subscriber_id=subscriber.pk, number=number)
    return (
        "" if started.is_new else f"Grid {number} is {'under way' if started.prediction else 'here'} already."
    )


@private
def redo(request: Request, subscriber: Subscriber, number: int) -> HttpResponse:
    """Says which frame ("frame", 0 for the whole) and what is wrong with it ("reason")."""
    form = RedoForm(request.POST)
    if request.method == "POST" and not form.is_valid():
        return _said_nothing(request, subscriber)
    return _redo(request, number=number, **(form.cleaned_data if request.method == "POST" else {}))


@action
def _redo(subscriber: Subscriber, number: int, frame: int, reason: str) -> str:
    _known(number)
    redos.redo(subscriber_id=subscriber.pk, number=number, frame=frame, reason=Redo.Reason(reason))
    left = redos.left(subscriber.pk)
    return (
        f"Grid {number} is being made again, free: {left} redo{pluralize(left)} left. The old picture stays"
        " until the new one is stored."
    )


def _said_nothing(request: Request, subscriber: Subscriber) -> HttpResponse:
    words = "Say what is wrong with the frame: choose one of the reasons."
    if request.htmx:
        return trigger_client_event(HttpResponse(status=204), "toast", {"text": words, "tone": "bad"})
    return render_page(request, Gallery(subscriber), status=400, notice=words)


def _known(number: int) -> None:
    if not 1 <= number <= SLOTS:
        raise Http404("There is no such grid.")


@require_POST
@private
def choose_wishes(request: Request, subscriber: Subscriber) -> HttpResponse:
    form = style_form.WishesForm(request.POST)
    if not form.is_valid():
        return render_page(request, Gallery(subscriber), status=422, wishes=form)
    try:
        style_form.set_wishes(subscriber_id=subscriber.pk, **form.cleaned_data)
    except NotPossible as reason:
        return render_page(request, Gallery(subscriber), status=409, notice=str(reason))
    return redirect("blueprint:paid")


@require_POST
@private
def favourite(request: Request, subscriber: Subscriber, frame_id: int) -> HttpResponse:
    frame = favourites.mark(
        subscriber_id=subscriber.pk, frame_id=frame_id, favourite=request.POST.get("favourite") == "1"
    )
    if frame is None:
        raise Http404("There is no such frame.")
    subscriber.refresh_from_db()
    shoot = frame.grid.shoot
    gallery = Gallery(subscriber, None if shoot.is_paid else shoot)
    if not request.htmx:
        return HttpResponseRedirect(
            f"{gallery.grid_address(frame.grid.number)}?frame={frame.position}", status=303
        )
    return _with_heart(request, gallery, frame)


def _with_heart(request: Request, gallery: Gallery, frame: Frame) -> HttpResponse:
    """The heart in both of its places; from an open gallery with the cells that changed."""
    try:
        since = Poll.of(request).version
    except PollError:
        return HttpResponseBadRequest("version is a number.")
    if "version" in request.POST:
        return render_changes(request, gallery, since, frame=frame)
    return render(request, "blueprint/sheet.html#hearts", {"frame": frame, "oob": True})


@require_POST
@never_cache
def leave(request: Request) -> HttpResponse:
    """This browser forgets the link; nothing else changes."""
    response = render(request, "blueprint/left.html")
    response.delete_cookie(access.COOKIE)
    return response
