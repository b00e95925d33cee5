"""What a camera brief is made from: the camera and what stands before it, at some times of a shot.

Lengths are metres, angles degrees. The world is right-handed with z up; a camera looks along its own -z, y is up in
its picture. Read from a scene by `addon.brief_reader`, or written down by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..framerate import FrameRate

__all__ = ["Body", "CameraTrack", "Matrix", "Sample", "Subject", "Vector"]

Vector = tuple[float, float, float]
Matrix = tuple[tuple[float, float, float, float], ...]
"""Four rows; columns are the axes x, y, z and the place."""


@dataclass(frozen=True)
class Body:
    """A subject at one time, in the world."""

    points: tuple[Vector, ...]
    """Outermost points of its visible surface: what its height in the picture is measured by. At least one."""
    joints: Mapping[str, Vector] = field(default_factory=dict[str, Vector])
    """Of a person: `core.pose.JOINTS` that are known, and `head_top` and `chin` where they could be found."""
    facing: Vector | None = None
    """Which way it looks, a unit vector; None when it has no front."""


@dataclass(frozen=True)
class Subject:
    """Something that may be what the shot is about."""

    id: str
    """Unique in the track: the asset's tag with its @, else the name of the object all of it is parented to."""
    name: str
    """How it is called in words."""
    kind: Literal["character", "location", "prop", "thing"]
    """Of its asset; a person without one is a `character`, anything else without one a `thing`."""
    bodies: tuple[Body | None, ...]
    """One for each sample of the track; None while it is hidden."""
    tagged: bool = False
    """Whether it is an asset."""


@dataclass(frozen=True)
class Sample:
    """The camera at one time."""

    frame: float
    """Layout frame, with its sub-frame."""
    matrix: Matrix
    """World from camera, without scale."""
    lens: float
    """Focal length in millimetres; of an orthographic camera without meaning."""
    sensor: tuple[float, float]
    """Width and height in millimetres of the part of the sensor that the picture shows, so that field of view, lens
    and sensor agree: sensor fit, picture shape and pixel aspect are in it."""
    shift: tuple[float, float] = (0.0, 0.0)
    """To the right and up, in parts of the picture's longer side, as Blender's."""
    width: float = 0.0
    """Metres across the picture of an orthographic camera, else 0."""
    focus: float | None = None
    """Distance in focus; None without depth of field."""
    fstop: float | None = None
    ground: float | None = None
    """Height (z) of the ground under the camera: of what is below it, else of what it flies over; None where there
    is none."""
    below: bool = False
    """Whether the camera is under the ground: something lies above it that the subjects stand on."""
    fills: Mapping[str, float] | None = None
    """Part of the picture's area in which each subject is seen, by id, by what rays from the camera meet; None at
    times that were not looked at that closely."""
    nearest: float | None = None
    """Distance of the nearest thing in the picture; None with `fills`, or where nothing is seen."""
    inside: str = ""
    """Name of the object that the camera is in."""


@dataclass(frozen=True)
class CameraTrack:
    """A shot's camera over its cut range."""

    camera: str
    """Name of the camera object."""
    projection: Literal["perspective", "orthographic", "panoramic"]
    fps: FrameRate
    """The layout's: seconds are frames over it."""
    size: tuple[int, int]
    """The shot's picture in pixels."""
    samples: tuple[Sample, ...]
    """In order of time; first and last frame of the cut range among them. At least one."""
    subjects: tuple[Subject, ...] = ()
    clip: tuple[float, float] = (0.1, 1000.0)
    """Near and far limit of the camera."""
    mentioned: tuple[str, ...] = ()
    """Ids of the subjects that the shot's prompt or cast names, the first one first."""
