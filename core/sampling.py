"""At which moments of the layout a model's frames are drawn, so that motion keeps its exact speed.

The rule: scene frame f lasts from f to f+1, so N frames last N/fps seconds, and frame i of the clip shows the
layout i/model_fps seconds after the start of the first frame, handles included. The clip gets the first number
of frames that is not shorter than the shot, ceil(N/fps·model_fps), and then the model's next legal length. What
is beyond is drawn too, since models blend neighbouring frames, and cut off from the take.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from .errors import BadInput
from .framerate import FrameRate
from .model import LengthRule
from .model_base import Stored
from .shot import Shot

__all__ = ["Beyond", "SampleTime", "Sampling", "sample"]

Beyond = Literal["continue", "hold"]
"""What the frames behind the shot show: the layout going on (no stop in the motion), or its last moment."""

MAX_SAMPLES = 1_000_000
"""Longest clip in frames; ten times the longest shot."""

_BELOW_ONE = 1 - 2.0**-24
"""Largest 32-bit float below 1: Blender keeps subframes in 32 bits, and 1 would be the next frame."""


class SampleTime(NamedTuple):
    """What `Scene.frame_set(frame, subframe=subframe)` takes."""

    frame: int
    subframe: float
    """In [0, 1)."""


class Sampling(Stored):
    """The moments at which a shot is drawn for a model. `times` lists them; all else is exact."""

    first: int
    """Layout frame at which the clip begins: the shot's first, head handle included."""
    scene_frames: int = Field(ge=1)
    """Frames of the layout that the clip covers, handles included."""
    scene_fps: FrameRate
    fps: FrameRate
    """The clip's."""
    frames: int = Field(ge=1, le=MAX_SAMPLES)
    """Length to draw and to ask for: legal for the model."""
    kept: int = Field(ge=1)
    """How many of them, from the first, cover the shot; the others are cut off the take."""
    beyond: Beyond = "continue"
    notes: tuple[str, ...] = ()
    """What the artist should know, a sentence each; empty when the clip's frames are the scene's."""

    @model_validator(mode="after")
    def _covers(self) -> Self:
        if not self.kept <= self.frames:
            raise ValueError(f"{self.frames} frames do not cover the shot's {self.kept}")
        return self

    @property
    def step(self) -> Fraction:
        """Layout frames from one frame of the clip to the next."""
        return self.scene_fps.fraction / self.fps.fraction

    @property
    def seconds(self) -> Fraction:
        """How long the shot lasts, handles included."""
        return self.scene_frames / self.scene_fps.fraction

    def time(self, index: int) -> Fraction:
        """The layout time, in scene frames, that frame `index` of the clip shows; exact."""
        if self.beyond == "hold":
            index = min(index, self.kept - 1)
        return self.first + index * self.step

    @property
    def times(self) -> tuple[SampleTime, ...]:
        """The moment of each of `frames` frames. Each is rounded once, from its exact time: nothing adds up."""
        above, below = self.step.as_integer_ratio()
        shown = range(self.frames) if self.beyond == "continue" else (min(i, self.kept - 1) for i in range(self.frames))
        split = (divmod(index * above, below) for index in shown)
        return tuple(SampleTime(self.first + whole, min(rest / below, _BELOW_ONE)) for whole, rest in split)


def sample(shot: Shot, fps: FrameRate, length: LengthRule, beyond: Beyond = "continue") -> Sampling:
    """When to draw `shot`, handles included, for a model that runs at `fps` and takes the lengths of `length`.

    Raises BadInput when the shot is empty or needs more frames than the model makes.
    """
    covered = shot.last - shot.first + 1
    if shot.frames < 1:
        raise BadInput(f"{shot.number} is empty: it ends at frame {shot.end}, before its start at {shot.start}.")
    kept = math.ceil(covered * fps.fraction / shot.fps.fraction)
    if kept > MAX_SAMPLES:
        raise BadInput(f"{shot.number} needs {kept:,} frames, more than {MAX_SAMPLES:,}: shorten it or split it.")
    if length.longest is not None and kept > length.longest:
        raise BadInput(_too_long(shot, covered, kept, fps, length.longest))
    sampling = Sampling(
        first=shot.first,
        scene_frames=covered,
        scene_fps=shot.fps,
        fps=fps,
        frames=length.at_least(kept),
        kept=kept,
        beyond=beyond,
    )
    return sampling.model_copy(update={"notes": tuple(_notes(shot, sampling))})


def _too_long(shot: Shot, covered: int, kept: int, fps: FrameRate, longest: int) -> str:
    handles = " with its handles" if covered != shot.frames else ""
    fitting = math.floor(longest * shot.fps.fraction / fps.fraction)
    return (
        f"{shot.number} lasts {_seconds(covered / shot.fps.fraction)}{handles}, which is {kept:,} frames at {fps} a "
        f"second, and the model makes at most {longest:,}: shorten it to {fitting:,} frames{handles}, or split it."
    )


def _notes(shot: Shot, sampling: Sampling) -> list[str]:
    notes: list[str] = []
    if sampling.step != 1:
        notes.append(
            f"{shot.number}: the scene runs at {shot.fps} frames a second and the model at {sampling.fps}: the layout "
            "is drawn between its frames where needed, so the motion keeps its speed."
        )
    surplus = sampling.frames - sampling.kept
    if surplus:
        needed = "1 frame" if sampling.kept == 1 else f"{sampling.kept:,} frames"
        cut = "the last one is" if surplus == 1 else f"the last {surplus:,} are"
        shown = "where the layout goes on" if sampling.beyond == "continue" else "where its last moment is held"
        notes.append(
            f"{shot.number} lasts {_seconds(sampling.seconds)}, {needed} of the model's; it makes "
            f"{sampling.frames:,}: {cut} cut off again, {shown} past frame {shot.last}."
        )
    elif sampling.kept * sampling.step != sampling.scene_frames:
        over = (sampling.kept / sampling.fps.fraction - sampling.seconds) * 1000
        notes.append(f"{shot.number}: the clip is {float(over):.3g} ms longer than the shot and is trimmed to it.")
    return notes


def _seconds(value: Fraction) -> str:
    return f"{float(value):.4g} s"
