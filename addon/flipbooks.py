"""Flipbooks of the stored shots: read, set, clear, say what is wrong with them, and keep their paths right.

Nothing heavy at the top: handlers and panels read this while Blender starts.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..core.errors import BadInput
from .shot_items import find_shot, scene_named, scenes_with_shots, writable

if TYPE_CHECKING:
    from ..core.flipbook import Flipbook
    from ..core.shot import Shot
    from ..media.flipbook import Motion

__all__ = [
    "absolute",
    "appended",
    "before_save",
    "change",
    "choose",
    "clear",
    "document",
    "moved",
    "put_back",
    "refuse_overwriting",
    "relative",
    "state_of",
    "stored",
]

_said: dict[str, tuple[tuple[object, ...], str]] = {}
"""What was found when a flipbook was last looked at, by the shot's uuid, with what was looked at."""


def stored(scene: bpy.types.Scene, item: bpy.types.PropertyGroup) -> Flipbook | None:
    """A shot's flipbook as the .blend has it, with an absolute path; None when it has none."""
    from ..core.flipbook import Flipbook

    book = item.flipbook
    if not book.path:
        return None
    # 32-bit floats: 0.1 comes back as 0.10000000149.
    crop = tuple(round(part, 6) for part in book.crop)
    return Flipbook(
        path=absolute(book.path, scene.library), rate=book.rate, offset=book.offset, crop=crop, fit=book.fit
    )


def choose(shot: Shot, book: Flipbook) -> list[str]:
    """Give a shot a flipbook; returns notes. Raises BadInput or Refused, and then nothing is changed."""
    item = _writable(shot)
    motion = _motion(shot, book)
    item.flipbook.path = relative(Path(book.path))
    item.flipbook.rate, item.flipbook.offset = book.rate, book.offset
    item.flipbook.crop, item.flipbook.fit = book.crop, book.fit
    _remember(item, motion)
    return list(motion.notes)


def clear(shot: Shot) -> None:
    """Take a shot's flipbook away. Raises BadInput or Refused."""
    item = _writable(shot)
    for name in ("path", "rate", "offset", "crop", "fit"):
        item.flipbook.property_unset(name)


def change(given: argparse.Namespace, shots: Sequence[Shot]) -> bool:
    """What the verb's arguments say, for all of the shots or none; False when they only ask for the list.

    Raises BadInput or Refused.
    """
    arguments = {"rate": given.rate, "offset": given.offset, "crop": given.crop, "fit": given.fit}
    said = {name: value for name, value in arguments.items() if value is not None}
    if not (given.clear or given.footage or said):
        return False
    if not given.shot:
        raise BadInput("Name the shot whose flipbook it is with --shot.")
    if given.clear:
        if given.footage or said:
            raise BadInput("--clear takes the flipbook away: leave the other arguments out.")
        for shot in shots:
            _writable(shot)
        for shot in shots:
            clear(shot)
        return True
    books = [_said_of(shot, given.footage, said) for shot in shots]
    for shot, book in zip(shots, books, strict=True):
        _writable(shot)
        _motion(shot, book)
    for shot, book in zip(shots, books, strict=True):
        choose(shot, book)
    return True


def _said_of(shot: Shot, footage: str | None, said: dict[str, Any]) -> Flipbook:
    """A new flipbook with what was said of it, or the one a shot has with what was said changed."""
    from ..core.flipbook import Flipbook, parse_crop

    if "crop" in said:
        said = {**said, "crop": parse_crop(said["crop"])}
    if footage:
        return Flipbook(path=os.path.normpath(Path(footage).absolute()), **said)
    if shot.flipbook is None:
        raise BadInput(f"{shot.number} has no flipbook yet: name a movie or a sequence with --movie.")
    return shot.flipbook.model_copy(update=said)


def document(shot: Shot) -> dict[str, Any]:
    """What a shot's flipbook is and what is wrong with it, as plain JSON values."""
    found: dict[str, Any] = {"id": shot.id, "number": shot.number, "name": shot.name, "frames": max(0, shot.frames)}
    found |= {"flipbook": None, "source": None, "held": 0, "left": 0, "notes": [], "problems": []}
    if shot.flipbook is None:
        return found
    found["flipbook"] = shot.flipbook.document()
    try:
        motion = _motion(shot, shot.flipbook)
    except BadInput as error:
        return {**found, "problems": [{"code": "bad-input", "message": str(error)}]}
    return {**found, **_facts(motion)}


def _facts(motion: Motion) -> dict[str, Any]:
    source = motion.source
    width, height = source.scan.shown
    facts = {
        "kind": source.kind,
        "frames": source.frames,
        "fps": str(motion.fps),
        "variable": source.variable,
        "width": width,
        "height": height,
        "first": source.sequence.first if source.sequence else 0,
        "missing": list(source.sequence.missing) if source.sequence else [],
        "sha256": source.digest,
    }
    return {"source": facts, "held": motion.held, "left": motion.left, "notes": list(motion.notes)}


def _motion(shot: Shot, book: Flipbook) -> Motion:
    """A flipbook at its shot's own rate and size. Raises BadInput."""
    from ..render_passes.plan import plan_for

    if shot.frames < 1:
        raise BadInput(f"{shot.number} is empty: it ends at frame {shot.end}, before its start at {shot.start}.")
    if min(shot.width, shot.height) < 2:
        raise BadInput(
            f"{shot.number} is {shot.width}×{shot.height} pixels, which is no picture: change its size first."
        )
    render = scene_named(shot.scene).render
    aspect = render.pixel_aspect_x / render.pixel_aspect_y
    plan = plan_for(shot.model_copy(update={"flipbook": book}), ("motion",), pixel_aspect=aspect)
    assert plan.motion is not None
    return plan.motion


def _writable(shot: Shot) -> bpy.types.PropertyGroup:
    return writable(shot.id, "change its flipbook")


def refuse_overwriting(path: Path, shots: Sequence[Shot]) -> None:
    """Raises BadInput when a movie written to `path` would replace a shot's flipbook."""
    for shot in shots:
        source = Path(shot.flipbook.path) if shot.flipbook else None
        if source and path.exists() and source.exists() and path.samefile(source):
            raise BadInput(f"{path} is the flipbook of {shot.number} and would be overwritten: choose another name.")


# What panels show


def _looked_at(item: bpy.types.PropertyGroup) -> tuple[object, ...]:
    book = item.flipbook
    return (book.path, book.rate, book.offset, tuple(book.crop), book.fit, item.frame_start, item.frame_end)


def _remember(item: bpy.types.PropertyGroup, motion: Motion) -> None:
    source = motion.source
    width, height = source.scan.shown
    text = f"{source.frames:,} pictures, {motion.fps} a second, {width}×{height}"
    text += f"; {motion.held:,} frames held" if motion.held else ""
    text += f"; {motion.left:,} pictures left out" if motion.left else ""
    _said[item.uuid] = (_looked_at(item), text)


def state_of(item: bpy.types.PropertyGroup) -> str:
    """What was found when the flipbook was set in this session; empty when it or the shot changed since."""
    looked_at, text = _said.get(item.uuid, ((), ""))
    return text if looked_at == _looked_at(item) else ""


# Paths: Blender keeps those of its own data right, and not those of properties


def absolute(path: str, library: bpy.types.Library | None = None) -> str:
    """A path of the .blend, `//` or not, without the open file or `library`."""
    return os.path.normpath(bpy.path.abspath(path, library=library))


def relative(path: Path, start: Path | None = None) -> str:
    """As the .blend keeps it: from the folder `start`, else from the open file's; absolute while it has none."""
    if start is None:
        if not bpy.data.filepath:
            return str(path)
        start = Path(bpy.data.filepath).parent
    try:
        return "//" + os.path.relpath(path, start).replace("\\", "/")
    except ValueError:  # another drive on Windows
        return str(path)


def _items() -> Iterator[bpy.types.PropertyGroup]:
    """The stored shots of this file that have a flipbook."""
    for scene in scenes_with_shots():
        if scene.library is None:
            yield from (item for item in scene.shotwright.shots if item.flipbook.path)


def before_save(target: str, project: Path | None) -> dict[str, str]:
    """Make the paths right for a file saved at `target`; returns what they were, by the shot's uuid.

    `project` is the folder of an unsaved file's project, which moves beside the file.
    """
    former: dict[str, str] = {}
    if not target:
        return former
    new = Path(target).parent
    for item in _items():
        stored_path = item.flipbook.path
        wanted = moved(stored_path, new, project)
        if wanted != stored_path:
            former[item.uuid] = stored_path
            item.flipbook.path = wanted
    return former


def moved(path: str, new: Path, project: Path | None) -> str:
    """A stored path as it has to be in a file saved in the folder `new`; `project` as for `before_save`."""
    place = Path(absolute(path))
    if bpy.data.filepath:
        return relative(place, new) if path.startswith("//") else path
    if project and place.is_relative_to(project):
        from ..core.terms import PROJECT_FOLDER

        return relative(new / PROJECT_FOLDER / place.relative_to(project), new)
    return path


def put_back(former: dict[str, str]) -> None:
    """The file was saved elsewhere as a copy, or not at all: the paths are as they were."""
    for shot_id, path in former.items():
        found = find_shot(shot_id)
        if found:
            found[1].flipbook.path = path


def appended(scene: bpy.types.Scene, library: str) -> None:
    """Shots of a scene that came from another file: their paths were relative to that one."""
    home = Path(absolute(library)).parent
    for item in scene.shotwright.shots:
        if item.flipbook.path.startswith("//"):
            item.flipbook.path = relative(Path(os.path.normpath(home / item.flipbook.path[2:])))
