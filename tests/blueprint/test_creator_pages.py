"""What creators are told: how good a selfie is, what a scene will be, how large a frame is, what is gone."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw

from blueprint import access
from blueprint import demo as blueprint_demo
from blueprint.imaging import selfie_check
from blueprint.models import Frame, Grid, Mail, Subscriber
from blueprint.services import grids, selfies
from tests.support.blueprint_factories import make_subscriber
from tests.support.job_queue import work

pytestmark = pytest.mark.django_db
PORTRAIT = Path(blueprint_demo.PORTRAIT)
PAID = "/blueprint/paid/"


def browser_of(subscriber: Subscriber) -> Client:
    client = Client()
    client.cookies[access.COOKIE] = subscriber.access_token or ""
    return client


def with_dark_glasses() -> bytes:
    """The portrait with two black lenses where its eyes are."""
    photo = Image.open(PORTRAIT).convert("RGB")
    draw = ImageDraw.Draw(photo)
    for x in (208, 244):
        draw.ellipse((x - 16, 90, x + 16, 114), fill=(22, 20, 24))
    stream = io.BytesIO()
    photo.save(stream, "JPEG", quality=92)
    return stream.getvalue()


# --- selfies ----------------------------------------------------------------------------------------


def test_a_good_portrait_is_praised_for_every_aspect() -> None:
    said = selfie_check.judge(PORTRAIT.read_bytes()).remarks
    assert [(remark.aspect, remark.is_good) for remark in said] == [
        (aspect, True) for aspect in selfie_check.ASPECTS
    ]


def test_dark_glasses_are_said_and_may_be_kept() -> None:
    judgement = selfie_check.judge(with_dark_glasses())
    assert [(one.code, one.blocking) for one in judgement.problems] == [("dark_glasses", False)]


def test_each_selfie_stands_on_the_page_with_what_was_found() -> None:
    noa = make_subscriber(selfies=0)
    client = browser_of(noa)
    assert "A good one" in client.get(PAID).text
    file = SimpleUploadedFile("me.jpg", with_dark_glasses())
    client.post("/blueprint/selfies/add/", {"selfies": file, "consent": "1"})
    page = client.get(PAID).text
    assert "Your face is near and easy to see." in page
    assert "Your eyes are hidden, by sunglasses or a shadow." in page
    noa.refresh_from_db()
    selfies.remove(subscriber_id=noa.pk, photo=next(iter(noa.selfie_remarks)))
    noa.refresh_from_db()
    assert noa.selfie_remarks == {}


def test_the_check_before_sending_says_what_is_good_too() -> None:
    answer = Client().post(
        "/blueprint/photo/", {"photo": SimpleUploadedFile("me.jpg", PORTRAIT.read_bytes())}
    )
    assert "You are alone in it." in answer.json()["good"]


def test_deleting_them_is_confirmed_with_the_date_and_by_mail(fake: Any) -> None:
    noa = make_subscriber()
    grids.start_paid_grid(subscriber_id=noa.pk, number=1)
    work()
    mail.outbox.clear()
    page = browser_of(noa).post("/blueprint/selfies/delete/", {"confirmed": "1"}, follow=True).text
    assert re.search(r"Your selfies were deleted on \d+ \w+ \d{4}, \d\d:\d\d UTC", page)
    work()
    (sent,) = mail.outbox
    assert re.search(r"deleted on \d+ \w+ \d{4} at \d\d:\d\d UTC", sent.body)
    assert "Kept: 1 grid" in sent.body
    assert Mail.objects.get(kind=Mail.Kind.SELFIES).status == Mail.Status.SENT


# --- the gallery ------------------------------------------------------------------------------------


def test_an_empty_gallery_shows_thirty_drawn_scenes_in_the_chosen_world() -> None:
    page = browser_of(make_subscriber(form_data={"vibe": "edgy"}, feed_style="beige")).get(PAID).text
    assert [int(n) for n in re.findall(r"scenes[^\"]*\.svg#scene-(\d+)", page)] == list(range(1, 31))
    assert "mood-beige world-edgy" in page
    assert "0<small> of 30</small>" in page


def test_what_one_gets_stands_where_one_pays(settings: Any) -> None:
    page = browser_of(make_subscriber(bought=False)).get(PAID).text
    assert "3 grids in which a frame is not you" in page
    assert "you get all of your money back" in page


# --- downloads --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "kind", "ending"), [("jpeg", "JPEG", "jpg"), ("png", "PNG", "png")])
def test_frames_and_grids_come_as_jpeg_and_png_with_names_that_sort(
    wanted: str, kind: str, ending: str, fake: Any
) -> None:
    noa = make_subscriber()
    grids.start_paid_grid(subscriber_id=noa.pk, number=5)
    work()
    client, grid = browser_of(noa), Grid.objects.get()
    frame = Frame.objects.get(position=3)
    pages = {
        f"/blueprint/grids/{grid.pk}/": "05-city-walk",
        f"/blueprint/frames/{frame.pk}/": "05-city-walk-frame-3",
    }
    for address, name in pages.items():
        answer = client.get(f"{address}download/", {"format": wanted}, follow=True)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert Image.open(io.BytesIO(data)).format == kind
        assert f'filename="selvedge-blueprint-{name}.{ending}"' in answer["Content-Disposition"]


def test_the_size_is_said_in_pixels_and_centimetres(fake: Any) -> None:
    noa = make_subscriber()
    grids.start_paid_grid(subscriber_id=noa.pk, number=1)
    work()
    page = browser_of(noa).get(f"{PAID}grids/1/").text
    assert "330 × 330 px, 2.8 × 2.8 cm at 300 dpi" in page


def test_the_demo_has_a_portrait_of_a_person() -> None:
    assert blueprint_demo.make_subscriber()
    demo = Subscriber.objects.get()
    assert len(selfies.usable(demo)) == 1
    (remarks,) = demo.selfie_remarks.values()
    assert all(remark["is_good"] for remark in remarks)
