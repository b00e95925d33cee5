"""What the party left: chandeliers, sconces, tables and chairs, streamers and confetti."""

from __future__ import annotations

import random
from math import cos, pi, sin

import bpy
import numpy as np
from mathutils import Matrix, Vector

from .looks import look
from .room import bay_middles
from .shapes import Maker, Shape, at, ball, lathe, put, tube, turned
from .stage import BAY, GALLERY_EDGE, GALLERY_FLOOR, HALF_LENGTH, HALF_WIDTH, HEIGHT

CHANDELIERS = ((0.0, 2.4, 2.0), (0.0, 9.4, -1.5))
"""x, y, and how many degrees each hangs out of true."""
CHANDELIER_FOOT = 4.55

TABLES = (
    (-5.6, -8.6, 20),
    (5.9, -6.2, 75),
    (-6.6, -2.4, 140),
    (6.3, 0.9, -30),
    (-6.1, 6.6, 60),
    (6.2, 8.4, 10),
    (-7.0, 11.2, 100),
)
# Place, heading and whether it lies: on its back, on its side, or stands.
CHAIRS = (
    (-4.7, -8.1, 100, ""),
    (-6.1, -7.5, 200, ""),
    (-6.7, -9.3, -40, "back"),
    (4.9, -6.7, -70, ""),
    (6.6, -5.2, 150, ""),
    (4.4, -4.9, 35, "side"),
    (-5.6, -2.0, 120, ""),
    (-7.1, -1.4, 215, ""),
    (-6.4, -3.5, 10, ""),
    (5.3, 1.4, -110, ""),
    (6.9, 1.9, 190, ""),
    (5.2, -0.3, 20, "back"),
    (-5.1, 7.2, 110, ""),
    (-6.9, 5.7, -30, ""),
    (5.2, 8.0, -95, ""),
    (6.4, 9.5, 170, "side"),
    (-6.3, 10.2, 40, ""),
    (-7.3, 12.3, 190, ""),
    (4.6, 12.1, -20, ""),
    (5.4, 12.2, 15, ""),
    (-2.0, -11.3, 130, "side"),
)


def furnish(group: bpy.types.Collection) -> None:
    """Everything loose, where the party left it."""
    _chandeliers(group)
    _sconces(group)
    _tables(group)
    _streamers(group)
    _confetti(group)


def _arm(maker: Maker, angle: float, reach: float, z: float, drop: float) -> None:
    """One swung arm with its pan, candle and drop of glass."""
    metal, turn = look("Verdigris.Dark"), Matrix.Rotation(angle, 4, "Z")
    path = [
        (0.08, 0, z),
        (reach * 0.35, 0, z - drop),
        (reach * 0.75, 0, z - drop * 1.15),
        (reach, 0, z - drop * 0.5),
        (reach, 0, z),
    ]
    maker.add(tube(path, [0.03, 0.034, 0.03, 0.026, 0.026], 6).moved(turn), metal)
    spot = turn @ at(reach, 0, z)
    maker.add(
        lathe([(0, 0), (0.05, 0), (0.085, 0.035), (0.03, 0.03), (0.026, 0.16), (0, 0.17)], 8).moved(spot), look("Ivory")
    )
    drops = Shape(
        np.array([(0, 0, 0.05), (0.03, 0, 0), (0, 0.03, 0), (-0.03, 0, 0), (0, -0.03, 0), (0, 0, -0.1)]),
        [(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 1), (5, 2, 1), (5, 3, 2), (5, 4, 3), (5, 1, 4)],
    )
    for share, hang in ((1.0, -0.09),):
        height = z + hang - (drop * 1.15 if share < 1 else drop * 0.4)
        maker.add(drops.moved(turn @ at(reach * share, 0, height)), look("Glass"), smooth=False)


def _chandeliers(group: bpy.types.Collection) -> None:
    """Two tiers of candles each, tarnished; they hang a little out of true."""
    maker, metal = Maker(), look("Verdigris.Dark")
    shaft = [
        (0, 0),
        (0.05, 0.02),
        (0.1, 0.1),
        (0.05, 0.2),
        (0.16, 0.34),
        (0.2, 0.46),
        (0.08, 0.6),
        (0.05, 0.95),
        (0.15, 1.1),
        (0.06, 1.25),
        (0.045, 1.7),
        (0.11, 1.82),
        (0.04, 1.95),
        (0, 2.0),
    ]
    maker.add(lathe(shaft, 16), metal)
    # Strings of glass as one faceted tent above the ring and a bag below it: thin strings would only flicker.
    tent = [(0.13, 1.86), (0.2, 1.5), (0.4, 1.05), (0.72, 0.68), (1.02, 0.5)]
    bag = [(1.0, 0.5), (0.9, 0.24), (0.6, 0.0), (0.25, -0.14), (0.06, -0.18), (0.05, -0.3), (0.0, -0.34)]
    for profile in (tent[::-1], bag[::-1]):
        maker.add(lathe(profile, 20), look("Glass"), smooth=False)
    for reach, z in ((1.04, 0.5), (0.26, 1.84)):
        rim = [(cos(2 * pi * i / 28) * reach, sin(2 * pi * i / 28) * reach, z) for i in range(29)]
        maker.add(tube(rim, 0.045, 6), metal)
    for i in range(10):
        _arm(maker, 2 * pi * i / 10, 1.45, 0.62, 0.26)
    for i in range(6):
        _arm(maker, 2 * pi * (i + 0.5) / 6, 0.62, 1.62, 0.16)
    mesh = maker.mesh("Chandelier")
    for i, (x, y, tilt) in enumerate(CHANDELIERS, 1):
        hook = Vector((x, y, HEIGHT - 0.05))
        place = Matrix.Translation(hook) @ turned("Y", tilt) @ at(0, 0, CHANDELIER_FOOT - hook.z, 11.0 * i)
        put(mesh, f"Chandelier.{i}", group, place)
        chain = Maker()
        chain.add(tube([(0, 0, 2.0), (0, 0, hook.z - CHANDELIER_FOOT)], 0.035, 6), metal)
        chain.finish(f"Chain.{i}", group, place)


def _sconces(group: bpy.types.Collection) -> None:
    """Two-armed wall lights on the pilasters; y into the wall."""
    maker, metal = Maker(), look("Brass")
    maker.add(ball((0, -0.02, 0), (0.1, 0.05, 0.24), 14), metal)
    for s in (-1, 1):
        maker.add(
            tube(
                [(0, -0.05, -0.1), (s * 0.1, -0.16, -0.18), (s * 0.22, -0.22, -0.1), (s * 0.22, -0.22, 0.02)], 0.018, 6
            ),
            metal,
        )
        cup = [(0, 0), (0.05, 0.0), (0.06, 0.03), (0.025, 0.05), (0.025, 0.1), (0, 0.1)]
        maker.add(lathe(cup, 10).moved(at(s * 0.22, -0.22, 0.02)), metal)
        shade = [(0.1, 0.08), (0.055, 0.28), (0.052, 0.28), (0.096, 0.08), (0.1, 0.08)]
        maker.add(lathe(shade, 14).moved(at(s * 0.22, -0.22, 0.02)), look("Glow"))
    mesh = maker.mesh("Sconce")
    for i, y in enumerate(list(bay_middles())[:-1], 1):
        for side, sign, yaw in (("East", 1, -90), ("West", -1, 90)):
            put(mesh, f"Sconce.{side}.{i}", group, at(sign * (HALF_WIDTH - 0.12), y + BAY / 2, 2.75, yaw))


def _table() -> Maker:
    """A round table under a cloth that hangs in folds; somebody pulled at it."""
    cloth, top, rings, around = look("Cloth"), 0.75, 5, 56
    points, faces = [], []
    for ring in range(rings + 1):
        t = ring / rings
        for i in range(around):
            angle = 2 * pi * i / around
            fold = 0.055 * t * cos(angle * 14) + 0.02 * t * sin(angle * 5)
            drop = 0.5 + 0.12 * sin(angle + 0.6)
            radius = 0.72 + 0.1 * t**1.3 + fold
            points.append((radius * cos(angle), radius * sin(angle), top - 0.012 * (ring == 0) - drop * t))
    for ring in range(rings):
        for i in range(around):
            j = (i + 1) % around
            a, b = ring * around, (ring + 1) * around
            faces.append((a + i, b + i, b + j, a + j))
    maker = Maker()
    maker.add(Shape(np.array(points), faces), cloth)
    maker.add(lathe([(0, top), (0.68, top), (0.72, top - 0.012)], around), cloth)
    foot = [(0, 0), (0.3, 0), (0.3, 0.04), (0.07, 0.1), (0.05, 0.4), (0.07, top - 0.06), (0, top - 0.06)]
    maker.add(lathe(foot, 16), look("Wood.Dark"))
    return maker


def _left_on_table() -> Maker:
    """A bottle, two glasses, one of them lying, a plate and a party hat."""
    maker = Maker()
    bottle = [(0, 0), (0.042, 0), (0.044, 0.17), (0.016, 0.24), (0.015, 0.3), (0, 0.3)]
    maker.add(lathe(bottle, 12).moved(at(0.18, 0.12, 0.75)), look("Verdigris.Dark"))
    glass = [(0, 0), (0.035, 0), (0.006, 0.012), (0.006, 0.08), (0.036, 0.12), (0.034, 0.17), (0.03, 0.17), (0, 0.1)]
    maker.add(lathe(glass, 12).moved(at(-0.1, 0.2, 0.75)), look("Glass"))
    maker.add(lathe(glass, 12).moved(at(-0.2, -0.15, 0.786, 40) @ turned("Y", 90)), look("Glass"))
    maker.add(
        lathe([(0, 0.012), (0.07, 0.01), (0.13, 0.025), (0.12, 0.02), (0.06, 0), (0, 0)], 18).moved(
            at(0.2, -0.25, 0.752)
        ),
        look("Ivory"),
    )
    maker.add(lathe([(0.085, 0), (0.002, 0.22), (0, 0.22)], 14).moved(at(-0.28, 0.12, 0.75)), look("Oxblood"))
    return maker


def _chair() -> Maker:
    """A slender gilt chair facing -Y, as hired for balls."""
    maker, wood = Maker(), look("Ivory.Dark")
    maker.box((0, 0, 0.45), (0.4, 0.4, 0.04), wood, 0.015)
    maker.box((0, 0, 0.485), (0.37, 0.37, 0.05), look("Oxblood"), 0.02)
    for x in (-0.17, 0.17):
        maker.add(tube([(x, -0.17, 0.44), (x * 1.08, -0.19, 0.0)], [0.017, 0.012], 6), wood)
        maker.add(
            tube([(x * 1.08, 0.22, 0.0), (x, 0.18, 0.45), (x * 0.96, 0.25, 0.95)], [0.013, 0.017, 0.014], 6), wood
        )
        maker.add(tube([(x * 1.04, -0.18, 0.2), (x * 1.04, 0.2, 0.2)], 0.009, 5), wood)
    for x in (-0.09, -0.03, 0.03, 0.09):
        maker.add(tube([(x, 0.195, 0.55), (x, 0.242, 0.9)], 0.009, 5), wood)
    for y, z in ((0.193, 0.55), (0.246, 0.92)):
        maker.add(tube([(-0.165, y, z), (0.165, y, z)], 0.016, 6), wood)
    return maker


def _tables(group: bpy.types.Collection) -> None:
    table, things, chair = _table().mesh("Table"), _left_on_table().mesh("Leftovers"), _chair().mesh("Chair")
    for i, (x, y, yaw) in enumerate(TABLES, 1):
        put(table, f"Table.{i}", group, at(x, y, 0, yaw))
        put(things, f"Leftovers.{i}", group, at(x, y, 0, yaw * 1.7))
    for i, (x, y, yaw, lies) in enumerate(CHAIRS, 1):
        place = at(x, y, 0, yaw)
        if lies == "back":
            place = place @ at(0, 0, 0.23) @ turned("X", -97)
        elif lies == "side":
            place = place @ at(0, 0, 0.205) @ turned("Y", 90)
        put(chair, f"Chair.{i}", group, place)


def _ribbon(path: list[Vector], width: float, twist: float) -> Shape:
    points, faces = [], []
    for i, spot in enumerate(path):
        angle = twist * i
        side = Vector((cos(angle), sin(angle), 0)) * width / 2
        points += [list(spot - side), list(spot + side)]
        if i:
            faces.append((2 * i - 2, 2 * i - 1, 2 * i + 1, 2 * i))
    return Shape(np.array(points), faces)


def _streamers(group: bpy.types.Collection) -> None:
    """Paper ribbons: swags from the gallery to the chandelier, and ends that hang down."""
    maker, chooser = Maker(), random.Random(8)
    for i, x in enumerate((-6.6, -3.2, 3.4, 6.8)):
        start, end = Vector((x, GALLERY_EDGE, GALLERY_FLOOR + 0.9)), Vector((0.12 * x, 9.3, 5.1))
        path = []
        for k in range(25):
            t = k / 24
            path.append(start.lerp(end, t) - Vector((0, 0, 1.5 * 4 * t * (1 - t))))
        maker.add(_ribbon(path, 0.09, 0.5), look("Oxblood" if i % 2 else "Verdigris"))
    for _ in range(9):
        x, top = chooser.uniform(-7.5, 7.5), GALLERY_FLOOR + 0.95
        length = chooser.uniform(0.8, 2.4)
        path = [Vector((x + 0.05 * sin(k), GALLERY_EDGE - 0.08 - 0.01 * k, top - length * k / 14)) for k in range(15)]
        maker.add(_ribbon(path, 0.07, 0.6), look(chooser.choice(("Oxblood", "Verdigris", "Paper"))))
    maker.finish("Streamers", group)


def _confetti(group: bpy.types.Collection) -> None:
    """One mesh of paper scraps, in drifts where people danced and thin elsewhere."""
    chooser = np.random.default_rng(4)
    centres = [(0.5, 0.5, 2.6), (1.6, 5.4, 2.2), (-3.0, 3.0, 1.6), (0.0, -6.0, 3.0), (-5.6, -8.6, 1.2), (5.5, 1.0, 1.2)]
    spots = [chooser.normal((x, y), spread, (190, 2)) for x, y, spread in centres]
    spots.append(chooser.uniform((-HALF_WIDTH, -HALF_LENGTH), (HALF_WIDTH, HALF_LENGTH), (500, 2)))
    places = np.vstack(spots)
    inside = (abs(places[:, 0]) < HALF_WIDTH - 0.3) & (abs(places[:, 1]) < HALF_LENGTH - 0.3)
    places = places[inside]
    count = len(places)
    angle, tilt = chooser.uniform(0, pi, count), chooser.uniform(-0.3, 0.3, count)
    size = chooser.uniform(0.014, 0.026, count)
    corner = np.array([(-1, -0.6), (1, -0.6), (1, 0.6), (-1, 0.6)])
    x = corner[None, :, 0] * size[:, None]
    y = corner[None, :, 1] * size[:, None]
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    z = 0.004 + size[:, None] * np.abs(np.sin(tilt))[:, None] + x * np.sin(tilt)[:, None]
    points = np.stack([places[:, :1] + c * x - s * y, places[:, 1:] + s * x + c * y, z], axis=-1).reshape(-1, 3)
    faces = [(i, i + 1, i + 2, i + 3) for i in range(0, 4 * count, 4)]
    maker = Maker()
    third = count // 3
    for name, start, end in (
        ("Oxblood", 0, third // 2),
        ("Verdigris", third // 2, third * 2),
        ("Ivory", third * 2, count),
    ):
        part = Shape(points[start * 4 : end * 4], [tuple(i - 0 for i in face) for face in faces[: end - start]])
        maker.add(part, look(name), smooth=False)
    maker.finish("Confetti", group)
