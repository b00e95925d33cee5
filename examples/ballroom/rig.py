"""The two armatures, with the bone names of a Rigify human, and the controls that pose them.

Both stand at the world's origin and face -Y, so a control's place is a place in the room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, radians, sin

import bpy
from mathutils import Matrix, Vector

FORWARD, UP = Vector((0, -1, 0)), Vector((0, 0, 1))
SIDES = (("L", 1.0), ("R", -1.0))
SPINE = ("spine", "spine.001", "spine.002", "spine.003")
SKIRT_CHAINS = 10


@dataclass(frozen=True)
class Body:
    """A figure's joints in metres; of the limbs the left ones, the right ones mirror them."""

    name: str
    spine: tuple[float, ...]
    """Heights of the five joints of the trunk."""
    head: tuple[float, float, float]
    """Heights of the neck's foot, of the head's and of the crown."""
    collar: tuple[float, float, float]
    shoulder: tuple[float, float, float]
    arms: tuple[float, float, float]
    """Lengths of the upper arm, the forearm and the hand."""
    hip: tuple[float, float, float]
    knee: tuple[float, float, float]
    ankle: tuple[float, float, float]
    ball: tuple[float, float, float]
    toe: tuple[float, float, float]
    heel: float
    """How far the heel reaches behind the ball, along the floor."""
    fingers: tuple[tuple[str, float, float], ...]
    """Name, place across the hand (thumb side positive) and length of each finger."""
    thumb: float
    eyes: tuple[float, float, float]
    ears: tuple[float, float, float]
    nose: tuple[float, float, float]
    skirt: bool = False

    @property
    def waist(self) -> float:
        """Height of the pelvis at rest."""
        return self.spine[0]


LOU = Body(
    name="Lou",
    spine=(0.84, 0.96, 1.08, 1.20, 1.33),
    head=(1.33, 1.40, 1.79),
    collar=(0.03, -0.005, 1.275),
    shoulder=(0.225, 0.0, 1.265),
    arms=(0.315, 0.295, 0.1),
    hip=(0.115, 0.0, 0.82),
    knee=(0.12, -0.014, 0.475),
    ankle=(0.125, 0.015, 0.135),
    ball=(0.125, -0.1, 0.03),
    toe=(0.125, -0.2, 0.03),
    heel=0.205,
    fingers=(("f_index", 0.036, 0.085), ("f_middle", 0.0, 0.092), ("f_ring", -0.036, 0.082)),
    thumb=0.085,
    eyes=(0.068, -0.2, 1.62),
    ears=(0.215, 0.0, 1.6),
    nose=(0.0, -0.225, 1.57),
)
WOMAN = Body(
    name="Woman",
    spine=(0.94, 1.05, 1.16, 1.28, 1.41),
    head=(1.41, 1.485, 1.70),
    collar=(0.02, -0.005, 1.375),
    shoulder=(0.168, 0.005, 1.365),
    arms=(0.272, 0.245, 0.082),
    hip=(0.085, 0.0, 0.915),
    knee=(0.087, -0.014, 0.505),
    ankle=(0.087, 0.03, 0.125),
    ball=(0.087, -0.085, 0.024),
    toe=(0.087, -0.15, 0.02),
    heel=0.155,
    fingers=(
        ("f_index", 0.024, 0.075),
        ("f_middle", 0.008, 0.082),
        ("f_ring", -0.008, 0.078),
        ("f_pinky", -0.023, 0.06),
    ),
    thumb=0.06,
    eyes=(0.029, -0.085, 1.591),
    ears=(0.072, 0.01, 1.575),
    nose=(0.0, -0.105, 1.56),
    skirt=True,
)


@dataclass(frozen=True)
class Bone:
    """One rest bone: from, to, which way its local Z looks, and its parent."""

    head: Vector
    tail: Vector
    front: Vector
    parent: str | None
    deform: bool = True


def rest_bones(body: Body) -> dict[str, Bone]:
    """The rest pose: upright, arms half lowered."""

    def up(z: float) -> Vector:
        return Vector((0, 0, z))

    bones = {"root": Bone(Vector(), Vector((0, 0.2, 0)), UP, None, deform=False)}
    bones["torso"] = Bone(up(body.waist), up(body.waist + 0.2), FORWARD, "root", deform=False)
    parent = "torso"
    for name, low, high in zip(SPINE, body.spine, body.spine[1:], strict=False):
        bones[name] = Bone(up(low), up(high), FORWARD, parent)
        parent = name
    bones["neck"] = Bone(up(body.head[0]), up(body.head[1]), FORWARD, "spine.003")
    bones["head"] = Bone(up(body.head[1]), up(body.head[2]), FORWARD, "neck")
    bones["nose"] = Bone(Vector(body.nose), Vector(body.nose) + FORWARD * 0.03, UP, "head")
    for side, sign in SIDES:
        bones |= _arm(body, side, sign) | _leg(body, side, sign)
        for name, place, way in (("eye", body.eyes, FORWARD), ("ear", body.ears, Vector((sign, 0, 0)))):
            spot = _mirrored(place, sign)
            bones[f"{name}.{side}"] = Bone(spot, spot + way * 0.03, UP, "head")
    if body.skirt:
        bones |= _skirt(body)
    return bones


def _mirrored(point: tuple[float, float, float], sign: float) -> Vector:
    return Vector((point[0] * sign, point[1], point[2]))


def _arm(body: Body, side: str, sign: float) -> dict[str, Bone]:
    along = Vector((cos(radians(50)) * sign, 0, -sin(radians(50))))
    upper, lower, palm = body.arms
    shoulder = _mirrored(body.shoulder, sign)
    elbow = shoulder + along * upper + Vector((0, 0.012, 0))  # bent a little: IK has to know which way
    wrist = shoulder + along * (upper + lower)
    knuckles = wrist + along * palm
    pole = Vector(((0.28 if body.skirt else 0.5) * sign, 0.6, body.spine[2] - 0.25))
    back = along.cross(FORWARD) * -sign  # the hand's back looks up and out
    bones = {
        f"shoulder.{side}": Bone(_mirrored(body.collar, sign), shoulder, FORWARD, "spine.003"),
        f"upper_arm.{side}": Bone(shoulder, elbow, FORWARD, f"shoulder.{side}"),
        f"forearm.{side}": Bone(elbow, wrist, FORWARD, f"upper_arm.{side}"),
        f"hand.{side}": Bone(wrist, knuckles, FORWARD, f"forearm.{side}"),
        f"hand_ik.{side}": Bone(wrist, knuckles, FORWARD, "root", deform=False),
        f"upper_arm_ik_target.{side}": Bone(pole, pole + UP * 0.06, FORWARD, "spine.003", deform=False),
    }
    for name, across, length in body.fingers:
        root = knuckles + FORWARD * across
        middle, tip = root + along * length * 0.52, root + along * length
        bones[f"{name}.01.{side}"] = Bone(root, middle, back, f"hand.{side}")
        bones[f"{name}.02.{side}"] = Bone(middle, tip, back, f"{name}.01.{side}")
    base = wrist + along * palm * 0.3 + FORWARD * (body.fingers[0][1] + 0.016)
    out = (along + FORWARD * 0.9 - back * 0.35).normalized()
    bones[f"thumb.01.{side}"] = Bone(base, base + out * body.thumb * 0.5, back, f"hand.{side}")
    bones[f"thumb.02.{side}"] = Bone(base + out * body.thumb * 0.5, base + out * body.thumb, back, f"thumb.01.{side}")
    return bones


def _leg(body: Body, side: str, sign: float) -> dict[str, Bone]:
    hip, knee, ankle, ball, toe = (_mirrored(p, sign) for p in (body.hip, body.knee, body.ankle, body.ball, body.toe))
    pivot = Vector((ball.x, ball.y, 0))
    pole = Vector((knee.x, -0.7, knee.z))
    return {
        f"thigh.{side}": Bone(hip, knee, FORWARD, "spine"),
        f"shin.{side}": Bone(knee, ankle, FORWARD, f"thigh.{side}"),
        f"foot.{side}": Bone(ankle, ball, UP, f"shin.{side}"),
        f"toe.{side}": Bone(ball, toe, UP, f"foot.{side}"),
        # The foot turns on its ball, so a heel can rise while the toes stay where they are.
        f"foot_ik.{side}": Bone(pivot, pivot + FORWARD * 0.12, UP, "root", deform=False),
        f"MCH-ankle.{side}": Bone(ankle, ball, UP, f"foot_ik.{side}", deform=False),
        f"thigh_ik_target.{side}": Bone(pole, pole + UP * 0.06, FORWARD, "torso", deform=False),
    }


def skirt_angle(chain: int) -> float:
    """Where around the waist a chain of the skirt hangs, 0 to the figure's left and a quarter turn to its back."""
    return 2 * pi * chain / SKIRT_CHAINS


def _skirt(body: Body) -> dict[str, Bone]:
    """Chains of two bones from the waist to the hem."""
    bones: dict[str, Bone] = {}
    for chain in range(SKIRT_CHAINS):
        out = Vector((cos(skirt_angle(chain)), sin(skirt_angle(chain)), 0))
        spots = [
            Vector((out.x * r, out.y * r * 0.86, z))
            for r, z in ((0.125, body.waist + 0.07), (0.2, 0.62), (0.285, 0.24))
        ]
        bones[f"skirt.{chain}.01"] = Bone(spots[0], spots[1], out, "spine")
        bones[f"skirt.{chain}.02"] = Bone(spots[1], spots[2], out, f"skirt.{chain}.01")
    return bones


def build_rig(body: Body, group: bpy.types.Collection) -> bpy.types.Object:
    """Make the armature with its constraints."""
    data = bpy.data.armatures.new(body.name)
    rig = bpy.data.objects.new(body.name, data)
    group.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")  # edit bones exist in edit mode only
    for name, bone in rest_bones(body).items():
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
    _constrain(rig)
    return rig


def _constrain(rig: bpy.types.Object) -> None:
    for bone in rig.pose.bones:
        # Yaw is the outermost turn: Y for upright bones, Z for feet, which lie along the floor.
        bone.rotation_mode = "XYZ" if bone.name.startswith(("foot", "toe", "f_", "thumb")) else "ZXY"
        if bone.name.startswith(("hand_ik", "skirt")):
            bone.rotation_mode = "QUATERNION"
    for side, _ in SIDES:
        _solve(rig, f"forearm.{side}", f"hand_ik.{side}", f"upper_arm_ik_target.{side}")
        _solve(rig, f"shin.{side}", f"MCH-ankle.{side}", f"thigh_ik_target.{side}")
        for bone, control in ((f"hand.{side}", f"hand_ik.{side}"), (f"foot.{side}", f"MCH-ankle.{side}")):
            copy = rig.pose.bones[bone].constraints.new("COPY_ROTATION")
            copy.target, copy.subtarget = rig, control


def _solve(rig: bpy.types.Object, end: str, target: str, pole: str) -> None:
    """Two-bone IK that bends towards the pole."""
    lower = rig.pose.bones[end]
    ik = lower.constraints.new("IK")
    ik.target = ik.pole_target = rig
    ik.subtarget, ik.pole_subtarget = target, pole
    ik.chain_count, ik.iterations, ik.use_stretch = 2, 200, False
    upper = lower.parent.bone
    # Blender turns the chain so that the upper bone's X axis, turned by this angle, faces the pole.
    axis = (lower.bone.tail_local - upper.head_local).normalized()
    towards = rig.data.bones[pole].head_local - upper.head_local
    towards = (towards - axis * towards.dot(axis)).normalized()
    own = upper.matrix_local.to_3x3().col[0]
    own = (own - axis * own.dot(axis)).normalized()
    bend = lower.bone.head_local - upper.head_local
    bend = (bend - axis * bend.dot(axis)).normalized()
    ik.pole_angle = _signed(bend, own, axis)


def _signed(a: Vector, b: Vector, axis: Vector) -> float:
    angle = a.angle(b)
    return angle if a.cross(b).dot(axis) > 0 else -angle


def add_socket(rig: bpy.types.Object, name: str, parent: str, place: Matrix) -> None:
    """A bone that others can be held to: it moves with `parent` and rests at `place`."""
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bone = rig.data.edit_bones.new(name)
    bone.head, bone.tail, bone.use_deform = (0, 0, 0), (0, 0.08, 0), False
    bone.parent = rig.data.edit_bones[parent]
    bone.matrix = place
    bone.length = 0.08
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.data.collections["Controls"].assign(rig.data.bones[name])


def hold(rig: bpy.types.Object, side: str, target: bpy.types.Object, bone: str = "") -> bpy.types.Constraint:
    """Let a hand be held by something; how much is keyed later, it begins with not at all."""
    made = rig.pose.bones[f"hand_ik.{side}"].constraints.new("COPY_TRANSFORMS")
    made.name = f"Hold {bone or target.name}"
    made.target = target
    made.subtarget = bone
    made.influence = 0.0
    return made


def bones_of(rig: bpy.types.Object, prefix: str) -> Iterator[bpy.types.PoseBone]:
    """Pose bones whose names begin so."""
    return (bone for bone in rig.pose.bones if bone.name.startswith(prefix))
