"""Somebody's whole belongings, those who come to look at them, and every route there is."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts import teams
from accounts.models import ApiToken, Membership, Role, User
from billing.models import Order
from blueprint import access
from blueprint.models import Frame, Grid, Shoot, Subscriber
from blueprint.services import free_grids, grids, shoots
from blueprint.services.selfies import photo_id
from generation.models import Asset, Prediction
from techpack.models import (
    ExportJob,
    FlatState,
    PhotoReading,
    SampleMeasure,
    SampleRound,
    Snapshot,
)
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_asset, make_draft, make_user
from tests.support.job_queue import work
from tests.techpack.api.calling import HOME, Program, every_call

ROLES = ("anonymous", "owner", "other", "staff", "holder", "other holder")
SIGN_IN = "/accounts/login/"
REFUSED = (401, 403, 404, 410)
CHANGE_BY_COMING = (  # who signs in or is seen changes these, whatever is answered
    "django_session", "usersessions_usersession", "cache",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Any = None  # of JSON; pages get an empty form

    def by(self, client: Client) -> "Answer":
        """What they are answered at the end of all redirects."""
        if self.body is not None:
            answer = client.generic(self.method, self.path, json.dumps(self.body), "application/json")
        else:
            answer = client.get(self.path) if self.method == "GET" else client.post(self.path)
        led_to: list[str] = []
        while "Location" in answer.headers and len(led_to) < 5:
            led_to.append(answer.headers["Location"])
            if led_to[-1].startswith((settings.STATIC_URL, SIGN_IN)):
                break
            answer = client.get(led_to[-1])
        return Answer(answer, led_to)


@dataclass(frozen=True)
class Answer:
    response: Any
    led_to: list[str]

    @property
    def is_refused(self) -> bool:
        """By its status, by the way to the sign-in page, or by the notice an open page gets. Whoever was told
        where a picture lies was not refused, even if the picture is."""
        if any(address.startswith("/media/") for address in self.led_to):
            return False
        to_sign_in = any(address.startswith(SIGN_IN) for address in self.led_to)
        if to_sign_in or self.response.status_code in REFUSED:
            return True
        return not self.response.streaming and b"You have been signed out." in self.response.content

    @property
    def is_of_another_method(self) -> bool:
        return bool(self.response.status_code == 405)


# --- the world ----------------------------------------------------------------------------------------


def make_world() -> dict[str, Any]:
    """An owner with a tech pack, and a holder of a private link with a blueprint; two of each kind beside
    them. Returns what may stand in an address, by its name."""
    owner, other, staff = make_user(balance=20), make_user(balance=20), make_user(is_staff=True)
    there = Program(owner).make_everything()
    for user in (owner, other, staff):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    key = {"type": Authenticator.Type.WEBAUTHN, "data": {"name": "Key", "credential": _credential()}}
    session = {"ip": "192.0.2.1", "user_agent": "", "session_key": uuid.uuid4().hex}
    PhotoReading.objects.create(
        revision_id=there["revisionId"], status="done", landmarks={"hps_left": [0.4, 0.2]}
    )
    state = FlatState.objects.create(
        product_id=there["productId"], words="First drawn",
        drawn={"type": "t-shirt", "measures": {}, "features": {}, "mens": False, "marks": []},
        entered={"type": "", "features": {}, "values": {}, "marks": []},
    )  # fmt: skip
    made = {
        **there,
        "mark_id": there["markId"],
        "state_id": state.pk,
        **_belongings_of_the_holder(),
        "owner": owner.pk, "other": other.pk, "staff": staff.pk,
        "product_id": there["productId"], "sketch_id": there["sketchId"], "proposal_id": there["proposalId"],
        "revision_id": there["revisionId"], "draft_id": make_draft(owner).pk, "act": "discard",
        "token_id": ApiToken.objects.get(user=owner).pk,
        "session_id": UserSession.objects.create(user=owner, **session).pk,
        "pk": Authenticator.objects.create(user=owner, **key).pk,
        "asset_id": make_asset(f"user:{owner.pk}").pk, "variant": "original",
        "code": "CH1", "view": "front", "name": "materials", "row": there["lineId"],
        "comment_id": there["commentId"], "sheet": "materials", "entry_id": there["entryId"],
        "share_id": there["shareId"], "public_id": there["publicId"], "token": there["token"], "place": 1,
        **_hand_over_of(there["productId"]),
        **_team_of(owner, other),
        "product_type": "t-shirt", "item": "credits-30",
        "order_id": Order.objects.create(
            user=owner, item="credits-30", price_id="price_1", amount=1500, currency="usd"
        ).public_id,
        "number": 1, "signed": "forged", "key": "forged", "uidb36": "1", "rest": "nothing/here",
    }  # fmt: skip
    return made | {"cookies": _cookies(made)}


def _hand_over_of(product_id: int) -> dict[str, Any]:
    """A snapshot, a file in the making and a round of samples."""
    of = {"product_id": product_id}
    file = ExportJob.objects.create(**of, kind="pdf", status="done", content=b"%PDF").pk
    fit = SampleRound.objects.create(**of, kind="fit", number=1, sizes=[""])
    SampleMeasure.objects.create(round=fit, code="CH1")
    return {
        "snapshot_id": Snapshot.objects.create(**of, data={}).pk,
        "export_id": file, "exportId": file, "round_id": fit.pk, "roundId": fit.pk,
    }  # fmt: skip


def _team_of(owner: User, other: User) -> dict[str, int]:
    """A team of the owner's, with an invitation; the other one has a team, too."""
    teams.create(user=other, name="Another")
    team = teams.create(user=owner, name="Atelier")
    invitation = teams.invite(team=team, by=owner, email="invited@example.com", role=Role.VIEWER)
    member = Membership.objects.get(team=team)
    return {"team_id": team.pk, "member_id": member.pk, "invitation_id": invitation.pk}


def _credential() -> dict[str, Any]:
    """As a browser registers a passkey."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, b"key", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, credential)
    client = CollectedClientData.create("webauthn.create", b"challenge", "https://selvedge.example")
    attestation = AttestationObject.create("none", data, {})
    response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)}
    name = websafe_encode(b"key")
    return {"id": name, "rawId": name, "type": "public-key", "response": response}


def _belongings_of_the_holder() -> dict[str, Any]:
    holder, other = make_subscriber(selfies=2), make_subscriber()
    for one in (holder, other):
        grids.start_paid_grid(subscriber_id=one.pk, number=1)
        free_grids.start(subscriber_id=one.pk)
    shoot = shoots.create_shoot(subscriber_id=holder.pk, title="Wedding", scenes=["A meadow."])
    work()
    grid = Grid.objects.get(shoot__subscriber=holder, shoot__kind=Shoot.Kind.PAID, number=1)
    free = Prediction.objects.of(holder.subject, free_grids.SLOT).get()
    holder.refresh_from_db()
    return {
        "holder": holder.pk, "other holder": other.pk, "shoot_id": shoot.pk, "grid_id": grid.pk,
        "frame_id": Frame.objects.filter(grid=grid)[0].pk, "prediction": str(grid.prediction_id),
        "free prediction": str(free.pk), "photo": photo_id(holder.selfie_entries[0]),
    }  # fmt: skip


def belongings(there: dict[str, Any]) -> list[Any]:
    """What nobody but the owner and the holder changes."""
    mine = [
        model.objects.filter(**{name: there["owner"]}).order_by("pk")
        for model, name in ((User, "pk"), (ApiToken, "user"), (Authenticator, "user"), (EmailAddress, "user"))
    ]
    rows = [*mine, Subscriber.objects.filter(pk=there["holder"]), Asset.objects.order_by("pk")]
    return [list(one.values()) for one in rows]


def fingerprints() -> dict[str, str]:
    """A sum of every table whose rows a refused request must leave alone."""
    with connection.cursor() as cursor:
        cursor.execute(_sums_of_tables())
        return dict(cursor.fetchall())


@cache
def _sums_of_tables() -> str:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - set(CHANGE_BY_COMING)
    return " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{table}\" t"  # noqa: S608
        for table in sorted(tables)
    )


def client_of(role: str, there: dict[str, Any]) -> Client:
    client = Client()
    for name, value in there["cookies"].get(role, {}).items():
        client.cookies[name] = value
    return client


def _cookies(there: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Of whoever is signed in or has a private link."""
    holders = {
        role: {access.COOKIE: str(Subscriber.objects.get(pk=there[role]).access_token)}
        for role in ("holder", "other holder")
    }
    return holders | {role: _signed_in(there[role]) for role in ("owner", "other", "staff")}


def _signed_in(user_id: int) -> dict[str, str]:
    """Of a user who has just given the password, and for as long as the tests run."""
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    session = client.session
    proof = {"method": "password", "at": time.time() + 24 * 3600, "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(user_id)
    session.save()
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


# --- the routes ---------------------------------------------------------------------------------------


def every_route() -> Iterator[str]:
    """Of the pages and the API; the admin asks for itself."""
    yield from (route for route in _walk(get_resolver().url_patterns) if not route.startswith("admin/"))


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.pattern}"
        elif isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, f"{prefix}{pattern.pattern}")


def calls(route: str, role: str, there: dict[str, Any]) -> list[Call]:
    """Requests for this route with the ids of the owner and of the holder."""
    if route.startswith("api/tech-pack-v2/"):
        return _calls_of_techpack(route, there)
    if route.startswith("api/blueprint/"):
        return [_call_of_blueprint(route, role, there)]
    path = _path(route, there)
    return [Call("GET", path), Call("POST", path)]


def _path(route: str, there: dict[str, Any]) -> str:
    """The address of a route, as Django writes it with these values."""
    of_sketch, of_file = "/value/" in route, "/download/<" in route or ".file" in route
    values = {
        **there,
        "kind": "json" if of_file else "sketch" if of_sketch else "close-up",
        "piece_id": there["sketchId" if of_sketch else "closeUpId"],
    }
    for pattern in get_resolver().url_patterns:
        if (found := _address(pattern, route, "", values)) is not None:
            return f"/{found}?path={there['fieldPath']}" if of_sketch else f"/{found}"
    raise AssertionError(route)


def _address(pattern: Any, route: str, prefix: str, values: dict[str, Any]) -> str | None:
    here = f"{prefix}{pattern.pattern}"
    if isinstance(pattern, URLResolver):
        inside = (_address(one, route, here, values) for one in pattern.url_patterns)
        return next((found for found in inside if found is not None), None)
    return _filled(prefix, pattern, values) if here == route else None


def _filled(prefix: str, pattern: URLPattern, values: dict[str, Any]) -> str:
    """What "<int:product_id>" and "(?P<key>...)" stand for."""
    address, text = prefix, str(pattern.pattern)
    if text.startswith("^"):
        wanted = {"key": "confirm-email/forged/", "uidb36": "password/reset/key/1-forged/"}
        return f"{prefix}{wanted['uidb36' if 'uidb36' in text else 'key']}"
    for part in f"{address}{text}".split("<")[1:]:
        name = part.partition(">")[0].rpartition(":")[2]
        text = text.replace(f"<{part.partition('>')[0]}>", str(values[name]))
        address = address.replace(f"<{part.partition('>')[0]}>", str(values[name]))
    return f"{address}{text}"


def _calls_of_techpack(route: str, there: dict[str, Any]) -> list[Call]:
    return [call for at, call in _every_call(json.dumps(there, default=str)) if at == route]


@cache
def _every_call(there: str) -> list[tuple[str, Call]]:
    """Each with its route."""
    made = [
        (f"{HOME}{path}", method, {} if body is None else body)
        for method, path, body in every_call(json.loads(there))
    ]
    return [(resolve(path.partition("?")[0]).route, Call(method, path, body)) for path, method, body in made]


def _call_of_blueprint(route: str, role: str, there: dict[str, Any]) -> Call:
    token = "nobody"
    if role.endswith("holder"):
        token = str(Subscriber.objects.get(pk=there[role]).access_token)
    posted = {
        "generate-paid": {"accessToken": token, "gridNumber": 1},
        "generate-grid": {"accessToken": token},
    }
    asked = {
        "get-paid-status": "",
        "check-paid-grid": f"&gridNumber=1&predictionId={there['prediction']}",
        "check-grid": f"&predictionId={there['free prediction']}",
    }
    name = route.rpartition("/")[2]
    if name in posted:
        return Call("POST", f"/{route}", posted[name])
    return Call("GET", f"/{route}?access={token}{asked[name]}")
