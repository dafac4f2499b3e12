"""The stand-in in a process of its own, for the length of a block."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import requests

ROOT = Path(__file__).resolve().parents[3]
Json = dict[str, Any]


class StripeStandIn:
    """`environment`: what a site needs to use it. Every other method does something at the stand-in."""

    def __init__(self) -> None:
        self._command = [
            sys.executable,
            "-m",
            "tests.support.stripe_server",
            "--port",
            "0",
            "--json",
            "--with-parent",
        ]
        self._http = requests.Session()
        self._http.trust_env = False

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=os.environ | {"PYTHONUNBUFFERED": "1"}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.environment: dict[str, str] = json.loads(self._process.stdout.readline())
        self.base_url = self.environment["STRIPE_BASE_URL"]
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()
        self._process.terminate()
        self._process.wait(60)
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def _control(self, name: str, **asked: Any) -> Json:
        answer = self._http.post(f"{self.base_url}/_control/{name}", json=asked, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def seen(self) -> Json:
        """sessions, refunds, disputes, deliveries, calls."""
        return self._http.get(f"{self.base_url}/_control/seen", timeout=60).json()

    def reset(self) -> None:
        self._control("reset")

    def settings(self, **values: Any) -> None:
        """See `world.Settings`."""
        self._control("settings", **values)

    def send_webhooks_to(self, url: str) -> None:
        self._control("webhook_url", url=url)

    def pay(self, session: str, *, email: str = "noa@example.com", later: bool = False) -> None:
        self._control("pay", session=session, email=email, later=later)

    def settle(self, session: str, *, succeeds: bool) -> None:
        self._control("settle", session=session, succeeds=succeeds)

    def expire(self, session: str) -> None:
        self._control("expire", session=session)

    def refund(self, payment: str, amount: int) -> None:
        """As somebody in Stripe's own dashboard."""
        self._control("refund", payment=payment, amount=amount)

    def dispute(self, payment: str, status: str = "needs_response") -> None:
        self._control("dispute", payment=payment, status=status)

    def deliver(self) -> None:
        """Send the events that were kept ("reversed"), newest first."""
        self._control("deliver")

    def event(self, kind: str, thing: Json, **more: Any) -> Json:
        """An event as Stripe would send it, to be posted by a test."""
        return {"id": more.get("id", "evt_1"), "object": "event", "type": kind, "data": {"object": thing}}
