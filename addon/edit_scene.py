"""The edit as a scene of its own: making it, what it remembers, and whose order the film follows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import bpy

from ..core.edit import adopted
from . import compat, shot_items, strips
from .edit_clips import CHANNELS

if TYPE_CHECKING:
    from ..core.framerate import FrameRate
    from ..core.shot import Shot

__all__ = ["adopt_order", "edit_decides", "fit_range", "new_edit", "recall", "remember", "set_rate", "told_copies"]

_MEMORY = "shotwright_memory"
"""Which take of each shot was placed in each role, as JSON: what is missing now was taken out by the artist."""
_RANGE = "shotwright_range"
"""The frame range that was set last; another one is the artist's."""

ORDER_REASON = "The edit decides the order: move the shots' strips there"


def new_edit(first: Shot) -> bpy.types.Scene:
    """An empty edit at a shot's rate and size."""
    scene = bpy.data.scenes.new(f"{shot_items.film_name()} Edit")
    scene.shotwright.is_edit = True
    set_rate(scene, first.fps)
    scene.render.resolution_x, scene.render.resolution_y = first.width, first.height
    scene.view_settings.view_transform = "Standard"
    channels = scene.sequence_editor_create().channels
    for name, number in CHANNELS.items():
        channels[number].name = name.title()
    return scene


def set_rate(scene: bpy.types.Scene, rate: FrameRate) -> None:
    """Let a scene run at exactly this rate."""
    scene.render.fps = round(rate.fraction)
    scene.render.fps_base = float(round(rate.fraction) / rate.fraction)


def told_copies() -> list[str]:
    """A sentence for each copy of the edit that was found since the last call."""
    notes: list[str] = []
    for scene in shot_items.retire_copied_edits():
        scene.pop(shot_items.COPIED_EDIT, None)
        notes.append(f"The scene {scene.name!r} is a copy of the edit and yours now: the shots stay in the older one.")
    return notes


# -- memory ---------------------------------------------------------------------------------------


def recall(scene: bpy.types.Scene) -> dict[str, dict[str, str]]:
    """The take that was placed last, by shot and role."""
    try:
        return {shot: dict(roles) for shot, roles in json.loads(scene.get(_MEMORY, "{}")).items()}
    except (AttributeError, TypeError, ValueError):  # somebody wrote into it
        return {}


def remember(scene: bpy.types.Scene, memory: dict[str, dict[str, str]]) -> None:
    """Store what `recall` gives."""
    text = json.dumps(memory, sort_keys=True)
    if scene.get(_MEMORY) != text:
        scene[_MEMORY] = text


def fit_range(scene: bpy.types.Scene) -> None:
    """Let the frame range cover every strip of ours, and the artist's pictures where they reach further.

    Sound alone does not make the film longer. A longer range that the artist set stays.
    """
    shown = [s for s in compat.strips_of(scene) if s.type != "SOUND" and not s.mute]
    start = min([1, *(compat.strip_start(strip) for strip in shown)])
    end = max((compat.strip_end(strip) - 1 for strip in shown), default=1)
    given = list(scene.get(_RANGE, ()))
    fresh = len(given) != 2
    if fresh or scene.frame_end == given[1] or scene.frame_end < end:
        _set(scene, "frame_end", end)
    first = min((compat.strip_start(strip) for strip in shown), default=1)
    if fresh or scene.frame_start == given[0] or scene.frame_start > first:
        _set(scene, "frame_start", start)
    if given != [start, end]:
        scene[_RANGE] = [start, end]


def _set(owner: object, name: str, value: int) -> None:
    if getattr(owner, name) != value:
        setattr(owner, name, value)


# -- order ----------------------------------------------------------------------------------------


def edit_decides(pieces: Iterable[strips.Piece] | None = None) -> bool:
    """Whether the artist has changed places in the edit, which then decides the film's order.

    `pieces` are the strips of the edit where they are known.
    """
    if pieces is None:
        scene = shot_items.edit_scene()
        pieces = strips.pieces(scene) if scene is not None else ()
    touched = {piece.shot for piece in pieces if not piece.loose}
    return bool(touched) and any(item.uuid in touched for _, item in shot_items.film_order())


def adopt_order() -> bool:
    """Let the film's order follow the edit's where that decides; returns whether anything was changed.

    A shot stands where its first picture plays. One that is not in the edit stays behind the shot it was behind.
    """
    scene = shot_items.edit_scene()
    if scene is None:
        return False
    found = strips.pieces(scene)
    if not edit_decides(found):
        return False
    played = dict.fromkeys(piece.shot for piece in found if piece.role != "sound")
    film = [item.uuid for _, item in shot_items.film_order()]
    wanted = adopted(film, list(played))
    return wanted != film and shot_items.order_shots(wanted)
