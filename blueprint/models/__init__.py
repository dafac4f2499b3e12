"""Subscribers, the shoots made for them, and the mail they get."""

from blueprint.models.mails import Mail
from blueprint.models.redos import Redo
from blueprint.models.shoots import FRAMES, Frame, Grid, Shoot
from blueprint.models.subscribers import SLOTS, Subscriber

__all__ = ["FRAMES", "SLOTS", "Frame", "Grid", "Mail", "Redo", "Shoot", "Subscriber"]
