"""Care instructions by the meanings of ISO 3758: codes, words, and neutral drawings of our own.

The symbols of GINETEX are trademarks; these are plain strokes with the same meaning.
"""

from dataclasses import dataclass

_MILD = {"": (0, ""), "-mild": (1, ", mild"), "-very-mild": (2, ", very mild")}


@dataclass(frozen=True)
class Symbol:
    """One instruction. `base` is the shape, `mark` what stands in it, `bars` how mild it is."""

    code: str
    words: str
    base: str
    mark: str = ""
    bars: int = 0
    is_crossed: bool = False


def _washes() -> list[Symbol]:
    found = []
    for degrees, kinds in {95: 1, 70: 1, 60: 2, 50: 2, 40: 3, 30: 3}.items():
        for kind in list(_MILD)[:kinds]:
            bars, more = _MILD[kind]
            found.append(
                Symbol(f"wash-{degrees}{kind}", f"Wash at most {degrees} °C{more}", "tub", str(degrees), bars)
            )
    found.append(Symbol("wash-hand", "Wash by hand, at most 40 °C", "tub", "hand"))
    return [*found, Symbol("wash-no", "Do not wash", "tub", is_crossed=True)]


def _cleaning(kind: str, letter: str, words: str, kinds: int) -> list[Symbol]:
    return [
        Symbol(f"{kind}-{letter.lower()}{mild}", f"{words}{more}", "circle", letter, bars)
        for mild, (bars, more) in list(_MILD.items())[:kinds]
    ]


GROUPS: dict[str, list[Symbol]] = {
    "wash": _washes(),
    "bleach": [
        Symbol("bleach-any", "Any bleach", "triangle"),
        Symbol("bleach-oxygen", "Only oxygen bleach", "triangle", "oxygen"),
        Symbol("bleach-no", "Do not bleach", "triangle", is_crossed=True),
    ],
    "tumble": [
        Symbol("tumble-normal", "Tumble dry, normal", "drum", ".."),
        Symbol("tumble-low", "Tumble dry, low", "drum", "."),
        Symbol("tumble-no", "Do not tumble dry", "drum", is_crossed=True),
    ],
    "dry": [
        Symbol("dry-line", "Dry on a line", "square", "|"),
        Symbol("dry-drip", "Drip dry on a line", "square", "||"),
        Symbol("dry-flat", "Dry flat", "square", "-"),
        Symbol("dry-drip-flat", "Drip dry flat", "square", "="),
        Symbol("dry-line-shade", "Dry on a line in the shade", "square", "|/"),
        Symbol("dry-flat-shade", "Dry flat in the shade", "square", "-/"),
    ],
    "iron": [
        Symbol("iron-high", "Iron hot (three dots)", "iron", "..."),
        Symbol("iron-medium", "Iron warm (two dots)", "iron", ".."),
        Symbol("iron-low", "Iron cool (one dot), without steam", "iron", "."),
        Symbol("iron-no", "Do not iron", "iron", is_crossed=True),
    ],
    "dry_clean": [
        *_cleaning("clean", "P", "Dry clean (P)", 2),
        *_cleaning("clean", "F", "Dry clean with hydrocarbons (F)", 2),
        Symbol("clean-no", "Do not dry clean", "circle", is_crossed=True),
    ],
    "wet_clean": [
        *_cleaning("wet", "W", "Wet clean (W)", 3),
        Symbol("wet-no", "Do not wet clean", "circle", "W", is_crossed=True),
    ],
}
SYMBOLS = {symbol.code: symbol for group in GROUPS.values() for symbol in group}

_BASES = {
    "tub": '<path d="M3 9 5.5 21H22.5L25 9M3 9q2.8 2.4 5.5 0t5.5 0 5.5 0 5.5 0"/>',
    "triangle": '<path d="M14 4 26 23H2Z"/>',
    "drum": '<path d="M4 4H24V24H4Z"/><circle cx="14" cy="14" r="9"/>',
    "square": '<path d="M4 4H24V24H4Z"/>',
    "iron": '<path d="M2 21H26L24 9H9V12H22M2 21Q3 13.5 10 13.5H23"/>',
    "circle": '<circle cx="14" cy="14" r="10"/>',
}
_MARKS = {
    "|": '<path d="M14 8V20"/>', "||": '<path d="M11 8V20M17 8V20"/>', "-": '<path d="M8 14H20"/>',
    "=": '<path d="M8 11.5H20M8 16.5H20"/>', "|/": '<path d="M14 8V20M4 10 10 4"/>',
    "-/": '<path d="M8 14H20M4 10 10 4"/>', "oxygen": '<path d="M10 23 17 10.5M15 23 20 15"/>',
    "hand": '<path d="M7 18 10 13.5Q11 12.5 12.5 13.5L17 17M9.5 18.5H17Q19 18 18.5 16.5L14 12.5"/>',
}  # fmt: skip
# Strokes on a grid 2 wide and 4 high, so that no font is needed.
_GLYPHS = {
    "0": "M0 0H2V4H0Z", "3": "M0 0H2V4H0M0 2H2", "4": "M0 0V2H2M2 0V4", "5": "M2 0H0V2H2V4H0",
    "6": "M2 0H0V4H2V2H0", "7": "M0 0H2V4", "9": "M2 2H0V0H2V4H0", "P": "M0 4V0H2V2H0", "F": "M2 0H0V4M0 2H2",
    "W": "M0 0 .5 4 1 1.5 1.5 4 2 0",
}  # fmt: skip


def svg(code: str) -> str:
    """The drawing of an instruction as SVG, 28 x 32 units, in `currentColor`; "" for no code of ours."""
    symbol = SYMBOLS.get(code)
    if symbol is None:
        return ""
    body = _BASES[symbol.base] + _mark(symbol)
    body += "".join(f'<path d="M7 {27 + 2.5 * bar:g}H21"/>' for bar in range(symbol.bars))
    if symbol.is_crossed:
        body += '<path d="M3 3 25 25M25 3 3 25"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 32" width="28" height="32" fill="none"'
        ' stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" stroke-linecap="round">'
        f"{body}</svg>"
    )


def _mark(symbol: Symbol) -> str:
    if not symbol.mark or (symbol.is_crossed and symbol.mark != "W"):
        return ""
    if symbol.mark in _MARKS:
        return _MARKS[symbol.mark]
    middle = 17.5 if symbol.base == "iron" else 15.5 if symbol.base == "tub" else 14
    if set(symbol.mark) == {"."}:
        first = 14 - 2.5 * (len(symbol.mark) - 1)
        return "".join(
            f'<circle cx="{first + 5 * place:g}" cy="{middle}" r=".8" fill="currentColor"/>'
            for place in range(len(symbol.mark))
        )
    scale = 1.6 if symbol.base == "tub" else 2
    wide = scale * (3 * len(symbol.mark) - 1)
    return "".join(
        f'<path transform="translate({14 - wide / 2 + 3 * scale * place:g} {middle - 2 * scale:g})'
        f' scale({scale})" stroke-width="{1.2 / scale:g}" d="{_GLYPHS[mark]}"/>'
        for place, mark in enumerate(symbol.mark)
    )


def read_symbol(column: str, text: str) -> str | None:
    """The code that a code or its words name in a column; "" of empty text, None of what is neither."""
    wanted = text.strip().lower()
    if not wanted:
        return ""
    for symbol in GROUPS[column]:
        if wanted in (symbol.code, symbol.words.lower()):
            return symbol.code
    return None


def words(code: str) -> str:
    """ "Wash at most 40 °C, mild"; "" for no code of ours."""
    return SYMBOLS[code].words if code in SYMBOLS else ""
