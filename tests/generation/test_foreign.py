"""Pictures that lie elsewhere: taken over once, under rules, from a real server."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image as Pillow

from generation import registry, services
from generation.models import Asset, Attempt, Prediction
from generation.providers.base import ImageRef, PermanentError, TransientError
from generation.storage import assets, downloads, remote_images
from tests.generation.flaky import FlakyStorage
from tests.support.factories import asked, picture
from tests.support.job_queue import work

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1024 * 1024


class Elsewhere:
    """A host of pictures on this machine: `pages` says what lies where, as (status, headers, body)."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.slow = 0.0
        self.drips = False
        elsewhere = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                elsewhere.answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.name = f"127.0.0.1:{self.server.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.partition("?")[0]
        self.asked.append(path)
        time.sleep(self.slow)
        if self.drips:
            self._drip(handler)
        status, headers, body = self.pages.get(path, (404, {}, b"not here"))
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        """One header, a byte at a time, and never its end."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while self.drips:
            try:
                handler.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.1)

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        self.pages[path] = (status, {key.replace("_", "-"): value for key, value in headers.items()}, body)
        return f"http://{self.name}{path}"


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[Elsewhere]:
    host = Elsewhere()
    settings.REPLICATE_OUTPUT_HOSTS = [host.name]  # the one way to reach this machine
    threading.Thread(target=host.server.serve_forever, args=(0.02,), daemon=True).start()
    yield host
    host.drips = False
    host.server.shutdown()
    host.server.server_close()


class Silent:
    """A handler that does nothing."""

    def lock(self, subject: str) -> None: ...
    def changed(self, prediction: Any) -> None: ...
    def succeeded(self, prediction: Any) -> None: ...
    def failed(self, prediction: Any) -> None: ...


def turned(size: tuple[int, int] = (300, 200)) -> bytes:
    """A photo that says of itself that it stands on its side, and where it was taken."""
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    file = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(file, "JPEG", exif=exif)
    return file.getvalue()


def take(url: str, account: str = "user:1") -> Asset:
    return remote_images.take_over(account=account, url=url)


def test_a_photo_elsewhere_becomes_one_of_ours_upright_and_without_its_metadata(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.jpg", turned())
    asset = take(url)
    assert (asset.width, asset.height, asset.source_url, asset.account) == (200, 300, url, "user:1")
    assert asset.stored_at is not None
    assert assets.missing_variants(asset) == []
    assert not Pillow.open(io.BytesIO(assets.read(asset))).getexif()


def test_what_cannot_be_had_is_named_with_what_to_do(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", b"", status=500)
    with pytest.raises(TransientError) as told:
        remote_images.take_over(account="user:1", url=url, role="selfie")
    said = "Your selfie at 127.0.0.1 could not be fetched. Add it again, or another one."
    assert str(told.value) == said
    assert said.startswith(remote_images.named(url, "selfie"))


def test_the_same_address_is_asked_once_for_each_account(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", picture())
    assert take(url) == take(url)
    assert take(url, account="user:2") != take(url)
    assert len(elsewhere.asked) == 2


def test_after_its_release_it_is_taken_over_anew(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", picture())
    first = take(url)
    assets.release([first])
    assert take(url) != first


def test_thirty_at_once_are_one_download(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", picture())
    elsewhere.slow = 1.0

    def one(_: int) -> Asset:
        try:
            return take(url)
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as pool:
        taken = list(pool.map(one, range(30)))
    assert len({asset.pk for asset in taken}) == 1
    assert elsewhere.asked == ["/me.png"]


def test_who_waits_holds_no_database_connection(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", picture())
    real, held = elsewhere.answer, []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(20):
            time.sleep(0.1)
            stats = connection.pool.get_stats()
            held.append(stats["pool_size"] - stats["pool_available"])
        real(handler)

    elsewhere.answer = answer  # type: ignore[method-assign]
    connection.close()
    with ThreadPoolExecutor(30) as pool:
        assert len({asset.pk for asset in pool.map(lambda _: take(url), range(30))}) == 1
    assert len(held) == 20
    assert sorted(held)[10] <= 5, "those who look, not those who wait"


def begin(url: str, *, seconds_ago: float) -> Asset:
    since = timezone.now() - timedelta(seconds=seconds_ago)
    return Asset.objects.create(account="user:1", source_url=url, created_at=since)


def test_what_a_dead_worker_began_is_begun_anew_after_a_minute(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", picture())
    dead = begin(url, seconds_ago=61)
    assert take(url) != dead
    dead.refresh_from_db()
    assert dead.released_at is not None
    assert assets.purge(10) == 1


def test_one_that_is_being_fetched_is_waited_for_and_not_for_ever(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_images, "PATIENCE", 0.5)
    url = elsewhere.put("/me.png", picture())
    begin(url, seconds_ago=5)
    with pytest.raises(TransientError, match="still being fetched"):
        take(url)
    assert elsewhere.asked == []


def test_who_was_taken_for_dead_leaves_no_file_behind() -> None:
    late = begin("https://example.com/me.png", seconds_ago=61)
    assets.release([late])
    assert not assets.fill(late, data=picture(), content_type="image/png")
    assert assets.missing_variants(late) == ["original", "small", "large"]


def test_redirects_are_followed_for_three_steps(elsewhere: Elsewhere) -> None:
    elsewhere.put("/me.png", picture())
    elsewhere.put("/c", b"", 302, Location=f"http://{elsewhere.name}/me.png")
    elsewhere.put("/b", b"", 301, Location="c")
    url = elsewhere.put("/a", b"", 307, Location="/b")
    assert take(url).width == 300
    too_far = elsewhere.put("/0", b"", 303, Location="/a")
    with pytest.raises(PermanentError, match="Add it again, or another one"):
        take(too_far)


@pytest.mark.parametrize(
    "inside",
    ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:1/", "http://[::1]/", "file:///etc/passwd",
     "http://2130706433/", "http://metadata.google.internal/", "https://user:secret@example.com/"],
)  # fmt: skip
def test_a_redirect_to_an_address_inside_is_not_followed(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    url = elsewhere.put("/a", b"", 302, Location=inside)
    connected = []
    real = socket.create_connection

    def connect(address: tuple[str, int], *args: Any, **more: Any) -> Any:
        connected.append(f"{address[0]}:{address[1]}")
        return real(address, *args, **more)

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(PermanentError, match="Add it again, or another one"):
        take(url)
    assert connected == [elsewhere.name]


@pytest.mark.parametrize(
    "inside", ["10.1.2.3", "192.168.0.9", "169.254.169.254", "127.0.0.1", "fd00::1", "64:ff9b::a00:1"]
)
def test_a_public_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", inside)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    with pytest.raises(downloads.Refused, match="inside"):
        downloads.fetch_public("https://photos.example.com/me.png")


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/me.png", "http://127.0.0.1/me.png", "https://localhost/me.png", "http://127.1/me.png",
     "http://0x7f000001/me.png", "http://[::ffff:10.0.0.1]/me.png", "http://192.168.1.4:8080/me.png",
     "http://printer.local/me.png", "http://metadata.google.internal./", "http://intranet/me.png",
     "http://localhost./me.png", "ftp://example.com/me.png", "//example.com/me.png", "me.png", "",
     "https://user:secret@example.com/me.png", "https://user@example.com/me.png", "https://[::1/me.png",
     "https://example.com:99999/me.png", "data:image/png;base64,AAAA",
     "https://example.com:22/me.png", "http://example.com:8080/me.png", "http://1.1.1.1:6379/",
     "https://example.com/" + "x" * 2000],
)  # fmt: skip
def test_an_address_that_is_no_public_one_is_told_without_the_network(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: pytest.fail("asked"))
    assert downloads.public_url_problem(url).startswith("The address of the photo")
    with pytest.raises(PermanentError, match="The address of the photo"):
        take(url)
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    "url", ["https://example.com/me.png", "http://example.com:443/a?b=c#d", "https://1.1.1.1/me.png"]
)
def test_a_public_address_is_fine(url: str) -> None:
    assert downloads.public_url_problem(url) == ""


def test_a_page_instead_of_a_picture_is_told(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", b"<html>Sign in</html>", Content_Type="image/png")
    with pytest.raises(PermanentError, match=r"“me\.png” is not a photo we can read") as told:
        take(f"{url}?token=secret")
    assert told.value.failure == "invalid_input"


def test_a_picture_that_is_gone_is_told(elsewhere: Elsewhere) -> None:
    with pytest.raises(PermanentError, match="is not there any more"):
        take(f"http://{elsewhere.name}/nothing.png")


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_large_is_not_read_to_its_end(elsewhere: Elsewhere, announced: bool) -> None:
    body = bytes(downloads.MOST_PUBLIC_BYTES + MB)
    url = elsewhere.put("/me.png", body, **({"Content_Length": str(len(body))} if announced else {}))
    with pytest.raises(downloads.Refused, match="too large"):
        downloads.fetch_public(url)


def test_a_host_that_drips_is_left_at_the_deadline(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PUBLIC_DEADLINE", 1.0)
    url = elsewhere.put("/me.png", picture())
    elsewhere.drips = True
    with pytest.raises(TransientError, match="could not be fetched"):
        take(url)


def test_half_a_file_without_a_length_does_not_pass_for_whole(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PUBLIC_DEADLINE", 0.5)

    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(picture()[:100])
        time.sleep(1.5)

    elsewhere.answer = half  # type: ignore[method-assign]
    with pytest.raises(downloads.Interrupted, match="does not end"):
        downloads.fetch_public(f"http://{elsewhere.name}/me.png")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_in_trouble_is_asked_again_by_the_next(elsewhere: Elsewhere, status: int) -> None:
    url = elsewhere.put("/me.png", b"", status)
    with pytest.raises(TransientError):
        take(url)
    elsewhere.put("/me.png", picture())
    assert take(url).stored_at is not None


def test_who_waits_for_one_that_fails_learns_it_by_himself(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/me.png", b"no picture")
    elsewhere.slow = 0.5

    def one(_: int) -> str:
        try:
            return str(take(url).pk)
        except PermanentError as error:
            return error.message
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        told = set(pool.map(one, range(3)))
    assert len(told) == 1
    assert "not a photo" in told.pop()


def test_a_storage_that_is_down_is_a_matter_of_time(elsewhere: Elsewhere, settings: Any) -> None:
    default = {"default": {"BACKEND": "tests.generation.flaky.FlakyStorage"}}
    settings.STORAGES = settings.STORAGES | default
    url = elsewhere.put("/me.png", picture())
    FlakyStorage.failures = 1
    with pytest.raises(TransientError):
        take(url)
    assert take(url).stored_at is not None


# --- in the life of a prediction -----------------------------------------------------------------


def ask_with(*refs: ImageRef) -> Prediction:
    registry.register("test", Silent())
    with transaction.atomic():
        return services.ask(
            kind="test", subject="test:1", slot="one", account="user:1",
            request=asked("render", images=refs),
        )  # fmt: skip


def test_a_request_shows_pictures_of_ours_and_of_elsewhere_in_its_order(
    elsewhere: Elsewhere, fake: Any
) -> None:
    url = elsewhere.put("/me.png", picture(size=(320, 320)))
    own = assets.store(account="user:1", data=picture())
    prediction = ask_with(ImageRef(url=url, role="selfie"), ImageRef(asset_id=own.pk))
    work()
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED
    (call,) = fake.calls()
    taken = Asset.objects.get(source_url=url)
    assert call["body"]["images"] == [
        {"sha256": taken.sha256, "role": "selfie"}, {"sha256": own.sha256, "role": "photo"},
    ]  # fmt: skip


def test_a_picture_that_is_refused_fails_the_prediction_unpaid(elsewhere: Elsewhere, fake: Any) -> None:
    prediction = ask_with(ImageRef(url=elsewhere.put("/me.png", b"<html>"), role="selfie"))
    work()
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Prediction.Status.FAILED, "invalid_input")
    assert fake.calls() == []


def test_a_host_that_is_away_for_half_a_minute_fails_nothing(elsewhere: Elsewhere, fake: Any) -> None:
    url = elsewhere.put("/me.png", picture())
    page = elsewhere.pages.pop("/me.png")
    elsewhere.put("/me.png", b"", 503)
    prediction = ask_with(ImageRef(url=url, role="selfie"))
    served = iter(range(4))
    real = elsewhere.answer

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if next(served, None) is None:
            elsewhere.pages["/me.png"] = page
        real(handler)

    elsewhere.answer = answer  # type: ignore[method-assign]
    work()
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED
    assert len(fake.calls()) == 1


def test_a_lease_that_ran_out_while_a_picture_was_taken_over_pays_once(
    elsewhere: Elsewhere, fake: Any
) -> None:
    """The worker that was too slow finds its attempt taken and sends nothing."""
    from generation.execution import sweep
    from tests.support.job_queue import let_leases_run_out

    url = elsewhere.put("/me.png", picture())
    prediction = ask_with(ImageRef(url=url, role="selfie"))
    real = elsewhere.answer

    def answer(handler: BaseHTTPRequestHandler) -> None:
        elsewhere.answer = real  # type: ignore[method-assign]
        let_leases_run_out()
        sweep.tend(prediction.pk)  # as another worker
        connection.close()
        real(handler)

    elsewhere.answer = answer  # type: ignore[method-assign]
    work()
    prediction.refresh_from_db()
    assert prediction.status == Prediction.Status.SUCCEEDED
    assert len(fake.calls()) == 1
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == ["lost", "succeeded"]


@pytest.mark.parametrize(
    "both", [{}, {"asset_id": "00000000-0000-0000-0000-000000000001", "url": "https://a.b"}]
)
def test_a_picture_is_either_ours_or_elsewhere(both: Any) -> None:
    with pytest.raises(ValueError, match="either asset_id or url"):
        ImageRef(**both)
