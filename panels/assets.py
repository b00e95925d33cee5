"""Assets: what has to look the same everywhere, and how the active shot has it."""

import bpy

from ..addon import asset_items, shot_items
from .sidebar import Sidebar

__all__ = ["CLASSES"]

_ICONS = {
    "character": "OUTLINER_OB_ARMATURE",
    "location": "HOME",
    "prop": "MESH_CUBE",
    "style": "COLOR",
    "voice": "SPEAKER",
    "wardrobe": "MATCLOTH",
    "phase": "TIME",
    "light": "LIGHT_SUN",
}


class SHOTWRIGHT_UL_assets(bpy.types.UIList):
    """Kind, tag and name of each asset."""

    def draw_item(self, _context, layout, _data, item, _icon, _active_data, _active_property, _index=0, _flag=0):
        split = layout.split(factor=0.5, align=True)
        split.label(text=f"@{item.tag}", icon=_ICONS[item.kind])
        row = split.row(align=True)
        row.prop(item, "name", text="", emboss=False)
        if item.kind != "voice" and not len(item.pictures):
            row.label(text="", icon="IMAGE_DATA" if len(item.variants) else "ERROR")


class SHOTWRIGHT_PT_assets(Sidebar, bpy.types.Panel):
    """The assets of the scene."""

    bl_label = "Assets"
    bl_idname = "SHOTWRIGHT_PT_assets"

    def draw(self, context):
        layout = self.layout
        group = context.scene.shotwright
        row = layout.row()
        row.template_list("SHOTWRIGHT_UL_assets", "", group, "assets", group, "active_asset", rows=3)
        column = row.column(align=True)
        column.operator("shotwright.add_asset", text="", icon="ADD")
        column.operator("shotwright.remove_asset", text="", icon="REMOVE").force = False
        column.operator("shotwright.rename_asset", text="", icon="GREASEPENCIL")
        item = asset_items.active(context.scene)
        if item is None:
            return
        _draw_cast(layout, shot_items.active_shot(context.scene), item)
        column = layout.column()
        column.enabled = shot_items.read_only_reason(context.scene) is None
        column.use_property_split = True
        column.use_property_decorate = False
        for name in ("kind", "description", "must_not"):
            column.prop(item, name)
        if item.kind == "voice":
            column.prop(item, "sound")
        if item.kind in ("character", "location", "prop"):
            _draw_objects(column, item)
        _draw_pictures(column, item)
        if item.kind in ("character", "location", "prop"):
            column.operator("shotwright.render_sheet", icon="IMAGE_PLANE").variant = -1


class SHOTWRIGHT_PT_asset_variants(Sidebar, bpy.types.Panel):
    """The ways the active asset can be."""

    bl_label = "Variants"
    bl_idname = "SHOTWRIGHT_PT_asset_variants"
    bl_parent_id = "SHOTWRIGHT_PT_assets"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context):
        return asset_items.active(context.scene) is not None

    def draw(self, context):
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.enabled = shot_items.read_only_reason(context.scene) is None
        for index, variant in enumerate(asset_items.active(context.scene).variants):
            box = layout.box()
            row = box.row(align=True)
            row.label(text=variant.name, icon=_ICONS[variant.kind])
            row.operator("shotwright.add_asset_picture", text="", icon="IMAGE_DATA").variant = index
            row.operator("shotwright.render_sheet", text="", icon="IMAGE_PLANE").variant = index
            row.operator("shotwright.remove_asset_variant", text="", icon="X").index = index
            for name in ("description", "must_not"):
                box.prop(variant, name)
            if variant.kind == "light":
                box.prop(variant, "white_balance")
            for place, picture in enumerate(variant.pictures):
                _draw_picture(box, picture, place, index)
        layout.operator_menu_enum("shotwright.add_asset_variant", "kind", text="Add Variant", icon="ADD")


def _draw_cast(layout, shot, item):
    """Whether the active shot has the asset, and which variants of it."""
    if shot is None:
        return
    cast = asset_items.cast_of(shot, item.tag)
    column = layout.column(align=True)
    column.operator(
        "shotwright.cast_asset",
        text=f"In {shot.number}" if cast else f"Cast in {shot.number}",
        icon="CHECKBOX_HLT" if cast else "CHECKBOX_DEHLT",
        depress=cast is not None,
    ).kind = "none"
    for kind in ("wardrobe", "phase", "light"):
        row = column.row(align=True)
        for variant in (each for each in item.variants if each.kind == kind):
            chosen = cast is not None and getattr(cast, kind) == variant.name
            button = row.operator("shotwright.cast_asset", text=variant.name, icon=_ICONS[kind], depress=chosen)
            button.kind, button.variant = kind, variant.name


def _draw_objects(layout, item):
    """What stands for the asset."""
    column = layout.column(align=True)
    for what, icon in (("objects", "OBJECT_DATA"), ("collections", "OUTLINER_COLLECTION")):
        for index, each in enumerate(getattr(item, what)):
            row = column.row(align=True)
            data = each.object if what == "objects" else each.collection
            row.label(text=data.name if data else "Removed", icon=icon if data else "ERROR")
            button = row.operator("shotwright.unassign_asset", text="", icon="X")
            button.what, button.index = what, index
    column.operator("shotwright.assign_asset", icon="ADD")


def _draw_pictures(layout, item):
    column = layout.column(align=True)
    for index, picture in enumerate(item.pictures):
        _draw_picture(column, picture, index, -1)
    column.operator("shotwright.add_asset_picture", icon="IMAGE_DATA").variant = -1


def _draw_picture(layout, picture, index, variant):
    row = layout.row(align=True)
    # The end of a path tells more than its beginning.
    row.label(text=picture.path[-40:], icon="IMAGE_DATA")
    button = row.operator("shotwright.remove_asset_picture", text="", icon="X")
    button.index, button.variant = index, variant


CLASSES = (SHOTWRIGHT_UL_assets, SHOTWRIGHT_PT_assets, SHOTWRIGHT_PT_asset_variants)
