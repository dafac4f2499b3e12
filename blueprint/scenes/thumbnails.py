"""What each of the thirty scenes will be, drawn: nine small frames by the shots of its plan.

`static/img/scenes.svg` is made of this (`python -m blueprint.scenes.thumbnails`), and a test compares them.
It has two colours, which the page gives: `fill`, the accent of the mood, and `color`, its ink.
"""

from pathlib import Path

from blueprint.scenes.plans import PLANS, Frame, Plan

FILE = Path(__file__).resolve().parents[2] / "static/img/scenes.svg"
STEP, SIDE = 104, 100  # a frame with its gutter, in units of the drawing; three in a row are 308

INK = 'fill="currentColor"'
# By what a frame shows, on 100 x 100.
DRAWINGS = {
    "face": (
        f'<path {INK} d="M16 100C8 40 24 8 52 8s44 32 36 92z"/><path d="M40 84h24v16H40z"/>'
        f'<ellipse cx="52" cy="52" rx="26" ry="34"/>'
        f'<path {INK} d="M26 44c4-20 16-26 28-24 14 2 22 12 24 24-12-4-18-10-22-16-6 8-16 14-30 16z"/>'
    ),
    "bust": (
        f'<path {INK} d="M28 62c-4-28 6-42 22-42s26 14 22 42zM12 100c2-22 18-28 38-28s36 6 38 28z"/>'
        f'<path d="M42 60h16v16c0 6-16 6-16 0z"/><ellipse cx="50" cy="46" rx="15" ry="19"/>'
    ),
    "half": (
        f'<path {INK} d="M38 40c-3-18 2-26 12-26s15 8 12 26zM28 100c-2-40 4-52 22-54 18 2 24 14 22 54z"/>'
        f'<ellipse cx="50" cy="30" rx="9" ry="12"/>'
    ),
    "figure": (
        f'<path {INK} d="M43 26c0-10 3-14 8-14s8 4 8 14zM40 62l-3-2 3-24c2-4 6-6 11-6s9 2 11 6l3 24-3 2'
        '-2 34h-7l-2-28-2 28h-7z"/>'
        f'<ellipse cx="51" cy="22" rx="5" ry="7"/>'
    ),
    "hands": (
        f'<path {INK} d="M30 34h40l-4 36c-1 7-31 7-32 0z"/>'
        '<path d="M0 78c16-4 20-24 34-24 8 0 4 8 2 10 8 0 8 8 4 12-8 10-22 14-40 22z'
        'M100 78c-16-4-20-24-34-24-8 0-4 8-2 10-8 0-8 8-4 12 8 10 22 14 40 22z"/>'
    ),
    "still": (
        f'<path fill-opacity=".35" d="M0 74h100v26H0z"/>'
        f'<path {INK} d="M40 46h24c0 12-5 18-6 34H46c-1-16-6-22-6-34z"/>'
        '<circle cx="44" cy="30" r="11"/><circle cx="62" cy="26" r="9"/><circle cx="54" cy="40" r="7"/>'
    ),
    "flat": (
        f'<path {INK} d="M20 26l34-8 10 44-34 8z"/><circle cx="72" cy="70" r="15"/>'
        f'<circle {INK} fill-opacity=".5" cx="72" cy="70" r="9"/><path d="M70 14l6 2-12 34-5-2z"/>'
    ),
    "macro": (
        '<path fill-opacity=".5" d="M0 20c30 20 60-20 100 4v22c-40-24-70 16-100-4z"/>'
        f'<path {INK} fill-opacity=".6" d="M0 52c34 18 62-18 100 2v10c-38-20-66 16-100-2z"/>'
        '<path d="M0 72c36 18 64-14 100 2v26H0z"/>'
    ),
    "wide": (
        f'<path fill-opacity=".45" d="M0 66h100v34H0z"/>'
        f'<path {INK} fill-opacity=".7" d="M14 66l20-30 16 20 12-14 26 24z"/>'
        '<circle cx="72" cy="26" r="9"/>'
    ),
}  # fmt: skip
PERSONS = {
    "extreme close-up": "face", "close-up": "face", "head and shoulders": "bust", "medium shot": "half",
    "three-quarter shot": "half", "full figure": "figure", "wide shot": "figure",
}  # fmt: skip
THINGS = {"flat lay": "flat", "macro": "macro", "wide shot": "wide", "full figure": "wide"}


def drawing_of(frame: Frame) -> str:
    """One of DRAWINGS."""
    if "hands" in frame.subject and frame.shows_person:
        return "hands"
    return PERSONS.get(frame.shot, "hands") if frame.shows_person else THINGS.get(frame.shot, "still")


def sheet() -> str:
    """One symbol for each scene: "scene-1" to "scene-30"."""
    parts = "".join(f'<g id="{name}">{shapes}</g>' for name, shapes in DRAWINGS.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"><defs>{parts}</defs>'
        + "".join(_symbol(plan) for plan in PLANS.values())
        + "</svg>\n"
    )


def _symbol(plan: Plan) -> str:
    whole = 2 * STEP + SIDE
    frames = "".join(_frame(place, frame, plan.number) for place, frame in enumerate(plan.frames))
    return f'<symbol id="scene-{plan.number}" viewBox="0 0 {whole} {whole}">{frames}</symbol>'


def _frame(place: int, frame: Frame, number: int) -> str:
    x, y = place % 3 * STEP, place // 3 * STEP
    shade = (0.1, 0.18, 0.26)[(place + number) % 3]
    return (
        f'<svg x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}">'
        f'<path fill-opacity="{shade}" d="M0 0h{SIDE}v{SIDE}H0z"/><use href="#{drawing_of(frame)}"/></svg>'
    )


if __name__ == "__main__":
    FILE.write_text(sheet())
