"""What panels show of references being rendered: a cache on the window manager, never in undo.

`background` owns the facts and writes them here; nothing else does.
"""

import bpy
from bpy.props import CollectionProperty, EnumProperty, FloatProperty, PointerProperty, StringProperty

from ..core import terms

__all__ = ["CLASSES", "attach", "cache", "detach", "redraw"]

_HIDDEN = {"options": {"HIDDEN", "SKIP_SAVE"}}


class SHOTWRIGHT_PG_reference(bpy.types.PropertyGroup):
    """How a shot's references are doing; `name` is the shot's uuid."""

    number: StringProperty(**_HIDDEN)
    state: EnumProperty(items=terms.REFERENCE_STATES, default="waiting", **_HIDDEN)
    message: StringProperty(**_HIDDEN)
    fingerprint: StringProperty(**_HIDDEN)


class SHOTWRIGHT_PG_references(bpy.types.PropertyGroup):
    """The rendering that goes on, and how it went for each shot last time."""

    shots: CollectionProperty(type=SHOTWRIGHT_PG_reference, **_HIDDEN)
    state: EnumProperty(items=terms.RENDER_STATES, default="idle", **_HIDDEN)
    label: StringProperty(**_HIDDEN)
    factor: FloatProperty(min=0.0, max=1.0, **_HIDDEN)
    message: StringProperty(**_HIDDEN)


CLASSES = (SHOTWRIGHT_PG_reference, SHOTWRIGHT_PG_references)


def attach() -> None:
    """Give the window manager its cache."""
    bpy.types.WindowManager.shotwright_references = PointerProperty(
        type=SHOTWRIGHT_PG_references, options={"HIDDEN", "SKIP_SAVE"}
    )


def detach() -> None:
    """Take it away."""
    del bpy.types.WindowManager.shotwright_references


def cache() -> bpy.types.PropertyGroup | None:
    """The cache, or None while there is no window manager or the extension is off. Never kept: a file load moves it."""
    manager = getattr(bpy.context, "window_manager", None)
    return getattr(manager, "shotwright_references", None)


def redraw() -> None:
    """Ask the sidebars that show it to draw again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()
