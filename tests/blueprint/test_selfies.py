"""One to three selfies come in, are looked at, and go when their owner says so."""

import io
import re
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from blueprint import access
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.presenters.selfies import Selfies
from blueprint.services import grids, selfies
from generation.models import Asset, Erasure, Prediction
from generation.storage import assets
from tests.blueprint.test_selfie_check import add_face, room
from tests.support.blueprint_factories import add_selfies, make_subscriber
from tests.support.factories import make_asset
from tests.support.job_queue import drain, work
from tests.support.pictures import picture

pytestmark = pytest.mark.django_db


@cache
def portrait(shade: int = 0, form: str = "JPEG", **options: Any) -> bytes:
    """A drawn face on a wall; another shade is another photo."""
    photo = add_face(room(colour=(168 - shade, 176, 184)), (300, 345), 215)
    file = io.BytesIO()
    Image.fromarray(photo).save(file, form, **options)
    return file.getvalue()


def file(data: bytes | None = None, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, portrait() if data is None else data)


@pytest.fixture
def noa() -> Subscriber:
    return make_subscriber(selfies=0)


@pytest.fixture
def browser(client: Client, noa: Subscriber) -> Client:
    client.cookies[access.COOKIE] = noa.access_token or ""
    return client


def upload(browser: Client, *files: SimpleUploadedFile, consent: bool = True, **headers: str) -> Any:
    data = {"selfies": list(files), **({"consent": "1"} if consent else {})}
    return browser.post(reverse("blueprint:add-selfies"), data, headers=headers)


def words_of(answer: Any) -> str:
    return answer.content.decode()


# --- coming in --------------------------------------------------------------------------------------


def test_several_come_at_once_and_are_the_ones_grids_are_made_of(browser: Client, noa: Subscriber) -> None:
    answer = upload(browser, file(portrait(0)), file(portrait(20)), file(portrait(40)))
    noa.refresh_from_db()
    assert answer.status_code == 302
    assert len(selfies.usable(noa)) == 3
    assert all(entry.startswith(f"selfies/{noa.pk}-") for entry in noa.selfie_entries)
    assert noa.consented_at is not None


def test_an_upload_moves_the_version_so_that_open_pages_learn_of_it(browser: Client, noa: Subscriber) -> None:
    upload(browser, file())
    assert Subscriber.objects.get(pk=noa.pk).version > noa.version


def test_four_are_refused_in_words_and_none_is_kept(browser: Client, noa: Subscriber) -> None:
    answer = upload(browser, *(file(portrait(20 * n)) for n in range(4)), **{"HX-Request": "true"})
    noa.refresh_from_db()
    assert answer.status_code == 400
    assert "These are 4 photos: choose three at most." in words_of(answer)
    assert noa.selfie_entries == []
    assert not Asset.objects.exists()


def test_the_box_stays_ticked_when_photos_are_refused(browser: Client) -> None:
    answer = upload(browser, file(b"no photo"), **{"HX-Request": "true"})
    assert answer.status_code == 400
    assert re.search(r'name="consent"[^>]* checked', words_of(answer))


def test_a_refusal_without_scripts_is_the_page_with_the_reason(browser: Client) -> None:
    answer = upload(browser, *(file() for _ in range(4)))
    assert answer.status_code == 400
    assert "These are 4 photos" in words_of(answer)


def test_there_is_room_for_what_is_missing_of_three(browser: Client, noa: Subscriber) -> None:
    add_selfies(noa, 2)
    answer = upload(browser, file(portrait(0)), file(portrait(20)), **{"HX-Request": "true"})
    assert answer.status_code == 400
    assert "There is room for 1 more, and these are 2." in words_of(answer)
    assert upload(browser, file()).status_code == 302


def test_entries_of_an_earlier_system_beyond_three_are_left_alone(browser: Client, noa: Subscriber) -> None:
    urls = [f"https://example.com/{n}.jpg" for n in range(5)]
    Subscriber.objects.update(selfie_image_urls=urls)
    assert upload(browser, file(), **{"HX-Request": "true"}).status_code == 400
    noa.refresh_from_db()
    assert noa.selfie_image_urls == urls


def test_what_cannot_be_worked_with_takes_no_room(browser: Client, noa: Subscriber) -> None:
    Subscriber.objects.update(selfie_image_urls=["http://10.0.0.7/me.jpg", "selfies/1-nothing", None])
    assert upload(browser, file(portrait(0)), file(portrait(20)), file(portrait(40))).status_code == 302
    noa.refresh_from_db()
    assert len(selfies.usable(noa)) == 3


def test_without_consent_nothing_is_kept_and_it_is_asked_once(browser: Client, noa: Subscriber) -> None:
    refused = upload(browser, file(), consent=False, **{"HX-Request": "true"})
    assert refused.status_code == 400
    assert selfies.NO_CONSENT in words_of(refused)
    assert not Asset.objects.exists()
    upload(browser, file(portrait(0)))
    assert upload(browser, file(portrait(20)), consent=False).status_code == 302


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "is not a photo we can read"),
        (b"", "is empty"),
        (portrait()[:4000], "is damaged or not complete"),
        (b"\xff\xd8" + bytes(50 * 1024 * 1024), "has 50.0 MB: at most 25 MB a photo"),
    ],
)
def test_what_is_no_photo_is_refused_with_its_name(browser: Client, data: bytes, said: str) -> None:
    answer = upload(browser, file(data, "holiday.jpg"), **{"HX-Request": "true"})
    assert answer.status_code == 400
    assert "holiday.jpg" in words_of(answer)
    assert said in words_of(answer)
    assert not Asset.objects.exists()


def test_a_photo_of_nobody_is_refused_with_what_to_do(browser: Client) -> None:
    answer = upload(browser, file(picture(size=(800, 800))), **{"HX-Request": "true"})
    assert answer.status_code == 400
    assert "There is no face in this photo. Choose one" in words_of(answer)


def test_one_that_will_not_do_does_not_keep_the_others_out(browser: Client, noa: Subscriber) -> None:
    answer = upload(browser, file(b"hello", "notes.txt"), file())
    noa.refresh_from_db()
    assert len(noa.selfie_entries) == 1
    told = [str(message) for message in answer.wsgi_request._messages]
    assert told[0] == "Your selfie is here."
    assert "notes.txt" in told[1]


def test_the_same_photo_twice_is_kept_once(browser: Client, noa: Subscriber) -> None:
    upload(browser, file(), file())
    answer = upload(browser, file(name="again.jpg"), **{"HX-Request": "true"})
    noa.refresh_from_db()
    assert len(noa.selfie_entries) == 1
    assert answer.status_code == 400
    assert "again.jpg” is there already." in words_of(answer)


def test_what_was_stored_in_vain_is_purged(browser: Client, noa: Subscriber) -> None:
    upload(browser, file(), file())
    kept = Asset.objects.stored().count()
    Asset.objects.update(created_at="2026-01-01T00:00Z")
    assets.purge(limit=10)
    assert (kept, Asset.objects.count()) == (1, 1)


def test_a_photo_from_an_iphone_comes_in_upright(browser: Client, noa: Subscriber) -> None:
    heic = portrait(form="HEIF", quality=90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    sideways = Image.open(io.BytesIO(portrait())).transpose(Image.Transpose.ROTATE_90)
    turned = io.BytesIO()
    sideways.save(turned, "JPEG", exif=exif, quality=95)
    upload(browser, file(heic, "IMG_1.HEIC"), file(turned.getvalue(), "IMG_2.JPG"))
    sizes = Asset.objects.stored().values_list("width", "height")
    assert list(sizes) == [(600, 800)] * 2


def test_of_two_who_upload_at_once_nobody_gets_past_three(noa: Subscriber) -> None:
    """Another upload lands between the look and the lock."""
    add_selfies(noa, 2)
    stale = Subscriber.objects.get(pk=noa.pk)
    first = selfies.add(subscriber_id=stale.pk, uploads=[file(portrait(0))], consent=True)
    made = [(selfies._Photo("“b.jpg”", None, []), make_asset(noa.account))]  # type: ignore[arg-type]
    second = selfies.Added()
    selfies._record(noa.pk, made, second)
    noa.refresh_from_db()
    assert (first.kept, second.kept, second.refused) == (1, 0, [selfies.FULL])
    assert len(noa.selfie_entries) == 3


# --- as the page shows them ---------------------------------------------------------------------------


def test_a_photo_elsewhere_is_named_by_its_host_and_not_fetched(browser: Client, noa: Subscriber) -> None:
    Subscriber.objects.update(selfie_image_urls=["https://photos.example.com/secret/me.jpg?key=1"])
    page = words_of(browser.get(reverse("blueprint:paid")))
    assert "A photo at photos.example.com" in page
    assert "secret" not in page
    assert "key=1" not in page


def test_one_that_could_not_be_fetched_is_marked_until_it_was(browser: Client, noa: Subscriber) -> None:
    address = "https://old.example/me.jpg"
    noa.selfie_image_urls = [address, "https://other.example/me.jpg"]
    noa.save()
    prediction = grids.start_paid_grid(subscriber_id=noa.pk, number=5).prediction
    assert prediction is not None
    message = "Your selfie at old.example could not be fetched. Add it again, or another one."
    Prediction.objects.filter(pk=prediction.pk).update(status=Prediction.Status.FAILED, message=message)
    assert [bool(photo.doubt) for photo in Selfies(noa).photos] == [True, False]
    assert "could not be fetched from there" in words_of(browser.get(reverse("blueprint:paid")))
    Asset.objects.filter(pk=make_asset(noa.account).pk).update(source_url=address)
    assert not any(photo.doubt for photo in Selfies(noa).photos)


def test_nobody_elses_photo_is_shown_whatever_the_row_says(noa: Subscriber) -> None:
    foreign = assets.store(
        account="subscriber:999", data=picture(), content_type="image/png", stem="selfies/999"
    )
    noa.selfie_image_urls = [assets.key(foreign, "original")]
    assert selfies.usable(noa) == []
    assert [(photo.asset, photo.problem) for photo in Selfies(noa).photos] == [(None, selfies.LOST)]


def test_the_upload_stands_where_selfies_are_missing_and_only_there(browser: Client, noa: Subscriber) -> None:
    page = words_of(browser.get(reverse("blueprint:paid")))
    assert page.count('id="selfie-form"') == 1
    assert page.count('aria-labelledby="selfies-title"') == 1


def test_the_region_takes_few_queries(noa: Subscriber, django_assert_max_num_queries: Any) -> None:
    add_selfies(noa, 3)
    with django_assert_max_num_queries(3):
        shown = Selfies(noa)
        assert (len(shown.photos), shown.room, shown.are_being_used, shown.delete_on) == (3, 0, False, None)


# --- going --------------------------------------------------------------------------------------------


def remove(browser: Client, entry: str, **headers: str) -> Any:
    address = reverse("blueprint:remove-selfie", args=[selfies.photo_id(entry)])
    return browser.post(address, headers=headers)


def test_one_is_removed_with_its_file_and_the_others_stay(browser: Client, noa: Subscriber) -> None:
    add_selfies(noa, 2)
    gone, stays = noa.selfie_entries
    remove(browser, gone)
    noa.refresh_from_db()
    assert noa.selfie_entries == [stays]
    assert [asset.released_at is not None for asset in Asset.objects.order_by("created_at")] == [True, False]
    assert Erasure.objects.get().account == noa.account


def test_removing_it_again_does_no_harm(browser: Client, noa: Subscriber) -> None:
    add_selfies(noa, 1)
    remove(browser, noa.selfie_entries[0])
    assert remove(browser, noa.selfie_entries[0]).status_code == 302


def test_with_an_address_goes_the_copy_that_was_taken_over(browser: Client, noa: Subscriber) -> None:
    url = "https://example.com/me.jpg"
    Subscriber.objects.update(selfie_image_urls=[url])
    copy = make_asset(noa.account)
    Asset.objects.filter(pk=copy.pk).update(source_url=url)
    remove(browser, url)
    copy.refresh_from_db()
    assert copy.released_at is not None


def delete_all(browser: Client, *, confirmed: bool = True, **headers: str) -> Any:
    data = {"confirmed": "1"} if confirmed else {}
    return browser.post(reverse("blueprint:delete-selfies"), data, headers=headers)


def test_all_are_deleted_once_that_is_confirmed(browser: Client, noa: Subscriber) -> None:
    add_selfies(noa, 2)
    delete_all(browser, confirmed=False)
    noa.refresh_from_db()
    assert len(noa.selfie_entries) == 2
    delete_all(browser)
    noa.refresh_from_db()
    assert noa.selfie_entries == []
    assert noa.selfies_deleted_at is not None
    assert not Asset.objects.stored().exists()


def test_pictures_that_were_made_stay(browser: Client, noa: Subscriber, fake: Any) -> None:
    add_selfies(noa, 1)
    grids.start_paid_grid(subscriber_id=noa.pk, number=5)
    work()
    delete_all(browser)
    grid = Grid.objects.select_related("asset").get()
    assert grid.asset is not None
    assert grid.asset.released_at is None
    assert grid.frames.filter(asset__released_at=None).count() == 9


def test_a_grid_that_was_taken_over_is_no_selfie(noa: Subscriber) -> None:
    add_selfies(noa, 1)
    taken = make_asset(noa.account)
    Asset.objects.filter(pk=taken.pk).update(source_url="https://example.com/grid.png")
    shoot = Shoot.objects.create(subscriber=noa, kind=Shoot.Kind.PAID)
    Grid.objects.create(shoot=shoot, number=1, asset=taken)
    selfies.delete_all(subscriber_id=noa.pk)
    taken.refresh_from_db()
    assert taken.released_at is None


def test_while_they_are_needed_they_stay_and_that_is_said(
    browser: Client, noa: Subscriber, fake: Any
) -> None:
    add_selfies(noa, 1)
    grids.start_paid_grid(subscriber_id=noa.pk, number=5)
    for answer in (
        delete_all(browser, **{"HX-Request": "true"}),
        remove(browser, noa.selfie_entries[0], **{"HX-Request": "true"}),
    ):
        assert answer.status_code == 409
        assert "Grids are being made with your selfies now." in words_of(answer)
    noa.refresh_from_db()
    assert len(noa.selfie_entries) == 1
    work()
    assert Prediction.objects.get().status == Prediction.Status.SUCCEEDED


def test_new_ones_after_a_deletion_begin_anew(browser: Client, noa: Subscriber) -> None:
    add_selfies(noa, 1)
    delete_all(browser)
    drain()
    upload(browser, file())
    noa.refresh_from_db()
    assert noa.selfies_deleted_at is None
    assert len(selfies.usable(noa)) == 1


# --- who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["add-selfies", "delete-selfies"])
def test_without_the_link_nothing_is_done(client: Client, noa: Subscriber, name: str) -> None:
    add_selfies(noa, 1)
    answer = client.post(
        reverse(f"blueprint:{name}"), {"selfies": [file()], "confirmed": "1", "consent": "1"}
    )
    noa.refresh_from_db()
    assert answer.status_code == 404
    assert len(noa.selfie_entries) == 1


def test_somebody_elses_selfie_is_not_removed(browser: Client, noa: Subscriber) -> None:
    other = make_subscriber(selfies=1)
    remove(browser, other.selfie_entries[0])
    other.refresh_from_db()
    assert len(other.selfie_entries) == 1


@pytest.mark.parametrize("name", ["add-selfies", "delete-selfies"])
def test_a_reload_of_what_was_posted_leads_to_the_page(browser: Client, name: str) -> None:
    answer = browser.get(reverse(f"blueprint:{name}"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("blueprint:paid")


@pytest.mark.parametrize(
    ("came_from", "to"),
    [
        ("http://testserver/blueprint/shoots/3/?x=1", "/blueprint/shoots/3/#selfies"),
        ("https://elsewhere.example/blueprint/paid/", "/blueprint/paid/"),
        ("http://testserver/admin/", "/blueprint/paid/"),
        ("", "/blueprint/paid/"),
    ],
)
def test_without_scripts_one_comes_back_to_where_one_was(browser: Client, came_from: str, to: str) -> None:
    assert delete_all(browser, Referer=came_from)["Location"] == to
