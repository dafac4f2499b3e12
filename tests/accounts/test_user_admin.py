"""What staff see and do with accounts."""

import pytest
from django.test import Client

from accounts.models import User
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/accounts/user/add/", "/admin/accounts/user/"
PASSWORD = "a long enough one 7"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    return client


def add(staff: Client, email: str) -> str:
    fields = {"email": email, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    return staff.post(ADD, fields).content.decode()


def test_a_colleague_is_added_by_email(staff: Client) -> None:
    add(staff, "new@example.com")
    assert User.objects.get(email="new@example.com").check_password(PASSWORD)


def test_an_address_in_other_case_is_refused_in_words(staff: Client) -> None:
    make_user(email="ada@example.com")
    assert "There is a user with this email address already." in add(staff, "ADA@example.com")
    assert User.objects.filter(email__iexact="ada@example.com").count() == 1


def test_a_designer_is_found_with_the_credits_left(staff: Client) -> None:
    make_user(email="ada@example.com", balance=7)
    page = staff.get(LIST, {"q": "ada"})
    assert page.status_code == 200
    assert '<td class="field-credits">7</td>' in page.content.decode()


def test_the_list_takes_no_query_for_each_row(staff: Client, django_assert_max_num_queries) -> None:
    for number in range(8):
        make_user(email=f"ada{number}@example.com", balance=number + 1)
    with django_assert_max_num_queries(8):
        staff.get(LIST)


def test_nobody_is_deleted(staff: Client) -> None:
    user = make_user(email="ada@example.com")
    assert staff.post(f"{LIST}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()
