"""Where points of the world are in the picture of a `CameraTrack`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..brief.track import Body, CameraTrack, Sample, Subject, Vector

__all__ = ["in_picture", "middle", "seen_at", "span"]


def in_picture(sample: Sample, point: Vector) -> bool:
    """Whether a point of the world lies in the picture, in front of the camera. Whatever hides it is not asked."""
    place = _place(sample, point)
    return place is not None and max(map(abs, place)) <= 1


def _place(sample: Sample, point: Vector) -> tuple[float, float] | None:
    """A point in normalised device coordinates, or None behind the camera."""
    rows = sample.matrix
    offset = [point[axis] - rows[axis][3] for axis in range(3)]
    x, y, z = (sum(rows[axis][column] * offset[axis] for axis in range(3)) for column in range(3))
    depth = -z
    if depth <= 0:
        return None
    wide, high = sample.sensor
    if sample.width:
        reach_x, reach_y = sample.width / 2, sample.width / 2 * high / wide
    else:
        reach_x, reach_y = depth * wide / 2 / sample.lens, depth * high / 2 / sample.lens
    longer = max(wide, high)
    # Shift moves the picture, so what is in it goes the other way; it is in parts of the longer side.
    return x / reach_x - 2 * sample.shift[0] * longer / wide, y / reach_y - 2 * sample.shift[1] * longer / high


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
