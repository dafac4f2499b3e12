"""The trade's library: points of measure, and what each type of product usually measures.

Tables of the trade as data, without a database. All of it is a suggestion, never a measurement.
"""

from techpack.library.dimensions import code_of, type_named, usual_span
from techpack.library.features import all_features, features_of, matters, points_for
from techpack.library.points_of_measure import (
    PointOfMeasure,
    ProductType,
    plausible_ranges,
    points_of_measure,
    product_types,
)
from techpack.library.sheets import construction_of, materials_of, requirements_of

__all__ = [
    "PointOfMeasure",
    "ProductType",
    "all_features",
    "code_of",
    "construction_of",
    "features_of",
    "materials_of",
    "matters",
    "plausible_ranges",
    "points_for",
    "points_of_measure",
    "product_types",
    "requirements_of",
    "type_named",
    "usual_span",
]
