"""Shapes as plain arrays: chamfered boxes, lathes, lofts and tubes, gathered into one mesh per object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import cos, pi, sin

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Face = tuple[int, ...]


@dataclass
class Shape:
    """Vertices and faces of one piece."""

    points: Floats
    faces: list[Face]

    def moved(self, matrix: Matrix) -> Shape:
        """The same shape placed by a matrix; faces turn round where the matrix mirrors."""
        m = np.array(matrix)
        faces = self.faces if matrix.to_3x3().determinant() > 0 else [face[::-1] for face in self.faces]
        return Shape(self.points @ m[:3, :3].T + m[:3, 3], faces)

    def plus(self, other: Shape) -> Shape:
        """Both shapes as one."""
        start = len(self.points)
        later = [tuple(i + start for i in face) for face in other.faces]
        return Shape(np.vstack([self.points, other.points]), [*self.faces, *later])


def at(x: float = 0.0, y: float = 0.0, z: float = 0.0, yaw: float = 0.0) -> Matrix:
    """A place with a heading in degrees around Z."""
    return Matrix.Translation((x, y, z)) @ Matrix.Rotation(yaw * pi / 180, 4, "Z")


def turned(axis: str, degrees: float) -> Matrix:
    """A rotation about one axis."""
    return Matrix.Rotation(degrees * pi / 180, 4, axis)


@cache
def _box_faces() -> tuple[tuple[tuple[int, int], ...], tuple[Face, ...]]:
    """A cube with cut edges and corners: for each vertex its corner and the axis it stayed out on; and faces."""
    corners = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    vertices = [(c, axis) for c in range(8) for axis in range(3)]
    index = {v: i for i, v in enumerate(vertices)}
    faces: list[Face] = []

    def add(face: Sequence[int], outward: Sequence[float]) -> None:
        spots = [
            Vector(corners[vertices[i][0]])
            + Vector([corners[vertices[i][0]][a] * (a == vertices[i][1]) for a in range(3)])
            for i in face
        ]
        normal = (spots[1] - spots[0]).cross(spots[2] - spots[0])
        faces.append(tuple(face) if normal.dot(Vector(outward)) > 0 else tuple(reversed(face)))

    for axis in range(3):
        for sign in (-1, 1):
            ring = [c for c in range(8) if corners[c][axis] == sign]
            ring[2], ring[3] = ring[3], ring[2]
            add([index[c, axis] for c in ring], [sign * (a == axis) for a in range(3)])
    for a in range(8):
        add([index[a, axis] for axis in range(3)], corners[a])
        for b in range(a + 1, 8):
            same = [axis for axis in range(3) if corners[a][axis] == corners[b][axis]]
            if len(same) == 2:
                p, q = same
                out = [corners[a][axis] * (axis in same) for axis in range(3)]
                add([index[a, p], index[a, q], index[b, q], index[b, p]], out)
    return tuple(vertices), tuple(faces)


def box(centre: Iterable[float], size: Iterable[float], cut: float = 0.01) -> Shape:
    """A box with its edges cut by `cut` metres, so that they catch the light; 0 leaves them sharp."""
    middle, half = np.array(tuple(centre), float), np.array(tuple(size), float) / 2
    signs = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    if not cut:
        faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
        return Shape(signs * half + middle, faces)
    cut = min(cut, float(half.min()) * 0.9)
    vertices, cut_faces = _box_faces()
    corner = np.array([c for c, _ in vertices])
    inset = np.ones((len(vertices), 3)) - np.eye(3)[[axis for _, axis in vertices]]
    return Shape(signs[corner] * (half - cut * inset) + middle, list(cut_faces))


def lathe(profile: Sequence[tuple[float, float]], segments: int = 24) -> Shape:
    """A (radius, height) profile turned around Z; a radius of zero closes that end in a point."""
    points: list[tuple[float, float, float]] = []
    rows: list[list[int]] = []
    for radius, height in profile:
        if radius < 1e-6:
            rows.append([len(points)] * segments)
            points.append((0.0, 0.0, height))
            continue
        rows.append(list(range(len(points), len(points) + segments)))
        points += [
            (radius * cos(2 * pi * i / segments), radius * sin(2 * pi * i / segments), height) for i in range(segments)
        ]
    faces: list[Face] = []
    for low, high in pairwise(rows):
        for i in range(segments):
            j = (i + 1) % segments
            corners = tuple(dict.fromkeys((low[i], low[j], high[j], high[i])))
            if len(corners) > 2:
                faces.append(corners)
    return Shape(np.array(points), faces)


def ball(centre: Iterable[float], radii: tuple[float, float, float], segments: int = 16) -> Shape:
    """An ellipsoid."""
    rings = max(4, segments // 2)
    shape = lathe([(sin(pi * i / rings), -cos(pi * i / rings)) for i in range(rings + 1)], segments)
    return Shape(shape.points * np.array(radii) + np.array(tuple(centre)), shape.faces)


# Along the axis, half width, half depth, shift to the front.
Section = tuple[float, float, float, float]


def loft(sections: Sequence[Section], segments: int = 16, square: float = 2.0, round_ends: float = 0.6) -> Shape:
    """A closed tube along +Z through sections: width along X, depth along Y, the front towards -Y.

    `square` above 2 makes the sections boxier; `round_ends` is how far the ends bulge, in half depths.
    """
    rows = _smooth(np.array(sections, float))
    first, last = rows[0], rows[-1]
    caps = (0.95, 0.75, 0.4)
    start = [_cap(first, -round_ends, u) for u in caps]
    end = [_cap(last, round_ends, u) for u in reversed(caps)]
    rows = np.vstack([*start, rows, *end])
    angle = np.arange(segments) * (2 * pi / segments)
    power = 2.0 / square
    ring_x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power
    ring_y = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power
    x, y = rows[:, 1:2] * ring_x, rows[:, 2:3] * ring_y - rows[:, 3:4]
    points = np.stack([x, y, np.repeat(rows[:, 0:1], segments, axis=1)], axis=-1).reshape(-1, 3)
    tips = [[0.0, -row[3], _cap(row, reach, 1.0)[0]] for row, reach in ((first, -round_ends), (last, round_ends))]
    count, total = len(rows), len(points)
    faces: list[Face] = []
    for i in range(segments):
        j = (i + 1) % segments
        faces += [
            (r + i, r + j, r + segments + j, r + segments + i) for r in range(0, (count - 1) * segments, segments)
        ]
        top = (count - 1) * segments
        faces += [(total, j, i), (total + 1, top + i, top + j)]
    return Shape(np.vstack([points, tips]), faces)


def _cap(row: Floats, reach: float, u: float) -> Floats:
    shrink = max(0.0, 1.0 - u * u) ** 0.5
    return np.array([row[0] + reach * u * min(row[1], row[2]), row[1] * shrink, row[2] * shrink, row[3]])


def _smooth(rows: Floats, steps: int = 3) -> Floats:
    """Rows between the given ones on a curve through them."""
    padded = np.vstack([2 * rows[0] - rows[1], rows, 2 * rows[-1] - rows[-2]])
    out: list[Floats] = []
    for k in range(len(rows) - 1):
        before, a, b, after = padded[k : k + 4]
        for t in np.linspace(0.0, 1.0, steps, endpoint=False):
            tangents = (b - before) / 2 * (t - 2 * t**2 + t**3) + (after - a) / 2 * (t**3 - t**2)
            out.append(a * (1 - 3 * t**2 + 2 * t**3) + b * (3 * t**2 - 2 * t**3) + tangents)
    return np.vstack([*out, rows[-1]])


def tube(path: Sequence[Sequence[float]], radius: float | Sequence[float], sides: int = 8) -> Shape:
    """A round rod along a path of points; `radius` is one number or one for each point."""
    spots = [Vector(p) for p in path]
    radii = [radius] * len(spots) if isinstance(radius, int | float) else list(radius)
    points: list[list[float]] = []
    helper = Vector((0.0, 0.0, 1.0))
    for i, spot in enumerate(spots):
        along = (spots[min(i + 1, len(spots) - 1)] - spots[max(i - 1, 0)]).normalized()
        side = along.cross(helper)
        if side.length < 0.1:
            side = along.cross(Vector((1.0, 0.0, 0.0)))
        side.normalize()
        helper = side.cross(along)
        for k in range(sides):
            angle = 2 * pi * k / sides
            points.append(list(spot + (side * cos(angle) + helper * sin(angle)) * radii[i]))
    faces: list[Face] = [tuple(range(sides))[::-1], tuple(range(len(points) - sides, len(points)))]
    for row in range(0, len(points) - sides, sides):
        faces += [
            (row + k, row + (k + 1) % sides, row + sides + (k + 1) % sides, row + sides + k) for k in range(sides)
        ]
    return Shape(np.array(points), faces)


@dataclass
class Maker:
    """Gathers shapes with their materials and turns them into one object."""

    points: list[Floats] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)
    slots: list[bpy.types.Material] = field(default_factory=list)
    slot_of_face: list[int] = field(default_factory=list)
    smooth: list[bool] = field(default_factory=list)
    size: int = 0

    def add(self, shape: Shape, look: bpy.types.Material, smooth: bool = True) -> tuple[int, int]:
        """Add a shape; returns the range of its vertices in the mesh to come."""
        start = self.size
        if look not in self.slots:
            self.slots.append(look)
        self.points.append(shape.points)
        self.faces += [tuple(i + start for i in face) for face in shape.faces]
        self.slot_of_face += [self.slots.index(look)] * len(shape.faces)
        self.smooth += [smooth] * len(shape.faces)
        self.size += len(shape.points)
        return start, self.size

    def box(
        self,
        centre: Iterable[float],
        size: Iterable[float],
        look: bpy.types.Material,
        cut: float = 0.01,
        place: Matrix | None = None,
    ) -> None:
        """Add a box, flat shaded."""
        shape = box(centre, size, cut)
        self.add(shape.moved(place) if place else shape, look, smooth=False)

    def mesh(self, name: str) -> bpy.types.Mesh:
        """The gathered mesh."""
        made = bpy.data.meshes.new(name)
        made.from_pydata(np.vstack(self.points).tolist(), [], self.faces)
        for look in self.slots:
            made.materials.append(look)
        made.polygons.foreach_set("material_index", self.slot_of_face)
        made.polygons.foreach_set("use_smooth", self.smooth)
        made.update()
        return made

    def finish(self, name: str, group: bpy.types.Collection, place: Matrix | None = None) -> bpy.types.Object:
        """Make the object and link it."""
        return put(self.mesh(name), name, group, place)


def put(
    mesh: bpy.types.Mesh | None, name: str, group: bpy.types.Collection, place: Matrix | None = None
) -> bpy.types.Object:
    """An object of a mesh that others may share; without one, an empty."""
    made = bpy.data.objects.new(name, mesh)
    if place is not None:
        made.matrix_world = place
    group.objects.link(made)
    return made
