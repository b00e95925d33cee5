"""Humanoid armatures with the bone names of a Rigify human, and a small IK rig on top."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import bpy
from mathutils import Vector

FORWARD, UP = Vector((0, -1, 0)), Vector((0, 0, 1))
SIDES = (("L", 1.0), ("R", -1.0))
SPINE = ("spine", "spine.001", "spine.002", "spine.003")


@dataclass(frozen=True)
class Build:
    """A figure's proportions; all but the height are shares of it or factors on an average body."""

    name: str
    height: float
    shoulders: float  # half the distance between the shoulder joints
    hips: float  # half the distance between the hip joints
    chest: float
    belly: float
    limbs: float
    head: float
    sweater: str
    trousers: str
    skin: str
    hair: str
    shoes: str


@dataclass(frozen=True)
class Bone:
    """One rest bone: from, to, which way its local Z looks, and its parent."""

    head: Vector
    tail: Vector
    front: Vector
    parent: str | None
    deform: bool = True


def rest_bones(build: Build) -> dict[str, Bone]:
    """The rest pose: standing on z = 0, facing -Y, arms 42 degrees below the horizontal."""
    h = build.height

    def at(x: float, y: float, z: float) -> Vector:
        return Vector((x, y, z)) * h

    bones = {"root": Bone(Vector((0, 0, 0)), at(0, 0.12, 0), UP, None, deform=False)}
    trunk = ((0.0, 0.53), (0.002, 0.6), (0.004, 0.665), (0.004, 0.735), (0.008, 0.825))
    parent = "root"
    for name, low, high in zip(SPINE, trunk, trunk[1:], strict=False):
        bones[name] = Bone(at(0, *low), at(0, *high), FORWARD, parent)
        parent = name
    bones["neck"] = Bone(at(0, 0.008, 0.825), at(0, -0.004, 0.874), FORWARD, "spine.003")
    bones["head"] = Bone(at(0, -0.004, 0.874), at(0, -0.004, 1.0), FORWARD, "neck")
    for side, sign in SIDES:
        bones |= _arm(build, side, sign) | _leg(build, side, sign)
    return bones


def _arm(build: Build, side: str, sign: float) -> dict[str, Bone]:
    h, down = build.height, radians(42)
    along = Vector((cos(down) * sign, 0, -sin(down)))
    shoulder = Vector((build.shoulders * sign, 0.004, 0.792)) * h
    elbow = shoulder + along * 0.17 * h + Vector((0, 0.008 * h, 0))  # bent a little: IK has to know which way
    wrist = shoulder + along * 0.325 * h
    pole = Vector((0.19 * sign, 0.24, 0.32)) * h
    return {
        f"shoulder.{side}": Bone(Vector((0.016 * sign, -0.008, 0.803)) * h, shoulder, FORWARD, "spine.003"),
        f"upper_arm.{side}": Bone(shoulder, elbow, FORWARD, f"shoulder.{side}"),
        f"forearm.{side}": Bone(elbow, wrist, FORWARD, f"upper_arm.{side}"),
        f"hand.{side}": Bone(wrist, wrist + along * 0.055 * h, FORWARD, f"forearm.{side}"),
        f"hand_ik.{side}": Bone(wrist, wrist + along * 0.055 * h, FORWARD, "root", deform=False),
        f"upper_arm_ik_target.{side}": Bone(pole, pole + UP * 0.04 * h, FORWARD, "spine.003", deform=False),
    }


def _leg(build: Build, side: str, sign: float) -> dict[str, Bone]:
    h, x = build.height, build.hips * sign

    def at(y: float, z: float) -> Vector:
        return Vector((x, y, z)) * h

    hip, knee, ankle, ball, tip = at(0, 0.515), at(-0.008, 0.28), at(0.012, 0.045), at(-0.078, 0.01), at(-0.115, 0.01)
    pole = at(-0.55, 0.3)
    return {
        f"thigh.{side}": Bone(hip, knee, FORWARD, "spine"),
        f"shin.{side}": Bone(knee, ankle, FORWARD, f"thigh.{side}"),
        f"foot.{side}": Bone(ankle, ball, UP, f"shin.{side}"),
        f"toe.{side}": Bone(ball, tip, UP, f"foot.{side}"),
        # The foot turns on its ball, so a heel can rise while the toes stay where they are.
        f"foot_ik.{side}": Bone(at(-0.078, 0), at(-0.14, 0), UP, "root", deform=False),
        f"MCH-ankle.{side}": Bone(ankle, ball, UP, f"foot_ik.{side}", deform=False),
        f"thigh_ik_target.{side}": Bone(pole, pole + UP * 0.04 * h, FORWARD, "spine", deform=False),
    }


def build_rig(build: Build, collection: bpy.types.Collection) -> bpy.types.Object:
    """Make the armature object with its constraints, at the world origin."""
    data = bpy.data.armatures.new(f"{build.name}.Rig")
    rig = bpy.data.objects.new(f"{build.name}.Rig", data)
    collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")  # edit bones exist in edit mode only
    for name, bone in rest_bones(build).items():
        made = data.edit_bones.new(name)
        made.head, made.tail, made.use_deform = bone.head, bone.tail, bone.deform
        made.align_roll(bone.front)
        if bone.parent:
            made.parent = data.edit_bones[bone.parent]
    bpy.ops.object.mode_set(mode="OBJECT")
    data.display_type = "STICK"
    groups = {True: data.collections.new("Deform"), False: data.collections.new("Controls")}
    for bone in data.bones:
        groups[bone.use_deform].assign(bone)
    for pose_bone in rig.pose.bones:
        # Yaw is the outermost turn: Y for upright bones, Z for the feet, which lie along the floor.
        pose_bone.rotation_mode = "XYZ" if pose_bone.name.startswith(("foot", "toe")) else "ZXY"
    for side, _ in SIDES:
        rig.pose.bones[f"hand_ik.{side}"].rotation_mode = "QUATERNION"
        _solve(rig, f"forearm.{side}", f"hand_ik.{side}", f"upper_arm_ik_target.{side}")
        _solve(rig, f"shin.{side}", f"MCH-ankle.{side}", f"thigh_ik_target.{side}")
        _follow(rig, f"hand.{side}", f"hand_ik.{side}")
        _follow(rig, f"foot.{side}", f"MCH-ankle.{side}")
    return rig


def _solve(rig: bpy.types.Object, end: str, target: str, pole: str) -> None:
    """Two-bone IK that bends towards the pole."""
    lower = rig.pose.bones[end]
    ik = lower.constraints.new("IK")
    ik.target = ik.pole_target = rig
    ik.subtarget, ik.pole_subtarget = target, pole
    ik.chain_count = 2
    ik.iterations = 200
    ik.use_stretch = False
    ik.pole_angle = _pole_angle(lower.parent.bone, lower.bone, rig.data.bones[pole].head_local)


def _pole_angle(upper: bpy.types.Bone, lower: bpy.types.Bone, pole: Vector) -> float:
    """The angle that makes the upper bone's X axis agree with the side the pole is on."""
    axis = upper.tail_local - upper.head_local
    normal = (lower.tail_local - upper.head_local).cross(pole - upper.head_local)
    wanted = normal.cross(axis)
    x_axis = upper.matrix_local.to_3x3().col[0]
    angle = x_axis.angle(wanted)
    return -angle if x_axis.cross(wanted).angle(axis) < 1 else angle


def _follow(rig: bpy.types.Object, bone: str, control: str) -> None:
    copy = rig.pose.bones[bone].constraints.new("COPY_ROTATION")
    copy.target, copy.subtarget = rig, control


def hold_prop(rig: bpy.types.Object, prop: bpy.types.Object) -> None:
    """Give the rig a bone that is always where the prop is, and hang both hand controls on it."""
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bones = rig.data.edit_bones
    grip = bones.new("grip")
    grip.head, grip.tail, grip.use_deform = (0, 0, 0), (0, 0.1, 0), False
    grip.parent = bones["root"]
    for side, _ in SIDES:
        bones[f"hand_ik.{side}"].parent = grip
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.data.collections["Controls"].assign(rig.data.bones["grip"])
    rig.pose.bones["grip"].constraints.new("COPY_TRANSFORMS").target = prop
