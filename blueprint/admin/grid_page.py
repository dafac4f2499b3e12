"""One of the thirty, for whoever is asked why it is missing: its story, and one button that mends it."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern

from blueprint import scenes
from blueprint.admin.bulk_actions import Acting
from blueprint.models import SLOTS, Subscriber
from blueprint.presenters.grid_diagnosis import Story
from blueprint.services.grids import NotPossible
from blueprint.services.guards import NotAllowed
from generation.transitions import NotOurs


class GridPage(Acting):
    """Mixed into the admin of subscribers."""

    admin_site: Any

    def grid_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.show_grid)
        return [path("<int:pk>/grids/<int:number>/", view, name="blueprint_subscriber_grid")]

    def show_grid(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        row = get_object_or_404(Subscriber, pk=pk)
        if not self.has_view_permission(request, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        if not 1 <= number <= SLOTS:
            raise Http404
        story = Story(row, number)
        if request.method == "POST":
            self._mend(request, story)
            return redirect(reverse("admin:blueprint_subscriber_grid", args=[pk, number]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Grid {number}, {scenes.title(number)}, of {row.email}",
            "original": row,
            "story": story,
            "may_mend": self.has_operate_permission(request),
        }
        return TemplateResponse(request, "admin/blueprint/grid_story.html", context)

    def _mend(self, request: HttpRequest, story: Story) -> None:
        """What the page offers now, which may be another thing than it offered when it was opened."""
        if not self.has_operate_permission(request):
            raise PermissionDenied
        remedy = story.remedy()
        if remedy.press is None:
            self._say(request, f"Nothing was done: {remedy.words}", messages.WARNING)
            return
        try:
            remedy.press()
        except NotAllowed as refused:
            self._say(request, f"Nothing was done: {refused.sentence}", messages.WARNING)
            return
        except (NotPossible, NotOurs):
            self._say(request, "Nothing was done: it has moved on meanwhile.", messages.WARNING)
            return
        self.log(request, Subscriber, [story.subscriber.pk], f"Grid {story.number}: {remedy.button}.", CHANGE)
        self._say(request, "It is on its way. Load this page again in a minute.", messages.SUCCESS)

    def _say(self, request: HttpRequest, words: str, level: int) -> None:
        self.message_user(request, words, level)  # type: ignore[attr-defined]
