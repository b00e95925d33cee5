"""The edit: a scene of its own where each shot's take stands as a strip, and the movie made from it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bpy

from ..core.errors import MediaError, RenderError, SceneError, storage_error
from ..core.framerate import FrameRate
from ..core.shot import Shot
from ..core.take import Take
from ..media.movie import count_frames
from . import compat
from .shot_items import edit_scene, film_name, film_order
from .shots import frame_rate

__all__ = ["CHANNELS", "Clip", "Cut", "ShotCut", "check_rates", "place", "render_cut", "shown_takes"]

CHANNELS = {"sound": 1, "animatic": 2, "takes": 3}
"""Channels of the edit by what lies in them; above them is the artist's own room."""

Ours = dict[str, list[bpy.types.Strip]]
"""The strips that show a shot, by its uuid; the artist may have cut one in two."""

_SHOT, _TAKE, _HEAD, _PLACED = "shotwright_shot", "shotwright_take", "shotwright_head", "shotwright_placed"


@dataclass(frozen=True)
class Clip:
    """A take to be cut in: its shot, its record and the file."""

    shot: Shot
    take: Take
    path: Path


@dataclass(frozen=True)
class ShotCut:
    """What of a shot is cut in."""

    shot: Shot
    below: Clip | None
    """The newest animatic."""
    above: Clip | None
    """The circled take, else the newest one of another model; None where the animatic shows through."""
    circled: bool = False
    """Whether the artist chose `above`."""
    stale: bool = False
    """Known to be out of date."""


@dataclass
class Cut:
    """What cutting did, by shot uuid, with sentences about what was left alone."""

    placed: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def _ensure_edit(first: Shot) -> bpy.types.Scene:
    scene = edit_scene()
    if scene is not None:
        return scene
    scene = bpy.data.scenes.new(f"{film_name()} Edit")
    scene.shotwright.is_edit = True
    _set_rate(scene, first.fps)
    scene.render.resolution_x, scene.render.resolution_y = first.width, first.height
    scene.view_settings.view_transform = "Standard"
    channels = scene.sequence_editor_create().channels
    for name, number in CHANNELS.items():
        channels[number].name = name.title()
    compat.show_in_sequencer(scene)
    return scene


def _set_rate(scene: bpy.types.Scene, rate: FrameRate) -> None:
    scene.render.fps = round(rate.fraction)
    scene.render.fps_base = float(round(rate.fraction) / rate.fraction)


def check_rates(rates: Iterable[FrameRate]) -> None:
    """Raise SceneError when there is more than one frame rate: one edit has one."""
    found = sorted(str(rate) for rate in set(rates))
    if len(found) > 1:
        raise SceneError(
            f"The shots run at {' and '.join(found)} frames per second: give their scenes one frame rate, and "
            "generate the shots again whose takes have another."
        )


def place(cuts: Sequence[ShotCut], restore: Collection[str] = ()) -> tuple[bpy.types.Scene, Cut]:
    """Put each clip into the edit at its shot's place, trimmed to the shot's exact range.

    While every strip of ours is where we put it, the edit follows the shots: their order, their
    lengths; strips of other shots are taken out. Once the artist has moved or trimmed one, strips
    only get their new takes, and new shots go behind the last strip. Raises SceneError when the
    clips' frame rates differ.
    """
    clips = [clip for clip in (cut.above or cut.below for cut in cuts) if clip]
    if not clips:
        raise SceneError("There is no take to cut: run generate first.")
    check_rates(clip.take.fps for clip in clips)
    scene = _ensure_edit(clips[0].shot)
    strips = compat.strips_of(scene)
    ours: Ours = {}
    for strip in compat.all_strips(scene):
        if strip.get(_SHOT):
            ours.setdefault(strip[_SHOT], []).append(strip)
    result = Cut()
    rate = clips[0].take.fps
    if frame_rate(scene) != rate:
        _set_rate(scene, rate)
        result.notes.append(f"The edit runs at {rate} frames per second now, as its shots do.")
    # A strip in a meta strip, or a second one of a shot, is the artist's doing too.
    top = {strip.name for strip in strips}
    if all(len(group) == 1 and group[0].name in top and _untouched(group[0]) for group in ours.values()):
        _lay_out(scene, clips, ours, result)
    else:
        _swap_in_place(scene, clips, ours, result)
    scene.frame_start = 1
    scene.frame_end = max(compat.strip_end(strip) for strip in strips) - 1
    return scene, result


def _untouched(strip: bpy.types.Strip) -> bool:
    placed = strip.get(_PLACED)
    return placed is not None and list(placed) == _position(strip)


def _position(strip: bpy.types.Strip) -> list[int]:
    return [compat.strip_start(strip), compat.strip_end(strip), strip.channel]


def _lay_out(scene: bpy.types.Scene, clips: Sequence[Clip], ours: Ours, result: Cut) -> None:
    """One strip behind the other in film order, from frame 1.

    A shot that has no clip this time keeps the strip it has; the strip of a shot that is no longer in
    the film is taken out.
    """
    strips = compat.strips_of(scene)
    by_shot = {clip.shot.id: clip for clip in clips}
    film = [item.uuid for _, item in film_order()]
    for shot_id, group in ours.items():
        if shot_id not in film:
            result.notes.append(f"The strip {group[0].name!r} was taken out: its shot is not in the film any more.")
            strips.remove(group[0])
    cursor = 1
    for shot_id in film:
        clip, old = by_shot.get(shot_id), ours[shot_id][0] if shot_id in ours else None
        if clip is None:
            if old is not None:
                _move(old, cursor)
                cursor = compat.strip_end(old)
            continue
        length = clip.take.end - clip.take.start + 1
        if old is not None and old[_TAKE] == clip.take.id and compat.strip_end(old) - compat.strip_start(old) == length:
            at = compat.strip_start(old)
            _move(old, cursor)
            (result.unchanged if at == cursor else result.updated).append(shot_id)
        else:
            if old is not None:
                strips.remove(old)
            _new_strip(scene, clip, cursor)
            (result.placed if old is None else result.updated).append(shot_id)
        cursor += length


def _move(strip: bpy.types.Strip, start: int) -> None:
    """Let a strip of ours begin at `start`, as trimmed as it is."""
    step = start - compat.strip_start(strip)
    if step:
        compat.set_content_start(strip, compat.content_start(strip) + step)
    strip[_PLACED] = _position(strip)


def _swap_in_place(scene: bpy.types.Scene, clips: Sequence[Clip], ours: Ours, result: Cut) -> None:
    """The artist has edited: keep positions and trims, exchange the files."""
    wanted = {clip.shot.id for clip in clips}
    result.notes += [
        f"The strip {strip.name!r} belongs to a shot that is not in this cut; it was left where it is."
        for shot_id, group in ours.items()
        for strip in group
        if shot_id not in wanted
    ]
    for clip in sorted(clips, key=lambda clip: clip.shot.order):
        group = ours.get(clip.shot.id, [])
        old = [strip for strip in group if strip[_TAKE] != clip.take.id]
        if not group:
            end = max(compat.strip_end(strip) for strip in compat.strips_of(scene))
            _new_strip(scene, clip, end)
            result.placed.append(clip.shot.id)
        elif not old:
            result.unchanged.append(clip.shot.id)
        else:
            before = compat.content_frames(old[0])
            if before != clip.take.frames:
                result.notes.append(
                    f"{clip.shot.number} is {clip.take.frames} frames long now, its strip was made for "
                    f"{before}: check its trim in the edit."
                )
            head = clip.take.start - clip.take.first
            if old[0].get(_HEAD, head) != head:
                result.notes.append(
                    f"{clip.shot.number} has {head} frames before its start now, its strip was made for "
                    f"{old[0][_HEAD]}: check its trim in the edit."
                )
            for strip in old:
                strip.filepath = _stored_path(clip.path)
                strip[_TAKE], strip[_HEAD] = clip.take.id, head
            result.updated.append(clip.shot.id)


def _stored_path(path: Path) -> str:
    """Relative to the .blend where that is possible, so that a moved film keeps its takes."""
    if not bpy.data.filepath:
        return str(path)
    with contextlib.suppress(ValueError):  # another drive on Windows
        return bpy.path.relpath(str(path))
    return str(path)


def _new_strip(scene: bpy.types.Scene, clip: Clip, at: int) -> None:
    head = clip.take.start - clip.take.first
    tail = clip.take.frames - head - (clip.take.end - clip.take.start + 1)
    strip = compat.strips_of(scene).new_movie(
        name=f"{clip.shot.title} {clip.take.label}",
        filepath=str(clip.path),
        channel=CHANNELS["animatic"],
        frame_start=at - head,
        fit_method="FIT",
    )
    found = compat.content_frames(strip)
    if found != clip.take.frames:
        compat.strips_of(scene).remove(strip)
        raise MediaError(
            f"{clip.path} has {found} frames instead of {clip.take.frames}: it is damaged. "
            "Delete its take folder and generate the shot again."
        )
    strip.filepath = _stored_path(clip.path)
    compat.set_trim(strip, head, tail)
    strip.color_tag = "COLOR_05"
    strip[_SHOT], strip[_TAKE], strip[_HEAD] = clip.shot.id, clip.take.id, head
    strip[_PLACED] = _position(strip)


def shown_takes() -> frozenset[str]:
    """UUIDs of the takes that strips of the edit show."""
    scene = edit_scene()
    found = compat.all_strips(scene) if scene is not None else ()
    return frozenset(strip[_TAKE] for strip in found if strip.get(_TAKE))


def render_cut(scene: bpy.types.Scene, movie: Path) -> int:
    """Render the edit to an H.264 mp4 with sound; returns its length in frames.

    The file appears when it is whole. Raises SceneError when a strip's file is gone, RenderError
    when Blender can't render it, MediaError when the result has another length than the edit.
    """
    for strip in compat.strips_of(scene):
        if strip.type == "MOVIE" and not Path(bpy.path.abspath(strip.filepath)).is_file():
            raise SceneError(
                f"The file under the strip {strip.name!r} is gone ({strip.filepath}): "
                "put it back, or generate the shot again."
            )
    temporary = movie.with_name(f".tmp-{uuid.uuid4().hex[:12]}.mp4")
    try:
        movie.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb"):
            pass
    except OSError as error:
        raise storage_error(error, movie) from error
    try:
        with compat.movie_output(scene, str(temporary)):
            bpy.ops.render.render(animation=True, scene=scene.name)
        expected = scene.frame_end - scene.frame_start + 1
        try:
            frames = count_frames(temporary)
        except MediaError:  # nothing that plays
            frames = 0
        if frames != expected:
            raise MediaError(
                f"Blender wrote {frames} of {expected} frames to {movie}: check the free space on the disk and "
                "run it again."
            )
        temporary.replace(movie)
    except RuntimeError as error:
        raise RenderError(f"Blender could not render the edit: {str(error).strip()}") from error
    except OSError as error:
        raise storage_error(error, movie) from error
    finally:
        temporary.unlink(missing_ok=True)
    return frames
