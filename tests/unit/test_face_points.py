"""Faces with bones: which bone is which point."""

from __future__ import annotations

from pathlib import Path

import pytest
from shotwright.core.pose import FACE_POINTS
from shotwright.core.rigs.face_points import _RIGIFY, face_bones
from support.tree import ROOT

BARE = {bone for bone, _ in _RIGIFY.values()}


def test_every_point_once_and_its_twin():
    found = face_bones(BARE)
    assert len(found) == 39
    assert all(0 <= point < FACE_POINTS for point in found)
    for point, joint in found.items():
        twin = [other for other, each in found.items() if each.bone == joint.bone.replace(".R", ".L")]
        assert twin or ".R" not in joint.bone, point


@pytest.mark.parametrize("prefix", ["DEF-", "ORG-"])
def test_generated_rigs(prefix: str):
    names = BARE | {prefix + bone for bone in BARE}
    wanted = "DEF-" if prefix == "DEF-" else "ORG-"
    assert all(joint.bone.startswith(wanted) for joint in face_bones(names).values())


def test_others_have_no_such_face():
    assert face_bones({"Head", "Neck", "jaw", "nose", "LeftEye"}) == {}
    assert face_bones(set()) == {}


def test_on_a_real_rig():
    """Right is right, brows lie above eyes, eyes above the mouth, and the tip of the nose is in front."""
    import gzip
    import json

    place = ROOT.parent / "shared" / "rigs" / "rig_bones.json.gz"
    if not Path(place).is_file():
        pytest.skip("needs ../shared/rigs")
    bones = json.loads(gzip.decompress(place.read_bytes()))["metarig_human"]
    frame = next(iter(next(iter(bones.values())).values()))
    found = face_bones(frame)
    at = {point: frame[j.bone][:3] if j.end == "head" else frame[j.bone][3:] for point, j in found.items()}
    assert len(at) == 39
    # It faces -Y, so its own right is -X.
    assert all(at[point][0] < 0 for point in (0, 4, 6, 17, 19, 21, 31, 36, 39, 48, 50, 58))
    assert at[36][0] < at[39][0] < at[42][0] < at[45][0]
    assert at[19][2] > at[38][2] > at[30][2] > at[51][2] > at[57][2] > at[8][2]
    assert min(at, key=lambda point: at[point][1]) == 30
