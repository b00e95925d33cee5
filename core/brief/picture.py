"""Where things are in a camera's picture: a checked sample, points of the world in it, the outline of a body.

Places in the picture go from the lower left corner (0, 0) to the upper right one (1, 1); what is beyond is outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from .numbers import cross, dot, finite, length, minus, unit
from .track import Body, CameraTrack, Sample, Vector

__all__ = ["Eye", "Outline", "eyes_of", "outline"]

Flat = tuple[float, float]
_NEAR = 1e-4
"""Metres; nothing nearer has a place in a picture."""
_FULL_FRAME = 36.0
_SIDES = 16


@dataclass(frozen=True)
class Eye:
    """The camera at one time, with what was no number made good."""

    frame: float
    projection: Literal["perspective", "orthographic", "panoramic"]
    place: Vector
    right: Vector
    up: Vector
    forward: Vector
    lens: float
    sensor: Flat
    shift: Flat
    width: float
    clip: Flat
    sample: Sample

    def local(self, point: Vector) -> Vector:
        """To the right, up and forward of the camera, in metres."""
        way = minus(point, self.place)
        return dot(way, self.right), dot(way, self.up), dot(way, self.forward)

    def flat(self, local: Vector) -> Flat:
        """The place in the picture of a point in the camera's own space, which is before it."""
        x, y, depth = local
        wide, high = self.sensor
        if self.projection == "panoramic":
            # The whole sphere on a plate carrée, as Blender's equirectangular panorama.
            across = math.atan2(x, depth) / (2 * math.pi)
            return 0.5 + across, 0.5 + math.asin(max(-1.0, min(1.0, y / (length(local) or 1.0)))) / math.pi
        scale = wide / self.width if self.projection == "orthographic" else self.lens / max(depth, _NEAR)
        longer = max(wide, high)
        return 0.5 + (x * scale - self.shift[0] * longer) / wide, 0.5 + (y * scale - self.shift[1] * longer) / high

    def before(self, local: Vector) -> bool:
        """Whether a point in the camera's own space is in front of it; of a panorama everything is."""
        return self.projection == "panoramic" or local[2] > self.nearest

    def seen(self, point: Vector) -> Flat | None:
        """The place in the picture of a point of the world; None behind the camera."""
        local = self.local(point)
        return self.flat(local) if self.before(local) else None

    @property
    def nearest(self) -> float:
        return max(self.clip[0], _NEAR)

    def metres(self, depth: float) -> Flat:
        """How much the picture shows at this depth, across and up."""
        if self.projection == "orthographic":
            return self.width, self.width * self.sensor[1] / self.sensor[0]
        return max(depth, _NEAR) * self.sensor[0] / self.lens, max(depth, _NEAR) * self.sensor[1] / self.lens

    def upright(self, up: Vector) -> Eye:
        """The same camera turned around its view until `up` is up in its picture; as it is where it looks along it."""
        right = unit(cross(self.forward, up))
        return replace(self, right=right, up=cross(right, self.forward)) if any(right) else self

    @cached_property
    def steep(self) -> bool:
        """Whether it looks up or down so steeply that there is no level to lean against."""
        return abs(self.forward[2]) > 0.98

    @cached_property
    def pitch(self) -> float:
        """Degrees; above 0 it looks up."""
        return math.degrees(math.asin(max(-1.0, min(1.0, self.forward[2]))))

    @cached_property
    def roll(self) -> float:
        """Degrees; above 0 it leans clockwise, seen from behind. 0 where it is steep."""
        if self.steep:
            return 0.0
        level = unit(cross(self.forward, (0.0, 0.0, 1.0)))
        return math.degrees(math.atan2(-dot(self.right, cross(level, self.forward)), dot(self.right, level)))


@dataclass(frozen=True)
class Outline:
    """What a body covers in the picture."""

    box: tuple[float, float, float, float]
    """Left, lower, right, upper, as far as it reaches, outside the picture too."""
    area: float
    """Part of the picture inside its convex outline."""
    behind: bool
    """Whether some of it is behind the camera."""

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def across(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def middle(self) -> Flat:
        """The middle of what is in the picture; of the whole where nothing is."""
        left, low, right, high = self.box
        inside = max(left, 0.0), max(low, 0.0), min(right, 1.0), min(high, 1.0)
        if inside[0] >= inside[2] or inside[1] >= inside[3]:
            inside = self.box
        return (inside[0] + inside[2]) / 2, (inside[1] + inside[3]) / 2


def eyes_of(track: CameraTrack) -> tuple[Eye, ...]:
    """The samples in order of time, without those that hold no camera.

    Where none is left there is one at the origin, so that a brief can say so. Raises ValueError without any sample.
    """
    if not track.samples:
        raise ValueError("a camera track has at least one sample")
    found = {eye.frame: eye for eye in (_eye(track, sample) for sample in track.samples) if eye}
    if not found:
        frame = track.samples[0].frame
        rest = Sample(frame if math.isfinite(frame) else 0.0, _IDENTITY, 50.0, (_FULL_FRAME, 24.0))
        made = _eye(track, rest)
        assert made is not None
        found = {made.frame: made}
    return tuple(found[frame] for frame in sorted(found))


_IDENTITY = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))


def _eye(track: CameraTrack, sample: Sample) -> Eye | None:
    if len(sample.matrix) < 3 or not math.isfinite(sample.frame):
        return None
    if not all(len(row) >= 4 and finite(row) for row in sample.matrix[:3]):
        return None
    columns = [_column(sample, axis) for axis in range(4)]
    forward = unit((-columns[2][0], -columns[2][1], -columns[2][2]))
    right = unit(cross(forward, columns[1]))
    if not any(forward) or not any(right):
        return None
    wide, high = track.size if min(track.size) > 0 else (16, 9)
    sensor = sample.sensor
    if not finite(sensor) or min(sensor) <= 0:
        sensor = (_FULL_FRAME, _FULL_FRAME * high / wide)
    near, far = track.clip
    return Eye(
        frame=sample.frame,
        projection=track.projection,
        place=columns[3],
        right=right,
        up=cross(right, forward),
        forward=forward,
        lens=sample.lens if math.isfinite(sample.lens) and sample.lens > 0 else 50.0,
        sensor=sensor,
        shift=sample.shift if finite(sample.shift) else (0.0, 0.0),
        width=sample.width if math.isfinite(sample.width) and sample.width > 0 else 1.0,
        clip=(near if math.isfinite(near) else 0.0, far if far > 0 else math.inf),
        sample=sample,
    )


def _column(sample: Sample, axis: int) -> Vector:
    return sample.matrix[0][axis], sample.matrix[1][axis], sample.matrix[2][axis]


def outline(eye: Eye, body: Body) -> Outline | None:
    """What `body` covers; None when all of it is behind the camera, beyond its far limit, or nowhere."""
    local = [eye.local(point) for point in body.points if finite(point)]
    front = [point for point in local if eye.before(point)]
    if not front or min(point[2] for point in front) > eye.clip[1]:
        return None
    flat = [eye.flat(point) for point in front]
    behind = [point for point in local if not eye.before(point)]
    if behind:
        flat += [eye.flat(point) for point in _cut(front, behind, eye.nearest)]
    across, up = [x for x, _ in flat], [y for _, y in flat]
    box = min(across), min(up), max(across), max(up)
    return Outline(box, _area(_clipped(_hull(flat))), bool(behind))


def _cut(front: list[Vector], behind: list[Vector], depth: float) -> Iterable[Vector]:
    """Where the lines from points behind to points in front come through the plane at `depth`: with those in front,
    the corners of the part of a convex body that is in front. Of all pairs, those that reach furthest to 16 sides."""
    import numpy as np

    near, far = np.array(behind, float)[:, None], np.array(front, float)[None]
    share = (depth - near[..., 2:]) / (far[..., 2:] - near[..., 2:])
    through = (near + share * (far - near))[..., :2].reshape(-1, 2)
    angles = np.arange(_SIDES) * 2 * np.pi / _SIDES
    reach = through @ np.stack([np.cos(angles), np.sin(angles)])
    for index in np.unique(np.argmax(reach, axis=0)):
        yield float(through[index, 0]), float(through[index, 1]), depth


def _hull(points: list[Flat]) -> list[Flat]:
    """Convex hull, anticlockwise (Andrew's monotone chain, 1979)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def chain(way: Iterable[Flat]) -> list[Flat]:
        kept: list[Flat] = []
        for point in way:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return chain(ordered) + chain(reversed(ordered))


def _turn(a: Flat, b: Flat, c: Flat) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _clipped(polygon: list[Flat]) -> list[Flat]:
    """The part inside the picture (Sutherland and Hodgman, 1974)."""
    for axis, limit, sign in ((0, 0.0, 1), (0, 1.0, -1), (1, 0.0, 1), (1, 1.0, -1)):
        kept: list[Flat] = []
        for start, end in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            inside, next_inside = sign * (start[axis] - limit) >= 0, sign * (end[axis] - limit) >= 0
            if inside:
                kept.append(start)
            if inside != next_inside:
                share = (limit - start[axis]) / (end[axis] - start[axis])
                kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
        polygon = kept
    return polygon


def _area(polygon: list[Flat]) -> float:
    pairs = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2
