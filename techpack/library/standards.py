"""Which stitch and seam types, countries and article numbers there are."""

import re
from functools import cache

from techpack.library.points_of_measure import table

# ISO 4915 numbers its six classes of stitches within these.
_STITCHES = {
    *range(101, 106), 107, 108, *range(201, 221), *range(301, 328), *range(401, 418), *range(501, 523),
    *range(601, 610),
}  # fmt: skip
_ISO_4916 = re.compile(r"[1-8]\.\d{2}(?:\.\d{2})?")
_ASTM_D6193 = re.compile(r"(?:SS|LS|BS|FS|EF|OS)[a-z]{1,2}(?:-\d)?", re.IGNORECASE)
_SPI = re.compile(r"(\d{1,3}(?:[.,]\d)?)(?:\s*[-–]\s*(\d{1,3}(?:[.,]\d)?))?")
FEWEST_SPI, MOST_SPI = 2, 45  # 45: stitches of a bartack


def stitches_in(text: str) -> list[str]:
    """The stitch numbers a cell names: "401 + 504" names two."""
    return re.findall(r"\d+", text)


def is_stitch(number: str) -> bool:
    """Whether ISO 4915 has it."""
    return number.isdecimal() and int(number) in _STITCHES


def is_seam(text: str) -> bool:
    """Whether it is a class of ISO 4916 ("2.04", "2.04.06") or of ASTM D6193 ("LSc-2")."""
    return bool(_ISO_4916.fullmatch(text) or _ASTM_D6193.fullmatch(text))


def is_spi(text: str) -> bool:
    """Whether it is a number or a span of stitches per inch that a machine can sew."""
    found = _SPI.fullmatch(text.strip())
    if found is None:
        return False
    numbers = [float(part.replace(",", ".")) for part in found.groups() if part]
    return all(FEWEST_SPI <= number <= MOST_SPI for number in numbers) and numbers == sorted(numbers)


@cache
def countries() -> dict[str, str]:
    """ISO 3166-1 codes and English names, from the public-domain list of the time zone database."""
    return {row["code"]: row["name"] for row in table("countries.csv")}


@cache
def _codes_by_name() -> dict[str, str]:
    also = {"turkey": "TR", "türkiye": "TR", "uk": "GB", "united kingdom": "GB", "usa": "US", "korea": "KR"}
    also |= {"great britain": "GB", "england": "GB", "czechia": "CZ", "holland": "NL", "viet nam": "VN"}
    return {name.lower(): code for code, name in countries().items()} | also


def country_code(text: str) -> str:
    """ "PT" of "PT" or "Portugal"; "" of what is no country."""
    words = text.strip()
    if words.upper() in countries():
        return words.upper()
    return _codes_by_name().get(words.lower(), "")


def is_gtin(text: str) -> bool:
    """Whether it is a GTIN-8, -12, -13 or -14 with the right check digit."""
    if not text.isascii() or not text.isdecimal() or len(text) not in (8, 12, 13, 14):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return weighted % 10 == 0


def is_hs_code(text: str) -> bool:
    """Whether it is a code of the Harmonized System: 6 to 10 digits, dots allowed."""
    digits = re.sub(r"[.\s]", "", text)
    return digits.isascii() and digits.isdecimal() and 6 <= len(digits) <= 10
