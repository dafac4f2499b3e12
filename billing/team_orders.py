"""Purchases of a team that is deleted: see `accounts.team_deletion`.

Credits were bought for the team, and what is left of them goes to its owner. So the orders go there too:
money that comes back later takes credits from whoever has them.
"""

from django.db.models import Exists, OuterRef

from accounts.models import Team, User
from accounts.teams import NotAllowed
from billing.models import Order, Refund

State = Order.State
UNDER_WAY = (State.CREATED, State.OPEN, State.PROCESSING, State.PAID)


class Orders:
    def holdings(self, team: Team) -> list[str]:
        count = Order.objects.filter(team=team, state=State.GRANTED).count()
        return [f"{count} purchase{'' if count == 1 else 's'}, with receipts and refunds"] if count else []

    def hand_over(self, team: Team, owner: User) -> None:
        """Raises NotAllowed."""
        orders = Order.objects.filter(team=team)
        refunds = Refund.objects.filter(order=OuterRef("pk"), state=Refund.State.REQUESTED)
        locked = list(orders.select_for_update().order_by("pk"))
        if any(order.state in UNDER_WAY for order in locked) or orders.filter(Exists(refunds)).exists():
            raise NotAllowed(
                "A purchase or refund of this team is under way. Wait until it is over; a purchase that"
                " nobody pays expires after three hours."
            )
        orders.update(team=None, user=owner)

    def has_any(self, team: Team) -> bool:
        return Order.objects.filter(team=team).exists()
