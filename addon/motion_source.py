"""Where a motion comes from: a file that is read and forgotten, or an armature of the scene."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import bpy

from ..core.errors import BadInput
from ..core.rigs.retarget import Moves, moves_of
from .rig_files import ADDING, enable, reason

__all__ = ["SUFFIXES", "action_range", "imported", "read_rest", "sampled"]


def _bvh(path: Path) -> None:
    bpy.ops.import_anim.bvh(filepath=str(path), update_scene_fps=True, update_scene_duration=False)


_LOADERS: dict[str, Callable[[Path], None]] = {".bvh": _bvh, **ADDING}

SUFFIXES = tuple(_LOADERS)
"""Files that motions are read from, by the end of their names."""


# -- a file ---------------------------------------------------------------------------------------


@contextmanager
def imported(path: Path, like: bpy.types.Scene) -> Iterator[tuple[bpy.types.Scene, list[bpy.types.Object]]]:
    """A scene with what is in a file, and its armatures; afterwards the open file is as it was.

    `like`: the scene whose frame rate files that count in seconds are read at. Raises BadInput.
    """
    if not path.is_file():
        raise BadInput(f"There is no file {path}: check the path.")
    load = _LOADERS.get(path.suffix.lower())
    if load is None:
        raise BadInput(f"{path} is of no kind that motions are read from: give {', '.join(SUFFIXES)}.")
    before = {block.session_uid for block in _blocks()}
    # A command of Blender's has no window in its context, though there is one, and importers need its screen.
    window = bpy.context.window or next(iter(bpy.context.window_manager.windows), None)
    shown = (window.scene, window.view_layer) if window else None
    scene = bpy.data.scenes.new("Shotwright motion")
    scene.render.fps, scene.render.fps_base = like.render.fps, like.render.fps_base
    try:
        if window:
            _show(window, scene, scene.view_layers[0])
        with _override(scene, window):
            enable(path.suffix.lower())
            _load(load, path)
        armatures = [obj for obj in scene.objects if obj.type == "ARMATURE"]
        for obj in scene.objects:
            # What is skinned would be computed at every frame.
            obj.hide_viewport = obj.type not in ("ARMATURE", "EMPTY")
        yield scene, armatures
    finally:
        if window and shown:
            _show(window, *shown)
        bpy.data.batch_remove([block for block in _blocks() if block.session_uid not in before])


def _show(window: bpy.types.Window, scene: bpy.types.Scene, layer: bpy.types.ViewLayer) -> None:
    """Let a window show a scene, in the window's own context: elsewhere Blender keeps the other one, gone or not."""
    with bpy.context.temp_override(window=window, screen=window.screen):
        window.scene = scene
        window.view_layer = layer


def _override(scene: bpy.types.Scene, window: bpy.types.Window | None) -> object:
    place = {"window": window, "screen": window.screen} if window else {}
    return bpy.context.temp_override(scene=scene, view_layer=scene.view_layers[0], **place)


def _load(load: Callable[[Path], None], path: Path) -> None:
    try:
        load(path.absolute())
    except Exception as error:  # importers raise whatever a broken file makes them stumble over
        raise BadInput(f"Blender can't read {path}: {reason(error)}. Check that the file is whole.") from error


def _blocks() -> Iterator[bpy.types.ID]:
    for prop in bpy.data.bl_rna.properties:
        if prop.type == "COLLECTION" and prop.identifier != "all_ids":
            yield from getattr(bpy.data, prop.identifier)


# -- bones at moments -----------------------------------------------------------------------------


def _lengths(obj: bpy.types.Object) -> list[float]:
    return [pose_bone.bone.length for pose_bone in obj.pose.bones]


def _columns(matrix: Sequence[Sequence[float]]) -> list[float]:
    return [matrix[row][column] for column in range(4) for row in range(4)]


def read_rest(obj: bpy.types.Object, world: Sequence[Sequence[float]]) -> Moves:
    """The rest pose where the armature's matrix is `world`."""
    pose = [number for bone in obj.pose.bones for number in _columns(bone.bone.matrix_local)]
    return moves_of([_columns(world)], [pose], _lengths(obj))


def sampled(scene: bpy.types.Scene, obj: bpy.types.Object, frames: Sequence[float]) -> Moves:
    """Where the bones are at some frames. The playhead moves and returns."""
    places: list[list[float]] = []
    poses: list[array[float]] = []
    frame, subframe = scene.frame_current, scene.frame_subframe
    layer = next((each for each in scene.view_layers if obj.name in each.objects), scene.view_layers[0])
    try:
        for at in frames:
            scene.frame_set(int(at // 1), subframe=at % 1)
            if layer.depsgraph is None:
                layer.update()
            evaluated = obj.evaluated_get(layer.depsgraph)
            numbers = array("f", bytes(4 * 16 * len(evaluated.pose.bones)))
            evaluated.pose.bones.foreach_get("matrix", numbers)
            places.append(_columns(evaluated.matrix_world))
            poses.append(numbers)
    finally:
        scene.frame_set(frame, subframe=subframe)
    return moves_of(places, poses, _lengths(obj))


def action_range(scene: bpy.types.Scene, obj: bpy.types.Object) -> tuple[float, float] | None:
    """First and last frame of what moves an armature; None where nothing is animated."""
    data = obj.animation_data
    if data and data.action:
        first, last = data.action.curve_frame_range
        return float(first), float(last)
    strips = [strip for track in data.nla_tracks if not track.mute for strip in track.strips] if data else []
    if strips:
        return min(strip.frame_start for strip in strips), max(strip.frame_end for strip in strips)
    if any(constraint for bone in obj.pose.bones for constraint in bone.constraints if not constraint.mute):
        return float(scene.frame_start), float(scene.frame_end)
    return None
