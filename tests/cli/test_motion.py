"""`shotwright motion` as a user runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import cli
from support.tree import ROOT

RIGS = ROOT.parent / "shared" / "rigs"
FILE = RIGS / "cmu1_jumping_jacks.bvh"


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    source = RIGS / "names_ue5_manny.blend"
    if not source.is_file():
        pytest.skip("needs shared/rigs, which does not belong to the repository")
    return Path(shutil.copyfile(source, tmp_path / "film.blend"))


def test_a_motion_is_put_and_saved(shotwright, in_bpy, rig: Path):
    if not (ROOT / "core/rigs/recognise.py").is_file():
        pytest.skip("needs the recognition of rigs")
    before = cli.sha256(rig)
    asked = ("motion", rig, "--onto", "ue5_manny", "--from", FILE, "--start", 10)
    document = shotwright(*asked, "--json", code=0).document
    assert cli.sha256(rig) == before
    assert (document["schema"], document["saved"]) == ("shotwright.motion.1", None)
    assert (document["armature"], document["action"]) == ("ue5_manny", "cmu1_jumping_jacks")
    assert document["frames"] == [10, 109]
    assert document["source_frames"] == [1, 125]
    assert document["fps"] == 24
    assert document["source_fps"] == pytest.approx(30.003, abs=0.001)
    assert {"pelvis", "thigh_l", "upperarm_r", "head"} <= set(document["bones"])
    assert document["joint_error_degrees"]["largest"] < 3
    ran = shotwright(*asked, "--save", code=0)
    assert "Saved to" in ran.out
    assert "note: The action" in ran.err
    seen = in_bpy(
        "import json\nbpy.ops.wm.open_mainfile(filepath=sys.argv[1])\n"
        "data = bpy.data.objects['ue5_manny'].animation_data\n"
        "print(json.dumps([data.action.name, len(bpy.data.actions), len(bpy.data.armatures), len(bpy.data.scenes)]))",
        rig,
    )
    assert json.loads(seen.out.splitlines()[-1]) == ["cmu1_jumping_jacks", 2, 1, 1]


@pytest.mark.parametrize(
    ("onto", "source", "more", "told"),
    [
        ("Nobody", FILE, (), "The scene has no armature 'Nobody'. Armatures: ue5_manny."),
        ("ue5_manny", "gone.bvh", (), "There is no file gone.bvh: check the path."),
        ("ue5_manny", "Nobody", (), "'Nobody' is no file and no armature of the scene."),
        ("ue5_manny", "ue5_manny", (), "'ue5_manny' would be given its own motion: name another source."),
        ("ue5_manny", FILE, ("--in", 20, "--out", 10), "--in 20 lies behind --out 10: swap them."),
        ("ue5_manny", FILE, ("--save", "--output", "x.blend"), "--save and --output exclude each other"),
    ],
)
def test_bad_input_is_told(shotwright, rig: Path, onto: str, source: object, more: tuple[object, ...], told: str):
    before = cli.sha256(rig)
    ran = shotwright("motion", rig, "--onto", onto, "--from", source, *more, "--json", code=2)
    assert ran.message.startswith(told)
    assert cli.sha256(rig) == before
