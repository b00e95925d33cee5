"""A shot: one camera, one continuous action, one range of the layout's time."""

from __future__ import annotations

from pydantic import Field

from . import terms
from .asset import ShotAsset
from .flipbook import Flipbook
from .framerate import FrameRate
from .model_base import Stored
from .prompt import Prompt

__all__ = ["Handles", "Layout", "Problem", "Shot", "ShotListing"]


class Handles(Stored):
    """Frames rendered before and behind the cut range, so that an editor can slip the cut."""

    head: int = Field(default=0, ge=0, le=terms.MAX_HANDLES)
    tail: int = Field(default=0, ge=0, le=terms.MAX_HANDLES)


class Problem(Stored):
    """Something about a shot that stops the work: a stable code and a sentence for the artist."""

    code: str
    message: str


class Shot(Stored):
    """A shot as it stands in a scene.

    It is what was found, not what would be right: a range may be empty and a camera missing.
    `core.preflight.problems` says what is wrong with it.
    """

    id: str
    """UUID in its canonical text; survives save, reload, undo and rename."""
    scene: str
    number: str
    name: str
    camera: str | None = None
    """Name of the camera object."""
    start: int
    end: int
    """First and last frame of the cut range in layout time, both inside, without handles."""
    handles: Handles = Handles()
    fps: FrameRate
    width: int
    height: int
    """Picture size in pixels."""
    order: int
    """Place in the film, from 0."""
    film: str = ""
    sequence: str = ""
    mode: str = terms.DEFAULT_MODE
    locked: bool = False
    source: str = "manual"
    flipbook: Flipbook | None = None
    """A movie or image sequence from elsewhere that shows how the shot moves."""
    stills: str = terms.DEFAULT_STILLS
    """What the references `first` and `last` show: one of `terms.STILLS`."""
    prompt: Prompt = Prompt()
    assets: tuple[ShotAsset, ...] = ()
    """Assets that are in the shot whether or not its prompt names them, and how they are there."""
    copied_from: str | None = None
    """UUID of the shot this one is a copy of, when its scene was duplicated or appended."""
    read_only: str | None = None
    """Why this shot can't be edited here, or None when it can."""

    @property
    def frames(self) -> int:
        """Length of the cut range in frames; 0 or less when the range is empty."""
        return self.end - self.start + 1

    @property
    def first(self) -> int:
        """First frame to render, head handle included."""
        return self.start - self.handles.head

    @property
    def last(self) -> int:
        """Last frame to render, tail handle included."""
        return self.end + self.handles.tail

    @property
    def title(self) -> str:
        """Number and name, the way strips and slates show it."""
        return f"{self.number} {self.name}" if self.name and self.name != self.number else self.number


class Layout(Stored):
    """What the checks need to know of the scene a shot lives in."""

    scene: str
    start: int
    end: int
    """The scene's own frame range, both inside."""
    cameras: frozenset[str]
    """Names of the camera objects in the scene."""
    missing_libraries: tuple[str, ...] = ()
    """Linked .blend files that the scene's data needs and that were not found."""


class ShotListing(Stored):
    """A shot with what is wrong with it: one row of `shotwright shots`."""

    shot: Shot
    problems: tuple[Problem, ...] = ()

    def row(self) -> dict[str, object]:
        """The shot's fields plus `frames` and `problems`, as plain JSON values."""
        return {
            **self.shot.document(),
            "frames": self.shot.frames,
            "problems": [p.document() for p in self.problems],
        }
