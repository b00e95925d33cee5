"""The ballroom itself: parquet, windows, mirrors, pilasters, coffers, gallery and doors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from math import cos, pi, sin

import bpy
import numpy as np
from mathutils import Matrix

from .looks import look
from .shapes import Maker, Shape, at, lathe, put, tube, turned
from .stage import (
    BAY,
    BAYS,
    DOOR_HEIGHT,
    DOOR_WIDTH,
    GALLERY_EDGE,
    GALLERY_FLOOR,
    HALF_LENGTH,
    HALF_WIDTH,
    HEIGHT,
    WALL,
    WINDOW_SILL,
    WINDOW_SPRING,
    WINDOW_WIDTH,
)

PLANK = (0.84, 0.14)
ARCH = 18


def build_room(group: bpy.types.Collection) -> None:
    """Everything that does not move and nobody could carry away."""
    _parquet(group)
    _long_walls(group)
    _pilasters(group)
    _ceiling(group)
    _end_walls(group)
    _gallery(group)
    _doors(group)
    _mouldings(group)


def bay_middles() -> Iterator[float]:
    """The y of the middle of every bay, from south to north."""
    return (-HALF_LENGTH + (i + 0.5) * BAY for i in range(BAYS))


def _parquet(group: bpy.types.Collection) -> None:
    """Herringbone of real planks, a little worn: each leans its own way, so the pattern shows in grey too."""
    long, wide = PLANK
    chooser = random.Random(31)
    half = np.array([(x, y) for y in (-1, 1) for x in (-1, 1)], float) * (long / 2, wide / 2)
    faces = [(0, 1, 3, 2), (4, 5, 1, 0), (5, 7, 3, 1), (7, 6, 2, 3), (6, 4, 0, 2)]
    points, out = [], []
    for x, y, angle in _herringbone(long, wide):
        lean = 0.02 * (1 if angle > 0 else -1) + chooser.uniform(-0.008, 0.008)
        turn = np.array([(cos(angle), sin(angle)), (-sin(angle), cos(angle))])
        top = (half - np.sign(half) * 0.0058) @ turn + (x, y)
        foot = (half - np.sign(half) * 0.0005) @ turn + (x, y)
        height = -0.0016 + np.sign(half[:, 1]) * lean * wide / 2 - chooser.uniform(0, 0.0008)
        start = len(points) * 8
        points.append(np.vstack([np.c_[top, height], np.c_[foot, np.full(4, -0.0062)]]))
        out += [tuple(i + start for i in face) for face in faces]
    maker = Maker()
    maker.add(Shape(np.vstack(points), out), look("Parquet"), smooth=False)
    maker.box((0, 0, -0.06), (2 * HALF_WIDTH + 1, 2 * HALF_LENGTH + 1, 0.092), look("Parquet.Base"), 0)
    maker.finish("Parquet", group)


def _herringbone(long: float, wide: float) -> Iterator[tuple[float, float, float]]:
    """Middles and angles of the planks: zigzag rows along the room."""
    c = 0.5**0.5
    # In the pattern's own axes the planks lie along x and y; two steps carry a pair to all its copies.
    ratio = round(long / wide)
    pair = ((long / 2, wide / 2, 0.0), (-wide / 2, long / 2, pi / 2))
    for n in range(-90, 90):
        for m in range(-10, 11):
            ox, oy = (n - m * ratio) * wide, (n + m * ratio) * wide
            for px, py, angle in pair:
                u, v = ox + px, oy + py
                x, y = (u - v) * c, (u + v) * c
                if abs(x) < HALF_WIDTH + 0.1 and abs(y) < HALF_LENGTH + 0.1:
                    yield x, y, angle + pi / 4 - (0 if angle == 0 else pi)


def _arch(width: float, spring: float) -> list[tuple[float, float]]:
    """The outline of an arched opening over its sill, from the right spring over the top to the left one."""
    radius = width / 2
    return [(radius * cos(pi * i / ARCH), spring + radius * sin(pi * i / ARCH)) for i in range(ARCH + 1)]


def _bay_part(depth: float, first: int, last: int) -> Shape:
    """A part of one bay of wall around its arched opening; x along the wall, y into it, z up.

    The parts go from the right pier (0 to 1) over the arch to the left pier.
    """
    half, radius, sill = BAY / 2, WINDOW_WIDTH / 2, WINDOW_SILL
    arch = _arch(WINDOW_WIDTH, WINDOW_SPRING)
    outer = [(half, sill), *[(max(-half, min(half, x * 3.0)), HEIGHT) for x, _ in arch], (-half, sill)]
    inner = [(radius, sill), *arch, (-radius, sill)]
    ring = list(zip(outer, inner, strict=True))[first : last + 1]
    points: list[tuple[float, float, float]] = []
    faces: list[tuple[int, ...]] = []
    for y in (0.0, depth):
        for (ox, oz), (ix, iz) in ring:
            points += [(ox, y, oz), (ix, y, iz)]
    n = len(ring)
    for i in range(n - 1):
        a, b = 2 * i, 2 * i + 2
        faces += [(a, b, b + 1, a + 1), (2 * n + a + 1, 2 * n + b + 1, 2 * n + b, 2 * n + a)]
        faces.append((a + 1, b + 1, 2 * n + b + 1, 2 * n + a + 1))  # the reveal
    return Shape(np.array(points, float), faces)


def _bay_meshes() -> dict[str, bpy.types.Mesh]:
    """A bay in five parts. Were it one object, it would shade so much of a picture that clay ignores its shadow."""
    spans = {"PierRight": (0, 1), "ArchRight": (1, 10), "ArchLeft": (10, 19), "PierLeft": (19, 20)}
    meshes: dict[str, bpy.types.Mesh] = {}
    for name, (first, last) in spans.items():
        maker = Maker()
        maker.add(_bay_part(WALL, first, last), look("Plaster"), smooth=False)
        meshes[name] = maker.mesh(f"Wall.{name}")
    sill = Maker()
    sill.box((0, WALL / 2, WINDOW_SILL / 2), (BAY, WALL, WINDOW_SILL), look("Plaster"), 0)
    return meshes | {"Sill": sill.mesh("Wall.Sill")}


def _window_bars() -> Maker:
    """Frame, mullions, transoms and the fan of an arched window, in the plane y = 0."""
    radius, sill, spring = WINDOW_WIDTH / 2, WINDOW_SILL, WINDOW_SPRING
    maker, paint = Maker(), look("Verdigris")
    for x in (-radius + 0.05, radius - 0.05):
        maker.box((x, 0, (sill + spring) / 2), (0.1, 0.1, spring - sill), paint, 0.015)
    for x in (-radius / 3, radius / 3):
        maker.box((x, 0, (sill + spring) / 2), (0.055, 0.06, spring - sill), paint, 0.012)
    maker.box((0, 0, sill + 0.05), (WINDOW_WIDTH, 0.12, 0.1), paint, 0.015)
    maker.box((0, 0, spring), (WINDOW_WIDTH, 0.11, 0.1), paint, 0.015)
    for i in range(1, 5):
        z = sill + (spring - sill) * i / 5
        maker.box((0, 0, z), (WINDOW_WIDTH - 0.1, 0.05, 0.05), paint, 0.01)
    for share in (0.97, 0.45):
        path = [(x * share, 0, spring + (z - spring) * share) for x, z in _arch(WINDOW_WIDTH, spring)]
        maker.add(tube(path, 0.055 if share > 0.9 else 0.03, 6), paint)
    for angle in (45, 90, 135):
        c, s = cos(angle * pi / 180), sin(angle * pi / 180)
        path = [(c * radius * r, 0, spring + s * radius * r) for r in (0.45, 0.97)]
        maker.add(tube(path, 0.026, 6), paint)
    return maker


def _surround() -> Maker:
    """The moulded frame that stands proud of the wall around an opening, with a keystone."""
    maker, stone = Maker(), look("Plaster.Dark")
    radius = WINDOW_WIDTH / 2 + 0.09
    for x in (-radius, radius):
        maker.box((x, -0.03, (WINDOW_SILL + WINDOW_SPRING) / 2), (0.16, 0.1, WINDOW_SPRING - WINDOW_SILL), stone, 0.02)
    arch = _arch(2 * radius, WINDOW_SPRING)
    for (x0, z0), (x1, z1) in pairwise(arch):
        place = Matrix.Translation(((x0 + x1) / 2, -0.03, (z0 + z1) / 2))
        angle = np.degrees(np.arctan2(z1 - z0, x1 - x0))
        length = float(np.hypot(x1 - x0, z1 - z0)) + 0.02
        maker.box((0, 0, 0), (length, 0.1, 0.16), stone, 0.02, place @ turned("Y", -float(angle)))
    maker.box((0, -0.06, WINDOW_SPRING + radius + 0.08), (0.3, 0.2, 0.5), stone, 0.04)
    maker.box((0, -0.07, WINDOW_SILL - 0.03), (WINDOW_WIDTH + 0.5, 0.3, 0.08), stone, 0.02)
    maker.box((0, -0.02, WINDOW_SILL / 2 - 0.05), (WINDOW_WIDTH - 0.1, 0.05, 0.26), stone, 0.015)
    return maker


def _long_walls(group: bpy.types.Collection) -> None:
    """Windows in the east, and facing each of them a blind one with a mirror in the west."""
    wall, bars, frame = _bay_meshes(), _window_bars().mesh("Window.Bars"), _surround().mesh("Window.Surround")
    mirror = Maker()
    mirror.box((0, 0.32, HEIGHT / 2 - 0.4), (WINDOW_WIDTH + 0.3, 0.04, HEIGHT - 1.4), look("Glass"), 0)
    glass = mirror.mesh("Mirror")
    for i, y in enumerate(bay_middles(), 1):
        # A wall's own y looks out of the room.
        east, west = at(HALF_WIDTH, y, 0, -90), at(-HALF_WIDTH, y, 0, 90)
        for side, place in (("East", east), ("West", west)):
            for part, mesh in wall.items():
                put(mesh, f"Wall.{side}.{i}.{part}", group, place)
            put(frame, f"Surround.{side}.{i}", group, place)
            deep = 0.26 if side == "East" else 0.24
            put(bars, f"{'Window' if side == 'East' else 'MirrorBars'}.{i}", group, place @ at(0, deep))
        put(glass, f"Mirror.{i}", group, west)


def _pilaster() -> Maker:
    """A shallow pillar, with base and capital; y into the wall."""
    maker, stone = Maker(), look("Ivory")
    maker.box((0, -0.08, 0.2), (0.74, 0.2, 0.4), stone, 0.02)
    maker.box((0, -0.08, 0.47), (0.66, 0.17, 0.14), stone, 0.05)
    maker.box((0, -0.03, 3.65), (0.54, 0.1, 6.3), stone, 0.01)
    for x in (-0.2, 0.2):  # a raised border instead of flutes, which only flicker from afar
        maker.box((x, -0.09, 3.6), (0.09, 0.06, 5.9), stone, 0.02)
    for z in (0.7, 6.5):
        maker.box((0, -0.09, z), (0.31, 0.06, 0.09), stone, 0.02)
    maker.box((0, -0.08, 6.72), (0.6, 0.16, 0.1), stone, 0.03)
    maker.box((0, -0.1, 6.95), (0.66, 0.22, 0.36), look("Verdigris"), 0.07)
    maker.box((0, -0.13, 7.18), (0.8, 0.3, 0.12), stone, 0.02)
    for x in (-0.28, 0.28):
        maker.add(
            lathe([(0, -0.14), (0.1, -0.14), (0.12, 0), (0.1, 0.14), (0, 0.14)], 10).moved(
                at(x, -0.2, 7.02) @ turned("X", 90)
            ),
            stone,
        )
    return maker


def _pilasters(group: bpy.types.Collection) -> None:
    mesh = _pilaster().mesh("Pilaster")
    for i in range(BAYS + 1):
        y = -HALF_LENGTH + i * BAY
        y = max(-HALF_LENGTH + 0.38, min(HALF_LENGTH - 0.38, y))
        put(mesh, f"Pilaster.East.{i}", group, at(HALF_WIDTH, y, 0, -90))
        put(mesh, f"Pilaster.West.{i}", group, at(-HALF_WIDTH, y, 0, 90))
    for i, x in enumerate((-6.4, -2.9, 2.9, 6.4), 1):
        put(mesh, f"Pilaster.North.{i}", group, at(x, HALF_LENGTH, 0, 0))
        put(mesh, f"Pilaster.South.{i}", group, at(x, -HALF_LENGTH, 0, 180))


def _ceiling(group: bpy.types.Collection) -> None:
    """Coffers, each an object of its own: so one roof does not count as a single thing that shades the room."""
    wide, deep = 2 * HALF_WIDTH / 4, BAY
    maker, stone = Maker(), look("Plaster")
    for s in (-1, 1):
        maker.box((s * (wide / 2 - 0.14), 0, HEIGHT - 0.1), (0.28, deep, 0.5), stone, 0.03)
        maker.box((0, s * (deep / 2 - 0.14), HEIGHT - 0.1), (wide - 0.56, 0.28, 0.5), stone, 0.03)
        maker.box((s * (wide / 2 - 0.4), 0, HEIGHT + 0.02), (0.26, deep - 0.54, 0.26), look("Ivory.Dark"), 0.05)
        maker.box((0, s * (deep / 2 - 0.4), HEIGHT + 0.02), (wide - 1.06, 0.26, 0.26), look("Ivory.Dark"), 0.05)
    maker.box((0, 0, HEIGHT + 0.2), (wide, deep, 0.1), look("Verdigris"), 0)
    rose = [(0, -0.14), (0.1, -0.12), (0.18, -0.06), (0.42, -0.05), (0.5, 0.02), (0.5, 0.1), (0, 0.1)]
    maker.add(lathe(rose, 20).moved(at(0, 0, HEIGHT + 0.12)), look("Ivory"))
    mesh = maker.mesh("Coffer")
    for column in range(4):
        for row, y in enumerate(bay_middles()):
            put(mesh, f"Coffer.{column + 1}.{row + 1}", group, at(-HALF_WIDTH + (column + 0.5) * wide, y))


def _end_walls(group: bpy.types.Collection) -> None:
    plaster = look("Plaster")
    door = DOOR_WIDTH / 2
    for name, x in (("Left", -1), ("Right", 1)):
        north = Maker()
        wide = HALF_WIDTH + WALL - door
        north.box((x * (door + wide / 2), HALF_LENGTH + WALL / 2, HEIGHT / 2), (wide, WALL, HEIGHT), plaster, 0)
        north.finish(f"Wall.North.{name}", group)
    over = Maker()
    over.box(
        (0, HALF_LENGTH + WALL / 2, (DOOR_HEIGHT + HEIGHT) / 2), (DOOR_WIDTH, WALL, HEIGHT - DOOR_HEIGHT), plaster, 0
    )
    over.finish("Wall.North.Over", group)
    south = Maker()
    south.box((0, -HALF_LENGTH - WALL / 2, HEIGHT / 2), (2 * (HALF_WIDTH + WALL), WALL, HEIGHT), plaster, 0)
    south.finish("Wall.South", group)
    panel, frame = Maker(), look("Plaster.Dark")
    for s in (-1, 1):
        panel.box((s * 1.1, -0.03, 2.2), (0.1, 0.08, 2.7), frame, 0.02)
        panel.box((0, -0.03, 2.2 + s * 1.3), (2.3, 0.08, 0.1), frame, 0.02)
    mesh = panel.mesh("Panel")
    for i, x in enumerate((-4.65, 4.65, -7.7, 7.7), 1):
        narrow = Matrix.Diagonal((1.0 if i < 3 else 0.6, 1, 1, 1))
        put(mesh, f"Panel.North.{i}", group, at(x, HALF_LENGTH) @ narrow)
        put(mesh, f"Panel.South.{i}", group, at(x, -HALF_LENGTH, 0, 180) @ narrow)


def _gallery(group: bpy.types.Collection) -> None:
    """The musicians' gallery over the doors, on columns, with its balustrade."""
    stone, depth = look("Ivory"), HALF_LENGTH - GALLERY_EDGE
    slab = Maker()
    slab.box((0, GALLERY_EDGE + depth / 2, GALLERY_FLOOR - 0.16), (2 * HALF_WIDTH, depth, 0.32), stone, 0.02)
    slab.box((0, GALLERY_EDGE - 0.05, GALLERY_FLOOR - 0.05), (2 * HALF_WIDTH, 0.16, 0.14), look("Plaster.Dark"), 0.03)
    slab.box((0, GALLERY_EDGE + 0.02, GALLERY_FLOOR - 0.4), (2 * HALF_WIDTH, 0.3, 0.22), look("Plaster.Dark"), 0.03)
    slab.box((0, GALLERY_EDGE + 0.06, GALLERY_FLOOR + 0.06), (2 * HALF_WIDTH, 0.2, 0.12), stone, 0.02)
    slab.box((0, GALLERY_EDGE + 0.06, GALLERY_FLOOR + 0.92), (2 * HALF_WIDTH, 0.22, 0.12), stone, 0.03)
    slab.finish("Gallery", group)
    turning = [
        (0, 0),
        (0.07, 0),
        (0.07, 0.05),
        (0.03, 0.1),
        (0.075, 0.28),
        (0.03, 0.6),
        (0.06, 0.7),
        (0.06, 0.76),
        (0, 0.76),
    ]
    row = Maker()
    for i in range(10):
        row.add(lathe(turning, 8).moved(at(-1.21 + i * 0.27, 0, 0)), stone)
    row.box((1.5, 0, 0.38), (0.24, 0.24, 0.8), stone, 0.02)
    mesh = row.mesh("Balusters")
    for i in range(6):
        put(mesh, f"Balustrade.{i + 1}", group, at(-7.5 + 3.0 * i, GALLERY_EDGE + 0.06, GALLERY_FLOOR + 0.12))
    column = Maker()
    shaft = [
        (0.3, 0.0),
        (0.3, 0.12),
        (0.24, 0.2),
        (0.26, 0.28),
        (0.21, 0.36),
        (0.21, 1.6),
        (0.18, 3.6),
        (0.22, 3.68),
        (0.2, 3.74),
        (0.3, 3.95),
        (0.3, 4.0),
    ]
    column.add(lathe([(0, 0), *shaft, (0, 4.0)], 20), stone)
    column.box((0, 0, 0.04), (0.72, 0.72, 0.14), stone, 0.02)
    column.box((0, 0, 4.03), (0.68, 0.68, 0.12), stone, 0.02)
    mesh = column.mesh("Column")
    for i, x in enumerate((-5.6, -2.2, 2.2, 5.6), 1):
        put(mesh, f"Column.{i}", group, at(x, GALLERY_EDGE + 0.35))


def _door_leaf() -> Maker:
    """One leaf, hinged at x = 0, reaching to +x, panelled on both faces."""
    maker, paint = Maker(), look("Verdigris")
    wide, high = DOOR_WIDTH / 2 - 0.09, DOOR_HEIGHT - 0.1
    maker.box((wide / 2, 0, high / 2), (wide, 0.07, high), paint, 0.01)
    for z, tall in ((0.55, 0.7), (1.9, 1.6), (3.15, 0.6)):
        maker.box((wide / 2, 0, z), (wide - 0.36, 0.12, tall), look("Verdigris.Dark"), 0.04)
    for y in (-0.08, 0.08):
        maker.box((wide - 0.1, y, 1.1), (0.05, 0.08, 0.3), look("Brass"), 0.015)
    return maker


def _doors(group: bpy.types.Collection) -> None:
    """Double doors that stand open into a bright hall."""
    frame, wood = Maker(), look("Ivory")
    half = DOOR_WIDTH / 2
    for x in (-half, half):
        frame.box((x * 1.08, HALF_LENGTH - 0.03, DOOR_HEIGHT / 2), (0.3, 0.18, DOOR_HEIGHT), wood, 0.03)
    frame.box((0, HALF_LENGTH - 0.05, DOOR_HEIGHT + 0.14), (DOOR_WIDTH + 0.7, 0.24, 0.28), wood, 0.04)
    frame.box((0, HALF_LENGTH - 0.08, DOOR_HEIGHT + 0.33), (DOOR_WIDTH + 1.0, 0.34, 0.1), wood, 0.03)
    frame.box((0, HALF_LENGTH + WALL / 2, 0.005), (DOOR_WIDTH, WALL + 0.2, 0.02), look("Wood"), 0.004)
    frame.finish("DoorFrame", group)
    leaf = _door_leaf().mesh("DoorLeaf")
    put(leaf, "Door.Left", group, at(-half + 0.06, HALF_LENGTH + WALL, 0.02, 84))
    put(leaf, "Door.Right", group, at(half - 0.06, HALF_LENGTH + WALL, 0.02, 180 - 112) @ Matrix.Identity(4))
    hall = Maker()
    end = HALF_LENGTH + WALL
    hall.box((0, end + 2.6, -0.05), (7.0, 5.2, 0.1), look("Parquet"), 0)
    hall.box((0, end + 5.2, 2.2), (7.0, 0.2, 4.4), look("Daylight"), 0)
    hall.box((-3.5, end + 2.6, 2.2), (0.2, 5.2, 4.4), look("Plaster"), 0)
    hall.finish("Hall", group)


def _mouldings(group: bpy.types.Collection) -> None:
    """Skirting and cornice along the walls."""
    profile = ((7.32, 0.2, 0.16), (7.5, 0.12, 0.24), (7.78, 0.42, 0.2), (8.0, 0.62, 0.22))
    piece = Maker()
    piece.box((0, -0.015, 0.12), (BAY, 0.07, 0.24), look("Ivory.Dark"), 0)
    for z, out, tall in profile:
        piece.box((0, -out / 2, z), (BAY, out, tall), look("Ivory"), 0)
    mesh = piece.mesh("Moulding")
    for i, y in enumerate(bay_middles(), 1):
        put(mesh, f"Moulding.East.{i}", group, at(HALF_WIDTH, y, 0, -90))
        put(mesh, f"Moulding.West.{i}", group, at(-HALF_WIDTH, y, 0, 90))
    for name, y in (("North", 1), ("South", -1)):
        trim = Maker()
        for z, out, tall in profile:
            trim.box((0, y * (HALF_LENGTH - out / 2), z), (2 * HALF_WIDTH, out, tall), look("Ivory"), 0.03)
        for x in (-1, 1):
            wide = HALF_WIDTH - DOOR_WIDTH / 2 - 0.35
            middle = x * (HALF_WIDTH - wide / 2)
            trim.box((middle, y * (HALF_LENGTH - 0.02), 0.12), (wide, 0.07, 0.24), look("Ivory.Dark"), 0.02)
        trim.finish(f"Moulding.{name}", group)
