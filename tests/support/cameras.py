"""Cameras and what stands before them, made by arithmetic alone: tracks whose brief can be told by hand.

The world has z up; a person who stands at a place faces along -y unless told, and a camera looks along +y unless told.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from shotwright.core.brief.track import Body, CameraTrack, Sample, Subject, Vector
from shotwright.core.framerate import FrameRate

Curve = Callable[[float], float]
FPS = 24

# -- curves over a shot, from 0 to 1 ------------------------------------------------------------------


def linear(t: float) -> float:
    return t


def smooth(t: float) -> float:
    """Slow at both ends, as a Bézier curve between two keys."""
    return t * t * (3 - 2 * t)


def slow_start(t: float) -> float:
    return t * t


def slow_end(t: float) -> float:
    return 1 - (1 - t) ** 2


def creep(t: float) -> float:
    """So gentle a start that nobody sees it."""
    return t**3


def part(first: float, last: float, curve: Curve = linear) -> Curve:
    """Still until `first`, then along `curve` until `last`, then still."""
    return lambda t: curve(min(1.0, max(0.0, (t - first) / (last - first))))


def between(start: float, end: float, curve: Curve = linear) -> Curve:
    return lambda t: start + (end - start) * curve(t)


# -- what stands there --------------------------------------------------------------------------------

STATURE = 1.75
_HEIGHTS = {
    "head_top": 1.0,
    "eye": 0.936,
    "nose": 0.92,
    "chin": 0.870,
    "neck": 0.818,
    "shoulder": 0.818,
    "elbow": 0.63,
    "wrist": 0.485,
    "hip": 0.530,
    "knee": 0.285,
    "ankle": 0.039,
}
_SIDE = {"eye": 0.02, "shoulder": 0.11, "elbow": 0.13, "wrist": 0.14, "hip": 0.06, "knee": 0.06, "ankle": 0.06}


def person(at: Vector = (0.0, 0.0, 0.0), turn: float = 0.0, stature: float = STATURE, joints: bool = True) -> Body:
    """Somebody who stands there, turned by degrees anticlockwise seen from above: 0 looks along -y, 90 along +x."""
    a = math.radians(turn)

    def world(side: float, ahead: float, up: float) -> Vector:
        # To the person's left, ahead and up.
        return (
            at[0] + side * math.cos(a) + ahead * math.sin(a),
            at[1] + side * math.sin(a) - ahead * math.cos(a),
            at[2] + up,
        )

    found: dict[str, Vector] = {}
    for name, height in _HEIGHTS.items():
        side = _SIDE.get(name)
        if side is None:
            found[name] = world(0.0, 0.0, height * stature)
        else:
            found[f"l_{name}"] = world(side * stature, 0.0, height * stature)
            found[f"r_{name}"] = world(-side * stature, 0.0, height * stature)
    hull = [
        world(side, ahead, height * stature)
        for height, wide in ((0.0, 0.12), (0.485, 0.26), (0.818, 0.22), (0.9, 0.09), (1.0, 0.06))
        for side in (-wide, wide)
        for ahead in (-0.1, 0.1)
    ]
    return Body(tuple(hull), found if joints else {}, (math.sin(a), -math.cos(a), 0.0))


def box(at: Vector, size: Vector) -> Body:
    """A box standing at a place: `at` is the middle of its underside."""
    return Body(
        tuple(
            (at[0] + x * size[0], at[1] + y * size[1], at[2] + z * size[2])
            for x in (-0.5, 0.5)
            for y in (-0.5, 0.5)
            for z in (0.0, 1.0)
        )
    )


Bodies = Body | Callable[[float], Body | None]


def subject(id: str, kind: str, bodies: Bodies, frames: int, name: str = "") -> Subject:
    """A subject over as many samples; an id with @ is an asset's."""
    made = tuple(bodies if isinstance(bodies, Body) else bodies(t) for t in _times(frames))
    return Subject(id, name or id.lstrip("@").title(), kind, made, id.startswith("@"))  # type: ignore[arg-type]


def _times(frames: int) -> list[float]:
    return [index / max(1, frames - 1) for index in range(frames)]


# -- cameras ------------------------------------------------------------------------------------------

Matrix = tuple[tuple[float, float, float, float], ...]


def turned(place: Vector, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Matrix:
    """World from camera: it looks along +y, turned right by `yaw`, up by `pitch`, clockwise by `roll` degrees."""
    y, p, r = (math.radians(value) for value in (yaw, pitch, roll))
    forward = (math.sin(y) * math.cos(p), math.cos(y) * math.cos(p), math.sin(p))
    flat = (math.cos(y), -math.sin(y), 0.0)
    over = (-math.sin(y) * math.sin(p), -math.cos(y) * math.sin(p), math.cos(p))
    right = tuple(a * math.cos(r) - b * math.sin(r) for a, b in zip(flat, over, strict=True))
    up = tuple(b * math.cos(r) + a * math.sin(r) for a, b in zip(flat, over, strict=True))
    rows = [(right[i], up[i], -forward[i], place[i]) for i in range(3)]
    return (*rows, (0.0, 0.0, 0.0, 1.0))


Value = float | Curve
Spot = Vector | Callable[[float], Vector]


def _at(value: Value, t: float) -> float:
    return value(t) if callable(value) else value


def shake(seconds: float, seed: int) -> float:
    """Between -1 and 1: swings of 1.3 to 7 a second that don't repeat."""
    waves = enumerate(((1.3, 0.4), (2.1, 0.3), (3.7, 0.2), (6.9, 0.1)))
    return sum(size * math.sin(2 * math.pi * rate * seconds + seed * (index + 1.7)) for index, (rate, size) in waves)


def _towards(place: Vector, target: Vector) -> tuple[float, float]:
    """Degrees to the right of +y, and up."""
    x, y, z = (b - a for a, b in zip(place, target, strict=True))
    return math.degrees(math.atan2(x, y)), math.degrees(math.atan2(z, math.hypot(x, y)))


def camera(
    place: Spot,
    *,
    target: Spot | None = None,
    yaw: Value = 0.0,
    pitch: Value = 0.0,
    roll: Value = 0.0,
    lens: Value = 50.0,
    width: Value = 0.0,
    sensor: tuple[float, float] = (36.0, 20.25),
    seconds: float = 4.0,
    focus: Value | None = None,
    fstop: float | None = None,
    handheld: float = 0.0,
    projection: Literal["perspective", "orthographic", "panoramic"] = "perspective",
    subjects: Sequence[tuple[str, str, Bodies]] = (),
    mentioned: Sequence[str] = (),
    **sample: Any,
) -> CameraTrack:
    """A track of so many seconds at 24 frames a second, from frame 101: place, target or turns, lens and focus as
    numbers or as curves over the shot from 0 to 1. `handheld` in degrees of shake; `sample` are other fields of all
    samples."""
    frames = round(seconds * FPS) + 1

    def taken(index: int, t: float) -> Sample:
        spot = place(t) if callable(place) else place
        if target is not None:
            angles = _towards(spot, target(t) if callable(target) else target)
        else:
            angles = _at(yaw, t), _at(pitch, t)
        jitter = [handheld * shake(t * seconds, seed) for seed in (1, 5, 9)]
        return Sample(
            frame=101.0 + index,
            matrix=turned(spot, angles[0] + jitter[0], angles[1] + jitter[1], _at(roll, t) + jitter[2] / 3),
            lens=_at(lens, t),
            sensor=sensor,
            width=_at(width, t),
            focus=None if focus is None else _at(focus, t),
            fstop=fstop,
            **{"ground": 0.0, **sample},
        )

    return CameraTrack(
        camera="Camera",
        projection=projection,
        fps=FrameRate.of(FPS),
        size=(1920, 1080),
        samples=tuple(taken(index, t) for index, t in enumerate(_times(frames))),
        subjects=tuple(subject(id, kind, bodies, frames) for id, kind, bodies in subjects),
        mentioned=tuple(mentioned),
    )


# -- the same, seen otherwise -------------------------------------------------------------------------

Point = Callable[[Vector], Vector]


def _moved(track: CameraTrack, matrix: Callable[[Matrix], Matrix], point: Point, way: Point) -> CameraTrack:
    def body(old: Body | None) -> Body | None:
        if old is None:
            return None
        joints = {name: point(place) for name, place in old.joints.items()}
        return Body(tuple(point(p) for p in old.points), joints, old.facing and way(old.facing))

    subjects = tuple(replace(each, bodies=tuple(body(old) for old in each.bodies)) for each in track.subjects)
    samples = tuple(replace(each, matrix=matrix(each.matrix)) for each in track.samples)
    return replace(track, samples=samples, subjects=subjects)


def mirrored(track: CameraTrack) -> CameraTrack:
    """Everything with left for right, across the plane x = 0."""

    def flip(point: Vector) -> Vector:
        return (-point[0], point[1], point[2])

    def matrix(old: Matrix) -> Matrix:
        # Mirrored in the world and in the camera, it stays a rotation.
        x, y, z = ((*row[:3], row[3]) for row in old[:3])
        return ((x[0], -x[1], -x[2], -x[3]), (-y[0], *y[1:]), (-z[0], *z[1:]), old[3])

    return _moved(track, matrix, flip, flip)


def backwards(track: CameraTrack) -> CameraTrack:
    """The last moment first."""
    frames = [each.frame for each in track.samples]
    samples = tuple(replace(each, frame=frame) for each, frame in zip(reversed(track.samples), frames, strict=True))
    subjects = tuple(replace(each, bodies=tuple(reversed(each.bodies))) for each in track.subjects)
    return replace(track, samples=samples, subjects=subjects)


def nudged(track: CameraTrack, amount: float, seed: int) -> CameraTrack:
    """Every number of places and lenses off by up to so much."""
    off = random.Random(seed)

    def noise(value: float) -> float:
        return value + off.uniform(-amount, amount)

    def point(old: Vector) -> Vector:
        return (noise(old[0]), noise(old[1]), noise(old[2]))

    def matrix(old: Matrix) -> Matrix:
        return (*(tuple(noise(value) for value in row) for row in old[:3]), old[3])  # type: ignore[return-value]

    moved = _moved(track, matrix, point, point)
    return replace(moved, samples=tuple(replace(each, lens=noise(each.lens)) for each in moved.samples))
