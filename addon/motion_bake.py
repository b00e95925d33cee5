"""Keys on an armature: a new action, what would hold its bones, and what the old motion leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import bpy
from mathutils import Euler, Quaternion

from ..core.rigs.footing import Keys

__all__ = ["Hold", "bake", "holds", "mover_of"]

_LINEAR = 1
"""Number of linear interpolation in `Keyframe.interpolation`."""


@dataclass(frozen=True)
class Hold:
    """Something that moves a bone whatever its keys say."""

    bone: str
    what: bpy.types.Constraint | bpy.types.FCurve

    def mute(self) -> None:
        """Let go of the bone."""
        self.what.mute = True


def holds(obj: bpy.types.Object, bones: Iterable[str]) -> list[Hold]:
    """The active constraints and drivers that hold any of some bones, each once."""
    wanted, found = set(bones), dict[int, Hold]()
    for pose_bone in obj.pose.bones:
        for constraint in pose_bone.constraints:
            if constraint.mute or constraint.influence == 0:
                continue
            held = next((name for name in _moved(pose_bone, constraint) if name in wanted), None)
            if held:
                found.setdefault(constraint.as_pointer(), Hold(held, constraint))
    for curve in obj.animation_data.drivers if obj.animation_data else ():
        name, prop = _bone_path(curve.data_path)
        if name in wanted and prop.startswith(("location", "rotation", "scale")) and not curve.mute:
            found.setdefault(curve.as_pointer(), Hold(name, curve))
    return list(found.values())


def _moved(pose_bone: bpy.types.PoseBone, constraint: bpy.types.Constraint) -> Iterator[str]:
    """The bone a constraint is on, and those it bends along with it."""
    yield pose_bone.name
    if constraint.type not in ("IK", "SPLINE_IK"):
        return
    line = [pose_bone, *pose_bone.parent_recursive]
    if constraint.type == "IK" and not constraint.use_tail:
        line = line[1:]
    yield from (bone.name for bone in line[: constraint.chain_count or None])


def _bone_path(path: str) -> tuple[str, str]:
    start = 'pose.bones["'
    if not path.startswith(start) or '"]' not in path:
        return "", path
    name, _, rest = path[len(start) :].rpartition('"]')
    if '"]' in name or not rest.startswith("."):  # a property of a constraint, or a custom one
        return "", path
    return bpy.utils.unescape_identifier(name), rest[1:]


def mover_of(obj: bpy.types.Object, name: str) -> str:
    """The bone that can carry a body: the one named, or above it the first that is not stuck to its parent."""
    bone = obj.data.bones[name]
    while bone.parent and bone.use_connect:
        bone = bone.parent
    return bone.name


def bake(obj: bpy.types.Object, keys: Keys, name: str, start: int) -> tuple[bpy.types.Action, list[str]]:
    """Key bones at every frame from `start` in a new action. Gives it and sentences on what became of the old motion.

    Bones that are not keyed go to rest.
    """
    notes = _retire(obj)
    action = bpy.data.actions.new(name)
    slot = action.slots.new(id_type="OBJECT", name=obj.name)
    bag = action.layers.new("Layer").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    for pose_bone in obj.pose.bones:
        pose_bone.matrix_basis.identity()
        _rest(pose_bone)
    for bone, turns in keys.turns.items():
        pose_bone = obj.pose.bones[bone]
        prop, values = _in_mode(pose_bone.rotation_mode, turns)
        _curves(bag, pose_bone, prop, values, start)
    if keys.mover:
        _curves(bag, obj.pose.bones[keys.mover], "location", keys.places, start)
    data = obj.animation_data
    data.action = action
    data.action_slot = slot
    data.action_blend_type, data.action_influence = "REPLACE", 1.0
    return action, notes


def _rest(pose_bone: bpy.types.PoseBone) -> None:
    pose_bone.location = (0, 0, 0)
    pose_bone.rotation_quaternion = (1, 0, 0, 0)
    pose_bone.rotation_euler = (0, 0, 0)
    pose_bone.rotation_axis_angle = (0, 0, 1, 0)
    pose_bone.scale = (1, 1, 1)


def _retire(obj: bpy.types.Object) -> list[str]:
    """Keep the old motion in the file, and keep it from mixing with the new one."""
    notes: list[str] = []
    data = obj.animation_data or obj.animation_data_create()
    old = data.action
    if old:
        old.use_fake_user = True
        notes.append(f"The action {old.name!r} was replaced; it stays in the file.")
        data.action = None
    playing = [track for track in data.nla_tracks if not track.mute]
    for track in playing:
        track.mute = True
    if playing:
        notes.append(f"Muted in the nonlinear animation: {', '.join(track.name for track in playing)}.")
    return notes


def _in_mode(mode: str, turns: Sequence[tuple[float, float, float, float]]) -> tuple[str, Sequence[Sequence[float]]]:
    """The property a bone turns with, and its values."""
    if mode == "QUATERNION":
        return "rotation_quaternion", turns
    if mode == "AXIS_ANGLE":
        pairs = [Quaternion(turn).to_axis_angle() for turn in turns]
        return "rotation_axis_angle", [(angle, *axis) for axis, angle in pairs]
    angles: list[Sequence[float]] = []
    last = Euler((0, 0, 0), mode)
    for turn in turns:
        last = Quaternion(turn).to_euler(mode, last)
        angles.append(tuple(last))
    return "rotation_euler", angles


def _curves(
    bag: bpy.types.ActionChannelbag,
    pose_bone: bpy.types.PoseBone,
    prop: str,
    values: Sequence[Sequence[float]],
    start: int,
) -> None:
    path = pose_bone.path_from_id(prop)
    group = bag.groups.get(pose_bone.name) or bag.groups.new(pose_bone.name)
    for index, column in enumerate(zip(*values, strict=True)):
        curve = bag.fcurves.new(path, index=index)
        curve.group = group
        points = curve.keyframe_points
        points.add(len(column))
        points.foreach_set("co", [number for at, value in enumerate(column) for number in (start + at, value)])
        points.foreach_set("interpolation", [_LINEAR] * len(column))
        curve.update()


def object_moves(action: bpy.types.Action, slot: bpy.types.ActionSlot | None) -> bool:
    """Whether an action also moves the armature object itself."""
    bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
    curves = [curve for bag in bags if slot is None or bag.slot == slot for curve in bag.fcurves]
    return any(curve.data_path.startswith(("location", "rotation", "scale", "delta_")) for curve in curves)


def names_of(found: Sequence[Hold]) -> str:
    """The bones that are held, as a list for a sentence."""
    names = list(dict.fromkeys(hold.bone for hold in found))
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return ", ".join(names[:6]) + more


def settings(obj: bpy.types.Object) -> Mapping[str, frozenset[str]]:
    """Bones by how they take over their parent: those that keep their own turn."""
    return {"free": frozenset(bone.name for bone in obj.data.bones if not bone.use_inherit_rotation)}
