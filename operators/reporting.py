"""How operators tell what went wrong: one sentence in the status bar, nothing half done."""

from __future__ import annotations

import bpy

from ..core.errors import ShotwrightError

__all__ = ["failed"]


def failed(operator: bpy.types.Operator, error: ShotwrightError) -> set[str]:
    """Report an error and cancel."""
    operator.report({"ERROR"}, str(error))
    return {"CANCELLED"}
