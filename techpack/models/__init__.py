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
from techpack.models.releases import (
    ExportJob,
    Release,
    ReleaseFile,
    ReleaseIsIssuedError,
    Share,
    ShareEvent,
    Snapshot,
)
from techpack.models.runs import Activity, Step, StepName, TechPack
from techpack.models.samples import SampleMeasure, SamplePhoto, SampleRound
from techpack.models.sheets import Colourway, ConstructionRow, Header, MaterialLine, Origin, SheetRow
from techpack.models.specification import Measurement, PhotoReading
from techpack.models.takes import Take

__all__ = [
    "Activity",
    "AnyPiece",
    "BaseView",
    "Category",
    "Change",
    "CloseUp",
    "Colourway",
    "ConstructionRow",
    "Dimension",
    "DraftPhoto",
    "EditedPiece",
    "ExportJob",
    "Header",
    "LengthUnit",
    "MaterialLine",
    "Measurement",
    "Origin",
    "PhotoReading",
    "Piece",
    "Product",
    "ProductQuerySet",
    "Proposal",
    "Release",
    "ReleaseFile",
    "ReleaseIsIssuedError",
    "Revision",
    "SampleMeasure",
    "SamplePhoto",
    "SampleRound",
    "Share",
    "ShareEvent",
    "SheetRow",
    "Sketch",
    "Snapshot",
    "Step",
    "StepName",
    "Take",
    "TechPack",
    "View",
    "of_piece",
]
