"""What is said to a model: the sections of the active shot, and the film's style."""

import bpy

from ..addon import shot_items, style_items
from ..core import terms
from .sidebar import Sidebar

__all__ = ["CLASSES"]


class _UnderShot(Sidebar):
    bl_parent_id = "SHOTWRIGHT_PT_shot"
    bl_options = {"DEFAULT_CLOSED"}


class SHOTWRIGHT_PT_prompt(_UnderShot, bpy.types.Panel):
    """The six sections of the active shot's prompt."""

    bl_label = "Prompt"
    bl_idname = "SHOTWRIGHT_PT_prompt"

    def draw(self, context):
        item = shot_items.active_shot(context.scene)
        if item is None:
            return
        column = self.layout.column()
        column.enabled = context.scene.library is None and not item.locked
        for name, label, _ in terms.SECTIONS:
            section = column.column(align=True)
            section.label(text=label)
            hint = "From the real camera" if name == "camera" else ""
            section.prop(item.prompt, name, text="", placeholder=hint)
        column.prop(item.prompt, "repeat_identity")


class SHOTWRIGHT_PT_film_style(_UnderShot, bpy.types.Panel):
    """What every picture of the film has in common."""

    bl_label = "Film Style"
    bl_idname = "SHOTWRIGHT_PT_film_style"

    def draw(self, context):
        layout = self.layout
        scene = style_items.style_scene()
        reason = shot_items.read_only_reason(scene)
        if reason:
            layout.label(text=reason, icon="LIBRARY_DATA_DIRECT")
        elif scene != context.scene:
            layout.label(text=f"Kept in the scene {scene.name}", icon="INFO")
        style = scene.shotwright.style
        column = layout.column()
        column.enabled = reason is None
        column.prop(style, "prefix", text="", placeholder="Prefix")
        self._draw_palette(column, style)
        column.use_property_split = True
        column.use_property_decorate = False
        column.prop(style, "white_balance")
        column.prop(style, "lens")
        column.prop(style, "shutter")

    @staticmethod
    def _draw_palette(layout, style):
        column = layout.column(align=True)
        for index, each in enumerate(style.palette):
            row = column.row(align=True)
            row.prop(each, "share", text="")
            row.prop(each, "name", text="", placeholder="Name")
            row.prop(each, "colour", text="", placeholder="#rrggbb")
            row.operator("shotwright.remove_colour", text="", icon="REMOVE").index = index
        column.operator("shotwright.add_colour", icon="ADD")


CLASSES = (SHOTWRIGHT_PT_prompt, SHOTWRIGHT_PT_film_style)
