"""Credit packs: credits go to the account of whoever bought them."""

from django.urls import reverse

from accounts.models import Team, User
from billing.goods import Customer, Goods, NotGrantable
from billing.models import Item, Order
from credits import services as ledger


def _holder(order: Order) -> User | Team | None:
    return order.team or order.user


def grant(order: Order, customer: Customer) -> None:
    holder = _holder(order)
    if holder is None:
        raise NotGrantable("The account that bought these credits has been deleted. Refund the order.")
    ledger.grant(
        holder=holder, amount=Item(order.item).credits, reference=order.reference,
        description=f"{Item(order.item).credits} credits bought",
    )  # fmt: skip


def adjust(order: Order) -> str:
    """Take back the share that was refunded, as far as it is unspent; after a dispute was won, give back
    what was taken."""
    holder = _holder(order)
    if holder is None:
        return ""
    count = Item(order.item).credits
    reference = f"{order.reference}:{order.adjustments + 1}"
    wanted = count * order.amount_returned // order.amount_paid
    before = count * order.return_handled // order.amount_paid
    if wanted > before:
        taken = ledger.take_back(
            holder=holder,
            amount=wanted - before,
            reference=reference,
            description="Credits of a refunded order",
        )
        order.credits_taken_back += taken
        spent = wanted - before - taken
        return f"{spent} of the {wanted - before} refunded credits had been spent." if spent else ""
    returned = min(before - wanted, order.credits_taken_back)
    if returned:
        order.credits_taken_back -= returned
        ledger.grant(
            holder=holder,
            amount=returned,
            reference=reference,
            description="Credits returned after a dispute",
        )
    return ""


def next_step(order: Order) -> tuple[str, str]:
    return "See your credits", reverse("account-credits")


GOODS = Goods(grant=grant, adjust=adjust, next_step=next_step)
