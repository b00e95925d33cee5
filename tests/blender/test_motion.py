"""Motions from files and armatures onto rigs, and what is left of that in the file."""

from __future__ import annotations

import json
import math
import shutil
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from bl_ext.user_default.shotwright.addon import motion
from bl_ext.user_default.shotwright.addon.motion_source import sampled
from bl_ext.user_default.shotwright.core.errors import BadInput, Refused
from bl_ext.user_default.shotwright.core.rigs import footing
from bl_ext.user_default.shotwright.core.rigs.data import JOINTS, JointBone, Recognised, bones_hash
from support.extension import ROOT
from support.snapshot import data_counts, scene_state

# Blender's BVH importer leaves the closing of its file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:.*FileIO.*", "ignore::ResourceWarning")

RIGS = ROOT.parent / "shared" / "rigs"
LIMBS = [
    (f"{side}_{first}", f"{side}_{second}")
    for side in "lr"
    for first, second in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
]


def truth(key: str) -> dict[str, Any]:
    """What is known of a shared rig; skips where there is none."""
    path = RIGS / "rig_truth.json"
    if not path.is_file():
        pytest.skip("needs shared/rigs, which does not belong to the repository")
    return json.loads(path.read_text(encoding="utf-8"))[key]


def known(key: str, obj: bpy.types.Object, **change: JointBone | None) -> Recognised:
    """A map made by hand."""
    joints = {name: JointBone(**told) if (told := truth(key)["joints"].get(name)) else None for name in JOINTS}
    bones = bones_hash(bone.name for bone in obj.data.bones)
    return Recognised(obj.name, True, {**joints, **change}, {}, 1.0, (), bones)


def opened(key: str) -> bpy.types.Object:
    """A shared rig's armature, in the open file."""
    path = RIGS / truth(key)["file"]
    match path.suffix:
        case ".blend":
            bpy.ops.wm.open_mainfile(filepath=str(path), use_scripts=False)
        case ".fbx":
            bpy.ops.import_scene.fbx(filepath=str(path))
        case ".bvh":
            bpy.ops.import_anim.bvh(filepath=str(path), update_scene_fps=True)
        case ".usdc":
            bpy.ops.wm.usd_import(filepath=str(path))
        case _:
            bpy.ops.import_scene.gltf(filepath=str(path))
    # 4.5 names what it reads from USD otherwise.
    armatures = [obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE"]
    return next((obj for obj in armatures if obj.name == truth(key)["armature"]), armatures[0])


_sources: dict[str, tuple[Recognised, dict[str, np.ndarray], float]] = {}


def source(key: str) -> tuple[Recognised, dict[str, np.ndarray], float]:
    """Map, joints at every frame and rate of a source, read here and not by what is tested. Leaves an empty file."""
    if key not in _sources:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        obj = opened(key)
        scene, found = bpy.context.scene, known(key, obj)
        first, last = obj.animation_data.action.frame_range
        places: dict[str, list[Any]] = {name: [] for name, joint in found.joints.items() if joint}
        for frame in range(round(first), round(last) + 1):
            scene.frame_set(frame)
            for name, into in places.items():
                bone = obj.pose.bones[found.joints[name].bone]
                into.append(obj.matrix_world @ getattr(bone, found.joints[name].end))
        rate = scene.render.fps / scene.render.fps_base
        _sources[key] = found, {name: np.array(each) for name, each in places.items()}, rate
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    return _sources[key]


def at_rate(places: dict[str, np.ndarray], rate: float, fps: float) -> dict[str, np.ndarray]:
    """The same joints at another rate, straight between frames."""
    count = len(next(iter(places.values())))
    times = np.arange(int((count - 1) / rate * fps + 1e-6) + 1) / fps * rate
    return {
        name: np.stack([np.interp(times, np.arange(count), each[:, axis]) for axis in range(3)], 1)
        for name, each in places.items()
    }


def directions(places: dict[str, np.ndarray]) -> np.ndarray:
    found = np.stack([places[end] - places[begin] for begin, end in LIMBS], 1)
    return found / np.linalg.norm(found, axis=-1, keepdims=True)


def fitted(theirs: np.ndarray, mine: np.ndarray) -> np.ndarray:
    """The one rotation that brings all directions of a motion nearest to another's (Kabsch, 1976)."""
    u, _, v = np.linalg.svd(theirs.reshape(-1, 3).T @ mine.reshape(-1, 3))
    turn = u @ np.diag([1, 1, np.sign(np.linalg.det(u @ v))]) @ v
    return turn.T


def joints_of(obj: bpy.types.Object, found: Recognised, first: int, last: int) -> dict[str, np.ndarray]:
    """The target's joints as the scene shows them."""
    moves = sampled(bpy.context.scene, obj, range(first, last + 1))
    names = [bone.name for bone in obj.pose.bones]
    return {
        name: (moves.heads if joint.end == "head" else moves.tails)[:, names.index(joint.bone)]
        for name, joint in found.joints.items()
        if joint
    }


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the footing was asked and what it answered."""
    told: dict[str, Any] = {}
    real = footing.put

    def put(source, moves, target, stance, fps, here=True):
        told.update(source=source, target=target, stance=stance, done=real(source, moves, target, stance, fps, here))
        return told["done"]

    monkeypatch.setattr(footing, "put", put)
    return told


SOURCES = [
    *("fair1_wave_hello", "fair1_zombie", "fair1_jumping", "cmu1_jumping_jacks", "rokoko_jesse"),
    *("ozz_pab_walk", "mpfb_cmu_mb", "mpfb_game_engine_usd"),
]
TARGETS = ["mpfb_mixamo", "vrm_chestbone", "names_mmd_blender_lr", "names_ue5_manny", "names_smpl_m_avg"]


@pytest.mark.parametrize("onto", TARGETS)
@pytest.mark.parametrize("key", SOURCES)
def test_across_conventions(key: str, onto: str, kept: dict[str, Any]):
    map_, places, rate = source(key)
    obj = opened(onto)
    found = known(onto, obj)
    asked = motion.Wanted(obj.name, str(RIGS / truth(key)["file"]), start=7)
    done = motion.put(bpy.context.scene, asked, [found, map_])
    assert done.frames[0] == 7
    mine, theirs = joints_of(obj, found, *done.frames), at_rate(places, rate, done.fps)
    assert {len(each) for each in mine.values()} == {len(theirs["neck"])}
    one, other = directions(mine), directions(theirs)
    turn = fitted(other, one)
    angles = np.degrees(np.arccos(np.clip(np.einsum("tli,tli->tl", one, other @ turn.T), -1, 1)))
    assert angles.max() < 3, dict(zip(LIMBS, angles.max(0).round(2), strict=True))
    assert done.largest_error < 3
    # Upright: the rotation between the two keeps the way up that the source's file has.
    feet(obj, kept, theirs, turn, mine, done)


def feet(
    obj: bpy.types.Object,
    kept: dict[str, Any],
    theirs: dict[str, np.ndarray],
    turn: np.ndarray,
    mine: dict[str, np.ndarray],
    done: motion.Done,
) -> None:
    target, stance, told = kept["target"], kept["stance"], kept["done"]
    leg = target.leg
    moves = sampled(bpy.context.scene, obj, range(done.frames[0], done.frames[1] + 1))
    heights = []
    for column, side in enumerate(told.feet.sides):
        ankle, ball = mine[f"{side}_ankle"], footing._ball(target, side, moves.heads, moves.turns)
        heights.append(np.minimum(ankle[:, 2] - stance.ankles[side], ball[:, 2] - stance.balls[side]))
        # Steps of a planted foot, less the source's own.
        source_ankle = done.scale * theirs[f"{side}_ankle"] @ turn.T
        on = told.feet.contacts[:, column]
        both = on[1:] & on[:-1]
        slid = np.linalg.norm(np.diff(ankle, axis=0) - np.diff(source_ankle, axis=0), axis=-1)[both]
        assert slid.max(initial=0) < 0.02 * leg, (side, slid.max() / leg)
    low = np.min(heights, axis=0) - done.scale * told.feet.heights.min(1)
    assert np.abs(low).max() < 0.015 * leg, np.abs(low).max() / leg


@pytest.mark.parametrize("key", ["names_ue5_manny", "mpfb_mixamo", "names_mmd_blender_lr", "mpfb_cmu_mb"])
def test_its_own_motion_put_back_is_the_same(key: str, tmp_path: Path):
    obj = opened(key)
    scene, found = bpy.context.scene, known(key, obj)
    first, last = (round(frame) for frame in obj.animation_data.action.frame_range)
    before = sampled(scene, obj, range(first, last + 1))
    bpy.context.view_layer.objects.active = obj
    path = tmp_path / "own.bvh"
    bpy.ops.export_anim.bvh(filepath=str(path), frame_start=first, frame_end=last, root_transform_only=True)
    done = motion.put(scene, motion.Wanted(obj.name, str(path), start=first), [found])
    assert (done.action, done.frames) == ("own", (first, last))
    after = sampled(scene, obj, range(first, last + 1))
    names = [bone.name for bone in obj.pose.bones]
    for name in done.bones:
        one, other = before.turns[:, names.index(name)], after.turns[:, names.index(name)]
        cosine = (np.einsum("tij,tij->t", one, other) - 1) / 2
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 1, name
    row = names.index(found.joints["l_hip"].bone)
    assert np.abs(before.heads[:, row] - after.heads[:, row]).max() < 0.005


# -- what is left ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["cmu1_jumping_jacks", "ozz_pab_walk", "mpfb_game_engine_usd", "cesium_man", "mpfb_game_engine"]
)
def test_nothing_of_the_import_stays(key: str):
    map_ = source(key)[0]
    obj = opened("names_ue5_manny")
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 24, 1.001
    scene.frame_start, scene.frame_end = 3, 77
    scene.frame_set(12)
    found, old = known("names_ue5_manny", obj), obj.animation_data.action
    before, ids = scene_state(scene), {block.name for block in bpy.data.objects}
    motion.put(scene, motion.Wanted(obj.name, str(RIGS / truth(key)["file"])), [found, map_])
    after = scene_state(scene)
    assert after.pop("counts") == {**before["counts"], "actions": before.pop("counts")["actions"] + 1}
    assert after == before
    assert {block.name for block in bpy.data.objects} == ids
    assert old.use_fake_user
    assert obj.animation_data.action is not old


@pytest.mark.parametrize(
    ("name", "content"),
    [("gone.bvh", None), ("torn.bvh", b"HIERARCHY\nROOT Hips\n{\n"), ("torn.fbx", b"Kaydara"), ("torn.glb", b"glTF\2")],
)
def test_a_broken_file_changes_nothing(name: str, content: bytes | None, tmp_path: Path):
    obj = opened("names_ue5_manny")
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    before = scene_state(bpy.context.scene)
    with pytest.raises(BadInput, match=name):
        motion.put(bpy.context.scene, motion.Wanted(obj.name, str(path)), [known("names_ue5_manny", obj)])
    assert scene_state(bpy.context.scene) == before


def test_undo_brings_everything_back(monkeypatch: pytest.MonkeyPatch):
    map_ = source("cmu1_jumping_jacks")[0]
    obj = opened("names_ue5_manny")
    name = obj.name
    maps = [known("names_ue5_manny", obj), map_]
    real = motion.put
    monkeypatch.setattr(motion, "put", lambda scene, asked: real(scene, asked, maps))
    scene = bpy.context.scene
    bpy.context.view_layer.objects.active = obj
    obj.pose.bones[0].location.x = 0.25
    scene.frame_set(5)
    counts, action = data_counts(), obj.animation_data.action.name
    poses = [tuple(bone.matrix_basis.to_quaternion()) for bone in obj.pose.bones]
    bpy.ops.ed.undo_push(message="before")
    file = str(RIGS / "cmu1_jumping_jacks.bvh")
    assert bpy.ops.shotwright.put_motion("EXEC_DEFAULT", True, filepath=file, start=1) == {"FINISHED"}
    assert bpy.data.objects[name].animation_data.action.name == "cmu1_jumping_jacks"
    bpy.ops.ed.undo()
    obj = bpy.data.objects[name]
    assert obj.animation_data.action.name == action
    assert not obj.animation_data.action.use_fake_user
    assert data_counts() == counts
    assert [tuple(bone.matrix_basis.to_quaternion()) for bone in obj.pose.bones] == poses
    assert bpy.context.scene.frame_current == 5


# -- the bake -------------------------------------------------------------------------------------


def curves(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    return [
        curve for layer in action.layers for strip in layer.strips for bag in strip.channelbags for curve in bag.fcurves
    ]


def test_keys_lie_at_every_frame_in_each_bones_own_mode():
    map_ = source("fair1_jumping")[0]
    obj = opened("names_ue5_manny")
    modes = dict(zip(("thigh_l", "calf_l", "upperarm_l"), ("XYZ", "ZYX", "AXIS_ANGLE"), strict=True))
    for name, mode in modes.items():
        obj.pose.bones[name].rotation_mode = mode
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 30, 1.001
    found = known("names_ue5_manny", obj)
    done = motion.put(scene, motion.Wanted(obj.name, str(RIGS / "fair1_jumping.bvh"), start=-4), [found, map_])
    seconds = 653 * 0.008342
    assert done.frames == (-4, -4 + int(seconds * 30 / 1.001))
    action = obj.animation_data.action
    assert (action.name, obj.animation_data.action_slot.target_id_type) == ("fair1_jumping", "OBJECT")
    keyed = {curve.data_path: [] for curve in curves(action)}
    for curve in curves(action):
        keyed[curve.data_path].append(curve)
        frames = [point.co.x for point in curve.keyframe_points]
        assert frames == list(range(done.frames[0], done.frames[1] + 1))
    for name, mode in modes.items():
        prop = "rotation_axis_angle" if mode == "AXIS_ANGLE" else "rotation_euler"
        assert f'pose.bones["{name}"].{prop}' in keyed
        for curve in keyed[f'pose.bones["{name}"].{prop}'] if prop == "rotation_euler" else ():
            values = np.array([point.co.y for point in curve.keyframe_points])
            assert np.abs(np.diff(values)).max() < math.pi
    assert [path for path in keyed if path.endswith("location")] == ['pose.bones["pelvis"].location']
    assert done.largest_error < 3


def test_ten_seconds_on_two_hundred_bones_take_seconds():
    map_ = source("rokoko_jesse")[0]
    obj = opened("names_smplx")
    bpy.context.view_layer.objects.active = obj
    found = known("names_smplx", obj)
    bpy.ops.object.mode_set(mode="EDIT")
    bones = obj.data.edit_bones
    for index in range(200 - len(bones)):
        extra = bones.new(f"extra.{index:03}")
        extra.head, extra.tail, extra.parent = (0, 0, index), (0, 0, index + 1), bones[0]
    bpy.ops.object.mode_set(mode="OBJECT")
    found = Recognised(obj.name, True, found.joints, bones=bones_hash(bone.name for bone in obj.data.bones))
    start = time.perf_counter()
    done = motion.put(bpy.context.scene, motion.Wanted(obj.name, str(RIGS / "rokoko_jesse_dance.bvh")), [found, map_])
    assert time.perf_counter() - start < 20
    assert done.frames[1] - done.frames[0] == 241


# -- held bones, other armatures, refusals --------------------------------------------------------


def test_held_bones_are_refused_and_named_unless_they_may_be_muted():
    map_ = source("cmu1_jumping_jacks")[0]
    obj = opened("rigify_generated")
    scene, found = bpy.context.scene, known("rigify_generated", obj)
    asked = motion.Wanted(obj.name, str(RIGS / "cmu1_jumping_jacks.bvh"))
    before = scene_state(scene)
    with pytest.raises(Refused, match=r"DEF-.*--mute-constraints"):
        motion.put(scene, asked, [found, map_])
    assert scene_state(scene) == before
    done = motion.put(scene, motion.Wanted(obj.name, asked.source, mute=True), [found, map_])
    assert any(name.startswith("DEF-thigh") for name in done.muted)
    assert any("Muted" in note for note in done.notes)
    assert done.largest_error < 3


def test_from_another_armature_of_the_scene_placed_where_that_is():
    obj = opened("names_ue5_manny")
    scene = bpy.context.scene
    other = obj.copy()
    other.data = obj.data.copy()
    scene.collection.objects.link(other)
    other.name = "Other"
    other.animation_data_clear()
    other.location, other.rotation_euler = (3, 4, 0), (0, 0, 1.2)
    bpy.context.view_layer.update()
    found = known("names_ue5_manny", obj)
    mine = joints_of(obj, found, 1, 40)
    done = motion.put(scene, motion.Wanted("Other", obj.name, start=1, here=False), [found])
    theirs = joints_of(other, found, *done.frames)
    assert np.abs(theirs["l_hip"] - mine["l_hip"]).max() < 0.01
    motion.put(scene, motion.Wanted("Other", obj.name, start=1), [found])
    placed = joints_of(other, found, 1, 40)
    assert (
        np.abs((placed["l_hip"] + placed["r_hip"])[0, :2] / 2 - (theirs["l_hip"] + theirs["r_hip"])[0, :2] / 2).max()
        < 0.02
    )
    with pytest.raises(BadInput, match="own motion"):
        motion.put(scene, motion.Wanted("Other", "Other"), [found])


@pytest.mark.parametrize("scale", [0.01, 100.0])
def test_a_scaled_and_turned_armature_stands_where_it_stood(scale: float):
    map_ = source("fair1_jumping")[0]
    obj = opened("names_ue5_manny")
    obj.animation_data_clear()
    obj.scale, obj.location, obj.rotation_euler = [scale] * 3, (5 * scale, -2 * scale, 3 * scale), (0, 0, math.pi / 2)
    bpy.context.view_layer.update()
    found = known("names_ue5_manny", obj)
    rest = joints_of(obj, found, 1, 1)
    done = motion.put(
        bpy.context.scene, motion.Wanted(obj.name, str(RIGS / "fair1_jumping.bvh"), start=1), [found, map_]
    )
    after = joints_of(obj, found, *done.frames)
    assert done.largest_error < 3
    middle = [(each["l_hip"][0] + each["r_hip"][0]) / 2 for each in (rest, after)]
    assert np.abs(middle[0] - middle[1])[:2].max() < 0.02 * scale
    across = [each["l_shoulder"][0] - each["r_shoulder"][0] for each in (rest, after)]
    cosine = across[0] @ across[1] / np.linalg.norm(across[0]) / np.linalg.norm(across[1])
    assert math.degrees(math.acos(min(1, cosine))) < 15
    low = min(after["l_ankle"][:, 2].min(), after["r_ankle"][:, 2].min()) - rest["l_ankle"][0, 2]
    assert abs(low) < 0.03 * scale


def test_a_part_of_the_source():
    map_ = source("cmu1_jumping_jacks")[0]
    obj = opened("names_ue5_manny")
    found = known("names_ue5_manny", obj)
    file = str(RIGS / "cmu1_jumping_jacks.bvh")
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = 30, 1.0
    done = motion.put(scene, motion.Wanted(obj.name, file, start=50, first=31, last=60), [found, map_])
    assert (done.frames, done.source_frames) == ((50, 78), (31, 60))
    for first, last, text in ((40, 20, "swap"), (500, 600, "goes from 1 to 125")):
        with pytest.raises(BadInput, match=text):
            motion.put(scene, motion.Wanted(obj.name, file, first=first, last=last), [found, map_])


def test_an_upper_body_alone_moves_and_says_so():
    map_ = source("fair1_wave_hello")[0]
    obj = opened("names_ue5_manny")
    legs = {f"{side}_{name}": None for side in "lr" for name in ("hip", "knee", "ankle")}
    found = known("names_ue5_manny", obj, **legs)
    done = motion.put(bpy.context.scene, motion.Wanted(obj.name, str(RIGS / "fair1_wave_hello.bvh")), [found, map_])
    assert any("upper body" in note for note in done.notes)
    assert not any(name.startswith(("thigh", "calf", "foot", "pelvis")) for name in done.bones)
    assert {"upperarm_l", "lowerarm_r"} <= set(done.bones)
    assert done.largest_error < 3


def test_bad_input_is_told(tmp_path: Path):
    map_ = source("cmu1_jumping_jacks")[0]
    obj = opened("names_ue5_manny")
    scene, found = bpy.context.scene, known("names_ue5_manny", obj)
    file = str(RIGS / "cmu1_jumping_jacks.bvh")
    with pytest.raises(BadInput, match=r"no armature 'Nobody'. Armatures: ue5_manny"):
        motion.put(scene, motion.Wanted("Nobody", file), [found])
    with pytest.raises(BadInput, match="no file and no armature"):
        motion.put(scene, motion.Wanted(obj.name, "Nobody"), [found])
    refused = Recognised(obj.name, False, {}, why=("It has no arms.",), bones=found.bones)
    with pytest.raises(BadInput, match=r"no person's rig. It has no arms\."):
        motion.put(scene, motion.Wanted(obj.name, file), [refused, map_])
    still = tmp_path / "still.bvh"
    text = (RIGS / "cmu1_jumping_jacks.bvh").read_text(encoding="utf-8")
    head, frames = text.split("Frame Time: .03333\n")
    still.write_text(head.replace("Frames: 125", "Frames: 4") + "Frame Time: .03333\n" + frames.splitlines()[0] + "\n")
    still.write_text(still.read_text() + (frames.splitlines()[0] + "\n") * 3)
    with pytest.raises(BadInput, match="no motion"):
        motion.put(scene, motion.Wanted(obj.name, str(still)), [found, map_])
    other = tmp_path / "figure.txt"
    shutil.copyfile(file, other)
    with pytest.raises(BadInput, match="no kind"):
        motion.put(scene, motion.Wanted(obj.name, str(other)), [found])
    obj.scale.x = -1
    bpy.context.view_layer.update()
    with pytest.raises(BadInput, match="mirrored"):
        motion.put(scene, motion.Wanted(obj.name, file), [found, map_])


def test_a_linked_armature_is_refused():
    path = RIGS / truth("names_ue5_manny")["file"]
    with bpy.data.libraries.load(str(path), link=True) as (there, here):
        here.objects = [name for name in there.objects if name == truth("names_ue5_manny")["armature"]]
    (obj,) = here.objects
    bpy.context.scene.collection.objects.link(obj)
    with pytest.raises(BadInput, match="library override"):
        motion.put(bpy.context.scene, motion.Wanted(obj.name, str(RIGS / "cmu1_jumping_jacks.bvh")))


def test_a_library_override_takes_a_motion():
    map_ = source("cmu1_jumping_jacks")[0]
    path = RIGS / truth("names_ue5_manny")["file"]
    with bpy.data.libraries.load(str(path), link=True) as (there, here):
        here.objects = [name for name in there.objects if name == truth("names_ue5_manny")["armature"]]
    scene = bpy.context.scene
    scene.collection.objects.link(here.objects[0])
    obj = here.objects[0].override_create(remap_local_usages=True)
    found = known("names_ue5_manny", obj)
    done = motion.put(scene, motion.Wanted(obj.name_full, str(RIGS / "cmu1_jumping_jacks.bvh"), start=1), [found, map_])
    assert obj.animation_data.action.name == "cmu1_jumping_jacks"
    assert done.largest_error < 3


def test_an_armature_that_was_moved_by_its_action_stays_where_it_is_at_the_start():
    map_ = source("cmu1_jumping_jacks")[0]
    obj = opened("names_ue5_manny")
    scene, found = bpy.context.scene, known("names_ue5_manny", obj)
    for frame, at in ((1, 0.0), (21, 2.0)):
        obj.location.x = at
        obj.keyframe_insert("location", frame=frame)
    scene.frame_set(3)
    asked = motion.Wanted(obj.name, str(RIGS / "cmu1_jumping_jacks.bvh"), start=21)
    done = motion.put(scene, asked, [found, map_])
    assert any("itself" in note for note in done.notes)
    assert obj.location.x == pytest.approx(2)
    joints = joints_of(obj, found, 21, 21)
    assert (joints["l_hip"] + joints["r_hip"])[0, 0] / 2 == pytest.approx(2, abs=0.05)


def test_a_strip_below_does_not_mix_in():
    map_ = source("cmu1_jumping_jacks")[0]
    obj = opened("names_ue5_manny")
    data = obj.animation_data
    data.nla_tracks.new().strips.new("Old", 1, data.action)
    found = known("names_ue5_manny", obj)
    asked = motion.Wanted(obj.name, str(RIGS / "cmu1_jumping_jacks.bvh"), start=1)
    done = motion.put(bpy.context.scene, asked, [found, map_])
    assert all(track.mute for track in data.nla_tracks)
    assert any("nonlinear" in note for note in done.notes)
    assert done.largest_error < 3
