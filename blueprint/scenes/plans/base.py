"""A plan: one grid's theme, clothes, light and nine frames."""

from collections.abc import Mapping
from dataclasses import dataclass

PERSON = "the person"

# What each size of shot means, so that thirty plans use the same words for the same crop.
SHOTS: Mapping[str, str] = {
    "extreme close-up": "a part of the face or a hand fills the frame",
    "close-up": "the face fills most of the frame",
    "head and shoulders": "a portrait crop",
    "medium shot": "from the waist up",
    "three-quarter shot": "from the knees up",
    "full figure": "head to toe, with air around",
    "wide shot": "the place is large and a figure in it small, or nobody is there",
    "detail": "one small part of a scene",
    "macro": "a material from very near",
    "still life": "objects, from the side or slightly above",
    "flat lay": "objects, from straight above",
}


@dataclass(frozen=True)
class Frame:
    """One of the nine photographs. `subject` and `action` are read as one sentence, slots and all."""

    shot: str
    subject: str
    action: str
    camera: str

    @property
    def shows_person(self) -> bool:
        """Whether the person, or the person's hands, are in the picture."""
        return self.subject.startswith(PERSON)

    @property
    def faces_lens(self) -> bool:
        """Whether the face is near and looks at the camera, so that whoever looks for it must find it."""
        is_near = self.subject == PERSON and self.shot in ("close-up", "head and shoulders")
        hidden = ("over one shoulder", "mirror", "out-of-focus", "half of the face", "lit only by")
        return is_near and "lens" in self.action and not any(words in self.action for words in hidden)


@dataclass(frozen=True)
class Plan:
    """One of the thirty grids of a month.

    `title` is for the page and never part of a prompt. `theme` says what the nine share; `wears` follows
    "wears" and names the clothes; `light` is one of `moods.LIGHTS`. Slots such as {place:work}, {prop:cup}
    and {outfit:day} are filled by the world, see `worlds.base.SLOTS`.
    """

    number: int
    title: str
    theme: str
    wears: str
    light: str
    frames: tuple[Frame, ...]


def person(shot: str, action: str, camera: str) -> Frame:
    """A frame of the person: `action` follows "The person"."""
    return Frame(shot, PERSON, action, camera)


def hands(shot: str, action: str, camera: str) -> Frame:
    """A frame of hands without a face: `action` follows "The person's hands"."""
    return Frame(shot, f"{PERSON}'s hands", action, camera)


def thing(shot: str, subject: str, action: str, camera: str) -> Frame:
    """A frame without the person: an object, a place, a texture."""
    return Frame(shot, subject, action, camera)
