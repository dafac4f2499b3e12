"""Every write to the ledger. A charge or refund that was made already is left as it is, without
an error, so that the transition around it may run twice.

Lock order: the account comes last, after the subject's row, the prediction and the attempt.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet

from credits.models import Account, Entry
from credits.signals import granted

if TYPE_CHECKING:
    from accounts.models import Team, User

type Holder = User | Team


class InsufficientCredits(Exception):
    """There is not enough on the account. Nothing was written."""

    def __init__(self, *, needed: int, available: int):
        super().__init__(f"{needed} credits are needed, {available} are there.")
        self.needed = needed
        self.available = available


def _whose(holder: "Holder") -> dict[str, int]:
    return {"user_id" if isinstance(holder, AbstractBaseUser) else "team_id": holder.pk}


def accounts_of(holder: "Holder") -> QuerySet[Account]:
    return Account.objects.filter(**_whose(holder))


def balance(holder: "Holder") -> int:
    return accounts_of(holder).values_list("balance", flat=True).first() or 0


def open_account(*, holder: "Holder") -> Account:
    return Account.objects.get_or_create(defaults=None, **_whose(holder))[0]


def require(*, holder: "Holder", amount: int) -> None:
    """Raise InsufficientCredits unless that much is there now. Reserves nothing."""
    available = balance(holder)
    if available < amount:
        raise InsufficientCredits(needed=amount, available=available)


@transaction.atomic
def grant(
    *,
    holder: "Holder",
    amount: int,
    reference: str,
    description: str,
    by: AbstractBaseUser | None = None,
) -> Entry:
    """Give credits once for `reference`; a repeat answers the first entry."""
    account = _locked(holder)
    entry, written = _write(
        account, Entry.Kind.GRANT, amount, reference=reference, description=description, by=by
    )
    if written:
        transaction.on_commit(lambda: granted.send(Account, holder=holder))
    return entry


@transaction.atomic
def charge(*, holder: "Holder", amount: int, reference: str, description: str) -> Entry:
    """Take `amount` once for the thing named by `reference`; a repeat answers the first entry.

    Raises InsufficientCredits, with nothing written and the transaction intact.
    """
    account = _locked(holder)
    made = Entry.objects.filter(reference=reference).first()
    if made:
        return made
    if account.balance < amount:
        raise InsufficientCredits(needed=amount, available=account.balance)
    return _write(account, Entry.Kind.CHARGE, -amount, reference=reference, description=description)[0]


@transaction.atomic
def refund(*, charge: Entry, amount: int, description: str) -> Entry | None:
    """Give back up to what the charge took, once; None when it was given back before.

    Raises ValueError for more than was charged.
    """
    if not 0 < amount <= -charge.amount:
        raise ValueError(f"a refund of {amount} does not fit a charge of {-charge.amount}")
    account = Account.objects.select_for_update().get(pk=charge.account_id)
    entry, written = _write(
        account, Entry.Kind.REFUND, amount,
        reference=f"refund:{charge.pk}", description=description, charge=charge,
    )  # fmt: skip
    if written and account.successor is not None:
        _move(account, account.successor, amount, reference=f"refund:{charge.pk}", description=description)
    return entry if written else None


@transaction.atomic
def take_back(*, holder: "Holder", amount: int, reference: str, description: str) -> int:
    """Take back up to `amount` credits, as many as are unspent, once for `reference`.

    Returns how many were taken; a repeat answers the same number.
    """
    account = _locked(holder)
    made = Entry.objects.filter(reference=reference).first()
    if made:
        return -made.amount
    taken = min(amount, account.balance)
    if taken > 0:
        _write(account, Entry.Kind.REVERSAL, -taken, reference=reference, description=description)
    return taken


@transaction.atomic
def hand_over(*, source: "Holder", to: "Holder", reference: str, description: str) -> int:
    """The holder `source` is about to be deleted: all that is left goes to `to`, once for `reference`, and so
    does what comes back later. Returns how many credits that were."""
    account, successor = _locked(source), _locked(to)
    left = account.balance
    if left:
        _move(account, successor, left, reference=reference, description=description)
        transaction.on_commit(lambda: granted.send(Account, holder=to))
    Account.objects.filter(pk=account.pk).update(successor=successor)
    return left


def _move(source: Account, to: Account, amount: int, *, reference: str, description: str) -> None:
    """The lock of `source` is held. Nobody moves credits back the other way, so nobody waits in a circle."""
    to = Account.objects.select_for_update().get(pk=to.pk)
    kind = Entry.Kind.TRANSFER
    _write(source, kind, -amount, reference=f"{reference}:out", description=description)
    _write(to, kind, amount, reference=f"{reference}:in", description=description)


def _locked(holder: "Holder") -> Account:
    open_account(holder=holder)
    return Account.objects.select_for_update().get(**_whose(holder))


def _write(
    account: Account, kind: Entry.Kind, amount: int, *, reference: str, description: str, **more: object
) -> tuple[Entry, bool]:
    """Insert unless the reference is taken (ON CONFLICT DO NOTHING), and move the balance with it.
    The account's lock is held: nobody else writes entries of this account meanwhile."""
    before = Entry.objects.filter(reference=reference).first()
    if before:
        return before, False
    Entry.objects.bulk_create(
        [Entry(account=account, kind=kind, amount=amount, reference=reference,
               description=description, **more)],
        ignore_conflicts=True,
    )  # fmt: skip
    entry = Entry.objects.get(reference=reference)
    if entry.account_id != account.pk:  # another account took the reference between the two looks
        return entry, False
    Account.objects.filter(pk=account.pk).update(balance=F("balance") + amount)
    return entry, True
