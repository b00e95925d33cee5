"""The example film "Ballroom": what its script promises holds in the scene it builds."""

from __future__ import annotations

import importlib
import math
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import make_shots, rig_reader
from bl_ext.user_default.shotwright.addon.shots import read_shots
from bl_ext.user_default.shotwright.core.rigs.recognise import recognise_all
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SECONDS = 60
"""It takes about two; a busy machine may take its time."""
NUMBERS = ("SH010", "SH020", "SH030", "SH040", "SH050", "SH060", "SH070", "SH080")
BODY = ("neck", *(f"{s}_{j}" for s in "lr" for j in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")))


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    """The example's modules, whatever else is called `ballroom`: pytest names packages by their folder."""
    others = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "ballroom"}
    sys.path.insert(0, str(EXAMPLES))
    try:
        yield {name: importlib.import_module(f"ballroom.{name}") for name in ("build", "stage", "script")}
    finally:
        sys.path[:] = [entry for entry in sys.path if entry != str(EXAMPLES)]
        for name in [name for name in sys.modules if name.split(".")[0] == "ballroom"]:
            del sys.modules[name]
        sys.modules.update(others)


@pytest.fixture
def film(modules: dict[str, ModuleType]):
    """The cast of a scene just built."""
    return modules["build"].build()


def camera_of(number: str) -> bpy.types.Object:
    return next(o for o in bpy.data.objects if o.type == "CAMERA" and o.name.startswith(number))


def at_frame(frame: float) -> bpy.types.Depsgraph:
    scene = bpy.context.scene
    scene.frame_set(int(frame))
    return bpy.context.view_layer.depsgraph


def bone(rig: bpy.types.Object, name: str, end: str = "head") -> Vector:
    evaluated = rig.evaluated_get(bpy.context.view_layer.depsgraph)
    return evaluated.matrix_world @ getattr(evaluated.pose.bones[name], end)


def spread(places: list[Vector]) -> float:
    return max((a - places[0]).length for a in places)


def test_it_builds_in_time_and_without_warnings(modules: dict[str, ModuleType], capfd: pytest.CaptureFixture[str]):
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        modules["build"].build()
    assert time.perf_counter() - start < SECONDS
    said = "".join(capfd.readouterr())
    assert "cycle" not in said.lower()
    assert "warning" not in said.lower()
    faces = sum(len(o.data.polygons) for o in bpy.context.scene.objects if o.type == "MESH")
    assert faces < 250_000
    assert not bpy.data.images
    assert not bpy.data.libraries


def test_eight_markers_that_become_eight_shots(film, modules: dict[str, ModuleType]):
    scene = bpy.context.scene
    markers = sorted(scene.timeline_markers, key=lambda marker: marker.frame)
    stage = modules["stage"]
    assert [m.name for m in markers] == [shot.name for shot in stage.SHOTS.values()]
    assert [m.camera.name.split()[0] for m in markers] == list(NUMBERS)
    assert (scene.frame_start, scene.render.fps) == (1, 24)
    assert scene.frame_end <= 1100
    make_shots.make(scene, "auto")
    shots = read_shots()
    assert [(s.number, s.name, s.start, s.end) for s in shots] == [
        (r.number, r.name, r.start, r.end) for r in stage.SHOTS.values()
    ]
    assert shots[-1].end == scene.frame_end
    assert stage.SHOTS["SH080"].frames == 480


def test_the_script_tells_every_shot(film, modules: dict[str, ModuleType]):
    script = modules["script"]
    assert tuple(shot.number for shot in script.SHOTS) == NUMBERS
    assert sum(share for share, _, _ in script.STYLE.palette) == 100
    tags = {asset.tag: asset for asset in script.ASSETS}
    assert set(tags) == {"@lou", "@woman", "@ballroom", "@recordplayer", "@mop"}
    for shot in script.SHOTS:
        assert set(shot.assets) <= set(tags)
        told = " ".join((shot.subject, shot.location, shot.action))
        assert {word.strip(".,;:") for word in told.split() if word.startswith("@")} <= set(shot.assets)
        for tag, name in shot.variants.items():
            assert name in [variant.name for variant in tags[tag].variants]
    for asset in script.ASSETS:
        assert asset.must_not
        assert all(name in bpy.data.objects for name in asset.objects)
        assert all(bpy.data.collections[name].all_objects for name in asset.collections)


def test_lenses_and_heights(film, modules: dict[str, ModuleType]):
    stated = {"SH010": (24, 1.6), "SH020": (85, None), "SH030": (35, 0.3), "SH060": (40, 1.4), "SH080": (24, None)}
    for number, (lens, height) in stated.items():
        at_frame(modules["stage"].SHOTS[number].start)
        camera = camera_of(number)
        assert camera.data.lens == lens
        if height is not None:
            assert camera.matrix_world.translation.z == pytest.approx(height, abs=1e-4)


def test_moves(film, modules: dict[str, ModuleType]):
    """Static cameras have no keys; the pan stays in its place; the push-in stays on its axis."""
    for number in ("SH010", "SH020", "SH030", "SH060"):
        assert camera_of(number).animation_data is None
    shots = modules["stage"].SHOTS
    pan, push = camera_of("SH070"), camera_of("SH050")
    places, axes, ways = [], [], []
    for frame in range(shots["SH070"].start, shots["SH070"].end + 1, 8):
        at_frame(frame)
        places.append(pan.matrix_world.translation.copy())
        ways.append(math.degrees(pan.matrix_world.to_euler().z))
    assert spread(places) < 1e-5
    assert ways == sorted(ways, reverse=True)
    assert ways[0] - ways[-1] > 20
    at_frame(shots["SH050"].start)
    first, axis = push.matrix_world.translation.copy(), -push.matrix_world.to_3x3().col[2]
    for frame in range(shots["SH050"].start, shots["SH050"].end + 1, 8):
        at_frame(frame)
        way = push.matrix_world.translation - first
        axes.append(way.dot(axis))
        assert (way - axis * way.dot(axis)).length < 1e-4
    assert axes == sorted(axes)
    assert axes[-1] > 0.5


def test_the_follow_keeps_its_distance(film, modules: dict[str, ModuleType]):
    shot, camera = modules["stage"].SHOTS["SH040"], camera_of("SH040")
    distances, ways = [], []
    for frame in range(shot.start, shot.end + 1, 4):
        at_frame(frame)
        distances.append((bone(film.lou.rig, "spine") - camera.matrix_world.translation).length)
        ways.append(camera.matrix_world.translation.copy())
    assert max(distances) - min(distances) < 0.12 * min(distances)
    assert (ways[-1] - ways[0]).length > 3


def test_the_crane_rises_unnoticed(film, modules: dict[str, ModuleType]):
    shot, camera = modules["stage"].SHOTS["SH080"], camera_of("SH080")
    heights = []
    for frame in range(shot.start, shot.end + 1, 5):
        at_frame(frame)
        heights.append(camera.matrix_world.translation.z)
    whole = heights[-1] - heights[0]
    assert whole > 4
    assert heights == sorted(heights)
    assert (heights[len(heights) // 4] - heights[0]) / whole < 0.05


def test_planted_feet_do_not_slide(film):
    for actor in (film.lou, film.woman):
        spans = [span for span in actor.planted if span[2] - span[1] >= 2]
        assert len(spans) > 15
        for side, start, end in spans:
            places, ankles = [], []
            for frame in sorted({start, (start + end) // 2, end}):
                at_frame(frame)
                places.append(bone(actor.rig, f"toe.{side}"))
                ankles.append(bone(actor.rig, f"MCH-ankle.{side}") - bone(actor.rig, f"foot.{side}"))
            assert spread(places) < 0.03, (actor.body.name, side, start, end)
            assert max(gap.length for gap in ankles) < 0.03, (actor.body.name, side, start, end)


def test_feet_stay_above_the_floor(film, modules: dict[str, ModuleType]):
    for frame in range(1, modules["stage"].LAST, 7):
        at_frame(frame)
        for rig in (film.lou.rig, film.woman.rig):
            for side in "LR":
                assert bone(rig, f"toe.{side}", "tail").z > -0.012, (rig.name, side, frame)


def test_hands_stay_on_the_mop(film, modules: dict[str, ModuleType]):
    for number in ("SH010", "SH030", "SH040", "SH050", "SH080"):
        shot = modules["stage"].SHOTS[number]
        for frame in range(shot.start, shot.end + 1, 6 if shot.frames < 200 else 20):
            depsgraph = at_frame(frame)
            for side in "LR":
                grip = film.props.grips[side].evaluated_get(depsgraph).matrix_world.translation
                assert (bone(film.lou.rig, f"hand.{side}") - grip).length < 0.035, (number, frame, side)


def test_they_hold_each_other(film, modules: dict[str, ModuleType]):
    shot = modules["stage"].SHOTS["SH060"]
    for frame in range(shot.start + 44, shot.end + 1, 5):
        at_frame(frame)
        for rig, side, other, socket in (
            (film.lou.rig, "R", film.woman.rig, "socket.back"),
            (film.woman.rig, "R", film.lou.rig, "socket.hand"),
            (film.woman.rig, "L", film.lou.rig, "socket.shoulder"),
        ):
            assert (bone(rig, f"hand.{side}") - bone(other, socket)).length < 0.05, (frame, socket)


def test_both_are_recognised(film):
    found = {each.armature: each for each in recognise_all(rig_reader.read_all())}
    assert set(found) == {"Lou", "Woman"}
    for each in found.values():
        assert each.humanoid
        assert not [name for name in BODY if each.joints[name] is None]


def seen(camera: bpy.types.Object, place: Vector) -> Vector:
    return world_to_camera_view(bpy.context.scene, camera, place)


def test_the_last_picture_echoes_the_first(film, modules: dict[str, ModuleType]):
    """The same lens, place in the frame, size and pose, from high up."""
    stage = modules["stage"]
    pictures, poses = [], []
    for number, frame in (("SH010", stage.SHOTS["SH010"].end), ("SH080", stage.LAST)):
        at_frame(frame)
        camera, eye = camera_of(number), camera_of(number).matrix_world.translation
        waist = bone(film.lou.rig, "spine")
        pictures.append((seen(camera, waist), (waist - eye).length, camera.data.lens))
        poses.append([bone(film.lou.rig, b.name) for b in film.lou.rig.pose.bones if b.bone.use_deform])
    (first, near, lens), (last, far, same) = pictures
    assert lens == same
    assert (first.xy - last.xy).length < 0.02
    assert near == pytest.approx(far, rel=0.03)
    assert max((a - b).length for a, b in zip(*poses, strict=True)) < 0.01


def test_the_line_is_not_crossed(film, modules: dict[str, ModuleType]):
    """Whenever both are in the picture he is left and she is right, and the camera stays on its side of their line."""
    shots = modules["stage"].SHOTS
    for number, end in (("SH050", None), ("SH060", None), ("SH070", 30)):
        shot, camera = shots[number], camera_of(number)
        last = shot.end if end is None else shot.start + end
        for frame in range(shot.start, last + 1, 10):
            at_frame(frame)
            he, she = bone(film.lou.rig, "head"), bone(film.woman.rig, "head")
            assert seen(camera, he).x < seen(camera, she).x, (number, frame)
            line, eye = she - he, camera.matrix_world.translation - he
            assert line.x * eye.y - line.y * eye.x < 0, (number, frame)


def test_who_is_not_in_a_shot_is_behind_its_camera(film, modules: dict[str, ModuleType]):
    """Poses are drawn through walls."""
    shots = modules["stage"].SHOTS
    for told in modules["script"].SHOTS:
        for frame in (shots[told.number].start, shots[told.number].end):
            at_frame(frame)
            depth = seen(camera_of(told.number), bone(film.woman.rig, "head")).z
            assert (depth > 0) == ("@woman" in told.assets), (told.number, frame)


def test_twice_the_same(modules: dict[str, ModuleType]):
    def facts() -> list[object]:
        modules["build"].build()
        scene = bpy.context.scene
        rows: list[object] = []
        for frame in (1, 300, 500, 900):
            at_frame(frame)
            rows += [
                (o.name, [round(v, 6) for row in o.matrix_world for v in row])
                for o in scene.objects
                if o.type == "CAMERA"
            ]
            rows += [[round(v, 5) for v in bone(bpy.data.objects[n], "head")] for n in ("Lou", "Woman")]
        return rows + [(o.name, len(o.data.vertices)) for o in scene.objects if o.type == "MESH"]

    first = facts()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert facts() == first
