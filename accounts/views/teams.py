"""Teams: made, joined, left, and the one that somebody works in."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import team_deletion, teams, workspace
from accounts.forms import DeleteTeamForm, InviteForm, TeamForm
from accounts.http import SignedInRequest
from accounts.models import Invitation, Membership, Role

get_and_post = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponse]


def _said(view: View) -> View:
    """What is not allowed is said on the page that follows, and nothing is done."""

    @wraps(view)
    def inner(request: SignedInRequest, *args: Any, **more: Any) -> HttpResponse:
        try:
            return view(request, *args, **more)
        except teams.NotAllowed as error:
            messages.error(request, str(error))
            return redirect("account-teams")

    return inner


@login_required
@get_and_post
@_said
def team_list(request: SignedInRequest) -> HttpResponse:
    form, status = TeamForm(request.POST or None), HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            team = teams.create(user=request.user, name=form.cleaned_data["name"])
            workspace.choose(request, team.pk)
            messages.success(request, f"You are working in {team.name} now.")
            return redirect("account-team", team.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "memberships": teams.of(request.user), "here": workspace.current(request)}
    return render(request, "account/teams.html", context, status=status)


@login_required
@get_and_post
@_said
def team_page(request: SignedInRequest, team_id: int) -> HttpResponse:
    """Its members; its owners invite here."""
    mine = _mine(request, team_id)
    form, status = InviteForm(request.POST or None), HTTPStatus.OK
    if request.method == "POST":
        _require_owner(mine)
        if form.is_valid() and ratelimit.consume(request, action="invite", user=request.user):
            asked = form.cleaned_data
            teams.invite(team=mine.team, by=request.user, email=asked["email"], role=Role(asked["role"]))
            messages.success(request, f"Invited: {asked['email']}.")
            return redirect("account-team", team_id)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.TOO_MANY_REQUESTS
    context = {
        "mine": mine, "team": mine.team, "form": form, "roles": Role.choices,
        "is_owner": mine.role == Role.OWNER,
        "members": Membership.objects.filter(team=mine.team).select_related("user"),
        "invitations": Invitation.objects.filter(team=mine.team).order_by("pk"),
    }  # fmt: skip
    return render(request, "account/team.html", context, status=status)


@login_required
@get_and_post
def delete_team(request: SignedInRequest, team_id: int) -> HttpResponse:
    """Says in numbers what moves and what ends; the name typed once more does it."""
    mine = _mine(request, team_id)
    _require_owner(mine)
    form, problem, status = DeleteTeamForm(request.POST or None, team=mine.team), "", HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                team_deletion.delete(team=mine.team, by=request.user)
            except teams.NotAllowed as error:
                problem, status = str(error), HTTPStatus.CONFLICT
            else:
                workspace.choose(request, None)
                messages.success(request, f"{mine.team.name} is deleted. What it had is yours now.")
                return redirect("account-teams")
    context = {
        "team": mine.team, "form": form, "problem": problem, "holdings": team_deletion.holdings(mine.team),
    }  # fmt: skip
    return render(request, "account/delete_team.html", context, status=status)


@login_required
@require_POST
@_said
def work_in(request: SignedInRequest) -> HttpResponse:
    """Change to another team, or to working alone (an empty value)."""
    chosen = request.POST.get("team", "")
    workspace.choose(request, int(chosen) if chosen.isdecimal() and len(chosen) < 12 else None)
    return redirect("techpack:products")


@login_required
@require_POST
@_said
def change_member(request: SignedInRequest, team_id: int, member_id: int) -> HttpResponse:
    """`act` is a role, "hand-over" or "remove". A member may remove themselves."""
    mine = _mine(request, team_id)
    member = get_object_or_404(Membership.objects.select_related("user", "team"), pk=member_id, team=team_id)
    act = request.POST.get("act", "")
    if not (act == "remove" and member == mine):
        _require_owner(mine)
    if act == "remove":
        teams.remove(member=member)
        messages.success(request, "You have left the team." if member == mine else f"Removed: {member.user}.")
        return redirect("account-teams") if member == mine else redirect("account-team", team_id)
    if act == "hand-over":
        teams.hand_over(member=mine, to=member)
        messages.success(request, f"{member.user} owns the team now.")
    elif act in Role.values:
        teams.change_role(member=member, role=Role(act))
        messages.success(request, f"{member.user} is {Role(act).label.lower()} now.")
    return redirect("account-team", team_id)


@login_required
@require_POST
def withdraw_invitation(request: SignedInRequest, team_id: int, invitation_id: int) -> HttpResponse:
    _require_owner(_mine(request, team_id))
    invitation = get_object_or_404(Invitation, pk=invitation_id, team=team_id)
    invitation.delete()
    messages.success(request, f"Withdrawn: {invitation.email}.")
    return redirect("account-team", team_id)


@get_and_post
@never_cache
def join(request: HttpRequest, signed: str) -> HttpResponse:
    """A GET only shows a button: programs that look at mail follow every link in it."""
    invitation = teams.invitation_of(signed)
    problem, status = "", HTTPStatus.OK if invitation else HTTPStatus.GONE
    if invitation is not None and request.method == "POST" and request.user.is_authenticated:
        try:
            joined = teams.accept(invitation=invitation, user=request.user)
        except teams.NotAllowed as error:
            problem, status = str(error), HTTPStatus.FORBIDDEN
        else:
            workspace.choose(request, joined.team_id)
            messages.success(request, f"You are in {joined.team.name} now.")
            return redirect("techpack:products")
    context = {"invitation": invitation, "problem": problem}
    return render(request, "account/join.html", context, status=status)


def _mine(request: SignedInRequest, team_id: int) -> Membership:
    """A team of others is as absent as one that never was."""
    found = teams.membership(request.user, team_id)
    if found is None:
        raise Http404
    return found


def _require_owner(mine: Membership) -> None:
    if mine.role != Role.OWNER:
        raise PermissionDenied("Only an owner of the team can do that.")
