"""The digital product passport of a product as JSON-LD, in the vocabularies of schema.org and GS1."""

from typing import Any

from techpack.library import care as symbols
from techpack.library.compositions import Component, components
from techpack.library.standards import country_code
from techpack.library.units import short
from techpack.models import Care, MaterialLine, Passport, Product
from techpack.presenters.sheet_parts import WITH_FIBRES
from techpack.services import sheets

CONTEXT = {"@vocab": "https://schema.org/", "gs1": "https://ref.gs1.org/voc/"}
STAGES = {
    "fibre_country": "fibre production", "yarn_country": "spinning", "fabric_country": "weaving or knitting",
    "dyeing_country": "dyeing", "assembly_country": "assembly",
}  # fmt: skip


def passport_json(product: Product) -> dict[str, Any]:
    """Everything the passport's fields say, ready for `json.dumps`. What is not specified is left out."""
    row = Passport.objects.filter(product=product).first() or Passport(product=product)
    header = sheets.header_of(product)
    return _said({
        "@context": CONTEXT,
        "@type": "Product",
        "name": product.name,
        "sku": header.number,
        "gtin": row.gtin,
        "brand": {"@type": "Brand", "name": header.brand} if header.brand else None,
        "category": product.category_words,
        "countryOfAssembly": country_code(row.assembly_country),
        "weight": _mass(row),
        "gs1:importClassification": row.hs_code,
        "gs1:textileMaterial": _materials(product),
        "gs1:consumerHandlingInstructions": _care(product),
        "gs1:manufacturingPlant": _facility(row),
        "additionalProperty": _properties(row),
    })  # fmt: skip


def _said(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _mass(row: Passport) -> dict[str, Any] | None:
    if row.mass_g is None:
        return None
    return {"@type": "QuantitativeValue", "value": f"{short(row.mass_g):f}", "unitCode": "GRM"}


def _materials(product: Product) -> list[dict[str, Any]]:
    """Fibres in percent of each component, with its recycled share and country."""
    lines = product.material_lines.filter(section__in=WITH_FIBRES)
    return [_component(line, part) for line in lines for part in components(line.composition)]


def _component(line: MaterialLine, part: Component) -> dict[str, Any]:
    recycled = line.recycled_percent
    return _said({
        "@type": "gs1:TextileMaterialDetails",
        "gs1:component": part.name or line.part,
        "gs1:textileMaterialContent": [
            {"gs1:fibre": fibre.name, "gs1:percentage": f"{short(fibre.percent):f}"} for fibre in part.fibres
        ],
        "gs1:recycledPercentage": None if recycled is None else f"{short(recycled):f}",
        "countryOfOrigin": country_code(line.country),
    })  # fmt: skip


def _care(product: Product) -> list[str]:
    row = Care.objects.filter(product=product).first()
    told = [symbols.words(getattr(row, column)) for column in symbols.GROUPS] if row else []
    return [words for words in told if words]


def _facility(row: Passport) -> dict[str, Any] | None:
    if not (row.facility or row.facility_id):
        return None
    return _said({"@type": "Organization", "name": row.facility, "globalLocationNumber": row.facility_id})


def _properties(row: Passport) -> list[dict[str, str]]:
    stages = [(f"country of {words}", country_code(getattr(row, name))) for name, words in STAGES.items()]
    texts = [("substances of concern", row.substances), ("repair and end of life", row.repair)]
    return [
        {"@type": "PropertyValue", "name": name, "value": value} for name, value in [*stages, *texts] if value
    ]
