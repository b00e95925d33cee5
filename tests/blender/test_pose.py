"""Poses: joints projected from the rigs, what hides them, and what is said of those who are no people."""

from __future__ import annotations

import json
import math
from pathlib import Path

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon import pipeline, project, quotes
from bl_ext.user_default.shotwright.addon.shots import list_shots
from bl_ext.user_default.shotwright.backends import catalog
from bl_ext.user_default.shotwright.core.pose import PersonPose, PoseRecord, parse_pose
from bl_ext.user_default.shotwright.core.rigs import corrections, face_points
from bl_ext.user_default.shotwright.core.rigs.data import JointBone
from bl_ext.user_default.shotwright.jobs.files import write_json
from bl_ext.user_default.shotwright.media.movie import count_frames, read_frames
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from support.film import add_camera, add_cube, new_shot, project_folder, set_up
from support.mannequin import add_beast, add_face, add_figure
from support.work import run

SIZE = (240, 160)

BONES = {
    "r_shoulder": "upper_arm.R",
    "r_elbow": "forearm.R",
    "r_wrist": "hand.R",
    "l_shoulder": "upper_arm.L",
    "l_elbow": "forearm.L",
    "l_wrist": "hand.L",
    "r_hip": "thigh.R",
    "r_knee": "shin.R",
    "r_ankle": "foot.R",
    "l_hip": "thigh.L",
    "l_knee": "shin.L",
    "l_ankle": "foot.L",
}
"""The bone at whose head each joint of the figure is."""


@pytest.fixture
def scene() -> bpy.types.Scene:
    scene = set_up(bpy.context.scene, frames=6, size=SIZE)
    camera = add_camera(scene, "Cam")
    look(camera, (0.8, -4.0, 1.2))
    return scene


def look(camera: bpy.types.Object, at: tuple[float, float, float]) -> None:
    camera.location = at
    camera.rotation_euler = (Vector((0, 0, 0.9)) - Vector(at)).to_track_quat("-Z", "Y").to_euler()


def draw(scene: bpy.types.Scene, passes: tuple[str, ...] = ("pose",), **wanted: object):
    """Report, notes, and the files of the package of a shot over the scene's range."""
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=scene.frame_end)
    work = run()
    report = work.passes(next(row for row in list_shots() if row.shot.id == shot_id), pipeline.Wanted(passes, **wanted))
    return report, work.notes, {Path(name).name: project_folder() / name for name in report.files}


def poses(files: dict[str, Path]) -> PoseRecord:
    return parse_pose(files["pose.json"].read_text(encoding="utf-8"))


def projected(scene: bpy.types.Scene, rig: bpy.types.Object, bone: str) -> tuple[float, float, float]:
    """Where a bone begins in the picture, by Blender's own arithmetic: pixels, and metres along the axis."""
    x, y, z = world_to_camera_view(scene, scene.camera, rig.matrix_world @ rig.pose.bones[bone].head)
    return x * SIZE[0], (1 - y) * SIZE[1], z


def test_joints_lie_on_the_bones(scene: bpy.types.Scene):
    """Within a tenth of a pixel, moving rig and moving camera, in every frame."""
    rig = add_figure(scene)
    arm = rig.pose.bones["upper_arm.L"]
    arm.rotation_mode = "XYZ"
    for frame, angle, x in ((1, 0.0, -0.3), (6, 1.2, 0.4)):
        arm.rotation_euler.x, rig.location.x = angle, x
        arm.keyframe_insert("rotation_euler", frame=frame)
        rig.keyframe_insert("location", frame=frame)
        scene.camera.location.z = 1.2 + 0.1 * frame
        scene.camera.keyframe_insert("location", frame=frame)
    report, notes, files = draw(scene)
    assert (report.status, notes) == ("done", [])
    assert set(files) == {"pose.mp4", "pose.json"}
    assert count_frames(files["pose.mp4"]) == 6
    record = poses(files)
    assert (record.width, record.height) == SIZE
    for frame in record.frames:
        scene.frame_set(int(frame.frame))
        (person,) = frame.people
        assert (person.id, person.armature) == ("Figure", "Figure")
        for joint, bone in BONES.items():
            x, y, z = projected(scene, rig, bone)
            point = person.joint(joint)
            assert (point.x, point.y) == (pytest.approx(x, abs=0.1), pytest.approx(y, abs=0.1)), joint
            assert point.metres[2] == pytest.approx(z, abs=0.001)
            assert not point.estimated
        neck = person.joint("neck")
        middle = (person.joint("l_shoulder").x + person.joint("r_shoulder").x) / 2
        assert neck.x == pytest.approx(middle, abs=0.5)  # OpenPose's neck, and perspective


@pytest.mark.parametrize("kind", ["shift", "ortho", "portrait"])
def test_other_cameras(scene: bpy.types.Scene, kind: str):
    rig = add_figure(scene)
    if kind == "shift":
        scene.camera.data.shift_x, scene.camera.data.shift_y = 0.1, -0.07
    elif kind == "ortho":
        scene.camera.data.type, scene.camera.data.ortho_scale = "ORTHO", 3.0
    else:
        scene.render.resolution_x, scene.render.resolution_y = 120, 200
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    width, height = scene.render.resolution_x, scene.render.resolution_y
    scene.frame_set(1)
    for joint, bone in BONES.items():
        place = rig.matrix_world @ rig.pose.bones[bone].head
        x, y, _ = world_to_camera_view(scene, scene.camera, place)
        point = person.joint(joint)
        assert math.dist((point.x, point.y), (x * width, (1 - y) * height)) < 0.1


def test_the_face_is_estimated_and_says_so(scene: bpy.types.Scene):
    rig = add_figure(scene)
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    for name in ("nose", "l_eye", "r_eye", "l_ear", "r_ear"):
        assert person.joint(name).estimated
    nose, left, right = (np.array(person.joint(name).metres) for name in ("nose", "l_ear", "r_ear"))
    camera = scene.camera.matrix_world.normalized()
    world = [np.array(camera @ Vector((p[0], p[1], -p[2]))) for p in (nose, left, right)]
    assert world[0][1] < -0.05  # before the head, which looks along -Y
    assert world[1][0] > 0.04 and world[2][0] < -0.04  # the person's own left is +X
    assert 1.5 < world[0][2] < 1.72
    head = rig.pose.bones["head"]
    head.rotation_mode = "XYZ"
    head.rotation_euler.y = math.radians(90)  # it looks to its left now
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    turned = np.array(person.joint("nose").metres)
    assert abs(turned[0] - nose[0]) > 0.08


def test_a_face_with_bones(scene: bpy.types.Scene):
    """Points of the face where there are bones for them, in the picture and in the file; the others are absent."""
    rig = add_figure(scene)
    names = sorted({bone for bone, _ in face_points._RIGIFY.values()})
    add_face(rig, names)
    scene.camera.location = (0.1, -1.2, 1.6)
    scene.camera.rotation_euler = (math.radians(90), 0.0, 0.0)
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    assert person.face is not None
    assert len(person.face.visible) - person.face.visible.count("-") == 39
    scene.frame_set(1)
    for point, joint in face_points.face_bones(names).items():
        bone = rig.pose.bones[joint.bone]
        place = rig.matrix_world @ (bone.head if joint.end == "head" else bone.tail)
        x, y, _ = world_to_camera_view(scene, scene.camera, place)
        assert math.dist((person.face.point(point).x, person.face.point(point).y), (x * 240, (1 - y) * 160)) < 0.1
    picture = next(iter(read_frames(files["pose.mp4"], *SIZE)))
    tip = person.face.point(30)
    assert picture[round(tip.y) - 1 : round(tip.y) + 2, round(tip.x) - 1 : round(tip.x) + 2].min() > 120  # a white dot


def test_what_is_in_front_hides_joints(scene: bpy.types.Scene):
    add_figure(scene)
    wall = add_cube(scene, "Wall", at=(0.0, -1.0, 0.2))
    wall.scale = (2.0, 0.05, 0.6)
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    visible = {name: person.joint(name).visible for name in BONES}
    assert {name for name, word in visible.items() if word == "occluded"} == {"l_knee", "r_knee", "l_ankle", "r_ankle"}
    kept = next(iter(read_frames(files["pose.mp4"], *SIZE)))
    _, _, files = draw(scene, occluded="drop")
    dropped = next(iter(read_frames(files["pose.mp4"], *SIZE)))
    low = int(person.joint("l_hip").y) + 12
    assert kept[low:].max() > 100
    assert dropped[low:].max() < 40
    assert dropped[:low].max() > 100


def test_the_body_hides_what_is_far_behind_it(scene: bpy.types.Scene):
    """A hand behind the back is hidden by the trunk; a hip inside it is not."""
    rig = add_figure(scene)
    look(scene.camera, (0.0, -4.0, 1.2))
    hand = rig.pose.bones["upper_arm.L"]
    hand.rotation_mode = "XYZ"
    box = add_cube(scene, "Back", at=(0.0, 0.0, 1.2))
    box.scale = (0.16, 0.09, 0.25)
    box.parent = rig
    bpy.context.view_layer.update()
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    assert {person.joint(name).visible for name in BONES} == {"seen"}


def wall_before(scene: bpy.types.Scene, at: tuple[float, float, float], *hidden: int) -> bpy.types.Object:
    """A wall that is only there in some frames, or always."""
    wall = add_cube(scene, "Wall", at=at)
    wall.scale = (0.8, 0.05, 1.5)
    for frame in range(scene.frame_start, scene.frame_end + 1) if hidden else ():
        wall.hide_render = frame not in hidden
        wall.keyframe_insert("hide_render", frame=frame)
    return wall


def lit(picture: np.ndarray, person: PersonPose) -> bool:
    """Whether somebody's hip is drawn."""
    hip = person.joint("l_hip")
    return bool(picture[round(hip.y) - 2 : round(hip.y) + 3, round(hip.x) - 2 : round(hip.x) + 3].max() > 100)


def test_who_is_wholly_hidden_is_not_drawn(scene: bpy.types.Scene):
    """They are written all the same; who is seen beside them is drawn as ever."""
    add_figure(scene)
    add_figure(scene, "Behind", at=(-1.6, 2.0, 0.0))
    wall_before(scene, (-1.2, 1.0, 0.9))
    look(scene.camera, (0.8, -4.0, 1.2))
    _, _, files = draw(scene)
    pictures = list(read_frames(files["pose.mp4"], *SIZE))
    for frame, picture in zip(poses(files).frames, pictures, strict=True):
        people = {person.id: person for person in frame.people}
        assert set(people["Behind"].joints.visible) <= set("o-")
        assert (lit(picture, people["Figure"]), lit(picture, people["Behind"])) == (True, False)


@pytest.mark.parametrize(("hidden", "drawn"), [(range(8, 19), True), (range(8, 20), False), (range(1, 4), False)])
def test_who_passes_a_column_does_not_blink(scene: bpy.types.Scene, hidden: range, drawn: bool):
    """Less than half a second between two pictures that show somebody; not before the first or behind the last."""
    scene.frame_end = 30
    add_figure(scene)
    wall_before(scene, (0.3, -1.5, 0.9), *hidden)
    _, _, files = draw(scene)
    for frame, picture in zip(poses(files).frames, read_frames(files["pose.mp4"], *SIZE), strict=True):
        (person,) = frame.people
        assert ("s" in person.joints.visible) == (frame.frame not in hidden)
        assert lit(picture, person) == (drawn or frame.frame not in hidden), frame.frame


def test_a_thick_body_is_drawn_though_it_hides_its_joints(scene: bpy.types.Scene):
    rig = add_figure(scene)
    costume = add_cube(scene, "Costume", at=(0.0, 0.0, 0.9))
    costume.scale = (1.0, 0.6, 1.0)
    costume.parent = rig
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    assert set(person.joints.visible) <= set("o-")
    assert lit(next(iter(read_frames(files["pose.mp4"], *SIZE))), person)


def test_a_shot_of_nobody_but_the_hidden_has_no_poses(scene: bpy.types.Scene):
    add_figure(scene)
    wall_before(scene, (0.3, -1.5, 0.9))
    report, _, files = draw(scene, ("clay", "pose"))
    assert (report.status, set(files)) == ("done", {"clay.mp4"})
    report, _, _ = draw(scene)
    assert report.status == "skipped"
    assert "shows nobody whose pose is known" in report.problems[0].message


def test_outside_of_the_picture_and_behind_the_camera(scene: bpy.types.Scene):
    add_figure(scene)
    look(scene.camera, (0.0, -1.0, 1.3))
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    assert person.joint("l_wrist").visible == person.joint("r_ankle").visible == "outside"
    scene.camera.location = (0.0, 4.0, 1.2)  # it looks away
    scene.camera.rotation_euler = (math.radians(90), 0.0, math.radians(0))
    add_cube(scene, "Something", at=(0.0, 9.0, 1.0))
    report, _, _ = draw(scene)
    assert report.status == "skipped"
    assert "shows nobody whose pose is known" in report.problems[0].message


def test_several_people_keep_their_names(scene: bpy.types.Scene):
    near, far = add_figure(scene, "Near", at=(0.5, -0.8, 0.0)), add_figure(scene, "Far", at=(-0.6, 0.8, 0.0))
    for frame, x in ((1, 0.5), (6, -0.6)):
        near.location.x, far.location.x = x, -x
        near.keyframe_insert("location", frame=frame)
        far.keyframe_insert("location", frame=frame)
    _, _, files = draw(scene)
    for frame in poses(files).frames:
        people = {person.id: person for person in frame.people}
        assert set(people) == {"Near", "Far"}
        assert people["Near"].depth < people["Far"].depth
    text = json.loads(files["pose.json"].read_text(encoding="utf-8"))
    assert text["schema"] == "shotwright.pose.1"


def test_hidden_people_are_not_there(scene: bpy.types.Scene):
    rig = add_figure(scene)
    other = add_figure(scene, "Other", at=(1.0, 0.5, 0.0))
    other.hide_render = True
    _, _, files = draw(scene)
    assert [person.id for person in poses(files).frames[0].people] == [rig.name]


def test_a_beast_is_no_person_and_has_a_box(scene: bpy.types.Scene):
    beast = add_beast(scene)
    beast.keyframe_insert("location", frame=1)
    beast.location.x = 0.4
    beast.keyframe_insert("location", frame=6)
    floor = add_cube(scene, "Floor", at=(0.0, 0.0, -1.0))
    floor.scale = (20.0, 20.0, 1.0)
    report, notes, files = draw(scene, ("clay", "pose", "layout"))
    assert report.status == "done"
    assert set(files) == {"clay.mp4", "layout.mp4"}
    (note,) = [note for note in notes if "Beast" in note]
    assert "is not drawn as a person" in note and "layout" in note
    record = json.loads((files["clay.mp4"].parent / "package.json").read_text(encoding="utf-8"))
    assert list(record["layout"]) == ["Beast"]  # and not the floor
    picture = next(iter(read_frames(files["layout.mp4"], *SIZE)))
    assert picture[2, 2].min() > 240
    colour = np.array([int(record["layout"]["Beast"][i : i + 2], 16) for i in (1, 3, 5)])
    box = np.argwhere(np.abs(picture.astype(int) - colour).max(axis=2) < 60)
    assert len(box) > 50
    (top, left), (bottom, right) = box.min(axis=0), box.max(axis=0)
    inside = picture[top + 4 : bottom - 3, left + 4 : right - 3]
    assert inside.min() > 200  # a line around it, nothing in it


def test_the_quote_says_who_is_no_person(scene: bpy.types.Scene):
    """Before anything is drawn."""
    add_beast(scene)
    new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    quote = quotes.quote(run(), list_shots(), pipeline.Generate())
    assert [line.action for line in quote.lines] == ["make"]
    (note,) = (each.message for each in quote.lines[0].findings if each.code == "rig-stranger")
    assert "Beast is not drawn as a person" in note


def test_poses_are_drawn_anew_when_a_bone_moves(scene: bpy.types.Scene):
    rig = add_figure(scene)
    shot_id = new_shot(scene, camera=scene.camera, frame_start=1, frame_end=2)
    row = next(row for row in list_shots() if row.shot.id == shot_id)
    first = run().passes(row, pipeline.Wanted(("pose",)))
    assert run().passes(row, pipeline.Wanted(("pose",))).status == "fresh"
    rig.pose.bones["hand.R"].location.x += 0.1
    again = run().passes(row, pipeline.Wanted(("pose",)))
    assert (again.status, again.package != first.package) == ("done", True)


def test_a_model_s_own_style_and_rate(scene: bpy.types.Scene):
    add_figure(scene)
    profile = catalog.load().get("wan2.1-vace-1.3b")
    report, _, files = draw(scene, ("pose",), profile=profile)
    assert report.status == "done"
    record = json.loads((files["pose.mp4"].parent / "package.json").read_text(encoding="utf-8"))
    assert record["fps"] == {"num": 16, "den": 1}
    picture = next(iter(read_frames(files["pose.mp4"], record["width"], record["height"]))).astype(int)
    (person,) = poses(files).frames[0].people
    shoulder, neck = person.joint("r_shoulder"), person.joint("neck")
    limb = picture[round((shoulder.y + neck.y) / 2), round((shoulder.x + neck.x) / 2)]
    assert limb[2] > 80 and limb[0] < 60  # VACE wrote its channels the other way round: blue, not red


def test_the_artist_s_word_counts(scene: bpy.types.Scene):
    """A correction lies in the project, by the names of the bones, and wins."""
    rig = add_figure(scene)
    names = [bone.name for bone in rig.data.bones]
    correction = corrections.correction_of(names, {"r_wrist": JointBone("hand.R", "tail"), "nose": None})
    folder = project.open_project([]).folder
    write_json(corrections.path_in(folder, correction.bones), correction.document())
    _, _, files = draw(scene)
    (person,) = poses(files).frames[0].people
    scene.frame_set(1)
    place = rig.matrix_world @ rig.pose.bones["hand.R"].tail
    x, y, _ = world_to_camera_view(scene, scene.camera, place)
    wrist = person.joint("r_wrist")
    assert math.dist((wrist.x, wrist.y), (x * SIZE[0], (1 - y) * SIZE[1])) < 0.1


def test_linked_and_instanced_people(scene: bpy.types.Scene):
    """A character that comes as an instance of a collection is a person too, twice where it stands twice."""
    rig = add_figure(scene)
    collection = bpy.data.collections.new("Character")
    for obj in list(scene.collection.objects):
        if obj == rig or obj.parent == rig:
            scene.collection.objects.unlink(obj)
            collection.objects.link(obj)
    for index in range(2):
        instance = bpy.data.objects.new(f"Actor {index}", None)
        instance.instance_type, instance.instance_collection = "COLLECTION", collection
        instance.location.x = -0.8 + 1.4 * index
        scene.collection.objects.link(instance)
    report, _, files = draw(scene, ("clay", "pose"))
    assert report.status == "done"
    people = poses(files).frames[0].people
    assert len({person.id for person in people}) == 2
    assert abs(people[0].joint("neck").x - people[1].joint("neck").x) > 20
