"""Preferences: what belongs to the person, not to the film. Never stored in a .blend."""

import bpy
from bpy.props import IntProperty

from ..core import terms

__all__ = ["CLASSES", "default_handles"]

_PACKAGE = __package__.rpartition(".")[0]


class SHOTWRIGHT_AP_preferences(bpy.types.AddonPreferences):
    """Defaults for new shots."""

    bl_idname = _PACKAGE

    default_handles: IntProperty(
        name="Handles of New Shots",
        description="Frames rendered before and behind each new shot",
        min=0,
        max=terms.MAX_HANDLES,
        default=0,
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the preferences."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "default_handles")


CLASSES = (SHOTWRIGHT_AP_preferences,)


def default_handles() -> int:
    """Handles of new shots in frames; 0 where there are no preferences (the bpy module)."""
    addon = bpy.context.preferences.addons.get(_PACKAGE)
    return addon.preferences.default_handles if addon and addon.preferences else 0
