"""Where a label is sewn, read from words: "centre back neck", "left side seam, 10 cm above hem".

Left and right are as worn. What the words do not say is not added: a height that is missing stays None.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from techpack.library.lengths import CM_PER_INCH

_NUMBER = r"(?P<number>\d{1,3}(?:[.,]\d{1,2})?)\s*(?P<unit>mm|cm|in\b|inch(?:es)?|\")"
_FROM_HEM = re.compile(
    rf"{_NUMBER}\s*(?:up\s+)?(?:above|from|over|off)\s+(?:the\s+)?(?:bottom\s+)?(?:hem|bottom|base)"
)
_FROM_TOP = re.compile(
    rf"{_NUMBER}\s*(?:down\s+)?(?:below|under|from)\s+(?:the\s+)?(?:armhole|underarm|waistband|waist|top)"
)
_SIZE = re.compile(
    r"(?P<width>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:mm|cm)?\s*[x×]\s*(?P<height>\d{1,3}(?:[.,]\d{1,2})?)\s*(?P<unit>mm|cm)"
)
_BESIDE = re.compile(r"\b(?:beside|next to|below|under|behind)\s+(?:the\s+)?(?P<other>[\w ]*?)\s*label\b")
_DRAWN = re.compile(r"\bas drawn\b(?:\D{0,20}(?P<number>\d{1,2}))?")
_NOT_SEWN = re.compile(r"\b(?:hang ?tag|swing ?tag|sticker|polybag|carton)s?\b")
# Words, in the order in which they count, with the spots they mean.
_SPOTS: tuple[tuple[str, str], ...] = (
    (r"side ?seam", "side seam"),
    (r"sweatband", "sweatband"),
    (r"turn-?up|fold", "turn-up"),
    (r"tongue", "tongue"),
    (r"cuff|sleeve (?:end|hem)|sleeve", "sleeve end"),
    (r"chest", "chest"),
    (r"neck|collar", "neck"),
    (r"waistband|waist", "waistband"),
    (r"hem", "hem"),
    (r"top edge|opening|mouth", "bag top"),
    (r"base|bottom", "bag base"),
)


@dataclass(frozen=True)
class Place:
    """`spots` are what the words may mean, the likeliest first: a garment has one of them. `side` is "left",
    "right" or "", `face` "front", "back" or "". `above_hem_cm` and `below_top_cm` are heights on the seam."""

    spots: tuple[str, ...]
    side: str = ""
    face: str = ""
    is_inside: bool = False
    above_hem_cm: Decimal | None = None
    below_top_cm: Decimal | None = None
    beside: str = ""  # words of the label that this one is next to
    drawn: int = 0  # which of the labels that somebody drew on the flats; 0: none


def read_place(words: str) -> Place | None:
    """None for what is not sewn, and for words that say no place."""
    text = " ".join(words.lower().split())
    if not text or _NOT_SEWN.search(text):
        return None
    side = next((name for name in ("left", "right") if re.search(rf"\b{name}\b", text)), "")
    face = next((name for name in ("back", "front") if re.search(rf"\b{name}\b", text)), "")
    is_inside = re.search(r"\binside|\bin (?:the )?side ?seam|\binner", text) is not None
    if found := _DRAWN.search(text):
        return Place((), drawn=int(found["number"] or 1), is_inside=is_inside)
    if found := _BESIDE.search(text):
        return Place((), beside=found["other"].strip(), is_inside=is_inside)
    hem, top = _FROM_HEM.search(text), _FROM_TOP.search(text)
    bare = _FROM_TOP.sub(" ", _FROM_HEM.sub(" ", text))
    places = sorted((match.start(), spot) for pattern, spot in _SPOTS if (match := re.search(pattern, bare)))
    if not places:
        return None
    spots = tuple(dict.fromkeys(spot for _, spot in places))
    return Place(spots, side, face, is_inside, hem and _cm(hem), top and _cm(top))


def read_size(words: str) -> tuple[Decimal, Decimal] | None:
    """Width and height in cm of "50 x 20 mm"; None where there are not both."""
    found = _SIZE.search(words.lower())
    if found is None:
        return None
    scale = Decimal("0.1") if found["unit"] == "mm" else Decimal(1)
    width, height = (Decimal(found[name].replace(",", ".")) * scale for name in ("width", "height"))
    return (width, height) if width and height else None


def _cm(found: re.Match[str]) -> Decimal:
    number = Decimal(found["number"].replace(",", "."))
    if found["unit"] == "mm":
        return number / 10
    return number if found["unit"] == "cm" else number * CM_PER_INCH
