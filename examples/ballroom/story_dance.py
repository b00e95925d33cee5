"""Lou dances with his mop as if it were somebody, and stops when somebody is there."""

from __future__ import annotations

from math import radians, sin

from .acting import Cast, floor
from .posing import UP, Gait, Step, forward, left
from .stage import DANCE_MARK, DOOR_MARK, SHOTS

DANCE = Gait(lift=0.1, stand=0.045, bounce=0.07, sway=0.09, hips=9.0, twist=13.0, heel=14.0, push=56.0, over=1)

# Frame in the shot, foot, place of its ball, heading. He travels east and turns once around to his left.
STEPS = (
    (-9, "L", -2.46, 5.2, 60),
    (0, "R", -2.16, 4.8, 48),
    (10, "L", -1.52, 4.93, 74),
    (21, "R", -0.98, 4.47, 70),
    (31, "L", -0.44, 4.59, 100),
    (38, "R", -0.02, 4.56, 175),
    (45, "L", 0.06, 4.86, 262),
    (52, "R", 0.38, 4.36, 350),
    (60, "L", 0.98, 4.36, 424),
    (69, "R", 1.42, 3.96, 428),
    (79, "L", 2.12, 4.06, 432),
)
LUNGE = 79


def dance_with_mop(cast: Cast) -> None:
    """Two long steps, a turn around the mop, and a lunge that dips it."""
    lou, shot = cast.lou, SHOTS["SH040"]
    s = shot.start
    lou.begin(shot, mop_L=1.0, mop_R=1.0)
    steps = [Step(s + t, side, floor(x, y), yaw) for t, side, x, y, yaw in STEPS]
    lou.weight(steps, DANCE, lean=2)
    _lunge(cast, s)
    _feet(cast, steps, shot.end)
    _partner(cast, s)
    _head_and_heart(cast, s)


def _feet(cast: Cast, steps: list[Step], end: int) -> None:
    """All contacts by the walk; in the lunge the back foot goes up on its toes."""
    lou = cast.lou
    lou.walk(steps, end, DANCE)
    back = steps[-2]
    back, front = steps[-2], steps[-1]
    lou.planted = [p for p in lou.planted if not (p[0] == "R" and p[1] >= back.frame)]
    lou.planted.append(("R", back.frame + 3, end))
    lou.foot("R", front.frame - 5, back.place, back.yaw)
    for t in (1, 6):
        lou.foot("R", front.frame + t, back.place, back.yaw, -34)
    lou.foot("R", end, back.place, back.yaw, -32)


def _lunge(cast: Cast, s: int) -> None:
    """Up before it, down over the front knee, and a long settle."""
    lou = cast.lou
    over = floor(1.62, 4.05)
    lou.torso(s + 74, floor(1.5, 4.08), 430, 0.005, -4, -4)
    lou.torso(s + LUNGE + 3, over + floor(0.2, 0.0), 424, 0.17, 6, 7)
    lou.torso(s + LUNGE + 8, over + floor(0.22, 0.0), 423, 0.185, 7, 8)
    lou.torso(s + 95, over + floor(0.2, 0.0), 422, 0.175, 6, 8)


def _partner(cast: Cast, s: int) -> None:
    """The mop goes before him, swings out in the turn, and is tipped over in the end."""
    lou = cast.lou
    rows = (
        (0, 0.5, 0.1, 2, -6),
        (5, 0.5, 0.1, 4, 4),
        (10, 0.56, 0.04, -4, 8),
        (16, 0.5, 0.0, 6, 0),
        (21, 0.56, -0.02, -4, -8),
        (27, 0.5, 0.0, 5, 0),
        (31, 0.52, 0.06, -5, 6),
        (35, 0.54, 0.06, -8, 4),
        (38, 0.54, 0.04, -9, 4),
        (42, 0.54, 0.02, -10, 4),
        (45, 0.54, 0.0, -10, 4),
        (49, 0.54, 0.0, -9, 3),
        (52, 0.53, 0.0, -7, 2),
        (56, 0.52, 0.0, -4, 0),
        (60, 0.54, 0.0, -2, -4),
        (65, 0.5, 0.0, 5, 0),
        (69, 0.54, 0.02, 0, 6),
        (74, 0.48, 0.04, 9, 2),
        (79, 0.5, 0.06, -8, -8),
        (83, 0.56, 0.08, -14, -16),
        (88, 0.6, 0.08, -16, -18),
        (95, 0.6, 0.08, -15, -17),
    )
    for t, far, off, lean, tip in rows:
        frame = s + t
        # `far` is to where he holds the pole; its head is further out the more it leans back to him.
        place = lou.near(frame, far + 0.02 + 1.1 * sin(radians(lean)), off, 0.0)
        yaw = lou.facing(frame - 1.5) if 30 < t < 62 else lou.facing(frame)
        cast.mop(frame, place, yaw, lean, tip)


def _head_and_heart(cast: Cast, s: int) -> None:
    """The chest leads into every step, the head comes after; in the turn it stays behind, then whips round."""
    lou = cast.lou
    chest = (
        (0, -4, -10, -8),
        (5, 5, 8, 6),
        (10, -7, 13, 10),
        (16, 4, -5, -6),
        (21, -7, -13, -10),
        (27, 5, 10, 4),
        (31, -5, 18, 9),
        (38, -8, 16, 12),
        (45, -8, 13, 12),
        (52, -5, 8, 9),
        (60, -3, -5, -3),
        (66, 4, 5, -6),
        (70, -8, -8, -9),
        (75, -14, 10, 3),
        (82, -12, 18, 18),
        (88, -15, 21, 22),
        (95, -14, 20, 21),
    )
    for t, pitch, yaw, roll in chest:
        lou.chest(s + t, pitch, yaw, roll)
    heads = (
        (0, 0, 2, 6),
        (10, -12, -2, -8),
        (21, 10, -3, 8),
        (30, -20, -4, 0),
        (36, -45, -2, 4),
        (42, -30, 0, 4),
        (48, 28, 2, -2),
        (54, 12, 0, -4),
        (62, 0, -2, 0),
        (70, 10, -6, -8),
        (76, -6, -9, -4),
        (83, -22, 4, 8),
        (90, -26, 9, 11),
        (95, -25, 8, 10),
    )
    for t, yaw, pitch, roll in heads:
        lou.head(s + t, yaw, pitch, roll)
    for side in ("L", "R"):
        lou.fingers(side, s, 0.85, 0.7)


def freeze(cast: Cast) -> None:
    """He stands with the mop in his arms; a jolt, then only the screen turns towards what is behind him."""
    lou, shot, yaw = cast.lou, SHOTS["SH050"], 34.0
    s = shot.start
    lou.begin(shot, mop_L=1.0, mop_R=1.0)
    place = DANCE_MARK
    for t, drop, pitch, roll in (
        (0, 0.045, 1, 4),
        (10, 0.038, 0, 4),
        (15, 0.028, -2, 3),
        (22, 0.034, -1, 3),
        (79, 0.032, -1, 2),
    ):
        lou.torso(s + t, place + left(yaw) * 0.02, yaw, drop, pitch, roll)
    for t, pitch, turn, roll in (
        (0, 2, -6, 6),
        (12, 1, -7, 6),
        (17, -4, -5, 3),
        (24, -2, -5, 4),
        (44, -2, -3, 4),
        (62, -1, 10, 3),
        (79, -1, 12, 3),
    ):
        lou.chest(s + t, pitch, turn, roll)
    looks = (
        (0, 12, 8, 9),
        (11, 11, 9, 10),
        (15, 16, -5, 4),
        (19, 15, -3, 5),
        (38, 16, -2, 4),
        (42, 15, -1, 4),
        (54, 58, 2, -3),
        (62, 66, 1, -4),
        (79, 68, 0, -4),
    )
    for t, turn, pitch, roll in looks:
        lou.look(s + t, turn, pitch, roll)
    for side, sign in (("L", 1), ("R", -1)):
        lou.plant(
            side, s, shot.end, place + left(yaw) * 0.14 * sign + forward(yaw) * (0.1 + 0.06 * sign), yaw + 8 * sign
        )
        lou.fingers(side, s, 0.85, 0.7)
    for t, tip in ((0, -7), (12, -8), (16, -5), (24, -6), (79, -6)):
        cast.mop(s + t, place + forward(yaw) * 0.44 - left(yaw) * 0.13, yaw - 12, 3, tip)
    _in_the_doorway(cast, s)


def _in_the_doorway(cast: Cast, s: int) -> None:
    """She has come in: she stands in the light of the hall, and takes one step."""
    woman, shot = cast.woman, SHOTS["SH050"]
    woman.begin(shot)
    gait = Gait(lift=0.05, bounce=0.012, sway=0.03, hips=3.0, twist=5.0)
    yaw = 9.0
    here = DOOR_MARK
    ahead, aside = forward(yaw), left(yaw)
    feet = [
        Step(s - 1, "R", here - aside * 0.07 + ahead * 0.08, yaw - 5),
        Step(s, "L", here + aside * 0.08 + ahead * 0.1, yaw + 6),
        Step(s + 58, "R", here - aside * 0.06 + ahead * 0.46, yaw - 3),
        Step(s + 74, "L", here + aside * 0.08 + ahead * 0.5, yaw + 5),
    ]
    woman.torso(s, here + aside * 0.02, yaw, 0.006, 0, 0)
    woman.torso(s + 42, here + aside * 0.035, yaw, 0.012, 1, 2)
    woman.torso(s + 58, here + ahead * 0.2, yaw, 0.022, 2, 0)
    woman.torso(s + 76, here + ahead * 0.4, yaw, 0.008, 0, 0)
    woman.walk(feet, shot.end, gait)
    for t, pitch, roll in ((0, 0, 0), (44, 3, 1), (60, 2, -1), (79, -1, 0)):
        woman.chest(s + t, pitch, 0, roll)
    for t, turn, pitch, roll in ((0, 12, 2, 0), (40, 12, 3, 4), (79, 11, 0, 2)):
        woman.look(s + t, turn, pitch, roll)
    for t, swing in ((0, 0.0), (42, 0.0), (58, 0.06), (79, 0.0)):
        woman.hang("R", s + t, swing)
    # Her left hand rests on the door's frame, then leaves it.
    frame = here + aside * 0.4 + ahead * 0.1 + UP * 1.2
    woman.hand("L", s, frame, UP * 0.9 + aside * 0.3, aside - ahead * 0.2)
    woman.hand("L", s + 42, frame, UP * 0.9 + aside * 0.3, aside - ahead * 0.2)
    woman.hang("L", s + 66, -0.04)
    woman.hang("L", s + 79, 0.0)
    for side in ("L", "R"):
        woman.fingers(side, s, 0.22)
