"""What differs between Blender versions outside drawing: the sequencer, workspaces, movie output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import bpy

__all__ = [
    "V5",
    "all_strips",
    "animated_strips",
    "content_frames",
    "content_start",
    "effect_inputs",
    "is_retimed",
    "movie_output",
    "new_effect",
    "set_content_start",
    "set_trim",
    "show_in",
    "shown_in",
    "strip_end",
    "strip_start",
    "strips_of",
    "trim",
]

V5 = bpy.app.version >= (5, 0, 0)


def strips_of(scene: bpy.types.Scene) -> bpy.types.bpy_prop_collection:
    """The scene's top-level strips, with a sequence editor made where there is none."""
    return scene.sequence_editor_create().strips


def all_strips(scene: bpy.types.Scene) -> bpy.types.bpy_prop_collection:
    """Every strip of the scene, those inside meta strips too."""
    return scene.sequence_editor_create().strips_all


def content_frames(strip: bpy.types.Strip) -> int:
    """Length of the strip's file, trimmed or not."""
    return int(strip.content_duration if hasattr(strip, "content_duration") else strip.frame_duration)


def strip_start(strip: bpy.types.Strip) -> int:
    """First frame the strip shows."""
    return int(strip.left_handle if hasattr(strip, "left_handle") else strip.frame_final_start)


def strip_end(strip: bpy.types.Strip) -> int:
    """The frame behind the last one the strip shows."""
    return int(strip.right_handle if hasattr(strip, "right_handle") else strip.frame_final_end)


def content_start(strip: bpy.types.Strip) -> float:
    """Where the first frame of the strip's file lies, trimmed or not."""
    return strip.content_start if hasattr(strip, "content_start") else strip.frame_start


def set_content_start(strip: bpy.types.Strip, frame: float) -> None:
    """Move the strip so that the first frame of its file lies at `frame`."""
    if hasattr(strip, "content_start"):
        strip.content_start = frame
    else:
        strip.frame_start = frame


def trim(strip: bpy.types.Strip) -> tuple[int, int]:
    """Frames of the file hidden at the head and at the tail."""
    if hasattr(strip, "left_handle_offset"):
        return int(strip.left_handle_offset), int(strip.right_handle_offset)
    return int(strip.frame_offset_start), int(strip.frame_offset_end)


def set_trim(strip: bpy.types.Strip, head: int, tail: int) -> None:
    """Hide `head` and `tail` frames of the file without moving what stays."""
    if hasattr(strip, "left_handle_offset"):
        strip.left_handle_offset, strip.right_handle_offset = head, tail
    else:
        strip.frame_offset_start, strip.frame_offset_end = head, tail


def effect_inputs(strips: Iterable[bpy.types.Strip]) -> set[str]:
    """Names of the strips that an effect (a transition, a speed control, …) is made of."""
    inputs = (getattr(strip, name, None) for strip in strips for name in ("input_1", "input_2"))
    return {strip.name for strip in inputs if strip is not None}


def is_retimed(strip: bpy.types.Strip) -> bool:
    """Whether the artist gave a strip retiming keys. Only read here: adding one crashes 4.5."""
    return len(getattr(strip, "retiming_keys", ())) > 0


_STRIP_PATH = re.compile(r'sequence_editor\.strips_all\["((?:[^"\\]|\\.)*)"\]')


def animated_strips(scene: bpy.types.Scene) -> set[str]:
    """Names of the strips that have keyframes or drivers: those lie at frames of the edit and don't follow a strip."""
    data = scene.animation_data
    if data is None:
        return set()
    curves = list(data.drivers)
    for action in filter(None, [data.action, *(strip.action for track in data.nla_tracks for strip in track.strips)]):
        if hasattr(action, "fcurves"):  # gone in 5.0
            curves += action.fcurves
        else:
            curves += [
                curve
                for layer in action.layers
                for strip in layer.strips
                for bag in strip.channelbags
                for curve in bag.fcurves
            ]
    found = (_STRIP_PATH.match(curve.data_path) for curve in curves)
    return {bpy.utils.unescape_identifier(match[1]) for match in found if match}


def new_effect(
    strips: bpy.types.bpy_prop_collection, name: str, kind: str, channel: int, start: int, end: int, **inputs: object
) -> bpy.types.Strip:
    """An effect strip from `start` up to before `end`; inputs are `input1` and `input2`."""
    length = {"length": end - start} if V5 else {"frame_end": end}
    return strips.new_effect(name=name, type=kind, channel=channel, frame_start=start, **length, **inputs)


def shown_in(workspace: bpy.types.WorkSpace) -> bpy.types.Scene | None:
    """The scene that a workspace's sequencers show whatever scene the window has; None before 5.0."""
    return getattr(workspace, "sequencer_scene", None)


def show_in(workspace: bpy.types.WorkSpace, scene: bpy.types.Scene) -> None:
    """Let a workspace show a scene in its sequencers.

    5.x has a property of the workspace for it. 4.5 pins the scene that the window had when the workspace
    was left: it has to be shown there once.
    """
    if hasattr(workspace, "sequencer_scene"):
        if workspace.sequencer_scene != scene:
            workspace.sequencer_scene = scene
    elif not workspace.use_pin_scene:
        workspace.use_pin_scene = True


@contextmanager
def movie_output(scene: bpy.types.Scene, path: str) -> Iterator[None]:
    """Inside, rendering the scene's animation writes H.264 and AAC to `path`; settings return afterwards."""
    render, image, ffmpeg = scene.render, scene.render.image_settings, scene.render.ffmpeg
    # The media type decides which file formats exist, and a file format which colours: they go first each time.
    formats = [(image, "media_type", "VIDEO")] if V5 else []
    settings = [
        *formats,
        (image, "file_format", "FFMPEG"),
        (render, "filepath", path),
        (render, "use_file_extension", False),
        (render, "use_sequencer", True),
        (render, "use_compositing", False),
        (render, "use_overwrite", True),
        (scene, "frame_step", 1),
        (render, "resolution_percentage", 100),
        (image, "color_mode", "RGB"),
        (ffmpeg, "format", "MPEG4"),
        (ffmpeg, "codec", "H264"),
        (ffmpeg, "constant_rate_factor", "HIGH"),
        (ffmpeg, "gopsize", max(1, round(render.fps / render.fps_base))),
        (ffmpeg, "audio_codec", "AAC"),
        (scene.view_settings, "view_transform", "Standard"),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in settings]
    # A format that has fewer takes these along, and rendering another scene than the open one moves its playhead.
    before += [(image, "color_depth", image.color_depth), (scene, "frame_current", scene.frame_current)]
    try:
        for owner, name, value in settings:
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
