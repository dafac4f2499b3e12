"""Read and write a colour as one line: "Navy, Pantone TCX 19-4010, #1F2A44, art. 4711"."""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])", re.IGNORECASE)
_ARTICLE = re.compile(r"\bart(?:icle|\.)?\s+([^\s,;·]+)", re.IGNORECASE)
_BOOK = r"TCX|TPX|TPG|TSX|TN"
_TEXTILE = re.compile(
    rf"(?:\bpantone\s*)?(?:\b({_BOOK})\s*)?\b(\d{{2}}-\d{{4}})\b(?:\s*({_BOOK})\b)?", re.IGNORECASE
)
_PRINT = re.compile(r"(?:\b(?:pantone|pms)\s*)?\b(?:([CU])\s+)?(\d{3,4})\s*([CU])?\b", re.IGNORECASE)
_RAL = re.compile(r"\bRAL\s*(\d{4}|\d{3} \d{2} \d{2})\b", re.IGNORECASE)


@dataclass(frozen=True)
class ColourText:
    """A colour by its name, hex, system and code in it, and the supplier's article."""

    colour: str = ""
    hex: str = ""
    system: str = ""
    code: str = ""
    article: str = ""

    def __str__(self) -> str:
        parts = (
            self.colour,
            f"{self.system} {self.code}".strip(),
            self.hex,
            f"art. {self.article}" if self.article else "",
        )
        return ", ".join(part for part in parts if part)


def read_colour(text: str) -> ColourText:
    """What a line says of a colour. What is no hex, code or article is its name."""
    rest, hex_ = _taken(_HEX, text)
    rest, article = _taken(_ARTICLE, rest)
    rest, system, code = _coded(rest)
    name = re.sub(r"\s*[,;·]\s*(?:[,;·]\s*)*", ", ", " ".join(rest.split())).strip(" ,;·")
    return ColourText(name, _whole_hex(hex_), system, code, article)


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    return (text, "") if found is None else (text[: found.start()] + text[found.end() :], found[1])


def _whole_hex(digits: str) -> str:
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits.upper()}" if digits else ""


def _coded(text: str) -> tuple[str, str, str]:
    """The text without its code, the system and the code."""
    ral = _RAL.search(text)
    if ral:
        return _without(text, ral), "RAL", ral[1]
    textile = _TEXTILE.search(text)
    if textile:
        book = (textile[1] or textile[3] or "").upper()
        return _without(text, textile), f"Pantone {book}".strip(), textile[2]
    printed = _PRINT.search(text)
    if printed and (printed[1] or printed[3]):
        return _without(text, printed), f"Pantone {(printed[1] or printed[3]).upper()}", printed[2]
    return text, "", ""


def _without(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + text[found.end() :]
