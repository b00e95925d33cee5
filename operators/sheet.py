"""Draw the sheets of the active asset: in another Blender where there is a window, else here."""

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..addon import asset_items, shot_items
from ..core import terms
from ..core.errors import ShotwrightError
from .reporting import failed

__all__ = ["CLASSES"]

_SECONDS = 0.2
"""Between two looks at the other Blender."""


class SHOTWRIGHT_OT_render_sheet(bpy.types.Operator):
    """Draw sheets of the active asset from its objects, and put them among its pictures"""

    bl_idname = "shotwright.render_sheet"
    bl_label = "Render Sheet"
    bl_options = {"REGISTER", "UNDO"}

    kind: EnumProperty(
        name="Sheet",
        items=(("auto", "By Its Kind", "Those of the asset's kind"), *terms.SHEETS),
        default="auto",
        options={"SKIP_SAVE"},
    )
    variant: IntProperty(
        name="Variant",
        description="Which variant they are of; -1 for the asset",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )
    pose: EnumProperty(
        name="Pose",
        items=(
            ("auto", "By Its Kind", "At rest for a character, else as it is now"),
            ("rest", "Rest", "Its rig at rest"),
            ("current", "Current", "As it is at this frame"),
        ),
        default="auto",
    )
    transparent: BoolProperty(name="Transparent", description="On nothing instead of white")
    neutral: BoolProperty(name="Neutral Clay", description="Grey instead of the objects' viewport colours")
    front: StringProperty(
        name="Front", description="Where it looks: x, y, -x, -y, or degrees from what is found; empty for that"
    )
    size: IntProperty(name="Width", subtype="PIXEL", default=2048, min=640, max=8192)

    @classmethod
    def poll(cls, context):
        item = asset_items.active(context.scene)
        reason = shot_items.read_only_reason(context.scene)
        if reason is None and item is None:
            reason = "There is no active asset: add one"
        if reason is None and item.kind not in ("character", "location", "prop"):
            reason = f"Nothing in the scene stands for a {item.kind}"
        if reason is None and not len(item.objects) and not len(item.collections):
            reason = "No object stands for the asset: assign some"
        if reason:
            cls.poll_message_set(reason)
        return reason is None

    def invoke(self, context, _event):
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context):
        from ..addon import sheet_jobs, sheets

        try:
            wanted = self._wanted(context)
            if bpy.app.background or context.window is None:
                return self._done(sheets.draw_and_keep(wanted))
            self._job = sheet_jobs.start(wanted)
        except ShotwrightError as error:
            return failed(self, error)
        context.window_manager.modal_handler_add(self)
        self._timer = context.window_manager.event_timer_add(_SECONDS, window=context.window)
        context.workspace.status_text_set("Drawing the sheet…  Esc: stop")
        return {"RUNNING_MODAL"}

    def modal(self, context, event):
        if event.type == "ESC" and event.value == "PRESS":
            self._job.cancel()
            return self._leave(context, {"CANCELLED"})
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        try:
            paths = self._job.poll()
            if paths is None:
                return {"PASS_THROUGH"}
            return self._leave(context, self._done(paths))
        except ShotwrightError as error:
            return self._leave(context, failed(self, error))

    def cancel(self, context):
        """Blender ends it: another file is loaded, or the window closes."""
        self._job.cancel()
        self._leave(context, {"CANCELLED"})

    def _leave(self, context, result):
        context.window_manager.event_timer_remove(self._timer)
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        return result

    def _wanted(self, context):
        from ..addon.sheets import Wanted

        item = asset_items.active(context.scene)
        variant = item.variants[self.variant] if 0 <= self.variant < len(item.variants) else None
        self._said = Wanted(
            tag=item.uuid,
            kinds=() if self.kind == "auto" else (self.kind,),
            variant=variant.name if variant else "",
            variant_kind=variant.kind if variant else "",
            pose=None if self.pose == "auto" else self.pose,
            ground="transparent" if self.transparent else "white",
            neutral=self.neutral,
            front=self.front,
            size=self.size,
        )
        return self._said

    def _done(self, paths):
        from ..addon import sheets

        done = sheets.put(self._said, paths)
        self.report({"INFO"}, f"{len(done)} sheet{'s' * (len(done) != 1)}: {', '.join(sorted(set(done.values())))}")
        return {"FINISHED"}


CLASSES = (SHOTWRIGHT_OT_render_sheet,)
