"""What the actions of all these pages share: one service a row, and a report of what was skipped and why."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from blueprint import guards, services, shoots

NOTHING = "nothing to do"


@dataclass
class Outcome:
    changed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def words(self, what: str) -> str:
        """ "2 asked for, 1 skipped: 1 x There is no selfie yet." """
        reasons = " ".join(f"{count} × {_sentence(reason)}" for reason, count in self.skipped.most_common())
        colon = f": {reasons}" if reasons else "."
        return f"{self.changed} {what}, {self.skipped.total()} skipped{colon}"


def each(
    rows: QuerySet[Any], service: Callable[..., object], key: str, *, otherwise: str = NOTHING
) -> Outcome:
    """Call the service for every row, by its id: whether it may is looked at under the lock. A row it
    returns nothing for is skipped for the reason `otherwise`."""
    outcome = Outcome()
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        try:
            done, reason = service(**{key: pk}), otherwise
        except guards.Refused as refused:
            done, reason = None, refused.sentence
        except (services.NotPossible, shoots.Invalid) as error:
            done, reason = None, str(error)
        outcome.changed += bool(done)
        outcome.skipped.update([] if done else [reason])
    return outcome


class Acting:
    """For a ModelAdmin. An action chosen on the page of one row leads back there."""

    row_key: str  # what services call the id of a row

    def tell(self, request: HttpRequest, outcome: Outcome, what: str) -> None:
        level = messages.SUCCESS if outcome.changed else messages.WARNING
        self.message_user(request, outcome.words(what), level)  # type: ignore[attr-defined]

    def act(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        service: Callable[..., object],
        what: str,
        *,
        otherwise: str = NOTHING,
    ) -> HttpResponse | None:
        self.tell(request, each(rows, service, self.row_key, otherwise=otherwise), what)
        return back(request, rows)

    def ask_first(self, request: HttpRequest, rows: QuerySet[Any], **words: Any) -> TemplateResponse:
        """The page that asks whether it is meant: `action`, `question`, `lines`, `yes`."""
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": "Are you sure?",
            "pks": [row.pk for row in rows],
            "list_url": list_of(rows),
            **words,
        }
        return TemplateResponse(request, "admin/blueprint/confirm.html", context)


def back(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    """To the page the button was on; None for the list."""
    row = rows.first() if "from_page" in request.POST else None
    return redirect(page_of(row)) if row is not None else None


def page_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def list_of(rows: QuerySet[Any]) -> str:
    return reverse(f"admin:{rows.model._meta.app_label}_{rows.model._meta.model_name}_changelist")


def _sentence(reason: str) -> str:
    return reason if reason.endswith(".") else f"{reason}."
