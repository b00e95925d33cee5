"""Bodies of the subjects of a `CameraTrack`: when they are there, how they stand, what of them is in the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..brief.picture import Eye
from ..brief.record import CameraBrief
from ..brief.track import Body, CameraTrack, Sample, Subject, Vector

__all__ = ["in_picture", "middle", "seen_at", "span", "subject_of"]


def in_picture(eye: Eye, point: Vector) -> bool:
    """Whether a point of the world lies in the picture, in front of the camera. Whatever hides it is not asked."""
    place = eye.seen(point)
    return place is not None and min(place) >= 0 and max(place) <= 1


def subject_of(track: CameraTrack, brief: CameraBrief) -> Subject | None:
    """The main subject with its bodies; None without one."""
    wanted = brief.subject.id if brief.subject else None
    return next((subject for subject in track.subjects if subject.id == wanted), None)


def seen_at(track: CameraTrack, subject: Subject) -> Iterator[tuple[Sample, Body]]:
    """The times at which a subject is there, whether or not it is in the picture."""
    for sample, body in zip(track.samples, subject.bodies, strict=False):
        if body is not None:
            yield sample, body


def span(points: Sequence[Vector]) -> float:
    """Height of points: from the lowest to the highest."""
    heights = [point[2] for point in points]
    return max(heights) - min(heights)


def middle(points: Iterable[Vector]) -> Vector:
    """The middle of the box around points."""
    axes = list(zip(*points, strict=True))
    x, y, z = ((min(axis) + max(axis)) / 2 for axis in axes)
    return x, y, z
