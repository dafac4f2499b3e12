"""Who may open what: a table of every route, and what everybody else is answered with somebody's own ids.

A new route fails the test until it stands in the table.
"""

from typing import Any

import pytest
from django.db import transaction

from tests.security.world import (
    ROLES,
    belongings,
    calls,
    client_of,
    every_route,
    fingerprints,
    make_world,
)
from tests.support.snapshots import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

type Who = frozenset[str]

ANYBODY: Who = frozenset(ROLES)
SIGNED_IN: Who = frozenset({"owner", "other", "staff"})  # each sees only what is their own: no id in it
OWNER: Who = frozenset({"owner"})
OWNER_AND_STAFF: Who = frozenset({"owner", "staff"})
HOLDERS: Who = frozenset({"holder", "other holder"})  # each by their own private link, to what is their own
HOLDER: Who = frozenset({"holder"})
LED_HOME = SIGNED_IN  # only in the middle of signing in; who is signed in already is led to the first page
NOBODY: Who = frozenset()  # only by a signature that no role here has

TABLE: dict[str, Who] = {
    "favicon.ico": ANYBODY,
    "": ANYBODY,
    "robots.txt": ANYBODY,
    "sitemap.xml": ANYBODY,
    "accounts/login/": ANYBODY,
    "accounts/inactive/": ANYBODY,
    "accounts/signup/": ANYBODY,
    "accounts/confirm-email/": ANYBODY,
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": ANYBODY,
    "accounts/password/reset/": ANYBODY,
    "accounts/password/reset/done/": ANYBODY,
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": ANYBODY,
    "accounts/password/reset/key/done/": ANYBODY,
    "account/deleted/": ANYBODY,
    "blueprint/": ANYBODY,
    "blueprint/photo/": ANYBODY,
    "blueprint/sent/": ANYBODY,
    "blueprint/leave/": ANYBODY,
    "blueprint/link/": ANYBODY,
    "blueprint/buy/": ANYBODY,
    "api/": ANYBODY,
    "api/openapi.json": ANYBODY,
    "api/docs": ANYBODY,
    "techpacks/scale-card.pdf": ANYBODY,
    "techpacks/types/<slug:product_type>.svg": ANYBODY,
    "revision/<uuid:public_id>/": ANYBODY,
    "shared/<str:token>/": ANYBODY,
    "shared/<str:token>/<slug:kind>.file": ANYBODY,
    "shared/<str:token>/flats/<int:place>.svg": ANYBODY,
    "shared/<str:token>/labels/<int:place>.svg": ANYBODY,
    "accounts/login/code/confirm/": LED_HOME,
    "accounts/2fa/authenticate/": LED_HOME,
    "accounts/2fa/webauthn/login/": LED_HOME,
    "blueprint/confirm/<str:signed>/": NOBODY,
    "blueprint/unsubscribe/<str:signed>/": NOBODY,
    "webhooks/replicate/": NOBODY,
    "webhooks/stripe/": NOBODY,
    "account/teams/join/<str:signed>/": NOBODY,
    "techpacks/<int:product_id>/issued/<int:number>/<slug:kind>.file": NOBODY,  # it is in no team
    "blueprint/bought/<uuid:order_id>/": NOBODY,
    r"api/^[\s\S]*$": NOBODY,
    "techpacks/list/changes/": SIGNED_IN,
    "accounts/sessions/": SIGNED_IN,
    "accounts/logout/": SIGNED_IN,
    "accounts/reauthenticate/": SIGNED_IN,
    "accounts/email/": SIGNED_IN,
    "accounts/password/change/": SIGNED_IN,
    "accounts/password/set/": SIGNED_IN,
    "accounts/2fa/": SIGNED_IN,
    "accounts/2fa/reauthenticate/": SIGNED_IN,
    "accounts/2fa/totp/activate/": SIGNED_IN,
    "accounts/2fa/totp/deactivate/": SIGNED_IN,
    "accounts/2fa/recovery-codes/": SIGNED_IN,
    "accounts/2fa/recovery-codes/generate/": SIGNED_IN,
    "accounts/2fa/recovery-codes/download/": SIGNED_IN,
    "accounts/2fa/webauthn/": SIGNED_IN,
    "accounts/2fa/webauthn/add/": SIGNED_IN,
    "accounts/2fa/webauthn/reauthenticate/": SIGNED_IN,
    "account/": SIGNED_IN,
    "account/mail/": SIGNED_IN,
    "account/units/": SIGNED_IN,
    "account/credits/": SIGNED_IN,
    "account/credits/entries.csv": SIGNED_IN,
    "account/sessions/": SIGNED_IN,
    "account/sessions/end-others/": SIGNED_IN,
    "account/tokens/": SIGNED_IN,
    "account/delete/": SIGNED_IN,
    "account/teams/": SIGNED_IN,
    "account/teams/work-in/": SIGNED_IN,
    "orders/buy/<slug:item>/": SIGNED_IN,
    "techpacks/": SIGNED_IN,
    "techpacks/new/": SIGNED_IN,
    "techpacks/photos/": SIGNED_IN,
    "api/tech-pack-v2/products": SIGNED_IN,
    "api/tech-pack-v2/teams": SIGNED_IN,
    "api/tech-pack-v2/library": SIGNED_IN,
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": OWNER,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": OWNER,
    "account/sessions/<int:session_id>/end/": OWNER,
    "account/tokens/<int:token_id>/revoke/": OWNER,
    "techpacks/photos/<int:draft_id>/delete/": OWNER,
    "account/teams/<int:team_id>/": OWNER,
    "account/teams/<int:team_id>/delete/": OWNER,
    "account/teams/<int:team_id>/members/<int:member_id>/": OWNER,
    "account/teams/<int:team_id>/invitations/<int:invitation_id>/withdraw/": OWNER,
    "orders/<uuid:order_id>/": OWNER,
    "orders/<uuid:order_id>/state/": OWNER,
    "techpacks/<int:product_id>/": OWNER,
    "techpacks/<int:product_id>/runs/<int:number>/": OWNER,
    "techpacks/<int:product_id>/changes/": OWNER,
    "techpacks/<int:product_id>/generate/": OWNER,
    "techpacks/<int:product_id>/cancel/": OWNER,
    "techpacks/<int:product_id>/resume/": OWNER,
    "techpacks/<int:product_id>/<slug:kind>/<int:piece_id>/again/": OWNER,
    "techpacks/<int:product_id>/<slug:kind>/<int:piece_id>/regenerate/": OWNER,
    "techpacks/<int:product_id>/<slug:kind>/<int:piece_id>/takes/": OWNER,
    "techpacks/<int:product_id>/<slug:kind>/<int:piece_id>/takes/<int:number>/restore/": OWNER,
    "techpacks/<int:product_id>/sketch/<int:sketch_id>/edit/": OWNER,
    "techpacks/<int:product_id>/sketch/<int:sketch_id>/drawing/": OWNER,
    "techpacks/<int:product_id>/<slug:kind>/<int:piece_id>/value/": OWNER,
    "techpacks/<int:product_id>/<slug:kind>/<int:piece_id>/value/ask/": OWNER,
    "techpacks/<int:product_id>/edits/<int:proposal_id>/": OWNER,
    "techpacks/<int:product_id>/edits/<int:proposal_id>/<slug:act>/": OWNER,
    "techpacks/<int:product_id>/undo/": OWNER,
    "techpacks/<int:product_id>/redo/": OWNER,
    "techpacks/<int:product_id>/category/": OWNER,
    "techpacks/<int:product_id>/edit/": OWNER,
    "techpacks/<int:product_id>/photos/": OWNER,
    "techpacks/<int:product_id>/photos/<int:revision_id>/": OWNER,
    "techpacks/<int:product_id>/archive/": OWNER,
    "techpacks/<int:product_id>/move/": OWNER,
    "techpacks/<int:product_id>/delete/": OWNER,
    "techpacks/<int:product_id>/specification/": OWNER,
    "techpacks/<int:product_id>/flats/<slug:view>.svg": OWNER,
    "techpacks/<int:product_id>/type/": OWNER,
    "techpacks/<int:product_id>/features/": OWNER,
    "techpacks/<int:product_id>/measures/": OWNER,
    "techpacks/<int:product_id>/measures/<slug:code>/": OWNER,
    "techpacks/<int:product_id>/measures/<slug:code>/confirm/": OWNER,
    "techpacks/<int:product_id>/measures/<slug:code>/tolerance/": OWNER,
    "techpacks/<int:product_id>/settle/": OWNER,
    "techpacks/<int:product_id>/photos/<int:revision_id>/landmark/": OWNER,
    "techpacks/<int:product_id>/photos/<int:revision_id>/outline/": OWNER,
    "techpacks/<int:product_id>/flats/undo/": OWNER,
    "techpacks/<int:product_id>/flats/<slug:view>/landmark/": OWNER,
    "techpacks/<int:product_id>/flats/<slug:view>/draw/": OWNER,
    "techpacks/<int:product_id>/flats/marks/<int:mark_id>/delete/": OWNER,
    "techpacks/<int:product_id>/flats/earlier/<int:state_id>/": OWNER,
    "techpacks/<int:product_id>/flats/earlier/<int:state_id>/restore/": OWNER,
    "techpacks/<int:product_id>/hand-over/": OWNER,
    "techpacks/<int:product_id>/download/<slug:kind>/": OWNER,
    "techpacks/<int:product_id>/make/<slug:kind>/": OWNER,
    "techpacks/<int:product_id>/files/<int:export_id>/": OWNER,
    "techpacks/<int:product_id>/compare/": OWNER,
    "techpacks/<int:product_id>/restore/": OWNER,
    "techpacks/<int:product_id>/snapshots/": OWNER,
    "techpacks/<int:product_id>/snapshots/<int:snapshot_id>/delete/": OWNER,
    "techpacks/<int:product_id>/samples/": OWNER,
    "techpacks/<int:product_id>/samples/<int:round_id>/": OWNER,
    "techpacks/<int:product_id>/samples/<int:round_id>/measure/": OWNER,
    "techpacks/<int:product_id>/samples/<int:round_id>/photos/": OWNER,
    "techpacks/<int:product_id>/samples/<int:round_id>/accept/": OWNER,
    "techpacks/<int:product_id>/samples/<int:round_id>/decide/": OWNER,
    "techpacks/<int:product_id>/samples/<int:round_id>/file/": OWNER,
    "techpacks/<int:product_id>/shares/<int:share_id>/newest/": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/samples": OWNER,
    "api/tech-pack-v2/samples/<int:round_id>": OWNER,
    "api/tech-pack-v2/samples/<int:round_id>/measures/<slug:code>": OWNER,
    "api/tech-pack-v2/samples/<int:round_id>/file": OWNER,
    "api/tech-pack-v2/exports/<int:export_id>": OWNER,
    "api/tech-pack-v2/exports/<int:export_id>/file": OWNER,
    "techpacks/<int:product_id>/issue/": OWNER,
    "techpacks/<int:product_id>/issued/<int:number>/share/": OWNER,
    "techpacks/<int:product_id>/shares/<int:share_id>/revoke/": OWNER,
    "techpacks/<int:product_id>/shares/<int:share_id>/answer/": OWNER,
    "techpacks/<int:product_id>/sheets/": OWNER,
    "techpacks/<int:product_id>/sheets/cells/": OWNER,
    "techpacks/<int:product_id>/sheets/undo/": OWNER,
    "techpacks/<int:product_id>/sheets/<slug:name>/": OWNER,
    "techpacks/<int:product_id>/sheets/<slug:name>/add/": OWNER,
    "techpacks/<int:product_id>/sheets/<slug:name>/<slug:row>/": OWNER,
    "techpacks/<int:product_id>/sheets/import/": OWNER,
    "techpacks/<int:product_id>/sheets/import/apply/": OWNER,
    "techpacks/<int:product_id>/passport.jsonld": OWNER,
    "techpacks/<int:product_id>/duplicate/": OWNER,
    "techpacks/<int:product_id>/library/": OWNER,
    "techpacks/<int:product_id>/library/<int:entry_id>/": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/readiness": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/passport": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/sheets/undo": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/sheets/history": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/sheets/import": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/sheets/<slug:sheet>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/sheets/<slug:sheet>/rows": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/sheets/<slug:sheet>/rows/<slug:row>": OWNER,
    "api/tech-pack-v2/library/<int:entry_id>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/library": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/library/<int:entry_id>/apply": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/comments": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/duplicate": OWNER,
    "techpacks/<int:product_id>/comments/": OWNER,
    "techpacks/<int:product_id>/comments/<int:comment_id>/": OWNER,
    "api/tech-pack-v2/revisions/<int:revision_id>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/measurements": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/measurements/<slug:code>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/flats/marks": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/flats/marks/<int:mark_id>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/flats/<slug:view>.svg": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/flats/<slug:view>.png": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/releases": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/exports/<slug:kind>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/shares": OWNER,
    "api/tech-pack-v2/shares/<int:share_id>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/revisions": OWNER,
    "api/tech-pack-v2/products/<int:product_id>/redo": OWNER,
    "api/tech-pack-v2/category/detect": OWNER,
    "api/tech-pack-v2/base-views/analyze": OWNER,
    "api/tech-pack-v2/close-ups/generate": OWNER,
    "api/tech-pack-v2/sketches/generate": OWNER,
    "api/tech-pack-v2/sketches/<int:sketch_id>/annotations": OWNER,
    "api/tech-pack-v2/edit": OWNER,
    "api/tech-pack-v2/edit/<int:proposal_id>": OWNER,
    "api/tech-pack-v2/edit/<int:proposal_id>/accept": OWNER,
    "api/tech-pack-v2/edit/<int:proposal_id>/discard": OWNER,
    "api/tech-pack-v2/values": OWNER,
    "api/tech-pack-v2/values/confirm": OWNER,
    "api/tech-pack-v2/values/undo": OWNER,
    "api/tech-pack-v2/values/history": OWNER,
    "api/tech-pack-v2/values/add": OWNER,
    "api/tech-pack-v2/values/remove": OWNER,
    "api/tech-pack-v2/regenerate": OWNER,
    "api/tech-pack-v2/regenerate/<int:take_id>": OWNER,
    "api/tech-pack-v2/takes": OWNER,
    "api/tech-pack-v2/takes/restore": OWNER,
    "media/<uuid:asset_id>/<slug:variant>": OWNER_AND_STAFF,
    "blueprint/paid/": HOLDERS,
    "blueprint/paid/changes/": HOLDERS,
    "blueprint/paid/grids/<int:number>/": HOLDERS,
    "blueprint/free/": HOLDERS,
    "blueprint/free/changes/": HOLDERS,
    "blueprint/free/grids/<int:number>/": HOLDERS,
    "blueprint/free/start/": HOLDERS,
    "blueprint/paid/generate/": HOLDERS,
    "blueprint/paid/retry/": HOLDERS,
    "blueprint/paid/cancel/": HOLDERS,
    "blueprint/paid/wishes/": HOLDERS,
    "blueprint/paid/grids/<int:number>/generate/": HOLDERS,
    "blueprint/paid/grids/<int:number>/redo/": HOLDERS,
    "blueprint/selfies/add/": HOLDERS,
    "blueprint/selfies/delete/": HOLDERS,
    "blueprint/selfies/<slug:photo>/remove/": HOLDERS,
    "blueprint/download/": HOLDERS,
    "api/blueprint/generate-paid": HOLDERS,
    "api/blueprint/get-paid-status": HOLDERS,
    "api/blueprint/generate-grid": HOLDERS,
    "blueprint/shoots/<int:shoot_id>/": HOLDER,
    "blueprint/shoots/<int:shoot_id>/changes/": HOLDER,
    "blueprint/shoots/<int:shoot_id>/grids/<int:number>/": HOLDER,
    "blueprint/frames/<int:frame_id>/favourite/": HOLDER,
    "blueprint/grids/<int:grid_id>/download/": HOLDER,
    "blueprint/frames/<int:frame_id>/download/": HOLDER,
    "api/blueprint/check-paid-grid": HOLDER,
    "api/blueprint/check-grid": HOLDER,
}


@pytest.fixture
def there(fake: Any, settings: Any) -> dict[str, Any]:
    settings.API_MAX_WAIT = 0  # no worker runs here
    settings.REPLICATE_WEBHOOK_SECRET = "whsec_c2VjcmV0"
    return remembered("everything of an owner and a holder", make_world)


def test_every_route_stands_in_the_table_and_no_other() -> None:
    routes = set(every_route())
    assert routes - set(TABLE) == set(), "say in the table who may open these"
    assert set(TABLE) - routes == set(), "these are gone"


@pytest.mark.parametrize("route", TABLE)
def test_a_route_opens_to_whom_the_table_says_and_to_nobody_else(route: str, there: dict[str, Any]) -> None:
    shut_out = {role: client_of(role, there) for role in ROLES if role not in TABLE[route]}
    before = fingerprints()
    for role, client in shut_out.items():
        answers = [call.by(client) for call in calls(route, role, there)]
        assert all(answer.is_refused or answer.is_of_another_method for answer in answers), (role, answers)
        assert any(answer.is_refused for answer in answers), (role, answers)
    assert fingerprints() == before
    for role in TABLE[route]:
        assert lets_in(route, role, there), role


def lets_in(route: str, role: str, there: dict[str, Any]) -> bool:
    """Whether any request of theirs is let through; afterwards all is as it was."""
    opened = False
    for call in calls(route, role, there):
        with transaction.atomic():
            before = belongings(there)
            answer = call.by(client_of(role, there))
            assert answer.response.status_code != 500, answer
            opened |= not answer.is_refused and not answer.is_of_another_method
            if role not in ("owner", "holder"):
                assert belongings(there) == before, "they changed what is not theirs"
            transaction.set_rollback(True)
    return opened
