"""Three set-ups, the cut as bound markers, and the light."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians

import bpy
from mathutils import Vector

from .acting import ease
from .shapes import linear


@dataclass(frozen=True)
class Setup:
    """A camera position: where it stands, what it looks at, and from which frame it is in the cut."""

    name: str
    lens: float
    stand: Vector
    look: Vector
    cut: int


SETUPS = (
    Setup("Wide", 24.0, Vector((-1.36, -3.15, 1.6)), Vector((0.02, 0.9, 1.04)), 1),
    Setup("Medium", 35.0, Vector((-0.12, -3.1, 1.4)), Vector((0.1, 0.3, 1.145)), 77),
    Setup("Close", 85.0, Vector((0.84, -1.02, 1.2)), Vector((-0.81, 0.30, 1.145)), 141),
)
PUSH = (80, 138, Vector((-0.08, -2.48, 1.4)))  # from frame, to frame, to where


def build_cameras(scene: bpy.types.Scene, collection: bpy.types.Collection, focus: bpy.types.Object) -> None:
    """Make the cameras and bind a marker to each; the close-up focuses on the head of `focus`."""
    for setup in SETUPS:
        data = bpy.data.cameras.new(f"Cam.{setup.name}")
        data.lens, data.sensor_width, data.clip_start, data.clip_end = setup.lens, 36.0, 0.05, 60.0
        camera = bpy.data.objects.new(f"Cam.{setup.name}", data)
        collection.objects.link(camera)
        camera.rotation_mode = "XYZ"
        camera.location = setup.stand
        camera.rotation_euler = (setup.look - setup.stand).to_track_quat("-Z", "Y").to_euler()
        marker = scene.timeline_markers.new(setup.name, frame=setup.cut)
        marker.camera = camera
        if setup.name == "Medium":
            _push_in(camera, setup)
        if setup.name == "Close":
            data.dof.use_dof = True
            data.dof.focus_object, data.dof.focus_subtarget = focus, "head"
            data.dof.aperture_fstop = 2.0
    scene.camera = scene.timeline_markers["Wide"].camera


def _push_in(camera: bpy.types.Object, setup: Setup) -> None:
    """A slow dolly straight forward, level, that starts and ends softly."""
    start, end, goal = PUSH
    for frame, place in ((start, setup.stand), (end, goal)):
        camera.location = place
        camera.keyframe_insert("location", frame=frame)
    ease(camera)


def build_lights(scene: bpy.types.Scene, collection: bpy.types.Collection) -> None:
    """Low sun through the window, the floor lamp, the hall, and a soft fill from the open side."""
    sun = _light("Key.Sun", "SUN", 3.6, "#ffe0b0", collection)
    sun.location = (4.5, -0.9, 2.6)
    sun.rotation_euler = Vector((-0.975, 0.21, -0.19)).to_track_quat("-Z", "Y").to_euler()
    sun.data.angle = radians(1.5)
    bulb = _light("Lamp.Bulb", "POINT", 45.0, "#ffc98a", collection)
    bulb.location = (-2.38, 0.74, 1.5)
    bulb.data.shadow_soft_size = 0.08
    for name, power, size, place, aim in (
        ("Fill.Hall", 30.0, 1.0, (1.9, 3.3, 2.5), (1.9, 3.2, 0.0)),
        ("Fill.Room", 60.0, 3.0, (-0.6, -3.5, 2.3), (0.1, 0.5, 1.0)),
    ):
        fill = _light(name, "AREA", power, "#dfe6ee", collection)
        fill.location = place
        fill.data.size = size
        fill.rotation_euler = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    world = bpy.data.worlds.new("World")
    world.color = (0.32, 0.34, 0.37)
    if world.node_tree is None:
        world.use_nodes = True
    background = next((node for node in world.node_tree.nodes if node.type == "BACKGROUND"), None)
    if background:
        background.inputs["Color"].default_value = (0.32, 0.34, 0.37, 1.0)
        background.inputs["Strength"].default_value = 0.6
    scene.world = world


def _light(name: str, kind: str, power: float, colour: str, collection: bpy.types.Collection) -> bpy.types.Object:
    data = bpy.data.lights.new(name, kind)
    data.energy = power
    data.color = [linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5)]
    made = bpy.data.objects.new(name, data)
    collection.objects.link(made)
    return made
