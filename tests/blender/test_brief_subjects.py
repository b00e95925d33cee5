"""What a shot may be about: people, assets and things, and what was found of their bodies."""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import brief_reader
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.asset import ShotAsset
from bl_ext.user_default.shotwright.core.prompt import Prompt
from support.blender_tracks import asset, ids, read, recognised, subject
from support.film import save
from support.snapshot import scene_state
from support.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage(bpy.context.scene)


def test_a_person_has_joints_a_head_and_a_front(stage: Stage):
    stage.person(turn=90)
    stage.shoot((0, -4, 1), (0, 0, 1))
    lou = subject(read(stage), "Lou")
    body = lou.bodies[0]
    assert (lou.kind, lou.name, lou.tagged) == ("character", "Lou", False)
    assert {"l_shoulder", "r_hip", "l_ankle", "nose", "head_top", "chin"} <= set(body.joints)
    assert body.facing == pytest.approx((1, 0, 0), abs=1e-3)
    assert body.joints["head_top"][2] == pytest.approx(1.7385, abs=0.002)
    assert 1.5 < body.joints["chin"][2] < 1.6
    assert min(point[2] for point in body.points) < 0.02


def test_a_head_without_a_surface_is_estimated(stage: Stage):
    rig = stage.person()
    for child in [each for each in rig.children if "head" in each.name]:
        bpy.data.objects.remove(child)
    stage.shoot((0, -4, 1), (0, 0, 1))
    body = subject(read(stage), "Lou").bodies[0]
    assert 1.62 < body.joints["head_top"][2] < 1.85
    assert 1.4 < body.joints["chin"][2] < 1.6


def test_a_head_turns_its_face(stage: Stage):
    rig = stage.person()
    head = rig.pose.bones["head"]
    head.rotation_mode = "XYZ"
    head.rotation_euler.y = math.radians(60)  # around the bone's own length
    stage.shoot((0, -4, 1), (0, 0, 1))
    facing = subject(read(stage), "Lou").bodies[0].facing
    assert math.degrees(math.atan2(facing[0], -facing[1])) == pytest.approx(60, abs=2)


def test_bodies_move_and_what_stands_still_is_the_same(stage: Stage):
    still = stage.box("Still", (1, 0, 1))
    moving = stage.box("Moving", (-1, 0, 1), (1, 1, 1))
    stage.key(moving, "location", (-1, 0, 1), (-1, 0, 3))
    stage.shoot((0, -6, 1), (0, 0, 1))
    track = read(stage)
    bodies = subject(track, still.name).bodies
    assert all(body is bodies[0] for body in bodies)
    tops = [max(point[2] for point in body.points) for body in subject(track, moving.name).bodies]
    assert (tops[0], tops[24], tops[-1]) == (pytest.approx(1.5), pytest.approx(2.5), pytest.approx(3.5))


def test_a_deforming_mesh_is_followed(stage: Stage):
    box = stage.box("Box", (0, 0, 1), (1, 1, 1))
    box.shape_key_add(name="Basis")
    tall = box.shape_key_add(name="Tall")
    for point in tall.data:
        point.co.z *= 3
    for frame, value in ((1, 0.0), (49, 1.0)):
        tall.value = value
        tall.keyframe_insert("value", frame=frame)
    stage.shoot((0, -6, 1), (0, 0, 1))
    bodies = subject(read(stage), "Box").bodies
    heights = [max(p[2] for p in body.points) - min(p[2] for p in body.points) for body in (bodies[0], bodies[-1])]
    assert heights == pytest.approx([1, 3])


def test_outermost_points_of_round_things(stage: Stage):
    bpy.ops.mesh.primitive_uv_sphere_add(segments=64, ring_count=48, radius=1, location=(0, 0, 1))
    ball = bpy.context.object
    ball.rotation_euler = (0.4, 0.3, 0.2)
    stage.shoot((0, -6, 1), (0, 0, 1))
    points = subject(read(stage), ball.name).bodies[0].points
    assert 40 < len(points) <= 98
    for way in ((0, 0, 1), (1, 0, 0), (0.6, 0.8, 0), (0.36, 0.48, 0.8)):
        reach = max(sum(a * b for a, b in zip(way, (x, y, z - 1), strict=True)) for x, y, z in points)
        assert 0.96 < reach <= 1.001


def test_hidden_things_have_no_body(stage: Stage):
    box = stage.box("Box", (0, 0, 1))
    for frame, hidden in ((1, False), (25, True)):
        box.hide_render = hidden
        box.keyframe_insert("hide_render", frame=frame)
    stage.box("Never", (0, 0, 2)).hide_render = True
    viewport = stage.box("Viewport", (1, 0, 1))
    viewport.hide_viewport = True
    stage.shoot((0, -6, 1), (0, 0, 1))
    track = read(stage)
    bodies = subject(track, "Box").bodies
    assert [body is None for body in bodies] == [frame >= 25 for frame in range(1, 50)]
    assert track.samples[0].fills["Box"] > 0
    assert "Box" not in track.samples[-1].fills
    assert "Never" not in ids(track)
    assert track.samples[0].fills["Viewport"] > 0  # renders show it


def test_things_out_of_sight_are_left_out_but_not_people_and_assets(stage: Stage):
    stage.box("Seen", (0, 0, 1))
    stage.box("Unseen", (0, -20, 1))
    stage.box("Tagged", (0, -21, 1))
    stage.person("Lou", (0, -22, 0))
    stage.shoot((0, -6, 1), (0, 0, 1))
    track = read(stage, [asset("key", ["Tagged"])])
    assert ids(track) == {"Seen", "@key", "Lou"}
    assert sum(track.samples[0].fills.get(id, 0) for id in ("@key", "Lou")) == 0


def test_assets_by_object_collection_and_instance(stage: Stage):
    group = bpy.data.collections.new("Group")
    child = bpy.data.collections.new("Child")
    group.children.link(child)
    stage.scene.collection.children.link(group)
    for collection, name, x in ((group, "A", -2), (child, "B", -1)):
        box = stage.box(name, (x, 0, 1))
        stage.scene.collection.objects.unlink(box)
        collection.objects.link(box)
    hung = stage.box("Hung", (0, 0, 0.6))
    hung.parent = bpy.data.objects["B"]
    source = bpy.data.collections.new("Source")
    inner = stage.box("Inner", (0, 0, 0))
    stage.scene.collection.objects.unlink(inner)
    source.objects.link(inner)
    for name, x in (("One", 1), ("Two", 2)):
        empty = stage.empty(name, (x, 0, 1))
        empty.instance_type, empty.instance_collection = "COLLECTION", source
    stage.shoot((0, -9, 1), (0, 0, 1))
    track = read(stage, [asset("set", collections=["Group"]), asset("one", ["One"])])
    assert ids(track) == {"@set", "@one", "Two"}
    assert len(subject(track, "@set").bodies[0].points) == 24
    xs = [point[0] for point in subject(track, "@one").bodies[0].points]
    assert (min(xs), max(xs)) == (pytest.approx(0.75), pytest.approx(1.25))
    track = read(stage, [asset("both", collections=["Source"])])
    assert {"@both", "A", "B"} == ids(track)
    assert track.samples[0].fills["@both"] == pytest.approx(2 * track.samples[0].fills["A"], rel=0.1)


def test_nearer_tags_win(stage: Stage):
    """A person in a tagged place is a person, a tagged prop in it a prop; the smaller collection goes first."""
    place = bpy.data.collections.new("Place")
    corner = bpy.data.collections.new("Corner")
    place.children.link(corner)
    stage.scene.collection.children.link(place)
    for name, collection, x in (("Wall", place, -2), ("Vase", place, -1), ("Chair", corner, 1)):
        box = stage.box(name, (x, 0, 1))
        stage.scene.collection.objects.unlink(box)
        collection.objects.link(box)
    lou = stage.person("Lou", (2, 0, 0))
    for obj in (lou, *lou.children):
        stage.scene.collection.objects.unlink(obj)
        place.objects.link(obj)
    stage.shoot((0, -9, 1), (0, 0, 1))
    assets = [
        asset("hall", collections=["Place"], kind="location"),
        asset("corner", collections=["Corner"]),
        asset("vase", ["Vase"]),
        asset("look", ["Wall"], kind="style"),
        asset("vase", ["Chair"]),
        asset("nowhere", ["Gone"]),
    ]
    track = read(stage, assets)
    assert {each.id: each.kind for each in track.subjects} == {
        "@hall": "location",
        "@corner": "prop",
        "@vase": "prop",
        "Lou": "character",
    }
    assert subject(track, "Lou").bodies[0].joints
    assert not subject(track, "@hall").bodies[0].joints
    assert subject(track, "@corner").bodies == (None,) * 49  # the chair in it is a vase


@pytest.mark.parametrize(
    ("name", "words"),
    [("Ada.Rig", "Ada"), ("Wall_Back.001", "Wall Back"), ("LOU_root", "LOU"), ("Rig", "Rig"), ("_", "_"), ("R2", "R2")],
)
def test_names_are_words(stage: Stage, name: str, words: str):
    stage.box(name, (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    (found,) = read(stage).subjects
    assert (found.id, found.name) == (name, words)


def test_a_scene_that_is_not_open(stage: Stage):
    stage.floor()
    stage.person()
    stage.shoot((0, -4, 1), (0, 0, 1))
    here = read(stage)
    bpy.context.window.scene = bpy.data.scenes.new("Other")
    before = scene_state(stage.scene)
    shot = next(each for each in read_shots() if each.scene == stage.scene.name_full)
    assert brief_reader.track_of(shot, [], recognised(stage.scene)) == here
    assert scene_state(stage.scene) == before


def test_people_on_one_root_are_apart(stage: Stage):
    root = stage.empty("Everything")
    for name, x in (("Lou", -0.6), ("Max", 0.6)):
        stage.person(name, (x, 0, 0)).parent = root
    stage.box("Chair", (0, 1, 0.5)).parent = root
    own = stage.empty("Kim Root", (2, 0, 0))
    stage.person("Kim").parent = own
    stage.shoot((0, -9, 1), (0, 0, 1))
    track = read(stage)
    assert {each.id: each.kind for each in track.subjects} == {
        "Lou": "character",
        "Max": "character",
        "Everything": "thing",
        "Kim Root": "character",
    }
    assert len(subject(track, "Everything").bodies[0].points) == 8


def test_a_person_from_a_library(stage: Stage, tmp_path: Path):
    collection = bpy.data.collections.new("Lou")
    lou = stage.person("Rig")
    for obj in (lou, *lou.children):
        stage.scene.collection.objects.unlink(obj)
        collection.objects.link(obj)
    stage.scene.collection.children.link(collection)
    library = save(tmp_path / "lou.blend")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    stage = Stage(bpy.context.scene)
    with bpy.data.libraries.load(str(library), link=True) as (_, data_to):
        data_to.collections = ["Lou"]
    empty = stage.empty("Lou Here", (1, 0, 0))
    empty.instance_type, empty.instance_collection = "COLLECTION", data_to.collections[0]
    stage.shoot((1, -4, 1), (1, 0, 1))
    (plain,) = read(stage).subjects
    assert (plain.id, plain.kind) == ("Lou Here", "character")
    for tagged in (
        asset("lou", collections=[data_to.collections[0].name_full], kind="character"),
        asset("lou", ["Lou Here"], kind="character"),
    ):
        (found,) = read(stage, [tagged]).subjects
        assert (found.id, found.name, found.kind, found.tagged) == ("@lou", "lou", "character", True)
        for body in (plain.bodies[0], found.bodies[0]):
            assert body.joints["head_top"][:2] == (pytest.approx(1, abs=1e-3), pytest.approx(0, abs=1e-3))
            assert max(point[2] for point in body.points) == pytest.approx(1.7385, abs=1e-3)


def test_who_is_mentioned(stage: Stage):
    for index, name in enumerate(("A", "B", "C", "D")):
        stage.box(name, (index, 0, 1))
    stage.shoot((1, -9, 1), (1, 0, 1))
    prompt = Prompt(action="@c runs to @a, @unknown waits", subject="@b", constraints="no @c")
    cast = (ShotAsset(tag="d"), ShotAsset(tag="a"))
    track = read(stage, [asset(name.lower(), [name]) for name in "ABCD"], prompt=prompt, cast=cast)
    assert track.mentioned == ("@b", "@c", "@a", "@d")
