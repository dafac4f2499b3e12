"""Write to the sheets of a product as its owner does."""

from typing import Any

from techpack.models import Product, SheetChange
from techpack.services.spreadsheet import writes
from techpack.services.spreadsheet.writes import CellWrite, Writer


def put(product: Product, sheet: str, row: object, unit: str = "cm", **columns: str) -> list[SheetChange]:
    """Write cells of one row; "step_at_XL" is the column "step:XL"."""
    cells = [CellWrite(sheet, str(row), name.replace("_at_", ":"), text) for name, text in columns.items()]
    return writes.write_cells(product=product, cells=cells, writer=Writer(product.owner, unit=unit))


def add(product: Product, sheet: str, **values: str) -> Any:
    """A row at the end of a sheet."""
    return writes.add_row(product=product, sheet=sheet, writer=Writer(product.owner), values=values)
