"""A camera that writes its own brief: measured from its track, structured first, words second."""

from .measure import measure
from .record import CameraBrief
from .words import describe, summary

__all__ = ["CameraBrief", "describe", "measure", "summary"]
