"""The scene `make bench` measures on: a room of 50 objects, two skinned characters, a moving camera."""

from __future__ import annotations

import math

import bpy
from mathutils import Matrix, Vector

__all__ = ["build", "count_faces"]

BONES = 17


def build(faces: int = 200_000, characters: int = 2, frames: int = 81, width: int = 832, height: int = 480):
    """An emptied file's scene with about `faces` faces in 50 objects, set up for rendering."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.frame_start, scene.frame_end = 1, frames
    scene.view_settings.view_transform = "Standard"
    _room(scene)
    _furniture(scene, faces, 50 - 4)
    for index in range(characters):
        _character(scene, Vector((-1.5 + 3.0 * index / max(1, characters - 1), -0.5, 0.0)), index, frames)
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    sun.rotation_euler = (math.radians(40), math.radians(15), math.radians(30))
    sun.data.energy = 3.0
    scene.collection.objects.link(sun)
    _camera(scene, frames)
    return scene


def count_faces(scene) -> int:
    """Faces of everything with a surface."""
    return sum(len(obj.data.polygons) for obj in scene.objects if obj.type == "MESH")


def _mesh(name: str, vertices, polygons) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], polygons)
    mesh.update()
    return mesh


def _grid(name: str, rows: int, columns: int, shape, smooth: bool = True) -> bpy.types.Mesh:
    """A quad grid bent by `shape(u, v)` with u and v in 0..1."""
    vertices = [shape(i / rows, j / columns) for i in range(rows + 1) for j in range(columns + 1)]
    step = columns + 1
    polygons = [
        (i * step + j, i * step + j + 1, (i + 1) * step + j + 1, (i + 1) * step + j)
        for i in range(rows)
        for j in range(columns)
    ]
    mesh = _mesh(name, vertices, polygons)
    mesh.polygons.foreach_set("use_smooth", [smooth] * len(mesh.polygons))
    return mesh


def _room(scene) -> None:
    walls = {
        "Floor": lambda u, v: (10 * u - 5, 8 * v - 4, 0),
        "Back": lambda u, v: (10 * u - 5, 4, 4 * v),
        "Left": lambda u, v: (-5, 8 * u - 4, 4 * v),
        "Right": lambda u, v: (5, 8 * u - 4, 4 * v),
    }
    for name, shape in walls.items():
        scene.collection.objects.link(bpy.data.objects.new(name, _grid(name, 4, 4, shape, smooth=False)))


def _furniture(scene, faces: int, count: int) -> None:
    side = max(3, round(math.sqrt(faces / count)))

    def ball(u: float, v: float) -> tuple[float, float, float]:
        theta, phi = math.pi * u, 2 * math.pi * v
        radius = 0.32 * (1 + 0.12 * math.sin(7 * phi) * math.sin(5 * theta))
        return (
            radius * math.sin(theta) * math.cos(phi),
            radius * math.sin(theta) * math.sin(phi),
            radius * math.cos(theta),
        )

    for index in range(count):
        mesh = _grid(f"Thing.{index:02d}", side, side, ball)
        obj = bpy.data.objects.new(f"Thing.{index:02d}", mesh)
        row, column = divmod(index, 12)
        obj.location = (-4.2 + 0.76 * column, 0.6 + 0.8 * row, 0.35 + 0.25 * (index % 3))
        scene.collection.objects.link(obj)


def _character(scene, place: Vector, index: int, frames: int) -> None:
    """A tube of 7,000 faces on a chain of bones that sways and bends."""
    height = 1.8
    data = bpy.data.armatures.new(f"Rig.{index}")
    rig = bpy.data.objects.new(f"Rig.{index}", data)
    rig.location = place
    scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    parent = None
    for bone in range(BONES):
        made = data.edit_bones.new(f"bone.{bone:02d}")
        made.head, made.tail = (0, 0, height * bone / BONES), (0, 0, height * (bone + 1) / BONES)
        made.parent, parent = parent, made
    bpy.ops.object.mode_set(mode="OBJECT")
    body = _grid(
        f"Body.{index}",
        84,
        84,
        lambda u, v: (
            0.22 * math.cos(2 * math.pi * v) * (1 + 0.3 * math.sin(9 * u)),
            0.16 * math.sin(2 * math.pi * v) * (1 + 0.3 * math.sin(9 * u)),
            height * u,
        ),
    )
    obj = bpy.data.objects.new(f"Body.{index}", body)
    obj.parent = rig
    obj.matrix_parent_inverse = Matrix()
    scene.collection.objects.link(obj)
    for bone in range(BONES):
        group = obj.vertex_groups.new(name=f"bone.{bone:02d}")
        centre = height * (bone + 0.5) / BONES
        for vertex in body.vertices:
            weight = 1 - abs(vertex.co.z - centre) / (1.5 * height / BONES)
            if weight > 0:
                group.add([vertex.index], weight, "REPLACE")
    obj.modifiers.new("Armature", "ARMATURE").object = rig
    for bone in rig.pose.bones:
        bone.rotation_mode = "XYZ"
        for frame in range(1, frames + 21, 20):
            bone.rotation_euler.x = 0.08 * math.sin(frame * 0.21 + index)
            bone.rotation_euler.y = 0.06 * math.cos(frame * 0.13 + index)
            bone.keyframe_insert("rotation_euler", frame=frame)


def _camera(scene, frames: int) -> None:
    data = bpy.data.cameras.new("Camera")
    data.lens = 28
    camera = bpy.data.objects.new("Camera", data)
    scene.collection.objects.link(camera)
    scene.camera = camera
    for frame, x in ((1, -2.0), (frames, 2.0)):
        camera.location = (x, -6.2, 1.7)
        direction = Vector((0.2 * x, 1.0, 1.0)) - camera.location
        camera.rotation_euler = direction.to_track_quat("-Z", "Y").to_euler()
        camera.keyframe_insert("location", frame=frame)
        camera.keyframe_insert("rotation_euler", frame=frame)
