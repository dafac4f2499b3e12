"""What is still to be specified on a line of the bill of materials: what the trade needs and nobody said."""

from techpack.models import LineColour, MaterialLine, Product

# Which column answers a word of the library's "must be specified"; what has none is for the details.
_COLUMNS = {
    "composition": "composition", "material": "material", "type": "material",
    "weight": "weight", "thickness": "weight", "denier": "weight", "count": "quantity",
    "width": "width", "size": "size", "length": "size", "ligne": "size", "ticket": "size", "height": "size",
    "ply": "size", "gauge": "size", "colour": "colour",
}  # fmt: skip


def columns_needed(line: MaterialLine) -> list[str]:
    """The columns of this line that must not stay empty, in the library's order."""
    found = [_column_of(term) for term in line.needed.split(";") if term.strip()]
    return list(dict.fromkeys(found))


def _column_of(term: str) -> str:
    first = term.strip().lower().split(" ")[0]
    return _COLUMNS.get(first, "details")


def open_columns(line: MaterialLine, *, is_coloured: bool) -> list[str]:
    """Columns that are needed and empty. A line whose colour stands in the matrix needs none of its own."""
    return [
        column
        for column in columns_needed(line)
        if not getattr(line, column) and not (column == "colour" and is_coloured)
    ]


def open_of(line: MaterialLine, *, is_coloured: bool) -> list[str]:
    """The same in the library's words: "composition by component", "languages"."""
    missing = open_columns(line, is_coloured=is_coloured)
    return [term.strip() for term in line.needed.split(";") if term.strip() and _column_of(term) in missing]


def coloured_lines(product: Product) -> set[int]:
    """Lines that have a colour in every colourway."""
    wanted = product.colourways.count()
    counts: dict[int, int] = {}
    for cell in LineColour.objects.filter(line__product=product):
        if cell.colour or cell.code:
            counts[cell.line_id] = counts.get(cell.line_id, 0) + 1
    return {line for line, count in counts.items() if wanted and count >= wanted}
