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

from bench.vision.linear_fit import DIMENSIONS, Examples, Fit, cross_validated, fitted, predicted
from vision import networks
from vision.garments.classifier_heads import FILE
from vision.garments.description import describe_photo, describe_upper_body
from vision.garments.recognition import FEATURES_OF, FROM_NEAR, UPPER, possible

CACHE = ROOT / ".data" / "vision-cache"
LABELS = Path(__file__).parent / "labels.tsv"
PARTS, HELD_OUT = ("train", "validation"), "validation/"
KIND_RIGHT, FEATURE_RIGHT = 0.95, 0.9  # how often what is said has to be right
# What is tried for each value of a feature by itself.
VALUES_RIGHT = (0.84, 0.85, 0.86, 0.87, 0.88, 0.89, 0.9)
CLOSE = 0.005  # to the share that has to be right
LEAST_EXAMPLES = 10
LEAST_SAID_TIMES = 5  # photos that an answer has to be said of, to be said at all
LEAST_HELD_OUT = 60  # validation photos: fewer say little
LEAST_SAID = 0.45  # no feature is said with less confidence
FEATURES = ("neck", "sleeve", "closure", "waistband", "length", "leg", "pattern")
# Classes with too few examples to be told apart, and what they are taken for.
TAKEN_FOR = {
    "sleeve": {"3/4": "long", "cap": "short"},
    "neck": {"square": "scoop", "polo": "shirt collar"},
}
# How far heads bend to single photos, by five-fold cross-validation on the labelled photos; 1 where nothing is said.
STRENGTHS = dict.fromkeys(
    ("garment", "kind of top", "type of longsleeve", "waistband", "leg", "type of shoes", "type of hat", "pattern"), 3.0
) | dict.fromkeys(("sleeve", "type of pants", "type of outwear"), 10.0)  # fmt: skip
# In how many ways, by the same; of other heads the usual. More of them, and stronger, tell the ten kinds of garment
# better, too, but are so sure of trousers upside down that they are not turned (`CLEARER` in vision/upright.py).
DIMENSIONS_OF = dict.fromkeys(("sleeve", "type of longsleeve"), 900)
KINDS = ("kind of top", "garment")  # which are trained together: one decides among what the other calls tops

# How many numbers of each part of a description, and how much they weigh.
type Blocks = tuple[tuple[int, float], ...]


def _photo(weight: float = 2.0, *, shape: float = 0.1) -> Blocks:
    return (6912, weight), (204, shape)


def _region(weight: float = 1.0) -> Blocks:
    return (1280, weight), (1280, weight), (3136, weight)


BLOCKS = {"photo": _photo(), "near": _photo() + _region() * 3}
BLOCKS_OF = {  # heads that weigh them in their own way
    "kind of top": _photo() + _region(0.33) * 3,
    "type of longsleeve": _photo() + _region(0.33) * 3,
    "type of outwear": _photo(shape=2.0),  # a coat is a long jacket
    "type of hat": _photo(shape=0.5),
    "neck": _photo(1.0) + _region(1.5) * 2 + _region(0.3),
}


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
    """What a head says of photos that it had not seen: `odds` is photos x classes, `names` what they are.

    `weights` say how often such photos occur in the validation part, where nobody chose them by what they show.
    """

    paths: list[str]
    names: np.ndarray
    odds: np.ndarray
    classes: np.ndarray
    weights: np.ndarray

    @property
    def are_held_out(self) -> np.ndarray:
        return np.array([path.startswith(HELD_OUT) for path in self.paths])


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
        levels = levels_of(told, name)
        print(f"{name}: {judged(told, levels)}", flush=True)
        arrays |= {f"{name}/weights": fit.weights.astype(np.float16), f"{name}/bias": fit.bias.astype(np.float32),
                   f"{name}/classes": np.array(fit.classes), f"{name}/threshold": levels}  # fmt: skip
    return arrays


def head(name: str, labels: dict[str, str], descriptions: Descriptions) -> tuple[Fit, Told]:
    """Train one head on all photos, and say what it tells of photos that it had not seen.

    Of kinds these are the validation photos; else each fifth of all photos in turn.
    """
    sight, strength = "near" if name in FROM_NEAR else "photo", STRENGTHS.get(name, 1.0)
    paths, names = np.array(list(labels)), np.array(list(labels.values()))
    vectors = np.stack([descriptions.of(path, sight) for path in paths])
    everything = Examples(vectors, names, BLOCKS_OF.get(name, BLOCKS[sight]))
    weights, dimensions = natural_weights(paths, names), DIMENSIONS_OF.get(name, DIMENSIONS)
    seen = np.ones(len(paths), bool)
    if name in KINDS:
        seen = np.array([path.startswith(HELD_OUT) for path in paths])
        fit = fitted(Examples(vectors[~seen], names[~seen], everything.blocks), strength, dimensions)
        odds, classes = predicted(fit, vectors[seen]), np.array(fit.classes)
    else:
        odds, classes = cross_validated(everything, strength, dimensions)
    odds = among_possible(name, np.array([kind_of(path) for path in paths[seen]]), odds, classes)
    told = Told(list(paths[seen]), names[seen], odds, classes, weights[seen])
    return fitted(everything, strength, dimensions), told


def natural_weights(paths: np.ndarray, names: np.ndarray) -> np.ndarray:
    """How much each photo counts, so that all together are what the validation photos are.

    Of some kinds of garment more photos were labelled than of others, and of rare necks more than of usual ones.
    """
    groups = [(kind_of(path), name) for path, name in zip(paths, names, strict=True)]
    all_photos = Counter(groups)
    held_out = Counter(group for group, path in zip(groups, paths, strict=True) if path.startswith(HELD_OUT))
    if held_out.total() < LEAST_HELD_OUT:
        return np.ones(len(paths))
    return np.array([(held_out[group] + 0.5) / all_photos[group] for group in groups])


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


def levels_of(told: Told, name: str) -> np.ndarray:
    """From which probability each class is right often enough to be said.

    One for all kinds of garment; of features one for each value, by validation photos where enough have this answer:
    those that say most while what is said is right often enough.
    """
    answers, sure = told.odds.argmax(1), told.odds.max(1)
    right = told.classes[answers] == told.names

    def level(of_them: np.ndarray, wanted: float) -> float:
        chosen = of_them & told.are_held_out
        if chosen.sum() >= LEAST_HELD_OUT:
            return threshold(sure[chosen], right[chosen], wanted, np.ones(chosen.sum()))
        return threshold(sure[of_them], right[of_them], wanted, told.weights[of_them])

    everything = np.ones(len(answers), bool)
    if name in KINDS:
        return np.full(len(told.classes), level(everything, KIND_RIGHT))
    best, most = np.full(len(told.classes), level(everything, FEATURE_RIGHT)), 0.0
    overall = best
    for wanted in (None, *VALUES_RIGHT):
        levels = overall.copy()
        for number in range(len(levels)):
            if wanted and (answers == number).sum() >= LEAST_EXAMPLES:
                levels[number] = level(answers == number, wanted)
        levels = np.maximum(levels, LEAST_SAID)
        said = shown(told) & (sure >= levels[answers])
        if said.sum() > most and right[said].mean() > FEATURE_RIGHT - CLOSE:
            best, most = levels, said.sum()
    return best


def shown(told: Told) -> np.ndarray:
    """Which photos figures are given of: validation photos where there are enough of them."""
    held_out = told.are_held_out
    return held_out if held_out.sum() >= LEAST_HELD_OUT else np.ones(len(held_out), bool)


def judged(told: Told, levels: np.ndarray) -> str:
    """How often answers are right in words."""
    names, odds = told.names[shown(told)], told.odds[shown(told)]
    answers, sure = odds.argmax(1), odds.max(1)
    right, said = told.classes[answers] == names, sure >= levels[answers]
    surest = np.argsort(-sure)[: int(0.8 * len(right))]
    mixed = Counter(zip(names[~right], told.classes[answers][~right], strict=True)).most_common(5)
    wrong = ", ".join(f"{true} for {answer} {count}" for (true, answer), count in mixed)
    from_level = ", ".join(f"{one} {level:.2f}" for one, level in zip(told.classes, levels, strict=True))
    return (
        f"{right.mean():.3f} right of {len(right)}, {right[surest].mean():.3f} of the surest 80 %; "
        f"said of {said.mean():.2f} and right of {right[said].mean() if said.any() else 0:.3f} ({wrong}); from {from_level}"
    )


def threshold(confidence: np.ndarray, right: np.ndarray, wanted: float, weights: np.ndarray) -> float:
    """The lowest confidence from which answers are right often enough; 1.01 when they never are."""
    order = np.argsort(-confidence)
    share = np.cumsum((right * weights)[order]) / np.cumsum(weights[order])
    enough = np.flatnonzero(share >= wanted)
    return (
        float(confidence[order][enough[-1]]) if len(enough) and enough[-1] + 1 >= LEAST_SAID_TIMES else 1.01
    )


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
