"""What Shotwright does when Blender loads, saves, imports or changes something. Nothing heavy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import bpy
from bpy.app.handlers import persistent

from . import asset_items, background, edit_scene, flipbooks, project, shot_items

__all__ = ["attach", "changed_on_disk", "detach", "settle"]

_loaded: dict[str, tuple[int, int]] = {}
"""Size and modification time (ns) of the open file when it was loaded or last saved."""
_scene_uids: set[int] = set()


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _remember_file() -> None:
    _loaded.clear()
    stamp = _stamp(bpy.data.filepath) if bpy.data.filepath else None
    if stamp:
        _loaded[bpy.data.filepath] = stamp


def changed_on_disk() -> bool:
    """Whether somebody else wrote the open file since it was loaded or last saved here."""
    known = _loaded.get(bpy.data.filepath)
    return known is not None and _stamp(bpy.data.filepath) not in (None, known)


def settle() -> None:
    """Give copied scenes identities of their own, and the film the edit's order. Safe to call at any time."""
    film = project.stored_id_on_disk()
    where = project.folder_of(film)
    for scene in shot_items.reconcile(film):
        scene.shotwright.project_folder = where
    asset_items.reconcile()
    shot_items.retire_copied_edits()
    edit_scene.adopt_order()
    _scene_uids.clear()
    _scene_uids.update(scene.session_uid for scene in bpy.data.scenes)


@persistent
def _load_post(*_args: Any) -> None:
    project.after_load()
    _remember_file()
    settle()
    background.mirror(everything=True)


@persistent
def _save_pre(path: str = "", *_args: Any) -> None:
    settle()
    project.before_save(path or bpy.data.filepath)


@persistent
def _save_post(path: str = "", *_args: Any) -> None:
    project.after_save(path or bpy.data.filepath)
    if not path or os.path.normpath(path) == os.path.normpath(bpy.data.filepath):
        _remember_file()


@persistent
def _save_post_fail(*_args: Any) -> None:
    project.after_failed_save()


@persistent
def _import_post(import_context: Any) -> None:
    """Appended scenes are copies: their shots become shots of this file."""
    found = [item.id for item in import_context.import_items if item.id_type == "SCENE"]
    scenes = [scene for scene in found if scene is not None and scene.library is None]
    for item in import_context.import_items:
        if item.id in scenes and item.source_library:
            flipbooks.appended(item.id, item.source_library.filepath)
            asset_items.appended(item.id, item.source_library.filepath)
    project.adopt(scenes)
    for scene in scenes:
        if len(scene.shotwright.shots):
            shot_items.new_identity(scene)
    settle()


@persistent
def _undo_post(*_args: Any) -> None:
    """Blender stores the step of a duplicated scene before we have noticed the copy."""
    settle()


@persistent
def _depsgraph_update_post(_scene: Any, _depsgraph: Any) -> None:
    """Notice a duplicated scene. Runs at every change, so it only compares a handful of integers."""
    if {scene.session_uid for scene in bpy.data.scenes} != _scene_uids:
        settle()


_HANDLERS = {
    "load_post": _load_post,
    "save_pre": _save_pre,
    "save_post": _save_post,
    "save_post_fail": _save_post_fail,
    "blend_import_post": _import_post,
    "undo_post": _undo_post,
    "redo_post": _undo_post,
    "depsgraph_update_post": _depsgraph_update_post,
}


def attach() -> None:
    """Add the handlers, all or none. The file that is open now counts as loaded."""
    try:
        for name, function in _HANDLERS.items():
            getattr(bpy.app.handlers, name).append(function)
        # While Blender starts, bpy.data is restricted and load_post follows.
        if hasattr(bpy.data, "filepath"):
            _remember_file()
    except BaseException:
        detach()
        raise


def detach() -> None:
    """Remove the handlers."""
    for name, function in _HANDLERS.items():
        handlers = getattr(bpy.app.handlers, name)
        if function in handlers:
            handlers.remove(function)
    _loaded.clear()
    _scene_uids.clear()
