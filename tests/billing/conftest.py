"""A site that sells, with the stand-in for Stripe at the other end. Events are posted by the tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.stripe_server.running import StripeStandIn


@pytest.fixture(scope="session")
def stripe_process() -> Iterator[StripeStandIn]:
    with StripeStandIn() as process:
        yield process


@pytest.fixture
def stripe(stripe_process: StripeStandIn, settings: Any, db: None) -> StripeStandIn:
    from billing import prices

    stripe_process.reset()
    stripe_process.settings(webhooks="none")
    given = stripe_process.environment
    settings.STRIPE_SECRET_KEY = given["STRIPE_SECRET_KEY"]
    settings.STRIPE_BASE_URL = given["STRIPE_BASE_URL"]
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_being_replaced", given["STRIPE_WEBHOOK_SECRET"]]
    settings.STRIPE_CHECKOUT_HOSTS = [given["STRIPE_CHECKOUT_HOSTS"]]
    settings.STRIPE_PRICES = {
        "blueprint": "price_blueprint", "credits-30": "price_credits_30",
        "credits-100": "price_credits_100", "credits-300": "price_credits_300",
    }  # fmt: skip
    prices.sync()
    return stripe_process
