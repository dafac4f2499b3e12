"""Why a request on a product or run is not allowed. The text of each is a sentence for people."""

from techpack.models.products import MAX_PHOTOS


class NotPossible(Exception):
    """Not in this state. The message is a sentence for the designer."""


class RunInProgress(NotPossible):
    def __init__(self) -> None:
        super().__init__("A run is under way. Cancel it, or wait until it ends.")


class NoPhotos(NotPossible):
    def __init__(self) -> None:
        super().__init__("There is no photo yet. Add one first.")


class PhotoProblem(NotPossible):
    """The photo check says that no tech pack can be made of the first photo."""


class TooManyPhotos(NotPossible):
    def __init__(self) -> None:
        super().__init__(f"A product has up to {MAX_PHOTOS} photos.")
