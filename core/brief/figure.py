"""A person's figure: where crown, eyes, chin and so on down to the soles are, from joints or from proportions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from .numbers import add, dot, finite, length, mean, minus, times, unit
from .track import Body, Vector

__all__ = ["CHIN", "CROWN", "EYES", "HIPS", "KNEES", "SHOULDERS", "Figure", "bounds", "eyes", "figure", "middle"]

CROWN, EYES, CHIN, SHOULDERS, HIPS, KNEES, ANKLE = 1.0, 0.936, 0.870, 0.818, 0.530, 0.285, 0.039
"""Heights above the soles, in statures (Drillis and Contini, Body Segment Parameters, 1966, as in Winter, Biomechanics
and Motor Control of Human Movement, fig. 4.1)."""

_NAMED: tuple[tuple[float, tuple[tuple[str, ...], ...]], ...] = (
    (CROWN, (("head_top",),)),
    (EYES, (("l_eye", "r_eye"), ("l_ear", "r_ear"), ("nose",))),
    (CHIN, (("chin",),)),
    (SHOULDERS, (("l_shoulder", "r_shoulder"), ("neck",))),
    (HIPS, (("l_hip", "r_hip"),)),
    (KNEES, (("l_knee", "r_knee"),)),
    (ANKLE, (("l_ankle", "r_ankle"),)),
)
"""Joints at each height, the better ones first."""

_UPRIGHT = 0.6
"""A body without joints stands when it is at least this high for its longest extent."""
_STEPS = 50


@dataclass(frozen=True)
class Figure:
    """A person's middle line at one time."""

    anchors: tuple[tuple[float, Vector], ...]
    """Heights in statures, from the crown down to the soles, and the points in the world between which it runs."""
    stature: float
    """Metres, standing."""

    def at(self, height: float) -> Vector:
        """The point of the middle line at a height in statures, from 0 to 1."""
        for (above, top), (below, bottom) in pairwise(self.anchors):
            if height >= below:
                share = (height - below) / (above - below)
                return add(times(bottom, 1 - share), times(top, share))
        return self.anchors[-1][1]

    @property
    def line(self) -> tuple[tuple[float, Vector], ...]:
        """Steps along it, a fiftieth of the stature each, from the crown."""
        heights = (1 - step / _STEPS for step in range(_STEPS + 1))
        return tuple((height, self.at(height)) for height in heights)

    @property
    def crown(self) -> Vector:
        return self.anchors[0][1]

    @property
    def soles(self) -> Vector:
        return self.anchors[-1][1]

    @property
    def eyes(self) -> Vector:
        return self.at(EYES)


def figure(body: Body) -> Figure | None:
    """The figure of a person; None where neither joints nor an upright shape tell where its head is."""
    known = _known(body.joints)
    if not any(height >= SHOULDERS for height in known) or len(known) < 2:
        known = _standing(body)
    if known is None:
        return None
    stature = _stature(known)
    if stature < 1e-6:
        return None
    anchors = _completed(known, stature)
    return Figure(tuple(sorted(anchors.items(), reverse=True)), stature)


def middle(body: Body) -> Vector | None:
    """The middle of a body that a path can be measured by: between shoulders and hips where they are known, since arms
    and legs swing; else of its bounds."""
    known = _known(body.joints)
    trunk = [known[height] for height in (SHOULDERS, HIPS) if height in known]
    if trunk:
        return mean(trunk)
    low, high = bounds(body)
    return mean((low, high)) if finite((*low, *high)) else None


def eyes(body: Body, person: bool) -> Vector | None:
    """A person's eyes; the middle of anything else."""
    found = figure(body) if person else None
    return found.eyes if found else middle(body)


def bounds(body: Body) -> tuple[Vector, Vector]:
    """Lowest and highest corner of the box around a body, along the world's axes; infinite for one without points."""
    points = [point for point in body.points if finite(point)]
    if not points:
        nowhere = (float("inf"), float("inf"), float("inf"))
        return nowhere, nowhere
    low = (min(p[0] for p in points), min(p[1] for p in points), min(p[2] for p in points))
    high = (max(p[0] for p in points), max(p[1] for p in points), max(p[2] for p in points))
    return low, high


def _known(joints: Mapping[str, Vector]) -> dict[float, Vector]:
    found: dict[float, Vector] = {}
    for height, choices in _NAMED:
        for names in choices:
            points = [joints[name] for name in names if name in joints and finite(joints[name])]
            if points:
                found[height] = mean(points)
                break
    return found


def _standing(body: Body) -> dict[float, Vector] | None:
    low, high = bounds(body)
    if not finite((*low, *high)):
        return None
    size = minus(high, low)
    if size[2] < _UPRIGHT * max(size):
        return None
    x, y, _ = mean((low, high))
    return {CROWN: (x, y, high[2]), 0.0: (x, y, low[2])}


def _stature(known: dict[float, Vector]) -> float:
    """From the way along the joints, so that a person who sits is as tall as when standing."""
    heights = sorted(known, reverse=True)
    way = sum(length(minus(known[a], known[b])) for a, b in pairwise(heights))
    return way / (heights[0] - heights[-1])


def _completed(known: dict[float, Vector], stature: float) -> dict[float, Vector]:
    """With a crown, and with feet that hang down where they are not known."""
    heights = sorted(known, reverse=True)
    anchors = dict(known)
    if CROWN not in known:
        top = known[heights[0]]
        way = unit(minus(top, known[heights[1]]))
        # A head is carried upright more than the trunk below it.
        way = way if dot(way, (0.0, 0.0, 1.0)) < 0.7 else (0.0, 0.0, 1.0)
        anchors[CROWN] = add(top, times(way, stature * (CROWN - heights[0])))
    if heights[-1] > 0:
        anchors[0.0] = add(known[heights[-1]], (0.0, 0.0, -stature * heights[-1]))
    return anchors
