"""What is written once and never changes: project, reference package, request, take; and the report."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from pydantic import Field

from .framerate import FrameRate
from .model_base import Stored
from .shot import Problem

__all__ = [
    "PackageFile",
    "ProjectRecord",
    "ReferencePackage",
    "Report",
    "Request",
    "RequestShot",
    "ShotReport",
    "Take",
]


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
    passes: tuple[str, ...]
    depth_encoding: str = "linear"
    depth_near: float | None = None
    depth_far: float | None = None
    """Metres that depth shows as white and as black; None without a depth pass."""
    masks: dict[str, str] = Field(default_factory=dict[str, str])
    """Colour of each asset in the mask, as #rrggbb."""
    engine: str
    """What drew it, and with which driver."""
    notes: tuple[str, ...] = ()
    blender: str
    files: tuple[PackageFile, ...]


class RequestShot(Stored):
    """A shot inside a request: what it looks like and where it lies."""

    shot: str
    number: str
    name: str
    package: str
    """Fingerprint of its reference package."""
    files: dict[str, str]
    """Name and SHA-256 of each file the backend gets."""
    first: int
    start: int
    end: int
    frames: int
    fps: FrameRate
    width: int
    height: int
    lens: float | None = None


class Request(Stored):
    """What one model is asked for: shots, their references, parameters."""

    schema_name: Literal["shotwright.request.1"] = Field(default="shotwright.request.1", alias="schema")
    model: str
    film: str
    shots: tuple[RequestShot, ...] = Field(min_length=1)
    parameters: dict[str, str | int | float | bool] = Field(default_factory=dict[str, str | int | float | bool])

    def digest(self) -> str:
        """SHA-256 of the request's canonical JSON: equal requests, equal digests."""
        text = json.dumps(self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class Take(Stored):
    """`take.json`: one clip for a shot, with everything needed to make it again."""

    schema_name: Literal["shotwright.take.1"] = Field(default="shotwright.take.1", alias="schema")
    id: str
    shot: str
    label: str
    """t001, t002, …"""
    model: str
    request: Request
    request_digest: str
    file: PackageFile
    first: int
    start: int
    end: int
    """First frame of the clip in layout time, and the cut range inside it."""
    frames: int
    fps: FrameRate
    width: int
    height: int
    created: str
    """UTC, ISO 8601."""


class ShotReport(Stored):
    """What was done for one shot."""

    id: str
    number: str
    name: str
    frames: int
    status: Literal["done", "fresh", "locked", "skipped", "failed"]
    """`fresh`: nothing had changed. `skipped`: bad input. `failed`: something broke."""
    seconds: dict[str, float] = Field(default_factory=dict[str, float])
    files: dict[str, str] = Field(default_factory=dict[str, str])
    """SHA-256 of each file, by path relative to the project folder."""
    package: str | None = None
    """Fingerprint of its reference package."""
    take: str | None = None
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
    saved: str | None = None
    notes: tuple[str, ...] = ()
