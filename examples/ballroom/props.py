"""What hands touch: the record player with its record and arm, the mop, the bucket."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

import bpy
from mathutils import Matrix, Vector

from .looks import look
from .posing import hand_matrix
from .shapes import Maker, at, ball, lathe, put, tube, turned
from .stage import TABLE_MARK, TABLE_TOP

PLATTER = Vector((TABLE_MARK.x - 0.03, TABLE_MARK.y - 0.02, TABLE_TOP + 0.158))
"""Middle of the record when it lies."""
RECORD = 0.15
ARM_PIVOT = Vector((TABLE_MARK.x + 0.175, TABLE_MARK.y + 0.1, TABLE_TOP + 0.185))
ARM_LENGTH = 0.235
POLE = 1.46
GRIPS = {"R": 1.3, "L": 0.9}
"""Where along the pole each hand holds it."""


@dataclass(frozen=True)
class Props:
    """What is keyed, and what hands hold on to."""

    mop: bpy.types.Object
    """On the floor under the mop's head; its own -Y is the way its dancer looks."""
    pole: bpy.types.Object
    grips: dict[str, bpy.types.Object]
    record: bpy.types.Object
    rims: dict[str, bpy.types.Object]
    tone_arm: bpy.types.Object
    head_shell: bpy.types.Object


def build_props(group: bpy.types.Collection) -> Props:
    """Make them all; nothing is keyed yet."""
    _side_table(group)
    _player(group)
    _clip_lamp(group)
    _bucket(group)
    record, rims = _record(group)
    arm, shell = _tone_arm(group)
    mop, pole, grips = _mop(group)
    return Props(mop, pole, grips, record, rims, arm, shell)


def _side_table(group: bpy.types.Collection) -> None:
    table, wood = Maker(), look("Wood")
    table.box((0, 0, TABLE_TOP - 0.02), (0.62, 0.52, 0.04), wood, 0.012)
    table.box((0, 0, TABLE_TOP - 0.09), (0.54, 0.44, 0.1), look("Wood.Dark"), 0.01)
    table.box((0, 0, 0.2), (0.5, 0.4, 0.025), wood, 0.008)
    for x in (-0.25, 0.25):
        for y in (-0.2, 0.2):
            leg = [(0, 0), (0.014, 0), (0.02, 0.1), (0.026, 0.6), (0.028, TABLE_TOP - 0.04), (0, TABLE_TOP - 0.04)]
            table.add(lathe(leg, 12).moved(at(x, y)), wood)
    for i in range(9):  # records that wait below
        table.box((-0.16 + i * 0.02, 0, 0.37), (0.006, 0.31, 0.31), look("Oxblood" if i % 3 == 0 else "Paper"), 0.001)
    table.finish("RecordTable", group, at(*TABLE_MARK))


def _player(group: bpy.types.Collection) -> None:
    """A portable player: its case, the platter, the spindle and the arm's rest."""
    case, top = Maker(), TABLE_TOP
    case.box((0, 0, top + 0.07), (0.46, 0.38, 0.12), look("Verdigris"), 0.022)
    case.box((0, 0, top + 0.132), (0.43, 0.35, 0.012), look("Ivory"), 0.004)
    for x in (-0.18, 0.18):
        for y in (-0.14, 0.14):
            case.add(lathe([(0, 0), (0.02, 0), (0.016, 0.015), (0, 0.015)], 10).moved(at(x, y, top)), look("Rubber"))
    middle = PLATTER - TABLE_MARK
    disc = [(0, 0), (0.152, 0), (0.155, 0.006), (0.15, 0.014), (0, 0.014)]
    case.add(lathe(disc, 40).moved(at(middle.x, middle.y, top + 0.14)), look("Iron"))
    case.add(
        lathe([(0, 0), (0.005, 0), (0.004, 0.03), (0, 0.034)], 8).moved(at(middle.x, middle.y, top + 0.15)),
        look("Brass"),
    )
    base = [(0, 0), (0.034, 0), (0.03, 0.018), (0.016, 0.03), (0.014, 0.046), (0, 0.046)]
    pivot = ARM_PIVOT - TABLE_MARK
    case.add(lathe(base, 16).moved(at(pivot.x, pivot.y, top + 0.138)), look("Brass"))
    for i, x in enumerate((-0.17, -0.11)):
        knob = [(0, 0), (0.02, 0), (0.018, 0.02), (0, 0.022)]
        case.add(lathe(knob, 14).moved(at(x + 0.33, -0.145, top + 0.138)), look("Oxblood" if i else "Brass"))
    case.add(
        tube(
            [
                (-0.07, -0.195, top + 0.07),
                (-0.06, -0.225, top + 0.07),
                (0.06, -0.225, top + 0.07),
                (0.07, -0.195, top + 0.07),
            ],
            0.011,
            8,
        ),
        look("Oxblood"),
    )
    case.finish("RecordPlayer", group, at(*TABLE_MARK))


def _record(group: bpy.types.Collection) -> tuple[bpy.types.Object, dict[str, bpy.types.Object]]:
    """The record, with bands that show as rings, and a place for each hand at its rim."""
    disc = Maker()
    profile = [(0.051, 0.0035), (0.058, 0.0022)]
    for i in range(5):
        r = 0.062 + i * 0.0165
        profile += [(r, 0.0036), (r + 0.0125, 0.0036), (r + 0.0145, 0.0018)]
    profile += [(0.146, 0.0042), (RECORD, 0.003), (RECORD, 0.0), (0, 0.0)]
    disc.add(lathe(profile, 48), look("Vinyl"))
    disc.add(lathe([(0, 0.0045), (0.045, 0.0045), (0.051, 0.0035)], 32), look("Oxblood"))
    record = disc.finish("Record", group, Matrix.Translation(PLATTER))
    rims: dict[str, bpy.types.Object] = {}
    for side, sign in (("L", 1), ("R", -1)):
        # In the record's own directions -Y is ahead of who carries it, +X to the left.
        out = Vector((sign, 0, 0))
        wrist = out * (RECORD + 0.055) + Vector((0, 0.105, 0.008))
        fingers = Vector((-sign * 0.42, -1, 0.0))
        place = hand_matrix(wrist, fingers, -out * 0.8 + Vector((0, 0, 0.75)), side)
        rims[side] = put(None, f"Record.Rim.{side}", group)
        _hang(rims[side], record, place)
    return record, rims


def _tone_arm(group: bpy.types.Collection) -> tuple[bpy.types.Object, bpy.types.Object]:
    """The arm turns about its pivot; at rest it points south, along -Y."""
    arm, metal = Maker(), look("Brass")
    arm.add(
        tube(
            [(0, 0.07, 0.004), (0, 0, 0.0), (0, -ARM_LENGTH * 0.75, 0.0), (-0.012, -ARM_LENGTH * 0.9, -0.004)],
            0.0065,
            8,
        ),
        metal,
    )
    arm.box((-0.018, -ARM_LENGTH, -0.01), (0.02, 0.045, 0.018), look("Ivory"), 0.004)
    arm.add(tube([(-0.008, -ARM_LENGTH, -0.008), (0.018, -ARM_LENGTH - 0.008, 0.008)], 0.003, 6), metal)
    weight = [(0, -0.025), (0.02, -0.025), (0.02, 0.025), (0, 0.025)]
    arm.add(lathe(weight, 14).moved(at(0, 0.085, 0.004) @ turned("X", 90)), look("Iron"))
    made = arm.finish("ToneArm", group, Matrix.Translation(ARM_PIVOT))
    shell = put(None, "ToneArm.Finger", group)
    # The right hand comes from the west and a little from above, its thumb and first finger at the lift.
    tip = Vector((0.01, -ARM_LENGTH - 0.006, 0.004))
    fingers = Vector((0.9, 0.35, -0.5)).normalized()
    _hang(
        shell, made, hand_matrix(tip - fingers * 0.165 + Vector((0, 0.0, 0.02)), fingers, Vector((0.2, 0.4, -1)), "R")
    )
    return made, shell


def _hang(child: bpy.types.Object, parent: bpy.types.Object, place: Matrix) -> None:
    child.parent = parent
    child.matrix_local = place
    child.empty_display_size = 0.05


def _clip_lamp(group: bpy.types.Collection) -> None:
    """A workshop lamp clamped to the table's end, its neck bent over the record."""
    lamp, metal, top = Maker(), look("Iron"), TABLE_TOP
    lamp.box((0.3, 0.1, top), (0.07, 0.07, 0.09), metal, 0.012)
    lamp.box((0.285, 0.1, top + 0.05), (0.1, 0.06, 0.016), look("Brass"), 0.005)
    neck = [(0.31, 0.1, top + 0.03), (0.335, 0.1, top + 0.2), (0.32, 0.095, top + 0.37), (0.27, 0.08, top + 0.45)]
    neck += [(0.2, 0.07, top + 0.48), (0.14, 0.06, top + 0.45)]
    lamp.add(tube(neck, 0.011, 8), metal)
    tip = Vector(neck[-1])
    shade = [(0.02, 0.03), (0.03, 0.0), (0.08, -0.085), (0.084, -0.085), (0.036, 0.008), (0.024, 0.045), (0, 0.05)]
    aim = Matrix.Translation(tip) @ turned("Y", 32) @ turned("X", -6)
    lamp.add(lathe(shade, 24).moved(aim), look("Oxblood"))
    lamp.add(ball((0, 0, -0.045), (0.028, 0.028, 0.034), 14).moved(aim), look("Glow"))
    lamp.finish("ClipLamp", group, at(*TABLE_MARK))


def _bucket(group: bpy.types.Collection) -> None:
    """A wringer bucket on castors; placed by the scene."""
    pail, metal = Maker(), look("Verdigris.Dark")
    wall = [(0.13, 0.06), (0.165, 0.38), (0.178, 0.39), (0.178, 0.4), (0.16, 0.4), (0.125, 0.08), (0, 0.075)]
    pail.add(lathe([(0, 0.06), *wall], 24), metal)
    for i in range(4):
        x, y = 0.11 * cos(pi / 4 + i * pi / 2), 0.11 * sin(pi / 4 + i * pi / 2)
        pail.add(
            lathe([(0, -0.028), (0.028, -0.02), (0.028, 0.02), (0, 0.028)], 10).moved(at(x, y, 0.03) @ turned("Y", 90)),
            look("Rubber"),
        )
    pail.box((0, 0.05, 0.43), (0.26, 0.16, 0.12), look("Oxblood"), 0.02)
    pail.add(tube([(0.11, 0.1, 0.45), (0.13, 0.2, 0.66), (0.1, 0.24, 0.72)], 0.013, 8), look("Iron"))
    handle = [(0.172 * cos(a), -0.02 - 0.05 * sin(a), 0.39 - 0.14 * sin(a)) for a in (pi * i / 12 for i in range(13))]
    pail.add(tube(handle, 0.006, 6), look("Iron"))
    pail.finish("Bucket", group)


def _mop(group: bpy.types.Collection) -> tuple[bpy.types.Object, bpy.types.Object, dict[str, bpy.types.Object]]:
    """A string mop: its head stays flat on the floor, its pole leans about a hinge on it."""
    root = put(None, "Mop", group)
    head, string = Maker(), look("String")
    for i in range(30):
        angle = 2 * pi * i / 30
        reach = 0.2 + 0.05 * sin(i * 2.3)
        bend = angle + 0.25 * sin(i * 1.7)
        path = [
            (0.05 * cos(angle), 0.035 * sin(angle), 0.085),
            (0.1 * cos(angle), 0.09 * sin(angle), 0.06),
            (reach * 0.72 * cos(bend), reach * 0.68 * sin(bend), 0.016),
            (reach * cos(bend + 0.1), reach * 0.95 * sin(bend + 0.1), 0.012),
        ]
        head.add(tube(path, [0.012, 0.014, 0.014, 0.011], 6), string)
    head.box((0, 0, 0.1), (0.17, 0.07, 0.05), look("Oxblood"), 0.015)
    top = head.finish("Mop.Head", group)
    top.parent = root
    stick = Maker()
    stick.add(tube([(0, 0, 0.0), (0, 0, 0.14)], [0.022, 0.018], 10), look("Iron"))
    stick.add(tube([(0, 0, 0.12), (0, 0, 0.8), (0, 0, POLE - 0.12)], 0.0145, 10), look("Wood"))
    stick.add(ball((0, 0, POLE - 0.12), (0.017, 0.017, 0.02), 10), look("Verdigris"))
    pole = stick.finish("Mop.Pole", group)
    pole.parent = root
    pole.location = (0, 0, 0.11)
    grips: dict[str, bpy.types.Object] = {}
    for side, sign in (("L", 1), ("R", -1)):
        # The pole runs through the fist along its thumb side, the palm closes on it from outside.
        fingers = Vector((-sign * 0.45, -1, 0.0)).normalized()
        palm = Vector((-sign, 0.45, 0)).normalized()
        wrist = Vector((0, 0, GRIPS[side] - 0.11)) - fingers * 0.115 - palm * 0.036
        grips[side] = put(None, f"Mop.Grip.{side}", group)
        _hang(grips[side], pole, hand_matrix(wrist, fingers, palm, side))
    return root, pole, grips
