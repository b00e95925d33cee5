"""Lou's body: rigid parts of yellowed plastic and navy cloth, each hung on one bone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix

from .looks import look
from .rig import LOU, SIDES
from .shapes import Maker, Section, Shape, at, ball, box, lathe, loft, tube, turned


@dataclass(frozen=True)
class Part:
    """A shape in the rest pose, the bone that moves it, and what it is made of."""

    bone: str
    made_of: str
    shape: Shape
    smooth: bool = True


def hang_body(rig: bpy.types.Object, group: bpy.types.Collection) -> None:
    """One object for each bone, parented to it."""
    makers: dict[str, Maker] = {}
    for part in _parts(rig):
        makers.setdefault(part.bone, Maker()).add(part.shape, look(part.made_of), part.smooth)
    for name, maker in makers.items():
        made = maker.finish(f"Lou.{name}", group)
        bone = rig.data.bones[name]
        made.parent, made.parent_type, made.parent_bone = rig, "BONE", name
        # A bone parents from its tail; undo that, so the mesh stays where it was modelled.
        made.matrix_parent_inverse = (bone.matrix_local @ Matrix.Translation((0, bone.length, 0))).inverted()


def _parts(rig: bpy.types.Object) -> Iterator[Part]:
    yield from _trunk()
    yield from _head()
    for side, sign in SIDES:
        yield from _arm(rig, side, sign)
        yield from _hand(rig, side)
        yield from _leg(rig, side)
        yield from _foot(side, sign)


def _trunk() -> Iterator[Part]:
    """A work jacket over a boxy chest, belted over trousers."""

    def wrap(rows: list[Section], square: float = 3.2) -> Shape:
        return loft(rows, 28, square, 0.25)

    yield Part(
        "spine", "Navy.Dark", wrap([(0.755, 0.165, 0.125, 0.0), (0.83, 0.19, 0.14, 0.0), (0.93, 0.182, 0.135, 0.0)])
    )
    yield Part("spine", "Navy", wrap([(0.875, 0.2, 0.15, 0.0), (0.93, 0.192, 0.145, 0.0), (0.985, 0.184, 0.14, 0.0)]))
    yield Part("spine", "Oxblood.Dark", wrap([(0.945, 0.194, 0.149, 0.0), (0.985, 0.192, 0.147, 0.0)]))
    yield Part("spine", "Brass", box((0, -0.15, 0.965), (0.07, 0.02, 0.05), 0.006), False)
    yield Part(
        "spine.001", "Navy", wrap([(0.96, 0.182, 0.138, 0.0), (1.03, 0.185, 0.142, 0.0), (1.1, 0.197, 0.148, 0.0)])
    )
    yield Part(
        "spine.002", "Navy", wrap([(1.065, 0.193, 0.147, 0.0), (1.14, 0.208, 0.152, 0.0), (1.22, 0.216, 0.152, 0.0)])
    )
    yoke: list[Section] = [
        (1.18, 0.214, 0.152, 0.0),
        (1.26, 0.214, 0.146, 0.0),
        (1.305, 0.185, 0.12, 0.0),
        (1.33, 0.12, 0.09, 0.0),
    ]
    yield Part("spine.003", "Navy", wrap(yoke, 2.8))
    for x in (-0.1, 0.1):  # breast pockets with flaps
        yield Part("spine.002", "Navy.Dark", box((x, -0.153, 1.14), (0.11, 0.016, 0.1), 0.005), False)
        yield Part("spine.002", "Navy", box((x, -0.157, 1.185), (0.12, 0.02, 0.035), 0.005), False)
    yield Part("spine.002", "Ivory", box((0.1, -0.168, 1.21), (0.085, 0.012, 0.024), 0.003), False)
    for i, z in enumerate((1.02, 1.1, 1.18)):  # buttons
        bone = "spine.001" if i == 0 else "spine.002"
        yield Part(bone, "Brass", ball((0, -0.15 - 0.004 * i, z), (0.011, 0.008, 0.011), 10))
    for sign in (-1, 1):  # the collar stands open
        flap = box((0, 0, 0), (0.11, 0.02, 0.075), 0.008)
        place = at(sign * 0.075, -0.125, 1.315) @ turned("Z", sign * -24) @ turned("X", -30) @ turned("Y", sign * 24)
        yield Part("spine.003", "Navy.Dark", flap.moved(place), False)
    for i in range(5):  # a neck like a hose
        z = 1.335 + i * 0.018
        ring = [(0, -0.008), (0.055, -0.008), (0.068, 0.0), (0.055, 0.008), (0, 0.008)]
        yield Part("neck", "Rubber", lathe(ring, 18).moved(at(0, 0, z)))


def _head() -> Iterator[Part]:
    """A small television: bezel, curved screen with two bars for eyes, knobs, vents and a pair of aerials."""
    z = 1.595
    yield Part("head", "Plastic", _shell(z), False)
    for s in (-1, 1):
        yield Part("head", "Plastic", box((s * 0.2, -0.185, z), (0.05, 0.11, 0.37), 0.016), False)
        yield Part(
            "head", "Plastic", box((0, -0.185, z + s * 0.163), (0.44, 0.11, 0.05 if s > 0 else 0.066), 0.016), False
        )
    screen = ball((0, 0, 0), (0.2, 0.05, 0.165), 28)
    yield Part("head", "Screen", screen.moved(at(0, -0.165, z + 0.006)))
    for s in (-1, 1):
        yield Part("head", "Glow", box((s * 0.068, -0.206, z + 0.025), (0.034, 0.03, 0.105), 0.012), False)
    for i in range(5):  # slots of the loudspeaker below the screen
        yield Part(
            "head", "Plastic.Dark", box((-0.12 + i * 0.03, -0.243, z - 0.165), (0.014, 0.012, 0.03), 0.003), False
        )
    for x in (0.075, 0.13):
        knob = lathe([(0, 0), (0.019, 0), (0.016, 0.022), (0, 0.024)], 14).moved(
            at(x, -0.24, z - 0.165) @ turned("X", 90)
        )
        yield Part("head", "Plastic.Dark", knob)
    for i in range(6):
        yield Part("head", "Plastic.Dark", box((0, 0.215, z - 0.09 + i * 0.034), (0.2, 0.02, 0.014), 0.004), False)
    for s in (-1, 1):
        yield Part(
            "head",
            "Plastic.Dark",
            lathe([(0, 0), (0.04, 0), (0.03, 0.025), (0, 0.03)], 14).moved(at(s * 0.02, 0.02, z + 0.17)),
        )
        rod = tube([(s * 0.02, 0.02, z + 0.19), (s * 0.13, 0.05, z + 0.4)], 0.006, 6)
        yield Part("head", "Iron", rod)
        yield Part("head", "Iron", ball((s * 0.13, 0.05, z + 0.4), (0.012, 0.012, 0.012), 8))
        yield Part("head", "Plastic.Dark", box((s * 0.215, -0.02, z), (0.02, 0.12, 0.2), 0.008), False)


def _shell(z: float) -> Shape:
    """The case, tapering to the back."""
    rows = (
        (-0.14, 0.213, 0.178, 0.0),
        (-0.02, 0.208, 0.172, 0.0),
        (0.08, 0.17, 0.14, 0.004),
        (0.15, 0.155, 0.125, 0.006),
        (0.21, 0.14, 0.11, 0.008),
    )
    corners = [(-1, -0.86), (-0.86, -1), (0.86, -1), (1, -0.86), (1, 0.86), (0.86, 1), (-0.86, 1), (-1, 0.86)]
    points = [(cx * w, y, z + cz * h - drop) for y, w, h, drop in rows for cx, cz in corners]
    faces: list[tuple[int, ...]] = []
    for row in range(len(rows) - 1):
        for i in range(8):
            j = (i + 1) % 8
            faces.append((row * 8 + i, row * 8 + j, row * 8 + 8 + j, row * 8 + 8 + i))
    faces += [tuple(range(7, -1, -1)), tuple(range(len(points) - 8, len(points)))]
    return Shape(np.array(points), faces)


def _along(rig: bpy.types.Object, bone: str, rows: list[Section], square: float = 2.6, ends: float = 0.5) -> Shape:
    """A loft along a bone; rows run from 0 at its head to 1 at its tail."""
    rest = rig.data.bones[bone]
    scaled: list[Section] = [(t * rest.length, x, y, shift) for t, x, y, shift in rows]
    # The loft's own up is the bone's Y, its front the bone's Z.
    stand = Matrix(((1, 0, 0, 0), (0, 0, 1, 0), (0, -1, 0, 0), (0, 0, 0, 1)))
    return loft(scaled, 18, square, ends).moved(rest.matrix_local @ stand)


def _arm(rig: bpy.types.Object, side: str, sign: float) -> Iterator[Part]:
    del sign
    shoulder: list[Section] = [(0.35, 0.07, 0.075, 0.0), (0.7, 0.085, 0.088, 0.0), (0.98, 0.082, 0.086, 0.0)]
    yield Part(f"shoulder.{side}", "Navy", _along(rig, f"shoulder.{side}", shoulder))
    sleeve: list[Section] = [
        (-0.02, 0.076, 0.08, 0.0),
        (0.35, 0.071, 0.074, 0.0),
        (0.8, 0.064, 0.066, 0.0),
        (0.98, 0.063, 0.065, 0.0),
    ]
    yield Part(f"upper_arm.{side}", "Navy", _along(rig, f"upper_arm.{side}", sleeve))
    cuff: list[Section] = [(0.0, 0.062, 0.064, 0.0), (0.3, 0.066, 0.068, 0.0), (0.46, 0.064, 0.066, 0.0)]
    yield Part(f"forearm.{side}", "Navy", _along(rig, f"forearm.{side}", cuff, ends=0.3))
    rolled: list[Section] = [(0.34, 0.072, 0.074, 0.0), (0.46, 0.073, 0.075, 0.0)]
    yield Part(f"forearm.{side}", "Navy.Dark", _along(rig, f"forearm.{side}", rolled, ends=0.2))
    bare: list[Section] = [(0.3, 0.046, 0.05, 0.0), (0.7, 0.052, 0.056, 0.0), (0.92, 0.05, 0.054, 0.0)]
    yield Part(f"forearm.{side}", "Plastic", _along(rig, f"forearm.{side}", bare, 3.4, 0.25))
    ring: list[Section] = [(0.9, 0.04, 0.042, 0.0), (1.0, 0.04, 0.042, 0.0)]
    yield Part(f"forearm.{side}", "Rubber", _along(rig, f"forearm.{side}", ring, ends=0.3))


def _hand(rig: bpy.types.Object, side: str) -> Iterator[Part]:
    """A thick palm, three thick fingers of two boxes each, and a thumb."""
    rest = rig.data.bones[f"hand.{side}"]
    palm = box((0, 0.052, 0.0), (0.056, 0.1, 0.118), 0.016)
    yield Part(f"hand.{side}", "Plastic", palm.moved(rest.matrix_local), False)
    plate = box((-0.03 if side == "L" else 0.03, 0.05, 0.0), (0.012, 0.07, 0.085), 0.005)
    yield Part(f"hand.{side}", "Plastic.Dark", plate.moved(rest.matrix_local), False)
    names = [name for name, _, _ in LOU.fingers] + ["thumb"]
    for name in names:
        for joint, thick in (("01", 0.036), ("02", 0.033)):
            bone = rig.data.bones[f"{name}.{joint}.{side}"]
            piece = box((0, bone.length / 2, 0), (thick, bone.length + 0.004, thick + 0.002), 0.009)
            yield Part(bone.name, "Plastic", piece.moved(bone.matrix_local), False)


def _leg(rig: bpy.types.Object, side: str) -> Iterator[Part]:
    thigh: list[Section] = [
        (-0.02, 0.094, 0.112, 0.0),
        (0.3, 0.092, 0.102, 0.0),
        (0.75, 0.083, 0.088, 0.0),
        (1.0, 0.08, 0.084, 0.0),
    ]
    yield Part(f"thigh.{side}", "Navy.Dark", _along(rig, f"thigh.{side}", thigh))
    shin: list[Section] = [
        (0.0, 0.078, 0.082, 0.0),
        (0.3, 0.08, 0.083, 0.0),
        (0.7, 0.083, 0.086, 0.0),
        (0.86, 0.087, 0.09, 0.0),
    ]
    yield Part(f"shin.{side}", "Navy.Dark", _along(rig, f"shin.{side}", shin, ends=0.15))
    turnup: list[Section] = [(0.8, 0.094, 0.097, 0.0), (0.9, 0.095, 0.098, 0.0)]
    yield Part(f"shin.{side}", "Navy", _along(rig, f"shin.{side}", turnup, ends=0.15))
    ankle: list[Section] = [(0.82, 0.042, 0.045, 0.0), (1.0, 0.045, 0.048, 0.0)]
    yield Part(f"shin.{side}", "Rubber", _along(rig, f"shin.{side}", ankle))


def _foot(side: str, sign: float) -> Iterator[Part]:
    """A case like a small computer's, slotted on top and along the sides; its front hinges at the ball."""
    x = LOU.ankle[0] * sign
    tall = 0.112

    def piece(bone: str, y0: float, y1: float, high: float) -> Iterator[Part]:
        middle, deep = (y0 + y1) / 2, abs(y1 - y0)
        yield Part(f"{bone}.{side}", "Plastic", box((x, middle, 0.012 + high / 2), (0.178, deep, high), 0.014), False)
        yield Part(f"{bone}.{side}", "Rubber", box((x, middle, 0.008), (0.168, deep - 0.012, 0.016), 0.003), False)
        count = round(deep / 0.026) - 1
        for i in range(count):
            y = middle + (i - (count - 1) / 2) * 0.026
            for s in (-1, 1):
                slat = box((x + s * 0.089, y, 0.012 + high * 0.5), (0.012, 0.013, high * 0.56), 0.003)
                yield Part(f"{bone}.{side}", "Plastic.Dark", slat, False)

    yield from piece("foot", 0.108, -0.098, tall)
    yield from piece("toe", -0.104, -0.218, tall * 0.82)
    for i in range(4):  # slots over the toes
        slat = box((x + (i - 1.5) * 0.036, -0.162, 0.012 + tall * 0.82), (0.016, 0.07, 0.012), 0.003)
        yield Part(f"toe.{side}", "Plastic.Dark", slat, False)
    yield Part(f"foot.{side}", "Plastic.Dark", box((x, 0.02, 0.012 + tall), (0.12, 0.12, 0.02), 0.006), False)
