"""Persons of sticks: every joint is found, whatever the bones are called and wherever the figure looks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from shotwright.core.rigs.data import JOINTS, Armature, JointBone, Recognised
from shotwright.core.rigs.recognise import recognise
from support import figures
from support.figures import Sticks, person, rig

NAMINGS = ("kept", "numbers")
"""Speaking names, and `Bone.007` for every bone in shuffled order."""


def positions(armature: Armature, joint: JointBone) -> list[tuple[float, float, float]]:
    """Where a joint is in every pose; at rest, where there are none."""
    index = [bone.name for bone in armature.bones].index(joint.bone)
    bone = armature.bones[index]
    posed = [(pose.heads if joint.end == "head" else pose.tails)[index] for pose in armature.poses]
    return posed or [bone.head if joint.end == "head" else bone.tail]


def wrong(armature: Armature, truth: dict[str, JointBone | None], found: Recognised) -> dict[str, object]:
    """The joints that are not where they should be, by more than 3 % of the figure."""
    points = [point for bone in armature.bones for point in (bone.head, bone.tail)]
    size = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    bad: dict[str, object] = {}
    for joint in JOINTS:
        said, true = found.joints[joint], truth[joint]
        if said is None or true is None:
            if said != true:
                bad[joint] = (said, true)
            continue
        pairs = zip(positions(armature, said), positions(armature, true), strict=True)
        if max(math.dist(a, b) for a, b in pairs) > 0.03 * size:
            bad[joint] = (said, true)
    return bad


def check(sticks: Sticks, **how: Any) -> Recognised:
    armature, truth = rig(sticks, **how)
    found = recognise(armature)
    assert found.humanoid, found.why
    assert wrong(armature, truth, found) == {}, found.why
    assert 0.5 < found.confidence <= 1
    assert set(found.joints) == set(JOINTS)
    return found


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize("arms", ["T", "A", "hanging"])
@pytest.mark.parametrize("fingers", [0, 3, 5])
def test_rest_poses(arms: str, fingers: int, names: str) -> None:
    check(person(arms=arms, fingers=fingers), names=names)


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize("degrees", [30, 90, 180, 225, 300])
def test_facing(degrees: float, names: str) -> None:
    check(person(), names=names, place=figures.turned(degrees))


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize("factor", [0.001, 0.01, 6.3, 100])
def test_scale(factor: float, names: str) -> None:
    check(person(), names=names, place=figures.scaled(factor))


@pytest.mark.parametrize("names", NAMINGS)
def test_lying(names: str) -> None:
    check(person(), names=names, place=figures.lying)


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize("frames", [0, 1, 4])
def test_without_an_animation(frames: int, names: str) -> None:
    armature, truth = rig(person(fingers=5), names=names, frames=frames)
    found = recognise(armature)
    assert found.humanoid
    assert not wrong(armature, truth, found)


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize("split", [2, 3, 5])
@pytest.mark.parametrize("clavicles", [True, False])
def test_limbs_of_many_bones(split: int, clavicles: bool, names: str) -> None:
    check(person(split=split, clavicles=clavicles), names=names)


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize("parts", [{"neck": False}, {"clavicles": False}, {"feet": False}, {"hands": False}])
def test_simple_rigs(parts: dict[str, bool], names: str) -> None:
    """Wrists and ankles without a hand or foot bone are tails; without a neck bone the head's begins there."""
    check(person(**parts), names=names)


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize("missing", [("arms",), ("l_arm",), ("r_arm",), ("l_leg",), ("r_leg",)])
def test_missing_limbs(missing: tuple[str, ...], names: str) -> None:
    """What a rig does not have is None, never a neighbour's bone."""
    found = check(person(missing=missing, fingers=5), names=names)
    assert any("no bone for" in sentence for sentence in found.why)


@pytest.mark.parametrize("names", NAMINGS)
def test_missing_head(names: str) -> None:
    found = check(person(neck=False, head=False, fingers=5), names=names)
    assert found.joints["neck"] is None


@pytest.mark.parametrize("names", NAMINGS)
@pytest.mark.parametrize(
    "add",
    [
        figures.with_tail,
        figures.with_wings,
        figures.with_skirt,
        figures.with_hair,
        figures.with_controls,
        figures.with_sword,
    ],
)
def test_extra_bones(add: Callable[[Sticks], None], names: str) -> None:
    sticks = person(fingers=5)
    add(sticks)
    check(sticks, names=names)


@pytest.mark.parametrize("names", NAMINGS)
def test_everything_at_once(names: str) -> None:
    sticks = person(arms="A", split=2, fingers=4)
    for add in (figures.with_tail, figures.with_wings, figures.with_hair, figures.with_skirt):
        add(sticks)
    check(sticks, names=names, place=figures.turned(140))


@pytest.mark.parametrize("names", NAMINGS)
def test_many_names_are_tried(names: str) -> None:
    for seed in range(6):
        check(person(fingers=3, arms="A"), names=names, seed=seed)


def test_left_is_the_persons_own_when_mirrored() -> None:
    """Mirrored with all its names, a figure's left arm is the one called right."""
    armature, truth = rig(person(fingers=5), place=figures.mirrored)
    found = recognise(armature)
    swapped = {joint: truth[_other(joint)] for joint in JOINTS}
    assert wrong(armature, swapped, found) == {}
    assert any("against the bones' names" in sentence for sentence in found.why)


def _other(joint: str) -> str:
    return {"l": "r", "r": "l"}.get(joint[0], joint[0]) + joint[1:] if joint[1] == "_" else joint


def test_names_decide_where_the_shape_does_not() -> None:
    """Straight limbs without hands and feet look the same from both sides."""
    sticks = person(feet=False, hands=False)
    sticks.bends.clear()
    flat = {
        name: (parent, (head[0], 0.0, head[2]), (tail[0], 0.0, tail[2]))
        for name, (parent, head, tail) in sticks.bones.items()
    }
    sticks.bones = flat
    armature, truth = rig(sticks)
    found = recognise(armature)
    assert wrong(armature, truth, found) == {}
    assert any("names" in sentence for sentence in found.why)


def test_wrong_names_do_not_lead() -> None:
    """Each bone has the name of the one below it in the limb, as where bones are named after where they end."""
    shift = {"upperarm": "elbow", "forearm": "wrist", "thigh": "knee", "shin": "ankle", "clavicle": "shoulder"}

    def name(old: str) -> str:
        for part, other in shift.items():
            old = old.replace(part, other)
        return old

    check(person(fingers=5), names=name)


@pytest.mark.parametrize(
    "words",
    [
        ("Oberarm", "Unterarm", "Oberschenkel", "Unterschenkel", "Fuss", "links", "rechts"),
        ("bras", "avant_bras", "cuisse", "mollet", "pied", "gauche", "droite"),
        ("brazo", "antebrazo", "muslo", "pantorrilla", "pie", "izquierda", "derecha"),
        ("плечо", "предплечье", "бедро", "голень", "стопа", "лев", "прав"),
        ("上臂", "前臂", "大腿", "小腿", "脚踝", "左", "右"),
    ],
)
def test_other_languages(words: tuple[str, ...]) -> None:
    parts = dict(zip(("upperarm", "forearm", "thigh", "shin", "foot"), words, strict=False))
    sides = {"l": words[5], "r": words[6]}

    def name(old: str) -> str:
        for part, word in parts.items():
            old = old.replace(f"_{part}", f"_{word}")
        letter, _, rest = old.partition("_")
        return f"{rest}_{sides[letter]}" if letter in sides else old

    check(person(), names=name)


def test_a_rest_pose_that_is_none() -> None:
    """Motion capture whose rest pose lies along one axis is recognised in its poses."""
    armature, truth = rig(person(fingers=3), frames=6)
    lengths = {bone.name: math.dist(bone.head, bone.tail) for bone in armature.bones}
    heads: dict[str, float] = {}
    bones: list[Any] = []
    for bone in armature.bones:
        start = heads[bone.parent] + lengths[bone.parent] if bone.parent else 0.0
        heads[bone.name] = start
        bones.append(type(bone)(bone.name, bone.parent, (0.0, start, 0.0), (0.0, start + lengths[bone.name], 0.0)))
    armature = Armature(armature.name, tuple(bones), armature.poses)
    found = recognise(armature)
    assert wrong(armature, truth, found) == {}


def test_hands() -> None:
    found = check(person(fingers=5))
    assert set(found.hands) == {"left", "right"}
    points = found.hands["left"]
    assert len(points) == 21
    assert points[0] == JointBone("l_hand")
    assert points[1] == JointBone("l_finger0.0")
    assert points[4] == JointBone("l_finger0.2", "tail")
    assert [point.bone for point in points[5::4] if point] == [f"l_finger{n}.0" for n in (1, 2, 3, 4)]
    assert check(person()).hands == {}


def test_the_document() -> None:
    document = check(person()).document()
    assert list(document) == ["armature", "humanoid", "confidence", "joints", "hands", "why", "bones", "seconds"]
    assert document["joints"]["l_knee"] == {"bone": "l_shin.0", "end": "head"}
    assert document["joints"]["nose"] is None
    assert len(document["bones"]) == 16
