"""Words of the document in its one or two languages."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from techpack.exports.choices import Choices
from techpack.library.translations import translated, translated_feature, translated_phrase

# Every fixed word of the templates, so that they look it up and know no languages.
LABELS = (
    "Style", "Season", "Base size", "Unit", "Revision", "Date", "Page", "Tech pack", "Flats",
    "Points of measure", "Graded spec", "Nested sizes", "Measure with a tape", "Bill of materials",
    "Construction", "Details", "Photos", "Sample measurement sheet", "Changes", "To be specified",
    "to be specified", "still to be specified", "Style number", "Brand", "Name", "Product type",
    "Collection", "Gender", "Fit", "Designer", "Supplier", "Size range", "Scale", "Contact", "Status",
    "Notes", "Code", "Point of measure", "How to measure", "Tolerance", "Source", "measured", "estimated",
    "suggested", "entered", "confirmed", "Step", "base", "No", "Callout", "View", "Category", "Row",
    "Section", "Part", "Placement", "Material", "Composition", "Weight", "Colour", "Quantity", "Comment",
    "Area", "Operation", "Seam", "Stitch", "SPI", "Allowance", "Thread", "Note", "Sample", "Size",
    "Measured by", "Approved by", "Size measured", "Requested", "Own", "Deviation", "Decision", "accept",
    "correct", "So far", "Tape", "What", "Why the factory needs it", "From", "To", "By", "Why", "critical",
    "continued", "Check", "All views at one scale", "Lengths in cm", "Lengths in inches",
    "garment laid flat", "scan the code to see whether it is current",
    "Materials by colourway", "Labels and care", "Packaging", "Cost sheet", "Digital passport", "Comments",
    "Type", "Artwork", "Attachment", "Not photographed", "What no photo could settle",
    "Fill in one copy per sample",
    "A filled square has to be settled before the document is issued",
    "Seams by ISO 4916, stitches by ISO 4915", "A dashed box is still to be specified",
    "Text", "Languages", "Specification", "Print", "Barcode", "Item", "Unit cost", "Waste %", "Total",
    "In full", "Label placement", "Left and right as worn; dashed: on the inside",
    "Points of measure, more views", "Sizes in other systems", "another step begins",
    "is not base plus steps", "more on the sheet", "before the document can be issued (filled square)",
    "The document can be issued without it", "No flats and no photos yet.",
    "What the cover only shows the beginning of", "Received", "Checked against", "Measures",
)  # fmt: skip


_HEADING = re.compile(r"(.*?)((?: [+-])?(?: \((?:cm|in|ISO \d+)\))?)")


@dataclass(frozen=True)
class Words:
    """Looks words up for the languages that were chosen."""

    choices: Choices

    @property
    def language(self) -> str:
        return self.choices.languages[0]

    def first(self, words: str) -> str:
        return translated(words, self.language)

    def second(self, words: str) -> str:
        """In the second language; empty where there is none or it says the same."""
        return self._both(words, translated)["second"]

    def both(self, words: str) -> dict[str, str]:
        return self._both(words, translated)

    def feature(self, words: str) -> dict[str, str]:
        """The name of a feature or one of its values, in both languages."""
        return self._both(words, translated_feature)

    def phrase(self, words: str) -> dict[str, str]:
        """A remark of several terms, in both languages."""
        return self._both(words, translated_phrase)

    def _both(self, words: str, look_up: Callable[[str, str], str]) -> dict[str, str]:
        first, *others = (look_up(words, language) for language in self.choices.languages)
        return {"text": first, "second": others[0] if others and others[0] != first else ""}

    def caption(self, words: str) -> str:
        """In both languages on one line, as it stands under a picture."""
        return "  ".join(told for told in self.phrase(words).values() if told)

    def phrase_lines(self, words: str) -> str:
        """In both languages on two lines, as it stands in a cell."""
        return "\n".join(told for told in self.phrase(words).values() if told)

    def heading(self, words: str) -> str:
        """The heading of a column such as "Tolerance + (cm)": the words translated, the rest as it is."""
        found = _HEADING.fullmatch(words)
        if not found:
            return words
        return "\n".join(f"{one}{found[2]}" for one in (self.first(found[1]), self.second(found[1])) if one)

    def date(self, day: dt.date) -> str:
        """In figures, which read the same everywhere, unless the document is in English alone."""
        return f"{day:%-d %b %Y}" if set(self.choices.languages) == {"en"} else f"{day:%Y-%m-%d}"

    def revision(self, name: str) -> str:
        """Its number, or in both languages that it is none: "Draft"."""
        return name if name.isdigit() else self.caption(name)

    def labels(self) -> dict[str, dict[str, str]]:
        return {words: self.both(words) for words in LABELS}
