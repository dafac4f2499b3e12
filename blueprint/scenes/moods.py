"""The three moods ("feed style"): the palette and the light of a grid.

A mood is words for the cloud models and figures for the local engine's previews; both stand here side by
side, so that a preview is graded the way the words describe. Prompts name colours and never hex codes: a
code in a prompt is sometimes painted into the picture as a caption.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LIGHTS = ("morning", "indoors", "sun", "overcast", "lamps")  # what a plan may ask for


@dataclass(frozen=True)
class Palette:
    """A mood in figures.

    `paper`, `ink` and `accent` are "#rrggbb": the lightest tone, the darkest, and the one that is used
    sparingly. `warmth` shifts from cool (-1) over neutral (0) to warm (1). `contrast` and `saturation`
    are factors; 1 leaves a picture as it is.
    """

    name: str
    paper: str
    ink: str
    accent: str
    warmth: float
    contrast: float
    saturation: float


@dataclass(frozen=True)
class Mood:
    """`colours`, `grade` and each `light` of LIGHTS are whole sentences of a prompt."""

    palette: Palette
    colours: str
    grade: str
    light: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.palette.name


LUXURY = Mood(
    palette=Palette("luxury", "#efe6d8", "#1d1512", "#b08d57", warmth=0.35, contrast=1.16, saturation=0.94),
    colours=(
        "Ivory and champagne in the lights, espresso brown to near-black in the shadows, antique gold as a"
        " glint and never as a surface."
    ),
    grade=(
        "Rich contrast with deep shadows that still hold detail, gently restrained saturation, the smooth"
        " tonal roll-off of medium-format film."
    ),
    light={
        "morning": "Low golden window light from one side, long soft shadows, a faint glow on cloth.",
        "indoors": "Directional daylight from one large window, sculpting, falling off into quiet darkness.",
        "sun": "Low clear sun from one side, deep modelled shadows, small bright glints.",
        "overcast": "Heavy silver light under dark clouds, wet surfaces glinting, warm lamps far behind.",
        "lamps": "Pools of warm lamp and candle light in surrounding darkness, small clean highlights.",
    },
)

MINIMAL = Mood(
    palette=Palette("minimal", "#eeeeec", "#1a1b1d", "#8a9096", warmth=-0.1, contrast=1.04, saturation=0.72),
    colours=(
        "Soft off-white, pale and middle grey, one true black; at most one muted colour in a frame, and that"
        " one small."
    ),
    grade=(
        "Clean neutral white balance, moderate contrast, low saturation, open shadows; skin keeps its own"
        " colour."
    ),
    light={
        "morning": "Cool, clear early light, very soft, with one long straight shadow.",
        "indoors": "Even north daylight, almost shadowless, a gentle gradient across every plain surface.",
        "sun": "Clear sun in a plain sky, crisp geometric shadows, large calm areas.",
        "overcast": "Flat pearl-grey light, no visible shadows, quiet reflections.",
        "lamps": "One small clear light in blue-grey half-darkness; shapes are calm and edges clean.",
    },
)

BEIGE = Mood(
    palette=Palette("beige", "#f0e8dc", "#4a3b30", "#b98f6b", warmth=0.45, contrast=0.92, saturation=0.8),
    colours=(
        "Sand, oatmeal, linen and camel, tone on tone, with clay as the accent and soft cocoa for the darks;"
        " no pure black."
    ),
    grade=(
        "Low contrast, lifted shadows, warm and slightly faded, with fine film grain; skin keeps its own"
        " colour."
    ),
    light={
        "morning": "Hazy early sun through thin cloth, creamy highlights, soft-edged shadows.",
        "indoors": "Warm diffused daylight that wraps around forms, faint dappled shadows on the walls.",
        "sun": "Hazy late sun, soft-edged shadows, a bloom around everything bright.",
        "overcast": "Milky light with a little warmth in it, mist in the distance, soft wet surfaces.",
        "lamps": "Low amber lamps, everything in one warm tone, shadows never quite dark.",
    },
)

MOODS: Mapping[str, Mood] = {mood.name: mood for mood in (LUXURY, MINIMAL, BEIGE)}


def palette(mood: str) -> Palette:
    """The figures of a mood. Raises ValueError for an unknown one."""
    if mood not in MOODS:
        raise ValueError(f"Unknown mood: {mood!r}")
    return MOODS[mood].palette
