"""Cycles in our place: the same pictures where both can draw, and something to see where only it can."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.errors import MediaError, RenderError, SceneError
from bl_ext.user_default.shotwright.render_passes import compat, evaluation, fallback, light
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.evaluation import Evaluation
from bl_ext.user_default.shotwright.render_passes.exr import read_exr
from bl_ext.user_default.shotwright.render_passes.fallback import Fallback
from bl_ext.user_default.shotwright.render_passes.geometry import MeshCache, boxes_of, view_layer_of
from bl_ext.user_default.shotwright.render_passes.plan import Plan
from bl_ext.user_default.shotwright.render_passes.raster import Buffers, Raster
from bl_ext.user_default.shotwright.render_passes.shadow import shadow_for
from bl_ext.user_default.shotwright.render_passes.suitability import obstacles
from mathutils import Matrix
from support import film

W, H = 160, 90
WANTS = frozenset({"clay", "normal", "mask", "ids"})


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> bpy.types.Scene:
    """A floor with a cube on it, a camera that looks at them, a shot of two frames."""
    scene = film.set_up(bpy.context.scene, frames=2, size=(W, H))
    bpy.ops.mesh.primitive_plane_add(size=20)
    bpy.context.object.name = "Floor"
    film.add_cube(scene, "Cube", (0.0, 0.0, 1.0))
    camera = film.add_camera(scene, "Camera", (2.0, -9.0, 4.0))
    film.new_shot(scene, camera=camera)
    # Panoramas are refused where only our own drawing is asked.
    monkeypatch.setattr(evaluation, "camera_of", lambda scene, shot: scene.objects[shot.camera])
    return scene


def plan_of(size: tuple[int, int] = (W, H), **options: object) -> Plan:
    shot = read_shots()[0]
    options = {"passes": ("clay", "depth"), "times": ((1, 0.0),), **options}
    return Plan(shot, fps=shot.fps, width=size[0], height=size[1], **options)


def evaluated(plan: Plan) -> tuple[Evaluation, light.Look, evaluation.Moment]:
    made = Evaluation(bpy.data.scenes["Scene"], plan, MeshCache())
    moment = next(made.moments())
    return made, light.look_of(made.scene, made.colours(), boxes_of(moment.items)), moment


def drawn(plan: Plan | None = None) -> tuple[Buffers, Fallback, Evaluation]:
    """The first picture of a plan by Cycles."""
    plan = plan or plan_of()
    scene = bpy.data.scenes["Scene"]
    with as_rendered(scene, view_layer_of(scene)):
        made, look, _ = evaluated(plan)
        with Fallback(made, look) as by_cycles:
            return by_cycles.draw(*plan.times[0], wants=WANTS), by_cycles, made


def both(plan: Plan) -> tuple[Buffers, Buffers]:
    """The first picture of a plan by our own drawing and by Cycles."""
    scene = bpy.data.scenes["Scene"]
    with as_rendered(scene, view_layer_of(scene)):
        made, look, moment = evaluated(plan)
        shadow = shadow_for([moment], look)
        raster = Raster(plan.width, plan.height, WANTS)
        ours = raster.draw(moment.items, moment.view, moment.projection, look, shadow)
        raster.free()
        with Fallback(made, look, shadow.shells) as by_cycles:
            return ours, by_cycles.draw(*plan.times[0], wants=WANTS)


def found() -> list[str]:
    scene = bpy.data.scenes["Scene"]
    with as_rendered(scene, view_layer_of(scene)):
        return obstacles(scene, view_layer_of(scene), bpy.data.objects["Camera"])


def pixels_of(name: str, buffers: Buffers, made: Evaluation) -> np.ndarray:
    numbers = [number for number, other in made.assets.names().items() if other == name]
    return np.isin(buffers.ids[..., 1], numbers)


def agree(ours: Buffers, theirs: Buffers) -> None:
    assert ((ours.depth > 0) == (theirs.depth > 0)).mean() > 0.999, "silhouettes"
    there = (ours.depth > 0) & (theirs.depth > 0)
    assert there.mean() > 0.05
    assert np.percentile(np.abs(ours.depth - theirs.depth)[there] / ours.depth[there], 99) < 0.005
    assert (ours.mask == theirs.mask).all(axis=-1).mean() > 0.99
    assert (ours.ids == theirs.ids).all(axis=-1).mean() > 0.99
    assert np.percentile(np.abs(ours.normal.astype(int) - theirs.normal)[there], 99) <= 2
    clay = np.abs(ours.clay.astype(int) - theirs.clay)
    assert clay[..., :3].mean() < 3.0
    assert (clay[..., 3] > 40).mean() < 0.005, "lines"


# -- the same as our own ----------------------------------------------------------------------------

FRAMINGS = {
    "as it is": ({}, (W, H), (1.0, 1.0, 0.0, 0.0)),
    "portrait": ({}, (90, 160), (1.0, 1.0, 0.0, 0.0)),
    "shift": ({"shift_x": 0.2, "shift_y": -0.1}, (W, H), (1.0, 1.0, 0.0, 0.0)),
    "sensor fit": ({"sensor_fit": "VERTICAL"}, (W, H), (1.0, 1.0, 0.0, 0.0)),
    "clip range": ({"clip_start": 8.0, "clip_end": 12.0}, (W, H), (1.0, 1.0, 0.0, 0.0)),
    "orthographic": ({"type": "ORTHO", "ortho_scale": 9.0}, (W, H), (1.0, 1.0, 0.0, 0.0)),
    "padded": ({}, (W, 120), (1.0, 0.75, 0.0, 0.25)),
    "cropped": ({}, (96, 96), (16 / 9, 1.0, 0.1, 0.0)),
    "cropped, shifted, orthographic": (
        {"type": "ORTHO", "ortho_scale": 9.0, "shift_y": 0.1},
        (96, 96),
        (16 / 9, 1.0, -0.2, 0.0),
    ),
}


@pytest.mark.parametrize("name", FRAMINGS)
def test_it_is_the_same_picture(scene: bpy.types.Scene, name: str) -> None:
    lens, size, window = FRAMINGS[name]
    for key, value in lens.items():
        setattr(bpy.data.objects["Camera"].data, key, value)
    if name == "portrait":
        film.stored(read_shots()[0].id)
        scene.render.resolution_x, scene.render.resolution_y = size
    assert found() == []
    agree(*both(plan_of(size, window=window)))


def test_non_square_pixels(scene: bpy.types.Scene) -> None:
    scene.render.pixel_aspect_x = 1.5
    agree(*both(plan_of()))
    assert scene.render.pixel_aspect_x == 1.5


def test_sub_frames_and_the_cameras_of_markers(scene: bpy.types.Scene) -> None:
    cube = bpy.data.objects["Cube"]
    for frame, x in ((1, -2.0), (2, 2.0)):
        cube.location.x = x
        cube.keyframe_insert("location", index=0, frame=frame)
    film.add_marker(scene, 1, film.add_camera(scene, "Other", (-9.0, 1.0, 2.0)))
    pictures = [both(plan_of(times=((1, part),))) for part in (0.0, 0.5)]
    for ours, theirs in pictures:
        agree(ours, theirs)
    assert (pictures[0][1].ids != pictures[1][1].ids).any()


def test_copies_are_told_apart(scene: bpy.types.Scene) -> None:
    cube = film.add_cube(scene, "Copied", (0.0, 0.0, 0.0))
    collection = bpy.data.collections.new("Copies")
    collection.objects.link(cube)
    scene.collection.objects.unlink(cube)
    for index in range(3):
        empty = bpy.data.objects.new(f"Copy{index}", None)
        empty.instance_type, empty.instance_collection = "COLLECTION", collection
        empty.location, empty.scale = (-3.0 + 1.3 * index, -2.0, 0.5), (0.5, 0.5, -0.7)
        scene.collection.objects.link(empty)
    ours, theirs = both(plan_of())
    agree(ours, theirs)
    assert len(np.unique(theirs.ids[..., 1])) == 6


def test_shadows_fall_where_a_floor_is_missing(scene: bpy.types.Scene) -> None:
    bpy.data.objects["Floor"].hide_render = True
    ours, theirs = both(plan_of())
    agree(ours, theirs)
    nothing = theirs.depth == 0
    grey = theirs.clay[..., 0][nothing]
    assert np.median(grey) == 168
    assert grey.min() < 156, "no shadow"


def test_roofs_cast_no_shadow(scene: bpy.types.Scene) -> None:
    bpy.ops.mesh.primitive_plane_add(size=30, location=(0, 0, 8))
    agree(*both(plan_of()))


def test_lights_of_the_scene_do_not_matter(scene: bpy.types.Scene) -> None:
    before, _, _ = drawn()
    for name, kind in (("Point", "POINT"), ("Area", "AREA")):
        lamp = bpy.data.objects.new(name, bpy.data.lights.new(name, kind))
        lamp.data.energy, lamp.location = 5000.0, (3.0, -4.0, 5.0)
        scene.collection.objects.link(lamp)
        lamp.hide_render = True
        lamp.keyframe_insert("hide_render", frame=0)
        lamp.hide_render = False
        lamp.keyframe_insert("hide_render", frame=1)
    after, _, _ = drawn()
    assert (before.clay == after.clay).all()


# -- what only Cycles can draw ----------------------------------------------------------------------


def node_group(obj: bpy.types.Object, kind: str, **inputs: object) -> None:
    """Give an object a geometry of one node that makes or takes one."""
    group = bpy.data.node_groups.new(kind, "GeometryNodeTree")
    for way in ("INPUT", "OUTPUT"):
        group.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
    start, node, end = (group.nodes.new(name) for name in ("NodeGroupInput", kind, "NodeGroupOutput"))
    for name, value in inputs.items():
        node.inputs[name].default_value = value
    if node.inputs[0].type == "GEOMETRY":
        group.links.new(start.outputs[0], node.inputs[0])
    group.links.new(node.outputs[0], end.inputs[0])
    obj.modifiers.new(kind, "NODES").node_group = group


def material(name: str) -> tuple[bpy.types.NodeTree, bpy.types.Node, bpy.types.Node]:
    """A new material of the cube: its tree, its shader, its output."""
    made = bpy.data.materials.new(name)
    if bpy.app.version < (5, 0, 0):
        made.use_nodes = True
    data = bpy.data.objects["Cube"].data
    data.materials.clear()
    data.materials.append(made)
    nodes = made.node_tree.nodes
    output = next(node for node in nodes if node.type == "OUTPUT_MATERIAL")
    return made.node_tree, next(node for node in nodes if node.type == "BSDF_PRINCIPLED"), output


def picture(opaque: bool) -> bpy.types.Image:
    """A picture that is wholly opaque, or only in its right half."""
    image = bpy.data.images.new("Picture", 16, 16, alpha=True)
    values = np.ones((16, 16, 4), np.float32)
    values[:, :8, 3] = opaque
    image.pixels.foreach_set(values.ravel())
    return image


def test_a_volume_is_a_body(scene: bpy.types.Scene) -> None:
    cube = bpy.data.objects["Cube"]
    node_group(cube, "GeometryNodeVolumeCube", Min=(-1.0, -1.0, -1.0), Max=(1.0, 1.0, 1.0))
    cube.modifiers[0].show_render = False
    solid, _, made = drawn()
    whole = pixels_of("Cube", solid, made)
    cube.modifiers[0].show_render = True
    assert found() == ["There are volumes: 'Cube'."]
    buffers, by_cycles, made = drawn()
    cloud = pixels_of("Cube", buffers, made)
    assert (cloud & whole).sum() > 0.9 * (cloud | whole).sum()
    assert np.median(buffers.depth[cloud]) == pytest.approx(np.median(solid.depth[whole]), rel=0.02)
    assert "solid bodies" in by_cycles.notes[0]
    assert [modifier.name for modifier in cube.modifiers] == ["GeometryNodeVolumeCube"]


def test_fog_hides_nothing(scene: bpy.types.Scene) -> None:
    film.add_cube(scene, "Behind", (0.0, 4.0, 1.0))
    tree, shader, output = material("Fog")
    tree.nodes.remove(shader)
    tree.links.new(tree.nodes.new("ShaderNodeVolumePrincipled").outputs[0], output.inputs["Volume"])
    assert found() == ["There are volumes: 'Cube'."]
    buffers, by_cycles, made = drawn()
    assert not pixels_of("Cube", buffers, made).any()
    assert pixels_of("Behind", buffers, made).any()
    assert "fog" in by_cycles.notes[0]
    assert not bpy.data.objects["Cube"].hide_render


def test_particle_hair(scene: bpy.types.Scene) -> None:
    cube = bpy.data.objects["Cube"]
    bald, _, made = drawn()
    skin = pixels_of("Cube", bald, made).sum()
    modifier = cube.modifiers.new("Fur", "PARTICLE_SYSTEM")
    settings = modifier.particle_system.settings
    settings.type, settings.count, settings.hair_length, settings.root_radius = "HAIR", 500, 1.0, 4.0
    assert found() == ["There is hair: 'Cube'."]
    buffers, _, made = drawn()
    assert pixels_of("Cube", buffers, made).sum() > 1.2 * skin
    modifier.show_render = False
    assert found() == []


def test_hair_curves_and_instances_of_them(scene: bpy.types.Scene) -> None:
    data = bpy.data.hair_curves.new("Grass")
    data.add_curves([2] * 50)
    places = np.zeros((50, 2, 3), np.float32)
    places[..., 0] = np.linspace(-1.0, 1.0, 50)[:, None]
    places[:, 1, 2] = 1.5
    data.points.foreach_set("position", places.ravel())
    radius = data.attributes.get("radius") or data.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", np.full(100, 0.03, np.float32))
    collection = bpy.data.collections.new("Meadow")
    collection.objects.link(bpy.data.objects.new("Grass", data))
    empty = bpy.data.objects.new("Planted", None)
    empty.instance_type, empty.instance_collection, empty.location = "COLLECTION", collection, (0.0, -3.0, 0.0)
    scene.collection.objects.link(empty)
    assert found() == ["There is hair: 'Grass'."]
    buffers, _, made = drawn()
    assert 0.01 < pixels_of("Planted", buffers, made).mean() < 0.2
    empty.hide_render = True
    assert found() == []


def test_point_clouds(scene: bpy.types.Scene) -> None:
    node_group(bpy.data.objects["Cube"], "GeometryNodeMeshToPoints", Radius=0.4)
    assert found() == ["There are point clouds: 'Cube'."]
    buffers, _, made = drawn()
    assert 0.005 < pixels_of("Cube", buffers, made).mean() < 0.1


def test_cut_outs(scene: bpy.types.Scene) -> None:
    solid, _, made = drawn()
    whole = pixels_of("Cube", solid, made).sum()
    cube = bpy.data.objects["Cube"]
    tree, shader, _ = material("Leaf")
    image = tree.nodes.new("ShaderNodeTexImage")
    image.image = picture(opaque=False)
    coordinates = tree.nodes.new("ShaderNodeTexCoord")
    tree.links.new(coordinates.outputs["Generated"], image.inputs["Vector"])
    tree.links.new(image.outputs["Alpha"], shader.inputs["Alpha"])
    shader.inputs["Emission Strength"].default_value = 30.0
    assert found() == ["There are materials that cut parts out: on 'Cube'."]
    buffers, _, made = drawn()
    left = pixels_of("Cube", buffers, made).sum()
    assert 0.3 * whole < left < 0.8 * whole
    # The shadow is cut as well, and glowing leaves throw no light: the floor is as even as it was.
    floor = pixels_of("Floor", buffers, made)
    assert (np.abs(buffers.clay[..., 0].astype(int) - solid.clay[..., 0])[floor] > 8).mean() < 0.12
    cube.hide_render = True
    assert found() == []


def test_what_only_looks_like_a_cut_out(scene: bpy.types.Scene) -> None:
    tree, shader, output = material("Backdrop")
    image = tree.nodes.new("ShaderNodeTexImage")
    image.image = picture(opaque=True)
    link = tree.links.new(image.outputs["Alpha"], shader.inputs["Alpha"])
    assert found() == [], "a picture without holes"
    tree.links.remove(link)
    mix, path = tree.nodes.new("ShaderNodeMixShader"), tree.nodes.new("ShaderNodeLightPath")
    tree.links.new(path.outputs["Is Shadow Ray"], mix.inputs[0])
    tree.links.new(shader.outputs[0], mix.inputs[1])
    tree.links.new(tree.nodes.new("ShaderNodeBsdfTransparent").outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], output.inputs["Surface"])
    assert found() == [], "only shadows go through"
    tree.links.remove(mix.inputs[0].links[0])
    mix.inputs[0].default_value = 0.0
    assert found() == [], "mixed in with nothing"
    mix.inputs[0].default_value = 0.5
    assert found() == ["There are materials that cut parts out: on 'Cube'."]
    data = bpy.data.objects["Cube"].data
    data.materials.clear()
    data.materials.append(None)
    data.materials.append(bpy.data.materials["Backdrop"])
    assert found() == [], "no face has it"


def test_cut_outs_inside_node_groups(scene: bpy.types.Scene) -> None:
    tree, _, output = material("Grouped")
    group = bpy.data.node_groups.new("Foliage", "ShaderNodeTree")
    group.interface.new_socket("Density", in_out="INPUT", socket_type="NodeSocketFloat")
    group.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    start, end = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    inside = group.nodes.new("ShaderNodeBsdfPrincipled")
    group.links.new(start.outputs[0], inside.inputs["Alpha"])
    group.links.new(inside.outputs[0], end.inputs[0])
    node = tree.nodes.new("ShaderNodeGroup")
    node.node_tree = group
    tree.links.new(node.outputs[0], output.inputs["Surface"])
    for density, expected in ((1.0, 0), (0.4, 1)):
        node.inputs[0].default_value = density
        assert len(found()) == expected


def test_a_panorama(scene: bpy.types.Scene) -> None:
    camera = bpy.data.objects["Camera"]
    camera.data.type = "PANO"
    owner = camera.data if hasattr(camera.data, "panorama_type") else camera.data.cycles
    owner.panorama_type = "EQUIRECTANGULAR"
    camera.location, camera.rotation_euler = (0.0, -4.0, 1.0), (math.pi / 2, 0.0, 0.0)
    bpy.ops.mesh.primitive_uv_sphere_add(radius=1.0, location=(0.0, -9.0, 1.0))
    assert found() == ["The camera is panoramic: 'Camera'."]
    buffers, by_cycles, made = drawn(plan_of((W, 80)))
    assert pixels_of("Cube", buffers, made)[40, 80], "in front"
    assert pixels_of("Sphere", buffers, made)[40, [0, -1]].all(), "behind"
    # Along the ray: the cube's face is three metres away, the floor below a metre.
    assert buffers.depth[40, 80] == pytest.approx(3.0, rel=0.01)
    assert buffers.depth[79, 80] == pytest.approx(1.0, rel=0.01)
    assert "along each ray" in by_cycles.notes[0]
    padded, _, made = drawn(plan_of((200, 80), window=(0.8, 1.0, 0.0, 0.0)))
    assert not padded.depth[:, :20].any()
    assert padded.depth[40, 100] == pytest.approx(3.0, rel=0.01)


def test_three_names_are_enough(scene: bpy.types.Scene) -> None:
    for index in range(5):
        cube = film.add_cube(scene, f"Cloud{index}", (index, 0, 0))
        node_group(cube, "GeometryNodeVolumeCube")
    assert found() == ["There are volumes: 'Cloud0', 'Cloud1', 'Cloud2' and 2 more."]


def test_flow_is_refused_with_the_reason(scene: bpy.types.Scene) -> None:
    node_group(bpy.data.objects["Cube"], "GeometryNodeMeshToPoints")
    with pytest.raises(SceneError, match=r"SH010: the flow pass can't be drawn here\. There are point clouds: 'Cube'"):
        drawn(plan_of(passes=("clay", "flow")))


# -- afterwards -------------------------------------------------------------------------------------


def values_of(owner: bpy.types.bpy_struct) -> Iterator[tuple[str, object]]:
    for one in owner.bl_rna.properties:
        if one.identifier == "use_nodes":
            continue  # Deprecated, even to look at.
        if one.type in ("BOOLEAN", "INT", "FLOAT", "STRING", "ENUM") and not one.is_readonly:
            value = getattr(owner, one.identifier)
            yield one.identifier, tuple(np.ravel(value)) if getattr(one, "is_array", False) else value
        elif one.type == "POINTER":
            value = getattr(owner, one.identifier)
            if isinstance(value, bpy.types.ID):
                yield one.identifier, value.name


def everything(scene: bpy.types.Scene) -> dict[str, object]:
    """All settings that drawing may touch, and how many things of each kind are in the file."""
    state: dict[str, object] = {}
    owners = {"scene": scene, "render": scene.render, "image": scene.render.image_settings, "cycles": scene.cycles}
    for layer in scene.view_layers:
        owners |= {f"layer {layer.name}": layer, f"cycles of {layer.name}": layer.cycles}
    owners |= {f"object {obj.name}": obj for obj in bpy.data.objects}
    owners |= {f"data {obj.name}": obj.data for obj in bpy.data.objects if obj.data}
    owners |= {f"material {one.name}": one.cycles for one in bpy.data.materials}
    for name, owner in owners.items():
        state |= {f"{name}: {key}": value for key, value in values_of(owner)}
    state["modifiers"] = [(obj.name, obj.modifiers.keys()) for obj in bpy.data.objects]
    kinds = ("objects", "meshes", "materials", "lights", "cameras", "node_groups", "images", "scenes", "worlds")
    return state | {kind: getattr(bpy.data, kind).keys() for kind in kinds}


@pytest.fixture
def busy(scene: bpy.types.Scene) -> bpy.types.Scene:
    """A scene in which everything that is set is set to something else already."""
    node_group(film.add_cube(scene, "Cloud", (-3.0, 0.0, 1.0)), "GeometryNodeVolumeCube")
    film.add_cube(scene, "Leaf", (3.0, 0.0, 1.0))
    material("Leaf")[1].inputs["Alpha"].default_value = 0.6
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    scene.collection.objects.link(sun)
    scene.world = bpy.data.worlds.new("World")
    film.add_marker(scene, 1, film.add_camera(scene, "Other", (-9.0, 1.0, 2.0)))
    scene.camera = bpy.data.objects["Camera"]
    scene.view_layers.new("A layer. With dots")
    editor = scene.sequence_editor_create()
    editor.strips.new_effect(
        name="Red", type="COLOR", channel=1, frame_start=1, **{"length" if V5 else "frame_end": 20}
    )
    render = scene.render
    if V5:
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"
    render.engine = "BLENDER_WORKBENCH"
    render.filepath, render.resolution_percentage, render.use_border, render.use_motion_blur = "//x", 50, True, True
    render.use_multiview = render.use_file_extension = render.use_sequencer = True
    scene.cycles.samples, scene.cycles.max_bounces = 77, 5
    bpy.data.objects["Cube"].pass_index = 7
    scene.frame_set(2, subframe=0.25)
    scene.camera = bpy.data.objects["Camera"]
    return scene


V5 = bpy.app.version >= (5, 0, 0)


def test_everything_is_as_before(busy: bpy.types.Scene) -> None:
    before = everything(busy)
    buffers, by_cycles, made = drawn()
    assert everything(busy) == before
    assert len(by_cycles.why) == 2
    for name in ("Cube", "Cloud", "Leaf", "Floor"):
        assert pixels_of(name, buffers, made).any(), name


@pytest.mark.parametrize("where", ["_make_sun", "_render"])
def test_everything_is_as_before_after_an_error(
    busy: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fails(self: Fallback) -> None:
        raise RenderError("the machine is on fire")

    monkeypatch.setattr(Fallback, where, fails)
    before = everything(busy)
    with pytest.raises(RenderError, match="on fire"):
        drawn()
    assert everything(busy) == before


def test_image_settings_come_back(scene: bpy.types.Scene) -> None:
    settings = scene.render.image_settings
    kinds = [("OPEN_EXR", "IMAGE", "16", "DWAA"), ("PNG", "IMAGE", "16", None), ("JPEG", "IMAGE", "8", None)]
    for name, media, depth, codec in [*kinds, ("OPEN_EXR_MULTILAYER", "MULTI_LAYER_IMAGE", "16", "ZIP")]:
        if V5:
            settings.media_type = media
        settings.file_format, settings.color_depth = name, depth
        if codec:
            settings.exr_codec = codec
        before = dict(values_of(settings))
        with compat.float_layers(settings):
            assert settings.color_depth == "32"
        assert dict(values_of(settings)) == before


def test_a_scene_that_is_not_the_open_one(scene: bpy.types.Scene) -> None:
    before, _, _ = drawn()
    other = bpy.data.scenes.new("Other")
    other.render.resolution_x = 32
    bpy.context.window.scene = other
    after, _, _ = drawn()
    assert bpy.context.scene == other
    assert (before.depth == after.depth).all()
    assert (before.clay == after.clay).all()


def test_no_folder_stays_behind(scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fallback.tempfile, "tempdir", str(tmp_path))
    drawn()
    assert list(tmp_path.iterdir()) == []


# -- pictures read back -----------------------------------------------------------------------------


def exr_bytes(
    channels: dict[str, np.ndarray], compression: int = 0, version: int = 2, left: int = -3, top: int = 5
) -> bytes:
    """An OpenEXR file of float32 channels (h, w), with a data window that does not begin at zero."""
    height, width = next(iter(channels.values())).shape
    names = sorted(channels)
    listed = b"".join(name.encode() + b"\0" + struct.pack("<iI2i", 2, 0, 1, 1) for name in names) + b"\0"
    window = struct.pack("<4i", left, top, left + width - 1, top + height - 1)
    header = struct.pack("<iI", 20000630, version)
    for name, kind, value in (
        ("channels", "chlist", listed),
        ("compression", "compression", bytes([compression])),
        ("dataWindow", "box2i", window),
    ):
        header += name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(value)) + value
    header += b"\0"
    lines = [
        struct.pack("<2i", top + row, 4 * width * len(names))
        + b"".join(channels[name][row].astype("<f4").tobytes() for name in names)
        for row in range(height)
    ]
    start = len(header) + 8 * height
    offsets = struct.pack(f"<{height}Q", *(start + len(lines[0]) * row for row in range(height)))
    return header + offsets + b"".join(lines)


@pytest.fixture
def channels() -> dict[str, np.ndarray]:
    values = np.random.default_rng(1).normal(size=(2, 4, 7)).astype(np.float32)
    return {"A. layer.Depth.Z": values[0], "A. layer.Normal.X": values[1]}


def test_channels_are_read(channels: dict[str, np.ndarray], tmp_path: Path) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(exr_bytes(channels))
    read = read_exr(path, ("Normal.X", "Depth.Z"))
    assert (read["Depth.Z"] == channels["A. layer.Depth.Z"]).all()
    assert (read["Normal.X"] == channels["A. layer.Normal.X"]).all()


def test_a_cut_file_is_an_error_wherever_it_is_cut(channels: dict[str, np.ndarray], tmp_path: Path) -> None:
    whole, path = exr_bytes(channels), tmp_path / "a.exr"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(MediaError, match=r"a\.exr .*run it again"):
            read_exr(path, ("Depth.Z",))


def test_other_files_are_errors(channels: dict[str, np.ndarray], tmp_path: Path) -> None:
    path = tmp_path / "a.exr"
    for data, words in (
        (b"\x89PNG" + bytes(100), "is no OpenEXR file"),
        (exr_bytes(channels, version=2 | 0x200), "tiles, deep pixels or several parts"),
        (exr_bytes(channels, version=2 | 0x1000), "tiles, deep pixels or several parts"),
        (exr_bytes(channels, compression=3), "is compressed"),
    ):
        path.write_bytes(data)
        with pytest.raises(MediaError, match=words):
            read_exr(path, ("Depth.Z",))
    path.write_bytes(exr_bytes(channels))
    with pytest.raises(MediaError, match=r"no pass 'Mist\.Z'"):
        read_exr(path, ("Mist.Z",))
    with pytest.raises(MediaError, match="was not written"):
        read_exr(tmp_path / "none.exr", ("Depth.Z",))


def test_it_reads_what_blender_writes(scene: bpy.types.Scene, tmp_path: Path) -> None:
    """Against the analytic depth of a plane that faces the camera."""
    camera = bpy.data.objects["Camera"]
    camera.matrix_world = Matrix.Translation((0.0, 0.0, 12.5))
    bpy.data.objects["Cube"].hide_render = True
    buffers, _, _ = drawn()
    assert np.allclose(buffers.depth[buffers.depth > 0], 12.5, rtol=1e-6)
