"""Draw the pictures in docs/ that show flats: all types, and photos beside the flats made from them.

python -m bench.vision.pictures flats docs/flats.png
python -m bench.vision.pictures photos docs/contact-sheet.png PHOTO...
"""

import argparse
import io
from pathlib import Path

from PIL import Image, ImageDraw

from bench.flat_variants import VARIANTS
from core.typesetting import drawing_as_png
from techpack import flats
from techpack.library import plausible_ranges, product_types
from vision.measuring import measure
from vision.photo import read_photo
from vision.photo_check import see

INK, QUIET = "#17181c", "#66645f"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["flats", "photos"])
    parser.add_argument("output", type=Path)
    parser.add_argument("photos", nargs="*", type=Path)
    asked = parser.parse_args()
    tiles = all_types() if asked.what == "flats" else beside_photos(asked.photos)
    drawn = sheet(tiles, columns=3 if asked.what == "flats" else 5)
    if asked.what == "photos":  # smaller by four fifths, and photos are recognised all the same
        drawn = drawn.resize((1500, 1500 * drawn.height // drawn.width), Image.Resampling.LANCZOS).quantize(
            128
        )
    drawn.save(asked.output, optimize=True)


def picture(svg: str, size: tuple[int, int]) -> Image.Image:
    """The SVG as a picture that fits into `size`."""
    drawn = Image.open(io.BytesIO(drawing_as_png(svg, width=1100))).convert("L")
    drawn.thumbnail(size, Image.Resampling.LANCZOS)
    return drawn


def all_types() -> list[Image.Image]:
    """Each type with its variants, all views side by side."""
    tiles = []
    for name in product_types():
        for features in VARIANTS.get(name, [{}]):
            spec = flats.Specification(name, {}, features, is_mens=features.get("cut") == "men's")
            views = flats.views_of(name)
            tile = Image.new("L", (620, 330), "white")
            for place, view in enumerate(views):
                width = 610 // len(views)
                drawn = picture(flats.draw(spec, view).svg(), (width, 296))
                tile.paste(drawn, (5 + place * width + (width - drawn.width) // 2, 8))
            words = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in features.items())
            label(tile, f"{name}{': ' if words else ''}{words}")
            tiles.append(tile)
    return tiles


def beside_photos(photos: list[Path]) -> list[Image.Image]:
    """Each photo beside the flat that is drawn from it."""
    tiles = []
    for path in photos:
        photo = read_photo(path.read_bytes())
        sight = see(photo)
        tile = Image.new("RGB", (420, 250), "white")
        left = Image.fromarray(photo)
        left.thumbnail((205, 222))
        tile.paste(left, ((205 - left.width) // 2, 4))
        spec = specification(sight)
        if spec is not None:
            drawn = picture(flats.draw(spec, flats.views_of(spec.product_type)[0]).svg(), (205, 222))
            tile.paste(drawn, (210 + (205 - drawn.width) // 2, 4 + (222 - drawn.height) // 2))
        seen = sight.recognition
        problems = sight.problems[0].text[:60] if sight.problems else "its type is asked for"
        label(tile, f"{seen.product_type} {seen.confidence:.2f}" if spec else problems)
        tiles.append(tile)
    return tiles


def specification(sight) -> flats.Specification | None:
    """What the flat of a photo is drawn from, at the usual size of its type."""
    name = sight.recognition.product_type
    if not sight.names_product or name not in product_types():  # as on the site
        return None
    features = {key: value for key, (value, _) in sight.recognition.features.items()}
    read = measure(sight.mask, name, features, "front", plausible=plausible_ranges(name))
    wanted = {*product_types()[name].codes, "WA1", "SH3"} - {"BL2"}  # the back is not on the photo
    shares = [(value.code, None, value.ratio) for value in read.values if value.code in wanted]
    neck = sight.recognition.likely_neck
    return flats.from_measures(name, shares, features, is_plausible=True, likely_neck=neck)


def label(tile: Image.Image, words: str) -> None:
    ImageDraw.Draw(tile).text((8, tile.height - 20), words[:66], fill=QUIET if tile.mode == "RGB" else 100)


def sheet(tiles: list[Image.Image], columns: int) -> Image.Image:
    """Tiles in rows."""
    width, height = tiles[0].size
    whole = Image.new(tiles[0].mode, (columns * width, -(-len(tiles) // columns) * height), "white")
    for place, tile in enumerate(tiles):
        whole.paste(tile, (place % columns * width, place // columns * height))
    return whole


if __name__ == "__main__":
    main()
