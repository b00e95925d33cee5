"""Which project a .blend belongs to, and what a save does to it.

The uuid and the folder stand in the scenes of the .blend (Blender has no place for a file's own
properties). The folder's `project.json` decides the uuid; the .blend follows. An empty folder
property means `//shotwright`, beside the file.
"""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..core import terms
from ..jobs.home import unsaved_folder
from . import asset_items, flipbooks
from .shot_items import edit_scene
from .strips import file_of, set_file

if TYPE_CHECKING:
    from ..jobs.project import Project

__all__ = ["adopt", "choice_pending", "copy_here", "folder", "folder_of", "keep", "open_project", "relink"]


@dataclass
class _SaveState:
    """What a save in progress and a Save As elsewhere leave to be settled."""

    before: Path | None = None
    restore: str | None = None
    strips: dict[str, str] = field(default_factory=dict)
    """Paths that the edit's strips had before the project's move was written into them, by the strip's name."""
    flipbooks: dict[str, str] = field(default_factory=dict)
    """Paths of flipbooks as they were before they were written for another folder, by the shot's uuid."""
    assets: dict[tuple[int, str], str] = field(default_factory=dict)
    """The same of the pictures and sounds of assets, by their place in the file."""
    elsewhere: Path | None = None
    note: str = ""


_save = _SaveState()


def _local_scenes() -> list[bpy.types.Scene]:
    return sorted((s for s in bpy.data.scenes if s.library is None), key=lambda s: s.session_uid)


def _members() -> list[bpy.types.Scene]:
    """The local scenes that carry the project: those with shots or the edit; the first one when none does."""
    members = [s for s in _local_scenes() if len(s.shotwright.shots) or s.shotwright.is_edit]
    return members or _local_scenes()[:1]


def stored_id() -> str:
    """The project's uuid as the .blend has it, or an empty text."""
    return next((s.shotwright.project_uuid for s in _members() if s.shotwright.project_uuid), "")


def stored_folder() -> str:
    """The project's folder as the .blend has it: `//…`, absolute, or empty for the folder beside it."""
    return next((s.shotwright.project_folder for s in _members() if s.shotwright.project_folder), "")


def folder_of(project_id: str) -> str:
    """The stored folder of one project: a scene from elsewhere may still name its own."""
    return next((s.shotwright.project_folder for s in _members() if s.shotwright.project_uuid == project_id), "")


def adopt(scenes: list[bpy.types.Scene]) -> None:
    """Make appended scenes part of this file's project instead of the one they came from."""
    for scene in scenes:
        scene.shotwright.project_uuid = scene.shotwright.project_folder = ""
        scene.shotwright.is_edit = False  # it is another film's
    _store(project_id=stored_id(), where=stored_folder())


def stored_id_on_disk() -> str:
    """The uuid that decides which scenes are this film's: the folder's, else the oldest scene's."""
    if bpy.data.filepath:
        # The folder beside the file first: a scene from elsewhere may name one of its own.
        for scene in sorted(_members(), key=lambda scene: scene.shotwright.project_folder != ""):
            known = scene.shotwright.project_uuid
            if known and known == _id_in(scene.shotwright.project_folder):
                return known
    return stored_id()


def _id_in(where: str) -> str | None:
    record = Path(bpy.path.abspath(where or f"//{terms.PROJECT_FOLDER}")) / terms.PROJECT_RECORD
    try:
        return str(json.loads(record.read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _store(project_id: str | None = None, where: str | None = None) -> None:
    for scene in _members():
        if project_id is not None and scene.shotwright.project_uuid != project_id:
            scene.shotwright.project_uuid = project_id
        if where is not None and scene.shotwright.project_folder != where:
            scene.shotwright.project_folder = where


def folder() -> Path | None:
    """Where the project is or would be; None for an unsaved file that has no project yet."""
    where = stored_folder()
    if where and (bpy.data.filepath or not where.startswith("//")):
        return Path(os.path.normpath(bpy.path.abspath(where)))
    if bpy.data.filepath:
        return Path(bpy.data.filepath).parent / terms.PROJECT_FOLDER
    known = stored_id()
    return unsaved_folder(known) if known else None


def open_project(notes: list[str], create: bool = True) -> Project:
    """The project to write to, made when there is none. Raises StorageError where it can't be written.

    `notes` gets a sentence when the folder this file had is gone. Without `create` a folder that is
    not there is named and not made.
    """
    from ..jobs.files import sweep
    from ..jobs.project import Project

    known = stored_id() or str(uuid.uuid4())
    waiting = unsaved_folder(known)
    place = folder() or waiting
    # What the first save could not move is moved now.
    left = Project.read(waiting) if place != waiting else None
    found = left.move_to(place) if left else Project.read(place)
    if found is None and not create:
        return Project.planned(place, known)
    if found is None and stored_id():
        notes.append(
            f"The project folder {place} was not found, so a new one was made there. "
            "If you moved the old one, put it back to get its takes."
        )
    project = found or Project.ensure(place, known)
    if create:
        sweep(project.folder, (".", "shots/*/refs", "shots/*/takes", "jobs", "jobs/*", "exports"))
    _store(project_id=project.id)
    return project


# -- saving ---------------------------------------------------------------------------------------


def before_save(target: str) -> None:
    """Called with the path a save goes to: a file saved elsewhere keeps its project.

    The path to the old folder is written into the file being saved, so nothing is lost whatever
    the artist chooses afterwards.
    """
    here = folder()
    _save.before = here if here is not None and here.is_dir() else None
    _save.restore = None
    _save.strips = {}
    _save.flipbooks = flipbooks.before_save(target, _save.before)
    _save.assets = asset_items.before_save(target, _save.before)
    if not (_save.before and target):
        return
    if not bpy.data.filepath:
        # The folder moves when the save is done; the file has to name its clips where they will be.
        beside = Path(target).parent
        _save.strips = _point_strips(_save.before, beside / terms.PROJECT_FOLDER, beside)
        return
    old, new = Path(bpy.data.filepath).parent, Path(target).parent
    where = stored_folder()
    if old != new and (not where or where.startswith("//")):
        _save.restore = where
        _store(where=_relative(_save.before, new))


def after_save(target: str) -> None:
    """Called when a save is done: the project of a file that had no name moves beside it."""
    from ..core.errors import ShotwrightError
    from ..jobs.project import Project

    is_copy = bool(target) and Path(target) != Path(bpy.data.filepath)
    if is_copy:
        after_failed_save()
        return
    if _save.restore is not None:
        beside = Path(bpy.data.filepath).parent / terms.PROJECT_FOLDER
        _save.elsewhere = _save.before if _save.before != beside else None
    known = stored_id()
    if _save.before and known and _save.before == unsaved_folder(known) and bpy.data.filepath:
        project = Project.read(_save.before)
        if project:
            try:
                moved = project.move_to(Path(bpy.data.filepath).parent / terms.PROJECT_FOLDER)
                _store(project_id=moved.id)
            except ShotwrightError as error:
                # The next open_project() tries again; the old folder is whole until then.
                _save.note = str(error)
    for name in _save.strips:
        strip = _strips()[name]
        set_file(strip, file_of(strip))  # Blender looks for the file again
    _save.strips = {}
    _save.flipbooks = {}
    _save.assets = {}


def after_failed_save() -> None:
    """Called when a save went wrong: the file is still where it was, and so is its project."""
    if _save.restore is not None:
        _store(where=_save.restore)
        _save.restore = None
    for name, path in _save.strips.items():
        set_file(_strips()[name], path)
    _save.strips = {}
    flipbooks.put_back(_save.flipbooks)
    _save.flipbooks = {}
    asset_items.put_back(_save.assets)
    _save.assets = {}


def _strips() -> dict[str, bpy.types.Strip]:
    edit = edit_scene()
    found = edit.sequence_editor.strips_all if edit is not None and edit.sequence_editor else ()
    return {strip.name: strip for strip in found if strip.type in ("MOVIE", "SOUND")}


def _point_strips(old: Path, new: Path, start: Path) -> dict[str, str]:
    """Make strips whose clips are in the folder `old` look in `new`, relative to `start`; returns what they had."""
    former: dict[str, str] = {}
    for name, strip in _strips().items():
        stored = file_of(strip)
        path = Path(os.path.normpath(bpy.path.abspath(stored)))
        if path.is_relative_to(old):
            former[name] = stored
            set_file(strip, _relative(new / path.relative_to(old), start))
    return former


def _relative(path: Path, start: Path) -> str:
    try:
        return "//" + os.path.relpath(path, start).replace("\\", "/")
    except ValueError:  # another drive on Windows
        return str(path)


def after_load() -> None:
    """Forget what belonged to the file before."""
    _save.before = _save.restore = _save.elsewhere = None
    _save.strips = {}
    _save.flipbooks = {}
    _save.assets = {}
    _save.note = ""


def choice_pending() -> Path | None:
    """The folder a file saved elsewhere still uses, while the artist has not chosen what to do."""
    return _save.elsewhere


def keep() -> None:
    """Go on using the folder the file had before it was saved elsewhere."""
    _save.elsewhere = None


def copy_here() -> Project:
    """Copy the project beside the file, as a project of its own. Raises StorageError."""
    from ..core.errors import SceneError
    from ..jobs.project import Project

    place = folder()
    project = Project.read(place) if place else None
    if project is None or not bpy.data.filepath:
        raise SceneError("There is no project folder to copy yet: save the file and render references first.")
    beside = Path(bpy.data.filepath).parent
    copied = project.copy_to(beside / terms.PROJECT_FOLDER)
    _point_strips(project.folder, copied.folder, beside)
    asset_items.point_to(project.folder, copied.folder, beside)
    _store(project_id=copied.id, where="")
    _save.elsewhere = None
    return copied


def relink(target: Path, create: bool = False) -> Project:
    """Use another project folder. With `create`, an empty or new folder becomes one."""
    from ..core.errors import SceneError
    from ..jobs.project import Project

    project = Project.read(target)
    if project is None and create:
        if target.is_dir() and any(target.iterdir()):
            raise SceneError(
                f"{target} has other files in it and is not a Shotwright project: choose an empty or a new folder."
            )
        project = Project.ensure(target, stored_id() or None)
    if project is None:
        raise SceneError(f"{target} is not a Shotwright project (it has no project.json): choose another folder.")
    where = _relative(target, Path(bpy.data.filepath).parent) if bpy.data.filepath else str(target)
    _store(project_id=project.id, where=where)
    _save.elsewhere = None
    return project
