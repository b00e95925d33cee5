"""Make, add, remove and order shots."""

import bpy
from bpy.props import EnumProperty, StringProperty

from ..addon import edit_scene, shot_items
from ..core.errors import ShotwrightError
from .reporting import failed

__all__ = ["CLASSES"]


def _editable(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    reason = shot_items.read_only_reason(context.scene)
    if reason:
        cls.poll_message_set(reason)
    return reason is None


class SHOTWRIGHT_OT_make_shots(bpy.types.Operator):
    """Make shots, or update the ones made before; nothing is made twice"""

    bl_idname = "shotwright.make_shots"
    bl_label = "Make Shots"
    bl_options = {"REGISTER", "UNDO"}

    source: EnumProperty(
        name="From",
        items=(
            ("auto", "Markers or Cameras", "Markers bound to cameras where there are any, else cameras"),
            ("cameras", "Cameras", "One shot per camera over the scene's range"),
            ("markers", "Markers", "One shot per marker bound to a camera"),
            ("view", "Current View", "A new camera where the viewport looks from, and a shot through it"),
        ),
        default="auto",
    )

    @classmethod
    def poll(cls, context):
        return _editable(cls, context)

    def execute(self, context):
        from ..addon import make_shots

        try:
            made = make_shots.make(context.scene, self.source)
        except ShotwrightError as error:
            return failed(self, error)
        for note in made.notes:
            self.report({"WARNING"}, note)
        self.report({"INFO"}, f"{len(made.made)} shots made, {len(made.updated)} updated")
        return {"FINISHED"}


class SHOTWRIGHT_OT_import_shot_list(bpy.types.Operator):
    """Make and update shots from a shot list: JSON, CSV or Fountain"""

    bl_idname = "shotwright.import_shot_list"
    bl_label = "Import Shot List"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"})
    filter_glob: StringProperty(default="*.json;*.csv;*.fountain", options={"HIDDEN"})

    @classmethod
    def poll(cls, context):
        return _editable(cls, context)

    def invoke(self, context, _event):
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context):
        from pathlib import Path

        from ..addon import make_shots

        try:
            made = make_shots.from_shot_list(context.scene, Path(bpy.path.abspath(self.filepath)))
        except ShotwrightError as error:
            return failed(self, error)
        for note in made.notes:
            self.report({"WARNING"}, note)
        self.report({"INFO"}, f"{len(made.made)} shots made, {len(made.updated)} updated")
        return {"FINISHED"}


class SHOTWRIGHT_OT_export_shot_list(bpy.types.Operator):
    """Write the film's shots as a shot list: JSON, CSV or Fountain, by the file's ending"""

    bl_idname = "shotwright.export_shot_list"
    bl_label = "Export Shot List"

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"})
    filter_glob: StringProperty(default="*.json;*.csv;*.fountain", options={"HIDDEN"})

    def invoke(self, context, _event):
        self.filepath = "shots.csv"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, _context):
        from pathlib import Path

        from ..addon.shots import export_shot_list, read_shots

        path = Path(bpy.path.abspath(self.filepath))
        try:
            export_shot_list(read_shots(), path)
        except ShotwrightError as error:
            return failed(self, error)
        self.report({"INFO"}, f"Wrote {path}")
        return {"FINISHED"}


class SHOTWRIGHT_OT_add_shot(bpy.types.Operator):
    """Add a shot behind the active one, through the scene's camera"""

    bl_idname = "shotwright.add_shot"
    bl_label = "Add Shot"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        return _editable(cls, context)

    def execute(self, context):
        active = shot_items.active_shot(context.scene)
        shot_items.insert_shot(context.scene, active.number if active else "", camera=context.scene.camera)
        return {"FINISHED"}


class SHOTWRIGHT_OT_remove_shot(bpy.types.Operator):
    """Remove the active shot from the film; what was rendered for it stays on disk"""

    bl_idname = "shotwright.remove_shot"
    bl_label = "Remove Shot"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        if not _editable(cls, context):
            return False
        if shot_items.active_shot(context.scene) is None:
            cls.poll_message_set("There is no shot to remove")
            return False
        if shot_items.active_shot(context.scene).locked:
            cls.poll_message_set("The shot is locked: unlock it first")
            return False
        return True

    def execute(self, context):
        shot_items.remove_shot(shot_items.active_shot(context.scene).uuid)
        return {"FINISHED"}


class SHOTWRIGHT_OT_move_shot(bpy.types.Operator):
    """Move the active shot in the film"""

    bl_idname = "shotwright.move_shot"
    bl_label = "Move Shot"
    bl_options = {"REGISTER", "UNDO"}

    direction: EnumProperty(items=(("UP", "Up", "Earlier in the film"), ("DOWN", "Down", "Later in the film")))

    @classmethod
    def poll(cls, context):
        if not _editable(cls, context):
            return False
        if shot_items.active_shot(context.scene) is None:
            cls.poll_message_set("There is no shot to move")
            return False
        if edit_scene.edit_decides():
            cls.poll_message_set(edit_scene.ORDER_REASON)
            return False
        return True

    def execute(self, context):
        moved = shot_items.move_shot(shot_items.active_shot(context.scene).uuid, -1 if self.direction == "UP" else 1)
        return {"FINISHED"} if moved else {"CANCELLED"}


CLASSES = (
    SHOTWRIGHT_OT_make_shots,
    SHOTWRIGHT_OT_import_shot_list,
    SHOTWRIGHT_OT_export_shot_list,
    SHOTWRIGHT_OT_add_shot,
    SHOTWRIGHT_OT_remove_shot,
    SHOTWRIGHT_OT_move_shot,
)
