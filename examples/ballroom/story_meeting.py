"""Lou and the woman: she offers her hand, they dance a few steps, and she leaves."""

from __future__ import annotations

from mathutils import Vector

from .acting import Cast, floor
from .posing import UP, Gait, Step, bearing, forward, left
from .stage import DANCE_MARK, SHOTS

GAP = 0.62
"""Between the two when they dance, pelvis to pelvis."""


def absent(cast: Cast, *numbers: str) -> None:
    """Where she stands while she is not in the picture: south of the room, behind every camera.

    Not behind the door: poses are drawn through walls.
    """
    woman, place = cast.woman, floor(0.0, -17.5)
    for number in numbers:
        shot = SHOTS[number]
        woman.begin(shot)
        woman.torso(shot.start, place, 0, 0.01)
        woman.chest(shot.start)
        woman.look(shot.start, 0)
        for side, sign in (("L", 1), ("R", -1)):
            woman.foot(side, shot.start, place + Vector((0.087 * sign, -0.08, 0)), 5 * sign)
            woman.hang(side, shot.start)
            woman.fingers(side, shot.start, 0.25)


def meet(cast: Cast) -> None:
    """The two-shot: her hand, his hand, and then they sway."""
    s = SHOTS["SH060"].start
    cast.lou.begin(SHOTS["SH060"])
    cast.woman.begin(SHOTS["SH060"])
    _lou_meets(cast, s)
    _woman_meets(cast, s)
    # The mop lies where he let it go.
    cast.mop(s, DANCE_MARK + Vector((-1.5, 0.9, 0.0)), 60.0, 94)


# How the pair moves from frame to frame: along their line to the east, and turned to the left.
SWAY = (
    (34, 0.0, 0.0, 0.0),
    (42, 0.0, 0.0, 0.012),
    (52, 0.17, 5.0, 0.05),
    (60, 0.18, 7.0, 0.02),
    (64, 0.17, 8.0, 0.015),
    (74, -0.04, 13.0, 0.05),
    (82, -0.06, 16.0, 0.02),
    (95, -0.05, 18.0, 0.026),
)


def _lou_meets(cast: Cast, s: int) -> None:
    lou, yaw = cast.lou, 90.0
    start = DANCE_MARK + Vector((-0.5, 0, 0))
    close = DANCE_MARK + Vector((-GAP / 2, 0, 0))
    for t, x, drop, pitch in ((0, 0.0, 0.035, 2), (8, -0.02, 0.03, 0), (22, 0.03, 0.03, 3), (29, 0.14, 0.05, 3)):
        lou.torso(s + t, start + Vector((x, 0, 0)), yaw, drop, pitch)
    for t, along, turn, drop in SWAY:
        lou.torso(s + t, close + Vector((along, -0.004 * turn, 0)), yaw + turn, 0.03 + drop, 2, 0)
    chest = ((0, 4, 4, 0), (10, 0, 6, 0), (30, 3, 8, 0), (50, 1, 4, 3), (62, 2, 6, -2), (74, 0, 2, -4), (95, 2, 4, -2))
    for t, pitch, turn, roll in chest:
        lou.chest(s + t, pitch, turn, roll)
    looks = (
        (0, 92, 16, 0),
        (9, 91, 22, 3),
        (20, 92, 8, 0),
        (32, 90, -3, 0),
        (50, 94, 0, 4),
        (64, 97, 1, 5),
        (78, 104, 4, -4),
        (95, 106, 7, -6),
    )
    for t, turn, pitch, roll in looks:
        lou.look(s + t, turn, pitch, roll)
    _lou_steps(cast, s, start, close)
    east, north = Vector((1, 0, 0)), Vector((0, 1, 0))
    # Left hand: hangs, rises under hers, then leads it out to the side.
    lou.hang("L", s, 0.02)
    lou.hang("L", s + 7, 0.0)
    meeting = DANCE_MARK + Vector((-0.12, 0.06, 1.0))
    lou.hand("L", s + 18, meeting + Vector((-0.08, 0.02, -0.05)), east + north * -0.1 + UP * 0.1, UP - east * 0.1)
    lou.hand("L", s + 24, meeting, east + UP * 0.1, UP - north * 0.15)
    for t, along, turn, drop in ((36, 0.0, 0.0, 0.0), *SWAY[1:]):
        out = close + forward(yaw + turn) * 0.36 + left(yaw + turn) * 0.38 + Vector((along, 0, 1.47 - drop))
        fingers = left(yaw + turn) * 0.3 + UP + forward(yaw + turn) * 0.15
        lou.hand("L", s + t + 1, out, fingers, forward(yaw + turn) - left(yaw + turn) * 0.3)
    lou.hang("R", s, -0.02)
    lou.hang("R", s + 22, 0.02)
    lou.hand("R", s + 30, lou.near(s + 30, 0.3, -0.36, 1.0), east + north * 0.2, north + UP * 0.1)
    lou.held("back", (s + 28, 0.0), (s + 39, 1.0), (s + 95, 1.0))
    for side, curls in (
        ("L", ((0, 0.35), (18, 0.08), (26, 0.3), (38, 0.42))),
        ("R", ((0, 0.35), (28, 0.15), (40, 0.22))),
    ):
        for t, curl in curls:
            lou.fingers(side, s + t, curl)


def _lou_steps(cast: Cast, s: int, start: Vector, close: Vector) -> None:
    lou = cast.lou
    gait = Gait(lift=0.045, bounce=0.02, push=20.0, heel=8.0, over=2)
    y, front = start.y, 0.1
    rows = (
        (-2, "R", start.x + front, y - 0.15, 84),
        (-1, "L", start.x + front + 0.02, y + 0.13, 98),
        (29, "L", close.x + front + 0.02, y + 0.13, 98),
        (37, "R", close.x + front, y - 0.15, 88),
        (52, "L", close.x + front + 0.24, y + 0.11, 104),
        (60, "R", close.x + front + 0.2, y - 0.16, 95),
        (74, "R", close.x + front - 0.1, y - 0.17, 103),
        (84, "L", close.x + front - 0.06, y + 0.1, 114),
    )
    lou.walk([Step(s + t, side, floor(px, py), yaw) for t, side, px, py, yaw in rows], s + 95, gait)


def _woman_meets(cast: Cast, s: int) -> None:
    woman, yaw = cast.woman, -90.0
    start, close = DANCE_MARK + Vector((0.46, 0, 0)), DANCE_MARK + Vector((GAP / 2, 0, 0))
    for t, x, drop, pitch in ((0, 0.0, 0.012, 1), (10, -0.02, 0.014, 3), (24, -0.02, 0.012, 2), (31, -0.1, 0.02, 1)):
        woman.torso(s + t, start + Vector((x, 0, 0)), yaw, drop, pitch)
    for t, along, turn, drop in SWAY:
        woman.torso(s + t, close + Vector((along, 0.004 * turn, 0)), yaw + turn, 0.012 + drop * 0.7, 0, 0)
    chest = ((0, 0, 0, 0), (9, 4, 6, 0), (30, 1, 4, 0), (50, -2, 2, -3), (64, -1, 2, 3), (76, -3, 4, 4), (95, 0, 4, 3))
    for t, pitch, turn, roll in chest:
        woman.chest(s + t, pitch, turn, roll)
    looks = (
        (0, -90, 3, 0),
        (9, -90, 9, -4),
        (20, -91, 6, 0),
        (33, -90, -6, 0),
        (52, -86, -4, -5),
        (66, -82, -3, -6),
        (80, -84, 6, 6),
        (95, -88, 11, 10),
    )
    for t, turn, pitch, roll in looks:
        woman.look(s + t, turn, pitch, roll)
    _woman_steps(cast, s, start, close)
    west, north = Vector((-1, 0, 0)), Vector((0, 1, 0))
    offered = DANCE_MARK + Vector((0.11, 0.06, 1.06))
    woman.hang("R", s, 0.02)
    woman.hand("R", s + 5, start + Vector((-0.16, 0.2, 0.93)), west * 0.7 - UP * 0.7, -north * 0.8 + west * 0.2)
    woman.hand("R", s + 14, offered, west + UP * 0.05, -UP * 0.9 - north * 0.4)
    woman.hand("R", s + 20, offered + Vector((0.01, 0, -0.015)), west - UP * 0.1, -UP * 0.9 - north * 0.4)
    woman.held("hand", (s + 17, 0.0), (s + 25, 1.0), (s + 95, 1.0))
    woman.hang("L", s, 0.0)
    woman.hang("L", s + 28, 0.04)
    woman.hand("L", s + 35, woman.near(s + 35, 0.26, 0.25, 1.2), west + UP * 0.5, north * 0.6 - UP * 0.5)
    woman.held("shoulder", (s + 32, 0.0), (s + 42, 1.0), (s + 95, 1.0))
    for side, curls in (("R", ((0, 0.25), (14, 0.1), (26, 0.3))), ("L", ((0, 0.25), (35, 0.15), (44, 0.22)))):
        for t, curl in curls:
            woman.fingers(side, s + t, curl)


def _woman_steps(cast: Cast, s: int, start: Vector, close: Vector) -> None:
    woman = cast.woman
    gait = Gait(lift=0.04, bounce=0.015, push=24.0, heel=8.0, over=2)
    y, front = start.y, -0.08
    rows = (
        (-2, "R", start.x + front, y + 0.08, -93),
        (-1, "L", start.x + front + 0.03, y - 0.09, -86),
        (31, "L", close.x + front + 0.04, y - 0.09, -86),
        (39, "R", close.x + front, y + 0.08, -92),
        (52, "R", close.x + front + 0.23, y + 0.1, -86),
        (61, "L", close.x + front + 0.18, y - 0.07, -80),
        (74, "L", close.x + front - 0.1, y - 0.06, -74),
        (84, "R", close.x + front - 0.04, y + 0.11, -74),
    )
    woman.walk([Step(s + t, side, floor(px, py), yaw) for t, side, px, py, yaw in rows], s + 95, gait)


PARTING = floor(2.42, 8.0)
LEAVING = (floor(2.05, 9.6), floor(0.5, 14.7))


def leave(cast: Cast) -> None:
    """She walks to the door and does not hurry; his hand is still in the air, then it comes down."""
    cast.lou.begin(SHOTS["SH070"])
    cast.woman.begin(SHOTS["SH070"])
    s = SHOTS["SH070"].start
    _lou_stays(cast, s)
    _woman_goes(cast, s)
    cast.mop(s, DANCE_MARK + Vector((-1.5, 0.9, 0.0)), 60.0, 94)


def _lou_stays(cast: Cast, s: int) -> None:
    lou, end = cast.lou, SHOTS["SH070"].end
    yaw = bearing(PARTING, LEAVING[0]) % 360
    for t, drop, pitch in ((0, 0.03, 4), (24, 0.034, 3), (44, 0.045, 1), (60, 0.048, 1)):
        lou.torso(s + t, PARTING, yaw, drop, pitch)
    for t, pitch, turn in ((0, 5, -12), (22, 4, -9), (42, 5, 0), (60, 7, 0)):
        lou.chest(s + t, pitch, turn)
    after = ((0, yaw, 0, 0), (30, yaw - 6, 0, 0), (60, yaw - 8, 5, 4))
    for t, turn, pitch, roll in after:
        lou.look(s + t, turn, pitch, roll)
    ahead, aside = forward(yaw), left(yaw)
    for side, sign in (("L", 1), ("R", -1)):
        lou.plant(side, s, end, PARTING + aside * 0.14 * sign + ahead * (0.1 - 0.05 * sign), yaw + 8 * sign)
    # The hand she let go of stays out, sinks a little, and then the arm falls.
    out = PARTING + ahead * 0.52 - aside * 0.2
    lou.hand("R", s, out + UP * 1.06, ahead + aside * 0.1 + UP * 0.05, UP * 0.6 + aside)
    lou.hand("R", s + 12, out + UP * 1.07 + ahead * 0.015, ahead + UP * 0.05, UP * 0.6 + aside)
    lou.hand("R", s + 30, out + UP * 1.0 - ahead * 0.04, ahead - UP * 0.2, UP * 0.4 + aside)
    lou.hang("R", s + 50, 0.03)
    lou.hang("R", s + 60, 0.0)
    lou.hang("L", s, 0.02)
    lou.hang("L", s + 60, 0.0)
    for t, curl in ((0, 0.1), (24, 0.14), (46, 0.4)):
        lou.fingers("R", s + t, curl)
    lou.fingers("L", s, 0.35)


def _woman_goes(cast: Cast, s: int) -> None:
    woman, end = cast.woman, SHOTS["SH070"].end
    gait = Gait(lift=0.055, bounce=0.024, sway=0.045, hips=5.0, twist=8.0, heel=12.0, push=62.0, over=2)
    beat, stride = 12, (LEAVING[1] - LEAVING[0]) / 8
    way = bearing(*LEAVING) % 360
    steps: list[Step] = []
    for i in range(-2, 9):
        side = "L" if i % 2 else "R"
        sign = 1 if side == "L" else -1
        place = LEAVING[0] + stride * i + left(way) * 0.055 * sign + forward(way) * 0.1
        steps.append(Step(s + beat * i - 1, side, place, way + 4 * sign))
    woman.weight(steps, gait, lean=2)
    woman.walk(steps, end, gait)
    for i in range(-2, 9):
        sign = 1 if i % 2 else -1
        frame = s + beat * i - 1
        woman.hang("L", frame + 2, -0.13 * sign)  # arms against the legs, two frames late
        woman.hang("R", frame + 2, 0.13 * sign)
    # A look back over her left shoulder that does not quite become one, then on to the door.
    looks = (
        (0, way - 4, 6, 0),
        (22, way - 2, 7, 0),
        (36, way + 34, 8, 5),
        (48, way + 38, 7, 6),
        (62, way, 2, 0),
        (95, way, -1, 0),
    )
    for t, turn, pitch, roll in looks:
        woman.look(s + t, turn, pitch, roll)
    for side in ("L", "R"):
        woman.fingers(side, s, 0.25)
