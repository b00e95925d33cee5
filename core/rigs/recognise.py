"""From an armature to the joints of a person, with how sure that is and why."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from . import body as bodies
from . import face, hands, limbs, names, sides
from .body import Body
from .data import JOINTS, Armature, JointBone, JointName, Recognised, bones_hash
from .limbs import Limb, Three
from .names import Names
from .skeleton import Skeleton, build

__all__ = ["recognise", "recognise_all"]

ENOUGH = 2.5
"""Evidence from which an armature is taken for a person."""


def recognise_all(rigs: Iterable[Armature]) -> list[Recognised]:
    """Every armature: persons first, of those the ones that move meshes, then the surest.

    A generated rig and the one it was generated from lie in one file, and only one of them moves the figure.
    """
    found = [(recognise(rig), any(bone.weight > 0 for bone in rig.bones)) for rig in rigs]
    found.sort(key=lambda each: (not each[0].humanoid, not each[1], -each[0].confidence, each[0].armature))
    return [each for each, _ in found]


def recognise(rig: Armature) -> Recognised:
    """What an armature is. Never raises for a rig that makes no sense: that one is no person."""
    start = time.perf_counter()
    found = _recognise(rig)
    return replace(found, bones=bones_hash(bone.name for bone in rig.bones), seconds=time.perf_counter() - start)


def _recognise(rig: Armature) -> Recognised:
    if len(rig.bones) < 6:
        return _refused(rig, f"It has {len(rig.bones)} bones: a person has more.")
    said = names.read(rig)
    best: tuple[float, Body, Skeleton, list[str]] | None = None
    for chosen in _selections(rig):
        skeleton = build(rig, chosen)
        found = limbs.find(skeleton)
        for body in bodies.bodies(skeleton, found, _naming(skeleton, said))[:6]:
            evidence, why = _judge(skeleton, body, said, found)
            if best is None or _merit(evidence, body) > _merit(best[0], best[1]):
                best = evidence, body, skeleton, why
        if best is not None and best[0] >= ENOUGH:
            break
    if best is None:
        return _refused(rig, "It has no limbs: no two chains of bones that could be arms or legs.")
    evidence, body, skeleton, why = best
    confidence = 1 / (1 + math.exp(-1.2 * (evidence - ENOUGH)))
    if evidence < ENOUGH:
        return _refused(rig, *why, "That is not enough for a person.", confidence=confidence)
    told = sides.decide(skeleton, body, said)
    why.append(f"Left and right are told by {told}.")
    return _mapped(rig, skeleton, body, said, confidence * (0.7 + 0.3 * body.sure), why)


def _merit(evidence: float, body: Body) -> tuple[bool, float]:
    """What decides between two ways to see a rig: of two that are enough, arms and legs go before legs alone."""
    return evidence >= ENOUGH, evidence + (0.9 if body.arms and body.legs else 0.0)


def _selections(rig: Armature) -> list[set[str]]:
    """The bones to look at: those that deform, without helpers' clutter; all of them when that is not enough."""
    everything = {bone.name for bone in rig.bones}
    deforming = {bone.name for bone in rig.bones if bone.deform}
    return [deforming, everything] if 6 <= len(deforming) < len(everything) else [everything]


def _naming(skeleton: Skeleton, said: Names) -> limbs.Named:
    """What the names of all bones at a joint say; the best of them."""

    @cache
    def named(node: int, kind: str) -> float:
        told = [said.joint(alias, kind) for alias in skeleton.aliases[node]]
        return max(told, key=lambda value: (value != 0, value))

    return named


def _refused(rig: Armature, *why: str, confidence: float = 0.0) -> Recognised:
    return Recognised(rig.name, False, dict.fromkeys(JOINTS), {}, confidence, why)


# -- is it a person -------------------------------------------------------------------------------


def _judge(skeleton: Skeleton, body: Body, said: Names, found: Sequence[Limb]) -> tuple[float, list[str]]:
    """Evidence for a person, and the sentences; parts count for more than proportions, which cartoons ignore."""
    arms, legs, notes = body.arms, body.legs, body.notes
    evidence = 0.0
    why: list[str] = []
    if arms and legs:
        evidence += 2.0 if len(arms.limb.sides) + len(legs.limb.sides) == 4 else 1.7
        why.append(f"It has {_count(arms, 'arm')} and {_count(legs, 'leg')}.")
        if len(body.trunk) > 1 and arms.limb.attach != legs.limb.attach:
            evidence += 1.0
        elif arms.limb.attach == legs.limb.attach:
            why.append("Arms and legs hang on the same joint.")
    elif legs:
        evidence += 1.3
        why.append(f"It has {_count(legs, 'leg')} and no arms.")
    else:
        # Below a chest there is a spine: what hangs on the root itself are legs.
        evidence += 1.0 if len(body.trunk) > 1 and arms and body.trunk.index(arms.limb.attach) > 0 else -1.0
        why.append("It has two arms and no legs.")
    missing = 6.0 if not (arms and legs) else 0.0
    evidence += 0.35 * max(-8.0, min(4.0, body.score + missing))
    if body.neck is not None and body.neck not in _attached(body):
        evidence += 1.0
        why.append("A neck or head rises above the shoulders.")
    elif body.neck is None:
        why.append("Nothing rises above the shoulders.")
    if arms and (fingers := min(arms.limb.branches[arms.at[2]], 5)) >= 3:
        evidence += 2.0
        why.append(f"Its hands have {fingers} fingers.")
    if legs and legs.rest > 0:
        evidence += 0.7
    evidence += _stance(notes, why)
    if _named_beast(skeleton, body, said):
        evidence -= 1.5
        why.append("Its limbs are named as a beast's.")
    evidence += _others(skeleton, body, found, why)
    if said.preset is not None and _as_named(skeleton, body, said):
        evidence += 1.5
        why.append(f"The names are those of {said.preset.convention}, and the bones lie as in it.")
    return evidence, why


def _as_named(skeleton: Skeleton, body: Body, said: Names) -> bool:
    """Whether arms and legs are where the convention has them."""
    joints = [three.joints(side) for three in (body.arms, body.legs) if three for side in range(len(three.limb.sides))]
    known = set(said.joints.values())
    return all(known & set(skeleton.aliases[node]) for three in joints for node in three)


def _named_beast(skeleton: Skeleton, body: Body, said: Names) -> bool:
    """Whether an arm or a leg is called wing, tail, paw or the like."""
    joints = [three.joints(side) for three in (body.arms, body.legs) if three for side in range(len(three.limb.sides))]
    nodes = [skeleton.aliases[node] for three in joints for node in three]
    return any(said.kinds.get(alias.bone) == "beast" for aliases in nodes for alias in aliases)


def _attached(body: Body) -> set[int]:
    return {body.legs.limb.attach} if body.legs else set()


def _count(three: Three, what: str) -> str:
    return f"two {what}s" if len(three.limb.sides) == 2 else f"one {what}"


def _stance(notes: dict[str, float], why: list[str]) -> float:
    """Beasts: the spine lies across the legs, or the forelegs stand on the ground like the hind ones."""
    evidence = 0.0
    if notes.get("mirrored") == 0.0:
        evidence -= 0.8
        why.append("Left and right are no mirror images in the rest pose.")
    straight = notes.get("straight")
    if straight is not None and straight > -0.8:
        evidence -= 8.0 * (straight + 0.8)
        why.append("The spine lies across the legs, as a beast's does.")
    lifted = notes.get("lifted")
    if lifted is not None and lifted < 0.65:
        evidence -= 6.0 * (0.65 - lifted)
        why.append("All four limbs stand on the ground.")
    return evidence


def _others(skeleton: Skeleton, body: Body, found: Sequence[Limb], why: list[str]) -> float:
    """More pairs of limbs as long as these: spiders have them, and beasts whose other pair is taken for none."""
    mine = [three for three in (body.arms, body.legs) if three]
    inside = {node for three in mine for node in three.limb.inside}
    length = min(three.upper + three.lower for three in mine)
    seen: set[int] = set()
    more = 0
    for limb in found:
        first = limb.sides[0][0]
        nodes = set(limb.sides[0]) | set(limb.sides[-1])
        if len(limb.sides) < 2 or first in seen or nodes & inside or nodes & set(body.trunk):
            continue
        if body.head is not None and body.head in skeleton.above(first):
            continue
        seen |= nodes
        if sum(skeleton.length(node) for node in limb.sides[0][1:]) > 0.7 * length:
            more += 1
    if not more:
        return 0.0
    if len(mine) == 1:
        why.append("It has another pair of limbs as long, which is none of a person's.")
        return -2.5
    if more > 1:
        # No more than that: the strands of a skirt are such pairs too.
        why.append(f"It has {more} more pairs of limbs as long.")
        return -0.8
    return 0.0


# -- the joints -----------------------------------------------------------------------------------


def _mapped(
    rig: Armature, skeleton: Skeleton, body: Body, said: Names, confidence: float, why: list[str]
) -> Recognised:
    joints: dict[JointName, JointBone | None] = dict.fromkeys(JOINTS)
    found_hands: dict[str, tuple[JointBone | None, ...]] = {}
    for three, first in ((body.arms, body.arms_left), (body.legs, body.left)):
        if three is None:
            continue
        for side in range(len(three.limb.sides)):
            left = _is_left(skeleton, body, three, side, first)
            for name, node in zip(_joint_names(three.role, left), three.joints(side), strict=True):
                joints[name] = _bone_of(rig, skeleton, said, node, name)
            if three.role == "arm" and (points := hands.hand(skeleton, three.joints(side)[2])):
                found_hands["left" if left else "right"] = points
    if body.neck is not None:
        joints["neck"] = _bone_of(rig, skeleton, said, body.neck, "neck")
    taken = {joint.bone for joint in joints.values() if joint}
    joints.update(face.find(rig, skeleton, body, said, taken))
    absent = [name for name in JOINTS if joints[name] is None]
    if absent:
        why.append(f"It has no bone for {', '.join(absent)}.")
    return Recognised(rig.name, True, joints, found_hands, confidence, tuple(why))


def _is_left(skeleton: Skeleton, body: Body, three: Three, side: int, first: int) -> bool:
    if len(three.limb.sides) == 2:
        return side == first
    frame, _ = bodies.axes(skeleton, body.arms, body.legs, body.trunk)
    beside = bodies.median(frame.off(skeleton.at[:, three.joints(0)[0]]))
    paired = body.left if body.legs and len(body.legs.limb.sides) == 2 else body.arms_left
    return (beside > 0) == (paired == 0)


def _joint_names(role: str, left: bool) -> tuple[JointName, JointName, JointName]:
    if role == "arm":
        return ("l_shoulder", "l_elbow", "l_wrist") if left else ("r_shoulder", "r_elbow", "r_wrist")
    return ("l_hip", "l_knee", "l_ankle") if left else ("r_hip", "r_knee", "r_ankle")


def _bone_of(rig: Armature, skeleton: Skeleton, said: Names, node: int, name: JointName) -> JointBone:
    """Of the bones at a joint the one to name: the convention's, a bone that deforms, one that begins there."""
    bones = {bone.name: bone for bone in rig.bones}
    given = said.joints.get(name)
    if given in skeleton.aliases[node]:
        assert given is not None
        return given

    def rank(alias: JointBone) -> tuple[bool, bool, bool, float]:
        bone = bones[alias.bone]
        return alias.end == "tail", not bone.deform, alias.bone in said.helpers, -bone.weight

    return min(skeleton.aliases[node], key=rank)
