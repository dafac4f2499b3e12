"""The cost sheet worked out: totals in decimals, rounded to the cent only where they are shown."""

from decimal import ROUND_HALF_UP, Decimal

from techpack.exports import document as documents
from techpack.library.units import short
from techpack.models import Costing, CostLine, Product

CENT = Decimal("0.01")


def cost_sheet(product: Product) -> documents.CostSheet:
    """Lines and totals of one piece. First cost is what leaving the factory costs; freight, duty and other
    costs make it the landed cost. Margin is of the wholesale price, markup on the landed cost."""
    costing = Costing.objects.filter(product=product).first() or Costing(product=product)
    lines = [cost(line) for line in product.cost_lines.all()]
    after = set(CostLine.AFTER_FIRST_COST)
    first = sum((one.total for one in lines if one.total and one.section not in after), Decimal(0))
    landed = sum((one.total for one in lines if one.total), Decimal(0))
    return documents.CostSheet(
        currency=costing.currency,
        lines=lines,
        by_section=_by_section(lines),
        first_cost=first.quantize(CENT, ROUND_HALF_UP),
        landed_cost=landed.quantize(CENT, ROUND_HALF_UP),
        wholesale=short(costing.wholesale),
        retail=short(costing.retail),
        margin_percent=_percent(costing.wholesale, landed, of=costing.wholesale),
        markup_percent=_percent(costing.wholesale, landed, of=landed),
        is_complete=bool(lines) and all(one.total is not None for one in lines),
    )


def cost(line: CostLine) -> documents.Cost:
    return documents.Cost(
        section=line.section, item=line.item, quantity=short(line.quantity), unit=line.unit,
        unit_cost=short(line.unit_cost), waste_percent=short(line.waste_percent), total=total(line),
        note=line.note,
    )  # fmt: skip


def total(line: CostLine) -> Decimal | None:
    """Quantity x unit cost with waste on top, to a hundredth of a cent; None while one is missing."""
    if line.quantity is None or line.unit_cost is None:
        return None
    waste = 1 + (line.waste_percent or Decimal(0)) / 100
    return (line.quantity * line.unit_cost * waste).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _by_section(lines: list[documents.Cost]) -> list[tuple[str, Decimal]]:
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.total is not None:
            found[line.section] = found.get(line.section, Decimal(0)) + line.total
    order = list(CostLine.Section.values)
    names = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return [(name, found[name].quantize(CENT, ROUND_HALF_UP)) for name in names]


def _percent(price: Decimal | None, cost: Decimal, *, of: Decimal | None) -> Decimal | None:
    if not price or not of or not cost:
        return None
    return ((price - cost) / of * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
