"""Print how exactly products are measured, on rendered garments of known size and on real photos.

    python -m bench.vision.evaluate_measuring [--count 4] [--seed 0] [--write] [--photos FOLDER...]

`--write` stores the 90th percentile of each error in vision/data/errors.json, where `measure` reads it.
The last line is JSON.
"""

import argparse
import csv
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from bench.vision.render import Conditions, render
from vision.measuring import measure
from vision.outlines.products import _SHAPES, shape_of
from vision.reading import Known, Reading
from vision.scale_card import find_card
from vision.trust import scale_kind

ERRORS = Path(__file__).parents[2] / "vision" / "data" / "errors.json"
PRODUCTS = Path(__file__).parents[2] / "techpack" / "library" / "data" / "products.csv"
_KNOWN = ("BL1", "CH1", "OS1", "IN1", "WB1", "SK1", "BH1", "BW1", "HC6", "HC7", "HC2", "FO1")

type Ranges = dict[str, dict[str, tuple[float, float]]]


def plausible_ranges() -> Ranges:
    """Read the plausible range of each code by product type."""
    ranges: Ranges = defaultdict(dict)
    with PRODUCTS.open() as lines:
        for row in csv.DictReader(lines):
            low, high = float(row["plausible_low_cm"]), float(row["plausible_high_cm"])
            ranges[row["product_type"]][row["code"]] = (low, high)
    return ranges


class Tally:
    """Collects the errors of values by family, code and kind of scale."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str, float]] = []
        self.overlaps: list[float] = []
        self.seconds: list[float] = []

    def add(self, family: str, scale: str, reading: Reading, truth: dict[str, float]) -> None:
        self.overlaps.append(reading.overlap)
        for value in reading.values:
            if value.code in truth and value.value_cm is not None and value.source != "entered":
                error = 100 * (value.value_cm / truth[value.code] - 1)
                trusted = value.source == "measured"
                doubt = (
                    value.reason
                    if "photos show" not in value.reason and "not known" not in value.reason
                    else ""
                )
                self.rows.append(
                    (family, value.code, scale, "measured" if trusted else doubt or "open", error)
                )

    def table(self) -> dict[str, dict[str, dict[str, float]]]:
        """Return the 90th percentile of the error by family, code and scale, of readings without doubt."""
        groups: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        for family, code, scale, state, error in self.rows:
            if state in {"measured", "open"}:
                groups[family, code, scale].append(abs(error))
        table: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for (family, code, scale), errors in sorted(groups.items()):
            if len(errors) > 4:
                table[family][code][scale] = round(float(np.percentile(errors, 90)), 1)
        return table

    def summary(self, scale: str) -> dict[str, float]:
        """Return the figures goals are set for, of one kind of scale."""
        rows = [row for row in self.rows if row[2] == scale]
        measured = np.array([abs(row[4]) for row in rows if row[3] == "measured"])
        if not len(measured):
            return {"values": len(rows), "share_measured": 0.0}
        return {
            "values": len(rows),
            "share_measured": round(len(measured) / len(rows), 3),
            "median_percent": round(float(np.median(measured)), 2),
            "p90_percent": round(float(np.percentile(measured, 90)), 2),
            "share_over_4_percent": round(float((measured > 4).mean()), 3),
        }


def evaluate_rendered(count: int, seed: int, only: list[str] | None = None) -> Tally:
    """Measure `count` renderings of each type with the card, and the same number with a known dimension."""
    tally, ranges = Tally(), plausible_ranges()
    for number, kind in enumerate(only or list(_SHAPES)):
        for i in range(2 * count):
            rng = np.random.default_rng([seed, number, i])
            _measure_one(tally, kind, i, rng, ranges[kind])
    return tally


def _measure_one(
    tally: Tally, kind: str, i: int, rng: np.random.Generator, plausible: dict[str, tuple[float, float]]
) -> None:
    with_card = i % 2 == 0
    conditions = Conditions(
        card=with_card, hanger=rng.random() < 0.25, patterned=rng.random() < 0.5,
        tilt=float(rng.choice([2, 4, 7])), waves_cm=float(rng.choice([0.15, 0.25, 0.4])),
    )  # fmt: skip
    photo = render(kind, rng, conditions)
    card = find_card(photo.image) if with_card else None
    if with_card and card is None:
        return
    truth = photo.garment.truth
    codes = [code for code in _KNOWN if code in truth]
    code = str(rng.choice(codes))
    known = None if with_card else Known(code, truth[code])
    started = time.perf_counter()
    reading = measure(photo.mask, kind, photo.garment.features, card=card, known=known, plausible=plausible)
    tally.seconds.append(time.perf_counter() - started)
    family = shape_of(kind, photo.garment.features).family
    tally.add(family, scale_kind(known.code if known else None, family), reading, truth)


def print_table(tally: Tally) -> None:
    """Print median, bias, 90th percentile and share without doubt for each family, code and scale."""
    groups: dict[tuple[str, str, str], list[tuple[str, float]]] = defaultdict(list)
    for family, code, scale, state, error in tally.rows:
        groups[family, code, scale].append((state, error))
    print(f"{'family':15s} {'code':5s} {'scale':6s}   n clear  bias median   p90")
    for (family, code, scale), rows in sorted(groups.items()):
        clear = np.array([error for state, error in rows if state in {"measured", "open"}])
        if len(clear):
            figures = (np.median(clear), np.median(np.abs(clear)), np.percentile(np.abs(clear), 90))
            print(f"{family:15s} {code:5s} {scale:6s} {len(rows):3d} {len(clear) / len(rows):5.2f} "
                  + " ".join(f"{figure:6.1f}" for figure in figures))  # fmt: skip


def main() -> None:
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    tally = evaluate_rendered(options.count, options.seed, options.only)
    print_table(tally)
    if options.write:
        ERRORS.parent.mkdir(exist_ok=True)
        ERRORS.write_text(json.dumps(tally.table(), indent=1, sort_keys=True) + "\n")
    figures = {scale: tally.summary(scale) for scale in ("card", "length", "width")}
    figures["overlap"] = {"median": round(float(np.median(tally.overlaps)), 3)}
    figures["seconds"] = {
        "median": round(float(np.median(tally.seconds)), 2),
        "max": round(max(tally.seconds), 2),
    }
    sys.stdout.write(json.dumps({"bench": "measuring", **figures}) + "\n")


if __name__ == "__main__":
    main()
