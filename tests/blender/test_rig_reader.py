"""Armatures of the open file read as plain data, and corrections kept in the project."""

from __future__ import annotations

import bpy
import pytest
from bl_ext.user_default.shotwright.addon import rig_files, rig_maps, rig_reader
from bl_ext.user_default.shotwright.core.errors import BadInput
from bl_ext.user_default.shotwright.core.rigs.corrections import correction_of, path_in
from bl_ext.user_default.shotwright.core.rigs.data import JointBone
from bl_ext.user_default.shotwright.core.rigs.names import presets
from mathutils import Vector
from support import figures


def armature(name: str, sticks: figures.Sticks) -> bpy.types.Object:
    data = bpy.data.armatures.new(name)
    rig = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for bone_name, (parent, head, tail) in sticks.bones.items():
        bone = data.edit_bones.new(bone_name)
        bone.head, bone.tail = head, tail
        bone.parent = data.edit_bones.get(parent or "")
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def test_bones_in_world_space():
    rig = armature("Figure", figures.person())
    rig.scale = (100, 100, 100)
    rig.location = (5, 0, 0)
    rig.data.bones["head"].use_deform = False
    bpy.context.view_layer.update()
    (read,) = rig_reader.read_all()
    bones = {bone.name: bone for bone in read.bones}
    assert read.name == "Figure"
    assert bones["l_hand"].parent == "l_forearm.0"
    assert bones["hips"].parent is None
    assert bones["head"].tail == pytest.approx((5, 0, 175), abs=1e-2)
    assert (bones["head"].deform, bones["neck"].deform) == (False, True)
    assert len(read.poses) == 1


def test_poses_over_the_action_and_the_playhead_returns():
    rig = armature("Figure", figures.person())
    shin = rig.pose.bones["l_shin.0"]
    shin.rotation_mode = "XYZ"
    for frame, angle in ((10, 0.0), (30, 1.0)):
        shin.rotation_euler.x = angle
        shin.keyframe_insert("rotation_euler", frame=frame)
    scene = bpy.context.scene
    scene.frame_set(7, subframe=0.25)
    (read,) = rig_reader.read_all()
    assert [pose.frame for pose in read.poses][:: len(read.poses) - 1] == [10, 30]
    index = [bone.name for bone in read.bones].index("l_foot")
    first, last = (Vector(pose.heads[index]) for pose in (read.poses[0], read.poses[-1]))
    assert (first - last).length > 0.3
    assert (scene.frame_current, scene.frame_subframe) == (7, 0.25)


def test_every_scene_once_and_by_name():
    armature("One", figures.person())
    two = armature("Two", figures.quadruped())
    three = armature("Three", figures.snake())
    other = bpy.data.scenes.new("Other")
    for rig in (two, three):
        other.collection.objects.link(rig)
    bpy.context.scene.collection.objects.unlink(three)
    assert sorted(read.name for read in rig_reader.read_all()) == ["One", "Three", "Two"]
    assert [read.name for read in rig_reader.read_all(["Two"])] == ["Two"]
    assert rig_reader.read_all(["Four"]) == []


def test_inside_an_instanced_collection():
    rig = armature("Figure", figures.person())
    inside = bpy.data.collections.new("Character")
    inside.objects.link(rig)
    bpy.context.scene.collection.objects.unlink(rig)
    empty = bpy.data.objects.new("Instance", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", inside
    bpy.context.scene.collection.objects.link(empty)
    (read,) = rig_reader.read_all()
    assert read.name == "Figure"
    (found,) = rig_maps.of_open_file()
    assert found.humanoid


def test_an_empty_armature():
    data = bpy.data.armatures.new("Empty")
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Empty", data))
    (found,) = rig_maps.of_open_file()
    assert not found.humanoid
    assert "0 bones" in found.why[0]


def test_what_meshes_follow():
    """Skinned, and parented to a bone."""
    rig = armature("Figure", figures.person())
    mesh = bpy.data.meshes.new("Box")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    skinned, hat = (bpy.data.objects.new(name, mesh) for name in ("Skin", "Hat"))
    for each in (skinned, hat):
        bpy.context.scene.collection.objects.link(each)
    skinned.modifiers.new("Armature", "ARMATURE").object = rig
    skinned.vertex_groups.new(name="l_hand").add([0, 1], 0.5, "REPLACE")
    hat.parent, hat.parent_type, hat.parent_bone = rig, "BONE", "head"
    (read,) = rig_reader.read_all()
    weights = {bone.name: bone.weight for bone in read.bones if bone.weight}
    assert weights == {"l_hand": pytest.approx(1.0), "head": 3.0}


def test_the_rig_that_moves_the_mesh_comes_first():
    armature("Bare", figures.person())
    rig = armature("Worn", figures.person())
    mesh = bpy.data.objects.new("Hat", bpy.data.meshes.new("Hat"))
    mesh.data.from_pydata([(0, 0, 0)], [], [])
    bpy.context.scene.collection.objects.link(mesh)
    mesh.parent, mesh.parent_type, mesh.parent_bone = rig, "BONE", "head"
    assert [found.armature for found in rig_maps.of_open_file()] == ["Worn", "Bare"]


def test_a_correction_is_kept_by_the_bones_names(tmp_path):
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "film.blend"))
    rig = armature("Figure", figures.person())
    names = [bone.name for bone in rig.data.bones]
    said = correction_of(names, {"l_wrist": JointBone("l_hand", "tail"), "neck": None})
    path = rig_maps.store(tmp_path / "shotwright", said)
    assert path == path_in(tmp_path / "shotwright", said.bones)
    assert rig_maps.correction(tmp_path / "shotwright", said.bones) == said
    rig.name = "Another"
    (found,) = rig_maps.of_open_file()
    assert found.joints["l_wrist"] == JointBone("l_hand", "tail")
    assert found.joints["neck"] is None
    assert found.joints["l_knee"] == JointBone("l_shin.0")
    assert found.why[0].startswith("Set by hand")
    assert rig_maps.correction(tmp_path / "shotwright", "0" * 16) is None


def test_the_zip_has_the_maps():
    assert {"Mixamo", "Rigify", "MikuMikuDance"} <= {preset.convention for preset in presets()}


def test_opening_what_is_no_rig(tmp_path):
    with pytest.raises(BadInput, match="no file"):
        rig_files.open_or_import(tmp_path / "nothing.fbx")
    path = tmp_path / "notes.txt"
    path.write_text("notes")
    with pytest.raises(BadInput, match="no kind that has rigs"):
        rig_files.open_or_import(path)
    path = tmp_path / "broken.bvh"
    path.write_text("notes")
    with pytest.raises(BadInput, match="HIERARCHY"):
        rig_files.open_or_import(path)
