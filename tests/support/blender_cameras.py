"""Real cameras whose brief is known: small scenes and what a crew would call each. Import it after the extension."""

from __future__ import annotations

from support import blender_moving_cameras, blender_still_cameras
from support.stage import CAMERAS, FRAMES, Known, Stage

__all__ = ["CAMERAS", "FRAMES", "TABLES", "Known", "Stage"]

TABLES = (blender_still_cameras, blender_moving_cameras)
"""The modules that filled `CAMERAS`."""
