"""The paper a PDF is set for, and what of it a sheet may fill. All in millimetres."""

from dataclasses import dataclass

from techpack.exports.choices import PaperName
from techpack.exports.pdf.panels import Box

_MARGIN = 10.0
_HEAD = 28.0  # band and title, as in templates/sheet.typ
_BOTTOM = 17.0
_FACTS = 91.0  # the right column of the cover and the gutter beside it
_COVER_HEIGHT = 134.0  # for drawing and photo, with nothing below them
_GAP = 6.0


@dataclass(frozen=True)
class Paper:
    """A sheet in landscape. `name` is what Typst calls it."""

    name: str
    width: float
    height: float

    @property
    def content(self) -> Box:
        """What is left between band and foot."""
        return Box(self.width - 2 * _MARGIN, self.height - _MARGIN - _HEAD - _BOTTOM)

    @property
    def beside_callouts(self) -> Box:
        """What the drawings beside the table of callouts may fill."""
        return Box(self.content.width - 109, self.content.height - 2)

    @property
    def beside_measures(self) -> Box:
        """What the drawings beside the table of points of measure may fill."""
        return Box(self.content.width - 140, self.content.height - 2)

    @property
    def beside_photos(self) -> Box:
        """What the close-ups beside the construction table may fill."""
        return Box(54, self.content.height - 2)

    def cover_flat(self, *, has_photo: bool, below: float) -> Box:
        """What the flat on the cover may fill; `below` is the height of what stands under it."""
        width = self.content.width - _FACTS
        return Box(width * 0.64 - _GAP if has_photo else width, _COVER_HEIGHT - below)

    def cover_photo(self, *, has_flat: bool, below: float) -> Box:
        """What the photo on the cover may fill."""
        width = self.content.width - _FACTS
        return Box(width * 0.36 if has_flat else width, _COVER_HEIGHT - 8 - below)


PAPERS: dict[PaperName, Paper] = {
    "a4": Paper("a4", 297, 210),
    "letter": Paper("us-letter", 279.4, 215.9),
}
