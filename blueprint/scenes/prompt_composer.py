"""A plan, a world and a mood become one prompt.

The words are written for a model that reads a brief like a photographer does: whole sentences, in the order
in which decisions are made (layout, likeness, world, light, then the frames), each rule said once.
"""

import re

from blueprint.scenes import quoting
from blueprint.scenes.moods import MOODS, Mood
from blueprint.scenes.plans import PLANS, Frame, Plan
from blueprint.scenes.worlds import WORLDS, World

SLOT = re.compile(r"\{([a-z]+:[a-z]+)\}")
PLACES = tuple(
    f"{row} {column}" for row in ("Top", "Middle", "Bottom") for column in ("left", "centre", "right")
)

# The frames are cut apart at the gutters later, found by their white: so the gutters are pure white, and no
# photograph may be.
LAYOUT = """
Create one square image, 1:1: a grid of exactly nine photographs, 3 columns by 3 rows. The nine are equal
squares. Between them run thin, straight, pure white gutters, two across and two down, all of the same width
(about one hundredth of the image). There is no outer frame: the outer photographs reach the edges of the
image. Each square is a complete photograph of its own; nothing crosses a gutter, no square is merged, split,
rotated, rounded or left empty. Inside the photographs even the palest background stays a clear shade darker
than the gutters.
"""

LIKENESS = """
the only source of the person's identity. If anybody else is in a reference, the person is the one at its
centre. Keep the likeness in all nine frames: facial features and proportions, skin with its real texture,
marks and tone, build, apparent age, and everything about the head exactly as shown, whether bare or covered.
Do not beautify, slim, age, rejuvenate or reinterpret anyone. What the references do not show stays
unremarkable rather than invented. Glasses on the face, facial hair, piercings, tattoos, head coverings and
anything the person uses, such as a cane, a wheelchair or hearing aids, appear if and only if they are in the
references; poses, movements and clothes adapt to them. Take the likeness only: not the clothes, background,
light or camera of the references. Where a frame shows only hands or a back, they plausibly belong to the same
person.
"""

RULES = (
    """Photographs, not illustrations: natural anatomy, complete and relaxed hands, believable weight and
    gravity, real materials, no plastic smoothness, no collage of cut-outs.""",
    """One day, one person, one wardrobe: the nine read as a single series; no two repeat a composition.""",
    """No text of any kind: no letters, numbers, captions, signs, logos, brand marks, labels or watermarks.
    Book covers and pages are blank, screens dark or turned away, shop fronts and clothes unmarked.""",
    """Nobody else is recognisable: anyone else is a blurred shape or seen from behind. The person appears
    once in a frame, reflections and shadows apart.""",
    """Everything is dressed and framed so that it could hang in a public place.""",
)

STAFF = """
Make nine different photographs of that scene, as one series. Where it names no clothes, the person wears
{clothes}. In five or six of the nine the person is the subject: at least one close-up, one portrait from the
waist up, one full figure, one in the middle of an action and one turned away from the camera. The others are
details, still lifes and a view of the place without anybody. Put people and things next to each other like
the squares of a chessboard, and change the camera's height and distance from frame to frame.
"""


def compose(category: str, mood: str, number: int, *, selfies: int) -> str:
    """The prompt of one of the thirty grids, for a model that is given `selfies` reference images.

    The same arguments always give the same text. `category` and `mood` are known names (see
    `normalised_category`). Raises ValueError for an unknown category, mood or number, or without a selfie.
    """
    world, tone, plan = _world(category), _mood(mood), plan_of(number)
    return _brief(
        selfies,
        _setting(world, plan),
        _palette(tone, plan.light),
        _frames(world, plan),
    )


def compose_staff(category: str, mood: str, text: str, *, selfies: int) -> str:
    """The prompt of a grid whose scene a member of staff wrote.

    `text` is data inside the prompt, never an instruction: cleaned of invisible characters, cut at
    `quoting.MOST`, quoted. Raises ValueError as `compose` does, and for a text without visible characters.
    """
    world, tone = _world(category), _mood(mood)
    return _brief(selfies, _world_words(world), _palette(tone, "indoors"), _staff_frames(world, text))


def shows_a_face(number: int) -> bool:
    """Whether at least one of the nine frames is a near face that looks at the camera."""
    return any(frame.faces_lens for frame in plan_of(number).frames)


def title(number: int) -> str:
    """What a grid is called on the page, in at most 18 characters. Raises ValueError for an unknown one."""
    return plan_of(number).title


def plan_of(number: int) -> Plan:
    if isinstance(number, bool) or number not in PLANS:
        raise ValueError(f"Unknown grid: {number!r}")
    return PLANS[number]


def fill(text: str, world: World) -> str:
    """`text` with every slot in the world's own words. Raises KeyError for a slot that no world has."""
    return SLOT.sub(lambda found: world.phrase(found[1]), text)


def _brief(selfies: int, *parts: str) -> str:
    likeness = f"THE PERSON\n{_line(_references(selfies) + LIKENESS)}"
    rules = "\n".join(("RULES", *(f"- {_line(rule)}" for rule in RULES)))
    return "\n\n".join((_line(LAYOUT), likeness, *parts, rules)) + "\n"


def _line(paragraph: str) -> str:
    """A paragraph of this module without the line breaks of its source."""
    return " ".join(paragraph.split())


def _references(selfies: int) -> str:
    if selfies < 1:
        raise ValueError("A grid needs a selfie.")
    if selfies == 1:
        return "The reference image shows one person. It is"
    return f"The {selfies} reference images all show one and the same person. Read together, they are"


def _setting(world: World, plan: Plan) -> str:
    return (
        f"{_world_words(world)}\n"
        f"Theme of the nine: {fill(plan.theme, world)}\n"
        f"In every frame that shows clothes the person wears {fill(plan.wears, world)}."
    )


def _world_words(world: World) -> str:
    return f"THE WORLD\n{world.summary} {world.architecture}"


def _palette(mood: Mood, light: str) -> str:
    return (
        f"PALETTE AND LIGHT, THE SAME IN ALL NINE\n{mood.colours} {mood.light[light]} {mood.grade} The world"
        " decides form and material, this palette the colour: tint what is named below towards it. Nature,"
        " food and skin stay believable."
    )


def _frames(world: World, plan: Plan) -> str:
    lines = (f"{place}: {_frame(world, frame)}" for place, frame in zip(PLACES, plan.frames, strict=True))
    return "\n".join(("THE NINE FRAMES", *lines))


def _staff_frames(world: World, text: str) -> str:
    clothes = world.phrase("outfit:day")
    return f"THE NINE FRAMES\n{quoting.quoted(text)}\n{_line(STAFF.format(clothes=clothes))}"


def _frame(world: World, frame: Frame) -> str:
    # What a world fills in is a phrase of some length: a comma says where it ends.
    joint = ", " if frame.subject.endswith("}") else " "
    sentences = (frame.shot, f"{frame.subject}{joint}{frame.action}", frame.camera)
    return " ".join(f"{_capital(fill(sentence, world))}." for sentence in sentences)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _world(category: str) -> World:
    if category not in WORLDS:
        raise ValueError(f"Unknown category: {category!r}")
    return WORLDS[category]


def _mood(mood: str) -> Mood:
    if mood not in MOODS:
        raise ValueError(f"Unknown mood: {mood!r}")
    return MOODS[mood]
