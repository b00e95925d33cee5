"""The set: a living room with a window, a door to the hall, furniture and things to live with."""

from __future__ import annotations

import random
from math import pi, radians

import bpy
from mathutils import Matrix

from .shapes import MeshMaker, Surface, ellipsoid, lathe, loft, material, spun

# The room in metres. The side towards the camera is left open, as on a stage.
LEFT, RIGHT, FRONT, BACK, HEIGHT = -2.8, 2.8, -3.6, 2.5, 2.65
WALL = 0.16
DOOR = (1.42, 2.36, 2.08)  # from x, to x, height; in the back wall
WINDOW = (-1.15, 0.45, 0.85, 2.2)  # from y, to y, from z, to z; in the right wall
TABLE = (0.0, 0.32, 0.74)  # centre and height of the top
RUG_TOP = 0.008
SEAT = 0.45
PARCEL_SIZE = (0.32, 0.24, 0.19)


def build_room(set_: bpy.types.Collection, props: bpy.types.Collection) -> dict[str, bpy.types.Object]:
    """Build the whole set; returns the things the actors handle, by name."""
    _floor(set_)
    _walls(set_)
    _trim(set_)
    _door_leaf(set_)
    for shell in set_.objects:
        shell.display.show_shadows = False  # or the ceiling would keep a solid view's light out of the room
    _rug(set_)
    _table(props)
    _chair("Chair.Ada", props, spun(radians(75), (-0.93, 0.30, RUG_TOP)))
    _chair("Chair.Empty", props, spun(radians(-12), (0.06, 1.02, RUG_TOP)))
    _shelf(props)
    _pictures(props)
    _floor_lamp(props)
    _plant(props)
    _sideboard(props)
    _on_the_table(props)
    return {"parcel": _parcel(props)}


def _floor(collection: bpy.types.Collection) -> None:
    """Boards in three near shades, so the perspective of the floor reads."""
    maker = MeshMaker()
    looks = [material(f"Floor.{i}", c) for i, c in enumerate(("#a6927e", "#a18c79", "#ab9783"))]
    chooser = random.Random(7)  # a seed of its own: the same boards every time
    width, back = 0.2, BACK + 1.7
    count = round((RIGHT - LEFT) / width)
    for i in range(count):
        x = LEFT + (i + 0.5) * width
        maker.box((x, (FRONT + back) / 2, -0.02), (width, back - FRONT, 0.04), chooser.choice(looks), bevel=0.002)
    maker.finish("Floor", collection)


def _walls(collection: bpy.types.Collection) -> None:
    plaster, hall = material("Wall", "#e8e0d2"), material("Wall.Hall", "#babdba")
    ceiling = material("Ceiling", "#e1ddd6")
    top, mid_x = HEIGHT, (LEFT + RIGHT) / 2
    x0, x1, door_top = DOOR
    back = MeshMaker()
    y = BACK + WALL / 2
    back.box(((LEFT + x0) / 2, y, top / 2), (x0 - LEFT, WALL, top), plaster, 0)
    back.box(((x1 + RIGHT) / 2, y, top / 2), (RIGHT - x1, WALL, top), plaster, 0)
    back.box(((x0 + x1) / 2, y, (door_top + top) / 2), (x1 - x0, WALL, top - door_top), plaster, 0)
    back.finish("Wall.Back", collection)
    y0, y1, z0, z1 = WINDOW
    side, x, end = MeshMaker(), RIGHT + WALL / 2, BACK + WALL
    side.box((x, (FRONT + y0) / 2, top / 2), (WALL, y0 - FRONT, top), plaster, 0)
    side.box((x, (y1 + end) / 2, top / 2), (WALL, end - y1, top), plaster, 0)
    side.box((x, (y0 + y1) / 2, z0 / 2), (WALL, y1 - y0, z0), plaster, 0)
    side.box((x, (y0 + y1) / 2, (z1 + top) / 2), (WALL, y1 - y0, top - z1), plaster, 0)
    side.finish("Wall.Right", collection)
    left = MeshMaker()
    left.box((LEFT - WALL / 2, (FRONT + end) / 2, top / 2), (WALL, end - FRONT, top), plaster, 0)
    left.finish("Wall.Left", collection)
    above = MeshMaker()
    above.box((mid_x, (FRONT + end) / 2, top + 0.05), (RIGHT - LEFT + 2 * WALL, end - FRONT, 0.1), ceiling, 0)
    above.finish("Ceiling", collection)
    beyond = MeshMaker()  # what is seen through the door
    beyond.box((mid_x, BACK + 1.75, top / 2), (RIGHT - LEFT, 0.1, top), hall, 0)
    beyond.box((RIGHT + 0.05, BACK + 0.95, top / 2), (0.1, 1.55, top), hall, 0)
    beyond.box((0.4, BACK + 0.95, top / 2), (0.1, 1.55, top), hall, 0)
    beyond.finish("Hall", collection)


def _trim(collection: bpy.types.Collection) -> None:
    """Skirting, door frame, window frame and sill."""
    paint = material("Trim", "#e9e4da")
    trim = MeshMaker()
    x0, x1, door_top = DOOR
    for a, b in ((LEFT, x0 - 0.08), (x1 + 0.08, RIGHT)):
        trim.box(((a + b) / 2, BACK - 0.01, 0.05), (b - a, 0.02, 0.1), paint, 0.004)
    for x in (LEFT + 0.01, RIGHT - 0.01):
        trim.box((x, (FRONT + BACK) / 2, 0.05), (0.02, BACK - FRONT, 0.1), paint, 0.004)
    for x in (x0 - 0.04, x1 + 0.04):
        trim.box((x, BACK - 0.012, door_top / 2 + 0.04), (0.08, 0.024, door_top + 0.08), paint, 0.004)
    trim.box(((x0 + x1) / 2, BACK - 0.012, door_top + 0.04), (x1 - x0 + 0.16, 0.028, 0.08), paint, 0.004)
    y0, y1, z0, z1 = WINDOW
    mid_y, mid_z, x = (y0 + y1) / 2, (z0 + z1) / 2, RIGHT + WALL * 0.6
    for y in (y0 + 0.025, mid_y, y1 - 0.025):
        trim.box((x, y, mid_z), (0.05, 0.05, z1 - z0), paint, 0.006)
    for z in (z0 + 0.025, z0 + (z1 - z0) * 0.66, z1 - 0.025):
        trim.box((x, mid_y, z), (0.046, y1 - y0, 0.05), paint, 0.006)
    trim.box((RIGHT - 0.05, mid_y, z0 - 0.02), (0.22, y1 - y0 + 0.16, 0.04), paint, 0.008)
    trim.finish("Trim", collection)
    cloth = material("Curtain", "#bcaba4")
    for name, y in (("Curtain.1", y0 - 0.16), ("Curtain.2", y1 + 0.16)):
        drape = MeshMaker()
        for fold in range(5):
            sections = [(0.14, 0.036, 0.04, 0.0), (1.3, 0.03, 0.035, 0.0), (2.32, 0.036, 0.03, 0.0)]
            upright = spun(0, (RIGHT - 0.09, y + (fold - 2) * 0.055, 0)) @ Matrix.Rotation(pi / 2, 4, "X")
            drape.add(loft(sections, 12, caps=(0.3, 0.3)).moved(upright), cloth)
        drape.finish(name, collection)


def _door_leaf(collection: bpy.types.Collection) -> None:
    """The door, standing open into the hall."""
    wood, brass = material("Door", "#99a49f"), material("Brass", "#b9a57a", 0.4)
    x0, x1, height = DOOR
    wide = x1 - x0 - 0.02
    leaf = MeshMaker()
    leaf.box((-wide / 2, 0, height / 2), (wide, 0.04, height - 0.02), wood, 0.004)
    for z in (0.55, 1.45):
        leaf.box((-wide / 2, -0.02, z), (wide - 0.28, 0.02, 0.7), wood, 0.008)
    leaf.add(ellipsoid((-wide + 0.07, -0.06, 1.02), (0.03, 0.03, 0.03)), brass)
    leaf.finish("Door", collection, spun(radians(-96), (x1, BACK + WALL, 0)))


def _rug(collection: bpy.types.Collection) -> None:
    field, edge = material("Rug", "#94665c"), material("Rug.Border", "#c4b69f")
    rug = MeshMaker()
    rug.box((0, 0, RUG_TOP / 2 - 0.001), (2.9, 2.1, RUG_TOP - 0.002), edge, 0.002)
    rug.box((0, 0, RUG_TOP / 2), (2.62, 1.82, RUG_TOP), field, 0.002)
    rug.finish("Rug", collection, spun(0, (0.05, 0.3, 0)))


def _table(collection: bpy.types.Collection) -> None:
    wood = material("Wood.Table", "#a97f58")
    table = MeshMaker()
    table.box((0, 0, TABLE[2] - 0.018), (1.3, 0.82, 0.036), wood, 0.012)
    table.box((0, 0, TABLE[2] - 0.065), (1.06, 0.6, 0.06), wood, 0.004)
    for x in (-0.55, 0.55):
        for y in (-0.32, 0.32):
            leg = lathe([(0, RUG_TOP), (0.018, RUG_TOP), (0.022, 0.1), (0.03, 0.6), (0.032, 0.71), (0, 0.71)], 16)
            table.add(leg.moved(spun(0, (x, y, 0))), wood)
    table.finish("Table", collection, spun(0, (TABLE[0], TABLE[1], 0)))


def _chair(name: str, collection: bpy.types.Collection, place: Matrix) -> None:
    """A chair that faces -Y, its origin under the seat."""
    wood, seat = material("Wood.Chair", "#85654b"), material("Seat", "#b0a893")
    chair = MeshMaker()
    chair.box((0, 0.0, SEAT - 0.03), (0.43, 0.42, 0.05), wood, 0.012)
    chair.box((0, -0.005, SEAT - 0.008), (0.4, 0.38, 0.03), seat, 0.012)
    for x in (-0.18, 0.18):
        chair.box((x, -0.175, SEAT / 2 - 0.02), (0.036, 0.036, SEAT - 0.04), wood, 0.008)
        tilt = spun(0, (x, 0.19, 0.0)) @ Matrix.Rotation(radians(-7), 4, "X")
        chair.box((0, 0, 0.45), (0.036, 0.036, 0.9), wood, 0.008, tilt)
    for z in (0.62, 0.73, 0.84):
        chair.box((0, 0.19 + z * 0.123, z), (0.36, 0.02, 0.06), wood, 0.008)
    chair.finish(name, collection, place)


def _shelf(collection: bpy.types.Collection) -> None:
    wood = material("Wood.Shelf", "#8a6a4c")
    wide, high, deep, y = 1.5, 1.62, 0.3, 0.0
    shelf = MeshMaker()
    for x in (-wide / 2, wide / 2):
        shelf.box((x, y, high / 2), (0.03, deep, high), wood, 0.004)
    levels = (0.1, 0.5, 0.88, 1.26, high)
    for z in levels:
        shelf.box((0, y, z - 0.012), (wide, deep, 0.024), wood, 0.004)
    shelf.box((0, deep / 2 - 0.008, high / 2), (wide, 0.012, high), wood, 0)
    place = spun(0, (-1.45, BACK - deep / 2 - 0.025, 0))
    shelf.finish("Shelf", collection, place)
    books = MeshMaker()
    looks = [material(f"Book.{i}", c) for i, c in enumerate(("#a5766e", "#76858c", "#c4b082", "#8c8f7b", "#d0c8b6"))]
    chooser = random.Random(11)
    runs = ((0, -0.7, 0.55), (1, -0.7, -0.1), (1, 0.36, 0.7), (2, -0.3, 0.7), (3, -0.7, 0.05))
    for level, x, until in runs:
        while x < until:
            thick, tall = chooser.uniform(0.022, 0.05), chooser.uniform(0.2, 0.29)
            spot = (x + thick / 2, chooser.uniform(-0.02, 0.01), levels[level] + tall / 2)
            books.box(spot, (thick, 0.19, tall), chooser.choice(looks), 0.003)
            x += thick + 0.002
    books.finish("Books", collection, place)
    _shelf_objects(collection, place, levels)


def _shelf_objects(collection: bpy.types.Collection, place: Matrix, levels: tuple[float, ...]) -> None:
    clay, blue, brass = material("Pottery", "#c98f70"), material("Glaze", "#7d9eaa", 0.4), material("Brass", "#b9a57a")
    vase = [(0, 0), (0.05, 0), (0.085, 0.06), (0.09, 0.12), (0.045, 0.2), (0.035, 0.24), (0.048, 0.27), (0, 0.262)]
    bowl = [(0, 0), (0.05, 0), (0.06, 0.015), (0.11, 0.07), (0.12, 0.09), (0.11, 0.09), (0.05, 0.03), (0, 0.026)]
    things = MeshMaker()
    things.add(lathe(vase).moved(spun(0, (-0.52, 0, levels[2]))), blue)
    things.add(lathe(bowl).moved(spun(0, (0.13, 0, levels[1]))), clay)
    things.add(lathe(vase).moved(spun(0, (0.48, 0, levels[4]))), clay)
    things.add(lathe(bowl).moved(spun(0, (-0.45, 0, levels[4]))), blue)
    things.box((0.42, 0, levels[3] + 0.09), (0.26, 0.2, 0.18), material("Radio", "#b57a52"), 0.02)
    things.add(ellipsoid((0.5, -0.1, levels[3] + 0.11), (0.03, 0.012, 0.03)), brass)
    things.add(ellipsoid((0.36, -0.1, levels[3] + 0.09), (0.06, 0.008, 0.06)), brass)
    things.finish("Shelf.Objects", collection, place)


def _pictures(collection: bpy.types.Collection) -> None:
    """Three on the back wall, two on the left one; each a frame, a mount and two fields of colour."""
    plan = (
        ("Picture.1", spun(0, (0.1, BACK, 1.62)), 0.56, 0.72, "#82939e", "#cfbb96"),
        ("Picture.2", spun(0, (0.78, BACK, 1.74)), 0.4, 0.46, "#bb8f7b", "#ddd1b7"),
        ("Picture.3", spun(0, (0.72, BACK, 1.27)), 0.34, 0.26, "#8d9780", "#c8bda5"),
        ("Picture.4", spun(pi / 2, (LEFT, 0.9, 1.6)), 0.7, 0.5, "#978b9c", "#d5c0ac"),
        ("Picture.5", spun(pi / 2, (LEFT, -0.1, 1.66)), 0.42, 0.56, "#7a8f97", "#cdb58c"),
    )
    frame, mount = material("Frame", "#57493d"), material("Mount", "#e4ded2")
    for name, place, wide, high, ground, figure in plan:
        picture = MeshMaker()
        for side in (-1, 1):
            picture.box((side * (wide / 2 - 0.015), -0.018, 0), (0.03, 0.032, high), frame, 0.005)
            picture.box((0, -0.018, side * (high / 2 - 0.015)), (wide, 0.03, 0.03), frame, 0.005)
        picture.box((0, -0.008, 0), (wide - 0.04, 0.012, high - 0.04), mount, 0)
        picture.box((0, -0.016, 0), (wide * 0.66, 0.004, high * 0.66), material(f"{name}.Ground", ground), 0)
        hill = ellipsoid((-wide * 0.06, -0.018, -high * 0.14), (wide * 0.2, 0.003, high * 0.14))
        picture.add(hill, material(f"{name}.Figure", figure))
        picture.finish(name, collection, place)


def _floor_lamp(collection: bpy.types.Collection) -> None:
    metal, shade = material("Metal", "#565450", 0.4), material("Lampshade", "#f0d9a4", 0.9, glow=1.6)
    lamp = MeshMaker()
    stand = [(0, 0), (0.15, 0), (0.15, 0.015), (0.03, 0.03), (0.012, 0.06), (0.012, 1.55), (0, 1.55)]
    lamp.add(lathe(stand, 20), metal)
    lamp.add(lathe([(0.2, 1.36), (0.13, 1.68), (0.126, 1.68), (0.194, 1.36), (0.2, 1.36)], 28), shade)
    lamp.finish("Lamp", collection, spun(0, (-2.38, 0.74, 0)))


def _plant(collection: bpy.types.Collection) -> None:
    """A potted plant beside the window."""
    pot, leaf = material("Pottery", "#c98f70"), material("Leaf", "#6f8c62")
    plant = MeshMaker()
    rim = [(0, 0), (0.13, 0), (0.17, 0.28), (0.18, 0.3), (0.165, 0.3), (0.15, 0.26), (0, 0.26)]
    plant.add(lathe(rim), pot)
    chooser = random.Random(5)
    for i in range(13):
        lean, length = radians(chooser.uniform(8, 48)), chooser.uniform(0.5, 0.85)
        blade: list[tuple[float, float, float, float]] = [
            (0.0, 0.008, 0.006, 0.0),
            (0.45 * length, 0.02, 0.005, 0.02),
            (0.75 * length, 0.055, 0.006, 0.0),
            (length, 0.01, 0.004, -0.08),
        ]
        stalk: Surface = loft(blade, 8, caps=(0.5, 1.0))
        turn = spun(i * 2.4, (0, 0, 0.24)) @ Matrix.Rotation(pi / 2 - lean, 4, "X")
        plant.add(stalk.moved(turn), leaf)
    plant.finish("Plant", collection, spun(0, (2.42, 1.75, 0)))


def _sideboard(collection: bpy.types.Collection) -> None:
    """A low cabinet under the pictures, with a plate of apples."""
    wood, knob = material("Wood.Sideboard", "#a5937a"), material("Brass", "#b9a57a")
    cabinet = MeshMaker()
    cabinet.box((0, 0, 0.45), (1.1, 0.4, 0.62), wood, 0.008)
    cabinet.box((0, -0.01, 0.775), (1.16, 0.44, 0.03), wood, 0.008)
    for x in (-0.27, 0.27):
        cabinet.box((x, -0.2, 0.45), (0.5, 0.02, 0.54), wood, 0.006)
        cabinet.add(ellipsoid((x * 0.2, -0.225, 0.5), (0.014, 0.018, 0.014), 10), knob)
    for x in (-0.5, 0.5):
        for y in (-0.15, 0.15):
            cabinet.box((x, y, 0.07), (0.04, 0.04, 0.14), wood, 0.004)
    fruit, plate = material("Apple", "#b5574a", 0.5), material("Mount", "#e4ded2")
    cabinet.add(
        lathe([(0, 0.79), (0.1, 0.79), (0.16, 0.815), (0.15, 0.818), (0, 0.8)]).moved(spun(0, (0.28, 0, 0))), plate
    )
    for x, y, z in ((-0.04, -0.02, 0.845), (0.05, -0.03, 0.845), (0.01, 0.06, 0.845), (0.01, 0.0, 0.9)):
        cabinet.add(ellipsoid((0.28 + x, y, z), (0.044, 0.044, 0.04)), fruit)
    cabinet.finish("Sideboard", collection, spun(0, (0.42, BACK - 0.23, 0)))


def _on_the_table(collection: bpy.types.Collection) -> None:
    paper, cover = material("Paper", "#e4dfd1"), material("Book.0", "#a5766e")
    book = MeshMaker()
    book.box((0, 0, 0.004), (0.31, 0.22, 0.008), cover, 0.002)
    for side in (-1, 1):
        page = Matrix.Translation((side * 0.073, 0, 0.013)) @ Matrix.Rotation(side * radians(-3), 4, "Y")
        book.box((0, 0, 0), (0.142, 0.205, 0.012), paper, 0.004, page)
    book.finish("Book", collection, spun(radians(80), (-0.44, 0.25, TABLE[2])))
    mug = [(0, 0), (0.036, 0), (0.04, 0.01), (0.042, 0.09), (0.036, 0.09), (0.034, 0.015), (0, 0.012)]
    cup = MeshMaker()
    glaze = material("Glaze", "#7d9eaa", 0.4)
    cup.add(lathe(mug), glaze)
    handle = [(i * 0.011, 0.006, 0.006, 0.028 * (1 - ((i - 3) / 3) ** 2)) for i in range(7)]
    upright = Matrix.Translation((0, -0.038, 0.013)) @ Matrix.Rotation(pi / 2, 4, "X")
    cup.add(loft(handle, 10).moved(upright), glaze)
    cup.finish("Mug", collection, spun(0, (-0.12, 0.02, TABLE[2])))


def _parcel(collection: bpy.types.Collection) -> bpy.types.Object:
    """The present; its origin is under the middle of its base, its front is -Y."""
    wrap, ribbon = material("Wrapping", "#d2b173"), material("Ribbon", "#b04c45")
    x, y, z = PARCEL_SIZE
    parcel = MeshMaker()
    parcel.box((0, 0, z / 2), (x, y, z), wrap, 0.006)
    parcel.box((0, 0, z / 2), (0.03, y + 0.004, z + 0.004), ribbon, 0.002)
    parcel.box((0, 0, z / 2), (x + 0.004, 0.03, z + 0.004), ribbon, 0.002)
    for side in (-1, 1):
        loop = ellipsoid((side * 0.045, 0, z + 0.022), (0.045, 0.02, 0.022), 12)
        parcel.add(loop, ribbon)
    parcel.add(ellipsoid((0, 0, z + 0.016), (0.016, 0.018, 0.016), 12), ribbon)
    return parcel.finish("Parcel", collection)
