"""Shot sizes: by the part of a person that the picture shows, or by a thing's share of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .figure import CHIN, CROWN, Figure
from .numbers import add, cross, dot, length, minus, snap, times, unit
from .picture import Eye, Outline
from .record import ShotSize
from .track import Vector

__all__ = ["CUTS", "EXTREME_WIDE", "PARTS", "Sized", "person_size", "place_size", "thing_size"]

CUTS: tuple[tuple[float, ShotSize], ...] = ((0.77, "CU"), (0.66, "MCU"), (0.50, "MS"), (0.15, "MLS"), (-math.inf, "LS"))
"""The lowest height of the body that the picture shows, in statures, for each size: a close-up ends between chin and
chest, a medium close-up at the chest, a medium shot at waist or hips, a medium long shot between thighs and shins; what
shows the feet is a long shot (Thompson and Bowen, Grammar of the Shot, 2nd ed. 2009, chapter 1)."""
EXTREME_WIDE = 0.15
"""A figure lower than this part of the picture makes an extreme wide shot."""
PARTS: tuple[tuple[float, ShotSize], ...] = (
    (1.5, "ECU"),
    (0.7, "CU"),
    (0.5, "MCU"),
    (0.35, "MS"),
    (0.25, "MLS"),
    (0.10, "LS"),
    (0.0, "EWS"),
)
"""A thing's larger side over the picture's side along it, at least, for each size."""
_HEAD = CROWN - CHIN
_HEAD_SHOWN = 1 / 3
"""A head is in the picture from this part of it on, or where it fills as much of the picture: a chin at the upper edge
is none."""
_HEAD_WIDE = 0.04
"""Half the breadth of a head, in statures."""
_HEAD_STEPS = 24
_HEADLESS = 0.45
"""A picture that shows less of a person than this, in statures, and not the head, is of hands or feet."""


@dataclass(frozen=True)
class Sized:
    """How large a subject is in the picture."""

    size: ShotSize
    share: float
    """Its own height over the picture's, where it stands."""
    head: bool = True
    """Whether a person's head is in the picture."""
    detail: bool = False
    """Whether a part without the head fills the picture."""


def person_size(eye: Eye, body: Figure) -> Sized | None:
    """By the lowest part of the body that is in the picture below the head; None when its middle line is all behind.

    With much room around the person the picture counts as no closer than if the part filled half of it; where the
    camera looks along the body, or the head is out, as much of it counts as would fit.
    """
    shown = [(height, eye.local(point)) for height, point in body.line]
    front = [row for row in shown if eye.before(row[1])]
    if not front:
        return None
    inside = [row for row in front if _inside(eye, row[1], _lies(eye, body))]
    head = [row for row in inside if row[0] >= CHIN] if _shows_head(eye, body) else []
    depth = (head or inside or front)[0][1][2]
    span = snap(eye.metres(depth)[1] / body.stature)
    share = 1 / max(span, 1e-6)
    if not head:
        lowest = 1.05 - span
    elif _along(eye, body):
        lowest = 1 - span
    else:
        lowest = min(_lowest(eye, front, body), 1 - 0.5 * span)
    size: ShotSize = next(word for limit, word in CUTS if snap(lowest, 2) >= limit)
    if size == "LS" and snap(share) < EXTREME_WIDE:
        size = "EWS"
    if head and span < _HEAD:
        size = "ECU"
    return Sized(size, share, bool(head), not head and span < _HEADLESS)


def _shows_head(eye: Eye, body: Figure) -> bool:
    """Whether enough of the head is in the picture."""
    # Straight from chin to crown: a face may be far before both.
    chin, crown = eye.local(body.at(CHIN)), eye.local(body.crown)
    shares = [step / _HEAD_STEPS for step in range(_HEAD_STEPS + 1)]
    local = [add(times(chin, 1 - share), times(crown, share)) for share in shares]
    flat = [eye.flat(point) for point in local if eye.before(point)]
    if len(flat) < len(local):
        return bool(flat)
    # In the picture's own shape, so that a head that lies is as long as one that is upright.
    aspect = eye.sensor[0] / eye.sensor[1]
    beside = _HEAD_WIDE * body.stature / max(eye.metres(local[0][2])[0], 1e-6)
    whole = seen = 0.0
    for (x, y), (x_next, y_next) in pairwise(flat):
        step = math.hypot((x_next - x) * aspect, y_next - y)
        across, up = snap((x + x_next) / 2), snap((y + y_next) / 2)
        whole += step
        seen += step if -beside <= across <= 1 + beside and 0 <= up <= 1 else 0.0
    return snap(seen, 2) > 0 and (snap(seen / max(whole, 1e-9), 2) >= _HEAD_SHOWN or snap(seen, 2) >= _HEAD_SHOWN)


def thing_size(shape: Outline) -> Sized:
    """By its larger share of the picture's height or width."""
    part = snap(max(shape.height, shape.across))
    return Sized(next(size for limit, size in PARTS if part >= limit), shape.height)


def place_size(shape: Outline) -> Sized:
    """A place that the camera is in, or that fills a quarter of the picture, is a long shot, however near."""
    wide = shape.behind or snap(max(shape.height, shape.across)) >= 0.25
    return Sized("LS" if wide else "EWS", shape.height)


def _inside(eye: Eye, local: Vector, lies: bool) -> bool:
    """Whether a point of the middle line is in the picture; beside it counts only for one who lies across."""
    x, y = eye.flat(local)
    return 0 <= snap(y) <= 1 and (not lies or 0 <= snap(x) <= 1)


def _lowest(eye: Eye, front: Sequence[tuple[float, Vector]], body: Figure) -> float:
    """Down to which height the line stays in the picture from the head on."""
    lies = _lies(eye, body)
    lowest, found = 1.0, False
    for height, local in front:
        if _inside(eye, local, lies):
            lowest, found = height, True
        elif found:
            break
    return lowest


def _axis(body: Figure) -> Vector:
    return unit(minus(body.crown, body.soles))


def _lies(eye: Eye, body: Figure) -> bool:
    axis = _axis(body)
    return abs(dot(axis, eye.right)) > abs(dot(axis, eye.up)) and not _along(eye, body)


def _along(eye: Eye, body: Figure) -> bool:
    """Whether the camera looks along the body, so that it is foreshortened by more than half."""
    way = unit(minus(body.at(0.5), eye.place))
    return length(cross(way, _axis(body))) < 0.5
