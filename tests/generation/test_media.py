"""`/media/`: who sees a private image, and what they are given; the same on a folder and on S3."""

import datetime as dt
import hashlib
import io
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from config import s3
from generation import requests as engine_requests
from generation.models import Asset
from generation.storage import assets, media
from tests.generation.test_assets import DRAWING, lose
from tests.support.factories import make_asset, make_user, picture
from tests.support.s3 import Bucket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(client: Client) -> User:
    user = make_user()
    client.force_login(user)
    return user


def fetched(answer: Any) -> tuple[int, bytes, Any]:
    """What a browser ends up with: status, body and headers."""
    if answer.status_code != 302:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, body, answer.headers
    followed = requests.get(answer["Location"], timeout=10)
    return followed.status_code, followed.content, followed.headers


def make_drawing(user: User) -> Asset:
    return assets.store(account=f"user:{user.pk}", data=picture(), svg=DRAWING)


# --- what the owner is given --------------------------------------------------------------------


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize(
    ("variant", "content_type"),
    [
        ("original", "image/png"),
        ("small", "image/webp"),
        ("large", "image/webp"),
        ("vector", "image/svg+xml"),
    ],
)
def test_every_file_comes_as_what_it_is(client: Client, owner: User, variant: str, content_type: str) -> None:
    asset = make_drawing(owner)
    status, body, headers = fetched(client.get(asset.address(variant)))
    with default_storage.open(assets.key(asset, variant)) as file:
        assert (status, body) == (200, file.read())
    assert headers["Content-Type"] == content_type
    assert headers["Content-Disposition"] == "inline"
    assert headers["Cache-Control"] == media.FOR_A_YEAR


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("SV-0001-front.png", 'filename="SV-0001-front.png"'),
        ("front", 'filename="front.png"'),
        ("../etc/pass wd", 'filename="..etcpass_wd.png"'),
        ("Rücken", "filename*=utf-8''R%C3%BCcken.png"),
    ],
)
def test_a_download_has_its_name(client: Client, owner: User, asked: str, name: str) -> None:
    asset = make_drawing(owner)
    status, body, headers = fetched(client.get(asset.original, {"download": asked}))
    assert (status, hashlib.sha256(body).hexdigest()) == (200, asset.sha256)
    assert headers["Content-Disposition"] == f"attachment; {name}"


@pytest.mark.usefixtures("storage")
def test_a_head_tells_the_same_without_the_body(client: Client, owner: User) -> None:
    answer: Any = client.head(make_drawing(owner).original)
    if answer.status_code == 302:  # signed for HEAD, which one signed for GET would refuse
        answer = requests.head(answer["Location"], timeout=10)
        assert answer.content == b""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert int(answer.headers["Content-Length"]) == len(picture())


@pytest.mark.usefixtures("storage")
def test_what_the_browser_has_is_not_sent_again(client: Client, owner: User) -> None:
    asset = make_drawing(owner)
    answer = client.get(asset.small, headers={"If-None-Match": f'"{asset.pk}-small"'})
    assert answer.status_code == 304


def test_a_drawing_runs_nothing_when_it_is_opened(client: Client, owner: User) -> None:
    answer = client.get(make_drawing(owner).vector)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("storage")
def test_to_everybody_else_it_is_not_there(client: Client) -> None:
    asset = make_drawing(make_user())
    assert client.get(asset.original).status_code == 404
    client.force_login(make_user())
    assert client.get(asset.original).status_code == 404


@pytest.mark.usefixtures("storage")
def test_staff_see_it(client: Client) -> None:
    asset = make_drawing(make_user())
    client.force_login(make_user(is_staff=True))
    assert fetched(client.get(asset.original))[0] == 200


@pytest.mark.parametrize("variant", ["vector", "huge"])
def test_a_file_that_was_never_made_is_not_there(client: Client, owner: User, variant: str) -> None:
    asset = make_asset(f"user:{owner.pk}")
    assert client.get(f"/media/{asset.pk}/{variant}").status_code == 404
    assert client.get(f"/media/{uuid.uuid4()}/original").status_code == 404


def test_what_is_released_is_not_shown_any_more(client: Client, owner: User) -> None:
    asset = make_drawing(owner)
    assets.release([asset])
    assert client.get(asset.original).status_code == 404


def test_it_is_only_read(client: Client, owner: User) -> None:
    assert client.post(make_drawing(owner).original).status_code == 405


# --- signed, for a provider -----------------------------------------------------------------------


def test_an_engine_can_open_what_a_worker_whose_clock_is_behind_signs(client: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://selvedge.example"
    asset = make_drawing(make_user())
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=3)):
        address = engine_requests.address_of(asset)
    assert address is not None
    assert client.get(address.removeprefix(settings.PUBLIC_URL)).status_code == 200


@pytest.mark.usefixtures("storage")
def test_a_signed_address_needs_no_session(client: Client) -> None:
    asset = make_drawing(make_user())
    status, body, _ = fetched(client.get(media.signed_address(asset, "original", seconds=60)))
    assert (status, hashlib.sha256(body).hexdigest()) == (200, asset.sha256)


@pytest.mark.usefixtures("storage")
def test_a_signature_is_good_for_one_file_and_for_its_time(client: Client) -> None:
    asset, other = make_drawing(make_user()), make_drawing(make_user())
    signed = media.signed_address(asset, "original", seconds=60)
    signature = signed.partition("?")[2]
    for address in (
        f"{asset.small}?{signature}",
        f"{other.original}?{signature}",
        signed[:-1] + ("x" if signed[-1] != "x" else "y"),
        signed.replace("?s=1", "?s=2"),
        f"{asset.original}?s=",
        f"{asset.original}?s=99999999999",
        media.signed_address(asset, "original", seconds=-1),
    ):
        assert client.get(address).status_code == 404, address


def test_a_provider_gets_an_address_of_ours(client: Client, settings: Any) -> None:
    asset = make_drawing(make_user())
    assert engine_requests.address_of(asset) is None, "nobody can reach a laptop"
    settings.PUBLIC_URL = "https://selvedge.example"
    address = engine_requests.address_of(asset)
    assert address is not None
    assert address.startswith(f"https://selvedge.example{asset.original}?s=")
    assert fetched(client.get(address.removeprefix("https://selvedge.example")))[0] == 200


def test_a_provider_gets_an_address_of_the_bucket_that_others_can_reach(
    bucket: Bucket, settings: Any
) -> None:
    asset = make_drawing(make_user())
    assert engine_requests.address_of(asset) is None, "a bucket on this very machine"
    settings.AWS_S3_ENDPOINT_URL = "https://s3.example.com"  # as where a proxy leads to it
    address = engine_requests.address_of(asset)
    assert address is not None
    answer = requests.get(address, timeout=10)
    assert hashlib.sha256(answer.content).hexdigest() == asset.sha256
    assert "X-Amz-Expires=7200" in address


# --- the bucket -----------------------------------------------------------------------------------


def test_objects_are_private(client: Client, owner: User, bucket: Bucket) -> None:
    asset = make_drawing(owner)
    for variant in assets.VARIANTS:
        assert requests.get(bucket.url(assets.key(asset, variant)), timeout=10).status_code == 403
        redirect = client.get(asset.address(variant))
        assert requests.get(redirect["Location"], timeout=10).status_code == 200


def test_a_redirect_is_forgotten_before_its_address_expires(
    client: Client, owner: User, bucket: Bucket
) -> None:
    redirect = client.get(make_drawing(owner).small)
    assert redirect.status_code == 302
    assert redirect["Cache-Control"] == "private, max-age=240"
    assert "X-Amz-Expires=300" in redirect["Location"]
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in redirect["Location"]


@pytest.mark.parametrize(
    ("name", "endpoint", "origin"),
    [
        ("my-bucket", None, "https://my-bucket.s3.eu-west-1.amazonaws.com"),
        ("my.bucket", None, "https://s3.eu-west-1.amazonaws.com"),
        ("my-bucket", "https://s3.example.com:9000", "https://s3.example.com:9000"),
    ],
)
def test_pages_may_show_what_the_redirect_leads_to(
    monkeypatch: pytest.MonkeyPatch, name: str, endpoint: str | None, origin: str
) -> None:
    for variable, value in {
        "ACCESS_KEY_ID": "x",
        "SECRET_ACCESS_KEY": "x",
        "DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(f"AWS_{variable}", value)
    from storages.backends.s3 import S3Storage

    parts = urlsplit(S3Storage(**s3.options(name, endpoint, connections=1)).url("key"))
    assert f"{parts.scheme}://{parts.netloc}" == origin
    assert s3.origins(name, endpoint) == [origin]


# --- files that are lost --------------------------------------------------------------------------


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize("variant", assets.VARIANTS)
def test_a_lost_file_shows_a_placeholder(client: Client, owner: User, variant: str) -> None:
    asset = make_drawing(owner)
    lose(asset, variant)
    answer = client.get(asset.address(variant))
    assert answer.status_code == 404
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "no-store"
    shown = answer.content.decode()
    assert 'viewBox="0 0 300 400" width="300" height="400"' in shown  # nothing on the page moves
    assert asset.placeholder in shown
    assert "This picture is lost" in shown


@pytest.mark.usefixtures("storage")
def test_a_download_of_a_lost_file_is_a_page_that_says_so(client: Client, owner: User) -> None:
    asset = make_drawing(owner)
    lose(asset, "original")
    answer = client.get(asset.original, {"download": "front.png"})
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_bucket_that_does_not_answer_shows_a_placeholder_for_now(
    client: Client, owner: User, bucket: Bucket, settings: Any
) -> None:
    asset = make_drawing(owner)
    bucket.away().use(settings)
    answer = client.get(asset.small)
    assert answer.status_code == 503
    assert "cannot be shown now" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_a_folder_that_cannot_be_read_shows_a_placeholder_for_now(client: Client, owner: User) -> None:
    asset = make_drawing(owner)
    lose(asset, "small")
    default_storage.save(f"{assets.key(asset, 'small')}/a-folder-in-its-place", io.BytesIO(b"x"))
    assert client.get(asset.small).status_code == 503
