"""The registry of handlers that are told when a prediction changes.

A product registers one handler for each kind of prediction it asks for, when its app is ready.
The engine knows products only through this.
"""

from typing import Protocol

from pydantic import BaseModel

from generation.models import Prediction


class Handler(Protocol):
    """All four are called inside the transaction of a transition, so they only write rows and
    defer jobs: no network, no storage, no mail. Each may find that its subject is gone."""

    def lock(self, subject: str) -> None:
        """Take the lock on the subject's row, before any row of the engine is locked."""

    def changed(self, prediction: Prediction) -> None:
        """It is in another state now: pages that show it should learn of that."""

    def succeeded(self, prediction: Prediction) -> None:
        """`prediction.result` (validated) or `prediction.asset` is there. Called exactly once."""

    def failed(self, prediction: Prediction) -> None:
        """It failed or was canceled for good, with `failure` and `message`. Called exactly once."""


_handlers: dict[str, Handler] = {}
_answers: dict[str, type[BaseModel]] = {}


def register(kind: str, handler: Handler, *, answer: type[BaseModel] | None = None) -> None:
    """`answer` is the shape that an analysis of this kind must have to count."""
    _handlers[kind] = handler
    if answer is not None:
        _answers[kind] = answer


def handler(kind: str) -> Handler:
    return _handlers[kind]


def answer(kind: str) -> type[BaseModel] | None:
    return _answers.get(kind)
