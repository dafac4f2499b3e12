"""Who hands over what was bought. A product registers its part when its app is ready."""

from collections.abc import Callable
from dataclasses import dataclass

from billing.models import Item, Order


class NotGrantable(Exception):
    """It was paid for and cannot be handed over. The message is a sentence for staff."""


@dataclass(frozen=True)
class Customer:
    """What Stripe knows of whoever paid."""

    email: str
    name: str


@dataclass(frozen=True)
class Goods:
    """What happens to one kind of thing when it is paid for, and when the money goes back.

    `grant` and `adjust` run in the transaction that holds the order's lock, and change the order in memory.
    `grant` hands the goods over and sets `order.buyer` where it was empty; it raises NotGrantable. `adjust`
    is called when `order.amount_returned` differs from `order.return_handled`: it takes goods back, or
    returns them after a dispute was won, and answers a sentence for staff, or "". `next_step` answers the
    words and the address of the button on the page of a granted order.
    """

    grant: Callable[[Order, Customer], None]
    adjust: Callable[[Order], str]
    next_step: Callable[[Order], tuple[str, str]]


_goods: dict[Item, Goods] = {}


def register(item: Item, goods: Goods) -> None:
    _goods[item] = goods


def of(order: Order) -> Goods:
    return _goods[Item(order.item)]
