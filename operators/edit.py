"""The edit from the buttons."""

import bpy

from ..addon import edit_workspace, shot_items

__all__ = ["CLASSES"]


class SHOTWRIGHT_OT_open_edit(bpy.types.Operator):
    """Show the film's edit in this window, in its own workspace"""

    bl_idname = "shotwright.open_edit"
    bl_label = "Open Edit"

    @classmethod
    def poll(cls, _context):
        if shot_items.edit_scene() is None:
            cls.poll_message_set("There is no edit yet: run the generate command on this file")
            return False
        return True

    def execute(self, context):
        edit_workspace.open_edit(context, shot_items.edit_scene())
        return {"FINISHED"}


CLASSES = (SHOTWRIGHT_OT_open_edit,)
