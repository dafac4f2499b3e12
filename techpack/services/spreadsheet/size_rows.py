"""Rows of the table of sizes in other systems."""

from dataclasses import dataclass

from core.text import plain_line, without_nul
from techpack.library.size_equivalents import SYSTEMS
from techpack.models import Header, Product
from techpack.services import sheets, size_systems
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.point_rows import SIZE_AT

SHOWN = "shown"
YES, NO = ("yes", "y", "x", "1", "✓"), ("", "no", "n", "0", "-")
LONGEST = 20


@dataclass
class SystemRow:
    """What the sizes are called in one system. Columns: "shown" ("yes" or ""), "size:M" (typed over the
    chart's; emptied, the chart's is back)."""

    header: Header
    system: str

    @classmethod
    def opened(cls, product: Product, system: str) -> "SystemRow":
        if system not in SYSTEMS:
            raise CellError("There is no such size system.")
        return cls(sheets.header_of(product), system)

    @property
    def origin(self) -> str:
        return ""

    def _size(self, column: str) -> str:
        size = column.removeprefix(SIZE_AT)
        if not column.startswith(SIZE_AT):
            raise CellError(f"This sheet has no column “{column[:30]}”.")
        if size not in self.header.sizes:
            raise CellError("This size is no longer in the header.")
        return size

    def text(self, column: str) -> str:
        if column == SHOWN:
            return "yes" if self.system in self.header.shown_systems else ""
        return self.header.own_size_names(self.system).get(self._size(column), "")

    def shown(self, column: str, unit: str) -> str:
        if column == SHOWN:
            return self.text(column)
        return size_systems.equivalent_of(self.header, self.system, self._size(column))

    def write(self, column: str, text: str, *, unit: str, force: bool) -> None:
        clean = plain_line(without_nul(text))
        if column == SHOWN:
            self._show(clean.lower())
            return
        size = self._size(column)
        if len(clean) > LONGEST:
            raise CellError(f"At most {LONGEST} characters fit here.")
        self.header.name_size(self.system, size, clean)

    def _show(self, answer: str) -> None:
        if answer not in (*YES, *NO):
            raise CellError("Type yes to print this system, or no.")
        others = [one for one in self.header.shown_systems if one != self.system]
        wanted = {*others, self.system} if answer in YES else set(others)
        self.header.shown_systems = [one for one in SYSTEMS if one in wanted]

    def restore(self, column: str, text: str, origin: str) -> None:
        self.write(column, text, unit="cm", force=True)

    def save(self) -> None:
        self.header.save(update_fields=["shown_systems", "size_names"])
