"""Colours of the film's palette: add one, take one away."""

import bpy
from bpy.props import IntProperty

from ..addon import shot_items, style_items

__all__ = ["CLASSES"]


class _Palette:
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, _context):
        reason = shot_items.read_only_reason(style_items.style_scene())
        if reason:
            cls.poll_message_set(reason)
        return reason is None


class SHOTWRIGHT_OT_add_colour(_Palette, bpy.types.Operator):
    """Add a colour to the film's palette, with what is left of the picture as its share"""

    bl_idname = "shotwright.add_colour"
    bl_label = "Add Colour"

    def execute(self, _context):
        palette = style_items.style_scene().shotwright.style.palette
        left = 100.0 - sum(each.share for each in palette)
        colour = palette.add()
        colour.share = max(0.0, left)
        return {"FINISHED"}


class SHOTWRIGHT_OT_remove_colour(_Palette, bpy.types.Operator):
    """Take this colour out of the film's palette"""

    bl_idname = "shotwright.remove_colour"
    bl_label = "Remove Colour"

    index: IntProperty(name="Colour", description="Its place in the palette, from 0", min=0, options={"SKIP_SAVE"})

    def execute(self, _context):
        palette = style_items.style_scene().shotwright.style.palette
        if self.index >= len(palette):
            self.report({"ERROR"}, "The palette has no such colour")
            return {"CANCELLED"}
        palette.remove(self.index)
        return {"FINISHED"}


CLASSES = (SHOTWRIGHT_OT_add_colour, SHOTWRIGHT_OT_remove_colour)
