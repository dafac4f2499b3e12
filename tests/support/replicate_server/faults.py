"""What can go wrong, on command: by script (the next calls) and by rate (with a seed).

A behaviour is `ok` or names joined by `+`: "webhook-twice+output-truncated". A script is kept under
a key and taken one behaviour a call; a call looks under its step, then its model, then `*`. Keys:

    a step       category, base_view, close_up_plan, close_up, sketch, callouts, grid, copy, unknown
    a model      google/nano-banana-pro, ...
    `*`          any creation
    an operation get, list, cancel, file, secret: only the faults of `answering` apply to these
"""

import random
import threading
from collections import Counter
from collections.abc import Iterable

OPERATIONS = frozenset({"get", "list", "cancel", "file", "secret"})

FAULTS: dict[str, dict[str, str]] = {
    "answering": {
        "error-before": "500, and nothing was accepted",
        "unavailable": "503, and nothing was accepted",
        "gateway": "502 with a page of HTML, and nothing was accepted",
        "error-after": "accepted, and then 500",
        "gateway-after": "accepted, and then 502 with a page of HTML",
        "cut": "accepted, and the connection cut without an answer",
        "cut-before": "the connection cut, and nothing was accepted",
        "cut-body": "accepted, and the connection cut in the middle of the answer",
        "slow-answer": "accepted at once, answered after `slow_seconds`",
        "throttled": "429 with the reset time `throttle_seconds`",
        "throttled-bare": "429 without headers that tell when",
        "unauthorized": "401",
        "payment": "402: no credit left",
        "unprocessable": "422",
        "bare-problem": "500 with a body that is empty JSON",
    },
    "life": {
        "slow": "runs `slow_seconds` longer",
        "stuck": "stays in starting for ever; its deadline aborts it",
        "stuck-processing": "stays in processing for ever; its deadline cancels it",
        "failed": "fails with an error of the model",
        "failed-transient": "fails with an error that asks to try again",
        "refused": "fails because the content was flagged (E005)",
        "refused-mildly": "fails with the model's own words that it will not do this",
        "aborted": "aborted before it starts; not paid",
        "canceled": "canceled by the vendor while it runs",
        "early-output": "carries its output while it is still processing",
    },
    "webhook": {
        "webhook-lost": "no event is sent",
        "webhook-twice": "each event is sent twice, with the same id",
        "webhook-early": "the last event comes before creation is answered",
        "webhook-late": "the last event comes `late_seconds` after the end",
        "webhook-wrong-signature": "signed with another secret",
        "webhook-unsigned": "without the headers of a signature",
        "webhook-stale": "rightly signed, an hour ago",
        "webhook-disordered": "`start` comes after `completed`",
        "webhook-huge": "a body of 5 MB",
    },
    "output": {
        "output-missing": "the file answers 404 (an analysis: its output is null)",
        "output-null": "succeeded, with null as its output",
        "output-truncated": "the connection ends in the middle of the file (an analysis: half a text)",
        "output-half": "half the file, as if that were all",
        "output-not-an-image": "a page of HTML that calls itself a picture",
        "output-too-large": "announces and sends 300 MB",
        "output-endless": "sends 300 MB without saying so before",
        "output-huge-dimensions": "a small PNG that says it has 60000 x 60000 pixels",
        "output-redirect-private": "302 to an address inside, which counts who follows",
        "output-foreign-host": "the address names a host that is not the outputs' own",
        "output-data-url": "the picture as a data URL",
        "output-list": "the address inside a list",
        "output-expired": "gone as soon as it is there: data_removed, 404",
        "output-error": "503 at the first try, then the file",
        "output-slow": "the file after `slow_seconds`",
        "answer-fenced": "a text model wraps its JSON in a fence",
        "answer-chatty": "a text model says something before and after",
        "answer-plain": "a text model answers nothing but JSON, in one string",
        "answer-broken": "half a JSON",
        "answer-wrong": "JSON of another shape than asked for, even from a model that enforces it",
        "answer-text-only": "a model that enforces a schema leaves `json_output` out",
    },
}
LAYER_OF = {name: layer for layer, names in FAULTS.items() for name in names}
WITHOUT_ACCEPTING = frozenset({
    "error-before", "unavailable", "gateway", "cut-before", "throttled", "throttled-bare", "unauthorized",
    "payment", "unprocessable", "bare-problem",
})  # fmt: skip

Plan = frozenset[str]
NOTHING: Plan = frozenset()


def parse(behaviour: str) -> Plan:
    """The faults of one behaviour. Raises ValueError for a name nobody knows."""
    names = frozenset(part.strip() for part in behaviour.split("+")) - {"ok", ""}
    unknown = names - LAYER_OF.keys()
    if unknown:
        raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
    return names


class Faults:
    """The scripts and rates in force. Safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripts: dict[str, list[Plan]] = {}
        self._for_ever: dict[str, Plan] = {}
        self._rates: dict[str, float] = {}
        self._random = random.Random(0)
        self.happened: Counter[str] = Counter()

    def script(self, key: str, behaviours: list[str], *, forever: bool = False) -> None:
        """What the next calls under this key meet; with `forever`, the last one never ends."""
        plans = [parse(behaviour) for behaviour in behaviours]
        with self._lock:
            self._scripts[key] = plans
            self._for_ever.pop(key, None)
            if forever and plans:
                self._for_ever[key] = plans[-1]

    def rate(self, rates: dict[str, float], seed: int = 0) -> None:
        """Shares of creations (0..1) that meet each fault; at most one of a layer at a time."""
        for name in rates:
            parse(name)
        with self._lock:
            self._rates, self._random = dict(rates), random.Random(seed)

    def next(self, *keys: str) -> Plan:
        """What the next call meets: the first key with a script decides, else the rates."""
        with self._lock:
            plan = self._scripted(keys)
            if plan is None:
                plan = NOTHING if OPERATIONS.intersection(keys) else self._drawn()
            self.happened.update(plan)
            return plan

    def _scripted(self, keys: Iterable[str]) -> Plan | None:
        for key in keys:
            if self._scripts.get(key):
                return self._scripts[key].pop(0)
            if key in self._for_ever:
                return self._for_ever[key]
        return None

    def _drawn(self) -> Plan:
        drawn: dict[str, str] = {}
        dice = {layer: self._random.random() for layer in FAULTS}  # as many draws a call, whatever the rates
        for name, share in sorted(self._rates.items()):
            layer = LAYER_OF[name]
            dice[layer] -= share
            if dice[layer] < 0 and layer not in drawn:
                drawn[layer] = name
        return frozenset(drawn.values())
