"""Takes and strips made by hand, for tests of cutting again. Import it after the extension is installed."""

from __future__ import annotations

import json
import uuid
import wave
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from bl_ext.user_default.shotwright.addon import compat, sequencer, shot_items
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.records import PackageFile
from bl_ext.user_default.shotwright.core.shot import Shot
from bl_ext.user_default.shotwright.core.take import Conform, Request, RequestShot, Take
from bl_ext.user_default.shotwright.media import ffmpeg_tool
from bl_ext.user_default.shotwright.media.movie import MovieWriter
from support.film import add_camera, new_shot, set_up, stored
from support.snapshot import properties_of

__all__ = [
    "Film",
    "assert_settled",
    "beep",
    "edit",
    "grey_film",
    "in_the_edit",
    "lengthen",
    "move",
    "shows",
    "snapshot",
    "span",
    "spans",
    "strip_of",
    "strips_of",
    "tones",
    "trim_by",
]

SIZE = (64, 36)
SETTINGS = (
    *("type", "mute", "lock", "blend_type", "blend_alpha", "effect_fader", "color_tag", "color_multiply"),
    *("color_saturation", "strobe", "volume", "pan", "filepath", "use_flip_x", "use_flip_y", "use_reverse_frames"),
)
STEP = 3
"""Grey values between two layout frames."""


def grey(frame: int) -> int:
    """The grey of a layout frame's picture."""
    return 10 + STEP * frame


class Film:
    """Shots of a scene with takes that show which layout frame each picture is."""

    def __init__(self, folder: Path, scene: bpy.types.Scene) -> None:
        self.folder, self.scene = folder, scene
        self.labels: dict[str, int] = {}
        self.below: dict[str, sequencer.Clip] = {}
        self.above: dict[str, sequencer.Clip] = {}
        self.circled: set[str] = set()
        self.stale: set[str] = set()

    def shot(self, shot_id: str) -> Shot:
        """The shot as it is now."""
        return next(shot for shot in read_shots() if shot.id == shot_id)

    def take(
        self, shot_id: str, model: str = "wan", audio: bool = False, size: tuple[int, int] = SIZE, hz: int = 440
    ) -> sequencer.Clip:
        """A take of a shot's range with its handles."""
        shot = self.shot(shot_id)
        self.labels[shot_id] = self.labels.get(shot_id, 0) + 1
        label = f"t{self.labels[shot_id]:03d}"
        path = self.folder / f"{shot.number}-{label}" / "cut-0.mp4"
        path.parent.mkdir(parents=True)
        silent = path.with_name("silent.mp4") if audio else path
        with MovieWriter(silent, *size, shot.fps) as writer:
            for frame in range(shot.first, shot.last + 1):
                writer.write(np.full((*size[::-1], 3), grey(frame), np.uint8))
        frames = shot.last - shot.first + 1
        if audio:
            seconds = float(frames / shot.fps.fraction)
            source = ["-f", "lavfi", "-i", f"sine=frequency={hz}:sample_rate=48000:duration={seconds}"]
            ffmpeg_tool.run(["-i", str(silent), *source, "-c:v", "copy", "-c:a", "aac", "-y", str(path)], path)
        part = RequestShot(
            shot=shot.id, number=shot.number, name=shot.name, package="0", files={}, first=shot.first, last=shot.last,
            start=shot.start, end=shot.end, fps=shot.fps, width=size[0], height=size[1], frames=frames, kept=frames,
        )  # fmt: skip
        request = Request(model=model, film="", shots=(part,), fps=shot.fps, width=size[0], height=size[1])
        take = Take(
            id=str(uuid.uuid4()), shot=shot.id, label=label, model=model, job=None, request=request, clip=None,
            conform=Conform(method="exact", begin="0", end="1", audio=audio),
            file=PackageFile(name=path.name, sha256="0" * 64, bytes=path.stat().st_size),
            first=shot.first, last=shot.last, start=shot.start, end=shot.end, frames=frames, fps=shot.fps,
            width=size[0], height=size[1], created="2026-01-01T00:00:00Z",
        )  # fmt: skip
        return sequencer.Clip(shot, take, path)

    def animatic(self, *shot_ids: str) -> None:
        """New animatics."""
        for shot_id in shot_ids:
            self.below[shot_id] = self.take(shot_id, "animatic")

    def paint(self, *shot_ids: str, **options: Any) -> None:
        """New takes of a real model."""
        for shot_id in shot_ids:
            self.above[shot_id] = self.take(shot_id, **options)

    def cuts(self) -> list[sequencer.ShotCut]:
        """What there is of each shot."""
        return [
            sequencer.ShotCut(
                shot, self.below.get(shot.id), self.above.get(shot.id), shot.id in self.circled, shot.id in self.stale
            )
            for shot in read_shots()
        ]

    def place(self, *restore: str) -> tuple[bpy.types.Scene, sequencer.Cut]:
        """Cut what there is."""
        return sequencer.place(self.cuts(), restore)


def span(strip: bpy.types.Strip) -> tuple[int, int]:
    """First frame of a strip, and the frame behind its last."""
    return compat.strip_start(strip), compat.strip_end(strip)


def shows(strip: bpy.types.Strip) -> int:
    """The layout frame at a strip's start."""
    return strip["shotwright_first"] + compat.strip_start(strip) - round(compat.content_start(strip))


def move(strip: bpy.types.Strip, by: int, channel: int | None = None) -> None:
    """Move a strip as an artist would."""
    compat.set_content_start(strip, compat.content_start(strip) + by)
    if channel is not None:
        strip.channel = channel


def trim_by(strip: bpy.types.Strip, head: int = 0, tail: int = 0) -> None:
    """Trim a strip further at its ends."""
    before = compat.trim(strip)
    compat.set_trim(strip, before[0] + head, before[1] + tail)


def snapshot(scene: bpy.types.Scene) -> dict[str, Any]:
    """Everything of an edit that its artist could see."""
    found: dict[str, Any] = {}
    for strip in scene.sequence_editor.strips_all:
        values = {name: getattr(strip, name) for name in SETTINGS if hasattr(strip, name)}
        values["position"] = (*span(strip), strip.channel, compat.content_start(strip), compat.trim(strip))
        values["own"] = {
            key: list(v) if hasattr(v, "__len__") and not isinstance(v, str) else v for key, v in strip.items()
        }
        values["modifiers"] = [modifier.name for modifier in strip.modifiers]
        values["keys"] = len(strip.retiming_keys) if hasattr(strip, "retiming_keys") else 0
        values["inputs"] = [
            each.name for name in ("input_1", "input_2") if (each := getattr(strip, name, None)) is not None
        ]
        if getattr(strip, "transform", None):
            values["transform"] = properties_of(strip.transform)
        meta = strip.parent_meta()
        values["meta"] = meta.name if meta else None
        found[strip.name] = values
    return {
        "strips": found,
        "range": (scene.frame_start, scene.frame_end, scene.frame_current),
        "memory": json.loads(scene.get("shotwright_memory", "{}")),
        "markers": [(marker.name, marker.frame) for marker in scene.timeline_markers],
        "sounds": sorted(sound.filepath for sound in bpy.data.sounds),
    }


def beep(path: Path, seconds: float = 0.5, hz: int = 1000) -> Path:
    """A wav file with a tone."""
    rate = 48000
    samples = (np.sin(np.arange(int(rate * seconds)) * 2 * np.pi * hz / rate) * 20000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def tones(movie: Path, fps: float) -> list[int]:
    """The loudest frequency in the sound of each frame of a movie in Hz, 0 where it is silent."""
    target = movie.with_suffix(".wav")
    ffmpeg_tool.run(
        ["-i", str(movie), "-vn", "-ac", "1", "-ar", "48000", "-c:a", "pcm_s16le", "-y", str(target)], target
    )
    with wave.open(str(target)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    found: list[int] = []
    size = round(48000 / fps)
    for at in range(0, len(samples) - size + 1, size):
        part = samples[at : at + size]
        spectrum = np.abs(np.fft.rfft(part))
        loud = np.sqrt((part**2).mean()) > 300
        found.append(round(int(spectrum.argmax()) * 48000 / size) if loud else 0)
    return found


def grey_film(folder: Path) -> Film:
    """Four shots of 6, 5, 7 and 4 frames, with handles of 3 frames."""
    scene = set_up(bpy.context.scene, frames=60, size=SIZE)
    add_camera(scene, "Cam")
    scene.shotwright.film = "Grey"
    for start, end in ((4, 9), (14, 18), (24, 30), (40, 43)):
        new_shot(scene, camera=scene.camera, frame_start=start, frame_end=end, handle_head=3, handle_tail=3)
    return Film(folder, scene)


def edit() -> bpy.types.Scene:
    found = shot_items.edit_scene()
    assert found is not None
    return found


def strips_of(shot: str, role: str = "take") -> list[bpy.types.Strip]:
    found = [
        strip
        for strip in edit().sequence_editor.strips_all
        if strip.get("shotwright_shot") == shot and strip.get("shotwright_role") == role
    ]
    return sorted(found, key=span)


def strip_of(shot: str, role: str = "take") -> bpy.types.Strip:
    (found,) = strips_of(shot, role)
    return found


def spans(shots: list[str], role: str = "take") -> list[tuple[int, int]]:
    return [span(strip_of(shot, role)) for shot in shots]


def assert_settled(film: Film) -> None:
    """Cutting once more changes nothing at all."""
    before = snapshot(edit())
    order = [shot.id for shot in read_shots()]
    _, cut = film.place()
    assert snapshot(edit()) == before
    assert (cut.placed, cut.updated) == ([], [])
    assert [shot.id for shot in read_shots()] == order


def lengthen(shot: str, by: int, film: Film) -> None:
    """Another end, and the clips that follow from it."""
    stored(shot).frame_end += by
    film.animatic(shot)
    film.paint(shot)


def in_the_edit(film: Film) -> list[str]:
    """The shots of a film, all with an animatic and a take, in the edit."""
    ids = [shot.id for shot in read_shots()]
    film.animatic(*ids)
    film.paint(*ids)
    film.place()
    return ids
