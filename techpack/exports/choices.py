"""What somebody may choose about a document: paper, sections, languages, costs."""

from dataclasses import dataclass
from typing import Literal

from techpack.library.translations import LANGUAGES

type PaperName = Literal["a4", "letter"]

PAPERS: tuple[PaperName, ...] = ("a4", "letter")
MOST_LANGUAGES = 2

# Name of each section and its title, in the order of the document.
SECTIONS = {
    "cover": "Cover",
    "flats": "Flats",
    "pom": "Points of measure",
    "graded": "Graded spec",
    "tape": "Measure with a tape",
    "bom": "Bill of materials",
    "colours": "Materials by colourway",
    "construction": "Construction",
    "details": "Details",
    "photos": "Photos",
    "labels": "Labels and care",
    "packaging": "Packaging",
    "costs": "Cost sheet",
    "passport": "Digital passport",
    "comments": "Comments",
    "sample": "Sample measurement sheet",
    "changes": "Changes",
}


class ChoiceError(ValueError):
    """Something was chosen that there is not. The message is for people."""


@dataclass(frozen=True)
class Choices:
    """How a document is made. No sections means all; the second language stands under the first."""

    paper: PaperName = "a4"
    sections: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    with_costs: bool = False

    def has(self, section: str) -> bool:
        return not self.sections or section in self.sections

    @property
    def key(self) -> str:
        """These choices in a few letters: the same for the same choices; "" for the usual ones."""
        if self == Choices():
            return ""
        sections = ",".join(name for name in SECTIONS if name in self.sections)
        return f"{self.paper} {'+'.join(self.languages)} {sections}{' costs' if self.with_costs else ''}"


def choose(
    *, paper: str = "a4", sections: str = "", languages: str = "", with_costs: bool = False
) -> Choices:
    """Read choices as people and programs write them: "pom,bom", "en,zh". Raises ChoiceError."""
    chosen_sections, chosen_languages = _listed(sections), _listed(languages) or ("en",)
    _check(chosen_sections, tuple(SECTIONS), "section")
    _check(chosen_languages, tuple(LANGUAGES), "language")
    if len(chosen_languages) > MOST_LANGUAGES:
        raise ChoiceError("A document has one or two languages.")
    if paper not in PAPERS:
        raise ChoiceError("Paper is a4 or letter.")
    return Choices("letter" if paper == "letter" else "a4", chosen_sections, chosen_languages, with_costs)


def _listed(text: str) -> tuple[str, ...]:
    words = (word.strip().lower() for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _check(chosen: tuple[str, ...], known: tuple[str, ...], what: str) -> None:
    unknown = [word for word in chosen if word not in known]
    if unknown:
        raise ChoiceError(f"There is no {what} “{unknown[0][:20]}”. Choose from: {', '.join(known)}.")
