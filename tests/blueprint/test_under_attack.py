"""What people and programs that mean no good, or old rows that nobody looked at, try on blueprints."""

import datetime as dt
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.sessions.models import Session
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from blueprint import access
from blueprint.models import Grid, Mail, Shoot, Subscriber
from blueprint.services import expiry, frames, free_grids, grids, privacy, purchases, selfies, shoots, style
from generation.models import Asset, Prediction
from generation.providers.base import PermanentError
from generation.storage import images, remote_images
from tests.blueprint.asking_free import confirm_path, face, link_in, sent, upload
from tests.blueprint.test_commands import run
from tests.generation.flaky import FlakyStorage
from tests.generation.test_foreign import Elsewhere, elsewhere
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_asset
from tests.support.job_queue import work

pytestmark = pytest.mark.django_db
host = elsewhere  # a real server with pictures

ROUTES = ("generate-paid", "generate-grid")
HALF = "\ud800"  # half of a character: JSON can say it, PostgreSQL cannot keep it


def post(route: str, body: bytes | dict[str, Any]) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return Client().post(f"/api/blueprint/{route}", data, content_type="application/json")


# --- the JSON API --------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("token", ["a\x00b", 5, {"a": 1}, [1], True, "x" * 100_000])
def test_a_token_that_cannot_be_one_is_an_unknown_one(route: str, token: Any) -> None:
    answer = post(route, {"accessToken": token, "gridNumber": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_access")


@pytest.mark.parametrize(
    "given",
    [
        {"category": HALF},
        {"mood": HALF},
        {"selfieUrls": [f"https://pictures.example.com/{HALF}.jpg"]},
    ],
)
def test_what_no_database_can_keep_is_refused(fake: Any, given: dict[str, Any]) -> None:
    subscriber = make_subscriber(selfies=0, form_data={}, feed_style="")
    answer = post("generate-grid", {"accessToken": subscriber.access_token, **given})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert not Subscriber.objects.get().form_data


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_that_is_too_large_is_refused_in_json(settings: Any, route: str) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = post(route, {"accessToken": "x" * 200})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("route", ROUTES)
def test_half_a_character_in_a_token_is_refused(route: str) -> None:
    answer = post(route, {"accessToken": HALF, "gridNumber": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 50_000, b"[]", b"null", b'"a"', b"9" * 5000])
def test_a_body_that_is_no_object_is_refused_in_json(body: bytes) -> None:
    answer = post("generate-paid", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "junk",
    [
        {"form_data": ["luxury"], "feed_style": ""},
        {"form_data": {"vibe": {"a": 1}, "feed_style": 7}},
        {"form_data": "x" * 100_000},
        {"selfie_image_urls": {"a": 1}},
        {"selfie_image_urls": [1, None, {}, [], "", "://", "https://[", "http://h:99999/", "x" * 100_000]},
        {"selfie_image_urls": ["https://pictures.example.com/a.jpg"] * 10_000},
        {"paid_blueprint_photo_urls": {"a": 1}},
        {"paid_blueprint_photo_urls": [1, None, {}, [["a"]], "", "javascript://%0aalert(1)", "https://["]},
        {"paid_blueprint_photo_urls": ["https://'\"><script>alert(1)</script>.example/"] * 10_000},
    ],
)
def test_rows_of_any_shape_are_shown_and_answered(fake: Any, admin_client: Client, junk: Any) -> None:
    subscriber = make_subscriber(selfies=0, name='<script>alert("x")</script>', **junk)
    client, token = Client(), str(subscriber.access_token)
    assert client.get("/api/blueprint/get-paid-status", {"access": token}).status_code == 200
    assert post("generate-paid", {"accessToken": token, "gridNumber": 30}).status_code in (200, 400)
    page = client.get("/blueprint/paid/", {"access": token}, follow=True)
    assert page.status_code == 200
    assert b"<script>alert" not in page.content
    assert client.get("/blueprint/paid/grids/1/").status_code == 200
    assert client.get("/blueprint/download/").status_code in (200, 302)
    for place in ("", f"{subscriber.pk}/change/"):
        shown = admin_client.get(f"/admin/blueprint/subscriber/{place}")
        assert shown.status_code == 200
        assert b"<script>alert" not in shown.content


# --- what was erased stays erased ------------------------------------------------------------------


def test_an_import_does_not_bring_back_who_was_erased_here(tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text("id,email,access_token\n17,noa@example.com,old-token\n")
    run("import_subscribers", "--csv", str(old), "--apply")
    assert privacy.erase(subscriber_id=17)
    for mode in ((), ("--apply",)):
        assert "skipped: they were erased here" in run("import_subscribers", "--csv", str(old), *mode)
    assert not Subscriber.objects.exists()


def test_no_table_knows_who_was_erased(fake: Any) -> None:
    """Whatever tables there are, by every word that says who it was."""
    client = Client()
    path = confirm_path(client)
    assert b"noa@example.com" in client.get("/blueprint/sent/").content
    client.post(path)
    noa = Subscriber.objects.get()
    words = [noa.email, str(noa.access_token), "Zebedee"]
    style.describe(subscriber_id=noa.pk, name="Zebedee")
    purchases.mark_purchased(subscriber_id=noa.pk)
    grids.start_paid_grid(subscriber_id=noa.pk, number=5)
    work()
    assert known_by(words)
    privacy.erase(subscriber_id=noa.pk)
    work()
    assert known_by(words) == []


def known_by(words: list[str]) -> list[str]:
    """The tables that hold any of these words."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of our own tables
            rows = "".join(row for (row,) in cursor)
            found += [table for word in words if word in rows]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    return found + ["session" for word in words if word in str(sessions)]


def test_pictures_of_who_is_not_here_are_given_to_nobody_else(tmp_path: Path) -> None:
    ben = make_subscriber(selfies=0)
    old = tmp_path / "old.csv"
    old.write_text("id,session_id,grid_number,subscriber_id,prompt\n1,7,1,999,A meadow.\n")
    table = ("--csv", old, "--table", "pro_photoshoot_grids", "--shoots-for", ben.pk, "--apply")
    assert "1 skipped" in run("import_subscribers", *table)
    assert not Shoot.objects.exists()


def test_the_name_of_a_shoot_goes_from_the_log_too() -> None:
    noa, ben = make_subscriber(selfies=0), make_subscriber(selfies=0)
    staff = User.objects.create_superuser("staff@example.com", "pw")
    for one in (noa, ben):
        shoot = shoots.create_shoot(subscriber_id=one.pk, title="Wedding of Noa", scenes=["A meadow."])
        LogEntry.objects.log_actions(staff.pk, [shoot], ADDITION, single_object=True)
    gone = Shoot.objects.get(subscriber=noa)
    shoots.delete(shoot_id=gone.pk)  # what the log says of it stays
    privacy.erase(subscriber_id=noa.pk)
    said = LogEntry.objects.order_by("pk").values_list("object_repr", flat=True)
    assert list(said) == [f"of erased subscriber {noa.pk}", f"Wedding of Noa of {ben.pk}"]


@pytest.mark.parametrize("entries", [[None], [""], [None, 7], {}, "a.jpg"])
def test_a_row_without_a_photo_is_looked_at_once_and_does_not_keep_others_waiting(entries: Any) -> None:
    long_ago = timezone.now() - dt.timedelta(days=400)
    finished: Any = {"paid_blueprint_generated": True, "paid_blueprint_generated_at": long_ago}
    make_subscriber(selfies=0, selfie_image_urls=entries, **finished)
    assert privacy.expire_due() == 1
    assert privacy.expire_due() == 0
    assert not expiry.due().exists()


# --- bought before the address was confirmed --------------------------------------------------------


def test_who_buys_before_confirming_the_address_gets_a_link_that_works(fake: Any) -> None:
    path = confirm_path(Client())
    asked = Subscriber.objects.get()
    assert purchases.mark_purchased(subscriber_id=asked.pk)
    welcome = sent()[-1]
    assert Mail.objects.get(kind=Mail.Kind.WELCOME).status == Mail.Status.SENT
    assert Client().get(link_in(welcome), follow=True).status_code == 200
    assert Client().post(path).status_code == 410  # the other mail opens nothing any more


def test_a_link_that_was_revoked_stays_so_for_who_buys() -> None:
    subscriber = make_subscriber(bought=False, selfies=0)
    access.revoke(subscriber_id=subscriber.pk)
    purchases.mark_purchased(subscriber_id=subscriber.pk)
    assert Subscriber.objects.get().access_token is None


def test_who_bought_and_was_shut_out_does_not_come_back_by_an_old_confirmation(fake: Any) -> None:
    path = confirm_path(Client())
    pk = Subscriber.objects.get().pk
    purchases.mark_purchased(subscriber_id=pk)
    access.revoke(subscriber_id=pk)
    assert Client().post(path).status_code == 410
    assert Subscriber.objects.get().access_token is None


# --- a hundred thousand others ------------------------------------------------------------------------


def test_what_is_asked_for_often_is_found_by_an_index() -> None:
    days = [timezone.now() - dt.timedelta(days=day) for day in range(1200)]
    asset = make_asset("blueprint:1")
    shoots = Shoot.objects.bulk_create(
        Shoot(subscriber=make_subscriber(selfies=0), kind=Shoot.Kind.PAID) for _ in range(40)
    )
    Grid.objects.bulk_create(
        Grid(shoot=shoots[row // 30], number=row % 30 + 1, asset=asset, filled_at=day)
        for row, day in enumerate(days)
    )
    Prediction.objects.bulk_create(
        Prediction(kind="blueprint.grid", subject=f"blueprint:{row}", slot="free:1", account="blueprint:1",
                   provider="local", request={}, status=Prediction.Status.SUCCEEDED, queued_at=day)
        for row, day in enumerate(days)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    lately = free_grids.asked_since(timezone.now() - dt.timedelta(days=1))
    assert "using generation_prediction_" in lately.explain()  # of two, the one that reads fewer rows today
    assert "blueprint_grid_filled" in frames.forgotten().explain()


# --- hosts of selfies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (302, {"Location": "http://[inside"}),
        (302, {"Location": "//:99999999/"}),
        (302, {"Location": "file:///etc/passwd"}),
        (302, {"Location": "http://169.254.169.254/latest/meta-data"}),
        (302, {"Location": "http://a..b/\x7f"}),
        (302, {}),
        (200, {"Content-Length": "9" * 5000}),
        (200, {"Content-Encoding": "gzip"}),
    ],
)
def test_a_hostile_host_of_a_selfie_is_refused_and_no_fault_of_ours(
    host: Elsewhere, status: int, headers: dict[str, str]
) -> None:
    url = host.put("/me.png", b"x", status, **headers)
    with pytest.raises(PermanentError):
        remote_images.take_over(account="subscriber:1", url=url)
    assert not Asset.objects.filter(released_at=None).exists()


# --- two private links in one browser -----------------------------------------------------------------


def form_field(page: bytes, action: str, name: str) -> str:
    """What a hidden field of the form with this action holds."""
    form = page.decode().split(f'action="{action}"')[1].split("</form>")[0]
    return form.split(f'name="{name}" value="')[1].split('"')[0]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_page_of_one_does_nothing_to_the_other_whose_link_was_opened_since(
    client: Client, headers: dict[str, str]
) -> None:
    noa, ben = make_subscriber(form_data={}, feed_style=""), make_subscriber(form_data={}, feed_style="")
    page = client.get("/blueprint/paid/", {"access": str(noa.access_token)}, follow=True).content
    client.get("/blueprint/paid/", {"access": str(ben.access_token)})
    sent_by_forms: dict[str, dict[str, Any]] = {
        "/blueprint/selfies/delete/": {"confirmed": "1"},
        "/blueprint/selfies/add/": {"consent": "1", "selfies": upload()},
        "/blueprint/paid/wishes/": {"vibe": "edgy", "feed_style": "beige"},
    }
    for action, fields in sent_by_forms.items():
        client.post(action, {**fields, "cap": form_field(page, action, "cap")}, headers=headers)
    for one in (noa, ben):
        now = Subscriber.objects.get(pk=one.pk)
        assert (now.selfie_image_urls, now.form_data) == (one.selfie_image_urls, {})


# --- a storage that is away, and one that is late -------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_selfie_that_cannot_be_stored_is_told_in_words(
    settings: Any, client: Client, headers: dict[str, str]
) -> None:
    subscriber = make_subscriber(selfies=0)
    flaky = {"BACKEND": "tests.generation.flaky.FlakyStorage", "OPTIONS": {"allow_overwrite": True}}
    settings.STORAGES = {**settings.STORAGES, "default": flaky}
    client.cookies[access.COOKIE] = str(subscriber.access_token)
    FlakyStorage.failures = 1
    answer = client.post("/blueprint/selfies/add/", {"selfies": upload(), "consent": "1"}, headers=headers)
    assert answer.status_code == 503
    assert "could not be stored just now" in answer.content.decode()


def test_a_photo_that_was_let_go_while_it_came_in_is_not_named_by_anybody(settings: Any) -> None:
    """All selfies are deleted in one window while another one stores a new one."""
    subscriber = make_subscriber(consented_at=timezone.now())
    slow = {"BACKEND": f"{__name__}.DeletesMeanwhile", "OPTIONS": {"allow_overwrite": True}}
    settings.STORAGES = {**settings.STORAGES, "default": slow}
    DeletesMeanwhile.subscriber_id = subscriber.pk
    added = selfies.add(subscriber_id=subscriber.pk, uploads=[upload()], consent=True)
    assert (added.kept, added.refused) == (0, [selfies.LET_GO.format(name="“me.jpg”")])
    assert Subscriber.objects.get().selfie_image_urls == []
    assert not Asset.objects.stored().exists()


class DeletesMeanwhile(FileSystemStorage):
    subscriber_id = 0

    def _save(self, name: str, content: Any) -> str:
        selfies.delete_all(subscriber_id=self.subscriber_id)
        return super()._save(name, content)


# --- places that are kept ---------------------------------------------------------------------------------


def keeps_a_place(**facts: Any) -> Subscriber:
    subscriber = make_subscriber(bought=False, **facts)
    Shoot.objects.create(subscriber=subscriber, kind=Shoot.Kind.FREE, planned=1)
    return subscriber


def test_a_place_that_cannot_begin_keeps_nobody_else_waiting(fake: Any) -> None:
    keeps_a_place(selfies=0)  # deleted while they waited
    keeps_a_place(access_token=None)  # shut out by staff: nothing is paid for them
    next_one = keeps_a_place()
    assert free_grids.start_waiting(limit=1) == 1
    assert Grid.objects.get().shoot.subscriber == next_one


# --- old files ----------------------------------------------------------------------------------------------


def test_a_csv_that_is_no_utf_8_is_recognised_and_said(tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_bytes("id,email,name\n1,zoe@example.com,Zoë\n2,ben@example.com,Ben\n".encode("latin-1"))
    run("import_subscribers", "--csv", old, "--apply")
    assert [one.name for one in Subscriber.objects.order_by("pk")] == ["Zoë", "Ben"]


# --- pictures that are small as files and huge in memory --------------------------------------------------


def test_no_more_photos_are_decoded_at_once_than_there_are_cores() -> None:
    """Eighty megapixels of one colour are a small file, and a gigabyte while they are looked at."""
    held = 0
    while images.A_CORE.acquire(blocking=False):
        held += 1
    looking = threading.Thread(target=images.read_photo, args=[face()], kwargs={"name": "me.jpg"})
    looking.start()
    looking.join(0.5)
    assert looking.is_alive()
    for _ in range(held):
        images.A_CORE.release()
    looking.join(10)
    assert not looking.is_alive()
