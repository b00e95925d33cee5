"""The shot list and the active shot, in the viewport's sidebar."""

import bpy

from ..addon import project, shot_items
from .sidebar import Sidebar

__all__ = ["CLASSES"]


class SHOTWRIGHT_UL_shots(bpy.types.UIList):
    """Number, name, length and lock of each shot."""

    def draw_item(self, _context, layout, _data, item, _icon, _active_data, _active_property, _index=0, _flag=0):
        split = layout.split(factor=0.32, align=True)
        split.prop(item, "number", text="", emboss=False)
        row = split.row(align=True)
        row.prop(item, "name", text="", emboss=False)
        if item.camera is None:
            row.label(text="", icon="ERROR")
        length = row.row()
        length.alignment = "RIGHT"
        length.label(text=f"{item.frame_end - item.frame_start + 1} f")
        row.prop(item, "locked", text="", emboss=False, icon="LOCKED" if item.locked else "UNLOCKED")


class SHOTWRIGHT_MT_shots(bpy.types.Menu):
    """Shot lists and the edit."""

    bl_label = "Shot List Specials"

    def draw(self, _context):
        layout = self.layout
        layout.operator("shotwright.import_shot_list", icon="IMPORT")
        layout.operator("shotwright.export_shot_list", icon="EXPORT")
        layout.separator()
        layout.operator("shotwright.open_edit", icon="SEQUENCE")


class SHOTWRIGHT_PT_shots(Sidebar, bpy.types.Panel):
    """Every shot of the scene."""

    bl_label = "Shots"
    bl_idname = "SHOTWRIGHT_PT_shots"

    def draw(self, context):
        layout = self.layout
        group = context.scene.shotwright
        reason = shot_items.read_only_reason(context.scene)
        if reason:
            layout.label(text=reason, icon="LIBRARY_DATA_DIRECT")
        self._draw_choice(layout)
        row = layout.row()
        row.template_list("SHOTWRIGHT_UL_shots", "", group, "shots", group, "active_shot", rows=5)
        column = row.column(align=True)
        column.operator("shotwright.add_shot", text="", icon="ADD")
        column.operator("shotwright.remove_shot", text="", icon="REMOVE")
        column.separator()
        column.menu("SHOTWRIGHT_MT_shots", text="", icon="DOWNARROW_HLT")
        column.separator()
        column.operator("shotwright.move_shot", text="", icon="TRIA_UP").direction = "UP"
        column.operator("shotwright.move_shot", text="", icon="TRIA_DOWN").direction = "DOWN"
        layout.operator_menu_enum("shotwright.make_shots", "source", text="Make Shots")

    @staticmethod
    def _draw_choice(layout):
        pending = project.choice_pending()
        if pending is None:
            return
        box = layout.column(align=True)
        box.label(text="Saved elsewhere. The project is still in", icon="INFO")
        box.label(text=str(pending), icon="BLANK1")
        row = box.row(align=True)
        row.operator("shotwright.keep_project")
        row.operator("shotwright.copy_project")
        row.operator("shotwright.relink_project")


class SHOTWRIGHT_PT_shot(Sidebar, bpy.types.Panel):
    """The active shot."""

    bl_label = "Shot"
    bl_idname = "SHOTWRIGHT_PT_shot"

    @classmethod
    def poll(cls, context):
        return shot_items.active_shot(context.scene) is not None

    def draw(self, context):
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        item = shot_items.active_shot(context.scene)
        layout.enabled = context.scene.library is None
        column = layout.column()
        column.enabled = not item.locked
        column.prop(item, "camera")
        range_ = column.column(align=True)
        range_.prop(item, "frame_start")
        range_.prop(item, "frame_end")
        handles = column.column(align=True)
        handles.prop(item, "handle_head", text="Handle Head")
        handles.prop(item, "handle_tail", text="Tail")
        column.prop(item, "use_custom_size")
        if item.use_custom_size:
            size = column.column(align=True)
            size.prop(item, "width")
            size.prop(item, "height")
        column.prop(item, "stills")
        column.prop(item, "sequence")
        layout.prop(context.scene.shotwright, "film")


CLASSES = (SHOTWRIGHT_UL_shots, SHOTWRIGHT_MT_shots, SHOTWRIGHT_PT_shots, SHOTWRIGHT_PT_shot)
