"""Train the heads of `vision/garments/data/heads.npz` from a folder of labelled photos.

    python bench/vision/train.py PHOTOS [--cache FOLDER] [--most N]

PHOTOS holds `train/<kind>/*.jpg` and `validation/<kind>/*.jpg`. Finer labels (type, neck, sleeve, closure,
waistband), given by eye, are in `labels.tsv`. Needs scikit-learn. The description of every photo is kept in
the cache, since it takes most of the time.
"""

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from vision import networks
from vision.garments.classifier_heads import FILE
from vision.garments.description import describe_photo

CACHE = ROOT / ".data" / "vision-cache"
LABELS = Path(__file__).parent / "labels.tsv"
KIND_C, FINE_C = 0.003, 0.001  # how little the heads may bend to single photos
RIGHT_ENOUGH = 0.95
LEAST_EXAMPLES = 6
LEAST_SAID = 0.6  # no feature is said with less confidence
FEATURES = ("neck", "sleeve", "closure", "waistband", "length", "leg")


def described(photo: Path, cache: Path) -> np.ndarray:
    kept = cache / f"{photo.parent.parent.name}_{photo.parent.name}_{photo.stem}.npz"
    if kept.exists():
        return np.load(kept)["v"][0].astype(np.float32)
    image = cv2.cvtColor(cv2.imread(str(photo)), cv2.COLOR_BGR2RGB)
    vector = describe_photo(image, networks.salience(image))
    np.savez(kept, v=vector[None].astype(np.float16))
    return vector


def fitted(
    samples: np.ndarray, names: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Weights and bias for raw descriptions: the standardisation is folded in."""
    model = classifier(strength).fit(samples, names)
    scaler, regression = model[0], model[1]
    weights, bias = regression.coef_.T, regression.intercept_
    if weights.shape[1] == 1:  # two classes share one column
        weights, bias = np.hstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    weights = weights / scaler.scale_[:, None]
    return weights, bias - scaler.mean_ @ weights, [str(name) for name in regression.classes_]


def classifier(strength: float):
    return make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=400))


def threshold(confidence: np.ndarray, right: np.ndarray, wanted: float = RIGHT_ENOUGH) -> float:
    """The lowest confidence from which answers are right often enough; 1.01 when they never are."""
    order = np.argsort(-confidence)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= wanted)
    return float(confidence[order][enough[-1]]) if len(enough) >= LEAST_EXAMPLES else 1.01


def fine_head(samples: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str], float, str]:
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    odds = cross_val_predict(classifier(FINE_C), samples, names, cv=folds, method="predict_proba")
    guesses = np.unique(names)[odds.argmax(1)]
    right, sure = guesses == names, odds.max(1)
    level = max(threshold(sure, right, 0.9), LEAST_SAID)
    told = f"{right.mean():.3f} right of {len(names)}; said {np.mean(sure >= level):.2f} of the time"
    return *fitted(samples, names, FINE_C), level, told


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--most", type=int, default=10_000, help="photos of a kind used for training")
    parser.add_argument("--only-cached", action="store_true", help="use what is described already")
    chosen = parser.parse_args()
    save(train(photos_in(chosen.photos, chosen.cache, most=chosen.most, only_cached=chosen.only_cached)))


type Parts = dict[str, tuple[list[Path], list[np.ndarray]]]


def photos_in(folder: Path, cache: Path = CACHE, *, most: int = 10_000, only_cached: bool = False) -> Parts:
    """The photos of both parts with their descriptions, from the cache where they are there."""
    cache.mkdir(parents=True, exist_ok=True)
    parts: Parts = {}
    for part in ("train", "validation"):
        photos = [
            photo
            for kind in sorted((folder / part).iterdir())
            for photo in sorted(kind.glob("*.jpg"))[:most]
            if not only_cached or (cache / f"{part}_{kind.name}_{photo.stem}.npz").exists()
        ]
        parts[part] = photos, [described(photo, cache) for photo in photos]
    return parts


def train(parts: Parts) -> dict[str, np.ndarray]:
    photos, vectors = parts["train"]
    samples, kinds = np.stack(vectors), np.array([photo.parent.name for photo in photos])
    weights, bias, classes = fitted(samples, kinds, KIND_C)
    held_photos, held_vectors = parts["validation"]
    odds = np.stack(held_vectors) @ weights + bias
    odds = np.exp(odds - odds.max(1, keepdims=True))
    odds /= odds.sum(1, keepdims=True)
    truth = np.array([photo.parent.name for photo in held_photos])
    right = np.array(classes)[odds.argmax(1)] == truth
    level = threshold(odds.max(1), right)
    surest = np.argsort(-odds.max(1))[: int(0.8 * len(right))]
    print(f"kinds: {right.mean():.3f} of {len(right)} held out; surest 80 %: {right[surest].mean():.3f}; "
          f"asks below {level:.2f} ({np.mean(odds.max(1) < level):.2f} of the time)")  # fmt: skip
    mixed = Counter(zip(truth[~right], np.array(classes)[odds.argmax(1)][~right], strict=True))
    print("most mixed up:", mixed.most_common(8))
    # What ships is trained on everything; the figures above are of the photos held out before.
    everything = np.concatenate([samples, np.stack(held_vectors)])
    weights, bias, classes = fitted(everything, np.concatenate([kinds, truth]), KIND_C)
    heads = {"garment": (weights, bias, classes, level)}
    labels = read_labels()
    by_path = dict(
        zip((f"{p.parent.parent.name}/{p.parent.name}/{p.name}" for p in photos), samples, strict=True)
    )
    for name, wanted in labelled_sets(labels, by_path).items():
        xs, ys = np.stack([x for x, _ in wanted]), np.array([y for _, y in wanted])
        *head, told = fine_head(xs, ys)
        print(f"{name}: {told}")
        heads[name] = tuple(head)
    return {f"{name}/{key}": np.asarray(value) for name, head in heads.items()
            for key, value in zip(("weights", "bias", "classes", "threshold"), head, strict=True)}  # fmt: skip


def labelled_sets(
    labels: dict[str, dict[str, str]], by_path: dict[str, np.ndarray]
) -> dict[str, list[tuple[np.ndarray, str]]]:
    """Examples of each fine head: types within a kind, and features."""
    sets: dict[str, list[tuple[np.ndarray, str]]] = {}
    for path, row in labels.items():
        if path not in by_path:
            continue
        if row["type"]:
            sets.setdefault(f"type of {path.split('/')[1]}", []).append((by_path[path], row["type"]))
        for feature in FEATURES:
            if row.get(feature):
                sets.setdefault(feature, []).append((by_path[path], row[feature]))
    frequent = {name: common(rows) for name, rows in sets.items()}
    return {name: rows for name, rows in frequent.items() if len({y for _, y in rows}) > 1}


def common(rows: list[tuple[np.ndarray, str]]) -> list[tuple[np.ndarray, str]]:
    """Only classes with enough examples."""
    counts = Counter(name for _, name in rows)
    return [(x, name) for x, name in rows if counts[name] >= LEAST_EXAMPLES]


def read_labels() -> dict[str, dict[str, str]]:
    with LABELS.open(newline="", encoding="utf-8") as file:
        return {row["path"]: row for row in csv.DictReader(file, delimiter="\t")}


def save(arrays: dict[str, np.ndarray]) -> None:
    FILE.parent.mkdir(exist_ok=True)
    small = {key: value.astype(np.float32) if key.endswith(("weights", "bias")) else value
             for key, value in arrays.items()}  # fmt: skip
    np.savez_compressed(FILE, **small)
    print(f"{FILE.name}: {FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
