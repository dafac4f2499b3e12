"""Admin actions: one service call a row, and a report of what was skipped and why."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from blueprint.services import grids, guards, shoots
from core import audit
from core.admin import Roles, ask_first, reason_of

NOTHING = "nothing to do"


@dataclass
class Outcome:
    changed: list[int] = field(default_factory=list)  # by their ids
    skipped: Counter[str] = field(default_factory=Counter)

    def words(self, what: str) -> str:
        """ "2 asked for, 1 skipped: 1 x There is no selfie yet." """
        reasons = " ".join(f"{count} × {_sentence(reason)}" for reason, count in self.skipped.most_common())
        colon = f": {reasons}" if reasons else "."
        return f"{len(self.changed)} {what}, {self.skipped.total()} skipped{colon}"


def each(
    rows: QuerySet[Any], service: Callable[..., object], key: str, *, otherwise: str = NOTHING
) -> Outcome:
    """Call the service for every row, by its id: whether it may is looked at under the lock. A row it
    returns nothing for is skipped for the reason `otherwise`."""
    outcome = Outcome()
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        try:
            done, reason = service(**{key: pk}), otherwise
        except guards.NotAllowed as refused:
            done, reason = None, refused.sentence
        except (grids.NotPossible, shoots.Invalid) as error:
            done, reason = None, str(error)
        if done:
            outcome.changed.append(pk)
        else:
            outcome.skipped[reason] += 1
    return outcome


class Acting(Roles):
    """For a ModelAdmin. An action chosen on the page of one row leads back there."""

    row_key: str  # what services call the id of a row

    def do(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        service: Callable[..., object],
        what: str,
        *,
        otherwise: str = NOTHING,
        flag: int = CHANGE,
    ) -> Outcome:
        """To every row, with an entry of the log for each that was changed; in the audit log, too, when a
        reason was asked for."""
        outcome = each(rows, service, self.row_key, otherwise=otherwise)
        words = f"{self._described(request)}: {what}."
        self.log(request, rows.model, outcome.changed, words, flag)
        reason = reason_of(request)
        if reason is not None:
            action = audit.DELETED if flag == DELETION else audit.CHANGED
            audit.record(rows.model, outcome.changed, words, by=request.user, reason=reason, action=action)
        return outcome

    def log(self, request: HttpRequest, model: type[Model], pks: list[int], words: str, flag: int) -> None:
        """Rows are named by number: of somebody who is erased, the log keeps no address."""
        facts: dict[str, Any] = {
            "user_id": request.user.pk,
            "content_type": ContentType.objects.get_for_model(model),
            "action_flag": flag,
            "change_message": words,
        }
        name = model._meta.verbose_name
        entries = [LogEntry(object_id=str(pk), object_repr=f"{name} {pk}", **facts) for pk in pks]
        LogEntry.objects.bulk_create(entries)

    def _described(self, request: HttpRequest) -> str:
        chosen = getattr(type(self), request.POST.get("action", ""), None)
        return getattr(chosen, "short_description", "Done")

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
        flag: int = CHANGE,
    ) -> HttpResponse | None:
        self.tell(request, self.do(request, rows, service, what, otherwise=otherwise, flag=flag), what)
        return back(request, rows)

    def ask_first(self, request: HttpRequest, rows: QuerySet[Any], **words: Any) -> TemplateResponse:
        return ask_first(self, request, rows, **words)


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
