"""Start the stand-in: `make stripe`, or `python -m tests.support.stripe_server --port 8300`."""

import argparse
import json
import os
import signal
import sys
import threading
from urllib.parse import urlsplit

from tests.support.replicate_server.web import Server
from tests.support.stripe_server.api import KEY, StripeHandler
from tests.support.stripe_server.world import PRICES, World

HOST = "127.0.0.1"


def environment(world: World) -> dict[str, str]:
    """What a site needs to know to use this server."""
    return {
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": world.secret,
        "STRIPE_BASE_URL": world.base_url,
        "STRIPE_CHECKOUT_HOSTS": urlsplit(world.base_url).netloc,
        **{f"STRIPE_{name.upper()}": name for name in PRICES},
    }


def main() -> None:
    """Serve until SIGTERM, SIGINT or (with --with-parent) the end of stdin."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.stripe_server", description="A stand-in for Stripe."
    )
    parser.add_argument("--port", type=int, default=8300, help="0 takes a free one")
    parser.add_argument(
        "--site", default="http://127.0.0.1:8000", help="where the site listens, for webhooks"
    )
    parser.add_argument("--json", action="store_true", help="announce the environment as JSON")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin does")
    given = parser.parse_args()
    world = World(webhook_url=f"{given.site}/webhooks/stripe/")
    try:
        server = Server(HOST, given.port, StripeHandler, world)  # type: ignore[arg-type]
    except OSError as error:
        sys.exit(f"Port {given.port} is not free ({error.strerror}): make stripe STRIPE_PORT=8400")
    world.base_url = f"http://{HOST}:{server.port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if given.json:
        print(json.dumps(environment(world)), flush=True)
    else:
        print(f"A stand-in for Stripe listens at {world.base_url}. In another shell, before `make run`:\n")
        for name, value in environment(world).items():
            print(f"    export {name}={value}")
        print("\nCtrl-C ends it.", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        if given.with_parent:
            sys.stdin.read()
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
