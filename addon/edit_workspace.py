"""A workspace for the edit, made from Blender's own Video Editing template."""

from __future__ import annotations

from pathlib import Path

import bpy

from . import compat

__all__ = ["edit_workspace", "ensure_workspace", "open_edit"]

_OURS = "shotwright_edit"


def edit_workspace() -> bpy.types.WorkSpace | None:
    """The workspace that was made for the edit, whatever it is called now."""
    return next((each for each in bpy.data.workspaces if each.library is None and each.get(_OURS)), None)


def ensure_workspace(scene: bpy.types.Scene) -> bpy.types.WorkSpace | None:
    """A workspace that shows the edit; None where none can be made.

    Nothing that is open changes: neither the workspace and scene of a window nor another workspace.
    """
    workspace = edit_workspace() or _from_template()
    if workspace is None:
        return None
    if not workspace.get(_OURS):
        workspace.name = "Edit"
        workspace[_OURS] = True
    compat.show_in(workspace, scene)
    return workspace


def _from_template() -> bpy.types.WorkSpace | None:
    if not bpy.context.window_manager.windows:
        return None
    path = next((path for path in map(_startup, bpy.utils.app_template_paths()) if path.is_file()), None)
    if path is None:
        return None
    known = set(bpy.data.libraries)
    try:
        with bpy.data.libraries.load(str(path), link=False) as (source, target):
            target.workspaces = [name for name in source.workspaces if name == "Video Editing"]
        found = next(iter(target.workspaces), None)
    except (OSError, RuntimeError):  # a template that can't be read is as good as none
        found = None
    for library in set(bpy.data.libraries) - known:
        bpy.data.libraries.remove(library)  # it would be missed on another machine
    return found


def _startup(folder: str) -> Path:
    return Path(folder) / "Video_Editing" / "startup.blend"


def open_edit(context: bpy.types.Context, scene: bpy.types.Scene) -> None:
    """Show the edit in the context's window: in its own workspace, or in the open one where there is none."""
    workspace = edit_workspace()
    window = context.window
    if workspace is None:
        workspace = context.workspace
    elif workspace != context.workspace:
        window.workspace = workspace
    if hasattr(workspace, "sequencer_scene"):
        compat.show_in(workspace, scene)
    elif window.workspace == workspace or bpy.app.background:
        window.scene = scene
    else:
        _show_later(window, workspace, scene.name)


def _show_later(window: bpy.types.Window, workspace: bpy.types.WorkSpace, name: str) -> None:
    """4.5: the window changes its workspace when the operator is done, and the scene has to wait for that.

    Before, it would become the scene of the workspace that is left.
    """
    number = next(i for i, each in enumerate(bpy.context.window_manager.windows) if each == window)
    wanted = workspace.name
    tries = iter(range(50))

    def show() -> float | None:
        windows = bpy.context.window_manager.windows
        scene = bpy.data.scenes.get(name)
        if scene is None or number >= len(windows) or next(tries, None) is None:
            return None
        if windows[number].workspace.name != wanted:
            return 0.02
        windows[number].scene = scene
        return None

    bpy.app.timers.register(show, first_interval=0.0)
