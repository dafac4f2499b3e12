from django.urls import path

from accounts.views import (
    deletion,
    ledger,
    sessions,
    settings,
    teams,
    tokens,
)

urlpatterns = [
    path("", settings.account, name="account"),
    path("mail/", settings.choose_mail, name="account-mail"),
    path("units/", settings.choose_units, name="account-units"),
    path("credits/", ledger.credits_page, name="account-credits"),
    path("credits/entries.csv", ledger.credits_file, name="account-credits-file"),
    path("sessions/", sessions.list_sessions, name="account-sessions"),
    path("sessions/<int:session_id>/end/", sessions.end_session, name="account-end-session"),
    path("sessions/end-others/", sessions.end_others, name="account-end-others"),
    path("tokens/", tokens.token_list, name="account-tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="account-revoke-token"),
    path("teams/", teams.team_list, name="account-teams"),
    path("teams/work-in/", teams.work_in, name="account-work-in"),
    path("teams/join/<str:signed>/", teams.join, name="account-join"),
    path("teams/<int:team_id>/", teams.team_page, name="account-team"),
    path("teams/<int:team_id>/delete/", teams.delete_team, name="account-delete-team"),
    path("teams/<int:team_id>/members/<int:member_id>/", teams.change_member, name="account-member"),
    path(
        "teams/<int:team_id>/invitations/<int:invitation_id>/withdraw/",
        teams.withdraw_invitation,
        name="account-withdraw",
    ),
    path("delete/", deletion.delete_account, name="account-delete"),
    path("deleted/", deletion.deleted, name="account-deleted"),
]
