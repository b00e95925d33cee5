"""Tag what has to look the same everywhere, give it pictures and variants, and put it into shots."""

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, IntProperty, StringProperty

from ..addon import asset_items, shot_items
from ..core import terms
from ..core.errors import ShotwrightError
from .reporting import failed

__all__ = ["CLASSES"]


def _obstacle(context, asset=True):
    """Why the assets of the scene (or with `asset` its active one) can't be changed; None when they can."""
    reason = shot_items.read_only_reason(context.scene)
    if reason:
        return reason
    if context.scene.shotwright.is_edit:
        return "Assets belong to a layout scene: open one"
    if asset and asset_items.active(context.scene) is None:
        return "There is no active asset: add one"
    return None


def _allowed(cls, reason):
    if reason:
        cls.poll_message_set(reason)
    return reason is None


class _AssetOperator:
    """Changes the active asset."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        return _allowed(cls, _obstacle(context))


class SHOTWRIGHT_OT_add_asset(bpy.types.Operator):
    """Add an asset that the selected objects stand for; an empty one when nothing is selected"""

    bl_idname = "shotwright.add_asset"
    bl_label = "Add Asset"
    bl_options = {"REGISTER", "UNDO"}

    tag: StringProperty(
        name="Tag", description="How prompts name it; made from the object's name when empty", options={"SKIP_SAVE"}
    )
    kind: EnumProperty(
        name="Kind",
        items=(("auto", "Guess", "A character when a person's rig is selected, else a prop"), *terms.ASSET_KINDS),
        default="auto",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context):
        return _allowed(cls, _obstacle(context, asset=False))

    def execute(self, context):
        from ..addon import asset_buttons

        try:
            tag = asset_buttons.add_from(context.scene, context.selected_objects, self.tag, self.kind)
        except ShotwrightError as error:
            return failed(self, error)
        self.report({"INFO"}, f"Added @{tag}")
        return {"FINISHED"}


class SHOTWRIGHT_OT_remove_asset(_AssetOperator, bpy.types.Operator):
    """Remove the active asset, and take it out of every shot; its pictures stay where they are"""

    bl_idname = "shotwright.remove_asset"
    bl_label = "Remove Asset"

    force: BoolProperty(
        name="Even If Named", description="Remove it although prompts and casts name it", options={"SKIP_SAVE"}
    )

    def invoke(self, context, event):
        from ..addon import asset_buttons

        named = asset_buttons.named_in(context.scene)
        if not named or self.force:
            return self.execute(context)
        self.force = True
        return context.window_manager.invoke_confirm(
            self,
            event,
            title=f"Remove @{asset_items.active(context.scene).tag}?",
            message=f"It is named in {named}. Their prompts go on naming it.",
            confirm_text="Remove",
            icon="WARNING",
        )

    def execute(self, context):
        from ..addon import asset_buttons

        try:
            asset_buttons.remove_active(context.scene, self.force)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


class SHOTWRIGHT_OT_rename_asset(_AssetOperator, bpy.types.Operator):
    """Give the active asset another tag, in every prompt and shot that names it"""

    bl_idname = "shotwright.rename_asset"
    bl_label = "Rename Tag"

    tag: StringProperty(name="Tag", description="Small letters, digits and _; a letter first", options={"SKIP_SAVE"})

    def invoke(self, context, _event):
        self.tag = asset_items.active(context.scene).tag
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context):
        from ..addon import asset_buttons

        try:
            asset_buttons.rename_active(context.scene, self.tag)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


class SHOTWRIGHT_OT_assign_asset(_AssetOperator, bpy.types.Operator):
    """Let the selected objects stand for the active asset, besides those that do"""

    bl_idname = "shotwright.assign_asset"
    bl_label = "Assign Selected Objects"

    @classmethod
    def poll(cls, context):
        reason = _obstacle(context)
        if reason is None and not context.selected_objects:
            reason = "Select the objects that stand for the asset"
        return _allowed(cls, reason)

    def execute(self, context):
        from ..addon import asset_buttons

        try:
            asset_buttons.assign(context.scene, context.selected_objects)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


class SHOTWRIGHT_OT_unassign_asset(_AssetOperator, bpy.types.Operator):
    """Take an object or a collection away from the active asset"""

    bl_idname = "shotwright.unassign_asset"
    bl_label = "Take Away"

    index: IntProperty(min=0, options={"SKIP_SAVE"})
    what: EnumProperty(
        items=(("objects", "Object", "An object"), ("collections", "Collection", "A collection")),
        options={"SKIP_SAVE"},
    )

    def execute(self, context):
        found = getattr(asset_items.active(context.scene), self.what)
        if self.index >= len(found):
            return {"CANCELLED"}
        found.remove(self.index)
        return {"FINISHED"}


class SHOTWRIGHT_OT_add_asset_picture(_AssetOperator, bpy.types.Operator):
    """Choose pictures of the active asset; they are copied into the project when there is one"""

    bl_idname = "shotwright.add_asset_picture"
    bl_label = "Add Pictures"

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"})
    directory: StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"})
    files: CollectionProperty(type=bpy.types.OperatorFileListElement, options={"SKIP_SAVE"})
    filter_image: BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_folder: BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    variant: IntProperty(
        name="Variant", description="Which variant's pictures they are; -1 for the asset's", default=-1, min=-1
    )

    def invoke(self, context, _event):
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context):
        from ..addon import asset_buttons

        names = [f"{self.directory}{each.name}" for each in self.files if each.name] if self.directory else []
        try:
            asset_buttons.add_pictures(context.scene, names or [self.filepath], self.variant)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


class SHOTWRIGHT_OT_remove_asset_picture(_AssetOperator, bpy.types.Operator):
    """Take a picture away from the active asset; its file stays where it is"""

    bl_idname = "shotwright.remove_asset_picture"
    bl_label = "Remove Picture"

    index: IntProperty(min=0, options={"SKIP_SAVE"})
    variant: IntProperty(default=-1, min=-1, options={"SKIP_SAVE"})

    def execute(self, context):
        item = asset_items.active(context.scene)
        if self.variant >= len(item.variants):
            return {"CANCELLED"}
        pictures = (item if self.variant < 0 else item.variants[self.variant]).pictures
        if self.index >= len(pictures):
            return {"CANCELLED"}
        pictures.remove(self.index)
        return {"FINISHED"}


class SHOTWRIGHT_OT_add_asset_variant(_AssetOperator, bpy.types.Operator):
    """Add a variant to the active asset: a wardrobe, a phase or a light"""

    bl_idname = "shotwright.add_asset_variant"
    bl_label = "Add Variant"

    kind: EnumProperty(name="Kind", items=terms.VARIANT_KINDS, options={"SKIP_SAVE"})
    name: StringProperty(name="Name", description="night, apron, broken", options={"SKIP_SAVE"})

    def execute(self, context):
        from ..addon import asset_buttons

        try:
            asset_buttons.add_variant(context.scene, self.kind, self.name)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


class SHOTWRIGHT_OT_remove_asset_variant(_AssetOperator, bpy.types.Operator):
    """Remove a variant of the active asset; shots that have it have none of its kind then"""

    bl_idname = "shotwright.remove_asset_variant"
    bl_label = "Remove Variant"

    index: IntProperty(min=0, options={"SKIP_SAVE"})

    def execute(self, context):
        from ..addon import asset_buttons

        try:
            removed = asset_buttons.remove_variant(context.scene, self.index)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"} if removed else {"CANCELLED"}


class SHOTWRIGHT_OT_cast_asset(_AssetOperator, bpy.types.Operator):
    """Put the active asset into the active shot, or choose how it is there; once more takes that back"""

    bl_idname = "shotwright.cast_asset"
    bl_label = "Cast in Shot"

    kind: EnumProperty(
        name="Kind",
        items=(("none", "Asset", "The asset itself"), *terms.VARIANT_KINDS),
        default="none",
        options={"SKIP_SAVE"},
    )
    variant: StringProperty(name="Variant", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context):
        reason = _obstacle(context)
        shot = shot_items.active_shot(context.scene)
        if reason is None and shot is None:
            reason = "There is no active shot: choose one in the list"
        if reason is None and shot.locked:
            reason = "The shot is locked: unlock it first"
        return _allowed(cls, reason)

    def execute(self, context):
        from ..addon import asset_buttons

        try:
            asset_buttons.cast_active(context.scene, "" if self.kind == "none" else self.kind, self.variant)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


CLASSES = (
    SHOTWRIGHT_OT_add_asset,
    SHOTWRIGHT_OT_remove_asset,
    SHOTWRIGHT_OT_rename_asset,
    SHOTWRIGHT_OT_assign_asset,
    SHOTWRIGHT_OT_unassign_asset,
    SHOTWRIGHT_OT_add_asset_picture,
    SHOTWRIGHT_OT_remove_asset_picture,
    SHOTWRIGHT_OT_add_asset_variant,
    SHOTWRIGHT_OT_remove_asset_variant,
    SHOTWRIGHT_OT_cast_asset,
)
