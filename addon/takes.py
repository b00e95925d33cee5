"""The takes of the open film's shots: list them, circle one, go to the next."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import SceneError, StorageError
from ..core.shot import Shot
from ..core.take import Take
from ..jobs.project import Project
from ..jobs.takes import chosen_take, find_take
from .pipeline import choice
from .shot_items import edit_scene, find_shot, read_only_reason
from .strips import pieces

__all__ = ["circle", "document", "in_edit", "uncircle"]


def circle(project: Project, shot: Shot, wanted: str) -> Take:
    """Choose the take of a shot that is in the cut: a label, an id, next, previous, newest or oldest.

    Only the choice is stored; `cutting.cut` brings it into the edit. Raises BadInput, or SceneError for a linked shot.
    """
    chosen = chosen_take(project, shot.id, choice(shot))
    _, take = find_take(project.takes(shot.id), shot, wanted, chosen[1].id if chosen else "")
    _store(shot, take.id)
    return take


def uncircle(shot: Shot) -> None:
    """Leave the choice to the newest take again. Raises SceneError for a linked shot."""
    _store(shot, "")


def in_edit() -> frozenset[str]:
    """UUIDs of the takes that strips of the edit show."""
    scene = edit_scene()
    return frozenset(piece.take for piece in pieces(scene)) if scene is not None else frozenset()


def _store(shot: Shot, take_id: str) -> None:
    scene, item = find_shot(shot.id)
    reason = read_only_reason(scene)
    if reason:
        raise SceneError(reason)
    item.circled_take = take_id


def _is_there(folder: Path, take: Take) -> bool:
    """By its size: a list of thousands of takes does not read them all."""
    try:
        return (folder / take.file.name).stat().st_size == take.file.bytes
    except OSError:
        return False


def document(project: Project, shot: Shot, shown: frozenset[str]) -> dict[str, object]:
    """A shot's takes as plain JSON values, oldest first. `shown`: UUIDs of the takes in the edit."""
    chosen = choice(shot).circled
    try:
        found, problem = project.takes(shot.id), None
    except StorageError as error:  # one damaged record; the other shots have theirs
        found, problem = [], str(error)
    return {
        "id": shot.id,
        "number": shot.number,
        "name": shot.name,
        "locked": shot.locked,
        "problem": problem,
        "takes": [
            {
                "id": take.id,
                "label": take.label,
                "model": take.model,
                "circled": take.id == chosen,
                "in_edit": take.id in shown,
                "whole": _is_there(folder, take),
                "job": take.job,
                "frames": take.frames,
                "fps": str(take.fps),
                "width": take.width,
                "height": take.height,
                "conform": take.conform.document(),
                "created": take.created,
                "file": (folder / take.file.name).relative_to(project.folder).as_posix(),
                "sha256": take.file.sha256,
            }
            for folder, take in found
        ],
    }
