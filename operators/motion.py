"""Put a motion from a file onto the active armature."""

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..core.errors import ShotwrightError
from .reporting import failed

__all__ = ["CLASSES"]


class SHOTWRIGHT_OT_put_motion(bpy.types.Operator):
    """Put the motion of a file onto the active armature, a person's rig; the old action stays in the file"""

    bl_idname = "shotwright.put_motion"
    bl_label = "Put Motion"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE", "PATH_SUPPORTS_BLEND_RELATIVE"})
    filter_glob: StringProperty(
        default="*.bvh;*.fbx;*.glb;*.gltf;*.vrm;*.usd;*.usda;*.usdc;*.usdz", options={"HIDDEN", "SKIP_SAVE"}
    )
    armature: StringProperty(
        name="From Armature",
        description="Another armature of the scene to take the motion from instead of a file",
        options={"SKIP_SAVE"},
    )
    start: IntProperty(
        name="Start", description="The frame of the scene at which the motion begins", default=1, options={"SKIP_SAVE"}
    )
    place: EnumProperty(
        name="Place",
        items=(
            ("here", "Here", "Where the armature stands, as it faces"),
            ("source", "Source", "Where the source was, as it faced"),
        ),
        default="here",
        options={"SKIP_SAVE"},
    )
    mute_constraints: BoolProperty(
        name="Mute Constraints",
        description="Mute constraints and drivers that hold bones the motion turns",
        default=False,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context):
        obj = context.active_object
        if obj is None or obj.type != "ARMATURE":
            cls.poll_message_set("Select a person's armature first")
            return False
        if obj.mode == "EDIT":
            cls.poll_message_set("Leave Edit Mode first")
            return False
        return True

    def invoke(self, context, _event):
        self.start = context.scene.frame_current
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context):
        from ..addon import motion

        start = self.start if self.properties.is_property_set("start") else context.scene.frame_start
        asked = motion.Wanted(
            onto=context.active_object.name,
            source=self.armature or bpy.path.abspath(self.filepath),
            start=start,
            here=self.place == "here",
            mute=self.mute_constraints,
        )
        try:
            done = motion.put(context.scene, asked)
        except ShotwrightError as error:
            return failed(self, error)
        for note in done.notes:
            self.report({"INFO"}, note)
        self.report({"INFO"}, done.sentence())
        return {"FINISHED"}


CLASSES = (SHOTWRIGHT_OT_put_motion,)
