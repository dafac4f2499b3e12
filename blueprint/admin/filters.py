"""Search and list filters for subscribers and shoots."""

from typing import Any

from django.contrib import admin
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower, NullIf
from django.http import HttpRequest

from blueprint import scenes
from blueprint.models import Grid, Shoot, Subscriber
from generation.models import Prediction

YES_NO = [("yes", "Yes"), ("no", "No")]


class YesNo(admin.SimpleListFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return YES_NO

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        if self.value() == "yes":
            return self.those(queryset)
        if self.value() == "no":
            return queryset.exclude(pk__in=self.those(queryset).values("pk"))
        return queryset

    def those(self, rows: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        raise NotImplementedError


class HasFailures(YesNo):
    title = "failed grids"
    parameter_name = "failed"

    def those(self, rows: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        failed = Grid.objects.filter(
            shoot__subscriber=OuterRef("pk"), shoot__kind=Shoot.Kind.PAID, asset=None,
            prediction__status=Prediction.Status.FAILED,
        )  # fmt: skip
        return rows.filter(Exists(failed))


class TookFallback(YesNo):
    """As `Subscriber.took_fallback` says, in the database."""

    title = "vibe or feed style unknown"
    parameter_name = "fallback"

    def those(self, rows: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        mood = Coalesce(NullIf(F("feed_style"), Value("")), KT("form_data__feed_style"))
        named = rows.annotate(named_vibe=_name(KT("form_data__vibe")), named_mood=_name(mood))
        strange_vibe = Q(named_vibe__gt="") & ~Q(named_vibe__in=scenes.CATEGORIES)
        strange_mood = Q(named_mood__gt="") & ~Q(named_mood__in=scenes.MOODS)
        return named.filter(strange_vibe | strange_mood)


def _name(text: Any) -> Func:
    """Without case and white space, as the library compares names."""
    bare = Func(
        text, Value(r"\s"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    return Lower(bare)
