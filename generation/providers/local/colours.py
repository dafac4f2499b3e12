"""Colours inside the silhouette: k-means in Lab, shades of one dye merged, nearest common names."""

from functools import cache
from typing import Any

import cv2
import numpy as np

from .clusters import kmeans
from .photo import Photo
from .silhouette import lab
from .upright_cutout import Plate, plate

SAMPLES = 24_000
SHADE = 15.0  # weighted Lab distance below which two clusters are light and shadow of one colour
LEAST_SHARE = 0.03
MOST = 5

NAMES = """
    black 141414, off-black 2B2B2B, charcoal 3C4043, dark grey 555555, grey 808080, light grey B8B8B8,
    silver C8CACC, white FAFAFA, off-white F1EEE6, ivory F4EBD3, cream EFE0BE, beige D6C3A0,
    sand C6AE86, tan B9905F, camel B07C43, khaki 9A8D63, taupe 86786A, mushroom A99A8C, brown 6F4A2E,
    dark brown 432C20, chocolate 52301F, rust 9C4521, terracotta BC6144, copper AD6B3F, orange EA7A1E,
    apricot F2B27C, peach F4C6A6, coral EF6F62, salmon EE8F7E, red C9202B, bright red E52B30,
    dark red 8B1A22, burgundy 641B2B, wine 72253D, maroon 5A1A1E, raspberry B3224F, fuchsia CC2F86,
    pink E98BAA, light pink F3C3D0, dusty pink C79A98, rose CF6D83, mauve A0809A, dusty mauve 9C8280,
    lilac BFA3CC, lavender B7B0DA, purple 6D3A8C, violet 7A4FB5, plum 5B2C4F, aubergine 3C2236,
    indigo 34346E, navy 1D2747, dark navy 151A2C, midnight blue 1B2138, royal blue 2447A8,
    cobalt 1F4FBF, blue 2E66B0, denim blue 48658C, steel blue 5A7FA3, sky blue 88B7DE,
    light blue B4D0E6, ice blue D7E6EE, dusty blue 8496A8, teal 156A70, petrol 1A4A58, turquoise 2BB0AE,
    aqua 83D0CE, mint A9DBC0, sage 9CAA8C, green 2F8A46, emerald 12745A, bottle green 1D4A38,
    forest green 2C5A3A, dark green 21402E, grass green 5EA33C, lime A6CE39, olive 6B6B32,
    army green 4D5537, moss 77804A, yellow F2D22E, lemon F5E76A, mustard C99A2A, ochre B9852F,
    gold C9A44A, pale yellow F3E7A3, slate 53606B, blue-grey 76838F, green-grey 7C867D, warm grey 98908A
"""


@cache
def _names() -> tuple[tuple[str, ...], np.ndarray]:
    names, values = [], []
    for entry in NAMES.replace("\n", " ").split(","):
        name, code = entry.strip().rsplit(" ", 1)
        names.append(name.strip())
        values.append([int(code[i : i + 2], 16) for i in (0, 2, 4)])
    return tuple(names), lab(np.array([values], np.uint8))[0]


def name_of(colour: np.ndarray) -> str:
    """The nearest common name of a Lab colour."""
    names, values = _names()
    return names[int(np.argmin(((values - colour) ** 2).sum(1)))]


def inner_pixels(base: Plate) -> tuple[np.ndarray, np.ndarray]:
    """RGB (n, 3) of the product without its rim, evenly thinned, and the mask they came from."""
    rim = max(3, round(base.size * 0.012))
    inside = cv2.erode(base.mask, np.ones((rim, rim), np.uint8)) > 0
    pixels = cv2.medianBlur(base.rgb, 3)[inside]
    return pixels[:: max(1, len(pixels) // SAMPLES)], inside


def palette(photo: Photo) -> dict[str, Any]:
    """The `Colours` group of a base view."""
    return photo.study("palette", lambda: _palette(plate(photo)))


def _palette(base: Plate) -> dict[str, Any]:
    pixels, _ = inner_pixels(base)
    if len(pixels) < 50:
        return {"items": [], "confidence": 0.0}
    colours = lab(pixels[None])[0]
    weights = np.array([0.55, 1.0, 1.0], np.float32)
    centres, labels = kmeans(colours * weights, 9)
    groups = _merged(centres, np.bincount(labels, minlength=len(centres)))
    items: list[dict[str, Any]] = []
    for members in groups:
        own = np.isin(labels, members)
        share = float(own.mean())
        if share < LEAST_SHARE:
            continue
        middle = np.median(pixels[own], axis=0)
        code = "#" + "".join(f"{round(float(value)):02X}" for value in middle)
        name = name_of(lab(middle[None, None].astype(np.uint8))[0, 0])
        items.append({"name": name, "hex": code, "share": round(share, 3), "source": "measured"})
    items = _by_name(items)
    # A phone's white balance is never known: a hex from a photo is a suggestion, so 0.8 at most.
    return {"items": items[:MOST], "confidence": round(0.8 * base.confidence, 2)}


def _by_name(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry a name, the largest's hex with the shares of all: nobody orders "indigo" twice."""
    ordered = sorted(items, key=lambda item: (-item["share"], item["hex"]))
    named: dict[str, dict[str, Any]] = {}
    for item in ordered:
        first = named.setdefault(item["name"], item)
        if first is not item:
            first["share"] = round(first["share"] + item["share"], 3)
    return sorted(named.values(), key=lambda item: (-item["share"], item["hex"]))


def _merged(centres: np.ndarray, sizes: np.ndarray) -> list[list[int]]:
    """Clusters grouped with the larger one they are a shade of."""
    groups: list[list[int]] = []
    for index in np.argsort(-sizes, kind="stable"):
        for group in groups:
            distance = float(np.sqrt(((centres[index] - centres[group[0]]) ** 2).sum()))
            grey = min(np.hypot(*centres[index][1:]), np.hypot(*centres[group[0]][1:])) < 9
            if distance < (SHADE * 0.8 if grey else SHADE):
                group.append(int(index))
                break
        else:
            groups.append([int(index)])
    return groups
