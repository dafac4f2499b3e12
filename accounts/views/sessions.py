"""List a user's sessions and let them sign out of each one."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from accounts.http import SignedInRequest


@login_required
@require_safe
def list_sessions(request: SignedInRequest) -> HttpResponse:
    rows = [
        {
            "session": session,
            "device": sessions.device(session.user_agent),
            "place": "" if session.ip == sessions.UNKNOWN else session.ip,
            "is_this": session.session_key == request.session.session_key,
        }
        for session in sessions.alive(request.user)
    ]
    rows.sort(key=lambda row: not row["is_this"])
    return render(request, "account/sessions.html", {"rows": rows})


@login_required
@require_POST
def end_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    if session.session_key == request.session.session_key:
        session.delete()
        logout(request)
        return redirect("account_login")
    sessions.end([session])
    messages.success(request, f"Signed out: {sessions.device(session.user_agent)}.")
    return redirect("account-sessions")


@login_required
@require_POST
def end_others(request: SignedInRequest) -> HttpResponse:
    ended = sessions.end_others(request.user, request.session.session_key)
    messages.success(request, "Signed out everywhere else." if ended else "You are signed in only here.")
    return redirect("account-sessions")
