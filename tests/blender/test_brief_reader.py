"""What is read of a real camera: against Blender's own arithmetic, and the scene is as before."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import brief_reader, rig_reader
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.asset import Asset, ShotAsset
from bl_ext.user_default.shotwright.core.brief.track import CameraTrack, Sample, Subject
from bl_ext.user_default.shotwright.core.errors import SceneError
from bl_ext.user_default.shotwright.core.prompt import Prompt
from bl_ext.user_default.shotwright.core.rigs.recognise import recognise_all
from bl_ext.user_default.shotwright.core.shot import Shot
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from support.blender_cameras import CAMERAS, Known, Stage
from support.film import new_shot, save
from support.snapshot import scene_state


@pytest.fixture
def stage() -> Stage:
    return Stage(bpy.context.scene)


def shot_of(scene: bpy.types.Scene, **fields: object) -> Shot:
    """A shot of the scene's camera over the scene's range."""
    if "cast" in fields:
        fields["assets"] = fields.pop("cast")
    new_shot(scene, camera=scene.camera)
    return read_shots()[-1].model_copy(update=fields)


def recognised(scene: bpy.types.Scene):
    return {each.armature: each for each in recognise_all(rig_reader.read_scene(scene))}


def asset(tag: str, objects: Iterable[str] = (), collections: Iterable[str] = (), kind: str = "prop") -> Asset:
    return Asset(
        id=tag, scene="Scene", tag=tag, kind=kind, name="", objects=tuple(objects), collections=tuple(collections)
    )


def read(stage: Stage, assets: Iterable[Asset] = (), **fields: object) -> CameraTrack:
    shot = shot_of(stage.scene, **fields)
    return brief_reader.track_of(shot, list(assets), recognised(stage.scene))


def subject(track: CameraTrack, id: str) -> Subject:
    return next(each for each in track.subjects if each.id == id)


def ids(track: CameraTrack) -> set[str]:
    return {each.id for each in track.subjects}


def projected(track: CameraTrack, sample: Sample, point: Iterable[float]) -> tuple[float, float]:
    """Where a point of the world lies in the picture by what the track says, from the lower left corner, 0 to 1."""
    rows = sample.matrix
    away = Vector(point) - Vector([row[3] for row in rows[:3]])
    x, y, z = (sum(rows[i][axis] * away[i] for i in range(3)) for axis in range(3))
    wide, high = sample.sensor
    scale = wide / sample.width if track.projection == "orthographic" else sample.lens / -z
    longer = max(wide, high)
    shift = sample.shift
    return 0.5 + (x * scale - shift[0] * longer) / wide, 0.5 + (y * scale - shift[1] * longer) / high


def check_projection(stage: Stage, track: CameraTrack, point: tuple[float, float, float], unit: float = 1.0) -> None:
    for sample in (track.samples[0], track.samples[-1]):
        stage.scene.frame_set(int(sample.frame))
        right = world_to_camera_view(stage.scene, stage.camera, Vector(point))
        found = projected(track, sample, [each * unit for each in point])
        assert found == (pytest.approx(right.x, abs=1e-4), pytest.approx(right.y, abs=1e-4))


LENSES = {
    "plain": {},
    "portrait": {"size": (90, 160)},
    "wide sensor": {"sensor_width": 24.0},
    "vertical fit": {"sensor_fit": "VERTICAL", "sensor_height": 18.0},
    "vertical fit, portrait": {"sensor_fit": "VERTICAL", "sensor_height": 30.0, "size": (90, 160)},
    "horizontal fit, portrait": {"sensor_fit": "HORIZONTAL", "size": (90, 160)},
    "shift": {"shift_x": 0.1, "shift_y": -0.07},
    "shift, vertical fit": {"sensor_fit": "VERTICAL", "shift_x": 0.1, "shift_y": -0.07},
    "shift, portrait": {"shift_x": 0.1, "shift_y": 0.2, "size": (90, 160)},
    "wide pixels": {"aspect": (2.0, 1.0), "shift_x": 0.1},
    "tall pixels": {"aspect": (1.0, 1.5), "shift_y": 0.1},
    "ortho": {"type": "ORTHO", "ortho_scale": 3.0},
    "ortho, shift, portrait": {"type": "ORTHO", "ortho_scale": 3.0, "shift_x": 0.1, "shift_y": 0.2, "size": (90, 160)},
}


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES.keys())
def test_points_lie_where_blender_puts_them(stage: Stage, lens: dict[str, object]):
    stage.box("Box", (0, 0, 1))
    camera = stage.shoot((0.4, -4, 1.2), (0, 0, 1), lens=35)
    settings = dict(lens)
    render = stage.scene.render
    render.resolution_x, render.resolution_y = settings.pop("size", (160, 90))
    render.pixel_aspect_x, render.pixel_aspect_y = settings.pop("aspect", (1.0, 1.0))
    for name, value in settings.items():
        setattr(camera.data, name, value)
    stage.key(camera, "location", (0.4, -4, 1.2), (-0.8, -3, 1.9))
    track = read(stage)
    assert track.samples[0].matrix != track.samples[-1].matrix
    for point in ((0.2, 0.1, 1.3), (-0.3, -0.2, 0.8)):
        check_projection(stage, track, point)


def test_lens_sensor_and_view_agree(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.data.lens_unit = "FOV"
    stage.key(stage.data, "lens", 35.0, 70.0)
    samples = read(stage).samples
    assert (samples[0].lens, samples[-1].lens) == (pytest.approx(35), pytest.approx(70))
    assert samples[24].lens == pytest.approx(52.5)
    assert samples[0].sensor == (pytest.approx(36), pytest.approx(36 * 9 / 16))
    assert samples[0].shift == (0.0, 0.0)
    assert samples[0].focus is None
    assert samples[0].fstop is None


def test_an_orthographic_width(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.data.type, stage.data.ortho_scale = "ORTHO", 3.0
    track = read(stage)
    assert (track.projection, track.samples[0].width) == ("orthographic", pytest.approx(3.0))


def test_a_panorama_is_not_looked_at(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.box("Behind", (0, -9, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.data.type = "PANO"
    track = read(stage)
    assert track.projection == "panoramic"
    assert {sample.fills for sample in track.samples} == {None}
    assert {"Box", "Behind"} <= ids(track)


@pytest.mark.parametrize("known", CAMERAS, ids=[each.name for each in CAMERAS])
def test_every_known_camera_can_be_read(known: Known):
    """And what it sees at its looks is a part of the picture."""
    stage = Stage(bpy.context.scene, size=known.picture)
    known.build(stage)
    track = read(stage)
    assert len(track.samples) == stage.last
    looks = [sample for sample in track.samples if sample.fills is not None]
    assert len(looks) == brief_reader.LOOKS
    assert track.samples[0].fills is not None
    assert track.samples[-1].fills is not None
    for sample in looks:
        assert 0 <= sum(sample.fills.values()) <= 1 + 1e-6
    for each in track.subjects:
        assert len(each.bodies) == len(track.samples)


# -- the scene stays ------------------------------------------------------------------------------


def test_the_scene_is_as_before(stage: Stage):
    stage.floor()
    rig = stage.person()
    hidden = stage.person("Hidden", (1, 0, 0))
    hidden.hide_set(True)
    off = stage.box("Off", (2, 0, 0))
    stage.update()  # Blender gives what is hidden no matrix
    off.hide_viewport = True
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.key(stage.camera, "location", (0, -4, 1), (0, -2, 1))
    rig.select_set(True)
    stage.scene.view_layers[0].objects.active = rig
    stage.scene.frame_set(17, subframe=0.25)
    shot = shot_of(stage.scene)
    known = recognised(stage.scene)
    before = scene_state(stage.scene)
    brief_reader.track_of(shot, [], known)
    assert scene_state(stage.scene) == before


def test_the_scene_is_as_before_after_an_error(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    stage.scene.frame_set(5)
    shot = shot_of(stage.scene)
    before = scene_state(stage.scene)

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(brief_reader, "read_camera", broken)
    with pytest.raises(RuntimeError, match="no"):
        brief_reader.track_of(shot, [], {})
    assert scene_state(stage.scene) == before


def test_twice_the_same(stage: Stage):
    stage.floor()
    rig = stage.person()
    stage.key(rig, "location", (0, 0, 0), (1, 0, 0))
    stage.shoot((0, -4, 1), (0, 0, 1))
    assert read(stage) == read(stage)


# -- when -----------------------------------------------------------------------------------------


def test_the_cut_range_without_handles(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    new_shot(stage.scene, camera=stage.camera, frame_start=10, frame_end=20, handle_head=5, handle_tail=5)
    track = brief_reader.track_of(read_shots()[0], [], {})
    assert [sample.frame for sample in track.samples] == list(range(10, 21))


@pytest.mark.parametrize("frames", [1, 2, 5, 239, 240, 241, 500, 5000])
def test_long_shots_are_sampled(stage: Stage, frames: int):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    new_shot(stage.scene, camera=stage.camera, frame_start=1, frame_end=frames)
    track = brief_reader.track_of(read_shots()[0], [], {})
    found = [sample.frame for sample in track.samples]
    assert (found[0], found[-1]) == (1, frames)
    assert len(found) == len(set(found)) <= brief_reader.SAMPLES
    assert frames > brief_reader.SAMPLES or len(found) == frames
    assert track.samples[0].fills is not None
    assert track.samples[-1].fills is not None


def test_no_frames_and_no_camera(stage: Stage):
    stage.shoot((0, -4, 1), (0, 0, 1))
    shot = shot_of(stage.scene)
    with pytest.raises(SceneError, match="is empty"):
        brief_reader.track_of(shot.model_copy(update={"end": shot.start - 1}), [], {})
    with pytest.raises(SceneError, match="no camera"):
        brief_reader.track_of(shot.model_copy(update={"camera": "Gone"}), [], {})


# -- the camera -----------------------------------------------------------------------------------


def test_scale_is_taken_off_and_a_mirror_stays(stage: Stage):
    stage.box("Box", (0.5, 0, 1))
    rig = stage.empty("Rig", (0, -4, 1))
    rig.scale = (-2, 3, 0.5)
    camera = stage.shoot((0, 0, 0))
    camera.parent, camera.rotation_euler = rig, (math.pi / 2, 0, 0)
    track = read(stage)
    rows = track.samples[0].matrix
    for axis in range(3):
        assert math.hypot(*(rows[i][axis] for i in range(3))) == pytest.approx(1)
    # Blender mirrors the picture of a mirrored camera: what stands to the right is drawn on the left.
    assert projected(track, track.samples[0], (0.5, 0, 1))[0] < 0.5


def test_focus_on_a_bone_is_along_the_axis(stage: Stage):
    rig = stage.person(at=(0.8, 0, 0))
    stage.shoot((0, -4, 1.5)).rotation_euler = (math.pi / 2, 0, 0)
    dof = stage.data.dof
    dof.use_dof, dof.focus_object, dof.focus_subtarget, dof.aperture_fstop = True, rig, "head", 2.8
    stage.key(rig, "location", (0.8, 0, 0), (0.8, 2, 0))
    samples = read(stage).samples
    assert (samples[0].focus, samples[-1].focus) == (pytest.approx(4, abs=1e-4), pytest.approx(6, abs=1e-4))
    assert samples[0].fstop == pytest.approx(2.8)


def test_animated_focus_distance(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    dof = stage.data.dof
    dof.use_dof = True
    for frame, distance in ((1, 2.0), (49, 5.0)):
        dof.focus_distance = distance
        dof.keyframe_insert("focus_distance", frame=frame)
    samples = read(stage).samples
    assert (samples[0].focus, samples[-1].focus) == (pytest.approx(2), pytest.approx(5))


def test_metres(stage: Stage):
    stage.floor(side=4000)
    stage.person()
    rig = bpy.data.objects["Lou"]
    rig.scale = (100, 100, 100)
    stage.shoot((0, -400, 150), (0, 0, 150))
    stage.data.dof.use_dof, stage.data.dof.focus_distance = True, 400
    units = stage.scene.unit_settings
    units.system, units.scale_length = "METRIC", 0.01
    track = read(stage)
    sample = track.samples[0]
    assert [row[3] for row in sample.matrix[:3]] == pytest.approx([0, -4, 1.5])
    assert (sample.focus, sample.ground) == (pytest.approx(4), pytest.approx(0, abs=1e-6))
    assert 3.5 < sample.nearest < 4
    assert track.clip == (pytest.approx(0.0001), pytest.approx(stage.data.clip_end / 100))
    assert max(point[2] for point in subject(track, "Lou").bodies[0].points) == pytest.approx(1.7385, abs=0.001)
    units.system = "NONE"  # Blender leaves the scale out then
    assert read(stage).samples[0].matrix[1][3] == pytest.approx(-400)


# -- subjects -------------------------------------------------------------------------------------


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


# -- looks ----------------------------------------------------------------------------------------


def test_fills_are_what_is_seen(stage: Stage):
    """A box of a metre, its front 4 m away; 50 mm show 2.88 × 1.62 m there. Half of it is behind a board."""
    stage.box("Box", (0, 0.5, 1), (1, 1, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    sample = read(stage).samples[0]
    assert sample.fills == {"Box": pytest.approx(1 / (2.88 * 1.62), rel=0.03)}
    assert sample.nearest == pytest.approx(4, abs=1e-3)
    stage.box("Board", (0.5, -0.1, 1), (1, 0.02, 3))
    assert read(stage).samples[0].fills["Box"] == pytest.approx(0.5 / (2.88 * 1.62), rel=0.05)


def test_nothing_is_seen(stage: Stage):
    stage.box("Behind", (0, -9, 1))
    stage.shoot((0, -4, 1), (0, 0, 1))
    sample = read(stage).samples[0]
    assert (sample.fills, sample.nearest, sample.inside) == ({}, None, "")


def test_the_clip_range_cuts(stage: Stage):
    """A wall that the near limit takes away hides nothing."""
    stage.box("Box", (0, 0, 1))
    stage.box("Wall", (0, -3.5, 1), (5, 0.1, 5))
    stage.shoot((0, -4, 1), (0, 0, 1))
    assert read(stage).samples[0].fills.keys() == {"Wall"}
    stage.data.clip_start = 1.0
    sample = read(stage).samples[0]
    assert sample.fills.keys() == {"Box"}
    assert sample.nearest == pytest.approx(3.75, abs=1e-3)
    stage.data.clip_end = 2.0
    assert read(stage).samples[0].fills == {}


def test_inside(stage: Stage):
    crate = stage.box("Crate", (0, -4, 1), (2, 2, 2))
    stage.person(at=(0, 2, 0))
    stage.shoot((0, -4.2, 1.1), (0, 0, 1.1))
    assert read(stage).samples[0].inside == "Crate"
    crate.location.y = 4
    assert read(stage).samples[0].inside == ""


def test_a_room_is_no_thing_to_be_inside_of(stage: Stage):
    stage.box("Room", (0, 0, 1.5), (8, 8, 3))
    stage.shoot((0, -3, 1.5), (0, 0, 1.5))
    rig = stage.person(at=(0, -3.5, 0))  # behind the camera
    assert read(stage).samples[0].inside == ""
    rig.location.y = 20
    place = asset("hall", ["Room"], kind="location")
    assert read(stage, [place]).samples[0].inside == ""


# -- the ground -----------------------------------------------------------------------------------


def test_ground_under_a_moving_camera(stage: Stage):
    stage.floor()
    stage.box("Stage", (6, 0, 0.5), (4, 4, 1))
    stage.shoot((0, 0, 3), (0, 5, 0))
    stage.key(stage.camera, "location", (0, 0, 3), (6, 0, 3))
    grounds = [sample.ground for sample in read(stage).samples]
    assert (grounds[0], grounds[-1]) == (pytest.approx(0), pytest.approx(1))
    assert {round(z, 6) for z in grounds} == {0.0, 1.0}


def test_tables_people_and_dollies_are_no_ground(stage: Stage):
    stage.floor()
    stage.box("Table", (0, 0, 0.75), (1.6, 0.9, 0.05))
    stage.person()
    dolly = stage.box("Dolly", (0, 0, 1.9), (4, 4, 0.1))
    camera = stage.shoot((0, 0, 3))
    camera.parent = dolly
    camera.matrix_parent_inverse.identity()
    camera.location = (0, 0, 1.1)
    assert read(stage).samples[0].ground == pytest.approx(0)


def test_what_somebody_stands_on_is_ground(stage: Stage):
    stage.floor(z=-1)
    stage.box("Podium", (0, 0, 0.1), (2, 2, 0.2))
    stage.person(at=(0, 0.5, 0.2))
    stage.shoot((0, -0.8, 3), (0, 0, 0))
    assert read(stage).samples[0].ground == pytest.approx(0.2)


def test_an_island_that_the_camera_flies_beside(stage: Stage):
    stage.box("Island", (0, 0, -0.5), (6, 6, 1))
    stage.person()
    stage.shoot((0, -12, 4), (0, 0, 1))
    sample = read(stage).samples[0]
    assert (sample.ground, sample.below) == (pytest.approx(0), False)


def test_no_ground_at_all(stage: Stage):
    stage.box("Box", (0, 0, 1))
    stage.shoot((0, -12, 4), (0, 0, 1))
    sample = read(stage).samples[0]
    assert (sample.ground, sample.below) == (None, False)


@pytest.mark.parametrize(
    ("z", "slab", "cellar", "below"),
    [
        (1.0, 0.0, False, False),
        (-0.5, 0.0, False, True),
        (-0.1, 0.3, False, True),
        (-1.5, 0.0, True, False),
    ],
    ids=["above", "under", "in the slab", "in a cellar"],
)
def test_under_the_ground(stage: Stage, z: float, slab: float, cellar: bool, below: bool):
    stage.floor()
    if slab:
        stage.floor(z=-slab)
    if cellar:
        stage.floor(z=-2.5)
    stage.person()
    stage.shoot((0, -4, z), (0, 0, 1))
    assert read(stage).samples[0].below is below


def test_a_ceiling_is_not_the_ground_of_the_room(stage: Stage):
    stage.box("Room", (0, 0, 1.5), (8, 8, 3))
    stage.person()
    stage.shoot((0, -3, 1.5), (0, 0, 1.5))
    sample = read(stage).samples[0]
    assert (sample.ground, sample.below) == (pytest.approx(0), False)
