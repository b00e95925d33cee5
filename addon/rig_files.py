"""Open a file with rigs in it, of whatever format, in an empty Blender."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import addon_utils
import bpy
from mathutils import Vector

from ..core.errors import BadInput
from ..core.rigs.data import Armature, Recognised
from ..core.rigs.recognise import recognise
from . import rig_reader

__all__ = ["ADDING", "SUFFIXES", "enable", "open_or_import", "reason"]


def open_or_import(path: Path) -> None:
    """Open a .blend, or import another format into an empty file. What was open is gone and not saved.

    Raises BadInput for a file that is missing, of an unknown kind or broken.
    """
    if not path.is_file():
        raise BadInput(f"There is no file {path}: check the path.")
    load = _LOADERS.get(path.suffix.lower())
    if load is None:
        raise BadInput(f"{path} is of no kind that has rigs: give {', '.join(SUFFIXES)}.")
    if path.suffix.lower() != ".blend":
        _empty()
    try:
        enable(path.suffix.lower())
        load(path.absolute())
    except Exception as error:  # importers raise whatever they stumble on
        raise BadInput(f"Blender can't read {path}: {reason(error)}. Check that the file is whole.") from error
    for scene in bpy.data.scenes:
        for layer in scene.view_layers:
            layer.update()


def enable(suffix: str) -> None:
    """Load the importer of a format where the user has switched it off; their preferences stay as they are."""
    module = _IMPORTERS.get(suffix)
    if module and not addon_utils.check(module)[1]:
        addon_utils.enable(module, default_set=False)


def _empty() -> None:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


def reason(error: Exception) -> str:
    """The line of an importer's error that says what is wrong; the rest is where in its program."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("Location:", "Traceback", "File "))]
    if "Traceback" in str(error):
        lines = [line for line in lines if re.match(r"\w*(Error|Exception)\b", line) and "Traceback" not in line]
    said = re.sub(r"^(\w*(Error|Exception): )+", "", lines[-1]).rstrip(".") if lines else ""
    return said or type(error).__name__


def _blend(path: Path) -> None:
    # Scripts inside a .blend are the file's, not the user's: they don't run here.
    bpy.ops.wm.open_mainfile(filepath=str(path), use_scripts=False, load_ui=False)


def _gltf(path: Path) -> None:
    bpy.ops.import_scene.gltf(filepath=str(path))


def _vrm(path: Path) -> None:
    """A .vrm is a .glb by another name, but the importer goes by the name."""
    with tempfile.TemporaryDirectory(prefix="shotwright-") as folder:
        copy = Path(folder) / f"{path.stem}.glb"
        shutil.copyfile(path, copy)
        _gltf(copy)


def _fbx(path: Path) -> None:
    bpy.ops.import_scene.fbx(filepath=str(path))


def _bvh(path: Path) -> None:
    """A .bvh does not say which axis is up. Imported as most are, Y up; again when the figure lies in all its poses."""
    with path.open("rb") as stream:
        if not stream.read(4096).lstrip().startswith(b"HIERARCHY"):
            raise ValueError("it is no motion capture file: those begin with HIERARCHY")
    _import_bvh(path, "Y", "-Z")
    if _lies():
        _empty()
        _import_bvh(path, "Z", "Y")


def _import_bvh(path: Path, up: str, ahead: str) -> None:
    bpy.ops.import_anim.bvh(
        filepath=str(path), axis_up=up, axis_forward=ahead, update_scene_fps=True, update_scene_duration=True
    )


def _lies() -> bool:
    """Whether the person of the file lies in most of its poses: from ankles to neck it goes aside, not up."""
    for rig in rig_reader.read_all():
        found = recognise(rig)
        if found.humanoid and (rises := list(_rises(rig, found))):
            return sum(rise < 0.5 for rise in rises) > len(rises) / 2
    return False


def _rises(rig: Armature, found: Recognised) -> Iterator[float]:
    """In each pose, how steeply the body goes from its ankles to its neck: 1 upright, 0 lying, -1 headlong."""
    joints = [found.joints[name] for name in ("neck", "l_ankle", "r_ankle")]
    index = {bone.name: i for i, bone in enumerate(rig.bones)}
    for pose in rig.poses:
        points = [Vector((pose.heads if at.end == "head" else pose.tails)[index[at.bone]]) for at in joints if at]
        if len(points) == 3:
            yield (points[0] - (points[1] + points[2]) / 2).normalized().z


def _usd(path: Path) -> None:
    bpy.ops.wm.usd_import(filepath=str(path))


ADDING: dict[str, Callable[[Path], None]] = {
    ".fbx": _fbx,
    ".glb": _gltf,
    ".gltf": _gltf,
    ".vrm": _vrm,
    ".usd": _usd,
    ".usda": _usd,
    ".usdc": _usd,
    ".usdz": _usd,
}
"""Importers by the end of a file's name that only add to the open scene; they raise what they stumble over."""

_LOADERS: dict[str, Callable[[Path], None]] = {".blend": _blend, ".bvh": _bvh, **ADDING}

_IMPORTERS = {
    ".fbx": "io_scene_fbx",
    ".glb": "io_scene_gltf2",
    ".gltf": "io_scene_gltf2",
    ".vrm": "io_scene_gltf2",
    ".bvh": "io_anim_bvh",
}
"""The add-ons of Blender's own that read a format; the others are built in."""

SUFFIXES = tuple(_LOADERS)
"""What can be opened, by the end of a file's name."""
