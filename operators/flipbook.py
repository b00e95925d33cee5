"""Give the active shot a movie or an image sequence from elsewhere, and take it away."""

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatVectorProperty, IntProperty, StringProperty

from ..addon import flipbooks, shot_items
from ..core import terms
from ..core.errors import BadInput, ShotwrightError
from .reporting import failed

__all__ = ["CLASSES"]


def _obstacle(context):
    """Why the active shot's flipbook can't be changed; None when it can."""
    reason = shot_items.read_only_reason(context.scene)
    if reason:
        return reason
    item = shot_items.active_shot(context.scene)
    if item is None:
        return "There is no active shot: choose one in the list"
    return "The shot is locked: unlock it first" if item.locked else None


def _read(shot_id):
    """The shot as the verbs see it. Raises SceneError."""
    from ..addon.shots import read_shots

    return next(shot for shot in read_shots() if shot.id == shot_id)


class SHOTWRIGHT_OT_set_flipbook(bpy.types.Operator):
    """Choose a movie or an image sequence that shows how the active shot moves; Motion is made of it"""

    bl_idname = "shotwright.set_flipbook"
    bl_label = "Set Flipbook"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"})
    filter_movie: BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_image: BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_folder: BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    rate: StringProperty(
        name="Rate",
        description="Pictures a second of a sequence (24, 23.976, 24000/1001); the scene's when empty",
        options={"SKIP_SAVE"},
    )
    offset: IntProperty(
        name="Offset",
        description="Which of its pictures shows the start of the cut range, from 0",
        min=-terms.MAX_FRAMES,
        max=terms.MAX_FRAMES,
        options={"SKIP_SAVE"},
    )
    crop: FloatVectorProperty(
        name="Crop",
        description="The part that is used: left, top, width and height, in parts of its picture",
        size=4,
        default=(0.0, 0.0, 1.0, 1.0),
        options={"SKIP_SAVE"},
    )
    fit: EnumProperty(name="Fit", items=terms.FLIPBOOK_FITS, default="pad", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context):
        reason = _obstacle(context)
        if reason:
            cls.poll_message_set(reason)
        return reason is None

    def invoke(self, context, _event):
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context):
        from ..core.flipbook import Flipbook

        try:
            if not self.filepath:
                raise BadInput("Choose a movie, a folder of pictures, or one picture of a sequence.")
            book = Flipbook(
                path=flipbooks.absolute(self.filepath),
                rate=self.rate,
                offset=self.offset,
                crop=tuple(round(part, 6) for part in self.crop),
                fit=self.fit,
            )
            notes = flipbooks.choose(_read(shot_items.active_shot(context.scene).uuid), book)
        except ShotwrightError as error:
            return failed(self, error)
        for note in notes:
            self.report({"WARNING"}, note)
        self.report({"INFO"}, f"Flipbook: {flipbooks.state_of(shot_items.active_shot(context.scene))}")
        return {"FINISHED"}


class SHOTWRIGHT_OT_clear_flipbook(bpy.types.Operator):
    """Take the flipbook away from the active shot; its file stays where it is"""

    bl_idname = "shotwright.clear_flipbook"
    bl_label = "Clear Flipbook"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        reason = _obstacle(context)
        if reason is None and not shot_items.active_shot(context.scene).flipbook.path:
            reason = "The shot has no flipbook"
        if reason:
            cls.poll_message_set(reason)
        return reason is None

    def execute(self, context):
        try:
            flipbooks.clear(_read(shot_items.active_shot(context.scene).uuid))
        except ShotwrightError as error:
            return failed(self, error)
        return {"FINISHED"}


CLASSES = (SHOTWRIGHT_OT_set_flipbook, SHOTWRIGHT_OT_clear_flipbook)
