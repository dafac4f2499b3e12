"""Turn drawings into pictures and PDF pages."""

import tempfile
from pathlib import Path


def drawing_as_pdf(svg: str, *, width_mm: float, height_mm: float) -> bytes:
    """One page of exactly that size with the SVG on it, edge to edge, at true scale."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "drawing.svg").write_text(svg, encoding="utf-8")
        (root / "page.typ").write_text(
            f"#set page(width: {width_mm}mm, height: {height_mm}mm, margin: 0mm)\n"
            f'#image("drawing.svg", width: {width_mm}mm, height: {height_mm}mm)\n',
            encoding="utf-8",
        )
        made: bytes = typst.compile(root / "page.typ", root=root, format="pdf")
        return made


def drawing_as_png(svg: str, *, width: int) -> bytes:
    """The SVG as a PNG on white, `width` pixels wide. Raises ValueError for what cannot be drawn."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, dpi=96, background="white"))
