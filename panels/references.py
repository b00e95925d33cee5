"""References: render them, see how it goes, read what went wrong."""

import textwrap

import bpy

from ..addon import flipbooks, shot_items
from ..addon.references_cache import cache
from .sidebar import Sidebar

__all__ = ["CLASSES"]

_ICONS = {"done": "CHECKMARK", "fresh": "CHECKMARK", "stopped": "CANCEL", "skipped": "ERROR", "failed": "ERROR"}
_MOST = 5
"""Shots whose problems are listed."""


class SHOTWRIGHT_PT_references(Sidebar, bpy.types.Panel):
    """What video models are shown of each shot."""

    bl_label = "References"
    bl_idname = "SHOTWRIGHT_PT_references"

    def draw(self, context):
        layout = self.layout
        state = cache()
        active = shot_items.active_shot(context.scene)
        column = layout.column(align=True)
        column.operator("shotwright.render_references", icon="RENDER_ANIMATION").scope = "ALL"
        if active:
            column.operator("shotwright.render_references", text="Render Active Shot").scope = "ACTIVE"
        if state.state != "idle":
            row = layout.row(align=True)
            row.progress(factor=state.factor, text=state.label)
            row.operator("shotwright.cancel_references", text="", icon="X")
        else:
            _lines(context, layout, state.message, "NONE")
        _draw_shots(context, layout, state, active.uuid if active else "")
        if active:
            _draw_flipbook(context, layout, active)
        layout.operator("shotwright.put_motion", text="Put Motion on Active Rig", icon="ARMATURE_DATA")


def _draw_shots(context, layout, state, active):
    """The active shot's last result, and what went wrong with the others."""
    rows = [row for row in state.shots if row.name == active]
    rows += [row for row in state.shots if row.message and row.name != active][:_MOST]
    for row in rows:
        label = row.bl_rna.properties["state"].enum_items[row.state].name
        text = row.message or f"{row.number}: {label.lower()}"
        _lines(context, layout, text, _ICONS.get(row.state, "TIME"))


def _draw_flipbook(context, layout, item):
    """Which movie shows how the active shot moves, and what was found when it was chosen."""
    book = item.flipbook
    row = layout.row(align=True)
    # The end of a path tells more than its beginning.
    row.label(text=f"Flipbook: {book.path.rstrip('/')[-40:]}" if book.path else "No flipbook", icon="FILE_MOVIE")
    row.operator("shotwright.set_flipbook", text="", icon="FILE_FOLDER")
    row.operator("shotwright.clear_flipbook", text="", icon="X")
    if not book.path:
        return
    column = layout.column(align=True)
    column.enabled = not item.locked and context.scene.library is None
    column.prop(book, "offset")
    column.prop(book, "rate")
    column.prop(book, "fit")
    column.prop(book, "crop")
    _lines(context, layout, flipbooks.state_of(item), "NONE")


def _lines(context, layout, text, icon):
    """A sentence over as many lines as the sidebar needs."""
    scale = context.preferences.system.ui_scale or 1.0  # 0 without a screen
    width = max(24, int(context.region.width / (6.5 * scale)) - 6)
    column = layout.column(align=True)
    column.scale_y = 0.8
    for index, line in enumerate(textwrap.wrap(text, width)):
        column.label(text=line, icon=icon if index == 0 else "NONE" if icon == "NONE" else "BLANK1")


CLASSES = (SHOTWRIGHT_PT_references,)
