"""What is no person is refused with a reason, and never an error."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from shotwright.core.rigs.data import JOINTS, Armature, Bone, Pose
from shotwright.core.rigs.recognise import recognise, recognise_all
from support import figures
from support.figures import Sticks, rig


@pytest.mark.parametrize("names", ["kept", "numbers"])
@pytest.mark.parametrize(
    "make",
    [
        figures.quadruped,
        figures.bird,
        figures.snake,
        figures.spider,
        lambda: figures.spider(3),
        figures.robot_arm,
        figures.chair,
        figures.tree,
        figures.car,
    ],
)
def test_no_person(make: Callable[[], Sticks], names: str) -> None:
    found = recognise(rig(make(), names=names)[0])
    assert not found.humanoid
    assert found.why
    assert all(sentence.endswith(".") for sentence in found.why)
    assert found.joints == dict.fromkeys(JOINTS)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_bones(count: int) -> None:
    bones = tuple(Bone(f"Bone.{i}", None, (0, 0, i), (0, 0, i + 1)) for i in range(count))
    found = recognise(Armature("Armature", bones))
    assert not found.humanoid
    assert "bones" in found.why[0]


def test_bones_in_one_point() -> None:
    bones = tuple(Bone(f"Bone.{i}", None, (1, 1, 1), (1, 1, 1)) for i in range(20))
    assert not recognise(Armature("Armature", bones)).humanoid


def test_positions_that_are_no_numbers() -> None:
    armature, _ = rig(figures.person())
    nowhere = (math.nan, math.inf, 0.0)
    pose = Pose(1, (nowhere,) * len(armature.bones), (nowhere,) * len(armature.bones))
    recognise(Armature("Armature", armature.bones, (pose, *armature.poses)))


def test_persons_come_first_and_those_that_move_meshes_before_others() -> None:
    beast, _ = rig(figures.quadruped())
    bare, _ = rig(figures.person())
    dressed = tuple(Bone(b.name, b.parent, b.head, b.tail, True, 10.0) for b in bare.bones)
    rigs = [
        Armature("Beast", beast.bones, beast.poses),
        Armature("Bare", bare.bones, bare.poses),
        Armature("Dressed", dressed, bare.poses),
    ]
    assert [found.armature for found in recognise_all(rigs)] == ["Dressed", "Bare", "Beast"]
