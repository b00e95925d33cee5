"""Small mesh toolbox: rounded boxes, lathes and lofts gathered into one mesh per object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, pi, sin

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

# A cross-section of a loft: where along the axis, half-width, half-depth, shift to the front.
Section = tuple[float, float, float, float]


@dataclass
class Surface:
    """Vertices and faces of one closed shape."""

    points: np.ndarray
    faces: list[tuple[int, ...]]

    def moved(self, matrix: Matrix) -> Surface:
        """The same shape, placed by a matrix."""
        m = np.array(matrix)
        return Surface(self.points @ m[:3, :3].T + m[:3, 3], self.faces)


def material(name: str, colour: str, roughness: float = 0.8, glow: float = 0.0) -> bpy.types.Material:
    """A plain material from an sRGB hex colour; asked for again by name, the same one comes back."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    rgb = [linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5)]
    made = bpy.data.materials.new(name)
    made.diffuse_color = (*rgb, 1.0)
    made.roughness = roughness
    if made.node_tree is None:  # since Blender 5.0 every material has its nodes from the start
        made.use_nodes = True
    shader = next(node for node in made.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (*rgb, 1.0)
    shader.inputs["Roughness"].default_value = roughness
    if glow:
        shader.inputs["Emission Color"].default_value = (*rgb, 1.0)
        shader.inputs["Emission Strength"].default_value = glow
    return made


def linear(value: float) -> float:
    """One sRGB channel as linear light."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def loft(
    sections: Sequence[Section],
    segments: int = 20,
    steps: int = 3,
    square: float = 2.0,
    caps: tuple[float, float] = (1.0, 1.0),
) -> Surface:
    """A closed tube along +Y through elliptic sections, with rounded ends.

    `square` above 2 makes the sections boxier; `caps` is how far each end bulges, in radii.
    """
    rows = _dense(np.array(sections, float), steps)
    start = [_cap_row(rows[0], -caps[0], u) for u in (0.97, 0.85, 0.6, 0.3)]
    end = [_cap_row(rows[-1], caps[1], u) for u in (0.3, 0.6, 0.85, 0.97)]
    rows = np.vstack([start, rows, end])
    angles = np.arange(segments) * (2 * pi / segments)
    c, s = np.cos(angles), np.sin(angles)
    power = 2.0 / square
    ring_x, ring_z = np.sign(c) * np.abs(c) ** power, np.sign(s) * np.abs(s) ** power
    x = rows[:, 1:2] * ring_x
    y = np.repeat(rows[:, 0:1], segments, axis=1)
    z = rows[:, 2:3] * ring_z + rows[:, 3:4]
    points = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    tips = [[0.0, _cap_row(row, reach, 1.0)[0], row[3]] for row, reach in ((rows[4], -caps[0]), (rows[-5], caps[1]))]
    count, last = len(rows), len(points)
    faces: list[tuple[int, ...]] = []
    for i in range(segments):
        j = (i + 1) % segments
        faces += [
            (r + i, r + segments + i, r + segments + j, r + j) for r in range(0, (count - 1) * segments, segments)
        ]
        top = (count - 1) * segments
        faces += [(last, i, j), (last + 1, top + j, top + i)]
    return Surface(np.vstack([points, tips]), faces)


def _dense(rows: np.ndarray, steps: int) -> np.ndarray:
    """Catmull-Rom rows between the given ones, so a few sections make a smooth limb."""
    padded = np.vstack([2 * rows[0] - rows[1], rows, 2 * rows[-1] - rows[-2]])
    out: list[np.ndarray] = []
    for k in range(len(rows) - 1):
        a, b, c, d = padded[k : k + 4]
        for t in np.linspace(0.0, 1.0, steps, endpoint=False):
            out.append(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            )
    return np.vstack([*out, rows[-1]])


def _cap_row(row: np.ndarray, reach: float, u: float) -> np.ndarray:
    shrink = (1.0 - u * u) ** 0.5
    return np.array([row[0] + reach * u * min(row[1], row[2]), row[1] * shrink, row[2] * shrink, row[3]])


def ellipsoid(centre: Iterable[float], radii: tuple[float, float, float], segments: int = 16) -> Surface:
    """An ellipsoid with its poles up and down."""
    rings = segments // 2
    profile = [(sin(pi * i / rings), -cos(pi * i / rings)) for i in range(rings + 1)]
    ball = lathe(profile, segments)
    return Surface(ball.points * np.array(radii) + np.array(tuple(centre)), ball.faces)


def lathe(profile: Sequence[tuple[float, float]], segments: int = 24) -> Surface:
    """A (radius, height) profile turned around Z; a radius near zero closes that end in a point."""
    points: list[tuple[float, float, float]] = []
    rows: list[list[int]] = []
    for radius, height in profile:
        if radius < 1e-6:
            rows.append([len(points)] * segments)
            points.append((0.0, 0.0, height))
            continue
        rows.append(list(range(len(points), len(points) + segments)))
        turns = (2 * pi * i / segments for i in range(segments))
        points += [(radius * cos(t), radius * sin(t), height) for t in turns]
    faces: list[tuple[int, ...]] = []
    for low, high in pairwise(rows):
        for i in range(segments):
            j = (i + 1) % segments
            corners = dict.fromkeys((low[i], low[j], high[j], high[i]))  # drops the doubles at a pole
            if len(corners) > 2:
                faces.append(tuple(corners))
    return Surface(np.array(points), faces)


def box(centre: Iterable[float], size: Iterable[float], bevel: float = 0.008) -> Surface:
    """A box with softened edges."""
    bm = bmesh.new()
    place = Matrix.Translation(Vector(tuple(centre))) @ Matrix.Diagonal((*size, 1.0))
    bmesh.ops.create_cube(bm, size=1.0, matrix=place)
    if bevel:
        bmesh.ops.bevel(bm, geom=bm.edges[:], offset=bevel, segments=2, profile=0.5, affect="EDGES")
    bm.verts.index_update()
    surface = Surface(np.array([v.co[:] for v in bm.verts]), [tuple(v.index for v in f.verts) for f in bm.faces])
    bm.free()
    return surface


def spun(yaw: float, at: Iterable[float] = (0.0, 0.0, 0.0)) -> Matrix:
    """A place on the floor with a heading in radians around Z."""
    return Matrix.Translation(Vector(tuple(at))) @ Matrix.Rotation(yaw, 4, "Z")


@dataclass
class MeshMaker:
    """Gathers shapes with their materials and turns them into one object."""

    points: list[np.ndarray] = field(default_factory=list)
    faces: list[tuple[int, ...]] = field(default_factory=list)
    slots: list[bpy.types.Material] = field(default_factory=list)
    slot_of_face: list[int] = field(default_factory=list)
    smooth: list[bool] = field(default_factory=list)
    size: int = 0

    def add(self, surface: Surface, look: bpy.types.Material, smooth: bool = True) -> tuple[int, int]:
        """Add a shape; returns the range of its vertices in the mesh to come."""
        start = self.size
        if look not in self.slots:
            self.slots.append(look)
        self.points.append(surface.points)
        self.faces += [tuple(i + start for i in face) for face in surface.faces]
        self.slot_of_face += [self.slots.index(look)] * len(surface.faces)
        self.smooth += [smooth] * len(surface.faces)
        self.size += len(surface.points)
        return start, self.size

    def box(
        self,
        centre: Iterable[float],
        size: Iterable[float],
        look: bpy.types.Material,
        bevel: float = 0.008,
        turn: Matrix | None = None,
    ) -> None:
        """Add a softened box, flat shaded."""
        shape = box(centre, size, bevel)
        self.add(shape.moved(turn) if turn else shape, look, smooth=False)

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

    def finish(self, name: str, collection: bpy.types.Collection, place: Matrix | None = None) -> bpy.types.Object:
        """Make the object and link it."""
        made = bpy.data.objects.new(name, self.mesh(name))
        if place is not None:
            made.matrix_world = place
        collection.objects.link(made)
        return made
