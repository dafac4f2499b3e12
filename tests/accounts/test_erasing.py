"""An account is deleted with everything; the books stay, and name nobody."""

import datetime as dt
import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.storage import default_storage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client

from accounts import deletion, tokens
from accounts.models import ApiToken, User
from credits import services as ledger
from credits.models import Account, Entry
from generation.models import Asset, Attempt, Erasure, Prediction
from generation.storage import assets
from generation.storage import deletion as engine_memory
from techpack.editing import values
from techpack.models import DraftPhoto, Product, Revision, TechPack
from techpack.pipeline import advance
from techpack.services import proposals, takes
from tests.support.factories import (
    make_draft,
    make_finished_run,
    make_product,
    make_run,
    make_user,
    script,
)
from tests.support.job_queue import (
    drain,
    forget_jobs,
    job_names,
    work,
)
from tests.support.snapshots import remembered

pytestmark = pytest.mark.django_db
PAGE = "/account/delete/"


@pytest.fixture
def noa(fake: Any) -> User:
    """She has a finished run, a photo of no product, and a confirmed address."""

    def make() -> int:
        user = make_user("noa@example.com", balance=20)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        make_finished_run(user, name="Noa's tee")
        make_draft(user)
        return user.pk

    return User.objects.get(pk=remembered("noa", make))


@pytest.fixture
def browser(client: Client, noa: User) -> Client:
    client.post("/accounts/login/", {"login": "noa@example.com", "password": "secret"})
    return client


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def left_of(user_id: int) -> list[str]:
    """What still says anything about them."""
    account = f"user:{user_id}"
    rows = {
        "user": User.objects.filter(pk=user_id),
        "addresses": EmailAddress.objects.filter(user_id=user_id),
        "sessions": UserSession.objects.filter(user_id=user_id),
        "tokens": ApiToken.objects.filter(user_id=user_id),
        "ledger's name": Account.objects.filter(user_id=user_id),
        "products": Product.objects.filter(owner_id=user_id),
        "photos": Revision.objects.filter(product__owner_id=user_id),
        "drafts": DraftPhoto.objects.filter(owner_id=user_id),
        "runs": TechPack.objects.filter(product__owner_id=user_id),
        "images": Asset.objects.filter(account=account, released_at=None),
        "requests": Prediction.objects.filter(account=account, request__has_key="prompt"),
        "calls": Attempt.objects.filter(prediction__account=account).exclude(
            payload=engine_memory.ERASED, output__isnull=True
        ),
    }
    return [name for name, query in rows.items() if query.exists()]


def let_hours_pass() -> None:
    shift = dt.timedelta(hours=3)
    Erasure.objects.update(requested_at=F("requested_at") - shift)
    Prediction.objects.update(finished_at=F("finished_at") - shift)


def mentions(text: str) -> list[str]:
    """Tables that have it anywhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s)', [f"%{text}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(table)
    return found


# --- what goes, what stays ---------------------------------------------------------------------------


def test_nothing_is_left_but_the_books(noa: User) -> None:
    entries = list(Entry.objects.order_by("pk").values_list("amount", "description", "reference"))
    calls = list(Attempt.objects.order_by("pk").values_list("model", "outcome", "cost_usd"))
    assert deletion.erase(user_id=noa.pk)
    drain()
    assert left_of(noa.pk) == []
    assert list(Entry.objects.order_by("pk").values_list("amount", "description", "reference")) == entries
    assert list(Attempt.objects.order_by("pk").values_list("model", "outcome", "cost_usd")) == calls
    account = Account.objects.get()
    assert account.balance == sum(amount for amount, _, _ in entries)


def test_no_table_has_the_address_or_the_products_name_any_more(noa: User, browser: Client) -> None:
    for text in ("noa@example.com", "noa's tee"):
        assert mentions(text)
    kind = ContentType.objects.get_for_model(User)
    staff = User.objects.create_superuser("staff@example.com", "secret")
    LogEntry.objects.create(user=staff, content_type=kind, object_id=str(noa.pk), object_repr=str(noa),
                            action_flag=CHANGE, change_message="Changed noa@example.com")  # fmt: skip
    product, kind = Product.objects.get(), ContentType.objects.get_for_model(Product)
    LogEntry.objects.create(user=staff, content_type=kind, object_id=str(product.pk),
                            object_repr=product.name, action_flag=CHANGE)  # fmt: skip
    deletion.erase(user_id=noa.pk)
    drain()
    assert mentions("noa@example.com") == []
    assert mentions("noa's tee") == []
    assert LogEntry.objects.filter(user=staff).count() == 2


def test_the_files_go_with_the_next_purge(noa: User) -> None:
    names = [assets.key(asset, "original") for asset in Asset.objects.all()]
    assert all(map(default_storage.exists, names))
    deletion.erase(user_id=noa.pk)
    drain()
    assert assets.purge(limit=1000) == len(names)
    assert not any(map(default_storage.exists, names))
    assert not Asset.objects.exists()


def test_nobody_is_shown_a_picture_from_that_moment_on(noa: User, client: Client) -> None:
    picture = Revision.objects.select_related("asset").get().asset
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    assert client.get(picture.small).status_code == 200
    deletion.erase(user_id=noa.pk)
    assert client.get(picture.small).status_code == 404


def test_others_keep_everything(noa: User) -> None:
    ada = make_user("ada@example.com", balance=20)
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    make_run(ada)
    work()
    make_draft(ada)
    tokens.issue(user=ada, name="mine")
    Client().force_login(ada)
    before = left_of(ada.pk)
    assert len(before) == 12
    deletion.erase(user_id=noa.pk)
    work()
    assert left_of(ada.pk) == before
    assert Asset.objects.filter(account=f"user:{ada.pk}", released_at=None).count() > 5


def test_runs_under_way_are_canceled_and_what_comes_all_the_same_is_let_go(noa: User) -> None:
    ledger.grant(holder=noa, amount=20, reference="more", description="More")
    script(latency=30)
    make_run(noa)
    make_run(noa)
    drain()
    assert Prediction.objects.live().exists()
    deletion.erase(user_id=noa.pk)
    assert not Prediction.objects.live().filter(cancel_requested_at=None).exists()
    work()
    let_hours_pass()
    engine_memory.sweep()
    assert not Prediction.objects.live().exists()
    assert left_of(noa.pk) == []
    assert Erasure.objects.get().done_at is not None


def test_what_is_made_again_and_asked_for_in_words_goes_and_is_given_back(noa: User) -> None:
    run = TechPack.objects.get()
    piece, view = run.close_ups.first(), run.base_views.get()
    assert piece is not None
    values.set_value(piece=view, path="colours.0.name", value="Noa's green", by=noa)
    takes.regenerate(piece=piece, by=noa, instruction="as Noa likes it")
    proposals.ask(piece=view, path="colours.0.name", prompt="noa's favourite", by=noa)
    balance = Account.objects.get().balance
    deletion.erase(user_id=noa.pk)
    work()
    assert left_of(noa.pk) == []
    assert Account.objects.get().balance == balance + 2
    for text in ("noa's green", "as noa likes", "noa's favourite"):
        assert mentions(text) == []


def test_what_had_not_begun_is_given_back_in_the_books(noa: User) -> None:
    make_run(noa)
    forget_jobs()
    run = TechPack.objects.latest("pk")
    advance.advance(run.pk)
    Prediction.objects.live().update(status=Prediction.Status.QUEUED)
    balance = Account.objects.get().balance
    charged = -sum(step.charge.amount for step in run.steps.select_related("charge") if step.charge)
    deletion.erase(user_id=noa.pk)
    assert Account.objects.get().balance == balance + charged


def test_a_run_that_waits_for_credits_is_no_reason_to_wait(noa: User) -> None:
    ledger.charge(holder=noa, amount=ledger.balance(noa) - 9, reference="elsewhere", description="Elsewhere")
    make_run(noa)
    ledger.charge(holder=noa, amount=9, reference="elsewhere:2", description="Elsewhere")
    work()
    assert TechPack.objects.filter(status=TechPack.Status.WAITING).exists()
    assert deletion.erase(user_id=noa.pk)
    drain()
    assert left_of(noa.pk) == []


def test_tokens_and_sessions_end_at_once(noa: User, browser: Client) -> None:
    _, token = tokens.issue(user=noa, name="mine")
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": "noa@example.com", "password": "secret"})
    assert elsewhere.get("/account/").status_code == 200
    deletion.erase(user_id=noa.pk)
    assert tokens.holder(token) is None
    for client in (browser, elsewhere):
        assert client.get("/account/")["Location"].startswith("/accounts/login/")
    assert not Session.objects.filter(session_key=elsewhere.session.session_key).exists()


def test_the_address_is_free_again(noa: User) -> None:
    deletion.erase(user_id=noa.pk)
    password = "a long enough one 7"
    Client().post("/accounts/signup/", {"email": "noa@example.com", "password1": password})
    assert User.objects.get(email="noa@example.com").pk != noa.pk


# --- killed anywhere -----------------------------------------------------------------------------------


def test_one_killed_before_the_end_has_changed_nothing(noa: User) -> None:
    before, jobs = left_of(noa.pk), job_names()
    with transaction.atomic():
        deletion.erase(user_id=noa.pk)
        transaction.set_rollback(True)
    assert left_of(noa.pk) == before
    assert not Erasure.objects.exists()
    assert job_names() == jobs


def test_one_killed_right_after_loses_nothing(noa: User) -> None:
    deletion.erase(user_id=noa.pk)
    forget_jobs()
    let_hours_pass()
    engine_memory.sweep()
    assert left_of(noa.pk) == []


def test_a_mail_confirms(noa: User) -> None:
    deletion.erase(user_id=noa.pk)
    drain()
    (letter,) = mail.outbox
    assert letter.to == ["noa@example.com"]
    assert letter.subject == "Your account is deleted"
    assert "when credits were given and used, without your name" in letter.body
    assert mentions("noa@example.com") == []


def test_a_mail_that_cannot_be_sent_is_tried_again_and_its_address_not_kept(noa: User, settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "tests.accounts.test_erasing.Refusing"}}
    deletion.erase(user_id=noa.pk)
    drain()
    assert job_names() == ["accounts.mail_erased"]
    work(rounds=600)
    assert mentions("noa@example.com") == []


class Refusing(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


def test_deleting_twice_does_no_harm(noa: User) -> None:
    assert deletion.erase(user_id=noa.pk)
    assert not deletion.erase(user_id=noa.pk)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_delete_once_and_write_one_mail() -> None:
    user, answers = make_user(balance=3), []

    def delete() -> None:
        answers.append(deletion.erase(user_id=user.pk))
        connection.close()

    threads = [threading.Thread(target=delete) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True]
    assert job_names().count("accounts.mail_erased") == 1


class Meddling:
    """A part in whose turn something happens, told by how often its turn came."""

    def __init__(self, *, stop: Callable[[int], None] = lambda turn: None, erase: Callable[[], None] = list):
        self.turns, self._stop, self._erase = 0, stop, erase

    def holdings(self, user: User) -> list[str]:
        return []

    def stop(self, user: User) -> None:
        self.turns += 1
        self._stop(self.turns)

    def erase(self, user: User) -> None:
        self._erase()


@pytest.fixture
def meddle(monkeypatch: pytest.MonkeyPatch) -> Callable[[Meddling], Meddling]:
    def register(part: Meddling) -> Meddling:
        monkeypatch.setattr(deletion, "_parts", [*deletion._parts, part])
        return part

    return register


def in_another_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=lambda: (work(), connection.close()))
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_product_made_at_the_last_moment_goes_too(meddle: Any) -> None:
    user = make_user()
    make = partial(Product.objects.create, owner=user, name="Made meanwhile")
    meddle(Meddling(erase=lambda: in_another_thread(make)))
    assert deletion.erase(user_id=user.pk)
    assert not Product.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_that_comes_too_late_is_not_made() -> None:
    user = make_user()

    @transaction.atomic
    def make() -> None:
        Product.objects.create(owner=user, name="Made too late")
        in_another_thread(partial(deletion.erase, user_id=user.pk))

    with pytest.raises(IntegrityError):
        make()
    assert not Product.objects.exists()
    assert not User.objects.exists()


def begin_something(turn: int, *, until: int) -> None:
    if turn <= until:
        raise deletion.Interrupted


def test_what_begins_meanwhile_is_met_by_beginning_again(noa: User, meddle: Any) -> None:
    part = meddle(Meddling(stop=partial(begin_something, until=2)))
    assert deletion.erase(user_id=noa.pk)
    assert part.turns == 3
    drain()
    assert left_of(noa.pk) == []


def test_when_it_never_ends_it_is_said_and_nothing_deleted(noa: User, meddle: Any, browser: Client) -> None:
    meddle(Meddling(stop=partial(begin_something, until=99)))
    before = left_of(noa.pk)
    response = browser.post(PAGE, {"password": "secret"})
    assert response.status_code == 409
    assert "Nothing was deleted. Try again." in words(response)
    assert left_of(noa.pk) == before


# --- the page ------------------------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_is_kept_and_why(browser: Client) -> None:
    page = words(browser.get(PAGE))
    said = (
        "1 product", "1 photo", "1 run, with all that was found and made", "11 credits that are left",
        "1 uploaded photo, of no product yet", "The ledger, without your name", "must add up",
    )  # fmt: skip
    assert [one for one in said if one not in page] == []


def test_the_right_password_deletes_and_says_so(noa: User, browser: Client) -> None:
    response = browser.post(PAGE, {"password": "secret"}, follow=True)
    assert "Your account is deleted" in words(response)
    assert left_of(noa.pk) in ([], ["requests", "calls"])  # the engine's memory follows by a job
    drain()
    assert left_of(noa.pk) == []
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    ("password", "said"), [("", "Enter your password."), ("guess", "This is not your password.")]
)
def test_without_the_password_nothing_happens(noa: User, browser: Client, password: str, said: str) -> None:
    response = browser.post(PAGE, {"password": password})
    assert response.status_code == 422
    assert said in words(response)
    assert User.objects.filter(pk=noa.pk).exists()


def test_passwords_cannot_be_tried_for_ever(noa: User, browser: Client) -> None:
    answers = {browser.post(PAGE, {"password": "guess"}).status_code for _ in range(12)}
    assert answers == {422, 429}
    assert browser.post(PAGE, {"password": "secret"}).status_code == 429
    assert User.objects.filter(pk=noa.pk).exists()


def test_one_without_a_password_is_told_to_set_one(client: Client) -> None:
    user = make_user()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    response = client.get(PAGE)
    assert "Your account has no password yet." in words(response)
    assert 'name="password"' not in response.content.decode()


def test_the_account_of_staff_is_not_deleted(client: Client) -> None:
    staff = User.objects.create_superuser("staff@example.com", "secret")
    client.force_login(staff)
    assert "kept under its name" in words(client.get(PAGE))
    assert client.post(PAGE, {"password": "secret"}).status_code == 409
    assert User.objects.filter(pk=staff.pk).exists()


def test_nor_is_that_of_somebody_who_was_staff(noa: User) -> None:
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(user=noa, content_type=kind, object_id="1", object_repr="x", action_flag=CHANGE)
    with pytest.raises(deletion.NotPossible):
        deletion.erase(user_id=noa.pk)


def test_somebody_signed_in_is_not_told_that_they_are_gone(browser: Client) -> None:
    assert browser.get("/account/deleted/")["Location"] == "/account/"


def test_a_visitor_deletes_nothing(noa: User) -> None:
    assert Client().post(PAGE, {"password": "secret"})["Location"].startswith("/accounts/login/")
    assert User.objects.filter(pk=noa.pk).exists()


def test_one_only_ever_deletes_oneself(noa: User, client: Client) -> None:
    ada = make_user("ada@example.com")
    client.force_login(ada)
    client.post(f"{PAGE}?user_id={noa.pk}", {"password": "secret", "user_id": noa.pk})
    assert list(User.objects.values_list("email", flat=True)) == ["noa@example.com"]


def test_the_page_takes_as_many_queries_for_much_as_for_little(
    noa: User, browser: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_product(noa)
    with django_assert_max_num_queries(13):
        browser.get(PAGE)


# --- staff ---------------------------------------------------------------------------------------------


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    return client


def act(staff: Client, *users: User, **more: Any) -> Any:
    data = {"action": "erase", "_selected_action": [user.pk for user in users], **more}
    return staff.post("/admin/accounts/user/", data, follow=True)


def test_staff_are_asked_first(noa: User, staff: Client) -> None:
    page = words(act(staff, noa))
    assert "noa@example.com" in page
    assert "1 product" in page
    assert User.objects.filter(pk=noa.pk).exists()


def test_staff_erase_with_everything_and_it_is_on_record_without_the_name(noa: User, staff: Client) -> None:
    assert "1 erased, 0 skipped." in words(act(staff, noa, confirmed="1", reason="Asked by mail."))
    drain()
    assert left_of(noa.pk) == []
    entry = LogEntry.objects.get(action_flag=DELETION)
    assert entry.object_repr == f"account {noa.pk}"
    assert len(mail.outbox) == 1


def test_staff_are_skipped_with_the_reason(noa: User, staff: Client) -> None:
    page = words(
        act(staff, User.objects.get(email="staff@example.com"), noa, confirmed="1", reason="Asked by mail.")
    )
    assert "1 erased, 1 skipped." in page
    assert "kept under its name" in page


def test_one_who_may_only_look_erases_nobody(noa: User, client: Client) -> None:
    looker = make_user("looker@example.com", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_user"))
    client.force_login(looker)
    act(client, noa, confirmed="1", reason="Asked by mail.")
    assert User.objects.filter(pk=noa.pk).exists()
