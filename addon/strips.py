"""The strips of the edit that are ours: what they know of themselves, and how they are moved and given other files.

A strip is ours by the custom properties it carries. Nothing of it is kept between calls.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from . import compat
from .edit_clips import CHANNELS, Role

if TYPE_CHECKING:
    from .edit_clips import Clip

__all__ = [
    "Piece",
    "channel_of",
    "file_of",
    "give_colour",
    "give_name",
    "look_changed",
    "new_strip",
    "note_short",
    "park",
    "path_of",
    "pieces",
    "put",
    "range_of",
    "record",
    "set_file",
    "settle",
    "shows_file",
    "stored_file",
    "swap",
]

_SHOT, _TAKE, _ROLE = "shotwright_shot", "shotwright_take", "shotwright_role"
_FIRST = "shotwright_first"
"""Layout frame of the file's first picture."""
_RANGE = "shotwright_range"
_PLACED = "shotwright_placed"
"""Start, end, channel and content start as we set them; a strip without is the artist's to place."""
_SIZE, _LOOK = "shotwright_size", "shotwright_look"
_NAME, _COLOUR = "shotwright_name", "shotwright_colour"
_SHORT = "shotwright_short"
"""Frames at head and tail that the strip shows and its file does not have, since a swap."""

_PARKING = 400_000
"""Far behind any film: strips on the way from one place to another meet nothing there."""
_NAME_BYTES = 58
"""Blender cuts names at 63 bytes, and puts `.001` behind one that is taken."""
_LOOKS = (
    "mute",
    "blend_type",
    "blend_alpha",
    "color_multiply",
    "color_saturation",
    "strobe",
    "multiply_alpha",
    "use_flip_x",
    "use_flip_y",
    "use_reverse_frames",
    "use_deinterlace",
    "volume",
    "pan",
)
_TRANSFORMS = {
    "transform": ("offset_x", "offset_y", "rotation", "scale_x", "scale_y"),
    "crop": ("min_x", "max_x", "min_y", "max_y"),
}


@dataclass(frozen=True)
class Piece:
    """A strip of ours as it stands."""

    strip: bpy.types.Strip
    shot: str
    take: str
    role: Role
    first: int | None
    """Layout frame of its file's first picture; None where an earlier version placed it."""
    start: int
    end: int
    """The frame behind the last one."""
    channel: int
    """0 inside a meta strip."""
    content: float
    """Where the first picture of its file lies."""
    loose: bool
    """Whether it stands where we put it and nothing holds it there: the artist has not touched its place."""

    @property
    def shows(self) -> int | None:
        """The layout frame at its start."""
        return None if self.first is None else self.first + self.start - round(self.content)

    @property
    def short(self) -> bool:
        """Whether it shows more than its file has, since a swap."""
        if not self.strip.get(_SHORT):
            return False
        return any(trim < 0 for trim in compat.trim(self.strip))


def pieces(scene: bpy.types.Scene) -> list[Piece]:
    """Every strip of ours in an edit, those in meta strips too, in the order of time."""
    if scene.sequence_editor is None:
        return []
    every = list(scene.sequence_editor.strips_all)
    held = compat.effect_inputs(every) | compat.animated_strips(scene)
    seen: set[tuple[str, str]] = set()
    found: list[Piece] = []
    for strip in every:
        if not strip.get(_SHOT) or strip.type not in ("MOVIE", "SOUND"):
            continue
        nested = strip.parent_meta() is not None
        role = strip.get(_ROLE, "animatic")
        loose = (
            (strip[_SHOT], role) not in seen
            and not nested
            and not strip.lock
            and strip.name not in held
            and not compat.is_retimed(strip)
            and _as_placed(strip)
        )
        if loose:
            seen.add((strip[_SHOT], role))
        found.append(
            Piece(
                strip,
                strip[_SHOT],
                strip.get(_TAKE, ""),
                role,
                strip.get(_FIRST),
                compat.strip_start(strip),
                compat.strip_end(strip),
                0 if nested else strip.channel,
                compat.content_start(strip),
                loose,
            )
        )
    return sorted(found, key=lambda piece: (piece.start, piece.channel))


def _as_placed(strip: bpy.types.Strip) -> bool:
    placed = strip.get(_PLACED)
    # Earlier versions stored three numbers, without the content start.
    return placed is not None and list(placed) == _position(strip)[: len(placed)]


def _position(strip: bpy.types.Strip) -> list[int]:
    return [
        compat.strip_start(strip),
        compat.strip_end(strip),
        strip.channel,
        round(compat.content_start(strip)),
    ]


def channel_of(role: Role) -> int:
    """The channel on which strips of a role are placed."""
    return CHANNELS["takes" if role == "take" else "take sound" if role == "sound" else "animatic"]


# -- what the artist set ----------------------------------------------------------------------------


def _look(strip: bpy.types.Strip) -> str:
    owners: list[tuple[object, Iterable[str]]] = [(strip, _LOOKS)]
    owners += [(getattr(strip, name, None), names) for name, names in _TRANSFORMS.items()]
    values = [
        round(value, 4) if isinstance(value, float) else value
        for owner, names in owners
        for value in (getattr(owner, name, None) for name in names)
    ]
    return json.dumps(values)


def look_changed(strip: bpy.types.Strip) -> bool:
    """Whether volume, opacity, colour, transform, mute, modifiers, … are not as they were when it was placed."""
    return len(strip.modifiers) > 0 or strip.get(_LOOK) not in (None, _look(strip))


def give_name(strip: bpy.types.Strip, title: str, what: str) -> None:
    """Name a strip by its shot and what it is, unless the artist renamed it."""
    room = _NAME_BYTES - len(what.encode()) - 1
    text = f"{title.encode()[:room].decode(errors='ignore').rstrip()} {what}"
    given = strip.get(_NAME)
    if given is not None and _stem(given) != _stem(strip.name):
        return
    if _stem(strip.name) != text:
        strip.name = text
    if strip.get(_NAME) != strip.name:
        strip[_NAME] = strip.name


def _stem(name: str) -> str:
    return re.sub(r"\.\d{3,}$", "", name)


def give_colour(strip: bpy.types.Strip, tag: str) -> None:
    """Colour a strip, unless the artist gave it another colour than we did."""
    if strip.get(_COLOUR) not in (None, strip.color_tag):
        return
    if strip.color_tag != tag:
        strip.color_tag = tag
    if strip.get(_COLOUR) != tag:
        strip[_COLOUR] = tag


# -- files ------------------------------------------------------------------------------------------


def file_of(strip: bpy.types.Strip) -> str:
    """The path of a movie's or sound's file as it is stored; empty for a strip without one."""
    if strip.type == "SOUND":
        return strip.sound.filepath if strip.sound is not None else ""
    return strip.filepath


def set_file(strip: bpy.types.Strip, path: str) -> None:
    """Store another path for the same file, as it is: nothing else of the strip changes."""
    if strip.type == "SOUND":
        strip.sound.filepath = path
    else:
        strip.filepath = path


def stored_file(path: Path) -> str:
    """Relative to the .blend where that is possible, so that a moved film keeps its takes."""
    if not bpy.data.filepath:
        return str(path)
    with contextlib.suppress(ValueError):  # another drive on Windows
        return bpy.path.relpath(str(path))
    return str(path)


def shows_file(strip: bpy.types.Strip, path: Path) -> bool:
    """Whether a strip's file is this one."""
    return path_of(strip) == os.path.normpath(path)


def path_of(strip: bpy.types.Strip) -> str:
    """Where a strip's file is, absolute and without detours."""
    return os.path.normpath(bpy.path.abspath(file_of(strip)))


def _give_file(strip: bpy.types.Strip, path: Path) -> None:
    if shows_file(strip, path):
        return
    if strip.type == "SOUND":
        # Never the path of the old one: other strips may play it.
        strip.sound = _sound(path)
    else:
        strip.filepath = stored_file(path)


def _sound(path: Path) -> bpy.types.Sound:
    sound = bpy.data.sounds.load(str(path), check_existing=True)
    if sound.filepath != stored_file(path):
        sound.filepath = stored_file(path)
    return sound


# -- places -----------------------------------------------------------------------------------------


def park(strip: bpy.types.Strip, number: int) -> None:
    """Move a strip out of everybody's way."""
    compat.set_content_start(strip, _PARKING + number)


def put(strip: bpy.types.Strip, content: float, start: int, end: int, channel: int) -> bool:
    """Trim and move a strip: its file begins at `content` and it shows `start` up to before `end`.

    Returns whether anything had to be changed. Where a strip has to show more than its file has, the
    first or last picture stands. An effect on it keeps its range, as long as start and end stay.
    """
    head, tail = round(start - content), round(content + compat.content_frames(strip) - end)
    moved = compat.content_start(strip) != content
    if not moved and compat.trim(strip) == (head, tail) and strip.channel == channel:
        return False
    # In this order: effects read their inputs' ends anew when those are moved, and not when they are trimmed.
    compat.set_trim(strip, head, tail)
    if moved:
        compat.set_content_start(strip, content)
    if strip.channel != channel:  # Blender moves a strip that meets another one on its way
        strip.channel = channel
    return True


def record(strip: bpy.types.Strip, clip: Clip, role: Role) -> None:
    """Note on a strip which clip it shows."""
    values = {_SHOT: clip.shot.id, _TAKE: clip.take.id, _ROLE: role, _FIRST: clip.take.first}
    for name, value in values.items():
        if strip.get(name) != value:
            strip[name] = value
    if range_of(strip) != (clip.take.start, clip.take.end):
        strip[_RANGE] = [clip.take.start, clip.take.end]


def range_of(strip: bpy.types.Strip) -> tuple[int, int] | None:
    """First and last layout frame of the cut range of its take, both inside; None where it is not known."""
    found = list(strip.get(_RANGE, ()))
    return (found[0], found[1]) if len(found) == 2 else None


def settle(strip: bpy.types.Strip, here: bool = True) -> None:
    """Note on a strip that it stands where we put it; with `here` off, that it is the artist's to place."""
    if not here:
        strip.pop(_PLACED, None)
    elif list(strip.get(_PLACED, ())) != _position(strip):
        strip[_PLACED] = _position(strip)


def new_strip(strips: bpy.types.bpy_prop_collection, clip: Clip, role: Role, number: int) -> bpy.types.Strip:
    """A strip that shows a clip, parked; `number` is its place there."""
    common = {"name": "new", "filepath": str(clip.path), "channel": channel_of(role), "frame_start": _PARKING + number}
    if role == "sound":
        strip = strips.new_sound(**common)
        strip.sound.filepath = stored_file(clip.path)
    else:
        strip = strips.new_movie(**common, fit_method="FIT")
        strip.filepath = stored_file(clip.path)
        strip[_SIZE] = [clip.take.width, clip.take.height]
    strip.select = False  # new strips come selected: the next move would take all of them along
    record(strip, clip, role)
    strip[_LOOK] = _look(strip)
    return strip


def swap(piece: Piece, clip: Clip, scene: bpy.types.Scene) -> float:
    """Give a strip another clip's file; returns how far its content moves so that it shows the same layout frames.

    The strip stays where it is, with its effects, modifiers and animation.
    """
    strip, before = piece.strip, compat.content_frames(piece.strip)
    _give_file(strip, clip.path)
    _fit(strip, clip, scene)
    step = 0 if piece.first is None else clip.take.first - piece.first
    if step and getattr(strip, "use_reverse_frames", False):
        step = piece.first + before - clip.take.first - compat.content_frames(strip)
    record(strip, clip, piece.role)
    placed = list(strip.get(_PLACED, ()))
    if step and len(placed) == 4:
        strip[_PLACED] = [*placed[:3], placed[3] + step]  # moved back by hand, it is where we put it again
    return step


def note_short(strip: bpy.types.Strip, before: tuple[int, int]) -> tuple[int, int]:
    """After a swap: how many frames more than before the strip shows at head and tail than its file has."""
    head, tail = (max(0, -trim) for trim in compat.trim(strip))
    more = max(0, head - max(0, -before[0])), max(0, tail - max(0, -before[1]))
    if any(more):
        strip[_SHORT] = list(more)
    else:
        strip.pop(_SHORT, None)
    return more


def _fit(strip: bpy.types.Strip, clip: Clip, scene: bpy.types.Scene) -> None:
    """Scale a movie of another size so that it looks as big as the one before."""
    if strip.type != "MOVIE":
        return
    size, old = [clip.take.width, clip.take.height], list(strip.get(_SIZE, ()))
    if old and old != size:
        changed = look_changed(strip)
        edit = scene.render.resolution_x, scene.render.resolution_y
        factor = _fitting(size, edit) / _fitting(old, edit)
        strip.transform.scale_x *= factor
        strip.transform.scale_y *= factor
        if not changed:
            strip[_LOOK] = _look(strip)
    if old != size:
        strip[_SIZE] = size


def _fitting(size: list[int], edit: tuple[int, int]) -> float:
    return min(edit[0] / size[0], edit[1] / size[1])
