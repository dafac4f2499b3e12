"""Show what the local engine sees on photos: product, features, measurements. Needs no database."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from techpack import flats
from techpack.library import plausible_ranges, points_of_measure, product_types
from techpack.library.lengths import LengthError, read_length
from vision.measuring import measure
from vision.photo import WORKING_SIDE, Rgb, UnreadablePhotoError, photo_side, read_photo, working_copy
from vision.photo_check import Sight, see
from vision.reading import Known, Reading, Value
from vision.scale_card import find_card, without_card

Json = dict[str, Any]


class Command(BaseCommand):
    help = "Show what the local engine sees and measures on photos. With --json, one line a photo."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
        parser.add_argument("--view", default="front", choices=["front", "back", "side", "detail"])
        parser.add_argument("--known", metavar="CODE=LENGTH", help="a length you know, such as BL1=70cm")
        parser.add_argument("--flats", type=Path, metavar="DIR", help="write flats as SVG into this folder")
        parser.add_argument("--json", action="store_true", help="one line of JSON a photo")

    def handle(self, *args: Any, **options: Any) -> None:
        known = _known(options["known"])
        unreadable = 0
        for path in options["photos"]:
            try:
                data = path.read_bytes()
                image = working_copy(read_photo(data, side=WORKING_SIDE))
            except (OSError, UnreadablePhotoError) as error:
                unreadable += 1
                self.stderr.write(f"{path}: {error}")
                continue
            seen = look_at(
                path, image, view=options["view"], known=known, zoom=photo_side(data) / max(image.shape)
            )
            if options["flats"]:
                write_flats(options["flats"], path, seen)
            self.stdout.write(json.dumps(seen) if options["json"] else _in_words(seen))
        if unreadable:
            sys.exit(1)


def look_at(path: Path, image: Rgb, *, view: str, known: Known | None, zoom: float = 1.0) -> Json:
    """What one photo shows, in the form of `--json`.

    `image` is height x width x 3 (RGB), the photo `zoom` times as large.
    """
    started = time.perf_counter()
    sight = see(image)
    seen = sight.recognition
    reading = _reading(image, sight, view, known)
    landmarks = reading.landmarks if reading else {}
    return {
        "photo": str(path),
        "problems": [{"code": one.code, "text": one.text} for one in [*sight.problems, *_doubts(reading)]],
        "productType": seen.product_type if sight.names_product else None,
        "confidence": seen.confidence if sight.names_product else 0.0,
        "alternatives": [{"productType": name, "confidence": share} for name, share in seen.alternatives],
        "likelyNeck": seen.likely_neck,
        "features": {
            name: {"value": value, "confidence": share} for name, (value, share) in seen.features.items()
        },
        "scale": _scale(reading, zoom),
        "measurements": [_measurement(value) for value in reading.values] if reading else [],
        "landmarks": {name: [round(x * zoom, 1), round(y * zoom, 1)] for name, (x, y) in landmarks.items()},
        "outline": [[round(x * zoom, 1), round(y * zoom, 1)] for x, y in sight.outline],
        "seconds": round(time.perf_counter() - started, 2),
    }


def write_flats(folder: Path, photo: Path, seen: Json) -> None:
    """`<photo>-front.svg` and `-back.svg`, or `-side.svg` of what is drawn from the side."""
    product_type = seen["productType"]
    if product_type is None or not flats.has_flat(product_type):
        return
    folder.mkdir(parents=True, exist_ok=True)
    measured = [(row["code"], row.get("valueCm"), row.get("ratio")) for row in seen["measurements"]]
    features = {name: str(one["value"]) for name, one in seen["features"].items()}
    spec = flats.from_measures(
        product_type, measured, features, is_plausible=True, likely_neck=seen["likelyNeck"]
    )
    for side in flats.views_of(product_type):
        drawn = flats.draw(spec, side).svg(title=f"{product_type}, {side}")
        (folder / f"{photo.stem}-{side}.svg").write_text(drawn, encoding="utf-8")


def _reading(image: Rgb, sight: Sight, view: str, known: Known | None) -> Reading | None:
    """What can be measured: nothing on a photo that shows no product of a known type, or a detail."""
    product_type = sight.recognition.product_type
    if sight.blocks or view == "detail" or product_type not in product_types():
        return None
    card = find_card(image)
    return measure(
        without_card(sight.mask, card),
        product_type,
        {name: value for name, (value, _) in sight.recognition.features.items()},
        view,
        card=card,
        known=known,
        plausible=plausible_ranges(product_type),
        worn=sight.is_worn,
        turns=sight.turns,
        unsure=sight.unsure,
    )


def _measurement(value: Value) -> Json:
    length: Json = {"valueCm": None if value.value_cm is None else round(value.value_cm, 1)}
    if value.value_cm is None and value.ratio is not None:
        length = {"ratio": round(value.ratio, 3)}
    name = points_of_measure()[value.code].name
    return {
        "code": value.code,
        "name": name,
        **length,
        "errorPercent": value.error_percent,
        "source": value.source,
        "reason": value.reason,
    }


def _scale(reading: Reading | None, zoom: float) -> Json | None:
    if reading is None or reading.scale is None:
        return None
    scale = reading.scale
    return {"from": scale.source, "cmPerPixel": scale.cm_per_px / zoom, "errorPercent": scale.error_percent}


def _doubts(reading: Reading | None) -> list[Any]:
    return list(reading.problems) if reading else []


def _known(text: str | None) -> Known | None:
    if not text:
        return None
    code, _, length = text.partition("=")
    if code not in points_of_measure():
        raise CommandError(
            f"“{code}” is no point of measure. Use a code like BL1 (body length) or CH1 (chest)."
        )
    try:
        return Known(code, float(read_length(length).cm))
    except LengthError as error:
        raise CommandError(str(error)) from error


def _in_words(seen: Json) -> str:
    product = seen["productType"] or "no product"
    lines = [f"{seen['photo']}: {product} ({seen['confidence']:.2f}), {seen['seconds']} s"]
    lines += [f"  {problem['text']}" for problem in seen["problems"]]
    lines += [f"  {name}: {one['value']} ({one['confidence']:.2f})" for name, one in seen["features"].items()]
    return "\n".join(
        [*lines, *(f"  {row['code']} {row['name']}: {_row_in_words(row)}" for row in seen["measurements"])]
    )


def _row_in_words(row: Json) -> str:
    if row["source"] == "unspecified":
        return f"to be specified ({row['reason']})"
    length = f"{row['valueCm']} cm" if "valueCm" in row else f"{row['ratio']} of the main length"
    error = f" ±{row['errorPercent']:.0f} %" if row["errorPercent"] is not None else ""
    return f"{length}{error}, {row['source']}" + (f" ({row['reason']})" if row["reason"] else "")
