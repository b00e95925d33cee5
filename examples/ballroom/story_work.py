"""Lou at work and alone: he mops, puts a record on, and his feet begin to move; at the end he mops again."""

from __future__ import annotations

from math import radians

from mathutils import Vector

from .acting import Cast, floor
from .posing import UP, forward, left
from .props import PLATTER
from .stage import MOP_MARK, REPRISE, SHOTS, TABLE_MARK

MOPS = -90.0
"""He mops facing west, so that the camera in the south has his profile."""
STROKE = 48
BACK = 0.2


def mop_alone(cast: Cast) -> None:
    """The first shot: two strokes, and a look up to the record player."""
    cast.lou.begin(SHOTS["SH010"], mop_L=1.0, mop_R=1.0)
    _reprise(cast, SHOTS["SH010"].start)


def mop_again(cast: Cast) -> None:
    """The last shot: he works backwards across the floor until he comes to where he began, and to the same look."""
    shot = SHOTS["SH080"]
    cast.lou.begin(shot, mop_L=1.0, mop_R=1.0)
    strokes = (shot.frames - 96) // STROKE
    for i in range(strokes):
        place = MOP_MARK + forward(MOPS) * BACK * (strokes - i)
        _stroke(cast, shot.start + i * STROKE, place, side=-1.0 if i % 2 else 1.0, reach=0.94 + 0.07 * ((i * 2) % 3))
    _reprise(cast, SHOTS["SH010"].start + REPRISE)


def _reprise(cast: Cast, start: int) -> None:
    """Two strokes and the look, the same at both ends of the film."""
    _stroke(cast, start, MOP_MARK.copy(), side=1.0, reach=1.0)
    second = MOP_MARK - forward(MOPS) * BACK
    _stroke(cast, start + STROKE, second, side=-1.0, reach=0.97, last=True)


def _stroke(cast: Cast, start: int, place: Vector, side: float, reach: float, last: bool = False) -> None:
    """Push from the back foot, pull with the whole weight, then a step back; or stop, and look up."""
    lou, ahead, aside = cast.lou, forward(MOPS), left(MOPS)
    feet = {"L": place + ahead * 0.2 + aside * 0.13, "R": place - ahead * 0.12 - aside * 0.14}
    turns = {"L": MOPS + 6, "R": MOPS - 24}
    hips = (
        (0, -0.07, 0.05, 3, 0),
        (5, -0.1, 0.07, 0, 2),
        (19, 0.1, 0.06, 13, -3),
        (25, 0.09, 0.055, 12, -3),
        (39, -0.09, 0.07, 2, 3),
    )
    for t, shift, drop, pitch, roll in hips:
        lou.torso(start + t, place + ahead * shift + aside * 0.015 * roll, MOPS + roll * side, drop, pitch, roll * side)
    chest = ((0, 9, 8), (6, 5, 12), (21, 19, -10), (27, 18, -8), (41, 7, 10))
    for t, pitch, yaw in chest:
        lou.chest(start + t, pitch, yaw * side, 0)
    for t, pitch, yaw in ((0, 20, 0), (8, 22, 4), (23, 13, -4), (42, 24, 0)):
        lou.look(start + t, MOPS + yaw * side, pitch, 0)
    strokes = (
        (0, 0.62, 17, 0.05),
        (6, 0.56, 14, 0.08),
        (21, reach, 35, -0.04),
        (27, reach - 0.01, 35, -0.12),
        (41, 0.6, 15, -0.02),
    )
    for t, far, lean, off in strokes:
        cast.mop(start + t, place + ahead * far + aside * off * side, MOPS + 4 * off * 50 * side, lean, off * 25 * side)
    lou.plant("L", start, start + (STROKE if last else STROKE - 8), feet["L"], turns["L"])
    lou.foot("R", start, feet["R"], turns["R"])
    lou.foot("R", start + 12, feet["R"], turns["R"])
    lou.foot("R", start + 20, feet["R"], turns["R"], -14)  # the push goes through the back foot's toes
    lou.foot("R", start + 28, feet["R"], turns["R"], -12)
    lou.plant("R", start + 36, start + (STROKE if last else STROKE - 15), feet["R"], turns["R"])
    if last:
        _look_up(cast, start, place)
        return
    behind = place - ahead * BACK
    for name, t0, t1 in (("R", 33, 40), ("L", 40, 47)):
        goal = feet[name] - ahead * BACK
        lou.foot(name, start + t0 + 2, feet[name] + UP * 0.02, turns[name], -10)
        lou.foot(name, start + (t0 + t1) // 2 + 1, feet[name].lerp(goal, 0.6) + UP * 0.045, turns[name], -6)
        lou.foot(name, start + t1, goal, turns[name])
    lou.torso(start + STROKE - 3, behind + ahead * -0.02, MOPS, 0.055, 3, 0)


def _look_up(cast: Cast, start: int, place: Vector) -> None:
    """The stroke dies away; he straightens over the mop and turns his screen to the record player."""
    lou, ahead = cast.lou, forward(MOPS)
    lou.torso(start + 34, place - ahead * 0.05, MOPS - 2, 0.045, 1, 0)
    lou.torso(start + 47, place - ahead * 0.035, MOPS - 4, 0.028, 0, 1)
    lou.chest(start + 34, 4, -4, 0)
    lou.chest(start + 46, 0, -12, 0)
    lou.head(start + 33, 0, 14, 0)
    lou.head(start + 45, -46, -4, -4)
    cast.mop(start + 47, place + ahead * 0.57, MOPS, 13, 0)


def put_record_on(cast: Cast) -> None:
    """Both hands let the record down on the spindle; the right one brings the arm over."""
    lou, shot, yaw = cast.lou, SHOTS["SH020"], 90.0
    s = shot.start
    lou.begin(shot, record_L=1.0, record_R=1.0)
    stand = TABLE_MARK + Vector((-0.62, -0.01, 0))
    for t, shift, pitch in ((0, 0.0, 3), (34, 0.035, 8), (46, 0.02, 6), (62, 0.03, 8), (83, 0.015, 6)):
        lou.torso(s + t, stand + Vector((shift, -0.01 * (t > 40), 0)), yaw, 0.035, pitch, 0)
    for t, pitch, turn in ((0, 8, 0), (34, 20, 0), (48, 15, 4), (62, 20, 13), (83, 17, 10)):
        lou.chest(s + t, pitch, turn)
    for t, turn, pitch in ((0, 96, 24), (34, 94, 30), (56, 100, 30), (83, 100, 28)):
        lou.look(s + t, turn, pitch)
    for side, sign in (("L", 1), ("R", -1)):
        lou.plant(side, s, shot.end, stand + Vector((0.08, 0.14 * sign, 0)), yaw + 6 * sign)
        lou.fingers(side, s, 0.32, 0.55)
        lou.fingers(side, s + 35, 0.32, 0.55)
    _lower_record(cast, s)
    _lift_arm(cast, s)
    _free_hands(cast, s)
    cast.mop(s, TABLE_MARK + Vector((-1.2, 0.9, 0)), 40.0, 94)


def _lower_record(cast: Cast, start: int) -> None:
    record = cast.props.record
    keys = (
        (0, (-0.1, -0.01, 0.235), 24),
        (6, (-0.095, -0.01, 0.24), 25),
        (24, (-0.01, 0.0, 0.065), 8),
        (30, (0.0, 0.0, 0.03), 2),
        (36, (0.0, 0.0, 0.0), 0),
    )
    for t, off, tip in keys:
        record.location = PLATTER + Vector(off)
        record.rotation_euler = (radians(tip), 0.0, radians(90.0))
        record.keyframe_insert("location", frame=start + t)
        record.keyframe_insert("rotation_euler", frame=start + t)
    # From here the platter turns it: 33⅓ turns in a minute.
    last = SHOTS["SH020"].end
    record.rotation_euler = (0.0, 0.0, radians(90.0 - (last - start - 44) * 200 / 24))
    record.keyframe_insert("rotation_euler", frame=last)
    record.rotation_euler = (0.0, 0.0, radians(90.0))
    record.keyframe_insert("rotation_euler", frame=start + 44)


def _lift_arm(cast: Cast, start: int) -> None:
    arm = cast.props.tone_arm
    for t, swing, lift in ((0, 0, 0), (54, 0, 0), (59, -2, -6), (70, -25.2, -6), (73, -25.2, -5.5), (78, -25.2, 0.6)):
        arm.rotation_euler = (radians(lift), 0.0, radians(swing))
        arm.keyframe_insert("rotation_euler", frame=start + t)


def _free_hands(cast: Cast, start: int) -> None:
    """Off the rim sideways; the left comes to rest on the table, the right reaches for the arm."""
    lou = cast.lou
    for side in ("L", "R"):
        lou.held(f"record_{side}", (start + 36, 1.0), (start + 41, 0.0))
    east, north = Vector((1, 0, 0)), Vector((0, 1, 0))
    away = {"L": PLATTER + north * 0.26 - east * 0.12 + UP * 0.05, "R": PLATTER - north * 0.26 - east * 0.1 + UP * 0.06}
    for side, sign in (("L", 1), ("R", -1)):
        lou.hand(side, start + 36, away[side], east - north * 0.35 * sign, -north * sign * 0.8 + UP * 0.5)
        lou.hand(side, start + 43, away[side] + UP * 0.02, east - north * 0.2 * sign, -north * sign * 0.8 - UP * 0.4)
    rest = TABLE_MARK + Vector((-0.33, 0.2, 0.99))
    lou.hand("L", start + 58, rest, east * 0.8 + north * 0.1 - UP * 0.3, -north * 0.5 - UP)
    lou.fingers("L", start + 43, 0.18)
    lou.fingers("L", start + 58, 0.4)
    lou.fingers("R", start + 43, 0.2, 0.2)
    lou.fingers("R", start + 54, 0.62, 0.75)
    lou.held("arm", (start + 43, 0.0), (start + 54, 1.0), (start + 79, 1.0))
    lou.hand("R", start + 79, PLATTER + Vector((-0.12, -0.2, 0.12)), east + north * 0.4 - UP * 0.4, north * 0.4 - UP)
    lou.hand("R", start + 83, PLATTER + Vector((-0.14, -0.22, 0.15)), east + north * 0.3 - UP * 0.2, north * 0.4 - UP)
    lou.held("arm", (start + 83, 0.45))
    lou.fingers("R", start + 79, 0.6, 0.7)
    lou.fingers("R", start + 83, 0.35, 0.3)


def feet_wake(cast: Cast) -> None:
    """A heel taps, then the other; the mop's head comes up beside them like a partner, and they step off."""
    lou, shot = cast.lou, SHOTS["SH030"]
    s, yaw = shot.start, 18.0
    lou.begin(shot, mop_L=1.0, mop_R=1.0)
    here = floor(-0.75, 5.3)
    ahead, aside = forward(yaw), left(yaw)
    l0, r0 = here + aside * 0.15 + ahead * 0.04, here - aside * 0.16 + ahead * 0.1
    # The right foot taps its toes from the heel: up slowly, down with the beat.
    lou.foot("R", s, r0, yaw - 14)
    for beat, high in ((10, 20), (22, 24), (34, 17)):
        lou.foot("R", s + beat - 4, r0, yaw - 14, high)
        lou.foot("R", s + beat, r0, yaw - 14)
        lou.foot("R", s + beat + 3, r0, yaw - 14)
    lou.plant("L", s, s + 20, l0, yaw + 16)
    lou.foot("L", s + 26, l0, yaw + 16, -20)  # the left heel joins in
    lou.foot("L", s + 30, l0, yaw + 16)
    lou.plant("L", s + 31, s + 44, l0, yaw + 16)
    out = r0 - aside * 0.34 + ahead * 0.06
    lou.foot("R", s + 41, r0.lerp(out, 0.4) + UP * 0.07, yaw - 18, -8)
    lou.foot("R", s + 46, out, yaw - 24, 14)
    lou.plant("R", s + 48, s + 71, out, yaw - 24)
    cross = out + aside * 0.36 - ahead * 0.05
    lou.foot("L", s + 52, l0.lerp(cross, 0.3) + UP * 0.05, yaw + 12, -18)
    lou.foot("L", s + 59, cross + UP * 0.03, yaw + 10, -14)
    lou.foot("L", s + 62, cross, yaw + 8, -22)  # lands on its toes, and the heel drops on the beat
    lou.foot("L", s + 66, cross, yaw + 8)
    hips = (
        (0, 0.05, 0.04, 0),
        (10, 0.06, 0.05, -2),
        (16, 0.06, 0.035, 0),
        (22, 0.06, 0.055, -2),
        (30, 0.04, 0.04, 1),
        (40, 0.07, 0.035, -3),
        (47, -0.3, 0.1, 3),
        (55, -0.36, 0.05, 4),
        (63, -0.32, 0.085, 0),
        (71, -0.3, 0.05, 0),
    )
    for t, side, drop, roll in hips:
        lou.torso(s + t, here + aside * side - ahead * 0.02, yaw - 4 * (t > 40), drop, 3, roll)
    for t, pitch, turn in ((0, 6, 0), (22, 8, 6), (40, 4, -6), (55, 6, 10), (71, 4, 0)):
        lou.chest(s + t, pitch, turn)
    for t, pitch, roll in ((0, 20, 0), (22, 24, 6), (47, 12, -8), (71, 6, 4)):
        lou.look(s + t, yaw, pitch, roll)
    mop = (
        (0, 0.5, 0.34, 4, 0),
        (24, 0.5, 0.34, 4, 0),
        (34, 0.5, 0.36, 8, 0),
        (47, 0.44, -0.12, 8, -6),
        (56, 0.56, -0.56, 8, 8),
        (71, 0.46, -0.68, 4, 20),
    )
    for t, far, off, lean, tip in mop:
        spin = yaw - 4 * (t > 40) + (0 if t < 30 else (t - 30) * 1.2)
        cast.mop(s + t, here + ahead * far + aside * off, spin, lean, tip)
