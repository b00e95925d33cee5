"""What names say, the maps of conventions, and what an artist said over both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from shotwright.core.rigs import corrections, names
from shotwright.core.rigs.data import JOINTS, Armature, Bone, JointBone, bones_hash
from shotwright.core.rigs.recognise import recognise
from support import figures
from support.figures import person, rig


def named(*bones: str) -> names.Names:
    return names.read(Armature("Rig", tuple(Bone(name, None, (0, 0, 0), (0, 0, 1)) for name in bones)))


@pytest.mark.parametrize(
    ("name", "kind", "side"),
    [
        ("mixamorig:LeftForeArm", "elbow", "l"),
        ("upperarm_r", "shoulder", "r"),
        ("DEF-thigh.L.001", "hip", "l"),
        ("Bip001 R Calf_051", "knee", "r"),
        ("J_Bip_L_LowerLeg", "knee", "l"),
        ("lShin", "knee", "l"),
        ("Lefthand", "wrist", "l"),
        ("左ひざ", "knee", "l"),
        ("手首.R", "wrist", "r"),
        ("Unterschenkel_links", "knee", "l"),
        ("avant_bras_D", "elbow", None),
        ("предплечье_прав", "elbow", "r"),
        ("LeftShoulder", "any", "l"),
        ("Tail_03", "beast", None),
        ("J_Adj_R_FaceEye", "eye", "r"),
        ("CC_Base_L_Clavicle", "clavicle", "l"),
        ("Node_19", None, None),
    ],
)
def test_words(name: str, kind: str | None, side: str | None) -> None:
    said = named(name)
    assert said.kinds.get(name) == kind
    assert said.sides.get(name) == side


@pytest.mark.parametrize("name", ["ik_foot_l", "足ＩＫ.L", "thigh_twist_01_l", "MCH-hand.R", "foot_ctrl"])
def test_helpers(name: str) -> None:
    assert name in named(name).helpers


def test_every_map_names_a_body() -> None:
    found = names.presets()
    assert len(found) > 20
    for preset in found:
        joints = preset.names()
        body = {joint for joint in JOINTS if not joint.endswith(("nose", "eye", "ear"))}
        assert body <= set(joints), preset.convention
        assert len(set(joints.values())) == len(joints), preset.convention


@pytest.mark.parametrize("prefix", ["", "mixamorig:", "rig|"])
def test_a_convention_fits_completely_or_not_at_all(prefix: str) -> None:
    parts = ["Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot"]
    bones = [f"{prefix}{side}{part}" for side in ("Left", "Right") for part in parts]
    said = named(f"{prefix}Neck", *bones)
    assert said.preset is not None
    assert said.joints["l_knee"] == JointBone(f"{prefix}LeftLeg")
    assert named(f"{prefix}Neck", *bones[1:]).preset is None


def test_a_convention_in_the_wrong_places_is_not_believed() -> None:
    """The names of Mixamo with those of arms and legs exchanged."""
    parts = {
        "upperarm.0": "UpLeg",
        "forearm.0": "Leg",
        "hand": "Foot",
        "thigh.0": "Arm",
        "shin.0": "ForeArm",
        "foot": "Hand",
    }
    sides = {"l": "Left", "r": "Right"}

    def exchanged(name: str) -> str:
        letter, _, part = name.partition("_")
        return f"{sides[letter]}{parts[part]}" if part in parts else "Neck" if name == "neck" else name

    armature, truth = rig(person(fingers=5), names=exchanged)
    assert names.read(armature).preset is not None
    found = recognise(armature)
    assert found.humanoid
    assert {joint: found.joints[joint] for joint in truth if truth[joint]} == {j: b for j, b in truth.items() if b}


# -- corrections ----------------------------------------------------------------------------------


def test_the_hash_is_of_names_alone() -> None:
    assert bones_hash(["b", "a"]) == bones_hash(["a", "b"])
    assert bones_hash(["a", "b"]) != bones_hash(["ab"])
    assert bones_hash(["\udc80"])


def test_a_correction_wins() -> None:
    armature, _ = rig(person())
    found = recognise(armature)
    bones = [bone.name for bone in armature.bones]
    said = corrections.correction_of(
        bones, {"nose": JointBone("head", "tail"), "l_wrist": None, "r_ear": JointBone("gone")}
    )
    fixed = corrections.apply(found, said, bones)
    assert fixed.joints["nose"] == JointBone("head", "tail")
    assert fixed.joints["l_wrist"] is None
    assert fixed.joints["r_ear"] is None
    assert fixed.joints["r_wrist"] == found.joints["r_wrist"]
    assert fixed.why[:2] == (
        "Set by hand: nose, l_wrist.",
        "The correction names bones this rig does not have: r_ear ('gone'). They were left out.",
    )
    assert fixed.confidence == 1


def test_a_correction_makes_a_person_or_none() -> None:
    beast, _ = rig(figures.quadruped())
    bones = [bone.name for bone in beast.bones]
    refused = recognise(beast)
    said = corrections.correction_of(bones, {"neck": JointBone("neck.0")})
    assert corrections.apply(refused, said, bones).humanoid
    no = corrections.Correction(bones=bones_hash(bones), humanoid=False)
    armature, _ = rig(person())
    told = corrections.apply(recognise(armature), no, bones)
    assert not told.humanoid
    assert told.joints == dict.fromkeys(JOINTS)
    assert told.why[0] == "Said by hand to be no person."


def test_a_correction_survives_the_disk() -> None:
    said = corrections.correction_of(["a", "b"], {"neck": JointBone("a", "tail"), "nose": None})
    again = corrections.parse(json.loads(json.dumps(said.document())))
    assert again == said
    assert said.document()["schema"] == "shotwright.rig.1"
    assert corrections.path_in(Path("film"), said.bones) == Path("film/rigs") / f"{bones_hash(['a', 'b'])}.json"
    with pytest.raises(ValidationError):
        corrections.parse({"schema": "shotwright.rig.1", "bones": "x", "joints": {"elbow": None}})
    with pytest.raises(ValidationError):
        corrections.parse({"schema": "shotwright.rig.2", "bones": "x"})
