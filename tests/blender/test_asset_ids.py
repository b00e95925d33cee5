"""Whose each thing of a picture is: the nearest asset, in masks, boxes, poses and lines, whoever draws them."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import assets, pipeline
from bl_ext.user_default.shotwright.addon.brief_subjects import SceneSubjects
from bl_ext.user_default.shotwright.addon.film import read_assets
from bl_ext.user_default.shotwright.addon.shots import list_shots
from bl_ext.user_default.shotwright.core.asset_list import AssetRow
from bl_ext.user_default.shotwright.core.pose import parse_pose
from bl_ext.user_default.shotwright.render_passes.as_rendered import as_rendered
from bl_ext.user_default.shotwright.render_passes.geometry import MeshCache, Numbers, instances, view_layer_of
from bl_ext.user_default.shotwright.render_passes.owners import owners_of
from support import work
from support.film import add_camera, add_cube, new_shot, project_folder, save, set_up
from support.mannequin import add_figure


@pytest.fixture
def scene() -> bpy.types.Scene:
    scene = set_up(bpy.context.scene, frames=4, size=(160, 90))
    add_camera(scene, "Cam", at=(0.0, -12.0, 4.0))
    return scene


def group(name: str, *objects: bpy.types.Object, into: bpy.types.Collection | None = None) -> bpy.types.Collection:
    """A collection with these objects in it and nowhere else; in no scene unless `into` is given."""
    made = bpy.data.collections.new(name)
    for obj in objects:
        for holder in obj.users_collection:
            holder.objects.unlink(obj)
        made.objects.link(obj)
    if into is not None:
        into.children.link(made)
    return made


def empty(scene: bpy.types.Scene, name: str, shows: bpy.types.Collection | None = None) -> bpy.types.Object:
    made = bpy.data.objects.new(name, None)
    scene.collection.objects.link(made)
    if shows is not None:
        made.instance_type, made.instance_collection = "COLLECTION", shows
    return made


def tag(name: str, *objects: bpy.types.Object, groups: tuple[bpy.types.Collection, ...] = (), **row: object) -> None:
    names = tuple(each.name_full for each in objects), tuple(each.name_full for each in groups)
    assets.put([AssetRow(tag=name, objects=names[0], collections=names[1], **row)], bpy.context.scene, Path.cwd())


def owned(scene: bpy.types.Scene) -> dict[tuple[str, str], str]:
    """The asset of each thing that is drawn, by who shows it and its mesh's object; the brief calls it the same."""
    found: dict[tuple[str, str], str] = {}
    with as_rendered(scene, view_layer_of(scene)):
        layer = view_layer_of(scene)
        layer.update()
        owners, subjects = owners_of(read_assets()), SceneSubjects(read_assets(), {})
        names = {obj.session_uid: obj.name for obj in bpy.data.objects}
        for item in instances(layer.depsgraph, MeshCache(), Numbers(), Numbers(), owners):
            found[item.name, names[item.identity[0]]] = item.asset
            assert subjects.of(item.identity[0], item.owner).id == item.asset
    return found


# --- who it is ------------------------------------------------------------------------------------------------------


def test_without_assets_it_is_the_root(scene: bpy.types.Scene):
    root, part = add_cube(scene, "Root"), add_cube(scene, "Part")
    part.parent = root
    assert owned(scene) == {("Root", "Root"): "Root", ("Part", "Part"): "Root"}


def test_the_object_then_its_parents_then_collections(scene: bpy.types.Scene):
    root, arm, hand, ring, loose, floor = (add_cube(scene, name) for name in ("Root", "Arm", "Hand", "Ring", "L", "F"))
    arm.parent, hand.parent, ring.parent = root, arm, hand
    inner = group("Inner", ring, loose)
    outer = group("Outer", root, arm, hand, floor, into=scene.collection)
    outer.children.link(inner)
    tag("lou", arm)
    assert owned(scene) == {
        ("Arm", "Arm"): "@lou",
        ("Hand", "Hand"): "@lou",
        ("Ring", "Ring"): "@lou",
        ("Root", "Root"): "Root",
        ("L", "L"): "L",
        ("F", "F"): "F",
    }
    tag("ballroom", groups=(outer,), kind="location")
    tag("jewels", groups=(inner,), kind="prop")
    assert owned(scene) == {
        ("Arm", "Arm"): "@lou",
        ("Hand", "Hand"): "@lou",
        ("Ring", "Ring"): "@lou",
        ("Root", "Root"): "@ballroom",
        ("L", "L"): "@jewels",
        ("F", "F"): "@ballroom",
    }
    tag("ring", ring, kind="prop")
    assert owned(scene)["Ring", "Ring"] == "@ring"


def test_a_skinned_mesh_is_its_rig(scene: bpy.types.Scene):
    rig = add_figure(scene)
    body = add_cube(scene, "Body")
    body.modifiers.new("Skin", "ARMATURE").object = rig
    tag("lou", rig)
    assert set(owned(scene).values()) == {"@lou"}


def test_styles_and_voices_stand_nowhere(scene: bpy.types.Scene):
    cube = add_cube(scene)
    tag("lou", cube)
    bpy.context.scene.shotwright.assets[0].kind = "voice"
    assert owned(scene) == {("Cube", "Cube"): "Cube"}


def test_two_assets_that_claim_one_object(scene: bpy.types.Scene):
    cube = add_cube(scene)
    tag("first", cube)
    tag("second", cube)
    assert owned(scene) == {("Cube", "Cube"): "@first"}


def test_a_rig_that_is_parented_to_what_it_moves_ends(scene: bpy.types.Scene):
    rig, cube = add_figure(scene), add_cube(scene)
    cube.modifiers.new("Skin", "ARMATURE").object = rig
    rig.parent = cube
    tag("lou", rig)
    assert owned(scene)["Cube", "Cube"] == "@lou"


def test_instances_of_collections(scene: bpy.types.Scene):
    """Two chairs of one collection, one of which is somebody's own."""
    seat, cushion = add_cube(scene, "Seat"), add_cube(scene, "Cushion")
    chair = group("Chair", seat)
    chair.children.link(group("Soft", cushion))
    throne, stool = empty(scene, "Throne", chair), empty(scene, "Stool", chair)
    plain = {("Throne", "Seat"): "Throne", ("Stool", "Seat"): "Stool"}
    assert plain.items() <= owned(scene).items()
    tag("chair", groups=(chair,), kind="prop")
    assert set(owned(scene).values()) == {"@chair"}
    tag("throne", throne, kind="prop")
    assert {(by, of): who for (by, of), who in owned(scene).items() if by == "Throne"} == {
        ("Throne", "Seat"): "@throne",
        ("Throne", "Cushion"): "@throne",
    }
    assert owned(scene)["Stool", "Seat"] == "@chair"
    tag("cushion", groups=(bpy.data.collections["Soft"],), kind="prop")
    assert owned(scene)["Throne", "Cushion"] == "@cushion" and owned(scene)["Throne", "Seat"] == "@throne"
    tag("seat", seat, kind="prop")
    assert owned(scene)["Throne", "Seat"] == owned(scene)["Stool", "Seat"] == "@seat"
    assert stool.name == "Stool"


def test_an_instance_is_what_its_empty_belongs_to(scene: bpy.types.Scene):
    lamp = group("Lamp", add_cube(scene, "Bulb"))
    one, two = empty(scene, "One", lamp), empty(scene, "Two", lamp)
    one.parent = empty(scene, "Wall")
    tag("wall", one.parent, kind="location")
    tag("ballroom", groups=(group("Set", two, into=scene.collection),), kind="location")
    assert owned(scene) == {("One", "Bulb"): "@wall", ("Two", "Bulb"): "@ballroom"}


def test_instances_in_instances(scene: bpy.types.Scene):
    """A set that is placed as a whole, with props that are placed in it."""
    lamp = group("Lamp", add_cube(scene, "Bulb"))
    wall, inner = add_cube(scene, "Wall"), empty(scene, "Inner", lamp)
    whole = group("Set", wall, inner)
    placed = empty(scene, "Placed", whole)
    tag("ballroom", placed, kind="location")
    assert owned(scene) == {("Placed", "Wall"): "@ballroom", ("Placed", "Bulb"): "@ballroom"}
    tag("lamp", groups=(lamp,), kind="prop")
    assert owned(scene) == {("Placed", "Wall"): "@ballroom", ("Placed", "Bulb"): "@lamp"}
    tag("mine", inner, kind="prop")
    assert owned(scene)["Placed", "Bulb"] == "@mine"


def test_what_vertices_and_nodes_place(scene: bpy.types.Scene):
    """A tree that is scattered is the tree, wherever it comes from; untagged it is the ground's."""
    ground, tree, leaf = add_cube(scene, "Ground"), add_cube(scene, "Tree"), add_cube(scene, "Leaf")
    leaf.parent, ground.instance_type = ground, "VERTS"
    ground.show_instancer_for_render = True
    nodes = bpy.data.node_groups.new("Scatter", "GeometryNodeTree")
    nodes.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    nodes.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    start, end = nodes.nodes.new("NodeGroupInput"), nodes.nodes.new("NodeGroupOutput")
    what, scatter = nodes.nodes.new("GeometryNodeObjectInfo"), nodes.nodes.new("GeometryNodeInstanceOnPoints")
    what.inputs["As Instance"].default_value, what.inputs["Object"].default_value = True, tree
    nodes.links.new(start.outputs[0], scatter.inputs["Points"])
    nodes.links.new(what.outputs["Geometry"], scatter.inputs["Instance"])
    nodes.links.new(scatter.outputs[0], end.inputs[0])
    field = add_cube(scene, "Field")
    field.modifiers.new("Scatter", "NODES").node_group = nodes
    assert {who for (by, _), who in owned(scene).items() if by == "Field"} == {"Field"}
    tag("tree", tree, kind="prop")
    assert {who for (by, _), who in owned(scene).items() if by == "Field"} == {"@tree"}
    tag("field", field, kind="location")
    tag("ground", ground, kind="location")
    found = owned(scene)
    assert {who for (by, _), who in found.items() if by == "Field"} == {"@tree"}
    assert {who for (by, of), who in found.items() if of == "Leaf"} == {"@ground"}


def test_linked_characters(scene: bpy.types.Scene, tmp_path: Path):
    """A character from a library, placed as a collection: tagged by its collection, its object or its empty."""
    group("Lou", add_cube(scene, "Body"), into=scene.collection)
    save(tmp_path / "lou.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = set_up(bpy.context.scene, frames=4)
    add_cube(scene, "Body")  # a local one of the same name
    with bpy.data.libraries.load(str(tmp_path / "lou.blend"), link=True) as (_, wanted):
        wanted.collections = ["Lou"]
    linked = bpy.data.collections["Lou"]
    placed = empty(scene, "Placed", linked)
    tag("lou", groups=(linked,))
    assert owned(scene) == {("Body", "Body"): "Body", ("Placed", "Body"): "@lou"}
    bpy.context.scene.shotwright.assets.clear()
    tag("lou", linked.objects[0])
    assert owned(scene) == {("Body", "Body"): "Body", ("Placed", "Body"): "@lou"}
    assert [problem.code for problem in assets.problems()] == ["picture-none"]
    bpy.context.scene.shotwright.assets.clear()
    tag("lou", placed)
    assert owned(scene)["Placed", "Body"] == "@lou"


def test_two_files_with_one_name(scene: bpy.types.Scene, tmp_path: Path):
    """What stands in the scene itself is told apart by its file."""
    group("Lou", add_cube(scene, "Body"), into=scene.collection)
    save(tmp_path / "lou.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = set_up(bpy.context.scene, frames=4)
    add_cube(scene, "Body")
    with bpy.data.libraries.load(str(tmp_path / "lou.blend"), link=True) as (_, wanted):
        wanted.collections = ["Lou"]
    scene.collection.children.link(bpy.data.collections["Lou"])
    with as_rendered(scene, view_layer_of(scene)):
        layer = view_layer_of(scene)
        layer.update()
        seen = instances(layer.depsgraph, MeshCache(), Numbers(), Numbers())
        assert {item.asset for item in seen} == {"Body", bpy.data.collections["Lou"].objects[0].name_full}


# --- what is drawn --------------------------------------------------------------------------------------------------


def fingerprint(shot_id: str, *passes: str) -> str:
    run = work.run()
    return run.packages.find(work.row(shot_id).shot, pipeline.Wanted(passes)).fingerprint


PLAIN = ("clay", "depth", "first", "last", "normal", "flow")


def test_packages_stay_fresh_where_nothing_would_look_different(tmp_path: Path):
    scene = work.slide(bpy.context.scene)
    knob = add_cube(scene, "Knob", at=(0.0, -2.0, 0.0))
    knob.parent = scene.objects["Cube"]
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=3)
    save(tmp_path / "film.blend")
    passes = (PLAIN, ("edges",), ("board",), ("pose",), ("mask",), ("layout",))
    before = {each: fingerprint(shot_id, *each) for each in passes}
    tag("box", scene.objects["Cube"], kind="prop", description="a box")
    whole = {each: fingerprint(shot_id, *each) for each in passes}
    # Its parts belong together as before; it is only called otherwise.
    assert {each for each in passes if whole[each] != before[each]} == {("mask",), ("layout",)}
    bpy.context.scene.shotwright.assets[0].description = "another box"
    assert {each: fingerprint(shot_id, *each) for each in passes} == whole
    tag("knob", knob, kind="prop")
    split = {each: fingerprint(shot_id, *each) for each in passes}
    assert {each for each in passes if split[each] != whole[each]} == {*passes} - {PLAIN}
    assets.rename("knob", "handle")
    named = {each: fingerprint(shot_id, *each) for each in passes}
    assert {each for each in passes if named[each] != split[each]} == {("mask",), ("layout",)}
    scene.shotwright.assets.clear()
    assert {each: fingerprint(shot_id, *each) for each in passes} == before


def drawn(scene: bpy.types.Scene, *passes: str) -> tuple[dict, Path]:
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    report = work.run().passes(next(row for row in list_shots() if row.shot.id == shot_id), pipeline.Wanted(passes))
    assert report.status == "done", report.problems
    folder = (project_folder() / next(iter(report.files))).parent
    return json.loads((folder / "package.json").read_text(encoding="utf-8")), folder


def test_masks_boxes_and_poses(scene: bpy.types.Scene, tmp_path: Path):
    save(tmp_path / "film.blend")
    rig, crate = add_figure(scene), add_cube(scene, "Crate", at=(3.0, 0.0, 0.0))
    other = add_figure(scene, "Other", at=(-2.0, 0.0, 0.0))
    rig.location.x = 0.2
    rig.keyframe_insert("location", frame=1)
    rig.location.x = 0.6
    rig.keyframe_insert("location", frame=2)
    tag("lou", rig)
    tag("crate", crate, kind="prop")
    package, folder = drawn(scene, "mask", "layout", "pose", "edges")
    assert set(package["masks"]) == {"@lou", "@crate", "Other"} and set(package["layout"]) == {"@lou"}
    frames = parse_pose((folder / "pose.json").read_text(encoding="utf-8")).frames
    assert {person.id for frame in frames for person in frame.people} == {"Figure", other.name}


@pytest.mark.parametrize("wanted", [(), ("pose", "edges", "board")])
def test_a_name_alone_makes_nothing_stale(scene: bpy.types.Scene, tmp_path: Path, wanted: tuple[str, ...]):
    """Tagging a whole rig, and renaming its tag: what is drawn by default has no names in it."""
    save(tmp_path / "film.blend")
    rig = add_figure(scene)
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    before = fingerprint(shot_id, *wanted)
    tag("lou", rig)
    assert fingerprint(shot_id, *wanted) == before
    assets.rename("lou", "louise")
    assert fingerprint(shot_id, *wanted) == before


def test_cycles_calls_them_alike(scene: bpy.types.Scene, tmp_path: Path):
    """A panoramic camera is drawn by Cycles."""
    save(tmp_path / "film.blend")
    chair = group("Chair", add_cube(scene, "Seat"))
    throne, stool = empty(scene, "Throne", chair), empty(scene, "Stool", chair)
    throne.location, stool.location = (-2.5, 0.0, 0.0), (2.5, 0.0, 0.0)
    add_cube(scene, "Floor", at=(0.0, 0.0, -2.0)).scale = (8.0, 8.0, 0.1)
    tag("throne", throne, kind="prop")
    tag("chair", groups=(chair,), kind="prop")
    ours, _ = drawn(scene, "mask")
    assert ours["engine"] != "cycles" and set(ours["masks"]) == {"@throne", "@chair", "Floor"}
    scene.camera.data.type = "PANO"
    theirs, _ = drawn(scene, "mask")
    assert theirs["engine"] == "cycles" and theirs["masks"] == ours["masks"]
