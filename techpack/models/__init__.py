"""The tables of tech packs: products and photos, runs and steps, and the pieces a run makes."""

from techpack.models.edits import Change, EditedPiece, Proposal, of_piece
from techpack.models.pieces import AnyPiece, BaseView, CloseUp, Piece, Sketch
from techpack.models.products import (
    Category,
    Dimension,
    DraftPhoto,
    LengthUnit,
    Product,
    ProductQuerySet,
    Revision,
    View,
)
from techpack.models.runs import Activity, Step, StepName, TechPack
from techpack.models.specification import Measurement, PhotoReading
from techpack.models.takes import Take

__all__ = [
    "Activity",
    "AnyPiece",
    "BaseView",
    "Category",
    "Change",
    "CloseUp",
    "Dimension",
    "DraftPhoto",
    "EditedPiece",
    "LengthUnit",
    "Measurement",
    "PhotoReading",
    "Piece",
    "Product",
    "ProductQuerySet",
    "Proposal",
    "Revision",
    "Sketch",
    "Step",
    "StepName",
    "Take",
    "TechPack",
    "View",
    "of_piece",
]
