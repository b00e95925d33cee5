"""Where subjects are at a moment: the outside of what is seen of each, joints and fronts of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..core.brief.track import Body, Vector
from ..core.rigs.data import JOINTS
from ..core.rigs.estimate import body_axes
from .geometry import Instance, Mesh
from .people import NAMES, Person

__all__ = ["Bodies", "is_within"]

Floats = NDArray[np.float64]

_AXES = np.array([d for d in product((-2, -1, 0, 1, 2), repeat=3) if 2 in map(abs, d) and d > (0, 0, 0)], np.float32)
"""49 axes, up to 14 degrees from any other: of a ball, the points furthest along them miss 3 % of its size."""
_AXES /= np.linalg.norm(_AXES, axis=1, keepdims=True)


class Bodies:
    """Bodies of subjects, in metres; what has not moved or changed since the moment before is not made again."""

    def __init__(self, unit: float) -> None:
        self._unit = unit
        self._hulls: dict[bytes, Floats] = {}
        self._before: dict[str, tuple[bytes, Body]] = {}

    def at(self, items: Mapping[str, Sequence[Instance]], people: Mapping[str, Sequence[Person]]) -> dict[str, Body]:
        """The body of each subject of which something is shown now, by id."""
        found: dict[str, tuple[bytes, Body]] = {}
        hulls: dict[bytes, Floats] = {}
        for id in dict.fromkeys((*items, *people)):
            mine, persons = items.get(id, ()), people.get(id, ())
            for item in mine:
                digest = item.mesh.digest
                if digest not in hulls:
                    hulls[digest] = self._hulls[digest] if digest in self._hulls else _outermost(item.mesh)
            key = b"".join(
                (
                    *(item.mesh.digest + item.matrix.tobytes() for item in mine),
                    *(person.places.tobytes() for person in persons),
                )
            )
            before = self._before.get(id)
            if before is None or before[0] != key:
                body = self._body([_moved(hulls[item.mesh.digest], item) for item in mine], persons)
                if body is None:
                    continue
                before = key, body
            found[id] = before
        self._hulls, self._before = hulls, found
        return {id: body for id, (_, body) in found.items()}

    def _body(self, parts: list[Floats], people: Sequence[Person]) -> Body | None:
        """None where there is neither surface nor joint. Of several people the first one's joints are said."""
        person = people[0] if people else None
        joints = _joints(person) if person else {}
        points = np.concatenate(parts or [np.array(list(joints.values())).reshape(-1, 3)])
        if not len(points):
            return None
        points = points[_extremes(points)]
        return Body(
            points=tuple((x, y, z) for x, y, z in (points * self._unit).tolist()),
            joints={name: _vector(place * self._unit) for name, place in joints.items()},
            facing=_facing(joints),
        )


def _outermost(mesh: Mesh) -> Floats:
    """The points of a mesh that lie furthest out, in its own space."""
    positions = mesh.positions
    return positions[_extremes(positions)].astype(np.float64)


def _extremes(points: NDArray[np.floating]) -> NDArray[np.intp]:
    """Indices of the furthest points along each axis, both ways; all of a few.

    One axis at a time and without a matrix product: those run in threads that wait for each other, which takes ten
    times as long on a busy machine.
    """
    if len(points) <= len(_AXES):
        return np.arange(len(points))
    x, y, z = np.ascontiguousarray(points.T)
    found: set[int] = set()
    for right, back, up in _AXES.tolist():
        along = x * right
        along += y * back
        along += z * up
        found.update((int(along.argmin()), int(along.argmax())))
    return np.array(sorted(found))


def _moved(points: Floats, item: Instance) -> Floats:
    return points @ item.matrix[:3, :3].T + item.matrix[:3, 3]


def _joints(person: Person) -> dict[str, Floats]:
    """Joints, chin and top of the head, as far as they are known, in scene units."""
    places = zip(NAMES[: len(JOINTS)], person.places, strict=False)
    found = {name: place for name, place in places if np.isfinite(place).all()}
    if person.head is not None and np.isfinite(person.head).all():
        found["chin"], found["head_top"] = person.head
    return found


def _facing(joints: Mapping[str, Floats]) -> Vector | None:
    """Which way a person looks: from the ears to the nose without the height between them, else where the chest is."""
    axes = body_axes({name: place.tolist() for name, place in joints.items()})
    if {"nose", "l_ear", "r_ear", "chin", "head_top"} <= joints.keys():
        forward = joints["nose"] - (joints["l_ear"] + joints["r_ear"]) / 2
        up = joints["head_top"] - joints["chin"]
        if np.linalg.norm(up) > 0:
            forward = forward - up * (forward @ up) / (up @ up)
        length = float(np.linalg.norm(forward))
        if length > 0:
            return _vector(forward / length)
    return axes[2] if axes else None


def _vector(values: Iterable[float]) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z


def is_within(body: Body, item: Instance, unit: float) -> bool:
    """Whether most of a body is in the box of an instance; `unit` is metres per scene unit."""
    corners = (item.matrix @ item.mesh.box)[:3].T * unit
    points = np.array(body.points)
    inside = ((corners.min(axis=0) <= points) & (points <= corners.max(axis=0))).all(axis=1)
    return bool(inside.mean() > 0.5)
