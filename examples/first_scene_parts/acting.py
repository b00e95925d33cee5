"""Keyframing with few keys: an actor's controls placed in the room, feet planted, a walk from footprints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, degrees, radians, sin

import bpy
from mathutils import Matrix, Quaternion, Vector

EVERY = (0, 1, 2)
SIDES = ("L", "R")


def forward(yaw: float) -> Vector:
    """Where a figure with this heading (degrees, 0 = towards -Y) looks."""
    return Vector((sin(radians(yaw)), -cos(radians(yaw)), 0.0))


def left(yaw: float) -> Vector:
    """To the left of a figure with this heading."""
    return Vector((cos(radians(yaw)), sin(radians(yaw)), 0.0))


def heading(yaw: float) -> Matrix:
    """The heading as a rotation."""
    return Matrix.Rotation(radians(yaw), 3, "Z")


def fcurves(owner: bpy.types.ID) -> Iterable[bpy.types.FCurve]:
    """The F-curves that animate something. Since Blender 4.4 an action keeps them in a slot's channel bag."""
    data = owner.animation_data
    if data is None or data.action is None:
        return []
    bag = data.action.layers[0].strips[0].channelbag(data.action_slot)
    return bag.fcurves if bag else []


def ease(owner: bpy.types.ID) -> None:
    """Smooth keys that never overshoot, so what stands still between two keys really stands still."""
    for curve in fcurves(owner):
        for key in curve.keyframe_points:
            key.interpolation = "BEZIER"
            key.handle_left_type = key.handle_right_type = "AUTO_CLAMPED"
        curve.update()


@dataclass(frozen=True)
class Footprint:
    """Where a heel comes down: the frame of contact, which foot, the ankle's place and the foot's heading."""

    frame: int
    side: str
    x: float
    y: float
    yaw: float
    floor: float = 0.0


@dataclass
class Actor:
    """A rig and the helpers that key it. Places are in world space, turns in degrees."""

    rig: bpy.types.Object
    height: float
    last_turn: dict[str, Quaternion] = field(default_factory=dict)

    def turn(self, bone: str, frame: int, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0) -> None:
        """Pitch is forward and down, yaw to the figure's left, roll towards its right shoulder."""
        pose = self.rig.pose.bones[bone]
        pose.rotation_euler = (radians(pitch), radians(yaw), radians(roll))
        pose.keyframe_insert("rotation_euler", frame=frame, group=bone)

    def move(self, bone: str, frame: int, place: Vector, axes: Sequence[int] = EVERY) -> None:
        """Put a child of the root at a place; `axes` keys only some of the bone's own axes."""
        pose = self.rig.pose.bones[bone]
        rest = self.rig.matrix_world @ pose.bone.matrix_local
        pose.location = rest.inverted() @ place
        for axis in axes:
            pose.keyframe_insert("location", index=axis, frame=frame, group=bone)

    def face(self, frame: int, yaw: float, pitch: float = 0.0, roll: float = 0.0) -> None:
        """Turn the pelvis, and with it the whole figure, to a heading in the room."""
        own = degrees(self.rig.matrix_world.to_euler().z)  # the rig itself already stands turned
        self.turn("spine", frame, pitch, yaw - own, roll)

    def hips(self, frame: int, place: Vector, axes: Sequence[int] = EVERY) -> None:
        """Place the pelvis. Its own axes: 0 to the left, 1 up, 2 to the front."""
        self.move("spine", frame, place, axes)

    def hand(
        self, side: str, frame: int, wrist: Vector, fingers: Vector, palm: Vector, prop: Matrix | None = None
    ) -> None:
        """Place a hand by its wrist, the way its fingers point and the way its palm looks.

        All three in world space or, for a rig whose hands hang on a prop, relative to `prop`'s matrix.
        """
        pose = self.rig.pose.bones[f"hand_ik.{side}"]
        y = fingers.normalized()
        x = (palm - y * palm.dot(y)).normalized() * (1 if side == "L" else -1)
        target = Matrix.Translation(wrist) @ Matrix((x, y, x.cross(y))).transposed().to_4x4()
        rest = pose.bone.matrix_local
        if prop is None:
            basis = rest.inverted() @ self.rig.matrix_world.inverted() @ target
        else:
            offset = pose.bone.parent.matrix_local.inverted() @ rest
            basis = offset.inverted() @ prop.inverted() @ target
        spin = basis.to_quaternion()
        if spin.dot(self.last_turn.get(pose.name, spin)) < 0:
            spin.negate()  # the same turn, but without the detour around the far side
        self.last_turn[pose.name] = spin
        pose.location, pose.rotation_quaternion = basis.to_translation(), spin
        pose.keyframe_insert("location", frame=frame, group=pose.name)
        pose.keyframe_insert("rotation_quaternion", frame=frame, group=pose.name)

    def foot(self, side: str, frame: int, ankle: Vector, yaw: float, pitch: float = 0.0) -> None:
        """Put a foot down by its ankle; pitch > 0 lifts the toes off the heel, < 0 the heel off the toes."""
        pose = self.rig.pose.bones[f"foot_ik.{side}"]
        ahead = 0.09 * self.height  # from the ankle to the ball, on which the control turns
        place = ankle + forward(yaw) * ahead
        if pitch > 0:  # stand on the heel instead: raise the ball
            place = place + Vector((0, 0, sin(radians(pitch)) * 0.134 * self.height))
        else:  # the sole is round at the ball: it rolls a little up
            place = place + Vector((0, 0, sin(radians(-pitch)) * 0.004 * self.height))
        rest = self.rig.matrix_world @ pose.bone.matrix_local
        pose.location = rest.inverted() @ place
        turned = (rest.to_3x3().inverted() @ heading(yaw) @ Matrix(((-1, 0, 0), (0, -1, 0), (0, 0, 1)))).to_euler("XYZ")
        pose.rotation_euler = (radians(pitch), 0.0, turned.z)
        pose.keyframe_insert("location", frame=frame, group=pose.name)
        pose.keyframe_insert("rotation_euler", frame=frame, group=pose.name)
        toe = self.rig.pose.bones[f"toe.{side}"]
        toe.rotation_euler = (radians(max(0.0, -pitch)), 0.0, 0.0)  # toes stay flat while the heel rises
        toe.keyframe_insert("rotation_euler", frame=frame, group=toe.name)

    def walk(self, prints: Sequence[Footprint]) -> None:
        """Feet and pelvis through a row of footprints, alternately left and right."""
        for side in SIDES:
            own = [p for p in prints if p.side == side]
            for here, there in pairwise(own):
                other = next(p for p in prints if p.side != side and here.frame < p.frame < there.frame)
                self._step(here, there, other.frame)
        for earlier, landing in pairwise(prints):
            self._carry_weight(earlier, landing, last=landing is prints[-1])

    def _step(self, here: Footprint, there: Footprint, other_contact: int) -> None:
        """One foot from its contact to its next one; `other_contact` is when the other foot lands."""
        side = here.side
        a, b = Vector((here.x, here.y, here.floor)), Vector((there.x, there.y, there.floor))
        lift, swing = other_contact + 3, there.frame - other_contact - 3
        middle, late = lift + round(swing * 0.45), there.frame - 3
        self.foot(side, here.frame + 3, a, here.yaw)
        self.foot(side, other_contact - 3, a, here.yaw)
        self.foot(side, lift, a, here.yaw, -38)
        mid_yaw = (here.yaw + there.yaw) / 2
        rise = Vector((0, 0, 1))
        self.foot(side, middle, a.lerp(b, 0.5) + rise * 0.075, mid_yaw, -16)
        self.foot(side, late, a.lerp(b, 0.9) + rise * 0.035, there.yaw, 14)
        self.foot(side, there.frame, b, there.yaw, 15)
        self.foot(side, there.frame + 3, b, there.yaw)

    def _carry_weight(self, earlier: Footprint, landing: Footprint, last: bool) -> None:
        """Pelvis and chest from one contact to the next: low when both feet are down, high over one leg."""
        tall = self.rig.data.bones["spine"].head_local.z
        passing = (earlier.frame + landing.frame) // 2
        sign = 1 if landing.side == "L" else -1  # the side that swings through
        foot, target = Vector((earlier.x, earlier.y, 0)), Vector((landing.x, landing.y, 0))
        both = (foot + target) / 2
        yaw = (earlier.yaw + landing.yaw) / 2
        stride = 0.3 if last else 1.0
        over = foot + left(yaw) * sign * 0.055 + forward(yaw) * 0.02
        self.hips(passing, over + Vector((0, 0, tall)), (0, 2))
        self.hips(landing.frame, both + Vector((0, 0, tall)), (0, 2))
        self.hips(landing.frame, both + Vector((0, 0, tall - 0.038)), (1,))
        self.hips(landing.frame + 3, both + Vector((0, 0, tall - 0.046)), (1,))
        self.hips(passing + 1, both + Vector((0, 0, tall - 0.014)), (1,))
        self.face(passing, yaw, 3, 3.0 * sign)
        self.face(landing.frame, yaw - 6 * sign * stride, 4)
        self.turn("spine.002", passing + 2, 1, 0, -2.5 * sign)
        self.turn("spine.002", landing.frame + 2, 2.5, 7 * sign * stride, 0)
