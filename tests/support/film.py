"""Small scenes to make shots from. Import it only after the extension is installed."""

from __future__ import annotations

from pathlib import Path

import bpy
from bl_ext.user_default.shotwright.addon import project, shot_items
from mathutils import Vector

__all__ = [
    "add_camera",
    "add_cube",
    "add_marker",
    "new_shot",
    "project_folder",
    "reopen",
    "save",
    "set_up",
    "stored",
]


def set_up(scene: bpy.types.Scene, frames: int = 12, size: tuple[int, int] = (160, 90)) -> bpy.types.Scene:
    """A short range and a small picture, so that drawing is quick."""
    scene.frame_start, scene.frame_end = 1, frames
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.fps, scene.render.fps_base = 24, 1.0
    return scene


def add_camera(
    scene: bpy.types.Scene, name: str, at: tuple[float, float, float] = (0.0, -8.0, 1.0)
) -> bpy.types.Object:
    """A camera that looks at the origin."""
    camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    scene.collection.objects.link(camera)
    camera.location = at
    camera.rotation_euler = (-Vector(at)).to_track_quat("-Z", "Y").to_euler()
    if scene.camera is None:
        scene.camera = camera
    return camera


def add_cube(scene: bpy.types.Scene, name: str = "Cube", at: tuple[float, float, float] = (0.0, 0.0, 0.0)):
    """A cube of two metres."""
    corners = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(corners, [], faces)
    cube = bpy.data.objects.new(name, mesh)
    cube.location = at
    scene.collection.objects.link(cube)
    return cube


def add_marker(scene: bpy.types.Scene, frame: int, camera: bpy.types.Object | None, name: str = ""):
    """A marker, bound where a camera is given."""
    marker = scene.timeline_markers.new(name or f"F_{frame:02d}", frame=frame)
    marker.camera = camera
    return marker


def new_shot(scene: bpy.types.Scene, **fields: object) -> str:
    """A shot at the end of the film; returns its uuid, because Blender moves the item in memory."""
    taken, order = shot_items.next_place()
    number = str(fields.pop("number", "") or f"SH{(len(taken) + 1) * 10:03d}")
    return shot_items.add_shot(scene, number, order, **fields).uuid


def stored(shot_id: str) -> bpy.types.PropertyGroup:
    """The stored shot of a uuid."""
    found = shot_items.find_shot(shot_id)
    assert found is not None, f"no shot {shot_id}"
    return found[1]


def save(path: Path, copy: bool = False) -> Path:
    """Save the open file, as the artist does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(path), check_existing=False, copy=copy)
    return path


def reopen(path: Path) -> None:
    """Open a file."""
    bpy.ops.wm.open_mainfile(filepath=str(path))


def project_folder() -> Path:
    """The project folder of the open file."""
    folder = project.folder()
    assert folder is not None, "this file has no project folder"
    return folder
