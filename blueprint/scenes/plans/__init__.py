"""The thirty plans of a month, by number, five to a module."""

from collections.abc import Mapping

from blueprint.scenes.plans import (
    grids_01_05,
    grids_06_10,
    grids_11_15,
    grids_16_20,
    grids_21_25,
    grids_26_30,
)
from blueprint.scenes.plans.base import Frame, Plan

__all__ = ["PLANS", "Frame", "Plan"]

MODULES = (grids_01_05, grids_06_10, grids_11_15, grids_16_20, grids_21_25, grids_26_30)

PLANS: Mapping[int, Plan] = {plan.number: plan for module in MODULES for plan in module.PLANS}
