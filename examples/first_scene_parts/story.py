"""What happens: Bruno brings a present; Ada looks up from her book, waves, and is touched.

Each function is one thread of the performance, in frames of the whole scene.
"""

from __future__ import annotations

from itertools import pairwise
from math import radians

import bpy
from mathutils import Matrix, Vector

from .acting import Actor, Footprint, ease, forward, heading, left
from .room import RUG_TOP, TABLE

UP, DOWN = Vector((0, 0, 1)), Vector((0, 0, -1))

ADA_SEAT, ADA_FACING = Vector((-0.93, 0.30, 0.0)), 75.0
BRUNO_FACING = -74.0
PARCEL_REST, PARCEL_YAW = Vector((0.44, 0.35, TABLE[2])), -76.0

# Bruno's way from the hall to the table. The first print lies before the film starts.
PRINTS = (
    Footprint(-12, "L", 1.98, 3.16, 0),
    Footprint(1, "R", 1.80, 2.66, 0),
    Footprint(14, "L", 1.98, 2.10, -3),
    Footprint(27, "R", 1.74, 1.56, -14),
    Footprint(40, "L", 1.74, 1.02, -30),
    Footprint(54, "R", 1.36, 0.76, -50, RUG_TOP),
    Footprint(68, "L", 1.05, 0.26, -70, RUG_TOP),
    Footprint(82, "R", 0.99, 0.47, -78, RUG_TOP),
)


def perform_bruno(rig: bpy.types.Object, height: float, parcel: bpy.types.Object) -> None:
    """Bruno walks in with the parcel, puts it down and steps back into his weight."""
    bruno = Actor(rig, height)
    bruno.walk(PRINTS)
    _carry(bruno, parcel)
    _put_down(bruno)
    _bruno_hands(bruno)
    _bruno_looks(bruno)
    ease(rig)
    ease(parcel)


def _carry(bruno: Actor, parcel: bpy.types.Object) -> None:
    """The parcel rides in front of the belly, late and heavy, then goes to the table in an arc."""
    parcel.rotation_mode = "XYZ"

    def key(frame: int, place: Vector, yaw: float, tip: float = 0.0) -> None:
        parcel.location, parcel.rotation_euler = place, (radians(tip), 0, radians(yaw))
        parcel.keyframe_insert("location", frame=frame)
        parcel.keyframe_insert("rotation_euler", frame=frame)

    tall = bruno.rig.data.bones["spine"].head_local.z
    for earlier, landing in pairwise(PRINTS):
        yaw = (earlier.yaw + landing.yaw) / 2
        sign = 1 if landing.side == "L" else -1
        both = Vector(((earlier.x + landing.x) / 2, (earlier.y + landing.y) / 2, 0))
        over = Vector((earlier.x, earlier.y, 0)) + left(yaw) * sign * 0.07
        reach = forward(yaw) * 0.37
        key((earlier.frame + landing.frame) // 2 + 1, over + reach + UP * (tall + 0.085), yaw, 2)
        key(landing.frame + 2, both + reach + UP * (tall + 0.055), yaw, -1)
    key(94, Vector((0.62, 0.375, tall + 0.045)), -77, 0)
    key(106, PARCEL_REST.lerp(Vector((0.5, 0.37, 0)), 0.5) + UP * 0.48, PARCEL_YAW, 3)
    key(113, PARCEL_REST, PARCEL_YAW)


def _put_down(bruno: Actor) -> None:
    """He bends from the hips, the pelvis goes back for balance; then he comes up, last of all the head."""
    tall = bruno.rig.data.bones["spine"].head_local.z
    mid = Vector((1.02, 0.365, 0))
    bruno.hips(91, mid + UP * (tall - 0.02))
    bruno.hips(112, mid - forward(BRUNO_FACING) * 0.035 + UP * (tall - 0.075))
    bruno.hips(118, mid - forward(BRUNO_FACING) * 0.035 + UP * (tall - 0.072))
    bruno.hips(136, mid + left(BRUNO_FACING) * -0.02 + UP * (tall - 0.016))
    bruno.hips(160, mid + left(BRUNO_FACING) * -0.035 + UP * (tall - 0.022))
    for frame, pitch in ((92, 2), (112, 28), (118, 27), (137, -1), (160, 0)):
        bruno.face(frame, BRUNO_FACING, pitch, 0 if frame < 137 else 1.5)
    for frame, pitch in ((94, 0), (113, 17), (120, 16), (139, -2), (165, 0)):
        bruno.turn("spine.002", frame, pitch, 0, 0)
    for frame, pitch in ((95, 0), (114, 8), (121, 7), (141, 0)):
        bruno.turn("spine.003", frame, pitch, 0, 0)


def _bruno_hands(bruno: Actor) -> None:
    """Both hands under the parcel's sides until it stands; then they open, come back and hang."""
    rest = Matrix.Translation(PARCEL_REST) @ heading(PARCEL_YAW).to_4x4()
    ahead, side = forward(BRUNO_FACING), left(BRUNO_FACING)
    body = Vector((1.02, 0.365, 0))
    for name, sign in (("L", 1.0), ("R", -1.0)):
        grip = (Vector((sign * 0.185, 0.085, 0.055)), Vector((-sign * 0.12, -1, -0.05)), Vector((-sign, 0, 0.25)))
        open_ = (Vector((sign * 0.225, 0.13, 0.07)), Vector((sign * 0.08, -1, 0.0)), Vector((-sign, 0.0, -0.1)))
        for frame in (1, 115):
            bruno.hand(name, frame, *grip, prop=Matrix())
        bruno.hand(name, 120, *open_, prop=Matrix())
        out = side * sign
        back = body + ahead * 0.22 + out * 0.33 + UP * 1.02
        bruno.hand(name, 128, back, ahead + DOWN * 0.9, -out - UP * 0.2, prop=rest)
        late = 0 if name == "L" else 3  # the two arms do not arrive together
        hang = body + ahead * 0.05 + out * 0.33 + UP * 0.885
        bruno.hand(name, 139 + late, hang, DOWN + ahead * 0.12, -out + ahead * -0.2, prop=rest)
        settle = hang - ahead * 0.015 - out * 0.01
        bruno.hand(name, 150 + late, settle, DOWN + ahead * 0.22, -out + ahead * -0.2, prop=rest)


def _bruno_looks(bruno: Actor) -> None:
    """Eyes on Ada while he walks, on the parcel while it goes down, then back to her."""
    looks = (
        (1, 4, -16), (20, 3, -32), (40, 2, -30), (58, 3, -16), (76, 5, 0), (90, 6, 0), (100, 20, 2), (114, 16, 2),
        (122, -8, -4), (134, 15, -11), (150, 14, -12), (164, 19, -12), (176, 14, -12), (192, 14, -12),
    )  # fmt: skip
    for frame, pitch, yaw in looks:
        bruno.turn("head", frame, pitch * 0.65, yaw * 0.6, 0)
        bruno.turn("neck", frame + 2, pitch * 0.35, yaw * 0.4, 0)
    for frame, roll in ((142, 0), (154, 5)):
        bruno.turn("shoulder.L", frame, 0, 0, 0)
        bruno.turn("shoulder.R", frame, 0, 0, -roll * 0.3)


def perform_ada(rig: bpy.types.Object, height: float) -> None:
    """Ada reads, looks up, waves, watches the parcel come, and puts a hand to her heart."""
    ada = Actor(rig, height)
    _sit(ada)
    _ada_trunk(ada)
    _ada_looks(ada)
    _ada_left_hand(ada)
    _ada_right_hand(ada)
    ease(rig)


def _sit(ada: Actor) -> None:
    for side, sign, ahead in (("L", 1, 0.4), ("R", -1, 0.34)):
        ankle = ADA_SEAT + left(ADA_FACING) * 0.105 * sign + forward(ADA_FACING) * ahead + UP * RUG_TOP
        ada.foot(side, 1, ankle, ADA_FACING + 7 * sign)


def _ada_trunk(ada: Actor) -> None:
    """Bent over the book, up with the surprise, forward to the parcel, back with a breath."""
    seat = ADA_SEAT - forward(ADA_FACING) * 0.015 + UP * 0.56
    for frame, ahead in ((1, 0.0), (46, 0.0), (62, 0.01), (150, 0.02), (170, 0.008)):
        ada.hips(frame, seat + forward(ADA_FACING) * ahead)
    for frame, pitch, yaw in ((1, 3, 0), (40, 4, 0), (56, -3, 5), (96, -2, 5), (122, 3, 2), (146, 4, 2), (168, -2, 3)):
        ada.face(frame, ADA_FACING + yaw, pitch)
    trunk = (
        (1, 9, 0, 0), (22, 11, 0, 0), (38, 12, 0, 0), (58, -1, 5, 0), (82, 0, 6, 1), (100, 1, 6, 0), (124, 7, 2, 0),
        (148, 8, 2, 0), (168, -1, 4, -1), (180, 0, 4, -2), (192, 1, 4, -2),
    )  # fmt: skip
    for frame, pitch, yaw, roll in trunk:
        ada.turn("spine.001", frame, pitch * 0.5, yaw * 0.5, roll)
        ada.turn("spine.002", frame + 1, pitch * 0.6, yaw * 0.7, roll)
        ada.turn("spine.003", frame + 2, pitch * 0.45, yaw * 0.5, roll)
    for frame, up in ((1, 0), (46, 0), (60, 4), (72, 2), (104, 0), (154, 0), (168, 3), (180, 1), (192, 2)):
        ada.turn("shoulder.R", frame, 0, 0, -up)
        ada.turn("shoulder.L", frame, 0, 0, up * 0.6)


def _ada_looks(ada: Actor) -> None:
    """The head leads, the neck follows; a small dip before she looks up."""
    looks = (
        (1, 24, 0, 0), (18, 26, -3, 0), (32, 25, 2, 0), (36, 27, 0, 0), (47, -2, 30, 0), (58, -5, 20, 3),
        (70, -8, 10, -3), (84, -10, 2, 3), (98, -8, 0, -1), (110, 13, 2, 0), (126, 20, 4, 0), (150, 19, 8, 0),
        (154, 21, 8, 0), (165, -11, 8, 3), (178, -9, 7, 9), (192, -8, 7, 8),
    )  # fmt: skip
    for frame, pitch, yaw, roll in looks:
        ada.turn("head", frame, pitch * 0.62, yaw * 0.6, roll * 0.7)
        ada.turn("neck", frame + 2, pitch * 0.38, yaw * 0.4, roll * 0.3)


def _ada_left_hand(ada: Actor) -> None:
    """On the page; it smooths the paper once, and holds the book when she looks up."""
    ahead, side = forward(ADA_FACING), left(ADA_FACING)
    page = ADA_SEAT + ahead * 0.34 + side * 0.17 + UP * (TABLE[2] + 0.052)
    fingers, palm = ahead - side * 0.45 + DOWN * 0.12, DOWN
    slides = ((1, 0.0), (12, 0.0), (24, 0.07), (32, 0.06), (50, 0.02), (118, 0.02), (132, 0.07), (192, 0.07))
    for frame, slide in slides:
        lift = 0.012 if frame in (24, 132) else 0.0
        ada.hand("L", frame, page + ahead * slide * 0.6 - side * slide * 0.5 + UP * lift, fingers, palm)


def _ada_right_hand(ada: Actor) -> None:
    """From the table up into the wave, down again, and at the end to the heart."""
    ahead, side = forward(ADA_FACING), left(ADA_FACING)
    table = ADA_SEAT + ahead * 0.33 - side * 0.2 + UP * (TABLE[2] + 0.03)
    flat = (ahead + side * 0.35 + DOWN * 0.1, DOWN)
    for frame in (1, 50):
        ada.hand("R", frame, table, *flat)
    raised = ADA_SEAT + ahead * 0.41 - side * 0.22 + UP * 1.17
    palm = forward(50.0)
    across = Vector((palm.y, -palm.x, 0))  # the way the hand swings
    ada.hand("R", 57, table.lerp(raised, 0.45) - side * 0.03, ahead + UP * 0.2 - side * 0.1, DOWN + palm * 0.6)
    ada.hand("R", 64, raised + UP * 0.01, UP + across * 0.1, palm)
    swings = ((69, 1.0), (75, -0.8), (81, 1.0), (87, -0.8), (93, 0.6))
    for frame, swing in swings:
        # From the elbow: the wrist travels, and the hand leans into the way it goes.
        ada.hand("R", frame, raised + across * 0.06 * swing, UP + across * 0.55 * swing, palm)
    ada.hand("R", 101, raised + DOWN * 0.03 + ahead * 0.02, UP + ahead * 0.35, palm + DOWN * 0.3)
    ada.hand("R", 113, table + UP * 0.06 + ahead * 0.02, ahead + UP * 0.25, DOWN + ahead * 0.1)
    for frame in (118, 152):
        ada.hand("R", frame, table, *flat)
    lifted = ADA_SEAT + ahead * 0.26 - side * 0.16 + UP * 0.9
    ada.hand("R", 161, lifted, UP * 0.5 + side + ahead * 0.2, -ahead + DOWN * 0.3)
    heart = ADA_SEAT + ahead * 0.165 - side * 0.075 + UP * 0.925
    for frame, sink in ((171, 0.0), (192, 0.008)):
        ada.hand("R", frame, heart + DOWN * sink, side + UP * 0.42, -ahead)
