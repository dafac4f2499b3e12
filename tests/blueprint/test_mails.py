"""Every mail is a row: sent once, however often it is asked for, and by whoever lives to send it."""

import re
import smtplib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox_of
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from blueprint import access
from blueprint.emails import delivery, follow_up
from blueprint.models import Mail, Shoot, Subscriber
from blueprint.services import grids
from tests.support.blueprint_factories import make_nearly_done, make_subscriber
from tests.support.factories import script
from tests.support.job_queue import (
    drain,
    forget_jobs,
    job_names,
    work,
)

pytestmark = pytest.mark.django_db

Kind, Status = Mail.Kind, Mail.Status


class Refusing(BaseEmailBackend):
    """A mail server that is down, and quotes what it was sent."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPDataError(451, f"try later: {messages[0].body}".encode())


class Dying(BaseEmailBackend):
    """The worker is killed in the middle of the talk with the mail server."""

    def send_messages(self, messages: Any) -> int:
        raise KeyboardInterrupt


class Overtaken(BaseEmailBackend):
    """A mail server so slow that the lease runs out and another worker sends it; only then an error."""

    is_first = True

    def send_messages(self, messages: Any) -> int:
        if not Overtaken.is_first:
            return len(messages)
        Overtaken.is_first = False
        Mail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        delivery.send(Mail.objects.get().pk)
        raise smtplib.SMTPServerDisconnected("too late")


def sent() -> list[EmailMessage]:
    return outbox_of.outbox  # type: ignore[attr-defined,no-any-return]


def through(settings: Any, backend: type) -> None:
    settings.MAILERS = {"default": {"BACKEND": f"{backend.__module__}.{backend.__qualname__}"}}


def queued(kind: Mail.Kind = Kind.WELCOME, **more: Any) -> Mail:
    mail = delivery.queue(make_subscriber(**more), kind)
    assert mail is not None
    return mail


def age(mail: Mail, **by: float) -> None:
    """As if that much time had passed for the mail."""
    past = timedelta(**by)
    mail.refresh_from_db()
    Mail.objects.filter(pk=mail.pk).update(
        created_at=mail.created_at - past,
        lease_until=mail.lease_until - past if mail.lease_until else None,
    )


# --- sending ---------------------------------------------------------------------------------------


def test_a_mail_goes_out_and_its_row_says_when() -> None:
    mail = queued()
    drain()
    mail.refresh_from_db()
    assert mail.status == Status.SENT
    assert mail.sent_at is not None
    assert mail.tries == 1
    assert [message.to for message in sent()] == [[mail.to]]


def test_a_mail_is_sent_once_by_however_many_jobs() -> None:
    mail = queued()
    for _ in range(3):
        delivery.send(mail.pk)
    assert len(sent()) == 1


def test_what_may_come_once_is_queued_once() -> None:
    subscriber = make_subscriber()
    assert delivery.queue(subscriber, Kind.DELIVERY, once="delivery") is not None
    assert delivery.queue(subscriber, Kind.DELIVERY, once="delivery") is None
    drain()
    assert len(sent()) == 1


@pytest.mark.django_db(transaction=True)
def test_what_may_come_once_is_queued_once_by_two_at_the_same_moment() -> None:
    subscriber = make_subscriber(selfies=0)
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait()
        with transaction.atomic():
            delivery.queue(subscriber, Kind.WELCOME, once="welcome")
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Mail.objects.count() == 1
    assert job_names() == ["blueprint.send_mail"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_send_one_copy() -> None:
    mail = queued(selfies=0)
    together = threading.Barrier(4)

    def work_on_it() -> None:
        together.wait()
        delivery.send(mail.pk)
        connection.close()

    threads = [threading.Thread(target=work_on_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent()) == 1


def test_what_a_killed_worker_was_sending_is_sent_after_its_lease(settings: Any) -> None:
    mail = queued()
    usual = settings.MAILERS
    through(settings, Dying)
    with pytest.raises(KeyboardInterrupt):
        delivery.send(mail.pk)
    forget_jobs()
    settings.MAILERS = usual
    assert delivery.send_forgotten() == 0
    age(mail, minutes=6)
    assert delivery.send_forgotten() == 1
    drain()
    assert len(sent()) == 1


def test_what_a_worker_learns_after_its_lease_does_not_overwrite_what_the_next_one_did(settings: Any) -> None:
    mail = queued()
    forget_jobs()
    through(settings, Overtaken)
    delivery.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.status, mail.tries, mail.error) == (Status.SENT, 2, "")
    assert job_names() == []


def test_a_mail_whose_job_was_lost_is_found() -> None:
    mail = queued()
    forget_jobs()
    assert delivery.send_forgotten() == 0
    age(mail, minutes=11)
    assert delivery.send_forgotten() == 1
    drain()
    assert len(sent()) == 1


def test_a_mail_server_that_is_down_is_tried_again_and_again_and_then_the_mail_has_failed(
    settings: Any,
) -> None:
    mail = queued()
    through(settings, Refusing)
    work(rounds=400)
    mail.refresh_from_db()
    assert mail.status == Status.FAILED
    assert mail.tries == delivery.TRIES
    assert mail.error.startswith("SMTPDataError")


def test_a_mail_that_waits_for_its_next_try_is_not_taken_for_forgotten(settings: Any) -> None:
    mail = queued()
    through(settings, Refusing)
    delivery.send(mail.pk)
    age(mail, seconds=35)
    assert delivery.send_forgotten() == 0


def test_a_mail_server_that_comes_back_gets_the_mail(settings: Any) -> None:
    mail = queued()
    usual = settings.MAILERS
    through(settings, Refusing)
    drain()
    settings.MAILERS = usual
    work()
    mail.refresh_from_db()
    assert mail.status == Status.SENT
    assert mail.error == ""
    assert len(sent()) == 1


def test_staff_send_one_that_failed_again(settings: Any) -> None:
    mail = queued()
    Mail.objects.update(status=Status.FAILED)
    forget_jobs()
    Subscriber.objects.update(email="new@example.com")
    again = delivery.resend(mail_id=mail.pk)
    drain()
    assert again is not None
    assert again != mail
    assert again.once == ""
    assert sent()[0].to == ["new@example.com"]


# --- the private link ----------------------------------------------------------------------------------


def test_the_link_stands_in_the_mail_and_neither_in_a_row_nor_in_a_log(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    mail = queued()
    token = mail.subscriber.access_token or ""
    usual = settings.MAILERS
    through(settings, Refusing)
    drain()
    mail.refresh_from_db()
    assert "try later" in mail.error
    assert token not in mail.error
    assert "try later" in caplog.text
    assert token not in caplog.text
    settings.MAILERS = usual
    work()
    assert token in sent()[0].body


def test_a_mail_brings_the_link_that_is_valid_when_it_goes_out() -> None:
    mail = queued()
    old = mail.subscriber.access_token or ""
    new = access.reissue(subscriber_id=mail.subscriber_id) or ""
    drain()
    assert len(sent()) == 2
    assert all(new in message.body and old not in message.body for message in sent())


def test_no_mail_brings_a_link_that_was_revoked() -> None:
    mail = queued()
    access.revoke(subscriber_id=mail.subscriber_id)
    drain()
    mail.refresh_from_db()
    assert sent() == []
    assert mail.status == Status.FAILED
    assert "issue a new one" in mail.error


# --- what they say -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_says_the_same_in_text_and_in_html(kind: Mail.Kind) -> None:
    mail = queued(kind, name='Zoë "<b>" & Co')
    words = delivery.compose(mail)
    assert words.subject
    assert "\n" not in words.subject
    link = re.search(r"http://\S+", words.text)
    assert link
    assert link[0].replace("&", "&amp;") in words.html
    assert "<b>" not in words.html
    assert "&quot;" not in words.text
    assert "&#x27;" not in words.text
    assert "{%" not in words.text + words.html
    assert "{{" not in words.text + words.html


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (Kind.CONFIRM, "Confirm your address to begin your blueprint"),
        (Kind.WELCOME, "Your blueprint: the private link"),
        (Kind.DELIVERY, "Your 30 grids are here"),
        (Kind.FOLLOW_UP, "Your blueprint has not been started yet"),
        (Kind.NEW_LINK, "Your new private link"),
    ],
)
def test_a_subject_says_what_happened(kind: Mail.Kind, subject: str) -> None:
    assert delivery.compose(queued(kind)).subject == subject


@pytest.mark.parametrize("kind", [Kind.WELCOME, Kind.FOLLOW_UP])
@pytest.mark.parametrize("selfies", [0, 1])
def test_who_has_bought_and_sent_no_photo_is_told_that_it_begins_with_one(
    kind: Mail.Kind, selfies: int
) -> None:
    mail = delivery.queue(make_subscriber(selfies=selfies), kind)
    assert mail is not None
    words = delivery.compose(mail)
    for said in (words.text, words.html):
        assert ("one to three photos of you" in said) == (not selfies)


def test_the_number_of_failed_grids_is_told_once_nothing_is_under_way(fake: Any) -> None:
    subscriber = make_subscriber()
    script(grid=["refuse", "ok", "refuse"])
    for number in (3, 4, 7):
        grids.start_paid_grid(subscriber_id=subscriber.pk, number=number)
    work()
    (message,) = sent()
    assert message.subject == "2 grids need you"
    assert "3, 7" in message.body


def test_a_mail_about_failures_that_were_mended_meanwhile_says_no_number() -> None:
    assert delivery.compose(queued(Kind.NEEDS_YOU)).subject == "Your blueprint can go on"


def test_all_thirty_bring_one_mail(fake: Any) -> None:
    subscriber = make_nearly_done()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    work()
    assert [message.subject for message in sent()] == ["Your 30 grids are here"]


# --- the reminder ----------------------------------------------------------------------------------------


def bought(days: float, **more: Any) -> Subscriber:
    when = timezone.now() - timedelta(days=days)
    return make_subscriber(paid_blueprint_purchased_at=when, **more)


def test_who_bought_three_days_ago_and_asked_for_nothing_is_reminded_once() -> None:
    subscriber = bought(3.1)
    assert follow_up.remind_all() == 1
    assert follow_up.remind_all() == 0
    drain()
    assert [message.to for message in sent()] == [[subscriber.email]]


@pytest.mark.parametrize(
    ("days", "more"),
    [
        (2.9, {}),
        (31, {}),
        (4, {"paid_blueprint_generated": True}),
        (4, {"paid_blueprint_photo_urls": ["https://example.com/1.png"]}),
        (4, {"unsubscribed_at": timezone.now()}),
        (4, {"bought": False}),
        (4, {"access_token": None}),
    ],
)
def test_nobody_else_is_reminded(days: float, more: dict[str, Any]) -> None:
    bought(days, **more)
    assert follow_up.remind_all() == 0


def test_who_began_is_not_reminded(fake: Any) -> None:
    subscriber = bought(4)
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=1)
    assert follow_up.remind_all() == 0


def test_only_the_reminder_can_be_unsubscribed_from_and_mail_programs_are_told_how() -> None:
    mail = queued(Kind.FOLLOW_UP)
    delivery.queue(mail.subscriber, Kind.DELIVERY)
    drain()
    reminder, delivered = sent()
    assert reminder.extra_headers["List-Unsubscribe"] == f"<{unsubscribe_address(reminder)}>"
    assert reminder.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in delivered.extra_headers


def unsubscribe_address(message: EmailMessage) -> str:
    found = re.search(r"http://\S+/blueprint/unsubscribe/\S+", message.body)
    assert found
    return found[0]


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_opening_the_link_asks_and_pressing_the_button_unsubscribes(client: Client) -> None:
    mail = queued(Kind.FOLLOW_UP)
    drain()
    path = path_of(unsubscribe_address(sent()[0]))
    assert "Send me no reminders" in client.get(path).content.decode()
    mail.subscriber.refresh_from_db()
    assert mail.subscriber.unsubscribed_at is None
    assert "No more reminders" in client.post(path).content.decode()
    mail.subscriber.refresh_from_db()
    assert mail.subscriber.unsubscribed_at is not None


def test_a_mail_program_unsubscribes_without_a_cookie() -> None:
    mail = queued(Kind.FOLLOW_UP)
    drain()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path_of(unsubscribe_address(sent()[0])), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    mail.subscriber.refresh_from_db()
    assert mail.subscriber.unsubscribed_at is not None


def test_a_forged_link_unsubscribes_nobody(client: Client) -> None:
    mail = queued(Kind.FOLLOW_UP)
    confirming = delivery.confirm_link(mail.subscriber).rsplit("/", 2)[1]
    for signed in ("MQ:1xyz:abc", confirming):
        assert client.post(f"/blueprint/unsubscribe/{signed}/").status_code == 404
    mail.subscriber.refresh_from_db()
    assert mail.subscriber.unsubscribed_at is None


def test_a_reminder_that_is_on_its_way_when_somebody_unsubscribes_is_not_sent() -> None:
    mail = queued(Kind.FOLLOW_UP)
    follow_up.unsubscribe(subscriber_id=mail.subscriber_id)
    drain()
    assert sent() == []


def test_the_reminder_is_not_part_of_a_shoot_that_staff_run() -> None:
    subscriber = bought(4)
    Shoot.objects.create(subscriber=subscriber, kind=Shoot.Kind.STAFF, planned=3).grids.create(number=1)
    assert follow_up.remind_all() == 1
