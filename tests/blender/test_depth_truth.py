"""Depth against ray casts: every kind of surface and every kind of lens, per pixel."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.render_passes import geometry
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.raster import Raster
from mathutils import Vector


def link(obj: bpy.types.Object) -> bpy.types.Object:
    bpy.context.scene.collection.objects.link(obj)
    return obj


@pytest.fixture
def camera() -> bpy.types.Object:
    """A plane, a subdivided head, text, a metaball, a bevelled curve, mirrored instances, hidden things."""
    bpy.ops.mesh.primitive_plane_add(size=20)
    bpy.ops.mesh.primitive_monkey_add(location=(-1.5, 0, 1))
    subdivided = bpy.context.object.modifiers.new("Subdivision", "SUBSURF")
    subdivided.levels, subdivided.render_levels = 0, 2
    bpy.ops.object.text_add(location=(0.5, -1, 0.2), rotation=(math.pi / 2, 0, 0))
    bpy.context.object.data.body, bpy.context.object.data.extrude = "Hi", 0.1
    bpy.ops.object.metaball_add(location=(2, 0, 1))
    bpy.ops.curve.primitive_bezier_circle_add(location=(0, 2, 1))
    bpy.context.object.data.bevel_depth = 0.15
    bpy.ops.mesh.primitive_cube_add(size=0.6)
    cube = bpy.context.object
    cube.location = (0, 0, 0)
    bpy.context.scene.collection.objects.unlink(cube)
    collection = bpy.data.collections.new("Instanced")
    collection.objects.link(cube)
    for index in range(3):
        empty = link(bpy.data.objects.new("Instance", None))
        empty.instance_type, empty.instance_collection = "COLLECTION", collection
        empty.location, empty.scale = (-3 + 1.2 * index, -2, 0.5), (1, 1, -1.5)
    for name, place in (("NotRendered", (3, -2, 0.7)), ("EyeClosed", (3, 2, 0.7)), ("MonitorOff", (-3, 2, 0.7))):
        bpy.ops.mesh.primitive_uv_sphere_add(location=place)
        bpy.context.object.name = name
    bpy.data.objects["NotRendered"].hide_render = True
    bpy.data.objects["EyeClosed"].hide_set(True)
    bpy.data.objects["MonitorOff"].hide_viewport = True
    made = link(bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera")))
    made.location, made.rotation_euler = (1, -9, 3.5), (math.radians(75), 0, math.radians(5))
    return made


def drawn_and_cast(camera: bpy.types.Object, width: int, height: int) -> tuple[np.ndarray, np.ndarray, set[str]]:
    """Depth as drawn and as cast, at every third pixel, and the names of what was drawn."""
    scene = bpy.context.scene
    layer = geometry.view_layer_of(scene)
    with as_rendered(scene, layer):
        scene.frame_set(1)
        depsgraph = layer.depsgraph
        view, lens = (np.array(m) for m in geometry.camera_projection(camera, depsgraph, scene, width, height))
        cache, objects, assets = geometry.MeshCache(), geometry.Numbers(), geometry.Numbers()
        items = list(geometry.instances(depsgraph, cache, objects, assets))
        raster = Raster(width, height, frozenset())
        depth = raster.draw(items, view, lens).depth
        raster.free()
        back = np.linalg.inv(lens @ view)
        drawn, cast = [], []
        for y in range(0, height, 3):
            for x in range(0, width, 3):
                ndc = (2 * (x + 0.5) / width - 1, 1 - 2 * (y + 0.5) / height)
                near, far = (back @ np.array((*ndc, z, 1.0)) for z in (-1.0, 1.0))
                start, end = Vector(near[:3] / near[3]), Vector(far[:3] / far[3])
                hit, place, *_ = scene.ray_cast(
                    depsgraph, start, (end - start).normalized(), distance=(end - start).length
                )
                drawn.append(depth[y, x])
                cast.append(-(view @ np.array((*place, 1.0)))[2] if hit else 0.0)
    return np.array(drawn), np.array(cast), {item.name for item in items}


LENSES = {
    "perspective": {},
    "shift": {"shift_x": 0.2, "shift_y": -0.1},
    "sensor fit": {"sensor_fit": "VERTICAL"},
    "orthographic": {"type": "ORTHO", "ortho_scale": 8.0},
    "clip range": {"clip_start": 7.0, "clip_end": 10.0},
}


@pytest.mark.parametrize("size", [(160, 96), (96, 160)], ids=["landscape", "portrait"])
@pytest.mark.parametrize("lens", LENSES)
def test_depth_is_what_a_ray_meets(camera: bpy.types.Object, lens: str, size: tuple[int, int]) -> None:
    for name, value in LENSES[lens].items():
        setattr(camera.data, name, value)
    drawn, cast, _ = drawn_and_cast(camera, *size)
    # A ray along an edge may fall to either side.
    assert ((drawn > 0) != (cast > 0)).mean() < 0.002
    both = (drawn > 0) & (cast > 0)
    assert both.mean() > 0.05
    error = np.abs(drawn - cast)[both] / cast[both]
    assert np.percentile(error, 99) < 0.005


def test_non_square_pixels(camera: bpy.types.Object) -> None:
    bpy.context.scene.render.pixel_aspect_x = 1.5
    drawn, cast, _ = drawn_and_cast(camera, 160, 96)
    both = (drawn > 0) & (cast > 0)
    assert np.percentile(np.abs(drawn - cast)[both] / cast[both], 99) < 0.005


def test_what_a_render_shows_is_drawn_and_settings_come_back(camera: bpy.types.Object) -> None:
    _, _, names = drawn_and_cast(camera, 96, 54)
    assert {"EyeClosed", "MonitorOff", "Text", "Mball", "Instance"} <= names
    assert "NotRendered" not in names
    assert bpy.data.objects["EyeClosed"].hide_get()
    assert bpy.data.objects["MonitorOff"].hide_viewport
    assert bpy.data.objects["Suzanne"].modifiers["Subdivision"].levels == 0
    assert not bpy.data.objects["NotRendered"].hide_viewport
