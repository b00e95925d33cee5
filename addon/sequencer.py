"""The edit: a scene of its own where each shot's take stands as a strip, and the movie made from it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import bpy

from ..core.errors import MediaError, RenderError, SceneError, storage_error
from ..core.framerate import FrameRate
from ..jobs.files import STAGING
from ..media.movie import count_frames
from . import compat, edit_scene, shot_items, strips
from .edit_clips import CHANNELS, COLOURS, Clip, Cut, ShotCut
from .edit_placing import Placing, verify
from .edit_workspace import ensure_workspace
from .shots import frame_rate

__all__ = ["CHANNELS", "COLOURS", "Clip", "Cut", "ShotCut", "check_rates", "place", "render_cut"]


def check_rates(rates: Iterable[FrameRate]) -> None:
    """Raise SceneError when there is more than one frame rate: one edit has one."""
    found = sorted(str(rate) for rate in set(rates))
    if len(found) > 1:
        raise SceneError(
            f"The shots run at {' and '.join(found)} frames per second: give their scenes one frame rate, and "
            "generate the shots again whose takes have another."
        )


def place(cuts: Sequence[ShotCut], restore: Collection[str] = ()) -> tuple[bpy.types.Scene, Cut]:
    """Put the clips of each shot into the edit, trimmed to the shot's exact range; make the edit where there is none.

    Calling it again brings the edit up to date: strips that nobody touched follow their shots, what the
    artist did stays, and `conflicts` of the result says where the two don't go together. Without a
    change in the shots and takes nothing changes. While all strips are untouched they stand in the film's
    order; afterwards the film follows theirs. `restore` are uuids of shots to be put back although the
    artist deleted their strips.

    Raises SceneError when there is no clip or the clips' frame rates differ, MediaError when one is gone or damaged.
    """
    clips = [clip for cut in cuts for clip in cut.clips()]
    if not clips:
        raise SceneError("There is no take to cut: run generate first.")
    check_rates(clip.take.fps for clip in clips)
    copies = edit_scene.told_copies()
    scene = shot_items.edit_scene()
    made = scene is None
    if scene is None:
        scene = edit_scene.new_edit(clips[0].shot)
    try:
        verify(scene, clips)
    except MediaError:
        if made:
            bpy.data.scenes.remove(scene)
        raise
    rate = clips[0].take.fps
    edit_scene.adopt_order()
    result = Placing(scene, cuts, restore).run()
    if frame_rate(scene) != rate:
        edit_scene.set_rate(scene, rate)
        result.notes.append(f"The edit runs at {rate} frames per second now, as its shots do.")
    result.notes += copies
    edit_scene.fit_range(scene)
    edit_scene.adopt_order()
    if made:
        ensure_workspace(scene)
    return scene, result


def render_cut(scene: bpy.types.Scene, movie: Path) -> int:
    """Render the edit to an H.264 mp4 with sound; returns its length in frames.

    The file appears when it is whole. Raises SceneError when a strip's file is gone, RenderError
    when Blender can't render it, MediaError when the result has another length than the edit.
    """
    for strip in compat.all_strips(scene):
        for path in _missing_files(strip):
            raise SceneError(
                f"The file under the strip {strip.name!r} is gone ({path}): put it back, "
                + ("or generate the shot again." if strip.get("shotwright_shot") else "or mute or delete the strip.")
            )
    temporary = movie.with_name(f"{STAGING}{uuid.uuid4().hex[:12]}.mp4")
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
            place = movie.parent if movie.name.startswith(STAGING) else movie
            raise MediaError(
                f"Blender wrote {frames} of {expected} frames to {place}: check the free space on the disk and run it "
                "again."
            )
        temporary.replace(movie)
    except RuntimeError as error:
        raise RenderError(f"Blender could not render the edit: {str(error).strip()}") from error
    except OSError as error:
        raise storage_error(error, movie) from error
    finally:
        temporary.unlink(missing_ok=True)
    return frames


def _missing_files(strip: bpy.types.Strip) -> list[str]:
    """Paths that a strip plays and that are not there."""
    paths: list[str] = []
    if strip.mute:
        return paths
    if strip.type == "IMAGE":
        paths = [f"{strip.directory.rstrip('/')}/{element.filename}" for element in strip.elements]
    elif strip.type == "MOVIE" or (strip.type == "SOUND" and strip.sound is not None and not strip.sound.packed_file):
        paths = [strips.file_of(strip)]
    return [path for path in paths if not Path(bpy.path.abspath(path)).is_file()]
