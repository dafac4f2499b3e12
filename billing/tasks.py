"""The jobs of orders, thin. Without a key for Stripe they do nothing."""

from procrastinate.contrib.django import app

from billing import prices, stripe_api
from billing.services import reconcile, refunds, settlement
from core.outages import Retry, is_outage

RETRY = Retry(lambda error: is_outage(error) or isinstance(error, stripe_api.StripeUnavailable))


@app.task(name="billing.hear", retry=RETRY)
def hear_event(order: str = "", session_id: str = "", payment_intent: str = "") -> None:
    found = reconcile.hear(order=order, session_id=session_id, payment_intent=payment_intent)
    if found is not None:
        settlement.refresh(found.pk)


@app.task(name="billing.refresh", retry=RETRY)
def refresh_order(order_id: int) -> None:
    settlement.refresh(order_id)


@app.task(name="billing.send_refund", retry=RETRY)
def send_refund(refund_id: int) -> None:
    refunds.send(refund_id)


@app.periodic(cron="* * * * *")
@app.task(name="billing.check_due")
def check_due_orders(timestamp: int) -> None:
    if stripe_api.is_configured():
        reconcile.check_due()
        if prices.is_incomplete():
            prices.sync()


@app.periodic(cron="17 * * * *")
@app.task(name="billing.look_for_returns", retry=RETRY)
def look_for_returns(timestamp: int) -> None:
    if stripe_api.is_configured():
        reconcile.look_for_returns()


@app.periodic(cron="41 * * * *")
@app.task(name="billing.sync_prices", retry=RETRY)
def sync_prices(timestamp: int) -> None:
    if stripe_api.is_configured():
        prices.sync()


@app.periodic(cron="37 4 * * *")
@app.task(name="billing.forget_events", retry=RETRY)
def forget_events(timestamp: int) -> None:
    reconcile.forget_events()
