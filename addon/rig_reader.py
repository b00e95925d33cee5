"""Armatures of the open file as plain data for `core.rigs`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import bpy
from mathutils import Matrix, Vector

from ..core.rigs.data import Armature, Bone, Point, Pose

__all__ = ["armatures_of", "read_all", "read_scene"]

FRAMES = 8
"""Sampled over an armature's animation: enough that a knee bends in one of them."""

_LAST_FRAME = 1048574
"""Blender's own limit, MAXFRAME in DNA_scene_types.h."""

_VERTICES = 4000
"""Looked at in each mesh: whether a bone moves something shows in a sample."""


def armatures_of(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """The armatures of a scene, those inside instanced collections too."""
    found: dict[str, bpy.types.Object] = {}
    for obj in scene.objects:
        inside = obj.instance_collection.all_objects if obj.instance_collection else ()
        for each in (obj, *inside):
            if each.type == "ARMATURE":
                found.setdefault(each.name_full, each)
    return list(found.values())


def read_all(names: Sequence[str] = ()) -> list[Armature]:
    """Every armature of every scene, each once; with `names` only the objects called so.

    Each is sampled over its own animation. Playheads move meanwhile and return.
    """
    seen: set[str] = set()
    read: list[Armature] = []
    for scene in bpy.data.scenes:
        objects = [obj for obj in armatures_of(scene) if obj.name_full not in seen and (not names or obj.name in names)]
        seen.update(obj.name_full for obj in objects)
        if objects:
            read += _read(scene, objects)
    return read


def read_scene(scene: bpy.types.Scene) -> list[Armature]:
    """The armatures of one scene, named in full; as `read_all`."""
    objects = armatures_of(scene)
    read = _read(scene, objects) if objects else []
    return [dataclasses.replace(rig, name=obj.name_full) for rig, obj in zip(read, objects, strict=True)]


def _read(scene: bpy.types.Scene, objects: Sequence[bpy.types.Object]) -> list[Armature]:
    wanted = {obj.name_full: _frames(scene, obj) for obj in objects}
    poses: dict[str, list[Pose]] = {obj.name_full: [] for obj in objects}
    places: dict[str, Matrix] = {}
    with _playhead(scene):
        for frame in sorted({frame for frames in wanted.values() for frame in frames}):
            scene.frame_set(frame)
            layer = scene.view_layers[0]
            if layer.depsgraph is None:
                layer.update()
            for obj in objects:
                evaluated = obj.evaluated_get(layer.depsgraph)
                if frame in wanted[obj.name_full] and evaluated.pose is not None:
                    places.setdefault(obj.name_full, evaluated.matrix_world.copy())
                    poses[obj.name_full].append(_pose(evaluated, frame))
    weights = _weights(objects)
    return [
        Armature(
            obj.name_full if obj.library else obj.name,
            tuple(_bones(obj, places.get(obj.name_full, obj.matrix_world), weights[obj.name_full])),
            tuple(poses[obj.name_full]),
        )
        for obj in objects
    ]


@contextmanager
def _playhead(scene: bpy.types.Scene) -> Iterator[None]:
    frame, subframe = scene.frame_current, scene.frame_subframe
    try:
        yield
    finally:
        scene.frame_set(frame, subframe=subframe)


def _frames(scene: bpy.types.Scene, obj: bpy.types.Object) -> list[int]:
    """Frames spread over the action, over the scene's range where something else moves it, else this one."""
    data = obj.animation_data
    action = data.action if data else None
    if action:
        first, last = (max(-_LAST_FRAME, min(_LAST_FRAME, frame)) for frame in action.frame_range)
    elif (data and (data.nla_tracks or data.drivers)) or obj.parent or _constrained(obj):
        first, last = scene.frame_start, scene.frame_end
    else:
        return [scene.frame_current]
    count = max(1, min(FRAMES, int(last - first) + 1))
    return sorted({round(first + (last - first) * index / max(1, count - 1)) for index in range(count)})


def _constrained(obj: bpy.types.Object) -> bool:
    # An armature that was never evaluated has no pose.
    return obj.pose is not None and any(bone.constraints for bone in obj.pose.bones)


def _world(place: Matrix, points: Iterable[Vector]) -> tuple[Point, ...]:
    return tuple((place @ point)[:] for point in points)


def _pose(evaluated: bpy.types.Object, frame: int) -> Pose:
    bones, place = evaluated.pose.bones, evaluated.matrix_world
    return Pose(frame, _world(place, (bone.head for bone in bones)), _world(place, (bone.tail for bone in bones)))


def _bones(obj: bpy.types.Object, place: Matrix, weights: dict[str, float]) -> Iterator[Bone]:
    bones = [posed.bone for posed in obj.pose.bones] if obj.pose else obj.data.bones
    for bone in bones:
        head, tail = _world(place, (bone.head_local, bone.tail_local))
        yield Bone(
            name=bone.name,
            parent=bone.parent.name if bone.parent else None,
            head=head,
            tail=tail,
            deform=bone.use_deform,
            weight=weights.get(bone.name, 0.0),
        )


# -- what hangs on a bone -------------------------------------------------------------------------


def _weights(objects: Sequence[bpy.types.Object]) -> dict[str, dict[str, float]]:
    """For each armature, about how many vertices follow each bone: skinned, or as a mesh parented to it."""
    found: dict[str, dict[str, float]] = {obj.name_full: {} for obj in objects}
    for mesh in (obj for obj in bpy.data.objects if obj.type == "MESH"):
        if mesh.parent and mesh.parent_type == "BONE" and mesh.parent.name_full in found:
            bones = found[mesh.parent.name_full]
            bones[mesh.parent_bone] = bones.get(mesh.parent_bone, 0.0) + len(mesh.data.vertices)
        rigs = [m.object for m in mesh.modifiers if m.type == "ARMATURE" and m.object]
        if mesh.parent and mesh.parent_type == "ARMATURE":
            rigs.append(mesh.parent)
        for rig in {rig.name_full for rig in rigs} & found.keys():
            for name, weight in _skin(mesh).items():
                found[rig][name] = found[rig].get(name, 0.0) + weight
    return found


def _skin(mesh: bpy.types.Object) -> dict[str, float]:
    names = [group.name for group in mesh.vertex_groups]
    sums = [0.0] * len(names)
    vertices = mesh.data.vertices
    step = max(1, len(vertices) // _VERTICES)
    for index in range(0, len(vertices), step):
        for element in vertices[index].groups:
            if element.group < len(sums):
                sums[element.group] += element.weight * step
    return dict(zip(names, sums, strict=True))
