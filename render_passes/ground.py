"""What is under a camera, what subjects stand on, and whether the camera is beneath that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.brief.track import Body
from .geometry import Instance, boxes_of

__all__ = ["Ground", "Hit"]

Floats = NDArray[np.float64]

_FLOOR = 6.0
"""Square metres: what is larger from above is a floor and no table."""
_STEP = 0.3
"""Metres between a foot and what it stands on, at most: blocked feet float or sink a little."""
_STOREY = 1.5
"""Metres: less than that between the ground and a floor above is no room that a camera was meant to be in."""

Identity = tuple[object, ...]


@dataclass(frozen=True)
class Hit:
    """Where a vertical line meets a surface, in metres."""

    z: float
    identity: Identity
    wide: bool
    """Whether it is large enough to be a floor."""


class _Sheet:
    """A mesh as it stands in the world, asked from above."""

    def __init__(self, item: Instance, unit: float) -> None:
        mesh = item.mesh
        places = (mesh.positions @ item.matrix[:3, :3].T + item.matrix[:3, 3]) * unit
        self._corners = (places[mesh.triangles] if mesh.triangles is not None else places).reshape(-1, 3, 3)
        flat = self._corners[:, :, :2].astype(np.float32)
        slack = np.abs(flat).max(initial=0.0) * 1e-6
        self._low, self._high = flat.min(axis=1) - slack, flat.max(axis=1) + slack
        self._asked: dict[tuple[float, float], list[float]] = {}

    def heights(self, x: float, y: float) -> list[float]:
        """Where the line through (x, y) meets it; where two triangles touch on the line, once."""
        if (x, y) not in self._asked:
            near = (self._low[:, 0] <= x) & (x <= self._high[:, 0]) & (self._low[:, 1] <= y) & (y <= self._high[:, 1])
            self._asked[x, y] = _heights(self._corners[near], x, y)
        return self._asked[x, y]


def _heights(corners: Floats, x: float, y: float) -> list[float]:
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, np.array((x, y)) - a[:, :2]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        u = (ap[:, 0] * ac[:, 1] - ap[:, 1] * ac[:, 0]) / area
        v = (ab[:, 0] * ap[:, 1] - ab[:, 1] * ap[:, 0]) / area
        z = a[:, 2] + u * ab[:, 2] + v * ac[:, 2]
        inside = (u >= -1e-6) & (v >= -1e-6) & (u + v <= 1 + 1e-6) & np.isfinite(z)
    return sorted(set(np.round(z[inside], 6).tolist()))


class Ground:
    """Keeps what stands still from one moment to the next. All in metres; `unit` is of a scene unit."""

    def __init__(self, unit: float) -> None:
        self._unit = unit
        self._sheets: dict[bytes, _Sheet] = {}
        self._used: dict[bytes, _Sheet] = {}
        self._items: Sequence[Instance] = ()
        self._low = self._high = np.zeros((0, 3))
        self.floors: dict[Identity, list[float]] = {}
        """Where subjects were found standing: heights by what they stand on."""

    def show(self, items: Sequence[Instance]) -> None:
        """The solid things of the next moment."""
        self._sheets, self._used = self._used, {}
        self._items = items
        boxes = boxes_of(items) * self._unit
        self._low, self._high = boxes.min(axis=1), boxes.max(axis=1)

    def column(self, x: float, y: float, of: Callable[[Instance], bool] = lambda item: True) -> list[Hit]:
        """What a vertical line meets of some things, from below."""
        low, high = self._low, self._high
        over = (low[:, 0] <= x) & (x <= high[:, 0]) & (low[:, 1] <= y) & (y <= high[:, 1])
        hits: list[Hit] = []
        for index in np.nonzero(over)[0].tolist():
            item = self._items[index]
            if not of(item):
                continue
            key = item.mesh.digest + item.matrix.tobytes()
            sheet = self._used.get(key) or self._sheets.get(key) or _Sheet(item, self._unit)
            self._used[key] = sheet
            sides = high[index] - low[index]
            wide = bool(sides[0] * sides[1] >= _FLOOR)
            hits += [Hit(z, item.identity, wide) for z in sheet.heights(x, y)]
        return sorted(hits, key=lambda hit: hit.z)

    def stand(self, bodies: Iterable[Body], of: Callable[[Instance], bool]) -> None:
        """Note what these bodies stand on now."""
        for body in bodies:
            foot, (x, y) = min(point[2] for point in body.points), _foot(body)
            hits = [hit for hit in self.column(x, y, of) if abs(hit.z - foot) <= _STEP]
            if hits:
                hit = min(hits, key=lambda each: abs(each.z - foot))
                self.floors.setdefault(hit.identity, []).append(hit.z)

    def under(self, column: Sequence[Hit], z: float) -> tuple[float | None, bool]:
        """Height of the ground under a camera at `z`, and whether the camera is beneath it.

        Call when every `stand` was called. The ground is the highest floor below: something wide, or that somebody
        stands on; else whatever is highest; else, where nothing is below, the lowest floor of the shot.
        """
        below = [hit for hit in column if hit.z <= z]
        floors = [hit for hit in below if hit.wide or hit.identity in self.floors] or below
        ground = max((hit.z for hit in floors), default=None)
        above = [hit for hit in column if hit.z > z and self._is_floor(hit, ground is None)]
        beneath = bool(above) and (ground is None or above[0].z - ground < _STOREY)
        if ground is None:
            ground = min((height for heights in self.floors.values() for height in heights), default=None)
        return ground, beneath

    def _is_floor(self, hit: Hit, nothing_below: bool) -> bool:
        """Whether somebody stands on this, or on something as high; and it is not the ceiling of the same room."""
        heights = self.floors.get(hit.identity)
        if heights is None:
            levels = [height for each in self.floors.values() for height in each]
            return nothing_below and hit.wide and any(abs(hit.z - level) <= _STEP for level in levels)
        return nothing_below or hit.z <= max(heights) + _STEP


def _foot(body: Body) -> tuple[float, float]:
    """Where a body stands: between the ankles, else under its middle."""
    joints = [body.joints[name] for name in ("l_ankle", "r_ankle") if name in body.joints]
    if joints:
        return sum(j[0] for j in joints) / len(joints), sum(j[1] for j in joints) / len(joints)
    xs, ys = [point[0] for point in body.points], [point[1] for point in body.points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
