"""Shoots: the paid thirty and the free grid to look at, and those that staff run."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, DELETION
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from blueprint.admin import grid_strips
from blueprint.admin.bulk_actions import Acting, page_of
from blueprint.admin.forms import ScenesForm, ShootForm
from blueprint.models import SLOTS, Shoot
from blueprint.services import shoots
from blueprint.services.grids import NotPossible
from core.admin import OPERATE, LargeList

Rows = QuerySet[Shoot]
BUTTONS = (
    ("start", "Start, or go on"),
    ("retry_failed", "Retry what failed"),
    ("cancel", "Cancel what is under way"),
    ("delete", "Delete"),
)


class ShootList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        found = grid_strips.of_shoots(self.result_list)
        for row in self.result_list:
            row.strip = found[row.pk]


@admin.register(Shoot)
class ShootAdmin(Acting, LargeList):
    form = ShootForm
    list_display = ("__str__", "subscriber", "kind", "strip", "progress", "created_by", "created_at")
    list_filter = ("kind", "created_at")
    search_fields = ("title", "subscriber__email", "subscriber__name", "=subscriber__id")
    ordering = ("-pk",)
    list_per_page = 25
    list_select_related = ("subscriber", "created_by")
    autocomplete_fields = ("subscriber",)
    actions = tuple(name for name, _ in BUTTONS)
    row_key = "shoot_id"
    fields = ("subscriber", "title", "scenes")
    SHOWN: ClassVar = ("subscriber", "kind", "title", "planned", "created_by", "created_at")

    class Media:
        css: ClassVar = {"all": ("css/admin-blueprint.css",)}

    def get_changelist(self, request: HttpRequest, **more: Any) -> type[ChangeList]:
        return ShootList

    @admin.display(description="grids")
    def strip(self, row: Any) -> SafeString:
        return row.strip.render()

    @admin.display(description="progress")
    def progress(self, row: Any) -> str:
        return f"{row.strip.done}/{row.planned}"

    # --- a new one, and one of them ---------------------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else self.SHOWN

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # deleted by the action, which looks whether any of it is being made

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(OPERATE)

    def save_model(self, request: HttpRequest, obj: Shoot, form: Any, change: bool) -> None:
        facts = form.cleaned_data
        made = shoots.create_shoot(
            subscriber_id=facts["subscriber"].pk,
            title=facts["title"],
            scenes=facts["scenes"],
            by=request.user,
        )
        obj.pk, obj.planned, obj.kind = made.pk, made.planned, made.kind

    def response_add(self, request: HttpRequest, obj: Shoot, post_url_continue: Any = None) -> HttpResponse:
        self.message_user(request, f"The shoot has {obj.planned} grids. Start it when you like.")
        return redirect(page_of(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        context = self._page(request, row) if row is not None else {}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def _page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        strip = grid_strips.of_shoots([row])[row.pk]
        may_run = row.kind == Shoot.Kind.STAFF and self.has_run_permission(request)
        return {
            "strip": strip,
            "grids": grid_strips.told(strip, row),
            "buttons": BUTTONS if may_run else (),
            "list_url": reverse("admin:blueprint_shoot_changelist"),
            "scenes_form": ScenesForm() if may_run and row.planned < SLOTS else None,
        }

    def get_urls(self) -> list[URLPattern]:
        scenes = self.admin_site.admin_view(require_POST(self.add_scenes))
        return [path("<int:shoot_id>/scenes/", scenes, name="blueprint_shoot_scenes"), *super().get_urls()]

    def add_scenes(self, request: HttpRequest, shoot_id: int) -> HttpResponse:
        shoot = get_object_or_404(Shoot, pk=shoot_id)
        form = ScenesForm(request.POST)
        if not self.has_run_permission(request):
            self.message_user(request, "You may not change shoots.", messages.ERROR)
        elif form.is_valid():
            self._append(request, shoot, form.cleaned_data["scenes"])
        else:
            self.message_user(request, " ".join(map(str, form.errors["scenes"])), messages.ERROR)
        return redirect(page_of(shoot))

    def _append(self, request: HttpRequest, shoot: Shoot, scenes: list[str]) -> None:
        try:
            now = shoots.append_scenes(shoot_id=shoot.pk, scenes=scenes)
        except (shoots.Invalid, NotPossible) as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log(request, Shoot, [shoot.pk], f"{len(scenes)} grids added.", CHANGE)
            self.message_user(request, f"{len(scenes)} added: the shoot has {now} grids.")

    # --- actions ----------------------------------------------------------------------------------------

    @admin.action(description="Start, or go on with what is missing", permissions=["run"])
    def start(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        return self.act(request, queryset, shoots.start, "started", otherwise="all is there, or under way")

    @admin.action(description="Retry what failed", permissions=["run"])
    def retry_failed(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        return self.act(request, queryset, shoots.retry_failed, "started again", otherwise="nothing failed")

    @admin.action(description="Cancel what is under way", permissions=["run"])
    def cancel(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        return self.act(request, queryset, shoots.cancel, "asked to end", otherwise="nothing is under way")

    @admin.action(description="Delete shoots of staff", permissions=["run"])
    def delete(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        if "confirmed" in request.POST:
            return self.act(request, queryset, shoots.delete, "deleted", flag=DELETION)
        return self.ask_first(
            request,
            queryset,
            action="delete",
            question="Delete these shoots with all their pictures? The cost stays on record.",
            lines=[f"{row}, {row.planned} grids" for row in queryset],
            yes="Yes, delete them",
        )
