"""Parametric outlines of product types, and their fit to a mask."""

from vision.outlines.fitting import Fit, fit_outline

__all__ = ["Fit", "fit_outline"]
