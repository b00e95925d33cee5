"""The posing layer: few keys on few controls, places in the room, turns in degrees.

A heading of 0 looks south (-Y), 90 east. Pitch is forward and down, roll towards the figure's right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians, sin

import bpy
import numpy as np
from mathutils import Matrix, Quaternion, Vector

from .rig import SPINE, Body
from .stage import Range

UP = Vector((0, 0, 1))


def forward(yaw: float) -> Vector:
    """Where a figure with this heading looks."""
    return Vector((sin(radians(yaw)), -cos(radians(yaw)), 0.0))


def left(yaw: float) -> Vector:
    """To the left of a figure with this heading."""
    return Vector((cos(radians(yaw)), sin(radians(yaw)), 0.0))


def bearing(start: Vector, end: Vector) -> float:
    """The heading that looks from one place to another."""
    way = end - start
    return float(np.degrees(np.arctan2(way.x, -way.y)))


def fcurves(owner: bpy.types.ID) -> Iterable[bpy.types.FCurve]:
    """The F-curves that animate something. Since Blender 4.4 an action keeps them in a slot's channel bag."""
    data = owner.animation_data
    if data is None or data.action is None:
        return []
    bag = data.action.layers[0].strips[0].channelbag(data.action_slot)
    return bag.fcurves if bag else []


def ease(owner: bpy.types.ID, kind: str = "AUTO_CLAMPED") -> None:
    """Smooth keys that never overshoot, so what stands still between two keys really stands still."""
    for curve in fcurves(owner):
        for key in curve.keyframe_points:
            key.interpolation = "BEZIER"
            key.handle_left_type = key.handle_right_type = kind
        curve.update()


def hand_matrix(wrist: Vector, fingers: Vector, palm: Vector, side: str) -> Matrix:
    """A hand's place: where its wrist is, where its fingers point, and where its palm looks."""
    y = fingers.normalized()
    x = (palm - y * palm.dot(y)).normalized() * (1 if side == "L" else -1)
    return Matrix.Translation(wrist) @ Matrix((x, y, x.cross(y))).transposed().to_4x4()


def seal(owner: bpy.types.ID, shots: Iterable[Range]) -> None:
    """Give every channel a key at both ends of every shot, so that no shot leans on its neighbours."""
    for curve in fcurves(owner):
        keys = {round(key.co.x): key.co.y for key in curve.keyframe_points}
        times = sorted(keys)
        for shot in shots:
            inside = [t for t in times if shot.start <= t <= shot.end]
            before = [t for t in times if t < shot.start] or times[:1]
            first, last = (inside[0], inside[-1]) if inside else (before[-1], before[-1])
            for frame, source in ((shot.start, first), (shot.end, last)):
                if frame not in keys:
                    curve.keyframe_points.insert(frame, keys[source], options={"FAST"})
        curve.keyframe_points.sort()


def cut(owner: bpy.types.ID, shots: Iterable[Range]) -> None:
    """At a shot's ends the curve leaves straight for its next key: what lies beyond the cut has no say."""
    ends = {frame for shot in shots for frame in (shot.start, shot.end)}
    for curve in fcurves(owner):
        for key in curve.keyframe_points:
            if round(key.co.x) in ends:
                key.handle_left_type = key.handle_right_type = "VECTOR"
        curve.update()


@dataclass(frozen=True)
class Step:
    """Where a foot comes down: the frame, which foot, the ball's place and the foot's heading."""

    frame: int
    side: str
    place: Vector
    yaw: float


def _between(stands: Sequence[tuple[int, Vector, float]], frame: float) -> Vector:
    keys = sorted(((f, spot) for f, spot, _ in stands), key=lambda key: key[0])
    times = [f for f, _ in keys]
    return Vector([float(np.interp(frame, times, [spot[i] for _, spot in keys])) for i in range(3)])


@dataclass(frozen=True)
class Gait:
    """How somebody walks."""

    lift: float = 0.07
    stand: float = 0.022
    """How far below its height at rest the pelvis is over a straight leg."""
    bounce: float = 0.025
    sway: float = 0.04
    hips: float = 4.0
    twist: float = 6.0
    heel: float = 12.0
    push: float = 30.0
    over: int = 3
    """Frames for which both feet are down."""


FootKey = tuple[int, Vector, float, float]
"""A frame, a place, a heading and one more turn."""


@dataclass
class Actor:
    """A rig and the helpers that key it."""

    rig: bpy.types.Object
    body: Body
    stands: list[tuple[int, Vector, float]] = field(default_factory=list)
    chests: list[tuple[int, float]] = field(default_factory=list)
    spins: dict[str, Quaternion] = field(default_factory=dict)
    planted: list[tuple[str, int, int]] = field(default_factory=list)
    """Which foot stands still from which frame to which."""
    holds: dict[str, bpy.types.Constraint] = field(default_factory=dict)
    """What can hold a hand, by a name."""
    shot: Range | None = None
    ways_in: dict[str, list[tuple[int, Vector, float]]] = field(default_factory=dict)
    """By shot: frame, place of the pelvis and heading, as keyed."""

    def begin(self, shot: Range, **held: float) -> None:
        """What is keyed from now on belongs to a shot; `held` says how firmly hands are held at its start."""
        self.shot = shot
        self.stands, self.chests = [], []
        self.ways_in[shot.number] = self.stands
        for name in self.holds:
            self.held(name, (shot.start, held.get(name, 0.0)))

    def within(self, frame: int) -> int:
        """The frame, or the nearest one in the shot: what follows late does not reach over the cut."""
        return min(max(frame, self.shot.start), self.shot.end) if self.shot else frame

    def key(self, bone: str, path: str, frame: int) -> None:
        """Key a channel of a bone as it is now."""
        self.rig.pose.bones[bone].keyframe_insert(path, frame=self.within(frame), group=bone)

    def turn(self, bone: str, frame: int, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0) -> None:
        """Turn an upright bone."""
        self.rig.pose.bones[bone].rotation_euler = (radians(pitch), radians(yaw), radians(roll))
        self.key(bone, "rotation_euler", frame)

    def torso(
        self, frame: int, place: Vector, yaw: float, drop: float = 0.0, pitch: float = 0.0, roll: float = 0.0
    ) -> None:
        """Place the pelvis over a point of the floor, `drop` below its height at rest, and turn the figure."""
        bone = self.rig.pose.bones["torso"]
        spot = Vector((place.x, place.y, self.body.waist - drop))
        bone.location = bone.bone.matrix_local.inverted() @ spot
        self.key("torso", "location", frame)
        self.turn("torso", frame, pitch, yaw, roll)
        self.stands.append((frame, spot, yaw))

    def chest(self, frame: int, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0, late: int = 1) -> None:
        """Bend the trunk over the pelvis; each vertebra follows `late` frames after the one below."""
        for i, bone in enumerate(SPINE[1:]):
            self.turn(bone, frame + i * late, pitch / 3, yaw / 3, roll / 3)
        self.chests.append((frame, yaw))

    def look(self, frame: int, yaw: float, pitch: float = 0.0, roll: float = 0.0, late: int = 2) -> None:
        """Turn the head to a heading in the room; the neck follows the head."""
        self.head(frame, yaw - self.facing(frame) - self.chest_yaw(frame), pitch, roll, late)

    def head(self, frame: int, yaw: float, pitch: float = 0.0, roll: float = 0.0, late: int = 2) -> None:
        """Turn the head over the chest."""
        yaw = max(-80.0, min(80.0, yaw))
        self.turn("head", frame, pitch * 0.65, yaw * 0.6, roll * 0.7)
        self.turn("neck", frame + late, pitch * 0.35, yaw * 0.4, roll * 0.3)

    def facing(self, frame: float) -> float:
        """The pelvis's heading at a frame, from the keys so far."""
        keys = sorted((f, yaw) for f, _, yaw in self.stands)
        return float(np.interp(frame, [f for f, _ in keys], [y for _, y in keys]))

    def chest_yaw(self, frame: float) -> float:
        """How far the chest is turned against the pelvis, from the keys so far."""
        if not self.chests:
            return 0.0
        keys = sorted(self.chests)
        return float(np.interp(frame, [f for f, _ in keys], [y for _, y in keys]))

    def pelvis(self, frame: float) -> Vector:
        """The pelvis's place at a frame, from the keys so far."""
        return _between(self.stands, frame)

    def path(self, number: str, frame: float) -> Vector:
        """The pelvis's place in a shot."""
        return _between(self.ways_in[number], frame)

    def near(self, frame: float, ahead: float, aside: float, high: float) -> Vector:
        """A point in the figure's own directions (aside is to its left), at a height above the floor."""
        yaw, base = self.facing(frame), self.pelvis(frame)
        return Vector((base.x, base.y, 0)) + forward(yaw) * ahead + left(yaw) * aside + UP * high

    def ways(self, frame: float) -> tuple[Vector, Vector]:
        """Ahead and to the left of the figure."""
        yaw = self.facing(frame)
        return forward(yaw), left(yaw)

    def hand(self, side: str, frame: int, wrist: Vector, fingers: Vector, palm: Vector) -> None:
        """Place a hand in the room."""
        name = f"hand_ik.{side}"
        bone = self.rig.pose.bones[name]
        basis = bone.bone.matrix_local.inverted() @ hand_matrix(wrist, fingers, palm, side)
        spin = basis.to_quaternion()
        if spin.dot(self.spins.get(name, spin)) < 0:
            spin.negate()  # the same turn, but without the detour around the far side
        self.spins[name] = spin
        bone.location, bone.rotation_quaternion = basis.to_translation(), spin
        self.key(name, "location", frame)
        self.key(name, "rotation_quaternion", frame)

    def hang(self, side: str, frame: int, swing: float = 0.0, out: float = 0.0) -> None:
        """Let an arm hang, swung forward or back by some metres."""
        sign = 1 if side == "L" else -1
        ahead, aside = self.ways(frame)
        reach = sum(self.body.arms[:2]) * 0.955
        shoulder = self.near(frame, 0.0, sign * (self.body.shoulder[0] + 0.035 + out), 0)
        drop = self.body.waist - self.pelvis(frame).z
        high = self.body.shoulder[2] - drop - (reach**2 - swing**2) ** 0.5
        wrist = shoulder + ahead * (swing + 0.03) + UP * high
        self.hand(side, frame, wrist, -UP + ahead * (0.25 + swing), -aside * sign)

    def fingers(self, side: str, frame: int, curl: float, thumb: float | None = None) -> None:
        """Close the hand: 0 is flat, 1 a fist."""
        for name, _, _ in self.body.fingers:
            for joint, share in (("01", 68.0), ("02", 82.0)):
                bone = f"{name}.{joint}.{side}"
                self.rig.pose.bones[bone].rotation_euler = (radians(-curl * share), 0.0, 0.0)
                self.key(bone, "rotation_euler", frame)
        closing = curl if thumb is None else thumb
        for joint, share in (("01", 22.0), ("02", 40.0)):
            bone = f"thumb.{joint}.{side}"
            self.rig.pose.bones[bone].rotation_euler = (radians(-closing * share), 0.0, 0.0)
            self.key(bone, "rotation_euler", frame)

    def held(self, name: str, *keys: tuple[int, float]) -> None:
        """Key how firmly a hand is held: 0 not at all, 1 wholly."""
        for frame, amount in keys:
            self.holds[name].influence = amount
            self.holds[name].keyframe_insert("influence", frame=self.within(frame))

    def foot(self, side: str, frame: int, ball: Vector, yaw: float, pitch: float = 0.0) -> None:
        """Put a foot by its ball; pitch > 0 lifts the toes off the heel, < 0 the heel off the toes."""
        name = f"foot_ik.{side}"
        bone = self.rig.pose.bones[name]
        place = ball.copy()
        c, sn = cos(radians(pitch)), sin(radians(pitch))
        if pitch > 0:  # it stands on its heel instead
            place += forward(yaw) * self.body.heel * (c - 1) + UP * sn * self.body.heel
        else:  # the joint of the toes, which is a little above the floor, stays where it is
            place += (forward(yaw) * sn + UP * (1 - c)) * self.body.ball[2]
        bone.location = bone.bone.matrix_local.inverted() @ place
        bone.rotation_euler = (radians(pitch), 0.0, radians(yaw))
        self.key(name, "location", frame)
        self.key(name, "rotation_euler", frame)
        self.rig.pose.bones[f"toe.{side}"].rotation_euler = (radians(max(0.0, -pitch)), 0.0, 0.0)
        self.key(f"toe.{side}", "rotation_euler", frame)

    def plant(self, side: str, start: int, end: int, ball: Vector, yaw: float) -> None:
        """Stand on a foot from one frame to another."""
        self.foot(side, start, ball, yaw)
        self.foot(side, end, ball, yaw)
        self.note(side, start, end)

    def swing(self, side: str, start: int, end: int, a: Step, b: Step, gait: Gait) -> list[FootKey]:
        """Carry a foot from one place to the next, heel first off the floor and, if far, heel first down."""
        far = min(1.0, (b.place - a.place).length / 0.45)
        span = end - start
        way = (b.place - a.place).normalized() if far > 0.02 else Vector()
        ahead = way.dot(forward(b.yaw)) > 0.5  # a step back or aside lands on its toes
        lift = gait.lift * (0.45 + 0.55 * far)
        middle = a.place.lerp(b.place, 0.55) + UP * lift
        turn = (a.yaw + b.yaw) / 2
        keys = [(start + round(span * 0.55), middle, turn, -gait.push * 0.35 * far)]
        keys.append((end, b.place, b.yaw, gait.heel * far if ahead else -gait.heel * far))
        return keys

    def walk(self, steps: Sequence[Step], until: int, gait: Gait) -> None:
        """Feet through a row of contacts; steps before the shot and after it say how it is cut into."""
        for side in ("L", "R"):
            own = [step for step in steps if step.side == side]
            keys: list[FootKey] = []
            for here, there in pairwise(own):
                others = [s.frame for s in steps if s.side != side and here.frame <= s.frame < there.frame]
                leave = max([here.frame + 3, *(f + gait.over for f in others)])
                leave = min(leave, there.frame - 4)
                far = min(1.0, (there.place - here.place).length / 0.45)
                flat = min(here.frame + 3, leave - 1)
                keys.append((flat, here.place, here.yaw, 0.0))
                if leave - 6 > flat:  # the heel comes up over toes that stay
                    keys.append((leave - 6, here.place, here.yaw, 0.0))
                keys.append((leave, here.place, here.yaw, -gait.push * 0.8 * far))
                self.note(side, flat, leave)
                keys += self.swing(side, leave, there.frame, here, there, gait)
            last = own[-1]
            if last.frame + 3 < until:
                keys += [(last.frame + 3, last.place, last.yaw, 0.0), (until, last.place, last.yaw, 0.0)]
                self.note(side, last.frame + 3, until)
            for frame, ball, yaw, pitch in self.cut_to_shot(keys):
                self.foot(side, frame, ball, yaw, pitch)

    def note(self, side: str, start: int, end: int) -> None:
        """Remember that a foot stands, as far as it does so in the shot."""
        start, end = self.within(start), self.within(end)
        if end > start:
            self.planted.append((side, start, end))

    def cut_to_shot(self, keys: Sequence[FootKey]) -> list[FootKey]:
        """Keys of the shot alone; at its ends, what the keys around the cut come to there."""
        keys = sorted(keys, key=lambda key: key[0])
        if self.shot is None or not keys:
            return list(keys)
        start, end = self.shot.start, self.shot.end
        inside = [key for key in keys if start <= key[0] <= end]
        for edge in (start, end):
            before = [key for key in keys if key[0] < edge]
            after = [key for key in keys if key[0] > edge]
            if before and after and not any(key[0] == edge for key in inside):
                (f0, place0, yaw0, pitch0), (f1, place1, yaw1, pitch1) = before[-1], after[0]
                t = (edge - f0) / (f1 - f0)
                inside.append((edge, place0.lerp(place1, t), yaw0 + (yaw1 - yaw0) * t, pitch0 + (pitch1 - pitch0) * t))
        return sorted(inside, key=lambda key: key[0])

    def weight(self, steps: Sequence[Step], gait: Gait, lean: float = 2.0) -> None:
        """The pelvis over a walk: low when both feet are down, high and to the side over the standing one."""
        torso: list[FootKey] = []
        chest: list[FootKey] = []
        offset = -self.body.ball[1] * 0.75  # the pelvis is behind the balls of the feet
        for earlier, landing in pairwise(steps):
            if earlier.side == landing.side:
                continue
            sign = 1 if landing.side == "L" else -1
            yaw = (earlier.yaw + landing.yaw) / 2
            both = (earlier.place + landing.place) / 2 - forward(yaw) * offset
            over = both.lerp(earlier.place - forward(yaw) * offset, 0.45) - left(yaw) * sign * gait.sway * 0.5
            passing = (earlier.frame + landing.frame) // 2
            reach = self.drop_for((landing.place - earlier.place).length, gait)
            low = max(gait.stand + gait.bounce, reach)
            torso.append((passing, over - UP * (gait.stand + 0.3 * max(0.0, low - 0.06)), yaw, -gait.hips * sign))
            torso.append((landing.frame + 1, both - UP * low, yaw - gait.twist * 0.5 * sign, 0.0))
            chest.append((passing + 1, Vector((1, 0, 0)), 0.0, gait.hips * sign * 0.8))
            chest.append((landing.frame + 2, Vector((3, 0, 0)), gait.twist * sign, 0.0))
        for frame, place, yaw, roll in self.cut_to_shot(torso):
            self.torso(frame, place, yaw, -place.z, lean, roll)
        for frame, pitch, yaw, roll in self.cut_to_shot(chest):
            self.chest(frame, pitch.x, yaw, roll)

    def drop_for(self, stride: float, gait: Gait) -> float:
        """How low the pelvis has to be so that both feet reach the floor at the ends of a stride."""
        body = self.body
        leg = 0.955 * ((Vector(body.hip) - Vector(body.knee)).length + (Vector(body.knee) - Vector(body.ankle)).length)
        behind, offset = body.ankle[1] - body.ball[1], -body.ball[1] * 0.75
        front = abs(stride / 2 - behind + offset)
        rear, risen = stride / 2 + behind * 0.8 - offset, sin(radians(gait.push * 0.5)) * behind
        highest = min((max(0.0, leg**2 - front**2)) ** 0.5, risen + max(0.0, leg**2 - rear**2) ** 0.5) + body.ankle[2]
        return max(0.0, body.hip[2] - highest)
