"""Open a file with rigs in it, of whatever format, in an empty Blender."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import bpy

from ..core.errors import BadInput

__all__ = ["SUFFIXES", "open_or_import"]


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
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    try:
        load(path.absolute())
    except Exception as error:  # importers raise whatever they stumble on
        raise BadInput(f"Blender can't read {path}: {_reason(error)}. Check that the file is whole.") from error
    for scene in bpy.data.scenes:
        for layer in scene.view_layers:
            layer.update()


def _reason(error: Exception) -> str:
    """The line of an importer's error that says what is wrong; the rest is where in its program."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("Location:", "Traceback", "File "))]
    if "Traceback" in str(error):
        lines = [line for line in lines if re.match(r"\w*(Error|Exception)\b", line) and "Traceback" not in line]
    said = lines[-1].removeprefix("Error: ").rstrip(".") if lines else ""
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
    bpy.ops.import_anim.bvh(filepath=str(path), update_scene_fps=True, update_scene_duration=True)


def _usd(path: Path) -> None:
    bpy.ops.wm.usd_import(filepath=str(path))


_LOADERS: dict[str, Callable[[Path], None]] = {
    ".blend": _blend,
    ".fbx": _fbx,
    ".glb": _gltf,
    ".gltf": _gltf,
    ".vrm": _vrm,
    ".bvh": _bvh,
    ".usd": _usd,
    ".usda": _usd,
    ".usdc": _usd,
    ".usdz": _usd,
}

SUFFIXES = tuple(_LOADERS)
"""What can be opened, by the end of a file's name."""
