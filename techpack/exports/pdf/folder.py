"""The folder a PDF is set from: pictures and data, each in a file beside the template."""

from dataclasses import dataclass, field
from pathlib import Path

from techpack.exports import pictures
from techpack.exports.document import Picture


@dataclass
class Folder:
    """Writes files under names of its own; the same bytes are written once."""

    path: Path
    _names: dict[bytes, str] = field(default_factory=dict)

    def add(self, data: bytes, ending: str) -> str:
        """Write `data` to a new file and return its name."""
        if data not in self._names:
            name = f"picture-{len(self._names) + 1}.{ending}"
            (self.path / name).write_bytes(data)
            self._names[data] = name
        return self._names[data]

    def add_drawing(self, picture: Picture, *, text_size: float = 0) -> str:
        """Return the name of its file, or "" if it cannot be drawn. `text_size` is in the SVG's units."""
        try:
            pictures.check_drawing(picture)
            data = pictures.with_text_of(picture, text_size) if text_size else picture.data
        except pictures.PictureError:
            return ""
        return self.add(data, "svg")
