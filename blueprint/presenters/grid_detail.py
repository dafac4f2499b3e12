"""One grid at large, as a whole or one of its nine frames, and where one goes from there."""

from functools import cached_property

from blueprint.models import FRAMES, Frame, Redo
from blueprint.presenters.cells import Cell
from blueprint.presenters.gallery import Gallery
from blueprint.services import redos
from generation.models import Asset


class Sheet:
    def __init__(self, gallery: Gallery, cell: Cell, position: int = 0):
        self.gallery = gallery
        self.cell = cell
        self.position = position  # 0 for the whole grid

    @classmethod
    def of(cls, gallery: Gallery, number: int, frame: str) -> "Sheet | None":
        """None for no grid of this gallery. A frame that is not there shows the whole."""
        cell = gallery.cell(number)
        if cell is None:
            return None
        position = int(frame) if frame.isascii() and frame.isdigit() and len(frame) == 1 else 0
        sheet = cls(gallery, cell, position)
        return sheet if sheet.frame is not None else cls(gallery, cell)

    @cached_property
    def frames(self) -> list[Frame]:
        if self.cell.row is None:
            return []
        return list(Frame.objects.filter(grid_id=self.cell.row.id).select_related("asset"))

    @cached_property
    def frame(self) -> Frame | None:
        return next((frame for frame in self.frames if frame.position == self.position), None)

    @cached_property
    def redos_left(self) -> int:
        return redos.left(self.gallery.subscriber.pk)

    @property
    def redo_waits_for(self) -> str:
        """What stands in the way of a free redo of a picture that is there: a sentence, or ""."""
        if self.asset is None or self.gallery.can_ask or not self.redos_left:
            return ""
        if self.gallery.lacks_selfies:
            return "They need at least one selfie, and there is none here any more."
        return self.gallery.guard_sentence

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """What can be wrong with what is shown; the first is "Not me"."""
        return [(reason.value, str(reason.label)) for reason in Redo.Reason]

    @property
    def when_made_again(self) -> str:
        """What becomes of the picture, for who is asked whether it is meant."""
        favourites = sum(frame.favourite for frame in self.frames)
        loss = {0: "", 1: " Its favourite goes with it."}.get(
            favourites, f" Its {favourites} favourites go with it."
        )
        return (
            "The old picture stays until the new one is stored. Then the new one takes its place, with nine"
            f" new frames, and the old one is deleted.{loss}"
        )

    @property
    def asset(self) -> Asset | None:
        return self.frame.asset if self.frame is not None else self.cell.asset

    @property
    def size(self) -> str:
        """ "676 × 676 px, 5.7 × 5.7 cm at 300 dpi": of what is downloaded; "" when nobody knows."""
        asset = self.frame.asset if self.frame is not None else self._whole
        if asset is None or not asset.width:
            return ""
        wide, high = (side / 300 * 2.54 for side in (asset.width, asset.height))
        return f"{asset.width} × {asset.height} px, {wide:.1f} × {high:.1f} cm at 300 dpi"

    @property
    def _whole(self) -> Asset | None:
        row = self.cell.row
        return self.cell.asset if row is not None and row.width else None

    @property
    def where(self) -> str:
        """What is shown, in words."""
        if self.frame is not None:
            return f"Frame {self.frame.position} of {FRAMES}"
        return f"Grid {self.cell.number} of {self.gallery.planned}"

    # --- where one goes from here --------------------------------------------------------------------

    @property
    def address(self) -> str:
        return self._frame_address(self.cell.number, self.position)

    @property
    def whole_address(self) -> str:
        return self._frame_address(self.cell.number)

    @property
    def previous(self) -> str:
        """The frame before, the whole before the first; from a whole the grid before."""
        if self.frame is not None:
            return self._frame_address(self.cell.number, self.frame.position - 1)
        return self._beside(-1)

    @property
    def next(self) -> str:
        if self.frame is not None and self.frame.position < FRAMES:
            return self._frame_address(self.cell.number, self.frame.position + 1)
        return self._beside(1)

    @property
    def frame_links(self) -> list[tuple[Frame, str]]:
        return [(frame, self._frame_address(self.cell.number, frame.position)) for frame in self.frames]

    @cached_property
    def ahead(self) -> list[str]:
        """Pictures that are likely to be asked for next."""
        if self.frame is not None:
            near = (self.frame.position - 1, self.frame.position + 1)
            return [frame.asset.large for frame in self.frames if frame.position in near]
        cells = [cell for cell in (self._neighbour(-1), self._neighbour(1)) if cell is not None]
        return [cell.asset.large for cell in cells if cell.asset is not None]

    def _beside(self, by: int) -> str:
        cell = self._neighbour(by)
        return self._frame_address(cell.number) if cell is not None else ""

    def _neighbour(self, by: int) -> Cell | None:
        """The next grid in that direction that has a picture."""
        order = (
            self.gallery.cells[self.cell.number :]
            if by > 0
            else self.gallery.cells[: self.cell.number - 1][::-1]
        )
        return next((cell for cell in order if cell.is_done), None)

    def _frame_address(self, number: int, position: int = 0) -> str:
        address = self.gallery.grid_address(number)
        return f"{address}?frame={position}" if position else address
