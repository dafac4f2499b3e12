"""Train the heads of `vision/garments/data/heads.npz` from a folder of labelled photos.

    python bench/vision/train.py PHOTOS [--cache FOLDER] [--only HEAD...] [--only-cached]

PHOTOS holds `train/<kind>/*.jpg` and `validation/<kind>/*.jpg`. Finer labels (type, neck, sleeve, closure,
waistband), given by eye, are in `labels.tsv`. Needs scikit-learn. The description of every photo is kept in
the cache, since it takes most of the time. With `--only` the other heads stay as they are.
"""

import argparse
import csv
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.vision.linear_fit import Examples, Fit, cross_validated, fitted, predicted
from vision import networks
from vision.garments.classifier_heads import FILE
from vision.garments.description import describe_photo, describe_upper_body
from vision.garments.recognition import FEATURES_OF, FROM_NEAR, UPPER, possible

CACHE = ROOT / ".data" / "vision-cache"
LABELS = Path(__file__).parent / "labels.tsv"
PARTS, HELD_OUT = ("train", "validation"), "validation/"
KIND_RIGHT, FEATURE_RIGHT = 0.95, 0.9  # how often what is said has to be right
LEAST_EXAMPLES = 10
LEAST_HELD_OUT = 60  # validation photos: fewer say little
LEAST_SAID = 0.5  # no feature is said with less confidence
FEATURES = ("neck", "sleeve", "closure", "waistband", "length", "leg", "pattern")
# Classes with too few examples to be told apart, and what they are taken for.
TAKEN_FOR = {
    "sleeve": {"3/4": "long", "cap": "short"},
    "neck": {"square": "scoop", "polo": "shirt collar"},
}
# How far heads bend to single photos, by five-fold cross-validation on the training photos; 1 where nothing is said.
STRENGTHS = dict.fromkeys(("garment", "kind of top", "waistband", "leg", "type of shoes", "pattern"), 3.0)
KINDS = ("kind of top", "garment")  # which are trained together: one decides among what the other calls tops
# How many numbers of each part of a description, and how much they weigh.
_PHOTO = ((6912, 2.0), (204, 0.1))
_REGION = ((1280, 1.0), (1280, 1.0), (3136, 1.0))
_FAINT_REGION = ((1280, 0.33), (1280, 0.33), (3136, 0.33))
BLOCKS = {"photo": _PHOTO, "near": _PHOTO + _REGION * 3}
BLOCKS_OF = {"kind of top": _PHOTO + _FAINT_REGION * 3}  # heads that weigh them in their own way


class Descriptions:
    """The descriptions of photos by path ("train/dress/009b3c31.jpg"), from a cache where they are there."""

    def __init__(self, folder: Path, cache: Path = CACHE, *, only_cached: bool = False) -> None:
        cache.mkdir(parents=True, exist_ok=True)
        self.folder, self.cache = folder, cache
        photos = [photo for part in PARTS for photo in sorted((folder / part).glob("*/*.jpg"))]
        paths = [photo.relative_to(folder).as_posix() for photo in photos]
        self.paths = [path for path in paths if not only_cached or self._kept(path).exists()]

    def of(self, path: str, sight: str) -> np.ndarray:
        """Views x numbers: "photo" (one view), or "near" of what hangs from the shoulders (two)."""
        if not self._kept(path).exists():
            self._describe(path)
        with np.load(self._kept(path)) as data:
            return data[sight]

    def _kept(self, path: str) -> Path:
        return self.cache / f"{path.replace('/', '_').removesuffix('.jpg')}.npz"

    def _describe(self, path: str) -> None:
        image = cv2.cvtColor(cv2.imread(str(self.folder / path)), cv2.COLOR_BGR2RGB)
        photo = describe_photo(image, networks.salience(image))
        found = {"photo": photo.numbers[None]}
        if kind_of(path) in UPPER:
            found["near"] = describe_upper_body(image, photo)
        np.savez(self._kept(path), **{name: views.astype(np.float16) for name, views in found.items()})


def kind_of(path: str) -> str:
    return path.split("/")[1]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--only", nargs="*", help="heads to train; the others stay as they are")
    parser.add_argument("--only-cached", action="store_true", help="use what is described already")
    chosen = parser.parse_args()
    descriptions = Descriptions(chosen.photos, chosen.cache, only_cached=chosen.only_cached)
    only = {*(chosen.only or ()), *(KINDS if {*KINDS} & {*(chosen.only or ())} else ())}
    save(train(descriptions, only), keep=bool(only))


@dataclass(frozen=True)
class Told:
    """What a head says of photos that it had not seen: `odds` is photos x classes, `names` what they are."""

    paths: list[str]
    names: np.ndarray
    odds: np.ndarray
    classes: np.ndarray


def train(descriptions: Descriptions, only: set[str] | None = None) -> dict[str, np.ndarray]:
    """Train the heads and print how often they are right; returns what is to be saved."""
    arrays: dict[str, np.ndarray] = {}
    tops: Told | None = None
    for name, labels in labelled_sets(descriptions.paths).items():
        if only and name not in only:
            continue
        fit, told = head(name, labels, descriptions)
        tops = told if name == "kind of top" else tops
        if name == "garment" and tops is not None:
            told = with_tops(told, tops)
        level, words = judged(told, KIND_RIGHT if name in KINDS else FEATURE_RIGHT)
        print(f"{name}: {words}", flush=True)
        arrays |= {f"{name}/weights": fit.weights.astype(np.float16), f"{name}/bias": fit.bias.astype(np.float32),
                   f"{name}/classes": np.array(fit.classes), f"{name}/threshold": np.asarray(level)}  # fmt: skip
    return arrays


def head(name: str, labels: dict[str, str], descriptions: Descriptions) -> tuple[Fit, Told]:
    """Train one head on all photos, and say what it tells of photos that it had not seen.

    These are the validation photos where there are enough of them, else each fifth of all in turn.
    """
    sight, strength = "near" if name in FROM_NEAR else "photo", STRENGTHS.get(name, 1.0)
    paths = np.array(list(labels))
    vectors = np.stack([descriptions.of(path, sight) for path in paths])
    everything = Examples(vectors, np.array(list(labels.values())), BLOCKS_OF.get(name, BLOCKS[sight]))
    held = np.array([path.startswith(HELD_OUT) for path in paths])
    if held.sum() >= LEAST_HELD_OUT:
        fit = fitted(Examples(vectors[~held], everything.names[~held], everything.blocks), strength)
        odds, classes = predicted(fit, vectors[held]), np.array(fit.classes)
    else:
        odds, classes = cross_validated(everything, strength)
        held[:] = True
    odds = among_possible(name, np.array([kind_of(path) for path in paths[held]]), odds, classes)
    return fitted(everything, strength), Told(list(paths[held]), everything.names[held], odds, classes)


def with_tops(told: Told, tops: Told) -> Told:
    """The probabilities of the ten kinds where the head that sees necks and fronts decides among tops."""
    columns, odds = np.searchsorted(told.classes, tops.classes), told.odds.copy()
    rows = [told.paths.index(path) for path in tops.paths]
    odds[np.ix_(rows, columns)] = odds[np.ix_(rows, columns)].sum(axis=1, keepdims=True) * tops.odds
    return replace(told, odds=odds)


def among_possible(name: str, kinds: np.ndarray, odds: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Probabilities (examples x classes) without the values that a garment of that kind does not have."""
    left = [
        possible(name, kind, dict(zip(classes, row, strict=True)))
        for row, kind in zip(odds, kinds, strict=True)
    ]
    return np.array([[row.get(one, 0.0) for one in classes] for row in left])


def judged(told: Told, wanted: float) -> tuple[float, str]:
    """From which probability an answer is right often enough, and how often answers are right in words."""
    names, answers, sure = told.names, told.classes[told.odds.argmax(1)], told.odds.max(1)
    right = answers == names
    level = max(threshold(sure, right, wanted), LEAST_SAID if wanted == FEATURE_RIGHT else 0.0)
    said, surest = sure >= level, np.argsort(-sure)[: int(0.8 * len(right))]
    mixed = Counter(zip(names[~right], answers[~right], strict=True)).most_common(5)
    shown = ", ".join(f"{true} for {answer} {count}" for (true, answer), count in mixed)
    return level, (
        f"{right.mean():.3f} right of {len(right)}, {right[surest].mean():.3f} of the surest 80 %; from {level:.2f} "
        f"on said of {said.mean():.2f} and right of {right[said].mean() if said.any() else 0:.3f} ({shown})"
    )


def threshold(confidence: np.ndarray, right: np.ndarray, wanted: float) -> float:
    """The lowest confidence from which answers are right often enough; 1.01 when they never are."""
    order = np.argsort(-confidence)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= wanted)
    return float(confidence[order][enough[-1]]) if len(enough) and enough[-1] + 1 >= LEAST_EXAMPLES else 1.01


def labelled_sets(paths: list[str]) -> dict[str, dict[str, str]]:
    """The labels of each head by path: kinds of garment, types within a kind, and features."""
    kinds = {path: kind_of(path) for path in paths}
    tops = {path: kind for path, kind in kinds.items() if kind in UPPER}
    sets: dict[str, dict[str, str]] = {"kind of top": tops, "garment": kinds}
    known = set(paths)
    for path, row in read_labels().items():
        if path not in known:
            continue
        if row["type"]:
            sets.setdefault(f"type of {kind_of(path)}", {})[path] = row["type"]
        for feature in FEATURES:
            if row[feature] and kind_of(path) in FEATURES_OF[feature]:
                taken_for = TAKEN_FOR.get(feature, {})
                sets.setdefault(feature, {})[path] = taken_for.get(row[feature], row[feature])
    frequent = {name: common(labels) for name, labels in sets.items()}
    return {name: labels for name, labels in frequent.items() if len(set(labels.values())) > 1}


def common(labels: dict[str, str]) -> dict[str, str]:
    """Only classes with enough examples."""
    counts = Counter(labels.values())
    return {path: name for path, name in labels.items() if counts[name] >= LEAST_EXAMPLES}


def read_labels() -> dict[str, dict[str, str]]:
    with LABELS.open(newline="", encoding="utf-8") as file:
        return {row["path"]: row for row in csv.DictReader(file, delimiter="\t")}


def save(arrays: dict[str, np.ndarray], *, keep: bool) -> None:
    """Write the heads; with `keep` those that were not trained stay as they are in the file."""
    FILE.parent.mkdir(exist_ok=True)
    if keep:
        with np.load(FILE) as data:
            arrays = {key: data[key] for key in data.files} | arrays
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
