"""The verb `rigs`: files of every kind, what it says about them, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support import cli, figures
from support.tree import ROOT

RIGS = ROOT.parent / "shared" / "rigs"

MAKE = """
from support import figures
bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
for kind, sticks in (("Person", figures.person(fingers=5)), ("Beast", figures.quadruped())):
    data = bpy.data.armatures.new(kind)
    rig = bpy.data.objects.new(kind, data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name, (parent, head, tail) in sticks.bones.items():
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = head, tail
        bone.parent = data.edit_bones.get(parent or "")
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.location.x = len(bpy.data.objects) * 3
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1])
bpy.ops.export_scene.fbx(filepath=sys.argv[1].replace(".blend", ".fbx"))
bpy.ops.export_scene.gltf(filepath=sys.argv[1].replace(".blend", ".glb"))
bpy.ops.wm.usd_export(filepath=sys.argv[1].replace(".blend", ".usdc"))
"""


@pytest.fixture(scope="module")
def files(environment, tmp_path_factory) -> Path:
    """A folder with two armatures, a person's and a beast's, as .blend, .fbx, .glb, .vrm and .usdc."""
    folder = tmp_path_factory.mktemp("rigs")
    start = (
        f"import sys\nsys.path.insert(0, {str(ROOT / 'tests')!r})\n"
        "from support.tree import load_tree\nload_tree()\nimport bpy\nimport os\n"
    )
    ran = cli.run(
        [sys.executable, "-c", start + MAKE + "sys.stdout.flush()\nos._exit(0)", str(folder / "two.blend")],
        environment,
        folder,
    )
    assert ran.code == 0, ran.err
    (folder / "two.vrm").write_bytes((folder / "two.glb").read_bytes())
    return folder


def bvh(sticks: figures.Sticks, z_up: bool) -> str:
    """A motion capture file: offsets between heads, two frames without a turn."""
    children: dict[str | None, list[str]] = {}
    for name, (parent, _, _) in sticks.bones.items():
        children.setdefault(parent, []).append(name)

    def offset(a: figures.Vector, b: figures.Vector) -> str:
        x, y, z = (100 * (q - p) for p, q in zip(a, b, strict=True))
        return f"OFFSET {x:.4f} {y:.4f} {z:.4f}" if z_up else f"OFFSET {x:.4f} {z:.4f} {-y:.4f}"

    lines: list[str] = ["HIERARCHY"]
    count = 0

    def write(name: str, above: figures.Vector, word: str) -> None:
        nonlocal count
        count += 1
        _, head, tail = sticks.bones[name]
        channels = "6 Xposition Yposition Zposition" if word == "ROOT" else "3"
        lines.extend([f"{word} {name}", "{", offset(above, head), f"CHANNELS {channels} Zrotation Xrotation Yrotation"])
        for child in children.get(name, []):
            write(child, head, "JOINT")
        if name not in children:
            lines.extend(["End Site", "{", offset(head, tail), "}"])
        lines.append("}")

    (root,) = children[None]
    write(root, (0, 0, 0), "ROOT")
    motion = " ".join(["0.0"] * (3 * count + 3))
    return "\n".join([*lines, "MOTION", "Frames: 2", "Frame Time: 0.04", motion, motion, ""])


@pytest.mark.parametrize("suffix", [".blend", ".fbx", ".glb", ".vrm", ".usdc"])
def test_every_kind_of_file(shotwright, files, suffix):
    path = files / f"two{suffix}"
    before = cli.sha256(path)
    document = shotwright("rigs", path, "--json", code=0).document
    assert (document["schema"], document["file"]) == ("shotwright.rigs.1", str(path))
    person, beast = document["rigs"]
    assert (person["humanoid"], beast["humanoid"]) == (True, False)
    assert "Person" in person["armature"]
    assert "Beast" in beast["armature"]
    joints = {joint: at and at["bone"] for joint, at in person["joints"].items()}
    for side in "lr":
        names = {"shoulder": "upperarm", "elbow": "forearm", "hip": "thigh", "knee": "shin"}
        for joint, bone in names.items():
            assert joints[f"{side}_{joint}"].startswith(f"{side}_{bone}")
        assert joints[f"{side}_wrist"].startswith(f"{side}_hand")
        assert joints[f"{side}_ankle"].startswith(f"{side}_foot")
    assert joints["neck"] == "neck"
    assert joints["nose"] is None
    assert set(person["hands"]) == {"left", "right"}
    assert all(len(points) == 21 for points in person["hands"].values())
    assert beast["joints"] == dict.fromkeys(joints)
    assert person["why"]
    assert beast["why"]
    assert person["seconds"] < 5
    assert cli.sha256(path) == before


@pytest.mark.parametrize("z_up", [False, True])
def test_motion_capture_stands(in_bpy, shotwright, tmp_path, z_up):
    path = tmp_path / "walk.bvh"
    path.write_text(bvh(figures.person(), z_up))
    (found,) = shotwright("rigs", path, "--json", code=0).document["rigs"]
    assert found["humanoid"]
    assert found["joints"]["l_knee"] == {"bone": "l_shin.0", "end": "head"}
    code = """
from pathlib import Path
from shotwright.addon import rig_files
rig_files.open_or_import(Path(sys.argv[1]))
rig = bpy.data.objects["walk"]
rise = rig.matrix_world @ rig.pose.bones["neck"].head - rig.matrix_world @ rig.pose.bones["l_foot"].head
assert rise.normalized().z > 0.95, rise
"""
    in_bpy(code, path)


def test_several_files_and_names(shotwright, files, tmp_path):
    broken = tmp_path / "broken.fbx"
    broken.write_text("no model")
    ran = shotwright("rigs", files / "two.blend", broken, "--armature", "Person", "--json", code=2)
    whole, bad = ran.document["files"]
    assert [rig["armature"] for rig in whole["rigs"]] == ["Person"]
    assert bad["rigs"] == []
    assert "broken.fbx" in bad["problem"]
    assert f"shotwright: {bad['problem']}" in ran.err
    assert (
        "no armature 'Nobody'. It has:"
        in shotwright("rigs", files / "two.blend", "--armature", "Nobody", "--json", code=2).message
    )


def test_as_text(shotwright, files):
    out = shotwright("rigs", files / "two.blend", code=0).out
    assert "Person: a person" in out
    assert "Beast: no person" in out
    assert "l_knee       l_shin.0" in out


@pytest.mark.parametrize(
    "suffix", [".blend", ".fbx", ".glb", ".gltf", ".vrm", ".bvh", ".usd", ".usda", ".usdc", ".usdz"]
)
def test_a_broken_file(shotwright, tmp_path, suffix):
    path = tmp_path / f"broken{suffix}"
    path.write_text("this is no model\n")
    message = shotwright("rigs", path, "--json", code=2).message
    assert str(path) in message
    assert "Location" not in message


def test_other_bad_input(shotwright, tmp_path):
    missing = tmp_path / "nothing.fbx"
    assert shotwright("rigs", missing, "--json", code=2).message == f"There is no file {missing}: check the path."
    other = tmp_path / "notes.txt"
    other.write_text("notes")
    assert "of no kind that has rigs" in shotwright("rigs", other, "--json", code=2).message
    assert "required" in shotwright("rigs", "--json", code=2).message


def test_a_correction_in_the_project_wins(shotwright, files, tmp_path):
    path = tmp_path / "film" / "two.blend"
    path.parent.mkdir()
    path.write_bytes((files / "two.blend").read_bytes())
    rigs = shotwright("rigs", path, "--json", code=0).document["rigs"]
    said = {
        "schema": "shotwright.rig.1",
        "bones": rigs[0]["bones"],
        "joints": {"nose": {"bone": "head", "end": "tail"}, "neck": None, "l_eye": {"bone": "gone"}},
    }
    place = path.parent / "shotwright" / "rigs" / f"{rigs[0]['bones']}.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(said))
    person, beast = shotwright("rigs", path, "--json", code=0).document["rigs"]
    assert person["joints"]["nose"] == {"bone": "head", "end": "tail"}
    assert person["joints"]["neck"] is None
    assert person["joints"]["l_eye"] is None
    assert person["confidence"] == 1
    assert person["why"][0] == "Set by hand: nose, neck."
    assert "'gone'" in person["why"][1]
    assert beast == {**rigs[1], "seconds": beast["seconds"]}
    place.write_text("{")
    assert "damaged" in shotwright("rigs", path, "--json", code=1).message


def test_real_rigs(shotwright, tmp_path):
    """Every rig of `shared/rigs`: all joints right, none invented, everything that is no person refused."""
    truth_file = RIGS / "rig_truth.json"
    if not truth_file.is_file():
        pytest.skip("needs ../shared/rigs, which does not belong to the repository")
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    paths = {rig: RIGS / entry["file"] if entry["file"] else _metarig(rig, tmp_path) for rig, entry in truth.items()}
    documents = shotwright("rigs", *paths.values(), "--json", code=0).document["files"]
    said = {}
    for (rig, entry), document in zip(truth.items(), documents, strict=True):
        best = next(iter(document["rigs"]), {"humanoid": False, "joints": {}})
        said[rig] = {"humanoid": best["humanoid"], "joints": best["joints"]}
        if entry["armature"] in [found["armature"] for found in document["rigs"]]:
            said[rig]["armature"] = best["armature"]
        assert max([found["seconds"] for found in document["rigs"]], default=0) < 5
    prediction = tmp_path / "prediction.json"
    prediction.write_text(json.dumps(said), encoding="utf-8")
    score = [sys.executable, str(RIGS / "score.py"), str(prediction)]
    done = subprocess.run(score, capture_output=True, text=True, check=True)
    summary = done.stdout.splitlines()[-1]
    print(summary)
    right, rest = summary.removeprefix("joints right ").split(" = ")
    assert len(set(right.split("/"))) == 1, done.stdout
    assert "missing 0; invented 0;" in rest, done.stdout
    assert len(set(rest.split()[-1].split("/"))) == 1, done.stdout


def _metarig(name: str, folder: Path) -> Path:
    """One of the rigs that Rigify makes."""
    path = folder / f"{name}.blend"
    command = [sys.executable, str(RIGS / "make_metarig.py"), name.removeprefix("metarig_"), str(path)]
    subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert path.is_file()
    return path
