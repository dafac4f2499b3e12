"""The tables of tech packs: products and photos, runs and steps, and the pieces a run makes."""

from techpack.models.edits import Change, EditedPiece, Proposal, of_piece
from techpack.models.flats import FlatMark, FlatState
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
from techpack.models.releases import Release, ReleaseFile, ReleaseIsIssuedError, Share, ShareEvent
from techpack.models.runs import Activity, Step, StepName, TechPack
from techpack.models.sheet_records import LibraryEntry, RowComment, RowSnapshot, SheetChange
from techpack.models.sheets import (
    Care,
    Colourway,
    ConstructionRow,
    Costing,
    CostLine,
    Header,
    LabelRow,
    LineColour,
    MaterialLine,
    OnePerProduct,
    Origin,
    PackagingRow,
    Passport,
    SheetRow,
)
from techpack.models.specification import Measurement, PhotoReading
from techpack.models.takes import Take

__all__ = [
    "Activity",
    "AnyPiece",
    "BaseView",
    "Care",
    "Category",
    "Change",
    "CloseUp",
    "Colourway",
    "ConstructionRow",
    "CostLine",
    "Costing",
    "Dimension",
    "DraftPhoto",
    "EditedPiece",
    "FlatMark",
    "FlatState",
    "Header",
    "LabelRow",
    "LengthUnit",
    "LibraryEntry",
    "LineColour",
    "MaterialLine",
    "Measurement",
    "OnePerProduct",
    "Origin",
    "PackagingRow",
    "Passport",
    "PhotoReading",
    "Piece",
    "Product",
    "ProductQuerySet",
    "Proposal",
    "Release",
    "ReleaseFile",
    "ReleaseIsIssuedError",
    "Revision",
    "RowComment",
    "RowSnapshot",
    "Share",
    "ShareEvent",
    "SheetChange",
    "SheetRow",
    "Sketch",
    "Step",
    "StepName",
    "Take",
    "TechPack",
    "View",
    "of_piece",
]
