"""What happens to the project folder when a file is saved elsewhere."""

import bpy
from bpy.props import StringProperty

from ..addon import project
from ..core.errors import ShotwrightError
from .reporting import failed

__all__ = ["CLASSES"]


class SHOTWRIGHT_OT_keep_project(bpy.types.Operator):
    """Go on using the project folder this file had before it was saved elsewhere"""

    bl_idname = "shotwright.keep_project"
    bl_label = "Keep"

    def execute(self, _context):
        project.keep()
        return {"FINISHED"}


class SHOTWRIGHT_OT_copy_project(bpy.types.Operator):
    """Copy references, takes and exports beside this file, as a project of its own"""

    bl_idname = "shotwright.copy_project"
    bl_label = "Copy Here"

    @classmethod
    def poll(cls, _context):
        if not bpy.data.filepath:
            cls.poll_message_set("Save the file first")
        return bool(bpy.data.filepath)

    def execute(self, _context):
        try:
            copied = project.copy_here()
        except ShotwrightError as error:
            return failed(self, error)
        self.report({"INFO"}, f"Copied the project to {copied.folder}")
        return {"FINISHED"}


class SHOTWRIGHT_OT_relink_project(bpy.types.Operator):
    """Use another project folder"""

    bl_idname = "shotwright.relink_project"
    bl_label = "Relink"

    directory: StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"})

    def invoke(self, context, _event):
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, _context):
        from pathlib import Path

        try:
            found = project.relink(Path(bpy.path.abspath(self.directory)))
        except ShotwrightError as error:
            return failed(self, error)
        self.report({"INFO"}, f"Using the project {found.folder}")
        return {"FINISHED"}


CLASSES = (SHOTWRIGHT_OT_keep_project, SHOTWRIGHT_OT_copy_project, SHOTWRIGHT_OT_relink_project)
