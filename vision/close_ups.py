"""Choose the details of a product to show as close-ups."""

from vision.reading import Point

type Box = tuple[int, int, int, int]


def close_up_regions(
    landmarks: dict[str, Point], product_type: str, features: dict[str, str | int] | None = None
) -> list[tuple[str, Box]]:
    """Return named boxes (left, top, right, bottom in pixels) of at least four details."""
    raise NotImplementedError
