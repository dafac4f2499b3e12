"""The sizes of a product in other systems: as charts have them, and as the designer overwrites them."""

from dataclasses import dataclass

from techpack.library import size_equivalents as charts
from techpack.library.size_equivalents import SYSTEMS, Chart
from techpack.models import Header


@dataclass(frozen=True)
class SizeSystem:
    """One other system. `sizes` has every size of the header; "" where nothing is agreed or typed. `own` are
    those that the designer typed. `is_shown` says whether the document prints it."""

    system: str
    sizes: dict[str, str]
    own: list[str]
    is_shown: bool

    @property
    def label(self) -> str:
        return SYSTEMS[self.system]


def chart_of(header: Header) -> Chart:
    return charts.chart_for(header.suggested_type, header.gender)


def why_not(header: Header) -> str:
    """Why no equivalents are suggested; "" when they are."""
    if not charts.system_of(header.size_system):
        return (
            "Say in the header which system the sizes are in: alpha, EU, UK or US. Waists have no agreed"
            " equivalent; you can type your own."
        )
    return chart_of(header).why_not


def systems_of(header: Header) -> list[SizeSystem]:
    """Every system but the header's own."""
    own_system = charts.system_of(header.size_system)
    return [
        SizeSystem(
            system,
            {size: equivalent_of(header, system, size) for size in header.sizes},
            [size for size in header.sizes if header.own_size_names(system).get(size)],
            system in header.shown_systems,
        )
        for system in SYSTEMS
        if system != own_system
    ]


def equivalent_of(header: Header, system: str, size: str) -> str:
    typed = header.own_size_names(system).get(size)
    return typed or suggested(header, system, size)


def suggested(header: Header, system: str, size: str) -> str:
    """What the chart says; "" where nothing is agreed."""
    chart, of = chart_of(header), charts.system_of(header.size_system)
    if not chart.name or not of:
        return ""
    return charts.equivalent(chart.name, size, of=of, to=system)


def sources_of(header: Header) -> list[str]:
    """Where suggested names come from; [] when none is shown."""
    shown = [one for one in systems_of(header) if one.is_shown]
    is_suggested = any(text and size not in one.own for one in shown for size, text in one.sizes.items())
    return charts.sources(chart_of(header).name) if is_suggested else []
