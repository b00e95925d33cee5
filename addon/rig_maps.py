"""Armatures of the open file with their joints: recognised, and corrected where the artist said better."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy

from ..core.rigs.corrections import Correction, apply, parse, path_in
from ..core.rigs.data import Armature, Recognised
from ..core.rigs.recognise import recognise_all
from ..jobs.files import load, write_json
from . import project, rig_reader

__all__ = ["correction", "of_open_file", "of_scene", "store"]


def of_open_file(names: Sequence[str] = ()) -> list[Recognised]:
    """Every armature of the open file (or those called so), persons first."""
    found = _known(rig_reader.read_all(names), project.folder())
    # A rig that somebody corrected is one they work with.
    return sorted(found, key=lambda each: not each.humanoid)


def of_scene(scene: bpy.types.Scene, folder: Path | None) -> dict[str, Recognised]:
    """The armatures of one scene by their full name, with the corrections of the project in `folder`, if any."""
    return {each.armature: each for each in _known(rig_reader.read_scene(scene), folder)}


def _known(rigs: Sequence[Armature], folder: Path | None) -> list[Recognised]:
    bones = {rig.name: [bone.name for bone in rig.bones] for rig in rigs}
    found: list[Recognised] = []
    for each in recognise_all(rigs):
        said = correction(folder, each.bones) if folder else None
        found.append(apply(each, said, bones[each.armature]) if said else each)
    return found


def correction(folder: Path, bones: str) -> Correction | None:
    """What was said by hand about the rig with this hash. Raises StorageError when the file is damaged."""
    path = path_in(folder, bones)
    return load(path, parse) if path.is_file() else None


def store(folder: Path, said: Correction) -> Path:
    """Keep a correction in a project, over an earlier one of the same rig. Raises StorageError."""
    path = path_in(folder, said.bones)
    write_json(path, said.document())
    return path
