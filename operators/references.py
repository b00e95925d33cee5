"""Render references in the background, and stop that."""

import bpy
from bpy.props import EnumProperty

from ..addon import background, shot_items
from ..core.errors import ShotwrightError
from .reporting import failed

__all__ = ["CLASSES"]


class SHOTWRIGHT_OT_render_references(bpy.types.Operator):
    """Render what video models are shown of the shots, in a background Blender; what has not changed is kept"""

    bl_idname = "shotwright.render_references"
    bl_label = "Render References"

    scope: EnumProperty(
        name="Shots",
        items=(("ALL", "All Shots", "Every shot of the film"), ("ACTIVE", "Active Shot", "The active shot alone")),
        default="ALL",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, _context):
        reason = _reason()
        if reason:
            cls.poll_message_set(reason)
        return reason is None

    def execute(self, context):
        chosen = []
        if self.scope == "ACTIVE":
            active = shot_items.active_shot(context.scene)
            if active is None:
                self.report({"ERROR"}, "This scene has no active shot: choose one in the list.")
                return {"CANCELLED"}
            chosen = [active.uuid]
        try:
            background.start(chosen)
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


def _reason() -> str | None:
    """Why nothing can be rendered, as far as a look at the stored shots tells; None when something can."""
    reason = "There are no shots yet: make some with Make Shots"
    for scene in shot_items.scenes_with_shots():
        for item in scene.shotwright.shots:
            if background.running([item.uuid]):
                reason = "References are being rendered already: wait until they are done, or cancel them"
            elif item.camera is None or item.frame_end < item.frame_start:
                reason = "No shot has a camera and a range: give it both in the Shot panel"
            else:
                return None
    return reason


class SHOTWRIGHT_OT_cancel_references(bpy.types.Operator):
    """Stop rendering references; shots that are done stay done"""

    bl_idname = "shotwright.cancel_references"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, _context):
        if not background.active():
            cls.poll_message_set("No references are being rendered")
        return background.active()

    def execute(self, _context):
        background.cancel()
        return {"FINISHED"}


CLASSES = (SHOTWRIGHT_OT_render_references, SHOTWRIGHT_OT_cancel_references)
