"""The ledger: charged once per thing, refunded once per charge, never below zero."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from credits import services as ledger
from credits.models import Account, Entry
from credits.services import InsufficientCredits
from tests.support.factories import make_user


def charge(user: object, amount: int = 3, reference: str = "step:1:1") -> Entry:
    return ledger.charge(holder=user, amount=amount, reference=reference, description="Base views")  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_balance_is_the_sum_of_the_entries() -> None:
    user = make_user(balance=9)
    ledger.refund(charge=charge(user), amount=2, description="Two did not come")
    assert ledger.balance(user) == 8
    assert sum(Entry.objects.values_list("amount", flat=True)) == 8


@pytest.mark.django_db
def test_the_same_thing_is_charged_once() -> None:
    user = make_user(balance=9)
    assert charge(user) == charge(user)
    assert ledger.balance(user) == 6


@pytest.mark.django_db
def test_the_same_grant_is_given_once() -> None:
    user = make_user()
    for _ in range(2):
        ledger.grant(holder=user, amount=9, reference="signup:1", description="Welcome")
    assert ledger.balance(user) == 9


@pytest.mark.django_db
def test_a_charge_is_refunded_once() -> None:
    user = make_user(balance=9)
    taken = charge(user)
    assert ledger.refund(charge=taken, amount=1, description="One")
    assert ledger.refund(charge=taken, amount=2, description="Again") is None
    assert ledger.balance(user) == 7


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0, -1, 4])
def test_a_refund_is_never_more_than_the_charge(amount: int) -> None:
    taken = charge(make_user(balance=9))
    with pytest.raises(ValueError, match="does not fit"):
        ledger.refund(charge=taken, amount=amount, description="Too much")


@pytest.mark.django_db
def test_too_little_is_said_and_nothing_is_written() -> None:
    user = make_user(balance=2)
    with pytest.raises(InsufficientCredits) as error:
        charge(user)
    assert (error.value.needed, error.value.available) == (3, 2)
    assert Entry.objects.filter(kind=Entry.Kind.CHARGE).count() == 0


@pytest.mark.django_db
def test_the_database_refuses_a_balance_below_zero() -> None:
    user = make_user(balance=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(user=user).update(balance=-1)


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_delete_an_entry() -> None:
    taken = charge(make_user(balance=9))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=taken.pk).update(amount=-1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=taken.pk).delete()


@pytest.mark.django_db
def test_an_entry_outlives_the_member_of_staff_who_made_it() -> None:
    staff = make_user(is_staff=True)
    ledger.grant(holder=make_user(), amount=5, reference="gift:1", description="Gift", by=staff)
    staff.delete()
    assert Entry.objects.get(reference="gift:1").by is None


@pytest.mark.django_db
def test_a_deleted_user_leaves_the_ledger_behind() -> None:
    user = make_user(balance=9)
    charge(user)
    user.delete()
    assert Account.objects.get().user is None
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_charges_at_the_same_time_never_take_more_than_there_is() -> None:
    user = make_user(balance=10)
    refused: list[InsufficientCredits] = []

    def spend(number: int) -> None:
        try:
            charge(user, 3, f"step:{number}:1")
        except InsufficientCredits as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.balance(user) == 1
    assert len(refused) == 5


@pytest.mark.django_db(transaction=True)
def test_one_thing_charged_by_many_at_once_costs_once() -> None:
    user = make_user(balance=10)

    def spend() -> None:
        charge(user)
        connection.close()

    threads = [threading.Thread(target=spend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.balance(user) == 7
    assert Entry.objects.filter(kind=Entry.Kind.CHARGE).count() == 1
