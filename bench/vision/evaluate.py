"""Print how well products are recognised on photos, and measured on rendered garments of known size.

    python -m bench.vision.evaluate [--count 12] [--seed 0...] [--only TYPE...] [--photos PHOTOS] [--write]

Each rendering goes through the whole chain: `see` finds the product, `measure` reads it (the type is given).
Half of them lie beside the scale card; the others are read with a known length and with a known width.
`--write` stores the 90th percentile of each error in vision/data/errors.json, where `measure` reads it.
`--photos` is the folder of labelled photos that bench/vision/train.py takes: the heads are trained on its
training part alone, and how often they are right is said for its validation part. The last line is JSON.
"""

import argparse
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from bench.vision.render import Conditions, Photo, render
from techpack.library import plausible_ranges
from vision.measuring import measure, measure_from_landmarks
from vision.outlines.products import _SHAPES, shape_of
from vision.photo_check import see
from vision.reading import Known, Point, Reading
from vision.scale_card import find_card

ERRORS = Path(__file__).parents[2] / "vision" / "data" / "errors.json"
PROCESSES = 2
LARGE_ERROR = 4.0
KNOWN_LENGTHS = ("BL1", "OS1", "SK1", "BH1", "HC7", "HC2", "FO1")
KNOWN_WIDTHS = (("CH1", "WB1", "BW1", "HC6"), ("HE1", "WB1", "BW1", "HC6"))  # in turns
_BY_THEMSELVES = {
    "dress",
    "skirt",
    "shorts",
    "tote",
    "backpack",
}  # no other type shares their errors: render twice as many
LEAST_READINGS = 6  # an error known from fewer is not known

type Task = tuple[int, str, int]


@dataclass(frozen=True)
class Row:
    """One value read: the error in per cent, and in words why it is no "measured" value ("" when it is).

    `doubted` says that something on this photo, not the limit on the error, speaks against it.
    """

    kind: str
    family: str
    code: str
    scale: str
    error: float
    reason: str
    doubted: bool


@dataclass(frozen=True)
class Outcome:
    """What one rendering gave. `agreement` is that of the mask with the true one, `area` their ratio."""

    rows: list[Row]
    overlap: float
    agreement: float
    area: float
    seconds: float


def rendering(task: Task) -> Photo:
    """Render the photo of a task (seed, product type, number). Even numbers have a scale card."""
    seed, kind, number = task
    rng = np.random.default_rng([seed, list(_SHAPES).index(kind), number])
    wider = float(rng.uniform(0.02, 0.08)) if rng.random() < 0.5 else 0.0
    conditions = Conditions(
        card=number % 2 == 0, hanger=rng.random() < 0.25, patterned=rng.random() < 0.5,
        waves_cm=float(rng.choice([0.15, 0.25, 0.4])), wider=wider,
    )  # fmt: skip
    return render(kind, rng, conditions)


def evaluate_one(task: Task) -> Outcome | None:
    """See and measure one rendering; None when its card was not found."""
    cv2.setNumThreads(1)
    photo = rendering(task)
    started = time.perf_counter()
    sight = see(np.ascontiguousarray(photo.image[..., ::-1]))
    return read(photo, sight.mask, sight.unsure, task, started)


def read(
    photo: Photo, mask: np.ndarray, unsure: Sequence[Point], task: Task, started: float
) -> Outcome | None:
    """Measure a mask found on a rendering and compare with the truth."""
    _, kind, number = task
    with_card = number % 2 == 0
    card = find_card(photo.image) if with_card else None
    if with_card and card is None:
        return None
    truth, features, ranges = photo.garment.truth, photo.garment.features, plausible_ranges(kind)
    first = measure(mask, kind, features, card=card, plausible=ranges, unsure=unsure)
    seconds = time.perf_counter() - started
    readings = {"card": first} if card else {}
    for codes in () if card else (KNOWN_LENGTHS, KNOWN_WIDTHS[number // 2 % 2]):
        code = next((code for code in codes if code in truth), None)
        if code and first.landmarks:
            readings[code] = measure_from_landmarks(
                first.landmarks, mask, kind, features, known=Known(code, truth[code]), plausible=ranges,
                overlap=first.overlap, unsure=unsure,
            )  # fmt: skip
    family = shape_of(kind, features).family
    rows = [row for code, reading in readings.items() for row in _rows(kind, family, code, reading, truth)]
    true = photo.mask > 0
    agreement = float((mask & true).sum() / max(1, (mask | true).sum()))
    return Outcome(rows, first.overlap, agreement, float(mask.sum() / true.sum()), seconds)


def _rows(kind: str, family: str, known: str, reading: Reading, truth: dict[str, float]) -> Iterable[Row]:
    scale = "card" if known == "card" else "length" if known in KNOWN_LENGTHS else "width"
    for value in reading.values:
        if value.code in truth and value.value_cm is not None and value.source != "entered":
            error = 100 * (value.value_cm / truth[value.code] - 1)
            by_limit = "photos show" in value.reason or "not known" in value.reason
            reason = "" if value.source == "measured" else value.reason
            yield Row(kind, family, value.code, scale, error, reason, bool(reason) and not by_limit)


def evaluate(
    count: int, seeds: list[int], only: list[str] | None = None, processes: int = PROCESSES
) -> list[Outcome]:
    """Measure `count` renderings of each type and seed, twice as many where a family has one type."""
    kinds = [kind for kind in _SHAPES if kind in (only or _SHAPES)]
    tasks = [(seed, kind, number) for seed in seeds for number in range(2 * count) for kind in kinds
             if number < count or kind in _BY_THEMSELVES]  # fmt: skip
    with Pool(processes) as pool:
        return [outcome for outcome in pool.imap(evaluate_one, tasks, chunksize=2) if outcome]


def table(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Return the 90th percentile of the error by family and code, of readings beside a card without doubt."""
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        if row.scale == "card" and not row.doubted:
            groups[row.family, row.code].append(abs(row.error))
    errors: dict[str, dict[str, float]] = defaultdict(dict)
    for (family, code), found in sorted(groups.items()):
        if len(found) >= LEAST_READINGS:
            errors[family][code] = round(float(np.percentile(found, 90, method="median_unbiased")), 1)
    return errors


def print_points(rows: list[Row]) -> None:
    """Print each point: readings, share clear of doubt, bias, median, 90th percentile; share measured, of these off."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.family, row.code, row.scale].append(row)
    print(f"{'family':15s} {'code':5s} {'scale':6s}   n clear   bias median    p90 | measured  off")
    for (family, code, scale), found in sorted(groups.items()):
        clear = np.array([row.error for row in found if not row.doubted] or [np.nan])
        measured = np.array([abs(row.error) for row in found if not row.reason])
        figures = np.median(clear), np.median(np.abs(clear)), np.percentile(np.abs(clear), 90)
        off = (measured > LARGE_ERROR).mean() if len(measured) else 0.0
        share = np.mean([not row.doubted for row in found])
        print(f"{family:15s} {code:5s} {scale:6s} {len(found):3d}  {share:4.2f} "
              + " ".join(f"{figure:6.1f}" for figure in figures)
              + f" | {len(measured) / len(found):8.2f} {off:4.2f}")  # fmt: skip


# The points a photo shows well enough to be judged by: of each family those with a clear edge at both ends.
READABLE = frozenset(
    (
        "BL1",
        "CH1",
        "HE1",
        "SH1",
        "SL1",
        "OS1",
        "IN1",
        "TH1",
        "LO1",
        "WB1",
        "HP1",
        "HP2",
        "SK1",
        "SK2",
        "BH1",
        "BW1",
        "BW2",
    )
)


def summary(rows: list[Row]) -> dict[str, float]:
    """Return the figures goals are set for."""
    measured = np.array([abs(row.error) for row in rows if not row.reason])
    readable = [not row.reason for row in rows if row.code in READABLE]
    if not len(measured):
        return {"values": len(rows), "share_measured": 0.0}
    return {
        "values": len(rows),
        "share_measured": round(len(measured) / len(rows), 3),
        "share_of_readable_measured": round(float(np.mean(readable)), 3),
        "median_percent": round(float(np.median(measured)), 2),
        "p90_percent": round(float(np.percentile(measured, 90)), 2),
        "share_over_4_percent": round(float((measured > LARGE_ERROR).mean()), 3),
    }


def report(outcomes: list[Outcome]) -> dict[str, dict[str, float]]:
    """Return all figures by name."""
    rows = [row for outcome in outcomes for row in outcome.rows]
    figures = {
        scale: summary([row for row in rows if row.scale == scale]) for scale in ("card", "length", "width")
    }
    figures["all"] = summary(rows)
    for name in ("overlap", "agreement", "area", "seconds"):
        found = [getattr(outcome, name) for outcome in outcomes]
        low, middle, high = (round(float(number), 3) for number in np.percentile(found, [10, 50, 90]))
        figures[name] = {"p10": low, "median": middle, "p90": high}
    figures["memory_mb"] = {"most": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, nargs="+", default=[0])
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.photos:
        from bench.vision import train  # needs scikit-learn

        train.train(train.Descriptions(options.photos))
    outcomes = evaluate(options.count, options.seed, options.only)
    rows = [row for outcome in outcomes for row in outcome.rows]
    print_points(rows)
    if options.write:
        ERRORS.write_text(json.dumps(table(rows), indent=1, sort_keys=True) + "\n")
    sys.stdout.write(json.dumps({"bench": "measuring", **report(outcomes)}) + "\n")


if __name__ == "__main__":
    main()
