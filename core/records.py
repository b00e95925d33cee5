"""What is written once and never changes: project and reference package; and the report of a run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .framerate import FrameRate
from .model_base import Stored
from .shot import Problem

__all__ = [
    "Box",
    "PackageFile",
    "ProjectRecord",
    "ReferencePackage",
    "Report",
    "ShotReport",
]


Box = tuple[float, float, float, float]
"""A rectangle in a picture: left, top, width, height in parts of the picture's width and height, y down.

Below 0 and above 1 lies outside of the picture."""


class ProjectRecord(Stored):
    """`project.json`: which project a folder is."""

    schema_name: Literal["shotwright.project.1"] = Field(default="shotwright.project.1", alias="schema")
    id: str
    copied_from: str | None = None


class PackageFile(Stored):
    """One file of a package or take."""

    name: str
    sha256: str
    bytes: int = Field(ge=0)


class ReferencePackage(Stored):
    """`package.json`: what was rendered for a shot. The fingerprint of its inputs names its folder."""

    schema_name: Literal["shotwright.package.1"] = Field(default="shotwright.package.1", alias="schema")
    shot: str
    fingerprint: str
    number: str
    name: str
    first: int
    last: int
    """First and last frame drawn, handles included, both inside."""
    frames: int
    """Number of pictures in each movie."""
    kept: int
    """Pictures that belong to the shot; those behind them only fill the model's length."""
    model: str | None = None
    """The model it was made for; None at the shot's own size and rate."""
    fps: FrameRate
    """Rate of the pictures, which a model may want to differ from the scene's."""
    width: int
    height: int
    box: Box = (0.0, 0.0, 1.0, 1.0)
    """Where the camera's picture lies in the package's."""
    passes: tuple[str, ...]
    depth_encoding: str = "linear"
    depth_near: float | None = None
    depth_far: float | None = None
    """Metres that depth shows as white and as black; None without a depth pass."""
    masks: dict[str, str] = Field(default_factory=dict[str, str])
    """Colour of each asset in the mask, as #rrggbb."""
    layout: dict[str, str] = Field(default_factory=dict[str, str])
    """Colour of each asset's box in the layout, as #rrggbb."""
    engine: str
    """What drew it, and with which driver."""
    notes: tuple[str, ...] = ()
    blender: str
    files: tuple[PackageFile, ...]


class ShotReport(Stored):
    """What was done for one shot."""

    id: str
    number: str
    name: str
    frames: int
    status: Literal["done", "fresh", "locked", "refused", "skipped", "failed", "cancelled"]
    """`fresh`: nothing had changed. `locked`: left as it is. `refused`: it was asked for by name and is locked.
    `skipped`: bad input. `failed`: something broke. `cancelled`: its job was."""
    seconds: dict[str, float] = Field(default_factory=dict[str, float])
    files: dict[str, str] = Field(default_factory=dict[str, str])
    """SHA-256 of each file, by path relative to the project folder."""
    package: str | None = None
    """Fingerprint of its reference package."""
    job: str | None = None
    """UUID of the job that made its take, now or earlier."""
    take: str | None = None
    """UUID of its take."""
    label: str | None = None
    """t001, t002, …"""
    circled: bool = False
    """Whether the artist chose this take."""
    problems: tuple[Problem, ...] = ()


class Report(Stored):
    """`report.json`: what a run did, shot by shot."""

    schema_name: Literal["shotwright.report.1"] = Field(default="shotwright.report.1", alias="schema")
    blender: str
    film: str
    project: str
    """The project folder, absolute."""
    shots: tuple[ShotReport, ...]
    movie: str | None = None
    movie_frames: int | None = None
    contact_sheet: str | None = None
    problems: tuple[Problem, ...] = ()
    """What went wrong with the cut itself; the shots' takes are kept."""
    saved: str | None = None
    notes: tuple[str, ...] = ()
