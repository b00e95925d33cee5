"""One sun through the tall windows, and the lamps in the room."""

from __future__ import annotations

from math import radians

import bpy
from mathutils import Vector

from .looks import linear
from .stage import DANCE_MARK, DOOR_MARK, TABLE_MARK, TO_SUN


def build_lights(scene: bpy.types.Scene, group: bpy.types.Collection) -> None:
    """The key, the practicals, and a little sky."""
    sun = _light("Key.Sun", "SUN", 4.0, "#ffe9c9", group, Vector((14, 6, 9)))
    sun.rotation_euler = (-TO_SUN).to_track_quat("-Z", "Y").to_euler()
    sun.data.angle = radians(1.0)
    clip = _light("Practical.ClipLamp", "SPOT", 60.0, "#ffcf94", group, TABLE_MARK + Vector((-0.05, 0.05, 1.2)))
    clip.data.spot_size = radians(95)
    areas = (
        ("Practical.Hall", 160.0, 2.2, DOOR_MARK + Vector((0, 3.0, 3.6)), DOOR_MARK + Vector((0, 0, 1.0))),
        ("Fill.South", 220.0, 6.0, Vector((-3, -13.0, 6.5)), Vector((0, 0, 1.0))),
        ("Fill.Dance", 90.0, 3.0, DANCE_MARK + Vector((-4.0, -5.0, 4.5)), DANCE_MARK + Vector((0, 0, 1.2))),
        ("Practical.Chandelier", 120.0, 2.4, Vector((0, 2.4, 4.3)), Vector((0, 2.4, 0))),
    )
    for name, power, size, place, aim in areas:
        area = _light(name, "AREA", power, "#ffdfb8" if name.startswith("Practical") else "#dfe6e6", group, place)
        area.data.size = size
        area.rotation_euler = (aim - place).to_track_quat("-Z", "Y").to_euler()
    _sky(scene)


def _sky(scene: bpy.types.Scene) -> None:
    world = bpy.data.worlds.new("World")
    world.color = (0.28, 0.3, 0.31)
    if world.node_tree is None:
        world.use_nodes = True
    background = next((node for node in world.node_tree.nodes if node.type == "BACKGROUND"), None)
    if background:
        background.inputs["Color"].default_value = (0.42, 0.46, 0.48, 1.0)
        background.inputs["Strength"].default_value = 0.5
    scene.world = world


def _light(
    name: str, kind: str, power: float, colour: str, group: bpy.types.Collection, place: Vector
) -> bpy.types.Object:
    data = bpy.data.lights.new(name, kind)
    data.energy, data.color = power, linear(colour)
    made = bpy.data.objects.new(name, data)
    made.location = place
    group.objects.link(made)
    return made
