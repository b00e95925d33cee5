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
    bounce: float = 0.025
    sway: float = 0.04
    hips: float = 4.0
    twist: float = 6.0
    heel: float = 12.0
    push: float = 30.0
    over: int = 3
    """Frames for which both feet are down."""


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
        reach = sum(self.body.arms[:2]) * 0.965
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
        if pitch > 0:  # it stands on its heel instead
            place += (
                forward(yaw) * self.body.heel * (cos(radians(pitch)) - 1) + UP * sin(radians(pitch)) * self.body.heel
            )
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
        self.planted.append((side, self.within(start), self.within(end)))

    def swing(self, side: str, start: int, end: int, a: Step, b: Step, gait: Gait) -> None:
        """Carry a foot from one place to the next, heel first off the floor and, if far, heel first down."""
        far = min(1.0, (b.place - a.place).length / 0.45)
        span = end - start
        way = (b.place - a.place).normalized() if far > 0.02 else Vector()
        ahead = max(0.0, way.dot(forward(b.yaw)))  # a step back lands on its toes
        lift = gait.lift * (0.45 + 0.55 * far)
        self.foot(side, start + max(1, round(span * 0.2)), a.place + UP * 0.004, a.yaw, -gait.push * far)
        middle = a.place.lerp(b.place, 0.55) + UP * lift
        self.foot(side, start + round(span * 0.55), middle, a.yaw + (b.yaw - a.yaw) * 0.5, -gait.push * 0.35 * far)
        if ahead > 0.5:
            self.foot(side, end - 1, b.place, b.yaw, gait.heel * far)
        else:
            self.foot(side, end - 1, b.place + UP * 0.006, b.yaw, -gait.heel * far)

    def walk(self, steps: Sequence[Step], until: int, gait: Gait) -> None:
        """Feet through a row of contacts; the first two are where the feet stand before."""
        for side in ("L", "R"):
            own = [step for step in steps if step.side == side]
            for here, there in pairwise(own):
                others = [s.frame for s in steps if s.side != side and here.frame <= s.frame < there.frame]
                leave = max([here.frame + 1, *(f + gait.over for f in others)])
                leave = min(leave, there.frame - 4)
                self.plant(side, here.frame, leave, here.place, here.yaw)
                self.swing(side, leave, there.frame, here, there, gait)
            self.plant(side, own[-1].frame, until, own[-1].place, own[-1].yaw)

    def weight(self, steps: Sequence[Step], gait: Gait, lean: float = 2.0) -> None:
        """The pelvis over a walk: low when both feet are down, high and to the side over the standing one."""
        for earlier, landing in pairwise(steps):
            if earlier.side == landing.side:
                continue
            sign = 1 if landing.side == "L" else -1
            yaw = earlier.yaw + (landing.yaw - earlier.yaw) / 2
            both = (earlier.place + landing.place) / 2 - forward(yaw) * -self.body.ball[1] * 0.75
            over = both.lerp(earlier.place + forward(yaw) * self.body.ball[1] * 0.75, 0.45)
            passing = (earlier.frame + landing.frame) // 2
            over = over + left(yaw) * sign * -gait.sway * 0.5
            self.torso(passing, over, yaw, 0.022, lean, -gait.hips * sign)
            self.torso(landing.frame, both, yaw - gait.twist * 0.5 * sign, 0.022 + gait.bounce, lean + 1, 0)
            self.chest(passing + 1, 1, 0, gait.hips * sign * 0.8)
            self.chest(landing.frame + 1, 3, gait.twist * sign, 0)
