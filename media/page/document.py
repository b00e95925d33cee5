"""What a film's page shows, as plain data: shots in order, and of each its references and takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ...core.framerate import FrameRate
from ...core.records import Box

__all__ = ["TAKES", "PageClip", "PageFilm", "PageShot"]

TAKES = "takes"
"""The column of takes; a reference's is the name of its pass."""


@dataclass(frozen=True)
class PageClip:
    """A reference or a take: a movie, or a `.png` that stands still."""

    column: str
    """What the viewer of the page shows or hides together: clay, depth, …, or `TAKES`."""
    title: str
    path: Path
    first: int
    """Layout frame that its first picture shows."""
    frames: int
    """Pictures that belong to the shot, from the first."""
    fps: FrameRate
    width: int
    height: int
    """Pixels of the file."""
    box: Box = (0.0, 0.0, 1.0, 1.0)
    """Where the camera's picture lies in the file's."""
    facts: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    """Words that stand out: circled, in the edit."""
    legend: tuple[tuple[str, str], ...] = ()
    """What a colour means: name and #rrggbb."""
    sound: bool = False
    problem: str = ""
    """Why it can't be shown, a sentence; empty when it can."""

    @property
    def still(self) -> bool:
        """Whether it is one picture that holds for the whole shot."""
        return self.path.suffix.lower() == ".png"

    @property
    def shape(self) -> tuple[int, int]:
        """Width and height in pixels of the part that the camera sees."""
        return max(1, round(self.width * self.box[2])), max(1, round(self.height * self.box[3]))

    def index_at(self, frame: int, fps: FrameRate) -> int:
        """The picture nearest to a layout frame of a scene at `fps`, from 0; at the ends the first and the last.

        Of two equally near it is the earlier one. The page's script has the same rule.
        """
        if self.still:
            return 0
        exact = (frame - self.first) * self.fps.fraction / fps.fraction
        return min(max(0, math.ceil(exact - Fraction(1, 2))), self.frames - 1)


@dataclass(frozen=True)
class PageShot:
    """A shot with all there is of it."""

    id: str
    number: str
    name: str
    start: int
    end: int
    """First and last layout frame of the cut range, both inside."""
    fps: FrameRate
    width: int
    height: int
    clips: tuple[PageClip, ...]
    facts: tuple[str, ...] = ()
    """What else stands beside its length, rate and size: lens, locked."""
    prompt: tuple[tuple[str, str], ...] = ()
    """Sections that were typed: label and text."""
    others: tuple[str, ...] = ()
    """Names of references that can't be looked at: arrays, joints."""
    notes: tuple[str, ...] = ()
    """What is wrong with it, a sentence each."""

    @property
    def frames(self) -> int:
        """Length of the cut range; 0 or less when it is empty."""
        return self.end - self.start + 1

    @property
    def title(self) -> str:
        """Number and name, the way strips and slates show it."""
        return f"{self.number} {self.name}" if self.name and self.name != self.number else self.number


@dataclass(frozen=True)
class PageFilm:
    """A film, or some shots of it."""

    title: str
    shots: tuple[PageShot, ...]
    left_out: int = 0
    """Shots of the film that were not asked for."""
