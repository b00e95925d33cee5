"""A jointed figure and a four-legged one, with a box on every bone. Import it after the extension is installed."""

from __future__ import annotations

import bpy
from mathutils import Vector

__all__ = ["FIGURE", "add_beast", "add_face", "add_figure"]

Bones = dict[str, tuple[tuple[float, float, float], tuple[float, float, float], str | None]]

FIGURE: Bones = {
    "hips": ((0, 0, 0.95), (0, 0, 1.1), None),
    "spine": ((0, 0, 1.1), (0, 0, 1.4), "hips"),
    "neck": ((0, 0, 1.42), (0, 0, 1.5), "spine"),
    "head": ((0, 0, 1.52), (0, 0, 1.75), "neck"),
}
for _side, _x in (("L", 1), ("R", -1)):
    FIGURE |= {
        f"shoulder.{_side}": ((0.02 * _x, 0, 1.4), (0.16 * _x, 0, 1.4), "spine"),
        f"upper_arm.{_side}": ((0.18 * _x, 0, 1.4), (0.46 * _x, 0.01, 1.4), f"shoulder.{_side}"),
        f"forearm.{_side}": ((0.46 * _x, 0.01, 1.4), (0.71 * _x, 0, 1.4), f"upper_arm.{_side}"),
        f"hand.{_side}": ((0.71 * _x, 0, 1.4), (0.88 * _x, 0, 1.4), f"forearm.{_side}"),
        f"thigh.{_side}": ((0.1 * _x, 0, 0.93), (0.1 * _x, -0.01, 0.5), "hips"),
        f"shin.{_side}": ((0.1 * _x, -0.01, 0.5), (0.1 * _x, 0, 0.08), f"thigh.{_side}"),
        f"foot.{_side}": ((0.1 * _x, 0, 0.08), (0.1 * _x, -0.16, 0.02), f"shin.{_side}"),
    }

BEAST: Bones = {
    "hips": ((0, 0.5, 0.7), (0, 0.2, 0.75), None),
    "spine": ((0, 0.2, 0.75), (0, -0.3, 0.75), "hips"),
    "neck": ((0, -0.3, 0.75), (0, -0.5, 1.0), "spine"),
    "head": ((0, -0.5, 1.0), (0, -0.75, 1.0), "neck"),
    "tail": ((0, 0.5, 0.7), (0, 0.9, 0.8), "hips"),
}
for _side, _x in (("L", 1), ("R", -1)):
    for _name, _y, _parent in (("fore", -0.3, "spine"), ("hind", 0.5, "hips")):
        BEAST |= {
            f"{_name}_upper.{_side}": ((0.12 * _x, _y, 0.7), (0.12 * _x, _y + 0.05, 0.4), _parent),
            f"{_name}_lower.{_side}": ((0.12 * _x, _y + 0.05, 0.4), (0.12 * _x, _y, 0.05), f"{_name}_upper.{_side}"),
            f"{_name}_foot.{_side}": ((0.12 * _x, _y, 0.05), (0.12 * _x, _y - 0.1, 0.02), f"{_name}_lower.{_side}"),
        }


def add_figure(scene: bpy.types.Scene, name: str = "Figure", at: tuple[float, float, float] = (0.0, 0.0, 0.0)):
    """A person of 1.75 m, arms out, facing -Y."""
    return _add(scene, name, at, FIGURE)


def add_face(rig: bpy.types.Object, names: list[str]) -> None:
    """Little bones of these names on the front of a figure's head, side by side."""
    layer = bpy.context.scene.view_layers[0]
    layer.objects.active = rig
    with bpy.context.temp_override(view_layer=layer, active_object=rig, object=rig):
        bpy.ops.object.mode_set(mode="EDIT")
        for index, name in enumerate(names):
            bone = rig.data.edit_bones.new(name)
            x, z = -0.06 + 0.12 * (index % 7) / 6, 1.56 + 0.02 * (index // 7)
            bone.head, bone.tail = (x, -0.12, z), (x, -0.13, z)
            bone.parent = rig.data.edit_bones["head"]
        bpy.ops.object.mode_set(mode="OBJECT")
    layer.update()


def add_beast(scene: bpy.types.Scene, name: str = "Beast", at: tuple[float, float, float] = (0.0, 0.0, 0.0)):
    """Something on four legs with a tail."""
    return _add(scene, name, at, BEAST)


def _add(scene: bpy.types.Scene, name: str, at: tuple[float, float, float], bones: Bones) -> bpy.types.Object:
    data = bpy.data.armatures.new(name)
    rig = bpy.data.objects.new(name, data)
    scene.collection.objects.link(rig)
    rig.location = at
    layer = scene.view_layers[0]
    layer.objects.active = rig
    with bpy.context.temp_override(scene=scene, view_layer=layer, active_object=rig, object=rig):
        bpy.ops.object.mode_set(mode="EDIT")
        for bone_name, (head, tail, parent) in bones.items():
            bone = data.edit_bones.new(bone_name)
            bone.head, bone.tail = head, tail
            bone.parent = data.edit_bones[parent] if parent else None
        bpy.ops.object.mode_set(mode="OBJECT")
    layer.update()
    for bone_name in bones:
        _box(scene, rig, bone_name)
    return rig


def _box(scene: bpy.types.Scene, rig: bpy.types.Object, bone: str) -> None:
    """A box along a bone, parented to it."""
    posed = rig.pose.bones[bone]
    length = posed.length
    thick = 0.09 if bone in ("hips", "spine", "head") else 0.04
    corners = [(x, y, z) for x in (-thick, thick) for y in (0.05 * length, 0.95 * length) for z in (-thick, thick)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    mesh = bpy.data.meshes.new(f"{rig.name} {bone}")
    mesh.from_pydata([Vector(corner) - Vector((0, length, 0)) for corner in corners], [], faces)
    box = bpy.data.objects.new(mesh.name, mesh)
    box.parent, box.parent_type, box.parent_bone = rig, "BONE", bone  # its origin is the bone's tail
    scene.collection.objects.link(box)
