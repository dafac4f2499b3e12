"""Colour grading of the previews: one light and one set of tones through all nine frames of a grid."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from .clusters import kmeans

Colour = tuple[int, int, int]
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
GRAIN_SIDE = 512  # px, the tile of film grain


@dataclass(frozen=True)
class Look:
    """A mood as numbers.

    `warmth` -1..1; `contrast` and `saturation` are factors; `lift` raises the blacks, `gamma` above 1
    darkens the middle; `toning` 0..1 draws shadows to the ink and lights to the paper.
    """

    paper: Colour
    ink: Colour
    accent: Colour
    warmth: float
    contrast: float
    saturation: float
    lift: float
    gamma: float
    toning: float


MOODS = {
    "luxury": Look((236, 228, 214), (24, 21, 22), (150, 110, 62), 0.25, 1.18, 0.72, 0.0, 1.45, 0.22),
    "minimal": Look((243, 242, 239), (34, 36, 40), (96, 108, 116), -0.10, 0.98, 0.55, 0.03, 0.86, 0.18),
    "beige": Look((240, 229, 211), (74, 57, 46), (176, 134, 98), 0.55, 0.86, 0.62, 0.05, 0.92, 0.34),
}
# What the world of a category adds to the mood.
WORLDS: dict[str, dict[str, float]] = {
    "edgy": {"contrast": 1.14, "saturation": 0.7, "warmth": -0.2},
    "warm": {"contrast": 1.0, "saturation": 1.15, "warmth": 0.25},
    "luxury": {"contrast": 1.05, "saturation": 0.95, "warmth": 0.05},
    "beige": {"contrast": 0.96, "saturation": 0.9, "warmth": 0.15},
}


def look_of(parameters: dict[str, Any]) -> Look:
    """The mood's look, shifted by the category, or as the palette says where it says something."""
    look = MOODS.get(str(parameters.get("mood") or "").lower(), MOODS["minimal"])
    palette = parameters.get("palette") or {}
    world = WORLDS.get(str(parameters.get("category") or "").lower())
    if world and not palette:
        look = replace(
            look, contrast=look.contrast * world["contrast"], warmth=look.warmth + world["warmth"],
            saturation=look.saturation * world["saturation"],
        )  # fmt: skip
    said: dict[str, Any] = {
        name: rgb(palette[name]) for name in ("paper", "ink", "accent") if palette.get(name)
    }
    said |= {name: float(palette[name]) for name in ("warmth", "contrast", "saturation") if name in palette}
    return replace(look, **said)


def rgb(hexadecimal: str) -> Colour:
    """ "#FAF8F4" as (250, 248, 244). Raises ValueError."""
    digits = hexadecimal.lstrip("#")
    red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    return red, green, blue


def exposed(picture: np.ndarray) -> np.ndarray:
    """Float 0..1 with the darkest and lightest tones of the photo near the ends of the scale."""
    light = cv2.cvtColor(cv2.resize(picture, (128, 128), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(light, (1, 99)) / 255
    # Half of the way, and never more than a stop: a picture taken at dusk stays one.
    low, high = min(0.12, low * 0.5), max(0.6, high + (1 - high) * 0.5)
    values = picture.astype(np.float32) / np.float32(255)
    return np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)


def graded(picture: np.ndarray, look: Look) -> np.ndarray:
    """Float 0..1 in the mood's light; `picture` is float 0..1."""
    light = (picture @ LUMA)[..., None]
    # Loud colours are calmed more than quiet ones: skin keeps its blood, a red coat stops shouting.
    red, green, blue = (picture[..., channel] for channel in range(3))  # a reduction over three is slow
    chroma = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    gains = np.array([1 + 0.07 * look.warmth, 1 + 0.01 * look.warmth, 1 - 0.09 * look.warmth], np.float32)
    values = picture - light
    values *= (np.float32(look.saturation) * (1 - np.float32(0.42) * chroma))[..., None]
    values += light
    values *= gains
    np.clip(values, 0, 1, out=values)
    cv2.pow(values, float(look.gamma), dst=values)
    values -= np.float32(0.5)
    values *= np.float32(look.contrast)
    values += np.float32(0.5)
    np.clip(values, 0, 1, out=values)
    values *= np.float32((1 - look.lift) * (1 - look.toning))
    values += np.float32(look.lift * (1 - look.toning))
    values += between(light, look.ink, look.paper) * np.float32(look.toning)
    return values


def duotone(picture: np.ndarray, look: Look, dark: Colour, pale: Colour) -> np.ndarray:
    """The picture printed in one ink on one paper."""
    light = (picture @ LUMA)[..., None] ** np.float32(look.gamma)
    eased = np.clip((light - 0.5) * np.float32(1.12 * look.contrast) + 0.5, 0, 1)
    return between(eased, dark, pale)


def between(amount: np.ndarray, dark: Colour, pale: Colour) -> np.ndarray:
    start, end = np.array(dark, np.float32) / 255, np.array(pale, np.float32) / 255
    return (start + amount * (end - start)).astype(np.float32)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour in the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def grained(picture: np.ndarray, strength: float, unit: float, seed: int) -> np.ndarray:
    """uint8 with film grain: it gives enlarged parts the same surface as the sharp ones.

    `unit` is the size of one grain in px.
    """
    tile = np.random.default_rng(seed).normal(0, strength, (GRAIN_SIDE, GRAIN_SIDE)).astype(np.float32)
    height, width = picture.shape[:2]
    rows = np.arange(height) // max(1, round(unit)) % GRAIN_SIDE
    columns = np.arange(width) // max(1, round(unit)) % GRAIN_SIDE
    light = (picture @ LUMA)[..., None]
    noise = cv2.GaussianBlur(tile, (0, 0), 0.6)[np.ix_(rows, columns)][..., None]
    values = noise * (np.float32(1.2) - light) + picture
    return cv2.convertScaleAbs(np.clip(values, 0, 1, out=values), alpha=255)


def tones_of(picture: np.ndarray, look: Look) -> list[Colour]:
    """Up to four colours of the photo as the mood would print them, the most used first."""
    small = graded(exposed(cv2.resize(picture, (48, 48), interpolation=cv2.INTER_AREA)), look)
    space = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    centres, labels = kmeans(space, 7)
    weights = np.bincount(labels, minlength=len(centres)) * (6 + np.hypot(centres[:, 1], centres[:, 2]))
    chosen: list[np.ndarray] = []
    for index in np.argsort(-weights, kind="stable"):
        if all(np.linalg.norm(centres[index] - other) > 14 for other in chosen):
            chosen.append(centres[index])
    return [_printed(colour) for colour in chosen[:4]] or [look.accent]


def _printed(colour: np.ndarray) -> Colour:
    """A colour of the photo made calm enough to fill a frame: chroma and lightness are held in."""
    light, a, b = (float(value) for value in colour)
    hold = min(1.0, 30 / max(1e-3, float(np.hypot(a, b))))
    flat = np.array([[[min(84.0, max(30.0, light)), a * hold, b * hold]]], np.float32)
    red, green, blue = (np.clip(cv2.cvtColor(flat, cv2.COLOR_LAB2RGB)[0, 0], 0, 1) * 255).round().tolist()
    return int(red), int(green), int(blue)
