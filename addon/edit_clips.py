"""What is cut: the clips of a shot, and what cutting did. No pydantic is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ..core.shot import Shot
    from ..core.take import Take

__all__ = ["CHANNELS", "COLOURS", "Clip", "Cut", "Role", "ShotCut", "State"]

CHANNELS = {"sound": 1, "animatic": 2, "takes": 3, "take sound": 4}
"""Channels of the edit by what lies in them. Nothing of ours lies on the first; above them is the artist's own room."""

Role = Literal["animatic", "take", "sound"]
"""What a strip of ours is for its shot."""

State = Literal["missing", "conflict", "stale", "locked", "circled", "take", "animatic"]

COLOURS: dict[State, str] = {
    "missing": "COLOR_01",  # red: its file is gone
    "conflict": "COLOR_02",  # orange: something about it is for the artist to decide
    "stale": "COLOR_03",  # yellow: known to be out of date
    "locked": "COLOR_06",  # violet
    "circled": "COLOR_04",  # green: a take the artist chose
    "take": "COLOR_05",  # blue: a take nobody chose
    "animatic": "COLOR_09",  # grey
}
"""The colour of a strip by its state; the first state that is true counts. A sound strip has its picture's."""


@dataclass(frozen=True)
class Clip:
    """A take to be cut in: its shot, its record and the file."""

    shot: Shot
    take: Take
    path: Path


@dataclass(frozen=True)
class ShotCut:
    """What the edit shows of one shot. Without any clip the shot keeps the strips it has."""

    shot: Shot
    below: Clip | None
    """The newest animatic."""
    above: Clip | None
    """The circled take, else the newest one of a real model; None lets the animatic show through."""
    circled: bool = False
    """Whether the artist chose `above`."""
    stale: bool = False
    """Whether it is known to be out of date."""
    note: str = ""
    """A sentence for the artist."""

    @property
    def shown(self) -> Clip | None:
        """The clip that is seen and heard."""
        return self.above or self.below

    def clip(self, role: Role) -> Clip | None:
        """The clip of one of its strips."""
        if role == "animatic":
            return self.below
        if role == "take":
            return self.above
        shown = self.shown
        return shown if shown is not None and shown.take.conform.audio else None

    def clips(self) -> Iterator[Clip]:
        """Those there are."""
        yield from filter(None, (self.below, self.above))


@dataclass
class Cut:
    """What cutting did, by shot uuid, with sentences for the artist."""

    placed: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Shots that the artist took out of the edit, and that stay out."""
    notes: list[str] = field(default_factory=list)
    """What was done that may surprise."""
    conflicts: list[str] = field(default_factory=list)
    """What was left undone because the artist's work is in the way, and what to do about it."""
    states: dict[str, State] = field(default_factory=dict)
    """What each shot's strips are coloured for."""
