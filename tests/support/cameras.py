"""Cameras and what stands before them, made by arithmetic alone: tracks whose brief can be told by hand.

The world has z up; a person who stands at a place faces along -y unless told, and a camera looks along +y unless told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

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


def look_at(place: Vector, target: Vector, roll: float = 0.0) -> Matrix:
    x, y, z = (b - a for a, b in zip(place, target, strict=True))
    return turned(place, math.degrees(math.atan2(x, y)), math.degrees(math.atan2(z, math.hypot(x, y))), roll)


Value = float | Curve
Spot = Vector | Callable[[float], Vector]


def _at(value: Value, t: float) -> float:
    return value(t) if callable(value) else value


def shake(t: float, seconds: float, seed: int) -> float:
    """Between -1 and 1: a sum of swings of 1.3 to 7 a second that don't repeat."""
    waves = ((1.3, 0.4), (2.1, 0.3), (3.7, 0.2), (6.9, 0.1))
    return sum(
        part * math.sin(2 * math.pi * rate * t * seconds + seed * (index + 1.7))
        for index, (rate, part) in enumerate(waves)
    )


def camera(
    place: Spot,
    *,
    target: Spot | None = None,
    yaw: Value = 0.0,
    pitch: Value = 0.0,
    roll: Value = 0.0,
    lens: Value = 50.0,
    seconds: float = 4.0,
    focus: Value | None = None,
    fstop: float | None = None,
    ground: float | None = 0.0,
    handheld: float = 0.0,
    subjects: Sequence[tuple[str, str, Bodies]] = (),
    mentioned: Sequence[str] = (),
    size: tuple[int, int] = (1920, 1080),
    **more: object,
) -> CameraTrack:
    """A track of so many seconds at 24 frames a second, from frame 101: place, target or turns, lens as numbers or as
    curves over the shot from 0 to 1. A sensor of 36 mm across, 36·9/16 high. `handheld` in degrees of shake."""
    frames = round(seconds * FPS) + 1
    samples: list[Sample] = []
    for index, t in enumerate(_times(frames)):
        spot = place(t) if callable(place) else place
        jitter = [handheld * shake(t, seconds, seed) for seed in (1, 5, 9)]
        if target is not None:
            aim = target(t) if callable(target) else target
            x, y, z = (b - a for a, b in zip(spot, aim, strict=True))
            angles = math.degrees(math.atan2(x, y)), math.degrees(math.atan2(z, math.hypot(x, y)))
        else:
            angles = _at(yaw, t), _at(pitch, t)
        matrix = turned(spot, angles[0] + jitter[0], angles[1] + jitter[1], _at(roll, t) + jitter[2] / 3)
        samples.append(
            Sample(
                frame=101.0 + index,
                matrix=matrix,
                lens=_at(lens, t),
                sensor=(36.0, 36.0 * size[1] / size[0]),
                focus=None if focus is None else _at(focus, t),
                fstop=fstop,
                ground=ground,
                **{
                    key: value for key, value in more.items() if key in ("below", "shift", "width", "nearest", "inside")
                },  # type: ignore[arg-type]
            )
        )
    return CameraTrack(
        camera="Camera",
        projection=more.get("projection", "perspective"),  # type: ignore[arg-type]
        fps=FrameRate.of(Fraction(FPS)),
        size=size,
        samples=tuple(samples),
        subjects=tuple(subject(id, kind, bodies, frames) for id, kind, bodies in subjects),
        mentioned=tuple(mentioned),
    )
